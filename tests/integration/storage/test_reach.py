"""Whether a guest may be written to, as the database knows it, and what becomes of what came too late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.state import State
from agente_hotelero.model.events import (
    AccountNotice,
    DeliveryState,
    NoticeKind,
    OtherReceived,
    PreferenceChanged,
    ReservationSettled,
    SagaOutcome,
    StaffTookOver,
    TimerFired,
)
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, ClientRef
from agente_hotelero.model.journal import OutboxRow, OutboxStatus
from agente_hotelero.model.lines import Purpose
from agente_hotelero.model.messages import Template, TemplateValue
from agente_hotelero.model.reach import Quiet, Reach
from agente_hotelero.storage import outbox
from tests.support.storage_journal import (
    HOTEL,
    WEBCHAT,
    WHATSAPP,
    Journal,
    Tables,
    a_mark,
    a_report,
    a_turn,
    an_event,
    sending,
    sent,
)

SYSTEM = Account(HOTEL, Channel.SYSTEM, HOTEL)
OTHER_NUMBER = Account(HOTEL, Channel.WHATSAPP, "200")
TEMPLATE = Template(name="novedades", language="es", words="«novedades» Ana", values=(TemplateValue(text="Ana"),))
FAILED, SENT = DeliveryState.FAILED, DeliveryState.SENT
NOON = datetime(2025, 5, 6, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


async def reach(journal: Journal, row: OutboxRow) -> Reach:
    found = await journal.outbox.reach(row.id)
    assert found is not None
    return found


async def answered(journal: Journal, **values: Any) -> OutboxRow:
    rows = await journal.receive("m1", sent_at=NOON)
    [committed] = await journal.commit(a_turn(*rows, state=State(language=Language.PT), **values))
    return committed.outbox[0]


def of_guest(row: OutboxRow, external_id: str, event: Any, **values: Any) -> Any:
    alias = Alias(AliasKind.GUEST, str(row.guest_id))
    return an_event(external_id, event=event, account=SYSTEM, alias=alias, **values)


async def test_a_guest_is_reached_by_what_they_last_wrote_to_that_number(journal: Journal) -> None:
    row = await answered(journal)
    known = await reach(journal, row)
    assert known == Reach(heard_at=NOON, purpose=Purpose.ANSWER, language="pt", guest_name="Ana")
    # By the message's own time, whatever the order in which they come, and also before its turn.
    await journal.receive("m2", sent_at=at(3))
    await journal.receive("m3", sent_at=at(2))
    await journal.receive("elsewhere", account=OTHER_NUMBER, sent_at=at(5))
    await journal.receive("chat", account=WEBCHAT, sent_at=at(6))
    assert (await reach(journal, row)).heard_at == at(3)


@pytest.mark.parametrize(
    "event",
    [StaffTookOver(), PreferenceChanged(stopped=True), OtherReceived(what="reaction"), OtherReceived(what="system")],
)
async def test_what_is_no_message_of_the_guests_opens_nothing(journal: Journal, event: Any) -> None:
    row = await answered(journal)
    await journal.inbox.store([an_event("m2", event=event, sent_at=at(4))])
    assert (await reach(journal, row)).heard_at == NOON


@pytest.mark.parametrize(
    ("event", "purpose"),
    [
        (TimerFired(kind="pms_retry", key=""), Purpose.ANSWER),
        (TimerFired(kind="marketing", key=""), Purpose.MARKETING),
        (TimerFired(kind="arrival", key=""), Purpose.REMINDER),
        (ReservationSettled(client_ref=ClientRef("AH-1"), outcome=SagaOutcome.FAILED), Purpose.RESERVATION),
    ],
)
async def test_why_it_is_said_is_known_by_what_made_us_say_it(journal: Journal, event: Any, purpose: Purpose) -> None:
    row = await answered(journal)
    stored, _ = await journal.inbox.store([replace(an_event("timer:1"), event=event)])
    [caused] = [one.row for one in stored if one is not None and one.row is not None]
    [committed] = await journal.commit(a_turn(caused, version=1))
    assert (await reach(journal, committed.outbox[0])).purpose is purpose
    assert (await reach(journal, row)).purpose is Purpose.ANSWER


async def test_a_row_that_is_not_there_is_told_from_one_that_may_not_go(journal: Journal, tables: Tables) -> None:
    row = await answered(journal)
    await tables.value("DELETE FROM outbox")
    assert await journal.outbox.reach(row.id) is None


async def test_the_index_of_a_guests_lines_is_used_among_many(journal: Journal, tables: Tables) -> None:
    row = await answered(journal)
    await tables.value(
        "INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, done)"
        " SELECT g + 1000, 1, 'demo', 'whatsapp', '100', g::text, '', '{\"type\": \"text\"}', now(), true"
        " FROM generate_series(1, 3000) g"
    )
    await tables.value("ANALYZE inbox")
    plan = await tables.rows(
        "EXPLAIN " + outbox.REACH.replace("$1", str(row.id)).replace("$2", "'{}'").replace("$3", "'{}'")
    )
    assert "Seq Scan on inbox" not in str(plan)


# Who is left in peace.


async def test_who_said_stop_is_known_until_they_say_otherwise(journal: Journal) -> None:
    row = await answered(journal, opts_out=True)
    assert (await reach(journal, row)).opted_out
    [again] = await journal.receive("m2")
    await journal.commit(a_turn(again, version=1, opts_out=False))
    assert not (await reach(journal, row)).opted_out


async def test_a_stop_is_part_of_its_turn_and_of_no_others(journal: Journal, tables: Tables) -> None:
    row = await answered(journal)
    other = await journal.receive("other", phone="5491100000002")
    overtaken = a_turn(*other, version=9, opts_out=True)
    assert not (await journal.commit(overtaken))[0].passed
    assert not (await reach(journal, row)).opted_out
    assert await tables.value("SELECT count(*) FROM guest WHERE opted_out_at IS NOT NULL") == 0


async def test_a_guest_may_be_left_in_peace_for_a_while_or_for_good(journal: Journal, tables: Tables) -> None:
    row = await answered(journal)
    soon, past = datetime.now(UTC) + timedelta(hours=1), datetime.now(UTC) - timedelta(hours=1)
    for until, quiet, opted_out in [(past, False, False), (soon, True, False), (past, True, False), (None, True, True)]:
        await journal.outbox.quieten(
            Quiet(account=WHATSAPP, guest_id=row.guest_id, reason="131049", at=NOON, until=until)
        )
        known = await reach(journal, row)
        assert (known.quiet, known.opted_out) == (quiet, opted_out)


def notice(
    kind: NoticeKind, *, account: Account = WHATSAPP, hours: float = 0, until: datetime | None = None
) -> AccountNotice:
    return AccountNotice(account=account, kind=kind, reason="flagged", at=at(hours), until=until)


async def test_an_account_is_quiet_until_all_is_well_or_its_time_is_over(journal: Journal) -> None:
    row = await answered(journal)
    await journal.inbox.store([notice(NoticeKind.QUIET, account=OTHER_NUMBER), notice(NoticeKind.UPGRADED)])
    assert not (await reach(journal, row)).quiet
    await journal.inbox.store([notice(NoticeKind.QUIET), an_event("m9")])
    assert (await reach(journal, row)).quiet
    await journal.inbox.store([notice(NoticeKind.WELL)])
    assert not (await reach(journal, row)).quiet
    await journal.inbox.store([notice(NoticeKind.QUIET, until=datetime.now(UTC) - timedelta(seconds=1))])
    assert not (await reach(journal, row)).quiet


async def test_the_latest_decision_about_an_account_stands_in_whatever_order_they_come(journal: Journal) -> None:
    row = await answered(journal)
    flagged, well = notice(NoticeKind.QUIET, hours=1), notice(NoticeKind.WELL, hours=2)
    for decisions, quiet in [
        ((well, flagged), False),
        ((flagged,), False),
        ((notice(NoticeKind.QUIET, hours=3),), True),
    ]:
        for decision in decisions:
            await journal.inbox.store([decision])
        assert (await reach(journal, row)).quiet is quiet


# What goes in another's place.


async def test_a_template_takes_the_place_of_the_words_durably(journal: Journal, tables: Tables) -> None:
    row = await answered(journal)
    instead = a_mark(row, OutboxStatus.PENDING, OutboxStatus.PENDING, message=TEMPLATE)
    assert await journal.mark(instead) == [True]
    [found] = await journal.outbox.open_rows()
    assert (found.message, found.status) == (TEMPLATE, OutboxStatus.PENDING)
    assert await tables.count("handoff") == 0


async def test_words_that_are_not_told_go_to_a_person(journal: Journal, tables: Tables) -> None:
    row = await answered(journal)
    await journal.mark(
        a_mark(row, OutboxStatus.PENDING, OutboxStatus.PENDING, message=TEMPLATE, untold="Ya está\x00 lista")
    )
    await journal.mark(a_mark(row, OutboxStatus.PENDING, OutboxStatus.DEAD, error="tarde", untold="«Ana»"))
    summaries = [row["summary"] for row in await tables.rows("SELECT summary FROM handoff ORDER BY id")]
    assert summaries[0].endswith("Decía:\nYa está\ufffd lista")
    assert "(tarde)" in summaries[1]


async def too_late(journal: Journal, row: OutboxRow, *, provider_id: str = "wamid.1") -> list[Any]:
    late = a_report(FAILED, provider_id=provider_id, outbox_id=row.id, error_code=131047)
    _, moved = await journal.inbox.store([late])
    return moved


async def sent_row(journal: Journal) -> OutboxRow:
    row = await answered(journal)
    await journal.mark(sending(row))
    await journal.mark(sent(row))
    return row


async def test_what_the_channel_calls_too_late_waits_again_to_go_another_way(journal: Journal, tables: Tables) -> None:
    row = await sent_row(journal)
    [moved] = await too_late(journal, row)
    assert (moved.put_back, moved.state) == (True, FAILED)
    [found] = await journal.outbox.open_rows()
    assert (found.status, found.shut) == (OutboxStatus.PENDING, True)
    assert await tables.count("handoff") == 0


async def test_what_is_said_of_the_sending_that_was_too_late_does_not_touch_the_one_after(
    journal: Journal, tables: Tables
) -> None:
    row = await sent_row(journal)
    await too_late(journal, row)
    await journal.mark(a_mark(row, OutboxStatus.PENDING, OutboxStatus.PENDING, message=TEMPLATE))
    await journal.mark(sending(row))
    await journal.mark(sent(row, provider_id="wamid.2"))
    assert await too_late(journal, row) == []
    await journal.report(a_report(DeliveryState.READ, provider_id="wamid.2"))
    assert await tables.rows("SELECT status, delivery, provider_id FROM outbox") == [
        {"status": "sent", "delivery": "read", "provider_id": "wamid.2"}
    ]


async def unreachable(journal: Journal, row: OutboxRow, *, provider_id: str = "wamid.1") -> list[Any]:
    lost = a_report(FAILED, provider_id=provider_id, outbox_id=row.id, error_code=131026)
    _, moved = await journal.inbox.store([lost])
    return moved


async def test_what_reaches_nobody_is_tried_once_more_after_a_while_and_then_told_to_staff(
    journal: Journal, tables: Tables
) -> None:
    row = await sent_row(journal)
    [moved] = await unreachable(journal, row)
    [found] = await journal.outbox.open_rows()
    assert (moved.put_back, found.status, found.deferred, found.shut) == (True, OutboxStatus.PENDING, True, False)
    assert found.next_at is not None
    assert timedelta(minutes=25) < found.next_at - datetime.now(UTC) < timedelta(minutes=35)
    assert await unreachable(journal, row) == [], "the same report again"
    assert await tables.count("handoff") == 0

    await journal.mark(sending(row))
    await journal.mark(sent(row, provider_id="wamid.2"))
    [moved] = await unreachable(journal, row, provider_id="wamid.2")
    assert not moved.put_back
    assert await journal.outbox.open_rows() == []
    assert [one["summary"] for one in await tables.rows("SELECT summary FROM handoff")] == [
        "El canal no pudo entregar una respuesta al huésped (código 131026); hay que avisarle por otra vía."
    ]


async def test_a_template_that_is_too_late_is_not_sent_again(journal: Journal, tables: Tables) -> None:
    row = await answered(journal)
    await journal.mark(a_mark(row, OutboxStatus.PENDING, OutboxStatus.SENDING, message=TEMPLATE))
    await journal.mark(sent(row))
    [moved] = await too_late(journal, row)
    assert not moved.put_back
    assert await journal.outbox.open_rows() == []
    assert await tables.count("handoff") == 1


@pytest.mark.parametrize("code", [131047, 131026])
async def test_a_report_that_was_stored_while_nobody_owned_the_row_puts_it_back_too(
    journal: Journal, tables: Tables, code: int
) -> None:
    row = await answered(journal)
    await journal.mark(sending(row))
    await tables.value(
        "INSERT INTO delivery_report (account, provider_id, state, at, outbox_id, error_code)"
        " VALUES ('100', 'wamid.9', 'failed', now(), $1, $2)",
        row.id,
        code,
    )
    for _ in range(2):
        await journal.outbox.apply_reports()
        [found] = await journal.outbox.open_rows()
        assert (found.status, found.shut, found.deferred) == (OutboxStatus.PENDING, code == 131047, code == 131026)
    assert await tables.count("handoff") == 0
