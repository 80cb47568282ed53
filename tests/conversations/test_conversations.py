"""Guests of three languages talk with the demo hotel, and every turn leads to what it must."""

from collections import Counter
from pathlib import Path

import pytest

from tests.conversations import scripts
from tests.conversations.acting import play
from tests.conversations.scripts import LANGUAGES, THEMES, Script


def failure(script: Script) -> str | None:
    """What goes wrong in a conversation, where, and after what was said."""
    try:
        play(script)
    except Exception as error:  # noqa: BLE001 - each is told, with where it happened
        return "\n".join([f"{type(error).__name__}: {error}", *error.__notes__])
    return None


@pytest.mark.parametrize("file", scripts.files(), ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_every_turn_of_a_conversation_leads_to_what_it_must(file: Path) -> None:
    told = [told for script in scripts.read(file) if not script.open and (told := failure(script)) is not None]
    assert not told, f"{len(told)} of {file.name}:\n\n" + "\n\n".join(told)


def test_what_does_not_go_well_yet_is_known_and_nothing_else_is_called_so() -> None:
    still_open = [script for script in scripts.read_all() if script.open]
    assert [script.name for script in still_open if failure(script) is None] == []
    assert len(still_open) <= 10


def test_there_are_hundreds_of_conversations_in_each_language_of_every_kind() -> None:
    played = [script for script in scripts.read_all() if not script.open]
    languages = Counter(script.language for script in played)
    themes = {
        language: {theme for one in played if one.language == language for theme in one.themes}
        for language in LANGUAGES
    }
    assert len(played) >= 200
    assert languages["es"] >= 80
    assert min(languages.values()) >= 70
    assert {language: THEMES - named for language, named in themes.items() if THEMES - named} == {}
    assert {"MX", "CO", "PE", "AR", "ES", "BR", "PT", "US"} <= {script.region for script in played}


def test_no_conversation_is_there_twice() -> None:
    said = Counter(tuple(step.texts for step in script.steps) for script in scripts.read_all())
    assert [texts for texts, count in said.items() if count > 1] == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("== Una doble | MX | pottery\n> hola\n", "no such theme: pottery"),
        ("> hola\n", "list index out of range"),
        ("== Una doble | MX | booking\nhola\n", "what is this?"),
    ],
)
def test_a_script_that_cannot_be_read_names_its_file_and_line(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "odd.txt"
    file.write_text(text)
    with pytest.raises(ValueError, match=rf"odd\.txt:[12]: .*{why}"):
        scripts.read(file)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (["> una doble del 5 al 8 de mayo para 2", "  offers suite"], "offers"),
        (["> ¿hay wifi?", "  answers pool"], "it is"),
        (["> ¿hay wifi?"], "nobody asked of"),
        (["> quiero hablar con una persona"], "handed off for"),
        (["> hola", "  language en"], "answers in es"),
        (["> una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz, ana@x.com", "> sí"], "something was written"),
        (["> hola", "  dances the tango"], "nobody knows what"),
    ],
)
def test_what_goes_wrong_in_a_conversation_is_told(tmp_path: Path, lines: list[str], why: str) -> None:
    file = tmp_path / "es" / "wrong.txt"
    file.parent.mkdir()
    file.write_text("\n".join(["== Sale mal | MX | booking", *lines]))
    [script] = scripts.read(file)
    told = failure(script)
    assert told is not None
    assert why in told
    assert f"wrong.txt:{len(lines) + 1 - lines[-1].startswith('  ')}" in told
