"""Claiming the shards, recovering what an earlier owner left, losing them and claiming again."""

import asyncio
from collections import deque
from dataclasses import replace

import pytest

from agente_hotelero.actors import journal
from agente_hotelero.actors.backlog import LAST_ATTEMPT, NARROW, WIDE, Backlog
from agente_hotelero.actors.doubts import Doubts
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.ids import GuestId, InboxId, OutboxId
from agente_hotelero.model.journal import Mark, OutboxStatus, Waiting
from tests.fakes.journal import SHARD, FakeDatabase, Lost
from tests.support.actors_journal import Desk
from tests.support.actors_words import a_turn, on_its_way, report, said
from tests.support.virtual_time import in_virtual_time, now, until_idle


def left_behind(*attempts: int) -> FakeDatabase:
    """A guest for each, with one undone row that was in hand this often."""
    database = FakeDatabase(now=now)
    database.clean = False
    for guest, its in enumerate(attempts, start=1):
        database.insert(said("hola", by=str(guest)), attempts=its)
    return database


async def finish(desk: Desk, *guests: int) -> None:
    """Their conversations commit."""
    for row in desk.database.undone():
        if row.guest_id in guests:
            await desk.commit(a_turn(row.guest_id, row.id))
    await until_idle()


def in_hand(desk: Desk) -> list[int]:
    return sorted({row.guest_id for row in desk.outlets.delivered if row.id not in desk.database.done})


# The order.


@in_virtual_time
async def test_recovery_takes_statuses_then_the_outbox_then_the_inbox() -> None:
    database = left_behind(0)
    in_doubt = database.insert_reply(on_its_way(100, status=OutboxStatus.SENDING))
    database.insert_reply(on_its_way(101))
    database.reports.append(report(in_doubt))
    desk = await Desk(database).own()
    assert database.calls[:4] == ["claim", "apply_reports", "open_rows", "waiting"]
    assert [row.id for row in desk.outlets.sent] == [101]
    told = desk.outlets.told
    assert told[0].startswith("claimed")
    assert told.index("send") < told.index("deliver")
    assert {"wake_sagas", "arm", "handed_off"} <= set(told)


@in_virtual_time
async def test_nothing_is_claimed_before_everybody_is_there_to_take_it() -> None:
    desk = Desk(left_behind(0))
    await asyncio.sleep(10)
    assert desk.database.calls == []
    await desk.own()
    assert len(desk.delivered()) == 1


@in_virtual_time
async def test_recovery_waits_for_the_database_however_it_fails() -> None:
    database = left_behind(0)
    database.faults.outages["claim"].append(Lost.BEFORE)
    database.faults.outages["open_rows"].extend([Lost.BEFORE, Lost.BEFORE])
    failures = deque([True])
    database.faults.refuses = lambda call, _item: call == "read_guests" and bool(failures) and failures.popleft()
    desk = Desk(database)
    desk.wired.set()
    await asyncio.sleep(10)
    assert desk.standing is journal.Standing.OWNING
    assert len(desk.delivered()) == 1


@in_virtual_time
async def test_an_unexpected_failure_of_the_claim_is_not_the_end() -> None:
    class Broken(FakeDatabase):
        failures = 2

        async def open_rows(self) -> list[object]:  # type: ignore[override]  # one answer is not of its kind
            if self.failures:
                self.failures -= 1
                raise KeyError("a column that is not there")
            return await super().open_rows()  # type: ignore[return-value]  # as above

    desk = Desk(Broken(now=now))
    desk.wired.set()
    await asyncio.sleep(5)
    assert desk.standing is journal.Standing.OWNING


# The backlog.


@in_virtual_time
async def test_a_clean_end_charges_nobody() -> None:
    database = left_behind(0, 0)
    database.clean = True
    desk = await Desk(database).own()
    assert [row.attempts for row in desk.outlets.delivered] == [0, 0]


@in_virtual_time
async def test_an_unclean_end_charges_each_row_before_it_is_handed_out() -> None:
    desk = await Desk(left_behind(0, 1)).own()
    assert [row.attempts for row in desk.outlets.delivered] == [1, 2]
    assert [row.attempts for row in desk.database.undone()] == [1, 2]


@in_virtual_time
async def test_suspects_wait_for_the_innocent_and_go_alone() -> None:
    desk = await Desk(left_behind(3, 0, 2, 3, 2)).own()
    assert in_hand(desk) == [2]
    await finish(desk, 2)
    assert in_hand(desk) == [3, 5]
    await finish(desk, 3)
    assert in_hand(desk) == [5]
    await finish(desk, 5)
    assert in_hand(desk) == [1]
    await finish(desk, 1)
    assert in_hand(desk) == [4]


@in_virtual_time
async def test_new_guests_do_not_wait_for_the_backlog() -> None:
    desk = await Desk(left_behind(0, 3)).own()
    await desk.store(said("nuevo", by="77"))
    assert in_hand(desk) == [1, 3]


