"""One account's way out, to the second: order, pauses, doubts, and what becomes of each failure."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from agente_hotelero.actors import journal, sender
from agente_hotelero.actors.road import AUTH_PAUSE_SECONDS, IN_FLIGHT, RETRY_CAP_SECONDS, STRIKES
from agente_hotelero.actors.sender import (
    BEGUN_SECONDS,
    GRACE_SECONDS,
    PART_WAIT_SECONDS,
    Dropped,
    Send,
)
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.model.events import DeliveryState
from agente_hotelero.model.ids import GuestId, OutboxId
from agente_hotelero.model.journal import OutboxRow, OutboxStatus
from agente_hotelero.model.lines import Line
from agente_hotelero.model.messages import Template
from tests.fakes.channel import failure
from tests.fakes.journal import Lost
from tests.support.actors_house import House
from tests.support.actors_words import WEBCHAT, on_its_way, report
from tests.support.virtual_time import clock, in_virtual_time, now, until_idle, until_marked

DOUBT = FailureClass.IN_DOUBT
SOON = FailureClass.RETRY_SOON


async def send(house: House, *rows: OutboxRow) -> None:
    for row in rows:
        house.database.insert_reply(row)
    house.sender.tell(Send(rows=rows))
    await until_idle()


async def hear(house: House, row: OutboxRow) -> None:
    """The channel's status comes in."""
    await house.journal.ask(journal.Store(items=(report(row),)))


def status(house: House, row: int) -> OutboxStatus:
    return house.database.outbox[OutboxId(row)].status


def refused(house: House) -> bool:
    return house.sender_actor.road.refused


# Order.


@in_virtual_time
async def test_a_guests_messages_go_out_in_order_one_at_a_time() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await send(house, on_its_way(1, "uno", cause=1), on_its_way(2, "dos", cause=2), on_its_way(3, "tres", cause=3))
    assert house.channel.bodies() == ["uno"]
    assert house.sample("outbox_pending") == 3
    house.channel.gate.set()
    await until_marked()
    assert house.channel.bodies() == ["uno", "dos", "tres"]
    assert house.database.ended(OutboxStatus.SENT) == [1, 2, 3]
    assert house.database.provider_ids[OutboxId(1)] == "wamid.out.1"
    assert house.sample("outbox_pending") == 0
    assert house.sample("sends_total", channel="whatsapp", outcome="sent") == 3


@in_virtual_time
async def test_guests_never_wait_for_each_other() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await send(house, *(on_its_way(n, guest=n) for n in range(1, 11)))
    assert len(house.channel.posts) == 10


@in_virtual_time
async def test_parts_of_an_answer_wait_until_the_channel_says_that_the_last_one_is_sent() -> None:
    house = await House().start()
    first, second = on_its_way(1, "a", cause=1), on_its_way(2, "b", cause=1)
    await send(house, first, second)
    await asyncio.sleep(1)
    assert house.channel.bodies() == ["a"]
    await hear(house, first)
    await until_idle()
    assert house.channel.bodies() == ["a", "b"]


@in_virtual_time
async def test_parts_wait_two_seconds_at_most_and_other_answers_not_at_all() -> None:
    house = await House().start()
    await send(house, on_its_way(1, cause=1), on_its_way(2, cause=1), on_its_way(3, cause=2))
    await asyncio.sleep(10)
    assert [house.channel.times(row) for row in (1, 2, 3)] == [[0.0], [PART_WAIT_SECONDS], [PART_WAIT_SECONDS]]


@in_virtual_time
async def test_a_report_that_comes_before_the_mark_counts_too() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    first, second = on_its_way(1, cause=1), on_its_way(2, cause=1)
    await send(house, first, second)
    await hear(house, first)
    house.channel.gate.set()
    await until_idle()
    assert len(house.channel.posts) == 2


@in_virtual_time
async def test_a_row_that_is_handed_over_again_is_sent_once() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    row, later = on_its_way(1), on_its_way(2, cause=2)
    await send(house, row, later)
    house.sender.tell(Send(rows=(row, later)))
    await until_idle()
    assert house.sample("outbox_pending") == 2
    house.channel.gate.set()
    await until_idle()
    house.sender.tell(Send(rows=(row, later)))
    await until_idle()
    assert [post.outbox_id for post in house.channel.posts] == [1, 2]


