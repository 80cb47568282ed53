"""The saga with its real actor, gateway and breakers over a PMS that misbehaves, in exact time."""

import asyncio
from datetime import time

import pytest

from agente_hotelero.actors.reservations import CheckDue, ReservationActor, TimersInDoubt
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import ReservationStatus
from tests.fakes.pms import Fault
from tests.support.saga_hotel import REF, SagaHotel
from tests.support.stays import SUITE, a_request
from tests.support.virtual_time import clock, in_virtual_time, until_idle

CONFIRMED, DELAYED, FAILED = SagaOutcome.CONFIRMED, SagaOutcome.DELAYED, SagaOutcome.FAILED


@in_virtual_time
async def test_a_yes_becomes_one_reservation_confirmed_after_it_was_read_back() -> None:
    hotel = SagaHotel().start()
    hotel.intend()
    await hotel.settled()
    [live] = hotel.pms.live(REF)
    assert hotel.outcomes() == [CONFIRMED]
    assert hotel.journal.told[0].reservation == live
    assert [entry.operation for entry in hotel.pms.ledger] == ["find_by_reference", "reserve", "find_by_reference"]
    assert hotel.bells == 1
    assert hotel.counted("confirmed") == 1


@in_virtual_time
async def test_an_answer_alone_confirms_nothing() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.extend([Fault.IGNORE] * 2)
    hotel.intend()
    await hotel.settled()
    assert hotel.outcomes() == [DELAYED, FAILED]


@in_virtual_time
async def test_a_write_that_failed_after_it_was_done_is_found_and_not_repeated() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.FAIL_AFTER)
    hotel.intend()
    await hotel.settled(within_seconds=1)
    assert hotel.outcomes() == [CONFIRMED]
    assert hotel.pms.count("reserve") == 1


@in_virtual_time
async def test_a_write_that_never_happened_is_repeated_once_after_the_grace() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.FAIL_BEFORE)
    hotel.intend()
    await until_idle()
    assert hotel.outcomes() == [DELAYED]
    await asyncio.sleep(64)
    assert hotel.pms.count("reserve") == 1
    assert 65 <= await hotel.settled() < 66
    assert hotel.outcomes() == [DELAYED, CONFIRMED]
    assert len(hotel.pms.live(REF)) == 1


@in_virtual_time
async def test_a_write_that_is_done_late_is_found_and_not_repeated() -> None:
    hotel = SagaHotel().start()
    hotel.pms.late_seconds = 58.0
    hotel.pms.faults.append(Fault.FAIL_THEN_WRITE)
    hotel.intend()
    await hotel.settled()
    assert hotel.outcomes() == [DELAYED, CONFIRMED]
    assert hotel.pms.count("reserve") == 1
    assert len(hotel.pms.reservations) == 1


@in_virtual_time
async def test_after_two_writes_without_a_trace_the_reference_is_closed() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.extend([Fault.FAIL_BEFORE] * 3)
    hotel.intend()
    ended = await hotel.settled()
    assert ended == pytest.approx(5 + 60 + 5 + 60 + 600, abs=2)
    assert hotel.outcomes() == [DELAYED, FAILED]
    assert hotel.pms.count("reserve") == 2
    assert hotel.counted("failed") == 1


@in_virtual_time
async def test_a_no_is_told_at_once() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.REFUSE)
    hotel.intend()
    await hotel.settled(within_seconds=1)
    assert hotel.outcomes() == [SagaOutcome.REFUSED]


@in_virtual_time
async def test_of_two_live_reservations_the_first_is_kept_and_the_other_cancelled() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.DUPLICATE)
    hotel.intend()
    await hotel.settled()
    first, second = hotel.pms.reservations
    assert (first.status, second.status) == (ReservationStatus.LIVE, ReservationStatus.CANCELLED)
    assert hotel.outcomes() == [CONFIRMED]
    assert hotel.journal.told[0].reservation == first


