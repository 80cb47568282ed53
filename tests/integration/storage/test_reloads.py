"""Whoever asks for the hotels file to be re-read hears of every process what it made of that, and who kept silent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from agente_hotelero.config.hotels import parse
from agente_hotelero.errors import ConfigError, StorageUnavailableError, UnavailableError
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.listening import Listener
from agente_hotelero.storage.reloads import CHANNEL, Answer, Outcome, PostgresReloads, Reloaded
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.reloading import Reloading
from agente_hotelero.wiring.succession import LeavingError
from tests.support.storage_journal import Tables

Reload = Callable[[], Awaitable[int]]
SLIPS = "hotels:\n  - id: demo\n    check_in_from: 3 pm\n"


@pytest.fixture
def store(pool: Pool) -> PostgresReloads:
    return PostgresReloads(pool)


class Process:
    """One process that listens; `trouble` is what its reload comes to, `reloads` how often it was made."""

    def __init__(self, store: PostgresReloads) -> None:
        self.trouble: Exception | None = None
        self.reloads = 0
        self.gate: asyncio.Event | None = None
        self.metrics = Metrics()
        self.reloading = Reloading(store, reload=self._reload, metrics=self.metrics)

    async def _reload(self) -> int:
        self.reloads += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.trouble is not None:
            raise self.trouble
        return 2

    def counted(self, outcome: str) -> float:
        return self.metrics.registry.get_sample_value("hotels_reloads_total", {"outcome": outcome}) or 0.0

    @asynccontextmanager
    async def listening(self, dsn: str) -> AsyncIterator["Process"]:
        """Let it run, from when it listens."""
        connected = asyncio.Event()

        def heard(_payload: str | None) -> None:
            connected.set()
            self.reloading.heard()

        tasks = [
            asyncio.create_task(self.reloading.run()),
            asyncio.create_task(Listener(dsn, callbacks={CHANNEL: heard}).run()),
        ]
        await connected.wait()
        yield self
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest.fixture
async def process(store: PostgresReloads, database_url: str) -> AsyncIterator[Process]:
    async with Process(store).listening(database_url) as process:
        yield process


def only(reloaded: Reloaded) -> Answer:
    assert reloaded.silent == 0
    [answer] = reloaded.answers
    return answer


def slips() -> ConfigError:
    try:
        parse(SLIPS, name="hotels.yaml", environment={})
    except ConfigError as error:
        return error
    raise AssertionError("there are slips")


async def test_every_process_that_listens_answers_whoever_asked(store: PostgresReloads, database_url: str) -> None:
    async with AsyncExitStack() as stack:
        processes = [await stack.enter_async_context(Process(store).listening(database_url)) for _ in range(3)]
        reloaded = await store.everywhere("test")
    assert (len(reloaded.answers), reloaded.silent) == (3, 0)
    assert {(answer.outcome, answer.hotels) for answer in reloaded.answers} == {(Outcome.RELOADED, 2)}
    assert [process.counted("reloaded") for process in processes] == [1, 1, 1]


async def test_without_anybody_there_is_nobody_to_wait_for(store: PostgresReloads) -> None:
    assert await store.everywhere("test") == Reloaded(answers=(), silent=0)


async def test_who_keeps_silent_is_counted(store: PostgresReloads, process: Process) -> None:
    process.gate = asyncio.Event()
    assert await store.everywhere("test", seconds=0.3) == Reloaded(answers=(), silent=1)


async def test_who_asked_stands_in_the_audit_and_so_does_each_answer(
    store: PostgresReloads, process: Process, tables: Tables
) -> None:
    answer = only(await store.everywhere("ana"))
    asked, answered = await tables.rows("SELECT id, who, action, detail FROM audit ORDER BY id")
    assert (asked["who"], asked["action"]) == ("ana", "reload_asked")
    assert (answered["who"], answered["action"]) == (answer.who, "reloaded")


async def test_an_invalid_file_is_answered_with_its_problems_and_logged_by_hotel_line_and_field(
    store: PostgresReloads, process: Process, capsys: pytest.CaptureFixture[str]
) -> None:
    process.trouble = slips()
    answer = only(await store.everywhere("test"))
    assert answer.outcome is Outcome.REFUSED
    assert "hotels.yaml:3: hotels.0.check_in_from: a time of day looks like" in str(answer.error)
    [line] = [line for line in capsys.readouterr().out.splitlines() if "check_in_from" in line]
    assert [field in line for field in ("hotels_file_refused", "demo", "line", "3")] == [True] * 4
    assert process.counted("refused") == 1


async def test_a_missing_secret_is_a_refusal_too(store: PostgresReloads, process: Process) -> None:
    process.trouble = ConfigError("AGENTE_WHATSAPP__ACCESS_TOKEN: account 1 has none")
    answer = only(await store.everywhere("test"))
    assert (answer.outcome, answer.error) == (Outcome.REFUSED, "AGENTE_WHATSAPP__ACCESS_TOKEN: account 1 has none")


@pytest.mark.parametrize(
    ("trouble", "outcome", "error"),
    [
        (UnavailableError("the PMS"), Outcome.FAILED, "the PMS is unavailable"),
        (LookupError("a guest's words"), Outcome.FAILED, "LookupError"),
        (LeavingError("this process"), Outcome.LEAVING, None),
    ],
)
async def test_what_went_wrong_is_told_apart(
    store: PostgresReloads, process: Process, trouble: Exception, outcome: Outcome, error: str | None
) -> None:
    process.trouble = trouble
    answer = only(await store.everywhere("test"))
    assert (answer.outcome, answer.error) == (outcome, error)
    assert process.counted(outcome.name.lower()) == 1
    process.trouble = None
    assert only(await store.everywhere("test")).outcome is Outcome.RELOADED


async def test_two_who_ask_together_are_both_answered_and_by_a_reload_after_their_question(
    store: PostgresReloads, process: Process
) -> None:
    process.gate = asyncio.Event()
    first = asyncio.create_task(store.everywhere("ana"))
    while not process.reloads:  # noqa: ASYNC110 - the database's doing
        await asyncio.sleep(0)
    others = [asyncio.create_task(store.everywhere("beto")) for _ in range(2)]
    while len(await store.asked(after=0)) < 3:
        pass
    process.gate.set()
    assert [only(one).outcome for one in await asyncio.gather(first, *others)] == [Outcome.RELOADED] * 3
    # The second reload was for both of those who asked while the first one ran.
    assert 2 <= process.reloads <= 3


async def test_what_was_asked_for_long_before_a_process_began_is_not_for_it(
    store: PostgresReloads, tables: Tables, database_url: str
) -> None:
    await ask(tables, "now() - interval '1 hour'")
    async with Process(store).listening(database_url) as process:
        assert only(await store.everywhere("test")).outcome is Outcome.RELOADED
    assert process.reloads == 1


async def test_what_was_asked_for_just_before_a_process_listened_is_done_and_answered(
    store: PostgresReloads, tables: Tables, database_url: str
) -> None:
    request = await ask(tables, "now() - interval '5 seconds'")
    async with Process(store).listening(database_url), asyncio.timeout(10):
        while not await store.answers(request):
            pass


async def test_an_answer_that_cannot_be_stored_is_given_later(
    store: PostgresReloads, process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = store.answer
    away = [StorageUnavailableError("postgres")]

    async def answer(requests: list[int], said: Answer) -> None:
        if away:
            raise away.pop()
        await stored(requests, said)

    monkeypatch.setattr(store, "answer", answer)
    assert only(await store.everywhere("test")).outcome is Outcome.RELOADED
    assert process.reloads == 2


async def ask(tables: Tables, at: str) -> int:
    request: int = await tables.value(
        f"INSERT INTO audit (at, who, action, detail) VALUES ({at}, 'test', 'reload_asked', '{{}}') RETURNING id"
    )
    return request
