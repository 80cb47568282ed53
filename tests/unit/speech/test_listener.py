"""A recording is fetched, heard, counted: once, and within a deadline."""

import asyncio
from collections import deque

import pytest

from agente_hotelero.errors import MediaRefusedError, UnavailableError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account
from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.speech.frames import Question
from agente_hotelero.speech.listener import KEPT, Limits, Listener
from agente_hotelero.telemetry.metrics import Metrics
from tests.support.actors_words import WHATSAPP
from tests.support.virtual_time import clock, in_virtual_time

SAID = Transcript(text="hola", language="es", confidence=0.8)
LIMITS = Limits(most_bytes=100, most_seconds=60.0, deadline_seconds=30.0, threshold=0.5)


class World:
    """A channel and a worker; both may fail."""

    def __init__(self) -> None:
        self.recording = b"OggS"
        self.troubles: deque[Exception] = deque()
        self.fetched: list[str] = []
        self.questions: list[Question] = []
        self.seconds = 1.0
        self.hears: Hearing | Exception = SAID
        self.metrics = Metrics()
        self.listener = Listener(fetch=self.fetch, hear=self.hear, limits=LIMITS, metrics=self.metrics)

    async def fetch(self, account: Account, media: MediaReceived) -> bytes:
        assert account == WHATSAPP
        self.fetched.append(media.media_id)
        if self.troubles:
            raise self.troubles.popleft()
        return self.recording

    async def hear(self, recording: bytes, question: Question) -> Hearing:
        assert recording == self.recording
        self.questions.append(question)
        await asyncio.sleep(self.seconds)
        if isinstance(self.hears, Exception):
            raise self.hears
        return self.hears

    async def listen(self, name: str = "1") -> Hearing:
        note = MediaReceived(what="audio", media_id=name, voice=True)
        return await self.listener.listen(WHATSAPP, note, "pt", ("es", "pt"))

    def counted(self, outcome: str) -> float:
        found = self.metrics.registry.get_sample_value("transcriptions_total", {"outcome": outcome})
        return found or 0.0


@in_virtual_time
async def test_a_note_is_heard_with_what_the_conversation_knows() -> None:
    world = World()
    assert await world.listen() == SAID
    assert world.questions == [Question(languages=("es", "pt"), hint="pt", most_seconds=60.0, threshold=0.5)]
    assert world.counted("heard") == 1
    assert world.metrics.registry.get_sample_value("transcription_seconds_count") == 1


@in_virtual_time
async def test_whoever_asks_again_gets_the_same_and_nobody_listens_twice() -> None:
    world = World()
    first = asyncio.create_task(world.listen())
    await asyncio.sleep(0.5)
    # A turn that was given up does not take the listening with it.
    first.cancel()
    assert [await world.listen(), await world.listen()] == [SAID, SAID]
    assert len(world.questions) == 1 == world.counted("heard")


@in_virtual_time
async def test_of_what_was_heard_long_ago_nothing_is_kept() -> None:
    world = World()
    for number in range(KEPT + 10):
        await world.listen(str(number))
    assert len(world.listener._heard) == KEPT


@in_virtual_time
async def test_a_channel_that_is_away_for_a_moment_is_asked_again_soon() -> None:
    world = World()
    world.troubles += [UnavailableError("Meta", retry_after_seconds=60), UnavailableError("Meta")]
    assert await world.listen() == SAID
    assert clock() < 5


@in_virtual_time
async def test_a_channel_that_stays_away_costs_the_guest_no_more_than_the_deadline() -> None:
    world = World()
    world.troubles += [UnavailableError("Meta")] * 1000
    assert await world.listen() is Unheard.AWAY
    assert clock() == LIMITS.deadline_seconds
    assert world.counted("away") == 1


@in_virtual_time
async def test_what_takes_too_long_to_hear_is_given_up() -> None:
    world = World()
    world.seconds = 3600.0
    assert await world.listen() is Unheard.AWAY
    assert clock() == LIMITS.deadline_seconds


@pytest.mark.parametrize(("reason", "why"), [("gone", Unheard.GONE), ("too_large", Unheard.TOO_LARGE)])
def test_what_will_never_come_is_not_waited_for(reason: str, why: Unheard) -> None:
    @in_virtual_time
    async def listens() -> None:
        world = World()
        world.troubles.append(MediaRefusedError(reason))
        assert await world.listen() is why
        assert world.questions == []
        assert clock() == 0

    listens()


@in_virtual_time
async def test_what_is_too_large_reaches_no_decoder() -> None:
    world = World()
    world.recording = b"x" * (LIMITS.most_bytes + 1)
    assert await world.listen() is Unheard.TOO_LARGE
    assert world.questions == []


@in_virtual_time
async def test_while_the_service_ends_whoever_asks_hears_so_and_the_next_process_listens() -> None:
    world = World()
    world.hears = UnavailableError("whoever listens")
    with pytest.raises(UnavailableError):
        await world.listen()
    world.hears = SAID
    assert await world.listen() == SAID


@in_virtual_time
async def test_closing_ends_what_is_under_way() -> None:
    world = World()
    world.seconds = 3600.0
    waiting = asyncio.create_task(world.listen())
    await asyncio.sleep(1)
    await world.listener.close()
    with pytest.raises(asyncio.CancelledError):
        await waiting
