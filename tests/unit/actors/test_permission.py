"""The 24 hours in which a guest may be told anything, and what becomes of words that come later."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agente_hotelero.actors import journal
from agente_hotelero.actors.sender import Send
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.dialogue.purposes import purpose
from agente_hotelero.model.events import DeliveryState, ReservationSettled, SagaOutcome, TimerFired
from agente_hotelero.model.ids import ClientRef, GuestId, OutboxId
from agente_hotelero.model.journal import OutboxRow, OutboxStatus, ReplyRoute
from agente_hotelero.model.lines import Line, Purpose, TemplateForm
from agente_hotelero.model.messages import Template, Text
from agente_hotelero.model.reach import MARGIN, WINDOW, Reach
from tests.fakes.channel import failure
from tests.support.actors_house import House
from tests.support.actors_words import ANA, SYSTEM, WHATSAPP, on_its_way, report, said
from tests.support.virtual_time import in_virtual_time, now, until_idle, until_marked

NEWS = TemplateForm(name="novedades", language="es_AR", values=(("", "{guest}"), ("", "{text}")))
CALL = TemplateForm(name="llamada", language="pt_BR", values=(("hotel", "{hotel}"),))
TEMPLATES = {Purpose.ANSWER: {"es": NEWS, "pt": CALL}, Purpose.MARKETING: {"es": NEWS}}
WITH_TEMPLATES = Line(messages_per_second=1000.0, templates=TEMPLATES)
HOUR = timedelta(hours=1)


async def send(house: House, row: OutboxRow) -> OutboxRow:
    house.database.insert_reply(replace(row, open_until=None))
    house.sender.tell(Send(rows=(row,)))
    await until_marked()
    return house.database.outbox[row.id]


def unknown(row_id: int = 1, body: str = "Tu habitación\nestá lista") -> OutboxRow:
    """A message of whose guest the turn knew nothing, as after a restart."""
    return replace(on_its_way(row_id, body), open_until=None)


async def house_where(reach: Reach, *, line: Line = WITH_TEMPLATES, windowed: bool = True) -> House:
    house = await House(line=line, windowed=windowed).start()
    house.database.reaches[GuestId(1)] = reach
    return house


def ago(**hours: float) -> datetime:
    return now() - timedelta(**hours)


@in_virtual_time
async def test_what_a_turn_knew_is_enough_while_it_says_yes() -> None:
    house = await house_where(Reach(heard_at=None))
    row = await send(house, on_its_way(1, open_until=now() + MARGIN + timedelta(seconds=1)))
    assert row.status is OutboxStatus.SENT
    assert "reach" not in house.database.calls


@pytest.mark.parametrize(("seconds", "sent"), [(-1, True), (1, False)])
@in_virtual_time
async def test_five_minutes_before_the_end_it_is_too_late(seconds: int, sent: bool) -> None:
    heard_at = now() - WINDOW + MARGIN - timedelta(seconds=seconds)
    house = await house_where(Reach(heard_at=heard_at), line=Line())
    row = await send(house, unknown())
    assert (row.status is OutboxStatus.SENT) is sent
    assert len(house.channel.posts) == sent


@in_virtual_time
async def test_who_wrote_again_meanwhile_gets_what_waited() -> None:
    house = await house_where(Reach(heard_at=ago(hours=1)))
    row = await send(house, on_its_way(1, open_until=ago(hours=2)))
    assert (row.status, row.message) == (OutboxStatus.SENT, Text(body="hola"))


@in_virtual_time
async def test_without_a_template_a_person_gets_the_words_that_could_not_be_sent() -> None:
    house = await house_where(Reach(heard_at=ago(hours=25)), line=Line())
    row = await send(house, unknown())
    assert row.status is OutboxStatus.DEAD
    assert house.channel.posts == []
    [handoff] = house.database.handoffs
    assert "«Tu habitación\nestá lista»" in handoff.summary
    assert house.sample("handoffs_total", reason="undeliverable") == 1
    assert house.sample("sends_total", channel="whatsapp", outcome="window_shut") == 1


@in_virtual_time
async def test_a_template_that_tells_all_goes_instead_and_nobody_else_is_asked() -> None:
    house = await house_where(Reach(heard_at=ago(hours=30), language="es", guest_name="Ana"))
    row = await send(house, unknown())
    assert row.status is OutboxStatus.SENT
    assert isinstance(row.message, Template)
    assert [value.text for value in row.message.values] == ["Ana", "Tu habitación está lista"]
    assert house.database.handoffs == []


@in_virtual_time
async def test_a_template_that_tells_less_leaves_the_words_to_a_person() -> None:
    house = await house_where(Reach(heard_at=None, language="pt"))
    row = await send(house, unknown())
    assert (row.status, isinstance(row.message, Template)) == (OutboxStatus.SENT, True)
    [handoff] = house.database.handoffs
    assert "está lista" in handoff.summary


@pytest.mark.parametrize(
    "reach",
    [Reach(heard_at=None, language="en"), Reach(heard_at=None, language="es", purpose=Purpose.RESERVATION)],
)
@in_virtual_time
async def test_a_template_is_for_its_own_purpose_and_language_only(reach: Reach) -> None:
    house = await house_where(reach)
    row = await send(house, unknown())
    assert row.status is OutboxStatus.DEAD


@in_virtual_time
async def test_a_guest_without_language_gets_the_hotels_and_one_without_name_a_polite_word() -> None:
    house = await house_where(Reach(heard_at=None))
    row = await send(house, unknown())
    assert isinstance(row.message, Template)
    assert (row.message.language, row.message.values[0].text) == ("es_AR", "huésped")


@in_virtual_time
async def test_words_too_long_for_a_blank_go_to_a_person_whole() -> None:
    house = await house_where(Reach(heard_at=None, language="es"))
    row = await send(house, unknown(body="palabra " * 200))
    assert row.status is OutboxStatus.DEAD
    assert ("palabra " * 200).strip() in house.database.handoffs[0].summary


@in_virtual_time
async def test_what_waited_out_an_outage_until_the_window_shut_goes_as_a_template() -> None:
    house = await house_where(Reach(heard_at=ago(hours=23.8), language="es"))
    house.channel.outage = failure(FailureClass.RETRY_SOON)
    await send(house, on_its_way(1, open_until=now() + 0.2 * HOUR))
    # It shuts in twelve minutes, and is used until five before that.
    await asyncio.sleep(6 * 60)
    assert {post.body for post in house.channel.posts} == {"hola"}
    await asyncio.sleep(2 * 60)
    house.channel.outage = None
    await asyncio.sleep(5 * 60)
    row = house.database.outbox[OutboxId(1)]
    assert (row.status, isinstance(row.message, Template)) == (OutboxStatus.SENT, True)


@in_virtual_time
async def test_the_channels_own_word_that_it_is_too_late_counts_whatever_we_know() -> None:
    house = await house_where(Reach(heard_at=now(), language="es"))
    house.channel.failures.append(failure(FailureClass.WINDOW_SHUT, code=131047))
    row = await send(house, on_its_way(1))
    assert (row.status, isinstance(row.message, Template)) == (OutboxStatus.SENT, True)
    assert [post.outbox_id for post in house.channel.posts] == [1, 1]


@in_virtual_time
async def test_the_same_word_in_a_late_report_has_the_same_effect() -> None:
    house = await house_where(Reach(heard_at=now(), language="es"))
    await send(house, on_its_way(1))
    late = report(OutboxId(1), DeliveryState.FAILED, code=131047)
    await house.journal.ask(journal.Store(items=(late,)))
    await until_marked()
    row = house.database.outbox[OutboxId(1)]
    assert (row.status, isinstance(row.message, Template)) == (OutboxStatus.SENT, True)
    assert house.database.handoffs == []


@in_virtual_time
async def test_a_doubt_that_ends_with_that_word_goes_the_other_way() -> None:
    house = await house_where(Reach(heard_at=now(), language="es"))
    house.channel.failures.append(failure(FailureClass.IN_DOUBT))
    await send(house, on_its_way(1))
    late = replace(report(OutboxId(1), DeliveryState.FAILED, code=131047), provider_id="wamid.lost")
    await house.journal.ask(journal.Store(items=(late,)))
    await until_marked()
    row = house.database.outbox[OutboxId(1)]
    assert (row.status, isinstance(row.message, Template)) == (OutboxStatus.SENT, True)
    assert len(house.channel.posts) == 2


@in_virtual_time
async def test_a_template_in_doubt_is_never_sent_again_by_itself() -> None:
    house = await house_where(Reach(heard_at=None, language="es"))
    house.channel.failures.append(failure(FailureClass.IN_DOUBT))
    await send(house, unknown())
    await asyncio.sleep(200)
    assert house.database.outbox[OutboxId(1)].status is OutboxStatus.DEAD
    assert len(house.channel.posts) == 1
    assert len(house.database.handoffs) == 1


@in_virtual_time
async def test_a_template_that_its_owner_was_posting_when_it_died_is_not_sent_again() -> None:
    house = await House(line=WITH_TEMPLATES).start()
    template = Template(name="novedades", language="es_AR", words="Novedades.")
    row = replace(on_its_way(1, status=OutboxStatus.SENDING), message=template)
    await send(house, row)
    await asyncio.sleep(200)
    assert (house.channel.posts, house.database.outbox[OutboxId(1)].status) == ([], OutboxStatus.DEAD)


@in_virtual_time
async def test_a_template_that_meta_paused_is_left_out_for_an_hour() -> None:
    house = await house_where(Reach(heard_at=None, language="es"))
    house.channel.failures.append(failure(FailureClass.TEMPLATE, code=132015))
    assert (await send(house, unknown())).status is OutboxStatus.DEAD
    assert (await send(house, unknown(2))).status is OutboxStatus.DEAD
    assert len(house.channel.posts) == 1
    assert ["está lista" in handoff.summary for handoff in house.database.handoffs] == [True, True]
    await asyncio.sleep(HOUR.total_seconds())
    assert (await send(house, unknown(3))).status is OutboxStatus.SENT


@pytest.mark.parametrize("purpose", [Purpose.MARKETING, Purpose.REMINDER])
@pytest.mark.parametrize("opted_out", [True, False])
@in_virtual_time
async def test_what_nobody_asked_for_is_not_sent_to_who_does_not_want_it(purpose: Purpose, opted_out: bool) -> None:
    unwilling = Reach(heard_at=now(), language="es", purpose=purpose, opted_out=opted_out, quiet=not opted_out)
    house = await house_where(unwilling)
    row = await send(house, unknown())
    assert row.status is OutboxStatus.CANCELLED
    assert (house.channel.posts, house.database.handoffs) == ([], [])
    assert house.sample("sends_total", channel="whatsapp", outcome="unwanted") == 1


@pytest.mark.parametrize("purpose", [Purpose.ANSWER, Purpose.RESERVATION, Purpose.STAFF])
@in_virtual_time
async def test_an_answer_is_given_also_to_who_wants_nothing_unasked(purpose: Purpose) -> None:
    house = await house_where(Reach(heard_at=now(), purpose=purpose, opted_out=True, quiet=True))
    assert (await send(house, unknown())).status is OutboxStatus.SENT


@pytest.mark.parametrize(
    ("code", "whose", "hours"), [(131048, None, 24), (131049, GuestId(1), 24), (131050, GuestId(1), None)]
)
@in_virtual_time
async def test_a_channel_that_wants_quiet_gets_it_for_what_nobody_asked(
    code: int, whose: GuestId | None, hours: int | None
) -> None:
    house = await house_where(Reach(heard_at=now()))
    house.channel.failures.append(failure(FailureClass.QUALITY, code=code))
    await send(house, on_its_way(1))
    late = report(OutboxId(2), DeliveryState.FAILED, code=code)
    await send(house, on_its_way(2))
    await house.journal.ask(journal.Store(items=(late,)))
    await until_idle()
    at_once, by_report = house.database.quiet
    assert (at_once.guest_id, by_report.guest_id) == (whose, whose)
    assert at_once.until == (None if hours is None else pytest.approx(now() + timedelta(hours=hours), abs=HOUR))
    assert (await send(house, on_its_way(3))).status is OutboxStatus.SENT


@pytest.mark.parametrize(("code", "stopped"), [(131042, True), (131031, True), (131026, False), (131056, False)])
@in_virtual_time
async def test_an_account_that_meta_locks_stops_also_when_it_says_so_late(code: int, stopped: bool) -> None:
    house = await House().start()
    await send(house, on_its_way(1))
    await house.journal.ask(journal.Store(items=(report(OutboxId(1), DeliveryState.FAILED, code=code),)))
    await until_idle()
    labels = {"channel": WHATSAPP.channel, "hotel": WHATSAPP.hotel, "account": WHATSAPP.name}
    assert house.sender_actor.health.refused is stopped
    assert house.sample("channel_stopped", **labels) == stopped


@in_virtual_time
async def test_while_storage_is_away_nothing_is_said_too_late() -> None:
    house = await house_where(Reach(heard_at=ago(hours=30)), line=Line())
    house.database.faults.away = True
    house.sender.tell(Send(rows=(unknown(),)))
    await asyncio.sleep(5)
    assert house.channel.posts == []
    house.database.faults.away = False


# What a turn knows.


@in_virtual_time
async def test_an_answer_may_go_until_a_day_after_the_message_that_asked() -> None:
    house = await House().start()
    await house.accept(replace(said("hola"), sent_at=ago(hours=23)))
    [turn] = house.database.turns
    assert turn.replies[0].open_until == ago(hours=23) + WINDOW


@in_virtual_time
async def test_within_one_turn_the_latest_message_counts_and_what_no_guest_wrote_counts_for_nothing() -> None:
    house = await House().start()
    gate = house.understanding.gate = asyncio.Event()
    await house.accept(said("hola"))
    settled = ReservationSettled(client_ref=ClientRef("AH-1"), outcome=SagaOutcome.FAILED)
    await house.accept(
        replace(said("hola"), sent_at=ago(hours=2)),
        replace(said("hola"), sent_at=ago(hours=3)),
        said(settled, account=SYSTEM),
    )
    gate.set()
    await until_idle()
    assert {reply.open_until for reply in house.database.turns[1].replies} == {ago(hours=2) + WINDOW}


@in_virtual_time
async def test_what_a_guest_did_not_just_ask_for_is_looked_up_when_it_goes() -> None:
    house = await House().start()
    await house.accept(said("hola"))
    guest = house.database.conversations[GuestId(1)]
    assert guest.route == ReplyRoute(account=WHATSAPP, address=ANA)
    settled = ReservationSettled(client_ref=ClientRef("AH-1"), outcome=SagaOutcome.FAILED)
    await house.accept(said(settled, by=ANA, account=SYSTEM))
    await until_marked()
    assert house.database.turns[1].replies[0].open_until is None
    assert house.database.calls.count("reach") == 1
    assert len(house.channel.posts) == len(house.answers())


@pytest.mark.parametrize(("kind", "unasked"), [("pms_retry", False), ("marketing", True), ("of another version", True)])
def test_a_timer_that_answers_late_is_an_answer_and_any_other_reminds(kind: str, unasked: bool) -> None:
    assert purpose(TimerFired(kind=kind, key="")).unasked is unasked


# Where there is no window.


@pytest.mark.parametrize(
    ("reach", "sent"),
    [
        (Reach(heard_at=None, purpose=Purpose.REMINDER, opted_out=True), False),
        (Reach(heard_at=None, purpose=Purpose.MARKETING, opted_out=True), False),
        (Reach(heard_at=None, purpose=Purpose.REMINDER, quiet=True), False),
        (Reach(heard_at=None, purpose=Purpose.REMINDER), True),
        (Reach(heard_at=None, purpose=Purpose.RESERVATION, opted_out=True), True),
        (Reach(heard_at=None, purpose=Purpose.STAFF, opted_out=True), True),
        (Reach(heard_at=None, purpose=Purpose.ANSWER, opted_out=True), True),
    ],
)
@in_virtual_time
async def test_what_nobody_asked_for_goes_to_nobody_who_wants_no_such_thing(reach: Reach, sent: bool) -> None:
    house = await house_where(reach, windowed=False)
    row = await send(house, unknown())
    assert (row.status, len(house.channel.posts)) == ((OutboxStatus.SENT, 1) if sent else (OutboxStatus.CANCELLED, 0))
    assert [post.unasked for post in house.channel.posts] == [reach.purpose is Purpose.REMINDER] * sent
    assert house.database.handoffs == []


@in_virtual_time
async def test_an_answer_to_a_guests_own_message_asks_the_database_nothing() -> None:
    house = await house_where(Reach(heard_at=None, opted_out=True), windowed=False)
    row = await send(house, on_its_way(1, open_until=ago(hours=90)))
    assert (row.status, "reach" in house.database.calls) == (OutboxStatus.SENT, False)


@in_virtual_time
async def test_a_template_that_nobody_asked_for_goes_to_nobody_who_wants_no_such_thing() -> None:
    house = await house_where(Reach(heard_at=None, purpose=Purpose.MARKETING, opted_out=True))
    reminder = replace(unknown(), message=Template(name="recordatorio", language="es", words="Lo esperamos"))
    row = await send(house, reminder)
    assert (row.status, house.channel.posts) == (OutboxStatus.CANCELLED, [])