@in_virtual_time
async def test_a_row_that_is_not_as_expected_any_more_is_not_posted() -> None:
    house = await House().start()
    row = on_its_way(1)
    house.database.insert_reply(replace(row, status=OutboxStatus.CANCELLED))
    house.sender.tell(Send(rows=(row,)))
    await until_idle()
    assert house.channel.posts == []


@in_virtual_time
async def test_it_is_marked_before_it_is_posted() -> None:
    house = await House().start()
    house.database.faults.gates["mark"] = asyncio.Event()
    await send(house, on_its_way(1))
    assert house.channel.posts == []
    house.channel.gate = asyncio.Event()
    house.database.faults.gates.pop("mark").set()
    await until_idle()
    assert len(house.channel.posts) == 1
    assert status(house, 1) is OutboxStatus.SENDING


# Failures.


@in_virtual_time
async def test_what_failed_for_sure_is_tried_again_after_growing_pauses() -> None:
    house = await House().start()
    house.channel.failures.extend([failure(SOON)] * 9)
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    await asyncio.sleep(200)
    times = house.channel.times(1)
    pauses = [after - before for before, after in pairwise(times)]
    assert len(pauses) == 9
    for number, pause in enumerate(pauses, start=1):
        longest = min(RETRY_CAP_SECONDS, 0.2 * 2**number)
        assert longest / 2 <= pause <= longest + 0.01
    assert len({round(pause, 6) for pause in pauses[-4:]}) == 4
    assert house.database.ended(OutboxStatus.SENT) == [1, 2]
    assert house.sample("sends_total", channel="whatsapp", outcome="retry_soon") == 9


@in_virtual_time
async def test_one_guests_failure_holds_up_nobody_else() -> None:
    house = await House().start()
    house.channel.to["guest 1"].extend([failure(SOON)] * 2)
    await send(house, on_its_way(1, guest=1), on_its_way(2, guest=2), on_its_way(3, guest=3))
    assert [post.outbox_id for post in house.channel.posts] == [1, 2, 3]
    assert house.database.ended(OutboxStatus.SENT) == [2, 3]


@in_virtual_time
async def test_an_account_that_keeps_failing_is_tried_by_one_message_at_a_time_between_pauses() -> None:
    house = await House().start()
    house.channel.outage = failure(SOON)
    await send(house, *(on_its_way(n, guest=n) for n in range(1, 101)))
    await asyncio.sleep(5)
    first_wave = len(house.channel.posts)
    assert first_wave <= IN_FLIGHT + 4
    house.channel.most_under_way = 0
    await asyncio.sleep(100)
    assert house.channel.most_under_way == 1
    tries = sorted(post.at for post in house.channel.posts[first_wave:])
    assert 10 <= len(tries) <= 21
    assert min(after - before for before, after in pairwise(tries)) >= RETRY_CAP_SECONDS / 2
    house.channel.outage = None
    await asyncio.sleep(2 * RETRY_CAP_SECONDS)
    assert len(house.database.ended(OutboxStatus.SENT)) == 100
    assert house.channel.most_under_way > STRIKES


@in_virtual_time
async def test_a_rate_limit_pauses_the_account_for_as_long_as_the_channel_says() -> None:
    house = await House().start()
    house.channel.failures.append(failure(FailureClass.RATE_LIMITED, after=7.0))
    await send(house, on_its_way(1, guest=1))
    await send(house, on_its_way(2, guest=2))
    await asyncio.sleep(20)
    assert house.channel.times(1) == [0.0, 7.0]
    assert house.channel.times(2) == [7.0]
    assert house.sample("rate_limited_total", where="whatsapp") == 1


@in_virtual_time
async def test_a_rate_limit_without_a_time_pauses_the_account_a_little() -> None:
    house = await House().start()
    house.channel.failures.append(failure(FailureClass.RATE_LIMITED))
    await send(house, on_its_way(1, guest=1))
    await send(house, on_its_way(2, guest=2))
    await asyncio.sleep(5)
    [_, again], [other] = house.channel.times(1), house.channel.times(2)
    assert 0.1 <= other <= again <= 0.5


@in_virtual_time
async def test_a_guest_who_got_too_many_waits_alone() -> None:
    house = await House().start()
    limited = FailureClass.PAIR_LIMITED
    house.channel.to["guest 1"].extend([failure(limited), failure(limited), failure(limited, after=3.0)])
    await send(house, on_its_way(1, guest=1), on_its_way(2, guest=2))
    await asyncio.sleep(60)
    assert house.channel.times(2) == [0.0]
    assert house.channel.times(1) == [0.0, 1.0, 5.0, 21.0]


