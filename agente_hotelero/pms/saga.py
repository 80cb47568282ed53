"""What to do next with a PMS write whose outcome is only partly known: tables, without clock or network."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.journal import SagaRow
from agente_hotelero.model.stays import PmsReservation, ReservationStatus

CHECK_SECONDS: Final = (5.0, 60.0, 5.0, 60.0, 600.0)
"""When to search again, each after the one before: two after the first write, three after the second."""
GRACE_CHECKS: Final = 2
"""After so many a write that can't be found was never made: together they outlast a PMS's longest run (60 s)."""
MOST_WRITES: Final = 2
CANCEL_CHECK_SECONDS: Final = (5.0, 60.0, 600.0)
WATCH_SECONDS: Final = (5.0, 60.0, 600.0)
"""When to look again at what was confirmed: a PMS sells rooms twice, and website and front desk write too."""
WATCHING: Final = 100
"""From this number on checks belong to the watch."""
TOLD: Final = frozenset({SagaOutcome.CONFIRMED, SagaOutcome.SOLD_TWICE, SagaOutcome.LOST})
"""What is looked at again after it was told."""
NOT_DONE: Final = {
    "reserve": SagaOutcome.FAILED,
    "cancel": SagaOutcome.CANCEL_FAILED,
    "late_checkout": SagaOutcome.LATE_FAILED,
}
PATIENCE_SECONDS: Final = 5.0
"""After this the guest hears that it takes longer."""
GIVE_UP_SECONDS: Final = 600.0
"""How long an intent waits for a PMS that is away."""


class Written(StrEnum):
    """How our last write ended, as far as we heard."""

    NOT_YET = "not_yet"
    ANSWERED = "answered"
    """The PMS answered something other than no."""
    NOTED = "noted"
    """It has no field for it: staff have a note."""
    REFUSED = "refused"
    UNKNOWN = "unknown"
    """No answer, or we died before we heard it."""


@dataclass(frozen=True, slots=True)
class Check:
    """Search again in so many seconds; `step` counts a saga's checks from 1, and its watch's from 101."""

    step: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle:
    """Tell the guest, once, and close, or look again after it.

    `left_over` are reservations of ours that could not be cancelled: a person must.
    """

    outcome: SagaOutcome
    reservation: PmsReservation | None = None
    left_over: tuple[PmsReservation, ...] = ()
    then: Check | None = None


@dataclass(frozen=True, slots=True)
class Tidy:
    """Cancel our own reservations that are too many or have no room, then search again."""

    surplus: tuple[PmsReservation, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """Write (again) under the same reference."""


Step = Settle | Tidy | Check | Write


def checks_done(row: SagaRow, *, due: int) -> int:
    """How many checks have had their time; `due` is the last that the scheduler called, 0 for none.

    A check that was only scheduled has not: after a restart its time begins anew, so that many restarts in a
    row never add up to «it was given time enough to appear».
    """
    return row.checks - 1 if row.state == "checking" and due < row.checks else row.checks


def after_search(
    row: SagaRow, found: Sequence[PmsReservation], *, written: Written, due: int = 0, tidied: bool = False
) -> Step:
    """Decide on what a search by our reference found; `tidied` says that surplus was just cancelled."""
    done = checks_done(row, due=due)
    live = sorted((one for one in found if one.status is ReservationStatus.LIVE), key=lambda one: one.serial)
    # More than one is live: two writes of ours arrived, and the first is the guest's. Who was told that it is lost has none.
    kept = 0 if row.outcome is SagaOutcome.LOST else 1
    surplus = (*live[kept:], *(one for one in found if one.status is ReservationStatus.LOST))
    if surplus and not tidied:
        return Tidy(surplus)
    if row.outcome in TOLD:
        return _watched(row, live, found, surplus, done=max(0, done - WATCHING))
    if (surplus or _in_part(row, live)) and done < len(CHECK_SECONDS):
        return Check(done + 1, CHECK_SECONDS[done])
    if live:
        return Settle(outcome=SagaOutcome.CONFIRMED, reservation=live[0], then=_next_look(0))
    if found:
        return Settle(outcome=SagaOutcome.LOST, reservation=found[0], left_over=surplus)
    return _with_nothing(row, written, done=done)


def _watched(
    row: SagaRow,
    live: Sequence[PmsReservation],
    found: Sequence[PmsReservation],
    surplus: tuple[PmsReservation, ...],
    *,
    done: int,
) -> Step:
    """The guest believes that they have a room, or knows that they have none: look whether it is so."""
    assert row.outcome is not None
    again = _next_look(done)
    if row.outcome is SagaOutcome.LOST:
        return again if again and surplus else Settle(outcome=SagaOutcome.LOST, left_over=surplus)
    if live and live[0].sold_twice and row.outcome is not SagaOutcome.SOLD_TWICE:
        return Settle(outcome=SagaOutcome.SOLD_TWICE, reservation=live[0], then=again)
    if found and not live:
        # They hear it now, whether the order is cancelled yet or not.
        then = again if surplus else None
        return Settle(outcome=SagaOutcome.LOST, reservation=found[0], left_over=() if then else surplus, then=then)
    # Not found at all is no news by itself: what was read back does not vanish, a search may.
    known = live[0] if live else None
    return again or Settle(outcome=row.outcome, reservation=known, left_over=surplus)


def _in_part(row: SagaRow, live: Sequence[PmsReservation]) -> bool:
    """Whether it has fewer rooms than were asked for: it may be in the middle of being written."""
    return bool(live) and row.request is not None and live[0].party.rooms < row.request.party.rooms


def _next_look(done: int) -> Check | None:
    return Check(WATCHING + done + 1, WATCH_SECONDS[done]) if done < len(WATCH_SECONDS) else None


def _with_nothing(row: SagaRow, written: Written, *, done: int) -> Step:
    if written is Written.NOT_YET or (
        written is not Written.REFUSED and done == GRACE_CHECKS and row.writes < MOST_WRITES
    ):
        return Write()
    if written is Written.REFUSED:
        return Settle(outcome=SagaOutcome.REFUSED)
    if done < len(CHECK_SECONDS):
        return Check(done + 1, CHECK_SECONDS[done])
    return Settle(outcome=SagaOutcome.FAILED)


def after_cancel_search(row: SagaRow, found: PmsReservation | None, *, written: Written, due: int = 0) -> Step:
    """Decide on what a search by code found. `written` is about this search: cancelling twice does no harm."""
    if found is None:
        # Not there is not «read back as cancelled»: a person looks.
        return Settle(outcome=SagaOutcome.CANCEL_FAILED)
    if found.status is ReservationStatus.CANCELLED:
        return Settle(outcome=SagaOutcome.CANCELLED, reservation=found)
    return _again_or_not(row, found, written, due=due)


def after_late_search(row: SagaRow, found: PmsReservation | None, *, written: Written, due: int = 0) -> Step:
    """Decide on a late check-out; it is written once more at each check, which does no harm."""
    if found is None or found.status is not ReservationStatus.LIVE:
        return Settle(outcome=SagaOutcome.LATE_FAILED, reservation=found)
    if found.leaves_at == row.leaves_at:
        return Settle(outcome=SagaOutcome.LATE_HELD, reservation=found)
    if written is Written.NOTED:
        return Settle(outcome=SagaOutcome.LATE_NOTED, reservation=found)
    return _again_or_not(row, found, written, due=due)


def _again_or_not(row: SagaRow, found: PmsReservation, written: Written, *, due: int) -> Step:
    if written is Written.NOT_YET:
        return Write()
    done = checks_done(row, due=due)
    if written is Written.REFUSED or done >= len(CANCEL_CHECK_SECONDS):
        return Settle(outcome=NOT_DONE[row.kind], reservation=found)
    return Check(done + 1, CANCEL_CHECK_SECONDS[done])


def given_up(row: SagaRow, *, age_seconds: float) -> Settle | None:
    """The end of an intent that found no PMS to write to. What may have been written is never given up so."""
    if row.state != "intended" or age_seconds < GIVE_UP_SECONDS:
        return None
    return Settle(outcome=NOT_DONE[row.kind])
