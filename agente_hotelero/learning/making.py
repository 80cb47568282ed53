"""Makes the models: phrases in, a file of numbers out, and another one where sentences can be told by their meaning."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from agente_hotelero.dialogue.understanding.labels import LABELS
from agente_hotelero.dialogue.understanding.model import Array, arrays_of, counts_of
from agente_hotelero.learning import phrases as files
from agente_hotelero.learning import sentences
from agente_hotelero.learning.calibrating import calibrate, strangers_evidence
from agente_hotelero.learning.fitting import fit, rows_of, vocabulary_of
from agente_hotelero.learning.model_file import MODEL, SEMANTIC, fingerprint, is_current, is_semantic_current, write
from agente_hotelero.learning.phrases import NO_LABEL, Phrase

CLASSES: Final = (*sorted(LABELS), *sorted(NO_LABEL))
"""What competes: a message that wants nothing is something, too."""


def make(to: Path = MODEL) -> None:
    """Train on our own phrases, and store the result with what it was made of."""
    write(to, train(files.read()), made_of=fingerprint())


def make_semantic(to: Path = SEMANTIC) -> None:
    """The same with the vectors of sentences; raises ConfigError where the extra is not installed."""
    phrases = files.read()
    vectors = sentences.encode_all([phrase.text for phrase in phrases])
    write(to, train(phrases, vectors), made_of=fingerprint(sentences.installed()))


def missing(*, anew: bool = False) -> Iterator[tuple[Callable[[Path], None], Path]]:
    """What makes each model that is not of these phrases and this code, and where to; `anew`: every one."""
    if anew or not is_current():
        yield make, MODEL
    if sentences.installed() and (anew or not is_semantic_current()):
        yield make_semantic, SEMANTIC


def train(phrases: Sequence[Phrase], vectors: Array | None = None) -> Mapping[str, Array]:
    """What a model is, thresholds and all."""
    messages = [counts_of(phrase.text) for phrase in phrases]
    vocabulary = vocabulary_of(messages)
    rows, shares = rows_of(messages, vocabulary, vectors), shares_of(phrases)
    with ThreadPoolExecutor(1) as aside:
        whole = aside.submit(fit, rows, shares, np.arange(len(phrases)))
        found = strangers_evidence(rows, shares, [phrase.author for phrase in phrases])
        weights, bias = whole.result()
    return arrays_of(
        labels=CLASSES,
        vocabulary=vocabulary,
        weights=weights,
        bias=bias,
        calibration=calibrate(found, shares > 0, CLASSES),
    )


def shares_of(phrases: Sequence[Phrase]) -> Array:
    """The class of each phrase; equal shares of several."""
    classes = [phrase.labels or {phrase.file} for phrase in phrases]
    ones = np.array([[name in its for name in CLASSES] for its in classes], dtype=np.float32)
    shares: Array = ones / ones.sum(axis=1, keepdims=True)
    return shares