@in_virtual_time
async def test_a_new_row_of_a_guest_in_the_backlog_waits_for_its_elders() -> None:
    desk = await Desk(left_behind(0, 3)).own()
    await desk.store(said("otra cosa", by="2"))
    await asyncio.sleep(10)
    assert in_hand(desk) == [1]
    await finish(desk, 1)
    await until_idle()
    assert [row.event for row in desk.outlets.delivered if row.guest_id == 2] == [
        row.event for row in desk.database.undone() if row.guest_id == 2
    ]


@in_virtual_time
async def test_a_row_that_killed_its_owner_five_times_is_buried_and_its_guests_next_go_on() -> None:
    database = left_behind(LAST_ATTEMPT)
    after = database.insert(said("y esto?", by="1"))
    desk = await Desk(database).own()
    [dead] = database.dead_letters
    assert "died" in database.dead_letters[dead]
    assert desk.delivered() == [after.id]
    assert desk.sample("dead_letters_total") == 1


@in_virtual_time
async def test_a_killer_is_found_in_five_deaths_and_everybody_else_is_answered() -> None:
    database = left_behind(*[0] * 60)
    killer = database.undone()[29]
    deaths = 0
    while killer.id not in database.done:
        desk = await Desk(database).own()
        while killer.id not in desk.delivered() and (guests := in_hand(desk)):
            await finish(desk, *guests)
        if killer.id in desk.delivered():
            deaths += 1
            desk.actor.mailbox.close("killed")
            for task in desk.actor._loops:
                task.cancel()
    await finish(desk, *in_hand(desk))
    assert deaths == LAST_ATTEMPT
    assert list(database.dead_letters) == [killer.id]
    assert database.undone() == []


@in_virtual_time
async def test_a_row_that_is_buried_by_failing_does_not_hold_up_the_backlog() -> None:
    desk = await Desk(left_behind(0, 3)).own()
    [row] = desk.delivered()
    for _ in range(LAST_ATTEMPT):
        await desk.ref.ask(journal.Fail(guest_id=GuestId(1), ids=(InboxId(row),), error="ValueError"))
    await until_idle()
    assert in_hand(desk) == [2]


@in_virtual_time
async def test_rows_that_nobody_here_can_turn_do_not_hold_up_the_backlog() -> None:
    desk = await Desk(left_behind(0, 3)).own()
    desk.ref.tell(journal.SetAside(guest_id=GuestId(1)))
    await until_idle()
    assert in_hand(desk) == [1, 2]
    await asyncio.sleep(20)
    assert len(desk.delivered(guest=1)) == 1


@in_virtual_time
async def test_a_portion_that_could_not_be_read_keeps_its_guard() -> None:
    database = left_behind(3, 3)
    database.faults.outages["charge"].append(Lost.BEFORE)
    desk = await Desk(database).own()
    await asyncio.sleep(2)
    assert in_hand(desk) == [1]
    assert [row.attempts for row in desk.outlets.delivered] == [4]


@in_virtual_time
async def test_a_row_that_this_version_can_not_read_holds_up_its_own_guest_only() -> None:
    database = left_behind(0, 0, 0)
    database.faults.refuses = lambda call, guest: call in {"charge", "read_guests"} and guest == 2
    desk = await Desk(database).own()
    assert in_hand(desk) == [1, 3]
    assert [row.attempts for row in database.undone()] == [1, 1, 1]
    await desk.store(said("nuevo", by="77"))
    await asyncio.sleep(10)
    assert in_hand(desk) == [1, 3, 4]
    database.faults.refuses = lambda _call, _item: False
    await asyncio.sleep(journal.REREAD_SECONDS + 0.1)
    assert in_hand(desk) == [1, 2, 3, 4]


@in_virtual_time
async def test_a_look_that_fails_unexpectedly_is_not_the_last_look() -> None:
    class Odd(FakeDatabase):
        odd = False

        async def waiting(self) -> list[Waiting]:
            if self.odd:
                raise KeyError("odd")
            return await super().waiting()

    database = Odd(now=now)
    desk = await Desk(database).own()
    database.odd = True
    row = database.insert(said("hola"))
    await asyncio.sleep(10)
    database.odd = False
    await asyncio.sleep(journal.REREAD_SECONDS + 0.1)
    assert desk.delivered() == [row.id]


def test_portions_shrink_with_suspicion() -> None:
    waiting = [Waiting(id=InboxId(n), guest_id=GuestId(n), attempts=0) for n in range(WIDE + 10)]
    waiting += [Waiting(id=InboxId(n), guest_id=GuestId(n), attempts=2) for n in range(1_000, 1_000 + NARROW + 1)]
    waiting += [Waiting(id=InboxId(n), guest_id=GuestId(n), attempts=4) for n in (2_000, 2_001)]
    backlog = Backlog(waiting)
    assert len(backlog) == WIDE + 10 + NARROW + 3
    sizes = []
    while portion := backlog.take(in_hand=0):
        sizes.append(len(portion))
        assert portion[0] not in backlog
    assert sizes == [WIDE, 10, NARROW, 1, 1, 1]


