"""The journal's three lanes: what is stored, decided and marked, and what becomes of it when the database fails."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from agente_hotelero.actors import journal
from agente_hotelero.errors import OverloadedError, StorageUnavailableError
from agente_hotelero.model.events import AccountNotice, DeliveryState, InboundEvent, NoticeKind, Unreadable
from agente_hotelero.model.ids import ClientRef, GuestId, InboxId, OutboxId
from agente_hotelero.model.journal import Committed, HandOffDraft, Mark, OutboxStatus, TimerDraft, Turn, WriteDraft
from tests.fakes.journal import SHARD, Lost, RefusedValueError
from tests.support.actors_journal import Desk, outcome
from tests.support.actors_words import ANA, BETO, WHATSAPP, a_turn, on_its_way, report, said
from tests.support.virtual_time import in_virtual_time, now, until_idle

SENDING = OutboxStatus.SENDING


def sending(row: int) -> Mark:
    return Mark(id=OutboxId(row), shard=SHARD, before=(OutboxStatus.PENDING,), after=SENDING)


# The inbox lane.


@in_virtual_time
async def test_what_is_stored_is_accepted_and_delivered() -> None:
    desk = await Desk().own()
    accepted = await desk.store(said("hola"), said("hay lugar?"))
    assert list(accepted.inbox_ids) == desk.delivered() == [row.id for row in desk.database.undone()]


@in_virtual_time
async def test_a_duplicate_is_accepted_and_has_no_effect() -> None:
    desk = await Desk().own()
    event = said("hola")
    first = await desk.store(event, event)
    again = await desk.store(event)
    assert len(first.inbox_ids) == 1
    assert again.inbox_ids == ()
    assert desk.delivered() == list(first.inbox_ids)


@in_virtual_time
async def test_what_comes_while_a_commit_runs_is_one_batch() -> None:
    desk = await Desk().own()
    desk.database.faults.gates["store"] = asyncio.Event()
    answers = [asyncio.ensure_future(desk.store(said("1")))]
    await until_idle()
    answers += [asyncio.ensure_future(desk.store(said(str(n)))) for n in range(2, 30)]
    await until_idle()
    desk.database.faults.gates.pop("store").set()
    await asyncio.gather(*answers)
    assert desk.database.batches == [1, 28]


@in_virtual_time
async def test_beyond_its_bound_the_inbox_lane_refuses_and_the_turn_lane_never(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "QUEUE_ROWS", 10)
    desk = await Desk().own()
    for call in ("store", "commit"):
        desk.database.faults.gates[call] = asyncio.Event()
    in_hand = asyncio.ensure_future(desk.store(said()))
    await until_idle()
    waiting = [asyncio.ensure_future(desk.store(said(), said())) for _ in range(5)]
    await until_idle()
    with pytest.raises(OverloadedError) as refusal:
        await desk.store(said())
    assert refusal.value.retry_after_seconds > 0
    assert desk.sample("rate_limited_total", where="inbox") == 1
    turns = [asyncio.ensure_future(desk.commit(a_turn(guest, 1))) for guest in range(50)]
    await until_idle()
    assert not any(turn.done() for turn in turns)
    for call in ("store", "commit"):
        desk.database.faults.gates.pop(call).set()
    assert len(await asyncio.gather(in_hand, *waiting)) == 6
    await asyncio.gather(*turns)
    await desk.store(said())


@in_virtual_time
async def test_one_post_that_is_more_than_the_bound_is_taken_by_an_idle_lane(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "QUEUE_ROWS", 10)
    desk = await Desk().own()
    accepted = await desk.store(*(said(str(n)) for n in range(30)))
    assert len(accepted.inbox_ids) == 30


@in_virtual_time
async def test_a_value_that_the_database_refuses_is_kept_for_a_person_and_its_neighbours_are_stored() -> None:
    desk = await Desk().own()
    poison = said("veneno \0", by=BETO)
    desk.database.faults.refuses = lambda call, item: call == "store" and item is poison
    accepted = await desk.store(*(said(str(n)) for n in range(5)), poison, *(said(str(n)) for n in range(5, 8)))
    assert len(accepted.inbox_ids) == 8
    assert desk.delivered() == list(accepted.inbox_ids)
    [kept] = desk.database.quarantined
    assert b"veneno" in kept.raw
    assert BETO.encode() in kept.raw
    assert (kept.channel, kept.account, kept.reason) == ("whatsapp", WHATSAPP.name, "not storable: RefusedValueError")


@in_virtual_time
async def test_even_the_unreadable_is_kept_when_its_words_are_refused() -> None:
    desk = await Desk().own()
    piece = Unreadable(channel="whatsapp", account="1\0", reason="no \0 thing", raw=b"\0\xff")
    desk.database.faults.refuses = lambda call, item: isinstance(item, Unreadable) and "\0" in item.account
    await desk.store(piece, said("hola"))
    [kept] = desk.database.quarantined
    assert "\0" not in kept.account + kept.reason
    assert kept.raw == piece.raw
    assert len(desk.delivered()) == 1


@in_virtual_time
async def test_what_can_not_even_be_quarantined_fails_only_the_post_that_brought_it() -> None:
    desk = await Desk().own()
    poison = said("veneno")
    desk.database.faults.refuses = lambda _call, item: item is poison or isinstance(item, Unreadable)
    bad, good = await asyncio.gather(outcome(desk.store(poison)), outcome(desk.store(said("hola"))))
    assert isinstance(bad, RefusedValueError)
    assert isinstance(good, journal.Accepted)


@in_virtual_time
async def test_a_post_that_is_stored_in_part_is_refused_and_its_stored_part_has_its_turn() -> None:
    desk = await Desk().own()
    poison = said("veneno")
    desk.database.faults.refuses = lambda _call, item: item is poison
    # The whole is refused by value, then the first half is stored, and the second meets an outage.
    desk.database.faults.outages["store"].extend([None, None, Lost.BEFORE])
    with pytest.raises(StorageUnavailableError):
        await desk.store(said("1"), said("2"), said("3"), poison)
    await until_idle()
    assert desk.delivered() == [row.id for row in desk.database.undone()]
    assert len(desk.delivered()) == 2


@in_virtual_time
async def test_the_journal_delivers_also_when_the_asker_was_cancelled() -> None:
    desk = await Desk().own()
    asker = asyncio.ensure_future(desk.store(said("hola")))
    many = asyncio.ensure_future(desk.store(said("1", by=BETO), said("2", by=BETO)))
    await asyncio.sleep(0)
    asker.cancel()
    many.cancel()
    await until_idle()
    assert len(desk.delivered()) == 3


@in_virtual_time
async def test_after_an_unknown_outcome_the_rows_are_found_and_handed_out_once() -> None:
    desk = await Desk().own()
    desk.database.faults.outages["store"].append(Lost.AFTER)
    event = said("hola")
    with pytest.raises(StorageUnavailableError):
        await desk.store(event)
    await until_idle()
    [row] = desk.database.undone()
    assert desk.delivered() == [row.id]
    assert (await desk.store(event)).inbox_ids == ()
    await asyncio.sleep(60)
    assert desk.delivered() == [row.id]


@in_virtual_time
async def test_rows_stored_elsewhere_are_found_within_seconds_or_at_once_when_told() -> None:
    desk = await Desk().own()
    first = desk.database.insert(said("hola"))
    await asyncio.sleep(journal.REREAD_SECONDS + 0.1)
    assert desk.delivered() == [first.id]
    second = desk.database.insert(said("hola"))
    desk.ref.tell(journal.RowsElsewhere())
    await until_idle()
    assert desk.delivered() == [first.id, second.id]


@in_virtual_time
async def test_messages_that_were_let_go_are_sent_and_those_in_hand_are_left_alone() -> None:
    desk = await Desk().own()
    let_go = on_its_way(101)
    for row in (
        let_go,
        on_its_way(102, guest=2, status=OutboxStatus.SENDING),
        on_its_way(103, status=OutboxStatus.HELD),
    ):
        desk.database.insert_reply(row)
    desk.database.faults.outages["open_rows"].append(Lost.BEFORE)
    desk.ref.tell(journal.MessagesElsewhere())
    await asyncio.sleep(10)
    assert desk.outlets.sent == [let_go]
    assert desk.outlets.armed[-1] is None


@in_virtual_time
async def test_what_was_let_go_waits_behind_what_is_being_sent_and_nobody_elses_is_sent_again() -> None:
    desk = await Desk().own()
    others, first, second = on_its_way(101), on_its_way(102, guest=2, status=SENDING), on_its_way(103, guest=2)
    for row in (others, first, second):
        desk.database.insert_reply(row)
    desk.ref.tell(journal.MessagesElsewhere())
    await asyncio.sleep(10)
    assert desk.outlets.sent == [others]
    desk.database.outbox[first.id] = replace(first, status=OutboxStatus.SENT)
    await asyncio.sleep(10)
    assert desk.outlets.sent == [others, second]


@in_virtual_time
async def test_a_row_whose_elder_is_not_in_hand_waits_for_it() -> None:
    desk = await Desk().own()
    elder = desk.database.insert(said("primero"))
    desk.database.faults.gates["waiting"] = asyncio.Event()
    accepted = await desk.store(said("segundo"), said("otro", by=BETO))
    await until_idle()
    assert desk.delivered() == [accepted.inbox_ids[1]]
    desk.database.faults.gates.pop("waiting").set()
    await until_idle()
    assert desk.delivered(guest=1) == [elder.id, accepted.inbox_ids[0]]


@in_virtual_time
async def test_a_row_whose_elder_is_in_hand_is_delivered_at_once() -> None:
    desk = await Desk().own()
    first = await desk.store(said("primero"))
    desk.database.faults.gates["waiting"] = asyncio.Event()
    second = await desk.store(said("segundo"))
    assert desk.delivered() == [*first.inbox_ids, *second.inbox_ids]


@in_virtual_time
async def test_reports_are_applied_at_once_and_a_failed_one_calls_staff() -> None:
    desk = await Desk().own()
    row = desk.database.insert_reply(on_its_way(100, status=SENDING))
    await desk.store(report(row))
    assert [moved.state for moved in desk.outlets.moved] == [DeliveryState.SENT]
    told = desk.outlets.told.count("handed_off")
    await desk.store(report(row, DeliveryState.FAILED, code=131026))
    assert desk.outlets.told.count("handed_off") == told + 1


@in_virtual_time
async def test_a_process_that_stands_by_stores_delivers_nothing_and_wakes_the_owner() -> None:
    desk = Desk()
    desk.database.free.clear()
    desk.wired.set()
    await until_idle()
    accepted = await desk.store(said("hola"))
    assert len(accepted.inbox_ids) == 1
    assert desk.delivered() == []
    assert desk.notified == 1
    desk.owner_away = True
    await desk.store(said("hola"))
    desk.database.free.set()
    await until_idle()
    assert len(desk.delivered()) == 2


# The turn lane.


@in_virtual_time
async def test_a_turn_passes_and_its_replies_go_to_their_senders() -> None:
    desk = await Desk().own()
    [row] = (await desk.store(said("hola"))).inbox_ids
    committed = await desk.commit(a_turn(1, row, says=("uno", "dos")))
    assert committed.passed
    assert list(committed.outbox) == desk.outlets.sent[-2:]
    assert desk.database.undone() == []


@in_virtual_time
async def test_turns_of_many_guests_are_one_statement_and_one_that_is_overtaken_holds_up_nobody() -> None:
    desk = await Desk().own()
    rows = (await desk.store(*(said(by=str(n)) for n in range(20)))).inbox_ids
    desk.database.batches.clear()
    turns = [a_turn(n, row, version=3 if n == 5 else 0) for n, row in enumerate(rows, start=1)]
    committed = await asyncio.gather(*(desk.commit(turn) for turn in turns))
    assert [one.passed for one in committed] == [n != 5 for n in range(1, 21)]
    assert len(desk.database.batches) <= 2


@in_virtual_time
async def test_the_consequences_of_a_turn_are_told() -> None:
    desk = await Desk().own()
    [row] = (await desk.store(said("sí"))).inbox_ids
    due = now() + timedelta(hours=1)
    desk.outlets.told.clear()
    turn = a_turn(
        1,
        row,
        writes=(WriteDraft(client_ref=ClientRef("r"), code="X"),),
        timers=(
            TimerDraft(kind="a", key="1", due_at=due + timedelta(hours=1)),
            TimerDraft(kind="a", key="2", due_at=due),
            TimerDraft(kind="a", key="3", due_at=None),
        ),
        handoffs=(HandOffDraft(reason="asked", summary="…"),),
        gaps=("pool", "pool", "wifi"),
    )
    await desk.commit(turn)
    assert sorted(desk.outlets.told) == ["arm", "handed_off", "send", "wake_sagas demo"]
    assert desk.outlets.armed[-1] == due
    assert desk.sample("handoffs_total", reason="asked") == 1
    assert desk.sample("profile_gaps_total", hotel="demo", topic="pool") == 2


@in_virtual_time
async def test_a_turn_that_the_database_refuses_fails_alone() -> None:
    desk = await Desk().own()
    rows = (await desk.store(*(said(by=str(n)) for n in range(8)))).inbox_ids
    turns = [a_turn(n, row) for n, row in enumerate(rows, start=1)]
    desk.database.faults.refuses = lambda call, item: call == "commit" and item is turns[3]
    outcomes = await asyncio.gather(*(outcome(desk.commit(turn)) for turn in turns))
    assert isinstance(outcomes.pop(3), RefusedValueError)
    assert all(isinstance(one, Committed) and one.passed for one in outcomes)


@in_virtual_time
async def test_a_conversation_that_can_not_be_read_fails_alone() -> None:
    desk = await Desk().own()
    desk.database.faults.refuses = lambda call, item: call == "load" and item == 3
    loads = [outcome(desk.load(n)) for n in range(1, 6)]
    outcomes = await asyncio.gather(*loads)
    assert [isinstance(one, Exception) for one in outcomes] == [False, False, True, False, False]


@in_virtual_time
async def test_loads_of_many_guests_are_one_query() -> None:
    desk = await Desk().own()
    asked = [asyncio.ensure_future(desk.load(n)) for n in range(50)]
    await asyncio.gather(*asked)
    assert desk.database.calls.count("load") <= 2


@in_virtual_time
async def test_a_commit_whose_answer_got_lost_is_not_applied_twice_and_its_replies_are_sent() -> None:
    desk = await Desk().own()
    [row] = (await desk.store(said("hola"))).inbox_ids
    desk.database.faults.outages["commit"].append(Lost.AFTER)
    turn = a_turn(1, row)
    with pytest.raises(StorageUnavailableError):
        await desk.commit(turn)
    assert not (await desk.commit(turn)).passed
    await until_idle()
    [reply] = desk.database.outbox.values()
    assert reply in desk.outlets.sent


@in_virtual_time
async def test_replies_of_a_lost_answer_are_sent_also_when_the_look_for_them_fails_at_first() -> None:
    desk = await Desk().own()
    [row] = (await desk.store(said("hola"))).inbox_ids
    desk.database.faults.outages["commit"].append(Lost.AFTER)
    desk.database.faults.outages["open_rows"].append(Lost.BEFORE)
    with pytest.raises(StorageUnavailableError):
        await desk.commit(a_turn(1, row))
    await asyncio.sleep(2 * journal.RETRY_SECONDS)
    assert [reply.id for reply in desk.outlets.sent] == list(desk.database.outbox)


@in_virtual_time
async def test_a_commit_that_the_server_finishes_after_we_looked_is_found_later() -> None:
    desk = await Desk().own()
    [row] = (await desk.store(said("hola"))).inbox_ids
    desk.database.faults.outages["commit"].append(Lost.BEFORE)
    with pytest.raises(StorageUnavailableError):
        await desk.commit(a_turn(1, row))
    await until_idle()
    await desk.database.commit([a_turn(1, row)], {SHARD: desk.database.epoch})
    await asyncio.sleep(journal.REREAD_SECONDS + 1)
    assert [reply.id for reply in desk.outlets.sent] == list(desk.database.outbox)


@in_virtual_time
async def test_a_later_turns_reply_never_overtakes_one_whose_commit_was_in_doubt() -> None:
    desk = await Desk().own()
    first, second = (await desk.store(said("1"), said("2"))).inbox_ids
    desk.database.faults.outages["commit"].append(Lost.AFTER)
    desk.database.faults.gates["open_rows"] = asyncio.Event()
    with pytest.raises(StorageUnavailableError):
        await desk.commit(a_turn(1, first))
    await desk.commit(a_turn(1, second, version=1))
    await until_idle()
    assert desk.outlets.sent == []
    desk.database.faults.gates.pop("open_rows").set()
    await until_idle()
    sent = list(dict.fromkeys(reply.id for reply in desk.outlets.sent))
    assert sent == sorted(desk.database.outbox)
    third = (await desk.store(said("3"))).inbox_ids[0]
    looks = desk.database.calls.count("open_rows")
    await desk.commit(a_turn(1, third, version=2))
    assert desk.outlets.sent[-1].cause == third
    await until_idle()
    assert desk.database.calls.count("open_rows") == looks


@in_virtual_time
async def test_doubt_ends_by_itself() -> None:
    desk = await Desk().own()
    desk.database.faults.outages["commit"].append(Lost.BEFORE)
    with pytest.raises(StorageUnavailableError):
        await desk.commit(a_turn(1, 1))
    await asyncio.sleep(40)
    looks = desk.database.calls.count("open_rows")
    await asyncio.sleep(40)
    assert desk.database.calls.count("open_rows") == looks


# Marks.


@in_virtual_time
async def test_a_mark_moves_a_row_once_and_a_dead_one_calls_staff() -> None:
    desk = await Desk().own()
    desk.database.insert_reply(on_its_way(100))
    assert await desk.mark(sending(100))
    assert not await desk.mark(sending(100))
    told = desk.outlets.told.count("handed_off")
    dead = Mark(id=OutboxId(100), shard=SHARD, before=(SENDING,), after=OutboxStatus.DEAD, error="no llegó")
    assert await desk.mark(dead)
    assert [handoff.reason for handoff in desk.database.handoffs] == ["undeliverable"]
    assert desk.outlets.told.count("handed_off") == told + 1
    assert desk.sample("handoffs_total", reason="undeliverable") == 1
    assert await desk.ref.ask(journal.LookUp(outbox_id=OutboxId(100))) is OutboxStatus.DEAD


@in_virtual_time
async def test_a_mark_that_the_database_refuses_fails_alone() -> None:
    desk = await Desk().own()
    for row in (100, 101, 102):
        desk.database.insert_reply(on_its_way(row))
    desk.database.faults.refuses = lambda call, item: call == "mark" and getattr(item, "id", 0) == 101
    outcomes = await asyncio.gather(*(outcome(desk.mark(sending(row))) for row in (100, 101, 102)))
    assert [one is True for one in outcomes] == [True, False, True]


# Failures of turns.


async def fail(desk: Desk, guest: int, *rows: int, times: int = 1) -> None:
    for _ in range(times):
        ids = tuple(InboxId(row) for row in rows)
        await desk.ref.ask(journal.Fail(guest_id=GuestId(guest), ids=ids, error="ValueError\n frames"))


@in_virtual_time
async def test_a_row_that_failed_five_times_is_a_dead_letter_and_a_hand_off() -> None:
    desk = await Desk().own()
    first, second = (await desk.store(said("1"), said("2"))).inbox_ids
    await fail(desk, 1, first, times=4)
    assert desk.database.dead_letters == {}
    await fail(desk, 1, first, second)
    assert desk.database.dead_letters == {first: "ValueError\n frames"}
    assert [handoff.reason for handoff in desk.database.handoffs] == ["dead_letter"]
    assert "handed_off" in desk.outlets.told
    assert desk.sample("dead_letters_total") == desk.sample("handoffs_total", reason="dead_letter") == 1
    assert [row.id for row in desk.database.undone()] == [second]


@in_virtual_time
async def test_a_row_that_is_done_is_not_buried() -> None:
    desk = await Desk().own()
    event = said("1")
    row = desk.database.insert(event, attempts=4)
    desk.database.faults.gates["bury"] = asyncio.Event()
    failing = asyncio.ensure_future(fail(desk, 1, row.id))
    await until_idle()
    desk.database.done.add(row.id)
    desk.database.faults.gates.pop("bury").set()
    await failing
    assert desk.database.dead_letters == {}
    assert desk.sample("dead_letters_total") == 0


@in_virtual_time
async def test_a_released_guest_is_handed_out_again_when_the_journal_next_looks() -> None:
    desk = await Desk().own()
    rows = (await desk.store(said("1"), said("2"))).inbox_ids
    desk.ref.tell(journal.Release(guest_id=GuestId(1)))
    await until_idle()
    assert desk.delivered() == list(rows)
    await asyncio.sleep(journal.REREAD_SECONDS + 0.1)
    assert desk.delivered() == list(rows) * 2


@in_virtual_time
async def test_a_router_that_begins_again_gets_everything_again() -> None:
    desk = await Desk().own()
    rows = (await desk.store(said("1"), said("2", by=BETO))).inbox_ids
    await desk.ref.ask(journal.ReleaseAll())
    await until_idle()
    assert desk.delivered() == list(rows) * 2


@in_virtual_time
async def test_a_conversation_that_reads_for_itself_is_not_handed_the_same_rows() -> None:
    desk = await Desk().own()
    desk.database.faults.gates["waiting"] = asyncio.Event()
    row = desk.database.insert(said("hola"))
    desk.ref.tell(journal.RowsElsewhere())
    assert [one.id for one in await desk.read(1)] == [row.id]
    desk.database.faults.gates.pop("waiting").set()
    await asyncio.sleep(10)
    assert desk.delivered() == []


@in_virtual_time
async def test_strangers_messages_are_refused() -> None:
    desk = Desk()
    with pytest.raises(TypeError):
        await desk.ref.ask(journal.Commit)  # type: ignore[arg-type]  # what no actor takes


@in_virtual_time
async def test_a_stop_commits_what_waits_answers_who_asked_and_leaves_in_order() -> None:
    desk = await Desk().own()
    desk.database.faults.gates["store"] = desk.database.faults.gates["commit"] = asyncio.Event()
    event: InboundEvent = said("1")
    turn: Turn = a_turn(9, 1)
    answers = [
        asyncio.ensure_future(outcome(desk.store(event))),
        asyncio.ensure_future(outcome(desk.store(said("2"), said("3")))),
        asyncio.ensure_future(outcome(desk.commit(turn))),
    ]
    await until_idle()
    late = desk.database.faults.late["status"] = asyncio.Event()
    looked_up = asyncio.ensure_future(desk.ref.ask(journal.LookUp(outbox_id=OutboxId(1))))
    stopping = desk.ref.stop()
    await until_idle()
    assert not stopping.done()
    desk.database.faults.gates.pop("store").set()
    await until_idle()
    late.set()
    await stopping
    assert await looked_up is None
    assert [type(one) for one in await asyncio.gather(*answers)] == [journal.Accepted, journal.Accepted, Committed]
    assert desk.database.calls[-1] == "release"
    assert desk.database.clean


@in_virtual_time
async def test_unreadable_pieces_and_reports_alone_are_accepted() -> None:
    desk = await Desk().own()
    piece = Unreadable(channel="whatsapp", account="", reason="not JSON", raw=b"{")
    assert (await desk.store(piece)).inbox_ids == ()
    assert (await desk.store(report(OutboxId(5)))).inbox_ids == ()
    assert desk.database.quarantined == [piece]
    assert ANA not in str(desk.outlets.told)


# What is said of accounts, and of messages that came too late.


@in_virtual_time
async def test_a_decision_about_an_account_is_stored_and_an_upgrade_told_to_its_sender() -> None:
    desk = await Desk().own()
    quiet = AccountNotice(account=WHATSAPP, kind=NoticeKind.QUIET, reason="flagged", at=now())
    faster = AccountNotice(account=WHATSAPP, kind=NoticeKind.UPGRADED, reason="throughput", at=now())
    accepted = await desk.store(quiet, faster, said("hola"))
    assert len(accepted.inbox_ids) == 1
    assert desk.database.notices == [quiet, faster]
    assert desk.outlets.told.count(f"upgraded {WHATSAPP.name}") == 1


@in_virtual_time
async def test_a_decision_that_was_not_stored_is_not_told() -> None:
    desk = await Desk().own()
    desk.database.faults.outages["store"].append(Lost.BEFORE)
    faster = AccountNotice(account=WHATSAPP, kind=NoticeKind.UPGRADED, reason="throughput", at=now())
    assert isinstance(await outcome(desk.store(faster)), StorageUnavailableError)
    assert desk.outlets.told.count(f"upgraded {WHATSAPP.name}") == 0


@in_virtual_time
async def test_what_came_too_late_is_handed_to_its_sender_again_and_other_failures_are_not() -> None:
    desk = await Desk().own()
    for row in (on_its_way(1), on_its_way(2, guest=2)):
        desk.database.insert_reply(replace(row, status=OutboxStatus.SENT))
    await desk.store(report(OutboxId(2), DeliveryState.FAILED, code=131021))
    await until_idle()
    assert desk.outlets.sent == []
    await desk.store(report(OutboxId(1), DeliveryState.FAILED, code=131047))
    await until_idle()
    [again] = desk.outlets.sent
    assert (again.id, again.status, again.shut) == (1, OutboxStatus.PENDING, True)


@in_virtual_time
async def test_words_that_a_template_leaves_out_are_counted_as_a_hand_off() -> None:
    desk = await Desk().own()
    desk.database.insert_reply(on_its_way(1))
    pending = (OutboxStatus.PENDING,)
    untold = Mark(id=OutboxId(1), shard=SHARD, before=pending, after=OutboxStatus.PENDING, untold="Ya está lista")
    assert await desk.mark(untold)
    assert desk.sample("handoffs_total", reason="undeliverable") == 1
    assert desk.outlets.told[-1] == "handed_off"