@in_virtual_time
async def test_nobody_hears_confirmed_before_the_surplus_is_gone() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.extend([Fault.DUPLICATE, Fault.FAIL_BEFORE, Fault.REFUSE])
    hotel.intend()
    await asyncio.sleep(60)
    assert hotel.outcomes() == [DELAYED]
    await hotel.settled()
    assert hotel.outcomes() == [DELAYED, CONFIRMED]
    assert len(hotel.pms.live(REF)) == 1


@in_virtual_time
async def test_surplus_that_the_pms_will_not_cancel_is_left_to_a_person_and_alarms() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.extend([Fault.DUPLICATE] + [Fault.REFUSE] * 20)
    hotel.intend()
    await hotel.closed()
    assert hotel.outcomes() == [DELAYED, CONFIRMED, SagaOutcome.LEFT_OVER]
    assert hotel.counted("surplus_left") == 1


@in_virtual_time
async def test_who_lost_the_race_for_the_room_hears_it_at_once() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.LOSE_RACE)
    hotel.intend()
    await hotel.settled(within_seconds=1)
    assert hotel.outcomes() == [SagaOutcome.LOST]


@pytest.mark.parametrize(("fault", "ending"), [(Fault.HANG, 75 + 65), (Fault.HANG_AFTER, 75)])
def test_while_a_write_hangs_the_guest_hears_it_takes_longer_and_the_actor_stays_free(
    fault: Fault, ending: float
) -> None:
    @in_virtual_time
    async def hangs() -> None:
        hotel = SagaHotel().start()
        hotel.pms.faults.append(fault)
        hotel.intend()
        await asyncio.sleep(4.9)
        assert hotel.outcomes() == []
        await asyncio.sleep(0.2)
        assert hotel.outcomes() == [DELAYED]
        assert hotel.actor is not None
        assert hotel.actor.health.under_way == 1
        hotel.ref.tell(CheckDue(client_ref=ClientRef("another"), step=1))
        hotel.wake()
        await until_idle()
        assert hotel.ref.mailbox.empty()
        assert await hotel.settled() == pytest.approx(ending, abs=1)
        assert hotel.outcomes() == [DELAYED, CONFIRMED]
        assert len(hotel.pms.live(REF)) == 1

    hangs()


@in_virtual_time
async def test_one_guests_hanging_write_holds_up_neither_anothers_check_nor_their_news() -> None:
    hotel = SagaHotel().start()
    checked, hanging, waiting = ClientRef("checked"), ClientRef("hanging"), ClientRef("waiting")
    hotel.pms.late_seconds = 20.0
    hotel.pms.faults.append(Fault.FAIL_THEN_WRITE)
    hotel.intend(checked)
    await asyncio.sleep(10)
    hotel.pms.faults.append(Fault.HANG_AFTER)
    hotel.intend(hanging)
    await asyncio.sleep(1)
    hotel.intend(waiting, room=SUITE)
    await asyncio.sleep(5.5)
    assert hotel.outcomes(waiting) == [DELAYED]
    assert await hotel.settled(checked) < 67
    assert not hotel.journal.settled(hanging)
    assert hotel.pms.count("reserve") == 2
    await hotel.settled(waiting)
    assert hotel.outcomes(waiting) == [DELAYED, CONFIRMED]
    assert hotel.pms.most_under_way == 1


@in_virtual_time
async def test_many_guests_are_written_one_after_the_other() -> None:
    hotel = SagaHotel().start()
    refs = [ClientRef(f"ref-{n}") for n in range(4)]
    hotel.pms.faults.extend([Fault.SLOW] * 4)
    for ref in refs:
        hotel.intend(ref)
    for ref in refs:
        await hotel.settled(ref)
    assert hotel.pms.most_under_way == 1
    finals = [hotel.outcomes(ref)[-1] for ref in refs]
    assert sorted(finals) == [CONFIRMED, CONFIRMED, SagaOutcome.REFUSED, SagaOutcome.REFUSED]


