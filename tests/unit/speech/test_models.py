"""Where the model is that listens, and what to do where it is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from agente_hotelero.config.settings import AudioSettings
from agente_hotelero.errors import ConfigError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.speech import Unheard
from agente_hotelero.speech import models
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.speech import ears, nobody_listens
from tests.support.actors_words import WHATSAPP

IMPORTS_NOTHING = """
import sys
import agente_hotelero.app, agente_hotelero.commands.voice, agente_hotelero.wiring.speech
print(sorted({"av", "faster_whisper", "ctranslate2", "onnxruntime"} & set(sys.modules)))
"""


def a_model(place: Path) -> Path:
    place.mkdir(parents=True)
    for name in models.FILES:
        (place / name).touch()
    return place


@pytest.fixture(autouse=True)
def _extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is there; what matters here imports nothing of it."""
    monkeypatch.setattr(models, "EXTRA", ("json",))


def test_a_model_is_found_by_its_path_and_by_its_name(tmp_path: Path) -> None:
    assert models.chosen(str(a_model(tmp_path / "own")), below=tmp_path / "models") == tmp_path / "own"
    a_model(tmp_path / "models" / "Systran--faster-whisper-small")
    found = models.chosen("Systran/faster-whisper-small", below=tmp_path / "models")
    assert found == tmp_path / "models" / "Systran--faster-whisper-small"


def test_a_name_that_was_not_fetched_is_refused_with_the_command_that_fetches_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"has no model.bin.*agente-hotelero voice fetch base"):
        models.chosen("base", below=tmp_path)


def test_half_a_model_is_refused_with_what_it_lacks(tmp_path: Path) -> None:
    (a_model(tmp_path / "own") / "tokenizer.json").unlink()
    with pytest.raises(ConfigError, match=r"has no tokenizer\.json; name a directory"):
        models.chosen(str(tmp_path / "own"), below=tmp_path)


def test_without_the_extra_a_model_is_refused_with_the_command_that_installs_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "EXTRA", ("no_such_package_anywhere",))
    with pytest.raises(ConfigError, match=r"requirements-audio\.lock"):
        models.chosen(str(a_model(tmp_path / "own")), below=tmp_path)


def test_an_image_that_carries_a_model_needs_no_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert models.chosen(None, below=tmp_path) is None
    carried = a_model(tmp_path / models.CARRIED)
    assert models.chosen(None, below=tmp_path) == carried
    assert ears(AudioSettings(), models_below=tmp_path, metrics=Metrics()) is not None
    assert ears(AudioSettings(workers=0), models_below=tmp_path, metrics=Metrics()) is None


async def test_where_there_is_no_model_nobody_listens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert ears(AudioSettings(), models_below=tmp_path, metrics=Metrics()) is None
    assert await nobody_listens(WHATSAPP, MediaReceived(what="audio", media_id="1"), None, ("es",)) is Unheard.OFF


def test_the_service_imports_nothing_of_the_extra() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS_NOTHING], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"
