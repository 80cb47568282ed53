"""The model is of these phrases and this code, and can't run anything."""

from pathlib import Path

import numpy as np
import pytest

from agente_hotelero.learning import model_file
from agente_hotelero.learning.model_file import MODEL, ModelMissingError, fingerprint, is_current, load, write


def test_the_model_in_the_tree_is_current() -> None:
    assert is_current(), "make model"


def test_a_service_without_its_model_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ModelMissingError, match=r"there is no model; make it with `make model`"):
        load(tmp_path / "model.npz")


def test_a_model_of_other_phrases_is_refused(tmp_path: Path) -> None:
    with np.load(MODEL, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files if name != model_file.MADE_OF}
    path = tmp_path / "model.npz"
    write(path, arrays, made_of=fingerprint())
    assert is_current(path)
    write(path, arrays, made_of=bytes(32))
    with pytest.raises(ModelMissingError, match="other phrases or other code"):
        load(path)


def test_a_changed_phrase_makes_another_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    phrases = tmp_path / "phrases"
    phrases.mkdir()
    (phrases / "pool.yaml").write_text("es:\n  lola/mx:\n    - hay pileta\n")
    monkeypatch.setattr(model_file, "READING", tmp_path)
    before = fingerprint()
    (phrases / "pool.yaml").write_text("es:\n  lola/mx:\n    - hay alberca\n")
    assert fingerprint() != before


@pytest.mark.parametrize("what", [b"", b"PK\x03\x04 cut off", b"no archive at all"])
def test_what_is_no_model_is_refused(tmp_path: Path, what: bytes) -> None:
    path = tmp_path / "model.npz"
    path.write_bytes(what)
    with pytest.raises(ModelMissingError, match="can't be read"):
        load(path)


def test_nothing_in_it_is_ever_run(tmp_path: Path) -> None:
    path = tmp_path / "model.npz"
    np.savez(path, labels=np.array([Path("pickled")], dtype=object))
    with pytest.raises(ModelMissingError, match="can't be read"):
        load(path)
