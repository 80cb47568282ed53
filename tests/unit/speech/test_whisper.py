"""What the real model hears of a machine's voice, of noise, and of what is no sound, where this machine has it."""

from collections.abc import Callable
from typing import Final

import pytest

from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.speech import workers
from agente_hotelero.speech.frames import Question
from agente_hotelero.speech.workers import Workers
from tests.support import needs, voices

pytestmark = [pytest.mark.long, needs.a_voice]
ES: Final = "Buenos días. ¿Tienen una habitación doble del tres al cinco de mayo, para dos personas?"
PT: Final = "Bom dia. Vocês têm um quarto de três a cinco de maio para duas pessoas?"
EN: Final = "Hello, I would like a double room from May third to May fifth for two people."
LONG: Final = (
    "Good morning. My name is Robert Brown and I am calling about a holiday with my family. We would like to come in May. "
    "Do you have a double room from May third to May fifth for two people? My wife likes to sleep near a window, if that is possible. "
    "We are going to arrive late in the evening, because our train leaves at noon. "
    "Please tell me also whether breakfast is included, how much the parking costs, and whether there is a swimming pool."
)
"""Half a minute and more: it does not fit into one window."""
PLAYLIST: Final = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n"


async def hear(recording: bytes, *, hint: str | None = None, most_seconds: float = 60.0) -> Hearing:
    listening = Workers(workers.whisper(voices.model(), threads=2), count=1, most_waiting=0)
    question = Question(languages=("es", "pt", "en"), hint=hint, most_seconds=most_seconds, threshold=0.5)
    try:
        return await listening.hear(recording, question)
    finally:
        await listening.close()


@pytest.mark.parametrize(
    ("words", "voice", "hint", "language", "days"),
    [
        (ES, "es", None, "es", "3 al 5 de mayo"),
        (ES, "es", "en", "es", "3 al 5 de mayo"),
        (PT, "pt-br", "pt", "pt", "3 a 5 de maio"),
        (EN, "en", "es", "en", "May 3 to May 5"),
    ],
)
async def test_clear_speech_is_heard_in_its_language(
    words: str, voice: str, hint: str | None, language: str, days: str
) -> None:
    heard = await hear(voices.spoken(words, voice=voice, speed=130), hint=hint)
    assert isinstance(heard, Transcript)
    assert heard.language == language
    assert days in heard.text
    assert 0.5 <= heard.confidence <= 1


@pytest.mark.parametrize(
    "make",
    [
        lambda: voices.silence(5),
        lambda: voices.noise(5),
        lambda: voices.noise(5, volume=0.02),
        lambda: voices.noise(40),
    ],
    ids=["silence", "noise", "faint noise", "long noise"],
)
async def test_out_of_noise_nothing_is_made_up(make: Callable[[], bytes]) -> None:
    assert await hear(make(), hint="es") is Unheard.NO_SPEECH


async def test_speech_below_noise_is_no_words() -> None:
    assert await hear(voices.spoken(ES, below=1.0), hint="es") in {Unheard.UNCLEAR, Unheard.NO_SPEECH}


async def test_a_long_note_is_heard_to_its_end() -> None:
    heard = await hear(voices.spoken(LONG, voice="en", speed=120), most_seconds=120.0)
    assert isinstance(heard, Transcript)
    assert heard.text.startswith("Good morning")
    assert "swimming pool" in heard.text[-80:]


async def test_what_is_longer_than_it_may_be_is_not_decoded_to_its_end() -> None:
    assert await hear(voices.silence(90), most_seconds=60.0) is Unheard.TOO_LONG


@pytest.mark.parametrize(
    "recording",
    [PLAYLIST, b"", b"OggS" + bytes(500), b"RIFF" + b"x" * 100, bytes(range(256)) * 40],
    ids=["playlist", "nothing", "ogg in name", "wav in name", "bytes"],
)
async def test_what_is_no_sound_is_not_opened(recording: bytes) -> None:
    assert await hear(recording) is Unheard.NO_SOUND


async def test_a_note_that_is_cut_off_in_the_middle_ends_no_worker() -> None:
    whole = voices.spoken(ES)
    assert await hear(whole[: len(whole) // 2]) is not Unheard.AWAY
