"""Workers are processes: real ones here, which hear what they are told."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.speech.frames import Question
from agente_hotelero.speech.workers import Workers, environment
from tests.fakes.speech_worker import COMMAND

ROOT = Path(__file__).parents[3]
QUESTION = Question(languages=("es", "pt", "en"), hint="pt", most_seconds=60.0, threshold=0.5)
PATIENCE_SECONDS = 30


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    made = Workers(COMMAND, count=1, most_waiting=2)
    async with asyncio.timeout(PATIENCE_SECONDS):
        yield made
        await made.close()


async def heard(workers: Workers, recording: str) -> str:
    hearing = await workers.hear(recording.encode(), QUESTION)
    return hearing.text if isinstance(hearing, Transcript) else hearing.value


async def becomes(happened: Callable[[], bool]) -> None:
    while not happened():  # noqa: ASYNC110 - another process's doing
        await asyncio.sleep(0.01)


async def exists(path: Path) -> None:
    await becomes(path.exists)


async def gone(pid: int) -> None:
    await becomes(lambda: not Path(f"/proc/{pid}").exists())


async def test_a_worker_answers_in_the_language_of_the_question_whatever_its_libraries_print(workers: Workers) -> None:
    assert await workers.hear(b"say ola", QUESTION) == Transcript(text="ola", language="pt", confidence=0.9)
    assert await workers.hear(b"why no_speech", QUESTION) is Unheard.NO_SPEECH


async def test_no_process_is_begun_before_there_is_something_to_hear_and_one_is_enough(workers: Workers) -> None:
    assert not workers._alive
    pids = {await heard(workers, "pid") for _ in range(3)}
    assert len(pids) == 1 == len(workers._alive)


async def test_a_worker_gives_way_to_everybody(workers: Workers) -> None:
    assert await heard(workers, "nice") == "19"


async def test_a_worker_knows_none_of_our_secrets(workers: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTE_WHATSAPP__ACCESS_TOKEN", "s3cret")
    monkeypatch.setenv("HOTEL_TOKEN", "s3cret")
    names = set((await heard(workers, "environment")).split())
    assert names <= {*environment(), "LC_CTYPE"}
    assert not {"AGENTE_WHATSAPP__ACCESS_TOKEN", "HOTEL_TOKEN"} & names


async def test_a_dead_worker_is_replaced_and_the_recording_heard_after_all(workers: Workers, tmp_path: Path) -> None:
    before = await heard(workers, "pid")
    assert await heard(workers, f"die once {tmp_path / 'mark'}") == "alive"
    assert await heard(workers, "pid") != before


async def test_a_recording_that_ends_every_worker_is_heard_by_nobody_and_the_next_one_is(workers: Workers) -> None:
    assert await workers.hear(b"die", QUESTION) is Unheard.AWAY
    assert await heard(workers, "say hola") == "hola"


async def test_workers_that_never_begin_are_no_reason_to_wait() -> None:
    workers = Workers([*COMMAND, "broken"], count=1, most_waiting=2)
    assert await workers.hear(b"say hola", QUESTION) is Unheard.AWAY
    await workers.close()


async def test_what_can_not_wait_any_more_is_told_so_at_once(workers: Workers, tmp_path: Path) -> None:
    began = tmp_path / "began"
    waiting = [asyncio.create_task(workers.hear(f"hang {began}".encode(), QUESTION)) for _ in range(3)]
    await exists(began)
    assert await workers.hear(b"say hola", QUESTION) is Unheard.BUSY
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert await heard(workers, "say hola") == "hola"


async def test_nobody_goes_on_listening_to_what_nobody_waits_for(workers: Workers, tmp_path: Path) -> None:
    pid = int(await heard(workers, "pid"))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await workers.hear(f"hang {tmp_path / 'began'}".encode(), QUESTION)
    await gone(pid)
    assert await heard(workers, "say hola") == "hola"


async def test_once_closed_whoever_waits_is_told_to_ask_again(workers: Workers, tmp_path: Path) -> None:
    hearing: asyncio.Task[Hearing] = asyncio.create_task(workers.hear(f"hang {tmp_path / 'began'}".encode(), QUESTION))
    await exists(tmp_path / "began")
    await workers.close()
    with pytest.raises(UnavailableError):
        await hearing
    with pytest.raises(UnavailableError):
        await workers.hear(b"say hola", QUESTION)


PARENT = """
import asyncio, sys
from agente_hotelero.speech.workers import Workers
from tests.fakes.speech_worker import COMMAND
from tests.unit.speech.test_workers import QUESTION

async def main():
    workers = Workers(COMMAND, count=1, most_waiting=2)
    idle = await workers.hear(b"pid", QUESTION)
    print(idle.text, flush=True)
    await workers.hear(f"hang {sys.argv[1]}".encode(), QUESTION)

asyncio.run(main())
"""


async def test_a_worker_dies_with_us_however_we_die_and_whatever_it_is_doing(tmp_path: Path) -> None:
    began = tmp_path / "began"
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, str(began), stdout=asyncio.subprocess.PIPE, cwd=ROOT
    )
    assert parent.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        busy = int(await parent.stdout.readline())
        await exists(began)
        parent.kill()
        await parent.wait()
        await gone(busy)
