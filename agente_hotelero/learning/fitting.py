"""Finds the weights of classes that compete (softmax): gradient descent with a step of its own for every weight (AdaGrad)."""

import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from agente_hotelero.dialogue.understanding.features import WEIGHTS
from agente_hotelero.dialogue.understanding.model import Array, Counts, Vocabulary
from agente_hotelero.model.values import value

BATCH: Final = 64
"""So few have few features between them: half the time that twice as many take."""
HOW: Final = {False: (3, 0.5), True: (4, 0.25)}
"""Rounds and step size: of words alone, and with vectors, which every message has all numbers of."""
SEEN_AT_LEAST: Final = (4, 2, 3)
"""What only few phrases have says little of others: of each kind of feature, so many must have it."""


@value
class Rows:
    """Sparse rows: row i has the numbers and values from begins[i] to begins[i + 1], and a vector of all that it says.

    The weights of the vectors come after those of the numbers.
    """

    begins: Array
    numbers: Array
    values: Array
    vectors: Array
    """Of no columns where nobody knows what sentences mean."""
    known: int
    """So many numbers there are."""

    @property
    def size(self) -> int:
        """So many weights a class has."""
        return self.known + int(self.vectors.shape[1])

    def __len__(self) -> int:
        return len(self.begins) - 1

    def places(self, rows: Array) -> tuple[Array, Array]:
        """Where the entries of some rows are, and which of the rows each belongs to."""
        lengths = self.begins[rows + 1] - self.begins[rows]
        skipped = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(self.begins[rows] - skipped, lengths)
        return places, np.repeat(np.arange(len(rows)), lengths)

    def scores(self, weights: Array, bias: Array, rows: Array) -> Array:
        """What a linear model says of some rows."""
        scores: Array = np.stack([self._score(weights, row) for row in rows.tolist()]) + bias
        scores += self.vectors[rows] @ weights[self.known :]
        return scores

    def columns(self, rows: Array) -> tuple[Array, Array]:
        """Some rows as a dense matrix of what they have, and which weight is each column's."""
        places, row = self.places(rows)
        touched, column = _distinct(self.numbers[places], size=self.known)
        columns = np.concatenate([touched, np.arange(self.known, self.size)])
        dense: Array = np.zeros((len(rows), len(columns)), dtype=np.float32)
        dense[row, column] = self.values[places]
        dense[:, len(touched) :] = self.vectors[rows]
        return dense, columns

    def _score(self, weights: Array, row: int) -> Array:
        entries = slice(self.begins[row], self.begins[row + 1])
        score: Array = self.values[entries] @ weights[self.numbers[entries]]
        return score


def vocabulary_of(messages: Sequence[Counts]) -> Vocabulary:
    """Every feature that is seen often enough; the rarer, the more telling."""
    seen: tuple[Counter[str], ...] = tuple(Counter() for _ in WEIGHTS)
    for counts in messages:
        for kind, its in zip(counts, seen, strict=True):
            its.update(kind.keys())
    # The frequent ones side by side: what a batch touches lies close together.
    known = [
        [name for name, count in its.most_common() if count >= least]
        for its, least in zip(seen, SEEN_AT_LEAST, strict=True)
    ]
    counted = [its[name] for its, names in zip(seen, known, strict=True) for name in names]
    telling = np.log((1 + len(messages)) / (1 + np.array(counted))) + 1
    return Vocabulary(names=known, telling=telling)


def rows_of(messages: Sequence[Counts], vocabulary: Vocabulary, vectors: Array | None = None) -> Rows:
    """What each message shows."""
    shown = [vocabulary.vector(counts) for counts in messages]
    begins: Array = np.cumsum([0, *(len(numbers) for numbers, _ in shown)])
    return Rows(
        begins=begins,
        numbers=np.concatenate([numbers for numbers, _ in shown]),
        values=np.concatenate([values for _, values in shown]),
        vectors=np.zeros((len(messages), 0), dtype=np.float32) if vectors is None else vectors,
        known=len(vocabulary),
    )


def fit_all(rows: Rows, wanted: Array, each: Sequence[Array]) -> Sequence[tuple[Array, Array]]:
    """As `fit`, of each choice of rows: side by side, for numpy lets other threads work while it does."""
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        return list(threads.map(lambda chosen: fit(rows, wanted, chosen), each))


def fit(rows: Rows, wanted: Array, chosen: Array) -> tuple[Array, Array]:
    """Weights and bias after some rounds over the chosen rows, averaged over the later ones.

    A row of `wanted` is the share of each class, 1 in all.
    """
    chance = np.random.default_rng(1)
    epochs, step = HOW[rows.vectors.shape[1] > 0]
    weights = np.zeros((rows.size, wanted.shape[1]), dtype=np.float32)
    gone = np.full(weights.shape, 1e-3, dtype=np.float32)
    bias = np.log(wanted[chosen].mean(axis=0) + 1e-4).astype(np.float32)
    average, rounds = np.zeros_like(weights), 0
    for epoch in range(epochs):
        order = chance.permutation(chosen)
        for begin in range(0, len(order), BATCH):
            batch = order[begin : begin + BATCH]
            _step(rows, wanted[batch], batch, weights=weights, gone=gone, bias=bias, step=step)
        if epoch >= epochs // 2:
            average += weights
            rounds += 1
    return average / rounds, bias


def _step(rows: Rows, wanted: Array, batch: Array, *, weights: Array, gone: Array, bias: Array, step: float) -> None:
    """One step downhill, in place; only the features of the batch are touched. Memory is what takes the time here."""
    dense, touched = rows.columns(batch)
    here: Array = weights.take(touched, axis=0)
    error = dense @ here
    error += bias
    error -= error.max(axis=1, keepdims=True)
    np.exp(error, out=error)
    error /= error.sum(axis=1, keepdims=True)
    error -= wanted
    slope = dense.T @ error
    steps: Array = gone.take(touched, axis=0)
    steps += slope * slope
    gone[touched] = steps
    slope *= step
    slope /= np.sqrt(steps, out=steps)
    here -= slope
    weights[touched] = here
    bias -= 0.01 * step * error.sum(axis=0)


def _distinct(numbers: Array, *, size: int) -> tuple[Array, Array]:
    """Each number once, in order, and where among them each of `numbers` is: as np.unique, in a third of its time."""
    place: Array = np.zeros(size, dtype=np.int64)
    place[numbers] = 1
    distinct = np.flatnonzero(place)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[numbers]