@in_virtual_time
async def test_a_refused_token_stops_the_account_until_it_works_again_and_says_so() -> None:
    house = await House().start()
    house.channel.outage = failure(FailureClass.AUTH, code=190)
    await send(house, on_its_way(1, guest=1))
    await send(house, on_its_way(2, guest=2), on_its_way(3, guest=3))
    await asyncio.sleep(AUTH_PAUSE_SECONDS * 2.5)
    assert refused(house)
    assert [post.at for post in house.channel.posts] == [0.0, 60.0, 120.0]
    house.channel.outage = None
    await asyncio.sleep(AUTH_PAUSE_SECONDS * 1.5)
    assert not refused(house)
    assert sorted(house.database.ended(OutboxStatus.SENT)) == [1, 2, 3]


@in_virtual_time
async def test_a_bad_form_goes_as_plain_text_once_and_then_to_staff() -> None:
    house = await House().start()
    bug = FailureClass.OUR_BUG
    house.channel.to["guest 1"].append(failure(bug, code=131009))
    house.channel.to["guest 2"].extend([failure(bug), failure(bug)])
    await send(house, on_its_way(1, guest=1), on_its_way(2, guest=2))
    await asyncio.sleep(5)
    assert [post.interactive for post in house.channel.posts if post.outbox_id == 1] == [True, False]
    assert [post.interactive for post in house.channel.posts if post.outbox_id == 2] == [True, False]
    assert (status(house, 1), status(house, 2)) == (OutboxStatus.SENT, OutboxStatus.DEAD)


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        (FailureClass.WINDOW_SHUT, 131047, "(pasaron más de 24 horas desde su último mensaje; código 131047) «hola»"),
        (FailureClass.RECIPIENT, 131021, "(esa dirección no puede recibir mensajes; código 131021)"),
        (FailureClass.QUALITY, 131049, "(el canal retiene mensajes a este huésped; código 131049)"),
        (FailureClass.RECIPIENT, None, "(esa dirección no puede recibir mensajes)"),
    ],
)
@in_virtual_time
async def test_what_can_not_be_delivered_goes_to_staff_and_the_guests_next_goes_out(
    kind: FailureClass, code: int | None, words: str
) -> None:
    house = await House().start()
    house.channel.failures.append(failure(kind, code=code))
    house.told.clear()
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    await until_marked()
    assert (status(house, 1), status(house, 2)) == (OutboxStatus.DEAD, OutboxStatus.SENT)
    [handoff] = house.database.handoffs
    assert (handoff.reason, handoff.summary) == ("undeliverable", words)
    assert house.told == ["handed_off"]
    assert house.sample("handoffs_total", reason="undeliverable") == 1


@in_virtual_time
async def test_every_class_of_failure_has_its_outcome() -> None:
    for kind in FailureClass:
        house = await House().start()
        house.channel.failures.append(failure(kind))
        await send(house, on_its_way(1, interactive=False))
        await asyncio.sleep(1801)
        assert status(house, 1) in {OutboxStatus.SENT, OutboxStatus.DEAD}, kind
        await house.stop()


# What the account may do.


@in_virtual_time
async def test_an_upgrade_from_before_the_start_is_found_out_and_nobody_waits_for_it() -> None:
    house = House(line=Line(messages_per_second=80.0))
    house.channel.high = True
    house.channel.level_failures.extend([failure(SOON), failure(DOUBT)])
    await house.start()
    assert (house.sender_actor.health.messages_per_second, house.channel.asked) == (80, 1)
    await asyncio.sleep(40)
    assert (house.sender_actor.health.messages_per_second, house.channel.asked) == (1000, 3)


@in_virtual_time
async def test_after_a_restart_the_number_is_as_fast_as_it_was() -> None:
    house = await House(line=Line(messages_per_second=80.0)).start()
    house.sender.tell(sender.Upgraded())
    await until_idle()
    house.channel.high = True
    await house.stop()
    await house.start()
    assert house.sender_actor.health.messages_per_second == 1000


@pytest.mark.parametrize(
    ("line", "asked"), [(Line(messages_per_second=80.0), 1), (Line(messages_per_second=20.0, may_grow=False), 0)]
)
@in_virtual_time
async def test_whoever_may_not_be_asked_is_not_asked_again_and_a_shared_number_never(line: Line, asked: int) -> None:
    house = House(line=line)
    house.channel.level_failures.extend([failure(FailureClass.AUTH, code=190)] * 9)
    await house.start()
    await asyncio.sleep(7200)
    assert (house.channel.asked, refused(house)) == (asked, False)
    assert house.sender_actor.health.messages_per_second == line.messages_per_second


