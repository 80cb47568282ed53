"""Two conversations of one guest become one: what is newer and live goes on, and nothing that was promised is lost."""

from dataclasses import replace
from typing import Any, Final

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import NO_ASIDE, NO_DRAFT, NO_IDENTITY, Aside, Booking, Identity, MadeBy, State
from agente_hotelero.model.values import value

WRITE_UNDER_WAY: Final = ("pending", "in_flight", "cancelling_code", "wants_out", "pressed")


@value
class Side:
    """One of them, and where its guest last wrote, in a word."""

    state: State
    by: str


def joined(live: Side, other: Side) -> State:
    """Go on with `live`, where the guest wrote last, and with what is open in `other` where nothing is open here."""
    state = live.state
    fields: dict[str, Any] = {
        "language": state.language or other.state.language,
        "greeted": state.greeted or other.state.greeted,
        "name": state.name or other.state.name,
        "email": state.email or other.state.email,
        "bookings": _bookings(live.state, other.state),
        "not_found": max(state.not_found, other.state.not_found),
        "taken_over": state.taken_over or other.state.taken_over,
        "paused_told": state.paused_told or other.state.paused_told,
    }
    if state.pending is None and other.state.pending is not None:
        fields |= {name: getattr(other.state, name) for name in WRITE_UNDER_WAY}
    if _nothing_open(state) and other.state.draft != NO_DRAFT:
        fields |= _taken_up(other.state)
    aside = _aside(live, other)
    return replace(state, kept_aside=None if aside == NO_ASIDE else aside, **fields)


def _nothing_open(state: State) -> bool:
    return state.draft == NO_DRAFT and state.looking_for is None and state.pending is None


def _taken_up(state: State) -> dict[str, Any]:
    """A booking in the making, without what was on the table there: its prices and its yes were shown elsewhere."""
    draft = replace(state.draft, offers=(), nearby=(), chosen=None, summarised=False)
    return {"draft": draft, "expecting": Expecting.NOTHING, "days": ()}


def _bookings(one: State, other: State) -> tuple[Booking, ...]:
    codes = {booking.code for booking in one.bookings}
    return (*(booking for booking in other.bookings if booking.code not in codes), *one.bookings)


def _aside(live: Side, other: Side) -> Aside:
    ours, theirs = live.state.aside, other.state.aside
    fields: dict[str, Any] = {
        "reminded": tuple(dict.fromkeys((*theirs.reminded, *ours.reminded))),
        "arriving": ours.arriving or theirs.arriving,
        "opted_out": ours.opted_out or theirs.opted_out,
        "phone": ours.phone or theirs.phone,
        "retry": ours.retry or theirs.retry,
        "notice_at": ours.notice_at or theirs.notice_at,
        "apologised": ours.apologised or theirs.apologised,
    }
    if live.state.pending is None and other.state.pending is not None:
        fields |= {"late_code": theirs.late_code, "replaced_by": theirs.replaced_by}
    identity = _identity(live, other)
    return replace(ours, kept_identity=None if identity == NO_IDENTITY else identity, **fields)


def _identity(live: Side, other: Side) -> Identity:
    ours, theirs = live.state.aside.identity, other.state.aside.identity
    made = {one.code: one for side in (other, live) for one in _made(side)}
    proved = {one.code: one for one in (*theirs.proved, *ours.proved)}
    return replace(
        ours,
        sent=ours.sent or theirs.sent,
        sends=tuple(sorted({*ours.sends, *theirs.sends})),
        proved=tuple(proved.values()),
        made=tuple(made.values()),
    )


def _made(side: Side) -> list[MadeBy]:
    """Where each of its reservations was made; what a write under way will make is noted when it is there."""
    known = side.state.aside.identity.made
    codes = {one.code for one in known}
    return [
        *known,
        *(MadeBy(code=one.code, by=side.by) for one in side.state.bookings if one.code not in codes),
    ]