@in_virtual_time
async def test_while_the_pms_is_away_an_intent_stays_one_and_the_guest_hears_it_once() -> None:
    hotel = SagaHotel().start()
    hotel.pms.away = True
    hotel.intend()
    await asyncio.sleep(120)
    assert hotel.outcomes() == [DELAYED]
    assert (hotel.journal.row(REF).state, hotel.journal.row(REF).writes) == ("intended", 0)
    hotel.pms.away = False
    assert await hotel.settled() < 145
    assert hotel.outcomes() == [DELAYED, CONFIRMED]
    assert hotel.counted("delayed") == 1


@in_virtual_time
async def test_after_ten_minutes_without_a_pms_the_intent_is_given_up_for_good() -> None:
    hotel = SagaHotel().start()
    hotel.pms.away = True
    hotel.intend()
    assert 600 <= await hotel.settled() < 615
    hotel.pms.away = False
    await asyncio.sleep(600)
    assert hotel.outcomes() == [DELAYED, FAILED]
    assert hotel.pms.count("reserve") == 0


@in_virtual_time
async def test_broken_writes_of_others_keep_an_intent_back_while_the_circuit_is_open() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.extend([Fault.FAIL_BEFORE] * 5)
    for n in range(5):
        hotel.intend(ClientRef(f"other-{n}"))
    await until_idle()
    hotel.intend()
    await asyncio.sleep(1)
    assert hotel.journal.row(REF).state == "intended"
    await hotel.settled(within_seconds=60)
    assert hotel.outcomes()[-1] is CONFIRMED
    assert hotel.journal.row(REF).writes == 1


@in_virtual_time
async def test_an_intent_that_waited_ten_minutes_for_its_turn_is_not_written_any_more() -> None:
    hotel = SagaHotel().start()
    refs = [ClientRef(f"ref-{n}") for n in range(12)]
    hotel.pms.faults.extend([Fault.HANG] * 40)
    for ref in refs:
        hotel.intend(ref)
    for ref in refs:
        await hotel.settled(ref)
    given_up = {ref for ref in refs if hotel.journal.row(ref).writes == 0}
    assert given_up
    assert {hotel.outcomes(ref)[-1] for ref in given_up} == {FAILED}
    assert not given_up & {entry.about for entry in hotel.pms.ledger if entry.operation == "reserve"}
    assert hotel.pms.most_under_way == 1


@in_virtual_time
async def test_a_row_found_in_writing_is_searched_for_and_not_written_before_the_grace() -> None:
    hotel = SagaHotel()
    hotel.journal.intend(REF, request=a_request(REF))
    await hotel.journal.begin_write(REF)
    hotel.start()
    await asyncio.sleep(64)
    assert hotel.pms.count("reserve") == 0
    assert hotel.pms.count("find_by_reference") >= 2
    await hotel.settled()
    assert hotel.pms.count("reserve") == 1
    assert hotel.outcomes() == [DELAYED, CONFIRMED]


@in_virtual_time
async def test_a_crash_after_the_write_loses_nothing_and_writes_nothing_again() -> None:
    hotel = SagaHotel()
    hotel.journal.intend(REF, request=a_request(REF))
    await hotel.journal.begin_write(REF)
    await hotel.pms.reserve(a_request(REF))
    hotel.start()
    await hotel.settled(within_seconds=1)
    assert hotel.outcomes() == [CONFIRMED]
    assert hotel.pms.count("reserve") == 1


@in_virtual_time
async def test_many_restarts_in_a_row_do_not_use_the_grace_up() -> None:
    hotel = SagaHotel()
    hotel.pms.late_seconds = 58.0
    hotel.pms.faults.append(Fault.FAIL_THEN_WRITE)
    hotel.start().intend()
    for _ in range(12):
        await asyncio.sleep(2)
        await hotel.die()
        hotel.start()
    await hotel.settled()
    assert hotel.pms.count("reserve") == 1
    assert hotel.outcomes() == [DELAYED, CONFIRMED]
    assert len(hotel.pms.reservations) == 1


