"""Every row of the saga's table."""

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Literal

import pytest

from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import ClientRef, GuestId
from agente_hotelero.model.journal import SagaRow
from agente_hotelero.model.stays import PmsReservation, ReservationStatus
from agente_hotelero.pms.saga import (
    CHECK_SECONDS,
    GIVE_UP_SECONDS,
    GRACE_CHECKS,
    Check,
    Settle,
    Step,
    Tidy,
    Write,
    Written,
    after_cancel_search,
    after_late_search,
    after_search,
    checks_done,
    given_up,
)
from tests.support.stays import COUPLE, DOUBLE, HOTEL, STAY, a_request

Kind = Literal["reserve", "cancel", "late_checkout"]
State = Literal["intended", "writing", "checking"]
REQUEST = a_request()


def row(state: State = "intended", *, writes: int = 0, checks: int = 0, kind: Kind = "reserve") -> SagaRow:
    return SagaRow(
        client_ref=REQUEST.client_ref,
        guest_id=GuestId(1),
        hotel=HOTEL,
        kind=kind,
        state=state,
        request=REQUEST if kind == "reserve" else None,
        code=None if kind == "reserve" else "FAKE-1",
        writes=writes,
        checks=checks,
        created_at=datetime(2030, 5, 6, tzinfo=UTC),
    )


def reservation(serial: int, status: ReservationStatus = ReservationStatus.LIVE) -> PmsReservation:
    return PmsReservation(
        code=f"FAKE-{serial}",
        serial=serial,
        client_ref=ClientRef("ref-1"),
        status=status,
        room_type_key=DOUBLE.key,
        room_type_name=DOUBLE.name,
        stay=STAY,
        party=COUPLE,
        total=REQUEST.total,
        booker_name="Ana Pérez",
    )


ONE, TWO = reservation(1), reservation(2)
GONE = reservation(1, ReservationStatus.CANCELLED)
OUSTED = reservation(3, ReservationStatus.LOST)
FIRST_LOOK = Check(101, 5.0)
CONFIRMED = Settle(outcome=SagaOutcome.CONFIRMED, reservation=ONE, then=FIRST_LOOK)
LOST = Settle(outcome=SagaOutcome.LOST, reservation=GONE)
FAILED = Settle(outcome=SagaOutcome.FAILED)
REFUSED = Settle(outcome=SagaOutcome.REFUSED)

NOT_YET, ANSWERED, SAID_NO, UNKNOWN = Written.NOT_YET, Written.ANSWERED, Written.REFUSED, Written.UNKNOWN


@pytest.mark.parametrize(
    ("found", "written", "expected"),
    [
        ((), NOT_YET, Write()),
        ((), ANSWERED, Check(1, 5.0)),
        ((), UNKNOWN, Check(1, 5.0)),
        ((), SAID_NO, REFUSED),
        ((ONE,), NOT_YET, CONFIRMED),
        ((ONE,), ANSWERED, CONFIRMED),
        ((ONE,), UNKNOWN, CONFIRMED),
        ((ONE,), SAID_NO, CONFIRMED),
        ((GONE,), ANSWERED, LOST),
        ((GONE,), UNKNOWN, LOST),
        ((GONE,), SAID_NO, LOST),
        ((GONE, TWO), UNKNOWN, replace(CONFIRMED, reservation=TWO)),
        ((OUSTED,), ANSWERED, Tidy((OUSTED,))),
        ((ONE, OUSTED), UNKNOWN, Tidy((OUSTED,))),
        ((TWO, ONE), ANSWERED, Tidy((TWO,))),
        ((ONE, TWO), UNKNOWN, Tidy((TWO,))),
        ((TWO, reservation(3), ONE), UNKNOWN, Tidy((TWO, reservation(3)))),
    ],
)
def test_what_a_search_after_the_first_write_decides(
    found: tuple[PmsReservation, ...], written: Written, expected: Step
) -> None:
    writes = 0 if written is NOT_YET else 1
    assert after_search(row("writing", writes=writes), found, written=written) == expected


