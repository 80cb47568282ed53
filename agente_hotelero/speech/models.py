"""Where a model lies on this machine. Nothing is fetched but by the command that says so."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from agente_hotelero.errors import ConfigError, UnavailableError

FILES: Final = ("model.bin", "config.json", "tokenizer.json")
"""Without its tokenizer faster-whisper would ask for another one's."""
EXTRA: Final = ("faster_whisper", "av")
CARRIED: Final = Path("share/agente-hotelero/voice")
"""Where in its environment an image has one: deploy/Dockerfile.optimized puts it there."""
SETTING: Final = "AGENTE_AUDIO__MODEL"


def chosen(model: str | None, *, below: Path) -> Path | None:
    """The model that is to listen: the one that is named, else the one that the image carries; None where nobody listens.

    Raises ConfigError where the one that is named can't be used.
    """
    if model is not None:
        return find(model, below=below)
    carried = Path(sys.prefix) / CARRIED
    return carried if not _missing(carried) else None


def place_of(model: str, *, below: Path) -> Path:
    """Where it lies: a path as it is, a name in a directory `below`."""
    return Path(model) if is_path(model) else below / model.replace("/", "--")


def is_path(model: str) -> bool:
    """Tell a path from a name such as `small` or `Systran/faster-whisper-small`."""
    return Path(model).is_absolute() or model.startswith(".")


def find(model: str, *, below: Path) -> Path:
    """Find it; raises ConfigError with what to do where it is not whole, or nobody could run it."""
    place = place_of(model, below=below)
    demand_extra()
    if missing := _missing(place):
        raise ConfigError(f"{SETTING}: {place} has no {', '.join(missing)}; {_how(model)}")
    return place


def demand_extra() -> None:
    """Raise ConfigError where the extra for audio is not there; imports nothing of it."""
    if any(find_spec(name) is None for name in EXTRA):
        raise ConfigError(
            f"{SETTING} needs the extra for audio: pip install --require-hashes -r requirements-audio.lock"
        )


def fetch(model: str, place: Path, *, revision: str | None = None) -> None:
    """Download it: the one moment at which this asks anybody.

    Raises ConfigError for a name that nobody knows, and UnavailableError where nobody can be asked.
    """
    from faster_whisper.utils import download_model  # noqa: PLC0415 - the extra may be missing

    try:
        download_model(model, output_dir=str(place), revision=revision)
    except ValueError:
        raise ConfigError(f"{model} is no model: tiny, base, small, medium, or a name on Hugging Face") from None
    except OSError as error:
        # Whatever goes wrong there and on the way is one of these.
        raise UnavailableError("huggingface.co") from error


def _missing(place: Path) -> list[str]:
    return [name for name in FILES if not (place / name).is_file()]


def _how(model: str) -> str:
    if is_path(model):
        return "name a directory with a CTranslate2 model of Whisper"
    return f"to fetch it: agente-hotelero voice fetch {model}"
