"""`token`: who may see and do what over HTTP."""

from typing import Annotated

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import secrets_in_force, settings_in_force
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.roles import Role
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.tokens import PostgresTokens

token = typer.Typer(no_args_is_help=True, help="Operators' tokens.")


@token.command("create")
def token_create(
    name: str,
    role: Annotated[Role, typer.Option(help="viewer sees, operator answers guests, admin changes.")] = Role.VIEWER,
    hotel: Annotated[str | None, typer.Option(help="Good for this hotel only; without it, for all.")] = None,
) -> None:
    """Make an operator's token; it is shown once."""
    settings = settings_in_force()
    if hotel is not None:
        known = [one.profile.id for one in hotels_file.load(settings.hotels_file, environment=secrets_in_force()).all()]
        if hotel not in known:
            fail(f"there is no hotel {hotel} in {settings.hotels_file}; there are: {', '.join(known)}")
    limited_to = None if hotel is None else HotelId(hotel)

    async def create(pool: Pool) -> None:
        typer.echo(await PostgresTokens(pool).create(name, role=role, hotel=limited_to))

    databases.with_pool(settings, create)


@token.command("revoke")
def token_revoke(name: str) -> None:
    """Make a token useless, within seconds."""

    async def revoke(pool: Pool) -> None:
        if not await PostgresTokens(pool).revoke(name):
            fail(f"there is no valid token named {name}")
        say(f"revoked {name}")

    databases.with_pool(settings_in_force(), revoke)