@pytest.mark.parametrize(
    ("saga", "due", "expected"),
    [
        (row("checking", writes=1, checks=1), 1, Check(2, 60.0)),
        (row("checking", writes=1, checks=2), 2, Write()),
        (row("writing", writes=2, checks=2), 2, Check(3, 5.0)),
        (row("checking", writes=2, checks=3), 3, Check(4, 60.0)),
        (row("checking", writes=2, checks=4), 4, Check(5, 600.0)),
        (row("checking", writes=2, checks=5), 5, FAILED),
    ],
)
def test_what_a_check_that_finds_nothing_decides(saga: SagaRow, due: int, expected: Step) -> None:
    assert after_search(saga, (), written=UNKNOWN, due=due) == expected


@pytest.mark.parametrize(
    ("saga", "expected"),
    [
        (row("intended"), Write()),
        (row("writing", writes=1), Check(1, 5.0)),
        (row("checking", writes=1, checks=1), Check(1, 5.0)),
        (row("checking", writes=1, checks=2), Check(2, 60.0)),
        (row("writing", writes=2, checks=2), Check(3, 5.0)),
        (row("checking", writes=2, checks=5), Check(5, 600.0)),
    ],
)
def test_a_crash_at_any_point_never_shortens_the_grace(saga: SagaRow, expected: Step) -> None:
    written = NOT_YET if saga.state == "intended" else UNKNOWN
    assert after_search(saga, (), written=written) == expected


def test_two_checks_outlast_the_longest_run_of_a_pms() -> None:
    assert sum(CHECK_SECONDS[:GRACE_CHECKS]) > 60


@pytest.mark.parametrize("checks", range(1, 6))
def test_surplus_that_stays_is_looked_at_again_until_a_person_must(checks: int) -> None:
    saga = row("checking", writes=2, checks=checks)
    step = after_search(saga, (ONE, TWO), written=UNKNOWN, due=checks, tidied=True)
    expected = {
        1: Check(2, 60.0),
        2: Check(3, 5.0),
        3: Check(4, 60.0),
        4: Check(5, 600.0),
        5: CONFIRMED,
    }
    assert step == expected[checks]


def test_a_tidied_pair_is_confirmed_by_the_first() -> None:
    gone = replace(TWO, status=ReservationStatus.CANCELLED)
    assert after_search(row("writing", writes=1), (ONE, gone), written=ANSWERED, tidied=True) == CONFIRMED


@pytest.mark.parametrize(
    ("saga", "due", "done"),
    [
        (row("intended"), 0, 0),
        (row("writing", writes=1), 0, 0),
        (row("checking", writes=1, checks=1), 0, 0),
        (row("checking", writes=1, checks=1), 1, 1),
        (row("checking", writes=1, checks=2), 1, 1),
        (row("writing", writes=2, checks=2), 0, 2),
    ],
)
def test_only_checks_whose_time_came_are_counted(saga: SagaRow, due: int, done: int) -> None:
    assert checks_done(saga, due=due) == done


def watched(checks: int, outcome: SagaOutcome = SagaOutcome.CONFIRMED) -> SagaRow:
    return replace(row("checking", writes=1, checks=checks), outcome=outcome)


TWICE = replace(ONE, sold_twice=True)
SOLD_TWICE = SagaOutcome.SOLD_TWICE


