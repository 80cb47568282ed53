"""`check`, `config show` and `migrate`: whether what is written is in order, and the database up to date."""

import json
from urllib.parse import urlsplit

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import hotels_in_force, model_in_force, settings_in_force, warn
from agente_hotelero.commands.speaking import say
from agente_hotelero.config import settings as settings_file

config = typer.Typer(no_args_is_help=True, help="Settings.")


def migrate() -> None:
    """Bring the database up to date."""
    if not databases.migrate(settings_in_force(), progress=say):
        say("nothing to apply")


def check() -> None:
    """Validate settings and the hotels file."""
    settings = settings_in_force()
    hotels = hotels_in_force(settings)
    model_in_force(settings)
    warn(settings, hotels)
    count = len(hotels.all())
    say(f"settings ({settings.env}) and {settings.hotels_file} are valid: {count} hotel{'s' if count > 1 else ''}")
    asked = [hotel.profile.id for hotel in hotels.all() if hotel.profile.llm]
    if settings.llm.url is not None and asked:
        where = urlsplit(settings.llm.url).hostname
        say(f"messages in doubt are also read by {settings.llm.model} at {where}, masked: {', '.join(asked)}")
    say(_who_understands())


def _who_understands() -> str:
    from agente_hotelero.wiring import understanding  # noqa: PLC0415 - no other command waits for numpy

    return understanding.in_use()


@config.command("show")
def config_show() -> None:
    """Show the settings in force, secrets as stars."""
    typer.echo(json.dumps(settings_file.masked(settings_in_force()), indent=2))
