"""`agente-hotelero voice`: what an operator reads who wants voice notes to be listened to."""

from pathlib import Path

import pytest

from agente_hotelero.speech import models
from tests.support import needs, voices
from tests.support.command_line import CommandLine

ASKS = "Buenos días. ¿Tienen una habitación doble del tres al cinco de mayo, para dos personas?"


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    return CommandLine(directory=tmp_path)


def test_without_a_model_it_says_that_nobody_listens(command: CommandLine) -> None:
    assert command.run_here("voice", "check").error.startswith("nobody listens: AGENTE_AUDIO__MODEL names no model")


@pytest.mark.parametrize("words", [("voice", "check"), ("check",), ("serve",)], ids=" ".join)
def test_a_model_that_was_not_fetched_is_refused_with_the_command_that_fetches_it(
    command: CommandLine, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "EXTRA", ("json",))
    hotels = str(voices.ROOT / "hotels.example.yaml")
    refused = command.run_here(*words, AGENTE_AUDIO__MODEL="base", AGENTE_HOTELS_FILE=hotels)
    assert refused.error.endswith("to fetch it: agente-hotelero voice fetch base")


def test_without_the_extra_nothing_is_fetched(command: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models, "EXTRA", ("no_such_package_anywhere",))
    assert "requirements-audio.lock" in command.run_here("voice", "fetch", "base").error


@pytest.mark.long
@needs.a_voice
async def test_a_recording_is_listened_to_as_the_service_would(command: CommandLine, tmp_path: Path) -> None:
    note = tmp_path / "nota.ogg"
    note.write_bytes(voices.spoken(ASKS))
    model = str(voices.model())
    done = await command.run("voice", "check", str(note), "--language", "es", AGENTE_AUDIO__MODEL=model)
    assert "del 3 al 5 de mayo" in done.out
    silent = await command.run("voice", "check", AGENTE_AUDIO__MODEL=model)
    assert "all is well" in silent.out


@pytest.mark.long
@needs.a_voice
async def test_a_name_that_nobody_knows_is_refused_and_nobody_is_asked(command: CommandLine) -> None:
    assert (await command.run("voice", "fetch", "basic")).error.startswith("basic is no model")
