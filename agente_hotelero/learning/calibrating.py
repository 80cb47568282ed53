"""How likely is likely enough: from what the model says of phrases by an author it has never read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from agente_hotelero.dialogue.understanding.labels import RISKY
from agente_hotelero.dialogue.understanding.model import Array, chances_of, evidence
from agente_hotelero.learning.fitting import Rows, fit_all

RIGHT_WHERE_RISKY: Final = 0.95
RIGHT: Final = 0.92
LEAST: Final = 0.55
"""What is about as likely wrong as right is never acted on, however many sure cases make up for it."""
GROUPS: Final = 4
FEW: Final = 8
"""Of fewer cases no share is told."""
NEVER: Final = 1.01
ROUNDS: Final = 20
SMALLEST_STEP: Final = 1e-3
USUAL: Final = np.array([1.0, 0.0, 0.0, 0.0])
HELD: Final = np.array([1.0, 1.0, 1.0, 0.1])
"""Where a curve begins, and how hard it is held there."""


def strangers_evidence(rows: Rows, wanted: Array, authors: Sequence[str]) -> Array:
    """What a model of all other authors finds in each author's phrases, and in further rows of theirs that no model learns from."""
    learnt = np.arange(len(rows)) < len(wanted)
    scores: Array = np.zeros((len(rows), wanted.shape[1]), dtype=np.float32)
    strange = [np.isin(np.array(authors), group) for group in groups_of(authors[: len(wanted)])]
    fitted = fit_all(rows, wanted, [np.flatnonzero(learnt & ~theirs) for theirs in strange])
    for theirs, (weights, bias) in zip(map(np.flatnonzero, strange), fitted, strict=True):
        scores[theirs] = rows.scores(weights, bias, theirs)
    return evidence(scores)


def groups_of(authors: Sequence[str]) -> Sequence[Sequence[str]]:
    """Who is left out together: those who wrote little join others, so that there are a few models to make."""
    groups: list[list[str]] = [[] for _ in range(min(GROUPS, len(set(authors))))]
    wrote = Counter(authors)
    for author, _ in sorted(wrote.items(), key=lambda one: (-one[1], one[0])):
        min(groups, key=lambda group: sum(wrote[other] for other in group)).append(author)
    return groups


def calibrate(found: Array, wanted: Array, labels: Sequence[str]) -> Mapping[str, Array]:
    """The curves that make probabilities of what was found, and from which of these a label is acted on."""
    curves = np.stack([_curve(found[:, at], wanted[:, at]) for at in range(len(labels))])
    chances = chances_of(found, curves)
    right = [RIGHT_WHERE_RISKY if label in RISKY else RIGHT for label in labels]
    acts = [_least(chances[:, at], wanted[:, at], share) for at, share in enumerate(right)]
    return {"curves": curves, "acts_from": np.maximum(acts, LEAST)}


def _curve(found: Array, wanted: Array) -> Array:
    """A logistic curve by Newton's method; held near log-odds alone where a label has few phrases."""
    curve: Array = USUAL
    for _ in range(ROUNDS):
        chances = chances_of(found, curve)
        slope = found.T @ (chances - wanted) + HELD * (curve - USUAL)
        bend = (found.T * (chances * (1 - chances))) @ found + np.diag(HELD)
        step = np.linalg.solve(bend, slope)
        # A step too far would only grow: half of it, and half of that, until it leads down.
        while _loss(found, wanted, curve - step) > _loss(found, wanted, curve) and np.abs(step).max() > SMALLEST_STEP:
            step /= 2
        curve = curve - step
        if np.abs(step).max() <= SMALLEST_STEP:
            break
    return curve


def _loss(found: Array, wanted: Array, curve: Array) -> float:
    odds = found @ curve
    return float((np.logaddexp(0, odds) - wanted * odds).sum() + (HELD * (curve - USUAL) ** 2).sum() / 2)


def _least(chances: Array, wanted: Array, share: float) -> float:
    """The least likelihood from which on so great a share is right."""
    order = np.argsort(-chances)
    right = np.cumsum(wanted[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero((right >= share) & (np.arange(1, len(order) + 1) >= FEW))
    return float(chances[order[enough[-1]]]) if len(enough) else NEVER
