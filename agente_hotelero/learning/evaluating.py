"""How well messages are understood: on phrases by an author the model has never read, and on strangers' corpora."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from itertools import cycle, pairwise
from pathlib import Path
from typing import Final

import numpy as np

from agente_hotelero.dialogue.reading import Context, Language, Reading
from agente_hotelero.dialogue.understanding.labels import BY_RULES, INFORM, OUT_OF_SCOPE, RISKY
from agente_hotelero.dialogue.understanding.language_asked import without_language_asked
from agente_hotelero.dialogue.understanding.model import Array, Model, chances_of, counts_of
from agente_hotelero.dialogue.understanding.parts import parts_of
from agente_hotelero.dialogue.understanding.weighing import A_ROOM, BESIDE_ANYTHING, Understanding, labels_of
from agente_hotelero.learning.calibrating import calibrate, strangers_evidence
from agente_hotelero.learning.fitting import rows_of, vocabulary_of
from agente_hotelero.learning.making import CLASSES, shares_of
from agente_hotelero.learning.phrases import Phrase
from agente_hotelero.model.values import value

TODAY: Final = date(2022, 3, 15)
"""The day that NLU++ counts from; for our own phrases any will do."""
ANSWERED: Final = BESIDE_ANYTHING - RISKY - {"report_problem"}
"""What a hotel knows."""
SHORT: Final = 10
"""So many words at most has each wish of two."""
JOINTS: Final = {
    Language.ES: (", ", " y ", "? ", "\n", ". además "),
    Language.PT: (", ", " e ", "? ", "\n", ". também "),
    Language.EN: (", ", " and ", "? ", "\n", ". also "),
}
EncodeAll = Callable[[Sequence[str]], Array]
"""Messages → what each says as a whole, a row each."""
Reads = Mapping[str, Understanding]
"""By author, what reads theirs."""


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
    precision: float
    recall: float
    f1: float
    """Of labels; one that is no mistake but was not wanted counts for nothing."""
    answered: float
    """Of those that want something."""
    whole: float
    """Of those that want something: all of it."""
    right: float
    """Of the answered: nothing that they did not want."""
    wrong_risky: float
    """Of all: something that changes a reservation or money, and was not meant."""
    asked: float
    """Of those that want something: they are asked which of two."""
    strays: int
    strays_answered: float
    """Of what is for somebody else."""


def own(phrases: Sequence[Phrase], reads: Reads) -> list[Case]:
    """Each author's phrases, as strangers take them."""
    return [
        _case(
            reads[phrase.author],
            phrase.text,
            phrase.language,
            phrase.labels,
            BY_RULES,
            stray=phrase.file == OUT_OF_SCOPE,
        )
        for phrase in phrases
    ]


def pairs(phrases: Sequence[Phrase], reads: Reads) -> list[Case]:
    """Two wishes of an author in one message, each of which is understood alone, taken as above."""
    said = list(_pairs(phrases))

    def taken(phrase: Phrase, text: str, wanted: frozenset[str]) -> Case:
        return _case(reads[phrase.author], text, phrase.language, wanted, BY_RULES)

    alone = [[taken(phrase, phrase.text, phrase.labels) for phrase in (one, other)] for one, other, _ in said]
    return [
        taken(one, joined, one.labels | other.labels)
        for (one, other, joined), each in zip(said, alone, strict=True)
        if all(case.wanted <= case.acted <= case.accepted for case in each)
    ]


def _pairs(phrases: Sequence[Phrase]) -> Iterator[tuple[Phrase, Phrase, str]]:
    """Each phrase about one thing that a hotel knows, and the next one of the same author about another, with what joins them."""
    groups: dict[tuple[str, Language], list[Phrase]] = {}
    for phrase in phrases:
        if len(phrase.labels) == 1 and phrase.labels <= ANSWERED and len(phrase.text.split()) <= SHORT:
            groups.setdefault((phrase.author, phrase.language), []).append(phrase)
    chance = np.random.default_rng(1)
    for (_, language), group in groups.items():
        mixed = [group[at] for at in chance.permutation(len(group))]
        for (one, other), joint in zip(pairwise(mixed), cycle(JOINTS[language]), strict=False):
            if one.labels != other.labels and not (one.labels | other.labels) <= A_ROOM:
                yield one, other, one.text.rstrip("?.! ") + joint + other.text