@in_virtual_time
async def test_with_another_token_it_is_asked_again() -> None:
    house = House(line=Line(messages_per_second=80.0))
    house.channel.level_failures.append(failure(FailureClass.AUTH, code=190))
    await house.start()
    house.channel.high = True
    house.sender.tell(sender.Renewed(client=house.channel, line=Line(messages_per_second=80.0)))
    await until_idle()
    assert house.sender_actor.health.messages_per_second == 1000


# Later.

LATER = FailureClass.DEFERRED
UNREACHABLE = FailureClass.UNREACHABLE


@in_virtual_time
async def test_a_guest_whose_side_says_later_is_tried_less_and_less_often_and_others_are_not_kept() -> None:
    house = await House().start()
    house.channel.to["guest 1"].extend([failure(LATER, code=450)] * 8)
    await send(house, on_its_way(1, guest=1))
    await send(house, on_its_way(2, guest=2))
    assert house.channel.times(2) == [0.0]
    await asyncio.sleep(3 * 3600)
    pauses = [after - before for before, after in pairwise(house.channel.times(1))]
    assert pauses == [90, 180, 360, 720, 1440, 1800, 1800, 1800]
    assert (status(house, 1), house.database.handoffs, refused(house)) == (OutboxStatus.SENT, [], False)


@in_virtual_time
async def test_after_four_days_of_later_a_person_gets_the_message() -> None:
    house = await House().start()
    house.channel.to["guest 1"].extend([failure(LATER, code=451)] * 1000)
    known_for = timedelta(days=4) - timedelta(hours=1)
    await send(house, replace(on_its_way(1, guest=1), made_at=now() - known_for, attempts=200, deferred=True))
    await asyncio.sleep(3000)
    assert (status(house, 1), house.database.handoffs) == (OutboxStatus.PENDING, [])
    await asyncio.sleep(3000)
    assert status(house, 1) is OutboxStatus.DEAD
    [handoff] = house.database.handoffs
    assert handoff.summary == "(su servidor de correo no lo aceptó en varios días; código 451)"


@in_virtual_time
async def test_what_is_later_waits_out_its_time_over_a_restart_and_nobody_calls_it_stuck() -> None:
    house = await House().start()
    waits = replace(on_its_way(1, guest=1), next_at=now() + timedelta(seconds=600), deferred=True)
    await send(house, waits)
    assert (house.sample("outbox_pending"), house.sample("outbox_deferred")) == (1, 1)
    await asyncio.sleep(601)
    assert house.channel.times(1) == [600.0]
    assert (house.sample("outbox_pending"), house.sample("outbox_deferred")) == (0, 0)


@in_virtual_time
async def test_more_for_the_same_guest_is_worth_a_try_at_once_and_keeps_its_order() -> None:
    house = await House().start()
    house.channel.to["guest 1"].append(failure(LATER, code=450))
    await send(house, on_its_way(1, "uno", guest=1))
    await asyncio.sleep(10)
    await send(house, on_its_way(2, "dos", guest=1, cause=2))
    assert house.channel.bodies("guest 1") == ["uno", "uno", "dos"]
    assert house.channel.times(2) == [10.0]


@in_virtual_time
async def test_who_can_not_be_reached_is_tried_once_more_and_then_a_person_is_asked() -> None:
    house = await House().start()
    house.channel.to["guest 1"].extend([failure(UNREACHABLE, code=131026)] * 2)
    house.channel.to["guest 2"].append(failure(UNREACHABLE, code=131026))
    await send(house, on_its_way(1, guest=1), on_its_way(2, guest=2))
    assert house.database.handoffs == []
    await asyncio.sleep(1801)
    assert house.channel.times(1) == house.channel.times(2) == [0.0, 1800.0]
    assert (status(house, 1), status(house, 2)) == (OutboxStatus.DEAD, OutboxStatus.SENT)
    [handoff] = house.database.handoffs
    assert handoff.summary == "(el canal no puede entregarle mensajes; código 131026)"


