"""How well messages are understood: on phrases by an author the model has never read, and on strangers' corpora."""

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

import numpy as np

from agente_hotelero.dialogue.reading import Context, Language, Reading
from agente_hotelero.dialogue.understanding.labels import BY_RULES, OUT_OF_SCOPE
from agente_hotelero.dialogue.understanding.model import Model
from agente_hotelero.dialogue.understanding.weighing import Understanding, labels_of
from agente_hotelero.learning.calibrating import calibrate, strangers_odds
from agente_hotelero.learning.fitting import rows_of, vocabulary_of
from agente_hotelero.learning.making import CLASSES, shares_of
from agente_hotelero.learning.phrases import Phrase
from agente_hotelero.model.values import value

TODAY: Final = date(2022, 3, 15)
"""The day that NLU++ counts from; for our own phrases any will do."""


@value
class Case:
    """A message, what it means, and what it was taken for."""

    text: str
    language: Language
    wanted: frozenset[str]
    accepted: frozenset[str]
    """Labels that are as good, or no mistake at least."""
    acted: frozenset[str]
    asked: bool
    """The guest would be asked which of two they mean."""
    stray: bool = False


@value
class Figures:
    """What is told of some cases; shares are of 1."""

    messages: int
    f1: float
    precision: float
    recall: float
    answered: float
    """Of those that want something."""
    right: float
    """Of the answered, with every label right."""
    wrong_risky: float
    strays: int
    strays_answered: float
    asked: float


def own(phrases: Sequence[Phrase]) -> list[Case]:
    """Each author's phrases, as they are taken by rules and a model of all other authors."""
    texts = [phrase.text for phrase in phrases]
    vocabulary = vocabulary_of(texts)
    rows, shares = rows_of(texts, vocabulary), shares_of(phrases)
    authors = [phrase.author for phrase in phrases]
    odds = strangers_odds(rows, shares, authors, size=len(vocabulary))
    calibration = calibrate(odds, shares > 0, CLASSES)
    chances = 1 / (1 + np.exp(-(calibration["steepness"] * odds + calibration["shift"])))
    known = {text: _sorted(row) for text, row in zip(texts, chances.tolist(), strict=True)}
    acts_from = dict(zip(CLASSES, calibration["acts_from"].tolist(), strict=True))
    read = Understanding(chances=known.__getitem__, acts_from=acts_from)
    return [
        _case(read, phrase.text, phrase.language, phrase.labels, BY_RULES, stray=phrase.file == OUT_OF_SCOPE)
        for phrase in phrases
    ]


def corpus(file: Path, model: Model) -> list[Case]:
    """A corpus of others, as JSON lines: text, lang, labels (None where it has none of ours), accept."""
    read = Understanding(chances=model, acts_from=model.acts_from)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [
        _case(read, line["text"], Language(line["lang"]), frozenset(line["labels"]), frozenset(line["accept"] or ()))
        for line in lines
        if line["labels"] is not None
    ]


def _case(
    read: Callable[[str, Context], Reading],
    text: str,
    language: Language,
    wanted: frozenset[str],
    accepted: frozenset[str],
    *,
    stray: bool = False,
) -> Case:
    reading = read(text, Context(today=TODAY, languages=tuple(Language), prior=language))
    return Case(
        text=text,
        language=language,
        wanted=wanted,
        accepted=accepted | wanted,
        acted=labels_of(reading),
        asked=bool(reading.perhaps),
        stray=stray,
    )


def _sorted(row: Sequence[float]) -> list[tuple[str, float]]:
    return sorted(zip(CLASSES, row, strict=True), key=lambda one: -one[1])