def test_the_innocent_need_not_wait_for_the_last_of_the_portion_before() -> None:
    waiting = [Waiting(id=InboxId(n), guest_id=GuestId(n), attempts=0) for n in range(WIDE * 2)]
    backlog = Backlog(waiting)
    backlog.take(in_hand=0)
    assert backlog.take(in_hand=WIDE // 2 + 1) == []
    assert len(backlog.take(in_hand=WIDE // 2)) == WIDE


def test_a_guest_is_as_suspicious_as_their_worst_row() -> None:
    rows = [Waiting(id=InboxId(n), guest_id=GuestId(1), attempts=its) for n, its in enumerate((0, 3, 1))]
    backlog = Backlog([*rows, Waiting(id=InboxId(9), guest_id=GuestId(2), attempts=2)])
    assert backlog.take(in_hand=0) == [2]
    assert backlog.take(in_hand=1) == []
    assert backlog.take(in_hand=0) == [1]


def test_a_doubt_that_begins_during_a_look_outlives_it() -> None:
    time = 0.0
    doubts = Doubts(clock=lambda: time)
    doubts.begin(GuestId(1), InboxId(1))
    doubts.begin(GuestId(2), InboxId(2))
    doubts.decide(GuestId(1))
    seen = doubts.look()
    doubts.begin(GuestId(1), InboxId(3))
    doubts.end(seen)
    assert GuestId(1) in doubts
    assert GuestId(2) in doubts
    time = 31.0
    doubts.end(doubts.look())
    assert not doubts


# Losing the shards.


@in_virtual_time
async def test_a_lost_claim_drops_everything_refuses_and_recovers_under_a_new_epoch() -> None:
    desk = await Desk().own()
    [row] = (await desk.store(said("hola"))).inbox_ids
    desk.database.faults.gates["reclaim"] = asyncio.Event()
    desk.database.lost.set()
    await until_idle()
    assert desk.outlets.told[-1] == "dropped"
    on_its_way_mark = Mark(id=OutboxId(5), shard=SHARD, before=(OutboxStatus.PENDING,), after=OutboxStatus.SENDING)
    for refused in (desk.store(said("más")), desk.commit(a_turn(1, row)), desk.mark(on_its_way_mark)):
        with pytest.raises(StorageUnavailableError):
            await refused
    desk.database.faults.gates.pop("reclaim").set()
    await until_idle()
    assert desk.standing is journal.Standing.OWNING
    assert desk.outlets.told.count("dropped") == 1
    assert [told for told in desk.outlets.told if "claimed" in told] == ["claimed 2", "claimed 3"]
    assert desk.delivered() == [row, row]
    assert (await desk.commit(a_turn(1, row))).passed


@in_virtual_time
async def test_a_reclaim_is_tried_until_the_database_is_back() -> None:
    desk = await Desk().own()
    desk.database.faults.outages["reclaim"].extend([Lost.BEFORE] * 3)
    desk.database.lost.set()
    await until_idle()
    assert desk.standing == "lost"
    await asyncio.sleep(4 * journal.RETRY_SECONDS)
    assert desk.standing == "owning"


@in_virtual_time
async def test_a_process_that_was_replaced_says_so_and_takes_nothing_any_more() -> None:
    desk = await Desk().own()
    desk.database.others_hold = True
    desk.database.lost.set()
    await until_idle()
    assert desk.replaced
    with pytest.raises(StorageUnavailableError):
        await desk.store(said("hola"))


@in_virtual_time
async def test_a_claim_that_is_lost_during_recovery_is_not_recovered_any_further() -> None:
    desk = Desk(left_behind(0))
    desk.database.faults.gates["open_rows"] = asyncio.Event()
    desk.wired.set()
    await until_idle()
    desk.database.others_hold = True
    desk.database.lost.set()
    await until_idle()
    desk.database.faults.gates.pop("open_rows").set()
    await until_idle()
    assert desk.replaced
    assert desk.delivered() == []


@in_virtual_time
async def test_a_stop_during_recovery_leaves_nothing_running() -> None:
    desk = Desk(left_behind(0))
    desk.database.faults.away = True
    desk.wired.set()
    await asyncio.sleep(3)
    await desk.ref.stop()
    await until_idle()
    assert asyncio.all_tasks() == {asyncio.current_task()}


@in_virtual_time
async def test_a_sender_that_begins_reads_what_is_on_its_way_if_it_is_ours() -> None:
    database = left_behind()
    row = database.insert_reply(on_its_way(100))
    desk = Desk(database)
    assert await desk.ref.ask(journal.ReadOutbox()) == ()
    await desk.own()
    assert await desk.ref.ask(journal.ReadOutbox()) == (row,)
    assert replace(row) == row
