"""The linear model: labels compete for what a message shows, and a logistic unit a label says how sure that is.

Nothing but numpy.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log
from typing import Any, Final

import numpy as np

from agente_hotelero.dialogue.understanding.features import WEIGHTS, features

Array = np.ndarray[Any, Any]
SEPARATOR: Final = "\n"
LEAST_SHARE: Final = 1e-6
MOST_ODDS: Final = 30.0


Counts = Sequence[Mapping[str, int]]
"""How often a message has each feature, by kind."""
Encode = Callable[[str], Array]
"""A message → what it says as a whole: numbers that are alike where sentences mean the same, in whatever words."""
MANY: Final = 32
SUBLINEAR: Final = (0.0, *(1 + log(count) for count in range(1, MANY)))
"""What is said twice counts for less than twice."""


def counts_of(text: str) -> Counts:
    """What a message has."""
    return [Counter(kind) for kind in features(text)]


class Vocabulary:
    """Which feature has which number, and how telling it is."""

    def __init__(self, *, names: Sequence[Sequence[str]], telling: Array) -> None:
        """`names` are of the three kinds in turn; numbers go on from one to the next."""
        self.names = names
        self.telling = telling
        self._weights = telling.tolist()
        self._numbers: list[dict[str, int]] = []
        begin = 0
        for kind in names:
            self._numbers.append(dict(zip(kind, range(begin, begin + len(kind)), strict=True)))
            begin += len(kind)

    def __len__(self) -> int:
        return len(self._weights)

    def vector(self, counts: Counts) -> tuple[Array, Array]:
        """Numbers of the features that a message has, and how much of each."""
        numbers: list[int] = []
        values: list[float] = []
        for seen, known, weight in zip(counts, self._numbers, WEIGHTS, strict=True):
            found = [(known[name], count) for name, count in seen.items() if name in known]
            raw = [self._weights[at] * (SUBLINEAR[count] if count < MANY else 1 + log(count)) for at, count in found]
            length = sum(value * value for value in raw) ** 0.5
            numbers += [at for at, _ in found]
            values += [weight * value / length for value in raw]
        return np.array(numbers, dtype=np.int64), np.array(values, dtype=np.float32)


class Model:
    """Tells how likely each label is, and how likely it must be before it is acted on."""

    def __init__(self, arrays: Mapping[str, Array], encode: Encode | None = None) -> None:
        """Take what `arrays_of` made; `encode` as when it was made."""
        self.labels: tuple[str, ...] = tuple(_text(arrays["labels"]).split(SEPARATOR))
        names = [_text(arrays[f"names_{kind}"]).split(SEPARATOR) for kind in range(len(WEIGHTS))]
        self._vocabulary = Vocabulary(names=names, telling=arrays["telling"].astype(np.float32))
        weights: Array = arrays["weights"].astype(np.float32)
        self._weights, self._of_sentences = weights[: len(self._vocabulary)], weights[len(self._vocabulary) :]
        self._encode = encode
        self._bias = arrays["bias"]
        self._curves = arrays["curves"]
        self.acts_from: Mapping[str, float] = dict(zip(self.labels, arrays["acts_from"].tolist(), strict=True))

    @property
    def knows_sentences(self) -> bool:
        """Whether it takes milliseconds."""
        return self._encode is not None

    def __call__(self, text: str) -> list[tuple[str, float]]:
        """Every label with its probability, the likeliest first; nothing for a message without a known word."""
        numbers, values = self._vocabulary.vector(counts_of(text))
        if not len(numbers):
            return []
        scores = values @ self._weights[numbers] + self._bias
        if self._encode is not None:
            scores += self._encode(text) @ self._of_sentences
        chances = chances_of(evidence(scores), self._curves)
        order = np.argsort(-chances)
        return [(self.labels[at], float(chances[at])) for at in order]


def evidence(scores: Array) -> Array:
    """Scores of classes that compete, along the last axis → what tells how likely each is, along a new one.

    Its log-odds; the same beside the likeliest, since a message may want two things; whether it is the likeliest; 1.
    """
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    likeliest = np.arange(shares.shape[-1]) == shares.argmax(axis=-1)[..., None]
    others = np.where(likeliest, 0.0, shares)
    beside = others / np.maximum(others.sum(axis=-1, keepdims=True), LEAST_SHARE)
    odds, odds_beside = _log_odds(shares), _log_odds(np.where(likeliest, shares, beside))
    found: Array = np.stack([odds, odds_beside, likeliest.astype(odds.dtype), np.ones_like(odds)], axis=-1)
    return found


def chances_of(evidence: Array, curves: Array) -> Array:
    """A logistic unit a class: `curves` has four numbers for each."""
    odds = np.clip((evidence * curves).sum(axis=-1), -MOST_ODDS, MOST_ODDS)
    chances: Array = 1.0 / (1.0 + np.exp(-odds))
    return chances


def _log_odds(shares: Array) -> Array:
    shares = np.clip(shares, LEAST_SHARE, 1 - LEAST_SHARE)
    odds: Array = np.log(shares / (1 - shares))
    return odds


def arrays_of(
    *,
    labels: Sequence[str],
    vocabulary: Vocabulary,
    weights: Array,
    bias: Array,
    calibration: Mapping[str, Array],
) -> dict[str, Array]:
    """What a model is stored as: numbers and bytes, nothing that could run."""
    names = {f"names_{kind}": _bytes(SEPARATOR.join(words)) for kind, words in enumerate(vocabulary.names)}
    return {
        "labels": _bytes(SEPARATOR.join(labels)),
        **names,
        "telling": vocabulary.telling.astype(np.float16),
        "weights": weights.astype(np.float16),
        "bias": bias.astype(np.float32),
        **{name: values.astype(np.float32) for name, values in calibration.items()},
    }


def _bytes(text: str) -> Array:
    stored: Array = np.frombuffer(text.encode(), dtype=np.uint8)
    return stored


def _text(stored: Array) -> str:
    return stored.tobytes().decode()
