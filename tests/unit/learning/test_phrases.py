"""Our own phrases are enough of each kind, in order, and nobody else's."""

import json
import re
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.understanding.labels import LABELS, OUT_OF_SCOPE
from agente_hotelero.learning import phrases
from agente_hotelero.learning.phrases import Phrase

MATTER_MOST = (
    "check_availability ask_price make_reservation check_reservation modify_reservation cancel_reservation payment"
    " check_in_info breakfast report_problem human_handoff location"
).split()


@cache
def every() -> tuple[Phrase, ...]:
    return tuple(phrases.read())


def bare(text: str) -> str:
    """Words alone, without accents and signs; what has none stays as it is."""
    spread = unicodedata.normalize("NFD", text.lower())
    words = re.findall(r"\w+", "".join(letter for letter in spread if not unicodedata.combining(letter)))
    return " ".join(words) or text


def test_every_label_has_enough_phrases_in_every_language() -> None:
    counts = Counter((label, phrase.language) for phrase in every() for label in phrase.labels or {phrase.file})
    few = {
        (label, language): counts[label, language]
        for label in LABELS | {"inform"}
        for language in Language
        if counts[label, language] < (60 if label in MATTER_MOST else 25)
    }
    assert not few


def test_enough_of_them_are_for_somebody_else() -> None:
    assert sum(phrase.file == OUT_OF_SCOPE for phrase in every()) >= 600


def test_nothing_is_written_twice() -> None:
    assert [text for text, times in Counter(bare(phrase.text) for phrase in every()).items() if times > 1] == []


def test_no_message_wants_more_than_three_things() -> None:
    assert [phrase.text for phrase in every() if len(phrase.labels) > 3] == []


def test_four_authors_wrote_of_everything() -> None:
    authors = {phrase.author for phrase in every()}
    of_label = {label: {phrase.author for phrase in every() if label in phrase.labels} for label in LABELS}
    assert len(authors) >= 4
    assert [label for label, its in of_label.items() if len(its) < 4] == []


SENTENCE_WORDS = 5
"""Shorter ones («how much is breakfast») are written by everybody."""


def test_no_sentence_is_somebody_elses(conformance_dir: Path) -> None:
    """Neither as it is nor inside another: every five words or more of theirs, looked for in the words of ours."""
    files = (conformance_dir / "corpora/understanding").glob("*.jsonl")
    theirs = {bare(json.loads(line)["text"]) for file in files for line in file.read_text().splitlines()}
    sentences = [text for text in theirs if len(text.split()) >= SENTENCE_WORDS]
    ours = "\n".join(f" {bare(phrase.text)} " for phrase in every())
    assert len(sentences) > 500
    assert [text for text in sentences if f" {text} " in ours] == []


@pytest.mark.parametrize("item", ["[42]", '["ok", no_such_label]', "3"])
def test_what_is_wrong_in_a_file_is_named(tmp_path: Path, item: str) -> None:
    (tmp_path / "pool.yaml").write_text(f"es:\n  lola/mx:\n    - {item}\n")
    with pytest.raises(ValueError, match=r"pool\.yaml"):
        phrases.read(tmp_path)