@pytest.mark.parametrize(
    ("saga", "due", "found", "expected"),
    [
        (watched(101), 101, (ONE,), Check(102, 60.0)),
        (watched(102), 102, (ONE,), Check(103, 600.0)),
        (watched(103), 103, (ONE,), Settle(outcome=SagaOutcome.CONFIRMED, reservation=ONE)),
        (watched(101), 101, (TWICE,), Settle(outcome=SOLD_TWICE, reservation=TWICE, then=Check(102, 60.0))),
        (watched(102, SOLD_TWICE), 102, (TWICE,), Check(103, 600.0)),
        (watched(103, SOLD_TWICE), 103, (TWICE,), Settle(outcome=SOLD_TWICE, reservation=TWICE)),
        (watched(101), 101, (OUSTED,), Tidy((OUSTED,))),
        (watched(101), 101, (GONE,), LOST),
        (watched(101), 101, (), Check(102, 60.0)),
        (watched(102, SagaOutcome.LOST), 102, (OUSTED,), Tidy((OUSTED,))),
        (watched(102, SagaOutcome.LOST), 102, (ONE,), Tidy((ONE,))),
        (watched(102, SagaOutcome.LOST), 102, (GONE,), Settle(outcome=SagaOutcome.LOST)),
        (watched(103), 103, (), Settle(outcome=SagaOutcome.CONFIRMED)),
        (watched(101), 101, (ONE, TWO), Tidy((TWO,))),
    ],
)
def test_what_was_confirmed_is_looked_at_three_times_more(
    saga: SagaRow, due: int, found: tuple[PmsReservation, ...], expected: Step
) -> None:
    assert after_search(saga, found, written=UNKNOWN, due=due) == expected


@pytest.mark.parametrize("state", ["writing", "checking"])
def test_a_crash_in_the_watch_begins_its_last_look_anew(state: State) -> None:
    assert after_search(replace(watched(101), state=state, checks=0), (ONE,), written=UNKNOWN) == FIRST_LOOK
    assert after_search(watched(102), (ONE,), written=UNKNOWN) == Check(102, 60.0)


def test_what_lost_its_room_and_is_cancelled_is_lost() -> None:
    gone = replace(OUSTED, status=ReservationStatus.CANCELLED)
    step = after_search(row("writing", writes=1), (gone,), written=ANSWERED, tidied=True)
    assert step == Settle(outcome=SagaOutcome.LOST, reservation=gone)


def test_what_lost_its_room_and_can_not_be_cancelled_is_tried_again_and_then_told() -> None:
    tried = after_search(row("writing", writes=1), (OUSTED,), written=ANSWERED, tidied=True)
    ended = after_search(row("checking", writes=1, checks=5), (OUSTED,), written=UNKNOWN, due=5, tidied=True)
    assert tried == Check(1, 5.0)
    assert ended == Settle(outcome=SagaOutcome.LOST, reservation=OUSTED, left_over=(OUSTED,))


def test_who_was_told_that_it_is_lost_hears_it_once_and_its_order_is_tried_again() -> None:
    told = after_search(watched(101), (OUSTED,), written=UNKNOWN, due=101, tidied=True)
    tried = after_search(watched(102, SagaOutcome.LOST), (OUSTED,), written=UNKNOWN, due=102, tidied=True)
    ended = after_search(watched(103, SagaOutcome.LOST), (OUSTED,), written=UNKNOWN, due=103, tidied=True)
    assert told == Settle(outcome=SagaOutcome.LOST, reservation=OUSTED, then=Check(102, 60.0))
    assert tried == Check(103, 600.0)
    assert ended == Settle(outcome=SagaOutcome.LOST, left_over=(OUSTED,))


def test_fewer_rooms_than_were_asked_for_may_be_in_the_middle_of_being_written() -> None:
    two = replace(REQUEST, party=replace(COUPLE, adults=4, rooms=2))
    asked = replace(row("writing", writes=1), request=two)
    assert after_search(asked, (ONE,), written=ANSWERED) == Check(1, 5.0)
    late = replace(asked, state="checking", checks=5)
    assert after_search(late, (ONE,), written=UNKNOWN, due=5) == CONFIRMED


LEAVES = time(14)
LATE = replace(ONE, leaves_at=LEAVES)


def late(checks: int = 0) -> SagaRow:
    saga = row("checking" if checks else "intended", writes=min(1, checks), checks=checks, kind="late_checkout")
    return replace(saga, leaves_at=LEAVES)


