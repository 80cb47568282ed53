"""Makes the model: phrases in, one file of numbers out."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from agente_hotelero.dialogue.understanding.labels import LABELS
from agente_hotelero.dialogue.understanding.model import Array, arrays_of
from agente_hotelero.learning import phrases as files
from agente_hotelero.learning.calibrating import calibrate, strangers_scores
from agente_hotelero.learning.fitting import fit, rows_of, vocabulary_of
from agente_hotelero.learning.model_file import MODEL, fingerprint, write
from agente_hotelero.learning.phrases import Phrase

ORDER: Final = tuple(sorted(LABELS))


def make(to: Path = MODEL) -> None:
    """Train on our own phrases, and store the result with what it was made of."""
    write(to, train(files.read()), made_of=fingerprint())


def train(phrases: Sequence[Phrase]) -> Mapping[str, Array]:
    """What a model is, thresholds and all."""
    texts = [phrase.text for phrase in phrases]
    vocabulary = vocabulary_of(texts)
    rows, wanted = rows_of(texts, vocabulary), wanted_of(phrases)
    scores = strangers_scores(rows, wanted, [phrase.author for phrase in phrases], size=len(vocabulary))
    weights, bias = fit(rows, wanted, np.arange(len(texts)), size=len(vocabulary))
    return arrays_of(
        labels=ORDER,
        vocabulary=vocabulary,
        weights=weights,
        bias=bias,
        calibration=calibrate(scores, wanted, ORDER),
    )


def wanted_of(phrases: Sequence[Phrase]) -> Array:
    """Which labels each phrase has, as ones and zeros."""
    return np.array([[label in phrase.labels for label in ORDER] for phrase in phrases], dtype=np.float32)
