"""Where a model lies on this machine. Nothing is fetched but by the command that says so."""

from importlib.util import find_spec
from pathlib import Path
from typing import Final

from agente_hotelero.errors import ConfigError

FILES: Final = ("model.bin", "config.json", "tokenizer.json")
"""Without its tokenizer faster-whisper would ask for another one's."""
EXTRA: Final = ("faster_whisper", "av")
SETTING: Final = "AGENTE_AUDIO__MODEL"


def place_of(model: str, *, below: Path) -> Path:
    """Where it lies: a path as it is, a name in a directory `below`."""
    path = Path(model)
    return path if path.is_absolute() or model.startswith(".") else below / model.replace("/", "--")


def find(model: str, *, below: Path) -> Path:
    """Find it; raises ConfigError with what to do where it is not whole, or nobody could run it."""
    place = place_of(model, below=below)
    if not is_installed():
        raise ConfigError(
            f"{SETTING} names a model, and the extra for audio is not installed: "
            "pip install --require-hashes -r requirements-audio.lock"
        )
    missing = [name for name in FILES if not (place / name).is_file()]
    if missing:
        raise ConfigError(f"{SETTING}: {place} has no {', '.join(missing)}; {_how(model, place)}")
    return place


def is_installed() -> bool:
    """Whether the extra for audio is there; imports nothing of it."""
    return all(find_spec(name) is not None for name in EXTRA)


def fetch(model: str, place: Path) -> None:
    """Download it: the one moment at which this asks anybody. Raises ConfigError for a name that nobody knows."""
    from faster_whisper.utils import download_model  # noqa: PLC0415 - the extra may be missing

    try:
        download_model(model, output_dir=str(place))
    except ValueError:
        raise ConfigError(f"{model} is no model: tiny, base, small, medium, or a name on Hugging Face") from None


def _how(model: str, place: Path) -> str:
    if place == Path(model):
        return "name a directory with a CTranslate2 model of Whisper"
    return f"to fetch it: agente-hotelero voice fetch {model}"
