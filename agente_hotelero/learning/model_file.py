"""Where the model is stored, and whether it is of these phrases and this code."""

import hashlib
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from agente_hotelero.dialogue.understanding import model
from agente_hotelero.dialogue.understanding.model import Array, Model
from agente_hotelero.errors import ConfigError
from agente_hotelero.learning import sentences

READING: Final = Path(model.__file__).parent
MODEL: Final = READING / "model.npz"
SEMANTIC: Final = READING / "semantic.npz"
"""With the vectors of sentences; only where the extra `semantic` was installed when it was made."""
CODE: Final = (
    *(READING / f"{name}.py" for name in ("folding", "lexicon", "features", "labels", "model")),
    *(Path(__file__).with_name(f"{name}.py") for name in ("phrases", "fitting", "calibrating", "making", "sentences")),
)
MADE_OF: Final = "made_of"


class ModelMissingError(ConfigError):
    """The model of what guests want is not there, or of other phrases or code."""

    def __init__(self, path: Path, why: str) -> None:
        """Name what to run."""
        super().__init__(f"{path}: {why}; make it with `make model` (python -m agente_hotelero.learning)")


def fingerprint(encoder: str | None = None) -> bytes:
    """What the phrases and the code that make a model are, and the version of the extra where it has a part, in 32 bytes."""
    digest = hashlib.sha256(f"{encoder}\n".encode())
    for file in _sources():
        content = file.read_bytes()
        digest.update(f"{file.name} {len(content)}\n".encode() + content)
    return digest.digest()


def load(path: Path = MODEL) -> Model:
    """Read the one of words alone; raises ModelMissingError where there is none, or none of these phrases and this code."""
    return Model(_arrays(path, made_of=fingerprint()))


def load_semantic(path: Path = SEMANTIC) -> Model:
    """Read the one with sentences; raises ModelMissingError as well where it was made with another version of the extra."""
    return Model(_arrays(path, made_of=fingerprint(sentences.installed())), sentences.encode)


def best() -> Model:
    """The one with sentences where the extra is installed and it fits, else the one of words alone."""
    model, _ = _chosen()
    if model.knows_sentences:
        # The encoder is read now, and no guest waits for it.
        sentences.encode("")
    return model


def in_use() -> str:
    """Which of the two `best` reads, and why; raises ModelMissingError where it could read none."""
    _, why = _chosen()
    return f"messages are understood by {why}"


def _chosen() -> tuple[Model, str]:
    if sentences.installed() is None:
        return load(MODEL), "words alone: the extra `semantic` is not installed"
    try:
        return load_semantic(SEMANTIC), "words and sentences (extra `semantic`)"
    except ModelMissingError as error:
        return load(MODEL), f"words alone: {error}"


def _arrays(path: Path, *, made_of: bytes) -> dict[str, Array]:
    try:
        # Opened here: numpy leaves a file open that it finds to be none of its own.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except FileNotFoundError:
        raise ModelMissingError(path, "there is no model") from None
    except (OSError, EOFError, ValueError, zipfile.BadZipFile):
        raise ModelMissingError(path, "it can't be read") from None
    stored_of = arrays.pop(MADE_OF, None)
    if stored_of is None or stored_of.tobytes() != made_of:
        raise ModelMissingError(path, "it was made of other phrases or other code")
    return arrays


def is_current(path: Path = MODEL) -> bool:
    """Whether there is nothing to make."""
    try:
        load(path)
    except ModelMissingError:
        return False
    return True


def is_semantic_current(path: Path = SEMANTIC) -> bool:
    """The same of the one with sentences, which only who has the extra can make."""
    try:
        load_semantic(path)
    except ModelMissingError:
        return sentences.installed() is None
    return True


def write(path: Path, arrays: Mapping[str, Array], *, made_of: bytes) -> None:
    """Store it whole or not at all."""
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".npz", delete=False) as file:
        np.savez(file, allow_pickle=False, **{**arrays, MADE_OF: np.frombuffer(made_of, dtype=np.uint8)})
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def _sources() -> Iterator[Path]:
    yield from sorted((READING / "phrases").glob("*.yaml"))
    yield from CODE