@pytest.mark.parametrize("first", [None, failure(DOUBT)])
@in_virtual_time
async def test_what_meta_says_late_to_have_reached_nobody_goes_once_more(first: Exception | None) -> None:
    house = await House().start()
    if first is not None:
        house.channel.failures.append(first)
    row = on_its_way(1)
    await send(house, row)
    await asyncio.sleep(1)
    for _ in range(2):
        lost = report(row, DeliveryState.FAILED, code=131026)
        await house.journal.ask(journal.Store(items=(lost,)))
        await asyncio.sleep(1900)
    assert len(house.channel.times(1)) == 2
    assert house.channel.times(1)[1] - house.channel.times(1)[0] >= 1800
    assert status(house, 1) is OutboxStatus.SENT
    assert house.database.delivery[OutboxId(1)] is DeliveryState.FAILED


@in_virtual_time
async def test_a_template_is_not_tried_a_second_time() -> None:
    house = await House().start()
    house.channel.to["guest 1"].append(failure(UNREACHABLE, code=131026))
    await send(house, replace(on_its_way(1, guest=1), message=Template(name="hola", language="es", words="Hola")))
    assert status(house, 1) is OutboxStatus.DEAD


# Doubt.


@in_virtual_time
async def test_what_is_in_doubt_waits_for_its_report_and_is_not_sent_again() -> None:
    house = await House().start()
    house.channel.failures.append(failure(DOUBT))
    row = on_its_way(1)
    await send(house, row, on_its_way(2, cause=2))
    await asyncio.sleep(30)
    assert len(house.channel.posts) == 1
    await hear(house, row)
    await until_marked()
    assert [post.outbox_id for post in house.channel.posts] == [1, 2]
    assert house.database.ended(OutboxStatus.SENT) == [1, 2]


@in_virtual_time
async def test_what_stays_in_doubt_is_sent_again_once_after_the_grace() -> None:
    house = await House().start()
    house.channel.failures.append(failure(DOUBT))
    await send(house, on_its_way(1))
    await asyncio.sleep(300)
    assert house.channel.times(1) == [0.0, GRACE_SECONDS]
    assert status(house, 1) is OutboxStatus.SENT
    assert house.database.outbox[OutboxId(1)].doubts == 1


@in_virtual_time
async def test_what_is_in_doubt_twice_goes_to_staff() -> None:
    house = await House().start()
    house.channel.failures.extend([failure(DOUBT)] * 2)
    await send(house, on_its_way(1))
    await asyncio.sleep(300)
    assert house.channel.times(1) == [0.0, GRACE_SECONDS]
    assert status(house, 1) is OutboxStatus.DEAD
    assert house.database.handoffs[0].summary == "(no se sabe si llegó)"


@in_virtual_time
async def test_a_doubt_holds_up_only_its_own_guest_however_many_there_are() -> None:
    house = await House().start()
    house.channel.failures.extend([failure(DOUBT)] * IN_FLIGHT)
    await send(house, *(on_its_way(n, guest=n) for n in range(1, IN_FLIGHT + 1)))
    await send(house, on_its_way(500, guest=500))
    assert house.channel.times(500) == [0.0]
    await until_marked()
    assert status(house, 500) is OutboxStatus.SENT


@in_virtual_time
async def test_a_doubt_while_one_at_a_time_tries_holds_up_nobody() -> None:
    house = await House().start()
    house.sender_actor.road._strikes = STRIKES
    house.channel.failures.append(failure(DOUBT))
    await send(house, on_its_way(1, guest=1), on_its_way(2, guest=2))
    await until_marked()
    assert status(house, 2) is OutboxStatus.SENT


@in_virtual_time
async def test_a_client_that_breaks_leaves_its_message_in_doubt() -> None:
    house = await House().start()
    house.channel.failures.append(KeyError("a guest's words"))
    await send(house, on_its_way(1))
    await asyncio.sleep(GRACE_SECONDS + 1)
    assert house.channel.times(1) == [0.0, GRACE_SECONDS]
    assert status(house, 1) is OutboxStatus.SENT


# Committed as being sent.


def begun(number: int, *, cause: int = 1) -> OutboxRow:
    return replace(on_its_way(number, status=OutboxStatus.SENDING, cause=cause), attempts=1, begun=clock())


async def send_begun(house: House, *rows: OutboxRow) -> None:
    for row in rows:
        house.database.insert_reply(replace(row, begun=None))
    house.sender.tell(Send(rows=rows))
    await until_idle()