@in_virtual_time
async def test_a_timer_that_fired_into_a_dying_process_is_set_again() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.FAIL_BEFORE)
    hotel.intend()
    await asyncio.sleep(1)
    await hotel.die()
    hotel.journal.timers.clear()
    hotel.start()
    await hotel.settled()
    assert hotel.outcomes() == [DELAYED, CONFIRMED]


@in_virtual_time
async def test_a_timer_that_fired_unheard_is_set_again() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.FAIL_BEFORE)
    hotel.intend()
    await asyncio.sleep(1)
    hotel.journal.timers.clear()
    hotel.ref.tell(TimersInDoubt())
    await hotel.settled()
    assert hotel.outcomes() == [DELAYED, CONFIRMED]


@in_virtual_time
async def test_a_check_that_comes_twice_or_from_an_earlier_step_changes_nothing() -> None:
    hotel = SagaHotel().start()
    hotel.pms.faults.append(Fault.FAIL_BEFORE)
    hotel.intend()
    await asyncio.sleep(6)
    assert hotel.journal.row(REF).checks == 2
    for _ in range(5):
        hotel.ref.tell(CheckDue(client_ref=REF, step=1))
        await until_idle()
    assert hotel.journal.row(REF).checks == 2
    assert hotel.pms.count("reserve") == 1


@in_virtual_time
async def test_what_is_not_ours_to_write_is_not_written_nor_asked_about_for_ever() -> None:
    hotel = SagaHotel().start()
    hotel.journal.fenced = True
    hotel.intend()
    await asyncio.sleep(4)
    assert hotel.pms.count("reserve") == 0
    assert hotel.journal.calls < 10
    hotel.journal.fenced = False
    hotel.wake()
    await hotel.settled()
    assert hotel.outcomes()[-1] is CONFIRMED


@in_virtual_time
async def test_at_rest_nothing_is_written_or_told_until_it_is_woken() -> None:
    hotel = SagaHotel().start()
    hotel.rest()
    hotel.journal.intend(REF, request=a_request(REF))
    hotel.ref.tell(CheckDue(client_ref=REF, step=1))
    await asyncio.sleep(60)
    assert hotel.pms.ledger == []
    assert hotel.outcomes() == []
    hotel.wake()
    await hotel.settled()


@in_virtual_time
async def test_rest_in_the_middle_of_a_write_leaves_it_to_the_next_owner() -> None:
    hotel = SagaHotel().start()
    hotel.pms.slow_seconds = 3.0
    hotel.pms.faults.append(Fault.SLOW)
    hotel.intend()
    await asyncio.sleep(1)
    hotel.rest()
    await asyncio.sleep(60)
    assert hotel.outcomes() == []
    assert hotel.journal.row(REF).state == "writing"
    hotel.wake()
    await hotel.settled(within_seconds=1)
    assert hotel.pms.count("reserve") == 1
    assert hotel.outcomes()[-1] is CONFIRMED


