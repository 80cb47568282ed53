"""Weights and thresholds, of a world small enough to know the answer."""

import numpy as np

from agente_hotelero.dialogue.understanding.labels import RISKY
from agente_hotelero.dialogue.understanding.model import chances_of, counts_of, evidence
from agente_hotelero.learning.calibrating import NEVER, calibrate, strangers_evidence
from agente_hotelero.learning.fitting import fit, rows_of, vocabulary_of

TEXTS = [f"{word} {filler}" for filler in ("hay", "tienen", "y el", "quiero") for word in ("pileta", "perro")] * 8
WANTED = np.tile(np.eye(2, dtype=np.float32), (32, 1))


def test_what_differs_is_learned() -> None:
    messages = [counts_of(text) for text in TEXTS]
    vocabulary = vocabulary_of(messages)
    rows = rows_of(messages, vocabulary)
    every = np.arange(len(TEXTS))
    weights, bias = fit(rows, WANTED, every)
    assert (rows.scores(weights, bias, every).argmax(axis=1) == WANTED.argmax(axis=1)).all()


def test_what_only_sentences_tell_is_learned_as_well() -> None:
    messages = [counts_of("hay")] * len(TEXTS)
    vocabulary = vocabulary_of(messages)
    rows = rows_of(messages, vocabulary, vectors=WANTED * 1.5)
    every = np.arange(len(TEXTS))
    weights, bias = fit(rows, WANTED, every)
    assert len(weights) == rows.size == len(vocabulary) + 2
    assert (rows.scores(weights, bias, every).argmax(axis=1) == WANTED.argmax(axis=1)).all()


def test_what_one_author_alone_says_is_strange_to_the_others() -> None:
    said = ["pileta"] * 10 + ["perro"] * 10 + ["zzz"] * 10
    wanted = np.array([[1, 0]] * 10 + [[0, 1]] * 10 + [[1, 0]] * 10, dtype=np.float32)
    messages = [counts_of(text) for text in said]
    vocabulary = vocabulary_of(messages)
    authors = ["a", "b"] * 10 + ["c"] * 10
    odds = strangers_evidence(rows_of(messages, vocabulary), wanted, authors)[:, 0, 0]
    assert odds[0] > 1 > abs(odds[25])


def test_a_label_is_acted_on_from_where_it_is_right_often_enough() -> None:
    chance = np.random.default_rng(1)
    scores = chance.normal(size=(4_000, 2)) * 3
    first = chance.random(4_000) < 1 / (1 + np.exp(scores[:, 1] - scores[:, 0]))
    wanted = np.stack([first, ~first], axis=1)
    its = calibrate(evidence(scores), wanted, ["pool", min(RISKY)])
    chances = chances_of(evidence(scores), its["curves"])
    info, risky = (wanted[chances[:, at] >= its["acts_from"][at], at].mean() for at in (0, 1))
    assert 0.92 <= info < 0.94
    assert 0.95 <= risky < 0.97


def test_what_is_never_right_is_never_acted_on() -> None:
    its = calibrate(evidence(np.zeros((100, 2))), np.zeros((100, 2), dtype=bool), ["pool", "pets"])
    assert its["acts_from"].tolist() == [NEVER, NEVER]
