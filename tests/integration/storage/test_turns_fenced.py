"""Who may commit a turn: the owner of the shard, once, on top of what it read, and nobody else meanwhile."""

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from agente_hotelero.dialogue.state import NEWEST_READABLE, VERSION, State
from agente_hotelero.errors import StorageUnavailableError, UnavailableError
from agente_hotelero.model.ids import InboxId
from agente_hotelero.model.journal import Conversation, HandOffDraft
from agente_hotelero.storage.ownership import Ownership
from agente_hotelero.storage.states import UnknownStateError, UnreadableStateError
from tests.support.storage_journal import Journal, Tables, a_reply, a_turn


async def claim(journal: Journal, *, owner: str) -> Ownership:
    ownership = Ownership(journal.url, owner=owner)
    journal.epochs = (await ownership.claim()).epochs
    return ownership


async def test_the_epoch_of_an_earlier_owner_passes_nothing(journal: Journal, other: Journal, tables: Tables) -> None:
    zombie = await claim(journal, owner="zombie")
    rows = await journal.receive("a")
    await tables.cut("application_name = 'agente-owner-zombie'")
    heir = await claim(other, owner="heir")

    assert [one.passed for one in await journal.commit(a_turn(*rows))] == [False]
    assert await tables.counts() == {}
    assert [one.passed for one in await other.commit(a_turn(*rows))] == [True]
    await zombie.release()
    await heir.release()