@in_virtual_time
async def test_what_was_committed_as_being_sent_is_posted_without_another_mark() -> None:
    house = await House().start()
    await send_begun(house, begun(1))
    assert house.channel.times(1) == [0.0]
    assert "mark" not in house.database.calls
    await until_marked()
    assert house.database.calls.count("mark") == 1
    assert status(house, 1) is OutboxStatus.SENT
    assert (house.database.outbox[OutboxId(1)].attempts, house.database.outbox[OutboxId(1)].doubts) == (1, 0)


@in_virtual_time
async def test_a_begun_message_whose_account_pauses_meanwhile_is_put_back_and_waits() -> None:
    house = await House().start()
    house.sender_actor.road._pause(5.0)
    await send_begun(house, begun(1))
    assert status(house, 1) is OutboxStatus.PENDING
    assert house.channel.posts == []
    await asyncio.sleep(6)
    assert house.channel.times(1) == [5.0]
    assert house.database.outbox[OutboxId(1)].doubts == 0


@in_virtual_time
async def test_a_begun_message_that_is_handed_over_late_is_put_back_as_its_mark_tells_whose_it_is() -> None:
    house = await House().start()
    late, lost = begun(1), replace(begun(2), guest_id=GuestId(2))
    await asyncio.sleep(BEGUN_SECONDS)
    await send_begun(house, late)
    assert house.database.calls.count("mark") == 2  # put back, sending
    assert len(house.channel.times(1)) == 1
    house.database.epoch += 1
    await send_begun(house, lost)
    await asyncio.sleep(1)
    assert house.channel.times(2) == []
    assert status(house, 2) is OutboxStatus.SENDING


@in_virtual_time
async def test_a_begun_message_behind_another_is_put_back_until_its_turn() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await send(house, on_its_way(1, cause=1))
    await send_begun(house, begun(2, cause=2))
    assert house.channel.bodies() == ["hola"]
    house.channel.gate.set()
    await asyncio.sleep(1)
    assert [post.outbox_id for post in house.channel.posts] == [1, 2]
    assert house.database.calls.count("mark") == 5  # sending, sent; put back, sending, sent
    assert house.database.ended(OutboxStatus.SENT) == [1, 2]


@in_virtual_time
async def test_a_begun_message_that_fails_is_tried_again_as_any_other() -> None:
    house = await House().start()
    house.channel.failures.append(failure(SOON))
    await send_begun(house, begun(1))
    await asyncio.sleep(5)
    assert len(house.channel.times(1)) == 2
    assert status(house, 1) is OutboxStatus.SENT
    assert house.database.outbox[OutboxId(1)].attempts == 2


@in_virtual_time
async def test_a_sender_sends_at_once_only_where_nothing_is_before_and_nothing_is_wrong() -> None:
    house = await House().start()
    ana, other = on_its_way(1).guest_id, on_its_way(2, guest=2).guest_id
    assert house.sender_actor.sends_at_once(ana)
    house.channel.gate = asyncio.Event()
    await send(house, on_its_way(1))
    assert not house.sender_actor.sends_at_once(ana)
    assert house.sender_actor.sends_at_once(other)
    house.sender_actor.road._pause(1.0)
    assert not house.sender_actor.sends_at_once(other)
    await asyncio.sleep(2)
    assert house.sender_actor.sends_at_once(other)
    house.sender_actor.road._strikes = STRIKES
    assert not house.sender_actor.sends_at_once(other)


@in_virtual_time
async def test_a_stop_posts_what_was_committed_as_being_sent_and_a_lost_claim_does_not() -> None:
    for end, posted in (("stop", 1), ("drop", 0)):
        house = await House().start()
        house.database.insert_reply(replace(begun(1), begun=None))
        house.sender.tell(Send(rows=(begun(1),)))
        if end == "stop":
            await house.sender.stop()
        else:
            house.sender.tell(Dropped())
            await until_idle()
        assert len(house.channel.posts) == posted


@in_virtual_time
async def test_a_turn_whose_sender_is_free_is_committed_as_being_sent() -> None:
    house = await House().start()
    await house.say("¿Hay wifi?")
    await until_idle()
    [row] = house.database.outbox.values()
    assert house.channel.times(row.id) == [0.0]
    assert [turn.begins_sending for turn in house.database.turns] == [0.0]
    assert "mark" not in house.database.calls
    await until_marked()
    assert house.database.ended(OutboxStatus.SENT) == [row.id]