@pytest.mark.parametrize(
    ("saga", "due", "found", "written", "expected"),
    [
        (late(), 0, ONE, NOT_YET, Write()),
        (late(), 0, LATE, ANSWERED, Settle(outcome=SagaOutcome.LATE_HELD, reservation=LATE)),
        (late(), 0, LATE, NOT_YET, Settle(outcome=SagaOutcome.LATE_HELD, reservation=LATE)),
        (late(), 0, ONE, Written.NOTED, Settle(outcome=SagaOutcome.LATE_NOTED, reservation=ONE)),
        (late(), 0, ONE, UNKNOWN, Check(1, 5.0)),
        (late(1), 1, ONE, NOT_YET, Write()),
        (late(3), 3, ONE, UNKNOWN, Settle(outcome=SagaOutcome.LATE_FAILED, reservation=ONE)),
        (late(), 0, ONE, SAID_NO, Settle(outcome=SagaOutcome.LATE_FAILED, reservation=ONE)),
        (late(), 0, GONE, NOT_YET, Settle(outcome=SagaOutcome.LATE_FAILED, reservation=GONE)),
        (late(), 0, None, NOT_YET, Settle(outcome=SagaOutcome.LATE_FAILED)),
    ],
)
def test_what_reading_a_late_check_out_back_decides(
    saga: SagaRow, due: int, found: PmsReservation | None, written: Written, expected: Step
) -> None:
    assert after_late_search(saga, found, written=written, due=due) == expected


CANCELLED = Settle(outcome=SagaOutcome.CANCELLED, reservation=GONE)
CANCEL_FAILED = Settle(outcome=SagaOutcome.CANCEL_FAILED, reservation=ONE)


@pytest.mark.parametrize(
    ("saga", "due", "found", "written", "expected"),
    [
        (row("intended", kind="cancel"), 0, ONE, NOT_YET, Write()),
        (row("intended", kind="cancel"), 0, GONE, NOT_YET, CANCELLED),
        (row("intended", kind="cancel"), 0, None, NOT_YET, Settle(outcome=SagaOutcome.CANCEL_FAILED)),
        (row("writing", writes=1, kind="cancel"), 0, GONE, ANSWERED, CANCELLED),
        (row("writing", writes=1, kind="cancel"), 0, GONE, SAID_NO, CANCELLED),
        (row("writing", writes=1, kind="cancel"), 0, ONE, SAID_NO, CANCEL_FAILED),
        (row("writing", writes=1, kind="cancel"), 0, ONE, ANSWERED, Check(1, 5.0)),
        (row("writing", writes=1, kind="cancel"), 0, ONE, UNKNOWN, Check(1, 5.0)),
        (row("checking", writes=1, checks=1, kind="cancel"), 1, ONE, NOT_YET, Write()),
        (row("writing", writes=2, checks=1, kind="cancel"), 1, ONE, UNKNOWN, Check(2, 60.0)),
        (row("writing", writes=3, checks=2, kind="cancel"), 2, ONE, UNKNOWN, Check(3, 600.0)),
        (row("writing", writes=4, checks=3, kind="cancel"), 3, ONE, UNKNOWN, CANCEL_FAILED),
    ],
)
def test_what_reading_a_cancellation_back_decides(
    saga: SagaRow, due: int, found: PmsReservation | None, written: Written, expected: Step
) -> None:
    assert after_cancel_search(saga, found, written=written, due=due) == expected


@pytest.mark.parametrize(
    ("saga", "expected"),
    [
        (row("intended"), FAILED),
        (row("intended", kind="cancel"), Settle(outcome=SagaOutcome.CANCEL_FAILED)),
        (row("writing", writes=1), None),
        (row("checking", writes=1, checks=1), None),
    ],
)
def test_only_what_was_never_written_is_given_up_by_age(saga: SagaRow, expected: Settle | None) -> None:
    assert given_up(saga, age_seconds=GIVE_UP_SECONDS - 1) is None
    assert given_up(saga, age_seconds=GIVE_UP_SECONDS) == expected
