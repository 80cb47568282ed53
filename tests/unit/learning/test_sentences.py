"""The model that knows sentences, where the extra for it is installed, and what is done where it is not."""

from pathlib import Path

import numpy as np
import pytest

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.understanding.model import Array, Model
from agente_hotelero.learning import making, model_file, sentences
from agente_hotelero.learning.phrases import Phrase

SAID = {"pool": "hay pileta", "pets": "llevo un perro"}


def phrase(number: int) -> Phrase:
    label = ("pool", "pets")[number % 2]
    return Phrase(
        text=f"{SAID[label]} {'abcdefgh'[number % 8]}",
        file=label,
        labels=frozenset({label}),
        language=Language.ES,
        author=f"author {number // 2 % 3}",
        region="ar",
    )


PHRASES = [phrase(number) for number in range(240)]


def meaning(text: str) -> Array:
    """Of two sentences: about water, and about animals."""
    vector: Array = np.array([1.5, 0] if set(text.split()) & {"pileta", "agua"} else [0, 1.5], dtype=np.float32)
    return vector


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An extra that knows two things."""
    monkeypatch.setattr(sentences, "installed", lambda: "1.0")
    monkeypatch.setattr(sentences, "encode", meaning)


@pytest.fixture
def stored(tmp_path: Path, installed: None) -> Path:
    arrays = making.train(PHRASES, np.stack([meaning(one.text) for one in PHRASES]))
    model_file.write(tmp_path / "semantic.npz", arrays, made_of=model_file.fingerprint("1.0"))
    return tmp_path / "semantic.npz"


def test_what_no_phrase_says_is_known_by_its_meaning(stored: Path) -> None:
    model = model_file.load_semantic(stored)
    assert model.knows_sentences
    assert model("hay agua")[0][0] == "pool"


def test_a_model_made_with_another_version_of_the_extra_is_refused(
    stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert model_file.is_semantic_current(stored)
    monkeypatch.setattr(sentences, "installed", lambda: "1.1")
    assert not model_file.is_semantic_current(stored)


def test_where_it_does_not_fit_words_alone_are_understood(
    installed: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_file, "SEMANTIC", tmp_path / "semantic.npz")
    assert not model_file.best().knows_sentences
    assert "semantic.npz: there is no model; make it with `make model`" in model_file.in_use()


def test_nothing_is_to_be_made_where_the_extra_is_not_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sentences, "installed", lambda: None)
    assert model_file.is_semantic_current(tmp_path / "semantic.npz")
    assert not model_file.best().knows_sentences
    assert model_file.in_use() == "messages are understood by words alone: the extra `semantic` is not installed"


def test_a_message_is_no_longer_than_what_says_something(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    class Encoder:
        def encode(self, text: str) -> Array:
            read.append(text)
            return np.zeros(512, dtype=np.float32)

    monkeypatch.setattr(sentences, "_encoder", Encoder)
    sentences.encode("a" * 10_000)
    assert [len(text) for text in read] == [sentences.LETTERS]


def test_many_are_told_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    class Encoder:
        def encode(self, texts: str | list[str]) -> Array:
            rows: Array = np.array([[float(text)] for text in texts], dtype=np.float32)
            return rows

    monkeypatch.setattr(sentences, "_encoder", Encoder)
    many = sentences.encode_all([str(number) for number in range(2 * sentences.SOME + 1)])
    assert many[:, 0].tolist() == [number * sentences.WEIGHT for number in range(2 * sentences.SOME + 1)]


@pytest.mark.skipif(sentences.installed() is None, reason="the extra `semantic` is not installed")
def test_the_same_wish_is_alike_in_three_languages() -> None:
    one, same, another = (
        sentences.encode(text) for text in ("hay pileta en el hotel?", "is there a pool?", "perdi meu passaporte")
    )
    assert one @ same > 2 * max(one @ another, 0.0)
    assert isinstance(model_file.best(), Model)
