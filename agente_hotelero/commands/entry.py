"""The way in: every command by its name, and how an error of ours looks."""

from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_group

from agente_hotelero.commands.speaking import fail
from agente_hotelero.errors import AgenteError, UnavailableError

COMMANDS: Final[Mapping[str, str]] = {
    "serve": "serving",
    "demo": "demo",
    "chat": "chat",
    "migrate": "checking",
    "backup": "copying",
    "restore": "copying",
    "check": "checking",
    "reload": "reloading",
    "understand": "understand",
    "config": "checking",
    "guest": "guests",
    "flags": "flags",
    "token": "tokens",
    "held": "copying",
    "handoffs": "handoffs",
    "profile": "profile",
    "pms": "pms",
    "whatsapp": "whatsapp",
    "mailbox": "mailbox",
    "gmail": "gmail",
    "voice": "voice",
}
"""The module that has a command, or a group of them, by its name."""


class Commands(TyperGroup):
    """Imports the command that is asked for, and no other: all together take a second."""

    def list_commands(self, ctx: Any) -> list[str]:
        """In the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Find one; None where there is none."""
        del ctx
        # What is mistyped is compared with all that there are.
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:
            if name not in self.commands:
                self.commands[name] = _found(name)
        return self.commands.get(cmd_name)


cli = typer.Typer(cls=Commands, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


def _found(name: str) -> Any:
    found = getattr(import_module(f"agente_hotelero.commands.{COMMANDS[name]}"), name)
    alone = typer.Typer()
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return get_group(alone).commands[name]


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
