"""`token`: who may see and do what over HTTP."""

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.tokens import PostgresTokens

token = typer.Typer(no_args_is_help=True, help="Operators' tokens.")


@token.command("create")
def token_create(name: str) -> None:
    """Make an operator's token; it is shown once."""

    async def create(pool: Pool) -> None:
        typer.echo(await PostgresTokens(pool).create(name))

    databases.with_pool(settings_in_force(), create)


@token.command("revoke")
def token_revoke(name: str) -> None:
    """Make a token useless, within seconds."""

    async def revoke(pool: Pool) -> None:
        if not await PostgresTokens(pool).revoke(name):
            fail(f"there is no valid token named {name}")
        say(f"revoked {name}")

    databases.with_pool(settings_in_force(), revoke)
