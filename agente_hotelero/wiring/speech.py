"""Who listens to voice notes: nobody, unless there is a model."""

from collections.abc import Sequence
from pathlib import Path

from agente_hotelero.actors.ports import FetchMedia, Listen
from agente_hotelero.config.settings import AudioSettings
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account
from agente_hotelero.model.speech import Hearing, Unheard
from agente_hotelero.speech import models, workers
from agente_hotelero.speech.listener import Limits, Listener
from agente_hotelero.speech.workers import Workers
from agente_hotelero.telemetry.metrics import Metrics


class Ears:
    """Workers and whoever hands recordings to them; no process begins before there is something to hear."""

    def __init__(self, *, workers: Workers, limits: Limits, metrics: Metrics) -> None:
        self._workers = workers
        self._limits = limits
        self._metrics = metrics
        self._listener: Listener | None = None

    def listen(self, fetch: FetchMedia) -> Listen:
        """Listen to what can be fetched like this."""
        self._listener = Listener(fetch=fetch, hear=self._workers.hear, limits=self._limits, metrics=self._metrics)
        return self._listener.listen

    async def close(self) -> None:
        """Listen to nothing more; what is under way is done by the next process."""
        if self._listener is not None:
            await self._listener.close()
        await self._workers.close()


def ears(settings: AudioSettings, *, models_below: Path, metrics: Metrics) -> Ears | None:
    """Make them, where there is a model; raises ConfigError where it can't be used."""
    model = models.chosen(settings.model, below=models_below) if settings.workers else None
    if model is None:
        return None
    return Ears(
        workers=Workers(
            workers.whisper(model, threads=settings.threads),
            count=settings.workers,
            most_waiting=settings.most_waiting,
        ),
        limits=Limits(
            most_bytes=settings.most_kilobytes * 1024,
            most_seconds=settings.most_seconds,
            deadline_seconds=settings.deadline_seconds,
            threshold=settings.threshold,
        ),
        metrics=metrics,
    )


async def nobody_listens(
    _account: Account, _media: MediaReceived, _hint: str | None, _languages: Sequence[str]
) -> Hearing:
    """Say so at once."""
    return Unheard.OFF