@in_virtual_time
async def test_a_begun_message_of_a_commit_nobody_heard_of_is_posted_once_and_without_a_doubt() -> None:
    house = await House().start()
    house.database.faults.outages["commit"].append(Lost.AFTER)
    await house.say("¿Hay wifi?")
    await asyncio.sleep(GRACE_SECONDS + 60)
    [row] = house.database.outbox.values()
    [when] = house.channel.times(row.id)
    assert when < 10
    assert (row.status, row.doubts) == (OutboxStatus.SENT, 0)


# A crash, and its recovery.


@in_virtual_time
async def test_what_a_crashed_owner_was_posting_is_in_doubt() -> None:
    house = House()
    house.database.insert_reply(on_its_way(1, status=OutboxStatus.SENDING))
    house.database.insert_reply(on_its_way(2, cause=2))
    await house.start()
    assert house.channel.posts == []
    await asyncio.sleep(GRACE_SECONDS + 1)
    assert [post.outbox_id for post in house.channel.posts] == [1, 2]
    assert house.channel.times(1) == [GRACE_SECONDS]


@in_virtual_time
async def test_a_stored_report_decides_a_doubt_at_once() -> None:
    house = House()
    row = house.database.insert_reply(on_its_way(1, status=OutboxStatus.SENDING))
    house.database.reports.append(report(row))
    house.database.insert_reply(on_its_way(2, cause=2))
    await house.start()
    assert house.channel.bodies() == ["hola"]
    await until_marked()
    assert house.database.ended(OutboxStatus.SENT) == [1, 2]


@in_virtual_time
async def test_a_row_that_was_sent_after_it_was_read_holds_up_nobody() -> None:
    house = await House().start()
    row = on_its_way(1, status=OutboxStatus.SENDING)
    house.database.insert_reply(replace(row, status=OutboxStatus.SENT))
    house.database.insert_reply(on_its_way(2, cause=2))
    house.sender.tell(Send(rows=(row, on_its_way(2, cause=2))))
    await until_idle()
    assert [post.outbox_id for post in house.channel.posts] == [2]


@in_virtual_time
async def test_what_was_sent_twice_already_is_never_sent_a_third_time() -> None:
    house = House()
    house.database.insert_reply(on_its_way(1, status=OutboxStatus.SENDING, doubts=1))
    await house.start()
    await asyncio.sleep(GRACE_SECONDS * 3)
    assert house.channel.posts == []
    assert status(house, 1) is OutboxStatus.DEAD


@in_virtual_time
async def test_a_sender_that_begins_again_takes_up_its_accounts_rows_in_order() -> None:
    house = await House().start()
    house.database.insert_reply(on_its_way(1, "uno", cause=1))
    house.database.insert_reply(on_its_way(2, "dos", cause=2))
    other = house.database.insert_reply(on_its_way(3, guest=3, account=WEBCHAT))
    again = sender.SenderActor(
        account=house.sender_actor._account,
        client=house.channel,
        journal_ref=house.journal,
        now=house.sender_actor._now,
        metrics=house.metrics,
    )
    again._start_actor_loop()
    again.actor_ref.tell(Send(rows=(on_its_way(2, "dos", cause=2),)))
    await until_idle()
    assert house.channel.bodies() == ["uno", "dos"]
    assert status(house, other.id) is OutboxStatus.PENDING


# Storage fails.


@pytest.mark.parametrize("lost", list(Lost))
@pytest.mark.parametrize("number", [0, 1])
@in_virtual_time
async def test_a_mark_of_unknown_outcome_neither_doubles_nor_loses_a_message(number: int, lost: Lost) -> None:
    house = await House().start()
    house.database.faults.outages["mark"].extend([None] * number + [lost])
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    await asyncio.sleep(5)
    assert [post.outbox_id for post in house.channel.posts] == [1, 2]
    assert house.database.ended(OutboxStatus.SENT) == [1, 2]


@in_virtual_time
async def test_a_mark_that_the_server_finishes_late_is_recognised() -> None:
    house = await House().start()
    # The first is still under way in the server when it is asked for; it commits before the second.
    house.database.faults.outages["mark"].append(Lost.BEFORE)
    row = on_its_way(1)
    await send(house, row)
    house.database.faults.gates["mark"] = asyncio.Event()
    await asyncio.sleep(1)
    house.database.outbox[row.id] = replace(row, status=OutboxStatus.SENDING)
    house.database.faults.gates.pop("mark").set()
    await asyncio.sleep(1)
    assert status(house, 1) is OutboxStatus.SENT
    assert len(house.channel.posts) == 1


