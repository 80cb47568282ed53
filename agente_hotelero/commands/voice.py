"""`voice fetch` and `voice check`: the model that listens to voice notes, and whether it does."""

import asyncio
import io
import time
import wave
from pathlib import Path
from typing import Annotated, Final

import typer

from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config.settings import AudioSettings
from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.speech import models, workers
from agente_hotelero.speech.frames import Question
from agente_hotelero.speech.workers import Workers

LANGUAGES: Final = ("es", "pt", "en")
PATIENCE_SECONDS: Final = 300.0
RATE: Final = 8000

voice = typer.Typer(no_args_is_help=True, help="Voice notes, and the model that listens to them.")


@voice.command("fetch")
def fetch(
    model: Annotated[str, typer.Argument(help="tiny, base, small, medium, or a name on Hugging Face.")],
    revision: Annotated[str | None, typer.Option(help="A commit on Hugging Face, to have the same each time.")] = None,
    to: Annotated[Path | None, typer.Option(help="Where to; otherwise below the data directory.")] = None,
) -> None:
    """Download a model. Nothing else ever does."""
    models.demand_extra()
    place = to or models.place_of(model, below=settings_in_force().models_dir)
    models.fetch(model, place, revision=revision)
    say(f"{model} is in {place.absolute()}; to use it: {models.SETTING}={model if to is None else place.absolute()}")


@voice.command("check")
def check(
    recording: Annotated[Path | None, typer.Argument(help="Something to listen to, such as note.ogg.")] = None,
    language: Annotated[str | None, typer.Option(help="What the conversation would be in: es, pt or en.")] = None,
) -> None:
    """Listen to a recording, or to a second of silence, as the service would."""
    settings = settings_in_force()
    model = models.chosen(settings.audio.model, below=settings.models_dir)
    if model is None or not settings.audio.workers:
        fail(
            f"nobody listens: {models.SETTING} names no model, or there are no workers; guests who speak are asked to write"
        )
    content = _silence() if recording is None else recording.read_bytes()
    began = time.monotonic()
    heard = asyncio.run(_hear(model, settings.audio, content, language))
    say(f"{model} listened for {time.monotonic() - began:.1f} s, its start among them")
    if isinstance(heard, Transcript):
        say(f"{heard.language}, {heard.confidence:.2f} sure: {heard.text}")
    elif recording is None and heard is Unheard.NO_SPEECH:
        say("it hears nothing in silence: all is well")
    elif recording is None:
        fail(f"it does not work: {heard}")
    else:
        say(f"no words: {heard}")


async def _hear(model: Path, settings: AudioSettings, content: bytes, language: str | None) -> Hearing:
    listening = Workers(workers.whisper(model, threads=settings.threads), count=1, most_waiting=0)
    question = Question(
        languages=LANGUAGES, hint=language, most_seconds=settings.most_seconds, threshold=settings.threshold
    )
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await listening.hear(content, question)
    finally:
        await listening.close()


def _silence() -> bytes:
    """A second of it, as WAV."""
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(RATE)
            sound.writeframes(bytes(2 * RATE))
        return file.getvalue()
