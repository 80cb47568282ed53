"""What is said unasked on its way to a guest: at its hour, once, by a template where the window is shut."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from agente_hotelero.actors.permission import STALE
from agente_hotelero.dialogue import purposes
from agente_hotelero.model.events import ReservationSettled, SagaOutcome, TimerFired
from agente_hotelero.model.ids import ClientRef, GuestId
from agente_hotelero.model.journal import OutboxRow, OutboxStatus
from agente_hotelero.model.lines import Line, Purpose, TemplateForm
from agente_hotelero.model.messages import Template
from agente_hotelero.model.reach import Reach
from agente_hotelero.model.reminders import USUAL_HOURS, Reminder, Reminders
from agente_hotelero.model.stays import PmsReservation, Stay
from tests.support.actors_house import House
from tests.support.actors_words import ANA, PROFILE, SYSTEM, WEBCHAT, said
from tests.support.dialogue_guest import a_reservation
from tests.support.virtual_time import BEGINNING, in_virtual_time, now, until_marked

CODE = "DEMO-7F3KMQ"
REMINDERS = Reminders(at={**USUAL_HOURS, Reminder.WEEK_BEFORE: time(9, 5)}, review_url="https://g.page/r/demo/review")
DUE = BEGINNING + timedelta(minutes=5)
"""9:05 in Buenos Aires, a week before the stay."""
ARRIVAL = BEGINNING.date() + timedelta(days=7)
TEMPLATE = TemplateForm(name="tu_llegada", language="es_AR", values=(("", "{guest}"), ("", "{text}")))


def a_line(*purposes_: Purpose) -> Line:
    return Line(
        messages_per_second=1000.0, guest_burst=1000, templates={purpose: {"es": TEMPLATE} for purpose in purposes_}
    )


async def a_house(line: Line | None = None) -> House:
    return await House(line=line, profile=replace(PROFILE, reminders=REMINDERS)).start()


def reservation() -> PmsReservation:
    return replace(a_reservation(CODE), stay=Stay(check_in=ARRIVAL, check_out=ARRIVAL + timedelta(days=2)))


def settled() -> ReservationSettled:
    return ReservationSettled(client_ref=ClientRef("ref-1"), outcome=SagaOutcome.CONFIRMED, reservation=reservation())


async def booked(house: House, **more: str) -> None:
    """Ana wrote, and has a reservation in a week."""
    await house.say("hola", **more)
    house.pms.reservations.append(reservation())
    await house.accept(said(settled(), account=SYSTEM, **more))
    await until_marked()


async def comes_due(house: House) -> None:
    """The scheduler's event is stored and delivered, at its timer's hour."""
    await asyncio.sleep(max(0.0, (DUE - now()).total_seconds()))
    await house.accept(said(TimerFired(kind=Reminder.WEEK_BEFORE, key=CODE), account=SYSTEM, external_id="timer:1"))
    await until_marked()


def newest(house: House) -> OutboxRow:
    return house.database.outbox[max(house.database.outbox)]


@in_virtual_time
async def test_a_confirmation_sets_the_timers_of_its_stay() -> None:
    house = await a_house()
    await booked(house)
    timers = {timer.kind: timer for turn in house.database.turns for timer in turn.timers}
    assert set(timers) == set(Reminder) - {Reminder.WEEK_BEFORE}
    assert timers[Reminder.DAY_BEFORE].due_at == datetime(2030, 5, 12, 13, 0, tzinfo=UTC)
    assert all(timer.key == CODE and timer.not_after is not None for timer in timers.values())


@in_virtual_time
async def test_it_goes_by_the_template_of_its_purpose_where_the_window_is_shut() -> None:
    house = await a_house(a_line(Purpose.PRE_ARRIVAL))
    await booked(house)
    house.database.reaches[GuestId(1)] = Reach(heard_at=None, purpose=Purpose.PRE_ARRIVAL, language="es")
    await comes_due(house)
    sent = newest(house).message
    assert isinstance(sent, Template)
    assert sent.name == "tu_llegada"
    assert CODE in sent.values[1].text
    assert house.channel.posts[-1].unasked
    assert house.sample("proactive_total", purpose="week_before", outcome="sent") == 1


@in_virtual_time
async def test_a_template_for_reminders_of_any_kind_will_do() -> None:
    house = await a_house(a_line(Purpose.REMINDER))
    await booked(house)
    house.database.reaches[GuestId(1)] = Reach(heard_at=None, purpose=Purpose.PRE_ARRIVAL, language="es")
    await comes_due(house)
    assert isinstance(newest(house).message, Template)


@in_virtual_time
async def test_without_any_it_is_not_sent_and_nobody_is_given_work() -> None:
    house = await a_house(a_line())
    await booked(house)
    posts = len(house.channel.posts)
    house.database.reaches[GuestId(1)] = Reach(heard_at=None, purpose=Purpose.PRE_ARRIVAL, language="es")
    await comes_due(house)
    assert len(house.channel.posts) == posts
    assert newest(house).status is OutboxStatus.CANCELLED
    assert house.database.handoffs == []


@in_virtual_time
async def test_one_event_that_comes_twice_says_it_once() -> None:
    house = await a_house()
    await booked(house)
    await comes_due(house)
    await comes_due(house)
    assert len([text for text in house.answers() if CODE in text and "Falta poco" in text]) == 1


@pytest.mark.parametrize("turned", [False, True])
@in_virtual_time
async def test_whoever_dies_around_its_turn_says_it_once(turned: bool) -> None:
    house = await a_house()
    await booked(house)
    if turned:
        await comes_due(house)
    else:
        await asyncio.sleep((DUE - now()).total_seconds())
        house.database.insert(said(TimerFired(kind=Reminder.WEEK_BEFORE, key=CODE), account=SYSTEM))
    await house.stop()
    await house.start()
    await asyncio.sleep(30)
    assert len([text for text in house.answers() if "Falta poco" in text]) == 1
    assert house.database.undone() == []


@in_virtual_time
async def test_in_a_chat_where_a_line_is_sent_by_being_said_who_said_stop_gets_none() -> None:
    house = await a_house()
    await house.accept(said("hola", account=WEBCHAT), said("STOP", account=WEBCHAT))
    house.pms.reservations.append(reservation())
    await house.accept(said(settled(), account=SYSTEM))
    answers = len(house.answers())
    await comes_due(house)
    assert len(house.answers()) == answers
    assert house.sample("proactive_total", purpose="week_before", outcome="opted_out") == 1


@in_virtual_time
async def test_what_waited_past_its_hour_on_its_way_is_not_sent_at_night() -> None:
    house = await a_house()
    await booked(house)
    reach = Reach(heard_at=now(), purpose=Purpose.PRE_ARRIVAL, language="es")
    house.database.reaches[GuestId(1)] = replace(reach, said_at=now() - STALE)
    posts = len(house.channel.posts)
    await comes_due(house)
    assert len(house.channel.posts) == posts
    assert (newest(house).status, newest(house).route.address) == (OutboxStatus.CANCELLED, ANA)


def test_what_a_hotel_wants_to_say_first_and_has_no_template_for_is_known() -> None:
    hotel = replace(PROFILE, reminders=Reminders(at={Reminder.IN_STAY: USUAL_HOURS[Reminder.IN_STAY]}))
    assert purposes.without_a_template(PROFILE, a_line()) == []
    assert purposes.without_a_template(hotel, a_line(Purpose.IN_STAY)) == [
        (Purpose.IN_STAY, "pt"),
        (Purpose.IN_STAY, "en"),
    ]
    assert purposes.without_a_template(hotel, a_line(Purpose.REMINDER)) == [
        (Purpose.IN_STAY, "pt"),
        (Purpose.IN_STAY, "en"),
    ]
