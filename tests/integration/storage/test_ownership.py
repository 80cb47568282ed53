"""One process does the turns; when it dies, freezes or leaves, the next one does, under new epochs."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable

import pytest

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.storage import ownership
from agente_hotelero.storage.ownership import Claim, Ownership
from tests.support.storage_journal import Tables

Make = Callable[..., Ownership]


@pytest.fixture
async def make(database_url: str) -> AsyncIterator[Make]:
    made: list[Ownership] = []

    def make(owner: str, **values: float) -> Ownership:
        made.append(Ownership(database_url, owner=owner, **values))  # type: ignore[arg-type]  # handed on
        return made[-1]

    yield make
    for one in made:
        one._drop()


async def cut(tables: Tables, owner: str) -> None:
    assert await tables.cut("application_name = $1", f"agente-owner-{owner}")


async def backend(tables: Tables, owner: str) -> int:
    pid: int = await tables.value(
        "SELECT pid FROM pg_stat_activity WHERE application_name = $1", f"agente-owner-{owner}"
    )
    return pid


async def waiting(tables: Tables, claim: "asyncio.Task[Claim]") -> None:
    """Return when a claim stands in line."""
    await tables.locked()
    assert not claim.done()


async def test_the_first_claim_is_clean_and_has_every_shard_under_a_new_epoch(make: Make, tables: Tables) -> None:
    claim = await make("a").claim()
    assert claim.clean
    assert claim.epochs == dict.fromkeys(range(256), 1)
    assert await tables.rows("SELECT DISTINCT epoch, owner FROM shard_epoch") == [{"epoch": 1, "owner": "a"}]


async def test_a_second_process_waits_and_takes_over_when_the_owners_session_dies(make: Make, tables: Tables) -> None:
    await make("a").claim()
    second = asyncio.create_task(make("b").claim())
    await waiting(tables, second)
    assert await tables.value("SELECT DISTINCT epoch FROM shard_epoch") == 1  # not before it has the lock

    await cut(tables, "a")

    assert (await second).epochs == dict.fromkeys(range(256), 2)
    assert not (await second).clean


async def test_an_owner_that_leaves_in_order_leaves_nothing_suspect(make: Make) -> None:
    first = make("a")
    await first.claim()
    await first.release()
    second = make("b")
    assert (await second.claim()).clean
    second._drop()
    assert not (await make("c").claim()).clean


async def test_a_process_that_leaves_while_it_waits_says_nothing_for_the_owner(make: Make, tables: Tables) -> None:
    """Else a message that kills the owner would not be charged for it."""
    await make("owner").claim()
    standby = make("standby")
    claim = asyncio.create_task(standby.claim())
    await waiting(tables, claim)
    claim.cancel()
    with pytest.raises(asyncio.CancelledError):
        await claim

    await standby.release()

    await cut(tables, "owner")
    assert not (await make("next").claim()).clean


async def test_releasing_what_was_never_claimed_or_is_lost_is_nothing(make: Make, tables: Tables) -> None:
    owner = make("a")
    await owner.release()
    await owner.claim()
    await cut(tables, "a")
    await owner.release()
    await owner.release()
    assert not (await make("b").claim()).clean


async def test_an_owner_notices_that_its_session_ended(
    make: Make, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ownership, "HEARTBEAT_SECONDS", 0.02)
    owner = make("a")
    await owner.claim()
    held = asyncio.create_task(owner.hold())
    await cut(tables, "a")
    await held


async def test_holding_ends_when_the_claim_is_given_up(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ownership, "HEARTBEAT_SECONDS", 0.02)
    owner = make("a")
    await owner.claim()
    held = asyncio.create_task(owner.hold())
    await owner.release()
    await held


async def test_a_heartbeat_that_gets_no_answer_loses_the_claim(make: Make, tables: Tables) -> None:
    owner = make("a", idle_seconds=1)
    await owner.claim()
    pid = await backend(tables, "a")
    os.kill(pid, signal.SIGSTOP)
    try:
        await owner.hold()
    finally:
        os.kill(pid, signal.SIGCONT)


async def test_an_owner_that_is_frozen_loses_the_shards_by_itself(make: Make) -> None:
    """It sends no heartbeat; the server ends its silent session, and the lock with it."""
    frozen = make("frozen", idle_seconds=1)
    await frozen.claim()

    assert (await make("next").claim()).epochs[7] == 2

    await frozen.hold()  # thawed, it finds that out
    assert await frozen.reclaim() is None


async def test_an_owner_that_lives_keeps_the_shards(
    make: Make, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than the server's patience with silence."""
    monkeypatch.setattr(ownership, "HEARTBEAT_SECONDS", 0.1)
    owner = make("a", idle_seconds=1)
    await owner.claim()
    held = asyncio.create_task(owner.hold())
    started = await tables.value("SELECT clock_timestamp()")
    while not await tables.value("SELECT clock_timestamp() > $1::timestamptz + interval '2 seconds'", started):
        assert not held.done()
    held.cancel()
    assert await backend(tables, "a")


async def test_a_lost_claim_is_claimed_again_under_a_new_epoch(make: Make, tables: Tables) -> None:
    owner = make("a")
    await owner.claim()
    await cut(tables, "a")
    again = await owner.reclaim()
    assert again is not None
    assert again.epochs[0] == 2
    assert not again.clean


async def test_an_owners_own_session_that_still_lingers_is_no_other_process(make: Make, tables: Tables) -> None:
    """Its network broke and the server did not notice: the lock is still held, by ourselves."""
    await make("a").claim()
    lingering = await backend(tables, "a")
    os.kill(lingering, signal.SIGSTOP)  # it takes its time to end
    reclaim = asyncio.create_task(make("a").reclaim())
    try:
        ending = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'BackendTermination'"
        while not reclaim.done() and not await tables.value(ending):
            pass
    finally:
        os.kill(lingering, signal.SIGCONT)

    again = await reclaim
    assert again is not None
    assert again.epochs[0] == 2


async def test_a_claim_that_another_process_has_by_now_is_not_taken_back(make: Make, tables: Tables) -> None:
    owner = make("a")
    await owner.claim()
    await cut(tables, "a")
    await make("b").claim()
    assert await owner.reclaim() is None
    assert await tables.value("SELECT DISTINCT owner FROM shard_epoch") == "b"


async def test_who_waits_stands_in_line_anew_now_and_then(make: Make, tables: Tables) -> None:
    """A waiting session sends nothing, and would never learn that its network is gone."""
    await make("owner").claim()
    standby = make("standby", wait_seconds=0.2)
    claim = asyncio.create_task(standby.claim())
    first = None
    while first is None:
        first = await backend(tables, "standby")
    while await backend(tables, "standby") == first:
        assert not claim.done()

    await cut(tables, "owner")

    assert (await claim).epochs[0] == 2


async def test_without_a_database_claiming_is_an_outage() -> None:
    owner = Ownership("postgresql://nobody@127.0.0.1:1/none", owner="a")
    for attempt in (owner.claim(), owner.reclaim()):
        with pytest.raises(StorageUnavailableError):
            await attempt
    await owner.hold()
