"""What every command stands on: the settings in force, and the hotels that they name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import typer

from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.config import settings as settings_file
from agente_hotelero.config.completeness import doubts, require_secrets
from agente_hotelero.config.settings import Settings
from agente_hotelero.speech import models

ENV_FILE: Final = Path(".env")


def settings_in_force(**overrides: Any) -> Settings:
    """Read environment and `.env`; raises ConfigError naming what to fix."""
    return settings_file.load(env_file=ENV_FILE, **overrides)


def hotels_in_force(settings: Settings) -> hotels_file.Hotels:
    """Read the hotels file; raises ConfigError naming line and field, or the secret that is missing."""
    hotels = hotels_file.load(settings.hotels_file, environment=secrets_in_force())
    require_secrets(settings, hotels)
    return hotels


def model_in_force(settings: Settings) -> None:
    """Raise ConfigError where the model that is to listen to voice notes is not there."""
    models.chosen(settings.audio.model, below=settings.models_dir)


def secrets_in_force() -> Mapping[str, str]:
    """Read the variables that a hotels file may name."""
    return settings_file.variables(env_file=ENV_FILE)


def warn(settings: Settings, hotels: hotels_file.Hotels) -> None:
    """Say what is valid and may not be meant."""
    unknown = settings_file.unknown(secrets_in_force())
    for line in (*unknown, *doubts(settings, hotels)):
        typer.echo(f"warning: {line}", err=True)
