"""What every command says: to the terminal, and in what form."""

import sys
from typing import Final, NoReturn

import typer

WHO: Final = "command line"
"""Who did it, in the audit."""


def say(line: str) -> None:
    """Show a line at once, also where the output is a pipe."""
    typer.echo(line)
    sys.stdout.flush()


def fail(words: str) -> NoReturn:
    """End the command with an error of one line."""
    typer.echo(f"error: {words}", err=True)
    raise SystemExit(1)


def on_or_off(enabled: bool) -> str:
    """Say what a flag is."""
    return "on" if enabled else "off"