def by_strangers(phrases: Sequence[Phrase], encode_all: EncodeAll | None = None) -> Reads:
    """What reads each author's phrases, pairs of them, and parts of both: rules, and a model of all other authors' phrases."""
    texts = {(phrase.author, phrase.text) for phrase in phrases}
    texts |= {(one.author, joined) for one, _, joined in _pairs(phrases)}
    whole = texts | {(author, without_language_asked(text)) for author, text in texts}
    more = sorted(whole | {(author, part.text) for author, text in whole for part in parts_of(text)})
    messages = [counts_of(phrase.text) for phrase in phrases]
    every = [*(phrase.text for phrase in phrases), *(text for _, text in more)]
    rows = rows_of(
        [*messages, *(counts_of(text) for _, text in more)],
        vocabulary_of(messages),
        None if encode_all is None else encode_all(every),
    )
    shares = shares_of(phrases)
    found = strangers_evidence(rows, shares, [*(phrase.author for phrase in phrases), *(author for author, _ in more)])
    calibration = calibrate(found[: len(phrases)], shares > 0, CLASSES)
    acts_from = dict(zip(CLASSES, calibration["acts_from"].tolist(), strict=True))
    known: dict[str, dict[str, list[tuple[str, float]]]] = {phrase.author: {} for phrase in phrases}
    chances = chances_of(found[len(phrases) :], calibration["curves"])
    for (author, text), row in zip(more, chances.tolist(), strict=True):
        known[author][text] = _sorted(row)
    return {author: Understanding(chances=its.__getitem__, acts_from=acts_from) for author, its in known.items()}


def corpus(file: Path, model: Model) -> list[Case]:
    """A corpus of others, as JSON lines: text, lang, labels (None where it has none of ours), accept."""
    read = Understanding(chances=model, acts_from=model.acts_from)
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    return [
        _case(read, line["text"], Language(line["lang"]), frozenset(line["labels"]), frozenset(line["accept"] or ()))
        for line in lines
        if line["labels"] is not None
    ]


def figures(cases: Sequence[Case]) -> Figures:
    """Sum up."""
    hits = sum(len(case.wanted & case.acted) for case in cases)
    missed = sum(len(case.wanted - case.acted) for case in cases)
    invented = sum(len(case.acted - case.accepted) for case in cases)
    wanting = [case for case in cases if case.wanted]
    answered = [case for case in wanting if case.acted]
    strays = [case for case in cases if case.stray]
    return Figures(
        messages=len(cases),
        precision=_share(hits, hits + invented),
        recall=_share(hits, hits + missed),
        f1=_share(2 * hits, 2 * hits + missed + invented),
        answered=_share(len(answered), len(wanting)),
        whole=_share(sum(case.wanted <= case.acted for case in wanting), len(wanting)),
        right=_share(sum(case.acted <= case.accepted for case in answered), len(answered)),
        wrong_risky=_share(sum(bool((case.acted & RISKY) - case.accepted) for case in cases), len(cases)),
        asked=_share(sum(case.asked for case in wanting), len(wanting)),
        strays=len(strays),
        strays_answered=_share(sum(bool(case.acted - BY_RULES) for case in strays), len(strays)),
    )


def of_label(label: str, cases: Sequence[Case]) -> tuple[int, float, float]:
    """How many want it, and the precision and recall of it."""
    hits = sum(label in case.acted and label in case.wanted for case in cases)
    said = sum(label in case.acted and (label in case.wanted or label not in case.accepted) for case in cases)
    wanted = sum(label in case.wanted for case in cases)
    return wanted, _share(hits, said), _share(hits, wanted)


def confusions(cases: Sequence[Case]) -> list[tuple[str, str, int]]:
    """What was taken for what, the most frequent first: wanted (inform, out_of_scope), acted on, how often."""
    counts: Counter[tuple[str, str]] = Counter()
    for case in cases:
        meant = "+".join(sorted(case.wanted)) or (OUT_OF_SCOPE if case.stray else INFORM)
        counts.update((meant, label) for label in case.acted - case.accepted)
    return [(meant, taken, times) for (meant, taken), times in counts.most_common()]


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


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