async def test_a_claim_waits_for_the_turn_that_is_being_committed(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    """Else the next owner reads what the last one is about to change."""
    first = await claim(journal, owner="first")
    await journal.answer("hola")
    rows = await journal.receive("a")
    async with tables.connection.transaction():
        await tables.connection.execute("SELECT FROM conversation FOR UPDATE")
        turn = asyncio.create_task(journal.commit(a_turn(*rows, version=1)))
        await tables.locked()
        await tables.cut("application_name = 'agente-owner-first'")
        heir = asyncio.create_task(claim(other, owner="heir"))
        await tables.locked(waiting=2)
    await first.release()
    await (await heir).release()
    assert [one.passed for one in await turn] == [True]


async def test_two_processes_that_commit_the_same_turn_pass_once(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    for n in range(20):
        rows = await journal.receive(f"m{n}", phone="1")
        turn = a_turn(*rows, version=n)
        answers = await asyncio.gather(journal.commit(turn), other.commit(turn))
        assert sorted(one.passed for [one] in answers) == [False, True]

    assert await tables.replies(rows[0].guest_id) == [(n, "¡Hola!") for n in range(1, 21)]


async def test_batches_of_two_processes_over_the_same_guests_never_block_each_other_for_good(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    phones = [f"5491{n:04}" for n in range(24)]
    rows = [(await journal.receive("m-" + phone, phone=phone))[0] for phone in phones]
    turns = [a_turn(row) for row in rows]

    left, right = await asyncio.gather(journal.commit(*turns), other.commit(*reversed(turns)))

    assert [one.passed + two.passed for one, two in zip(left, reversed(right), strict=True)] == [1] * 24
    assert await tables.counts() == {"conversation": 24, "outbox": 24}


@pytest.mark.parametrize("version", [0, 1])
async def test_of_two_turns_of_one_guest_in_a_batch_one_passes(version: int, journal: Journal, tables: Tables) -> None:
    """As when a conversation was started anew while its predecessor's turn still waited."""
    if version:
        await journal.answer("antes", phone="1")
    rows = await journal.receive("a", phone="1")
    neighbours = await journal.receive("b", phone="2")
    # Without replies: their numbers alone would have shown that something is wrong.
    turn = a_turn(*rows, version=version, replies=(), handoffs=(HandOffDraft(reason="x", summary="x"),))

    committed = await journal.commit(turn, a_turn(*neighbours), turn)

    assert [one.passed for one in committed] == [True, True, False]
    assert await tables.count("handoff") == 1


async def test_rows_that_another_turn_took_stop_a_turn_that_has_others_too(journal: Journal, tables: Tables) -> None:
    first, second = await journal.receive("a", "b")
    assert [one.passed for one in await journal.commit(a_turn(first))] == [True]

    assert [one.passed for one in await journal.commit(a_turn(first, second, version=1))] == [False]
    assert await tables.undone() == [second.id]
    assert [one.passed for one in await journal.commit(a_turn(second, version=1))] == [True]


async def test_a_connection_that_is_cut_before_the_commit_leaves_nothing(journal: Journal, tables: Tables) -> None:
    rows = await journal.receive("a")
    async with tables.connection.transaction():
        await tables.connection.execute("SELECT FROM inbox FOR UPDATE")
        turn = asyncio.create_task(journal.commit(a_turn(*rows)))
        await tables.locked()
        assert await tables.cut("wait_event_type = 'Lock'") == 1
        with pytest.raises(StorageUnavailableError):
            await turn

    assert await tables.counts() == {}
    assert await tables.undone() == [rows[0].id]
    assert [one.passed for one in await journal.commit(a_turn(*rows))] == [True]


async def test_a_turn_cut_at_any_moment_is_wholly_there_or_not_at_all(journal: Journal, tables: Tables) -> None:
    outcomes: set[bool | None] = set()
    for n in range(30):
        rows = [(await journal.receive(f"{n}-{k}", phone=f"{n:03}{k}"))[0] for k in range(8)]
        turn = asyncio.create_task(journal.commit(*(a_turn(row, replies=(a_reply("1"), a_reply("2"))) for row in rows)))
        for _ in range(n % 10):  # a little later in the statement's life each time
            await tables.value("SELECT 1")
        await tables.cut("application_name = 'agente-turns'")
        try:
            outcomes.add(all(one.passed for one in await turn))
        except StorageUnavailableError:
            outcomes.add(None)
        there = await tables.rows(
            "SELECT count(c.guest_id) AS kept, count(o.id) AS said, count(*) FILTER (WHERE i.done) AS done"
            " FROM inbox i LEFT JOIN conversation c USING (guest_id) LEFT JOIN outbox o USING (guest_id) WHERE i.id = ANY($1)",
            [row.id for row in rows],
        )
        assert there in ([{"kept": 16, "said": 16, "done": 16}], [{"kept": 0, "said": 0, "done": 0}])
    assert None in outcomes


async def test_a_state_of_a_much_newer_version_is_left_for_a_process_that_can_read_it(
    journal: Journal, tables: Tables
) -> None:
    newer = NEWEST_READABLE + 1
    [row] = await journal.answer("hola")
    await tables.connection.execute("UPDATE conversation SET state = state || $1::jsonb", f'{{"version": {newer}}}')

    [loaded] = await journal.turns.load([row.guest_id])
    assert isinstance(loaded, UnknownStateError)
    assert f"version {newer}" in str(loaded)
    assert issubclass(UnknownStateError, UnavailableError)


async def test_a_state_of_the_next_version_is_read_without_what_it_added(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")
    newer = f'{{"version": {VERSION + 1}, "mood": "sunny"}}'
    await tables.connection.execute("UPDATE conversation SET state = state || $1::jsonb", newer)

    [loaded] = await journal.turns.load([row.guest_id])

    assert isinstance(loaded, Conversation)
    assert loaded.state == State(version=VERSION + 1, name="Ana")


async def test_a_state_of_the_next_version_that_did_more_than_add_is_left_too(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")
    newer = f'{{"version": {VERSION + 1}, "expecting": "a song"}}'
    await tables.connection.execute("UPDATE conversation SET state = state || $1::jsonb", newer)
    [loaded] = await journal.turns.load([row.guest_id])
    assert isinstance(loaded, UnknownStateError)


async def test_a_broken_state_is_its_guests_failure_and_says_nothing_of_them(journal: Journal, tables: Tables) -> None:
    [row] = await journal.answer("hola")
    await tables.connection.execute('UPDATE conversation SET state = state || \'{"misunderstood": "Ana Pérez"}\'')
    [loaded] = await journal.turns.load([row.guest_id])
    assert isinstance(loaded, UnreadableStateError)
    assert "Ana" not in str(loaded)
    assert loaded.__suppress_context__


@pytest.mark.parametrize("state", ['{"version": 9}', '{"misunderstood": "x"}'])
async def test_nobody_waits_for_a_guest_whose_state_cannot_be_read(
    state: str, journal: Journal, tables: Tables
) -> None:
    [newer] = await journal.answer("hola", phone="1")
    [known] = await journal.answer("hola", phone="2")
    await tables.connection.execute(
        "UPDATE conversation SET state = state || $1::jsonb WHERE guest_id = $2", state, newer.guest_id
    )

    unreadable, loaded = await journal.turns.load([newer.guest_id, known.guest_id])

    assert isinstance(loaded, Conversation)
    assert (loaded.version, loaded.state) == (1, State(name="Ana"))
    assert isinstance(unreadable, (UnknownStateError, UnreadableStateError))


async def test_a_value_of_the_wrong_kind_is_no_outage(journal: Journal) -> None:
    """What the database refuses for its own sake must never look like «try again later»."""
    rows = await journal.receive("a")
    turn = replace(a_turn(*rows), inbox_ids=(InboxId(2**70),))
    with pytest.raises((asyncpg.PostgresError, TypeError)):
        await journal.commit(turn)
