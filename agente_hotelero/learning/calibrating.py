"""How likely is likely enough: from what the model says of phrases by an author it has never read."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from agente_hotelero.dialogue.understanding.labels import RISKY
from agente_hotelero.dialogue.understanding.model import Array, log_odds
from agente_hotelero.learning.fitting import Rows, fit

RIGHT_WHERE_RISKY: Final = 0.95
RIGHT: Final = 0.90
LEAST: Final = 0.5
"""What is more likely wrong than right is never acted on, however many sure cases make up for it."""
FEW: Final = 8
"""Of fewer cases no share is told."""
NEVER: Final = 1.01


def strangers_odds(rows: Rows, wanted: Array, authors: Sequence[str], *, size: int) -> Array:
    """Log-odds that a model of all other authors gives each author's phrases."""
    scores = np.zeros(wanted.shape, dtype=np.float32)
    who = np.array(authors)
    for author in sorted(set(authors)):
        weights, bias = fit(rows, wanted, np.flatnonzero(who != author), size=size)
        theirs = np.flatnonzero(who == author)
        scores[theirs] = rows.scores(weights, bias, theirs)
    return log_odds(scores)


def calibrate(odds: Array, wanted: Array, labels: Sequence[str]) -> Mapping[str, Array]:
    """Steepness and shift that make of log-odds probabilities, and from which of these a label is acted on."""
    steepness, shift = _platt(odds, wanted)
    chances = 1 / (1 + np.exp(-(steepness * odds + shift)))
    right = [RIGHT_WHERE_RISKY if label in RISKY else RIGHT for label in labels]
    acts = [_least(chances[:, at], wanted[:, at], share) for at, share in enumerate(right)]
    return {"steepness": steepness, "shift": shift, "acts_from": np.maximum(acts, LEAST)}


def _platt(scores: Array, wanted: Array) -> tuple[Array, Array]:
    """A logistic curve a label, by Newton's method; held near the identity where a label has few phrases."""
    steepness, shift = np.ones(scores.shape[1]), np.zeros(scores.shape[1])
    for _ in range(20):
        chances = 1 / (1 + np.exp(-(steepness * scores + shift)))
        error, weight = chances - wanted, chances * (1 - chances)
        down_a = (error * scores).sum(axis=0) + (steepness - 1)
        down_b = error.sum(axis=0) + 0.1 * shift
        aa, ab, bb = (weight * scores**2).sum(axis=0) + 1, (weight * scores).sum(axis=0), weight.sum(axis=0) + 0.1
        both = aa * bb - ab * ab
        steepness = steepness - (bb * down_a - ab * down_b) / both
        shift = shift - (aa * down_b - ab * down_a) / both
    return steepness, shift


def _least(chances: Array, wanted: Array, share: float) -> float:
    """The least likelihood from which on so great a share is right."""
    order = np.argsort(-chances)
    right = np.cumsum(wanted[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((right >= share) & (np.arange(1, len(order) + 1) >= FEW))
    return float(chances[order[enough[-1]]]) if len(enough) else NEVER