@pytest.mark.parametrize("lost", [True, False], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("call", range(6))
def test_a_database_that_fails_at_any_call_delays_but_never_doubles(call: int, lost: bool) -> None:
    @in_virtual_time
    async def fails() -> None:
        hotel = SagaHotel().start()
        await until_idle()
        hotel.pms.faults.append(Fault.FAIL_AFTER)
        hotel.journal.outages.extend([None] * call + [lost])
        hotel.intend()
        await hotel.settled()
        assert hotel.outcomes()[-1] is CONFIRMED
        assert hotel.outcomes() in ([CONFIRMED], [DELAYED, CONFIRMED])
        assert len(hotel.pms.live(REF)) == 1
        assert len(hotel.pms.reservations) == 1

    fails()


@in_virtual_time
async def test_rows_read_before_a_saga_ended_do_not_start_it_again() -> None:
    hotel = SagaHotel().start()
    hotel.journal.answer_seconds = 20.0
    hotel.pms.latency_seconds = 0.35
    hotel.pms.faults.append(Fault.FAIL_BEFORE)
    hotel.intend()
    for _ in range(800):
        # Somebody always reads while somebody else ends.
        hotel.wake()
        await asyncio.sleep(0.1)
        assert hotel.pms.count("reserve") <= 1
    await hotel.settled()
    assert hotel.pms.count("reserve") == 2


@in_virtual_time
async def test_a_bug_in_one_saga_is_not_the_others() -> None:
    hotel = SagaHotel().start()
    hotel.journal.intend(ClientRef("broken"), request=None, code=None)
    hotel.intend()
    await hotel.settled()
    assert hotel.outcomes() == [CONFIRMED]


@in_virtual_time
async def test_a_cancellation_is_told_after_it_was_read_back() -> None:
    hotel = SagaHotel().start()
    await hotel.pms.reserve(a_request("booked"))
    hotel.intend_cancellation(REF, "FAKE-1")
    await hotel.settled(within_seconds=1)
    assert hotel.outcomes() == [SagaOutcome.CANCELLED]
    assert hotel.pms.live(ClientRef("booked")) == []


@pytest.mark.parametrize(
    "fault", [Fault.FAIL_BEFORE, Fault.IGNORE, Fault.HANG, Fault.FAIL_AFTER, Fault.FAIL_THEN_WRITE]
)
def test_a_cancellation_in_doubt_is_tried_again_until_it_is_read_back(fault: Fault) -> None:
    @in_virtual_time
    async def cancels() -> None:
        hotel = SagaHotel().start()
        await hotel.pms.reserve(a_request("booked"))
        hotel.pms.faults.append(fault)
        hotel.intend_cancellation(REF, "FAKE-1")
        await hotel.settled()
        assert hotel.outcomes()[-1] is SagaOutcome.CANCELLED
        assert hotel.pms.live(ClientRef("booked")) == []

    cancels()


@in_virtual_time
async def test_a_cancellation_that_the_pms_refuses_is_told_as_failed() -> None:
    hotel = SagaHotel().start()
    await hotel.pms.reserve(a_request("booked"))
    hotel.pms.faults.append(Fault.REFUSE)
    hotel.intend_cancellation(REF, "FAKE-1")
    await hotel.settled(within_seconds=1)
    assert hotel.outcomes() == [SagaOutcome.CANCEL_FAILED]
    assert len(hotel.pms.live(ClientRef("booked"))) == 1


@in_virtual_time
async def test_a_cancellation_that_never_works_ends_as_failed() -> None:
    hotel = SagaHotel().start()
    await hotel.pms.reserve(a_request("booked"))
    hotel.pms.faults.extend([Fault.IGNORE] * 50)
    hotel.intend_cancellation(REF, "FAKE-1")
    assert await hotel.settled() == pytest.approx(665, abs=2)
    assert hotel.outcomes() == [DELAYED, SagaOutcome.CANCEL_FAILED]


@in_virtual_time
async def test_a_code_that_nobody_knows_can_not_be_cancelled() -> None:
    hotel = SagaHotel().start()
    hotel.intend_cancellation(REF, "NOBODY-1")
    await hotel.settled(within_seconds=1)
    assert hotel.outcomes() == [SagaOutcome.CANCEL_FAILED]
    assert hotel.pms.count("cancel") == 0


@in_virtual_time
async def test_a_message_that_is_not_ours_is_an_error() -> None:
    hotel = SagaHotel().start()
    assert isinstance(hotel.actor, ReservationActor)
    with pytest.raises(TypeError):
        hotel.actor.on_receive("hola")
    assert clock() == 0


@in_virtual_time
async def test_what_was_confirmed_is_looked_at_for_eleven_minutes_and_told_once() -> None:
    hotel = SagaHotel().start()
    hotel.intend()
    told = await hotel.settled()
    assert await hotel.closed() == pytest.approx(told + 5 + 60 + 600, abs=2)
    assert hotel.outcomes() == [CONFIRMED]
    assert hotel.counted("confirmed") == 1


@in_virtual_time
async def test_a_confirmed_room_that_somebody_had_first_is_given_up_and_the_guest_hears_it() -> None:
    hotel = SagaHotel().start()
    hotel.intend()
    await hotel.settled()
    [made] = hotel.pms.reservations
    hotel.pms.oust(made.code)
    await asyncio.sleep(6)
    assert hotel.outcomes() == [CONFIRMED, SagaOutcome.LOST]
    assert hotel.pms.reservations[0].status is ReservationStatus.CANCELLED
    assert hotel.journal.settled(REF)


@in_virtual_time
async def test_a_crash_between_the_cancellation_of_a_loser_and_its_news_still_tells_them() -> None:
    hotel = SagaHotel().start()
    hotel.intend()
    await hotel.settled()
    await hotel.die()
    await hotel.pms.cancel(hotel.pms.reservations[0].code)
    hotel.start()
    await hotel.closed(within_seconds=10)
    assert hotel.outcomes() == [CONFIRMED, SagaOutcome.LOST]


@in_virtual_time
async def test_a_room_that_the_pms_sold_twice_stays_the_guest_s_and_staff_hear_of_it_in_both_places() -> None:
    hotel = SagaHotel().start()
    hotel.intend()
    await hotel.settled()
    [made] = hotel.pms.reservations
    hotel.pms.sell_twice(made.code)
    await hotel.closed()
    assert hotel.outcomes() == [CONFIRMED, SagaOutcome.SOLD_TWICE]
    assert [code for code, _ in hotel.pms.notes] == [made.code]
    assert len(hotel.pms.live(REF)) == 1


@in_virtual_time
async def test_a_loser_is_cancelled_before_anybody_is_told_and_never_hears_confirmed() -> None:
    hotel = SagaHotel().start()
    hotel.pms.slow_seconds = 1.0
    hotel.pms.faults.append(Fault.LOSE_ROOM)
    hotel.intend()
    await hotel.settled()
    assert hotel.outcomes() == [SagaOutcome.LOST]
    assert [one.status for one in hotel.pms.reservations] == [ReservationStatus.CANCELLED]


LATE = ClientRef("ref-late")


@pytest.mark.parametrize(
    ("held", "faults", "expected"),
    [
        (True, [], [SagaOutcome.LATE_HELD]),
        (False, [], [SagaOutcome.LATE_NOTED]),
        (True, [Fault.FAIL_AFTER], [SagaOutcome.LATE_HELD]),
        (True, [Fault.FAIL_BEFORE], [DELAYED, SagaOutcome.LATE_HELD]),
        (False, [Fault.FAIL_AFTER], [DELAYED, SagaOutcome.LATE_NOTED]),
        (True, [Fault.REFUSE], [SagaOutcome.LATE_FAILED]),
    ],
)
@in_virtual_time
async def test_a_late_check_out_is_written_once_whatever_is_answered(
    held: bool, faults: list[Fault], expected: list[SagaOutcome]
) -> None:
    hotel = SagaHotel().start()
    hotel.intend()
    await hotel.settled()
    hotel.pms.holds_late_checkouts = held
    hotel.pms.faults.extend(faults)
    hotel.intend_late_checkout(LATE, hotel.pms.reservations[0].code, time(14))
    await hotel.closed(LATE)
    assert hotel.outcomes(LATE) == expected
    assert len(hotel.pms.notes) == (SagaOutcome.LATE_NOTED in expected)