@in_virtual_time
async def test_while_storage_is_away_a_sent_message_keeps_its_place_and_is_marked_later() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    house.database.faults.away = True
    house.channel.gate.set()
    await asyncio.sleep(100)
    assert [post.outbox_id for post in house.channel.posts] == [1]
    house.database.faults.away = False
    await asyncio.sleep(1)
    assert [post.outbox_id for post in house.channel.posts] == [1, 2]
    assert house.database.ended(OutboxStatus.SENT) == [1, 2]


@in_virtual_time
async def test_a_doubt_that_ends_while_storage_is_away_is_decided_when_it_is_back() -> None:
    house = await House().start()
    house.channel.failures.append(failure(DOUBT))
    await send(house, on_its_way(1))
    house.database.faults.away = True
    await asyncio.sleep(GRACE_SECONDS + 60)
    assert len(house.channel.posts) == 1
    house.database.faults.away = False
    await asyncio.sleep(1)
    assert len(house.channel.posts) == 2


@in_virtual_time
async def test_a_mark_that_the_database_refuses_leaves_one_message_behind_and_not_the_guest() -> None:
    house = await House().start()
    house.database.faults.refuses = lambda call, item: call == "mark" and getattr(item, "id", 0) == 1
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    assert [post.outbox_id for post in house.channel.posts] == [2]
    assert status(house, 1) is OutboxStatus.PENDING


# The shards are lost, and the end.


@in_virtual_time
async def test_when_the_shards_are_lost_only_what_is_being_posted_goes_on() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    house.channel.to["guest 2"].append(failure(FailureClass.PAIR_LIMITED))
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    house.sender.tell(Dropped())
    house.channel.gate.set()
    await asyncio.sleep(60)
    assert [post.outbox_id for post in house.channel.posts] == [1]
    assert (status(house, 1), status(house, 2)) == (OutboxStatus.SENT, OutboxStatus.PENDING)
    assert house.sample("outbox_pending") == 0


@in_virtual_time
async def test_when_the_shards_are_lost_nobody_who_waits_goes_on() -> None:
    house = await House().start()
    house.channel.failures.append(failure(FailureClass.PAIR_LIMITED))
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    house.sender.tell(Dropped())
    await asyncio.sleep(60)
    assert len(house.channel.posts) == 1
    assert house.sample("outbox_pending") == 0


@in_virtual_time
async def test_shards_that_come_back_bring_each_message_once() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await send(house, on_its_way(1), on_its_way(2, cause=2))
    house.database.lost.set()
    await until_idle()
    house.channel.gate.set()
    await asyncio.sleep(GRACE_SECONDS * 2)
    assert [post.outbox_id for post in house.channel.posts] == [1, 2]
    assert house.database.ended(OutboxStatus.SENT) == [1, 2]


@in_virtual_time
async def test_a_stop_lets_posts_in_flight_end_and_be_marked() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await send(house, on_its_way(1), on_its_way(2, cause=2), on_its_way(3, guest=3))
    stopping = house.sender.stop()
    await asyncio.sleep(2)
    assert not stopping.done()
    house.channel.gate.set()
    await stopping
    assert [status(house, row) for row in (1, 2, 3)] == [OutboxStatus.SENT, OutboxStatus.PENDING, OutboxStatus.SENT]
    assert clock() == 2.0


@in_virtual_time
async def test_a_stop_does_not_try_again_what_failed_meanwhile() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    house.channel.outage = failure(SOON)
    await send(house, on_its_way(1))
    stopping = house.sender.stop()
    await until_idle()
    house.channel.gate.set()
    await stopping
    await asyncio.sleep(60)
    assert len(house.channel.posts) == 1
    assert status(house, 1) is OutboxStatus.PENDING


@in_virtual_time
async def test_a_stop_waits_for_a_hanging_channel_only_so_long() -> None:
    house = await House().start()
    house.channel.gate = asyncio.Event()
    await send(house, on_its_way(1))
    await house.sender.stop()
    assert clock() == sender.STOP_SECONDS
    await until_idle()
    assert house.channel.under_way == 0
    assert status(house, 1) is OutboxStatus.SENDING


@in_virtual_time
async def test_it_takes_no_strangers_messages() -> None:
    house = await House().start()
    with pytest.raises(TypeError):
        await house.sender.ask(journal.ReadOutbox())
