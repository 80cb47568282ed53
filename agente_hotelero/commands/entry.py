"""The way in: every command by its name, and how an error of ours looks."""

from importlib.metadata import version
from typing import Annotated, Final

import typer

from agente_hotelero.commands.chat import chat
from agente_hotelero.commands.checking import check, config, migrate
from agente_hotelero.commands.copying import backup, held, restore
from agente_hotelero.commands.demo import demo
from agente_hotelero.commands.flags import flags
from agente_hotelero.commands.gmail import gmail
from agente_hotelero.commands.guests import guest
from agente_hotelero.commands.handoffs import handoffs
from agente_hotelero.commands.mailbox import mailbox
from agente_hotelero.commands.pms import pms
from agente_hotelero.commands.profile import profile
from agente_hotelero.commands.reloading import reload
from agente_hotelero.commands.serving import serve
from agente_hotelero.commands.speaking import fail
from agente_hotelero.commands.tokens import token
from agente_hotelero.commands.understand import understand
from agente_hotelero.commands.voice import voice
from agente_hotelero.commands.whatsapp import whatsapp
from agente_hotelero.errors import AgenteError, UnavailableError

GROUPS: Final = {
    "config": config,
    "guest": guest,
    "flags": flags,
    "token": token,
    "held": held,
    "handoffs": handoffs,
    "profile": profile,
    "pms": pms,
    "whatsapp": whatsapp,
    "mailbox": mailbox,
    "gmail": gmail,
    "voice": voice,
}

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
for command in (serve, demo, chat, migrate, backup, restore, check, reload, understand):
    cli.command()(command)
for name, group in GROUPS.items():
    cli.add_typer(group, name=name)


def main() -> None:
    """Run the command line; our own errors are one line, not a traceback."""
    try:
        cli(prog_name="agente-hotelero")
    except UnavailableError as error:
        fail(f"{error.what} is unavailable: {error.__cause__ or 'it does not answer'}")
    except AgenteError as error:
        fail(str(error))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agente-hotelero {version('agente-hotelero')}")
        raise typer.Exit


@cli.callback()
def about(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Agente Hotelero: answers a hotel's guests, and books in its PMS."""
