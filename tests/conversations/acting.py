"""Plays one conversation with the demo hotel: as the service reads and decides, judged at every turn."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from agente_hotelero.model.events import (
    ChoiceReceived,
    LocationReceived,
    MediaReceived,
    OtherReceived,
    ReservationSettled,
    SagaOutcome,
)
from agente_hotelero.model.stays import PmsReservation
from tests.conversations.expecting import check
from tests.conversations.scripts import Script, Step
from tests.conversations.talking import Scripted
from tests.support.dialogue_guest import KEYS, NIGHT, a_reservation, options_of, sold_out_on

SEVERAL: Final = re.compile(r"[, ]+")
Does = Callable[[Scripted, str], object]
Moves = Callable[[Scripted, Sequence[str]], object]


def play(script: Script) -> None:
    """Raises AssertionError with the file, the line, and all that was said so far."""
    talk, said = Scripted(), [script.name]
    language = script.language
    for step in script.steps:
        said.append(f"{step.what} {' + '.join(step.texts)}")
        try:
            talk.may_write = any(one.split()[0] in {"reserved", "cancelled", "late"} for one in step.expected)
            before = talk.last
            _act(talk, step)
            if talk.last is not before:
                said += [f"    | {line}" for line in talk.last.text.splitlines()]
                language = check(talk, step, language)
            else:
                assert not step.expected, "nobody heard that"
        except Exception as error:
            error.add_note(f"{script.file}:{step.line}\n" + "\n".join(said))
            raise
    try:
        talk.finds_a_way_out()
    except Exception as error:
        error.add_note(f"{script.file}:{script.line}: and then there is no way out\n" + "\n".join(said))
        raise


def _act(talk: Scripted, step: Step) -> None:
    [first, *_] = step.texts
    match step.what:
        case ">":
            talk.says(*step.texts)
        case "!":
            talk.sends_beside_words(ChoiceReceived(option_id=_button(talk, first), title="?"))
        case "&":
            kind, _, words = first.partition(" ")
            SENDS[kind](talk, words)
        case "~":
            count, unit = first.split()
            talk.guest.waits(**{unit if unit.endswith("s") else f"{unit}s": float(count)})
        case _:
            what = next(one for one in sorted(HAPPENS, key=len, reverse=True) if first.startswith(one))
            HAPPENS[what](talk, SEVERAL.split(first.removeprefix(what).strip()))


def _button(talk: Scripted, which: str) -> str:
    assert talk.table is not None, "no buttons were shown"
    ids = [str(option.id) for option in options_of(talk.table)]
    return ids[int(which) - 1] if which.isdigit() else next(one for one in ids if one.startswith(f"{which}:"))


def _sends_media(what: str) -> Does:
    def sends(talk: Scripted, words: str) -> None:
        talk.sends_beside_words(MediaReceived(what=what, media_id="1", caption=words))

    return sends


SENDS: Final[dict[str, Does]] = {
    "image": _sends_media("image"),
    "document": _sends_media("document"),
    "audio": lambda talk, _: talk.sends_beside_words(MediaReceived(what="audio", media_id="1", voice=True)),
    "voice": lambda talk, words: talk.happens(
        MediaReceived(what="audio", media_id="1", voice=True, transcript=words)
    ),  # what somebody heard
    "sticker": lambda talk, _: talk.sends("sticker"),
    "reaction": lambda talk, _: talk.sends_beside_words(OtherReceived(what="reaction")),
    "location": lambda talk, _: talk.sends_beside_words(LocationReceived(latitude=-34.6, longitude=-58.4)),
}


def _pms(*, away: bool) -> Moves:
    def moves(talk: Scripted, _: Sequence[str]) -> None:
        talk.guest.waits(minutes=1)
        talk.guest.pms.away = away

    return moves


def _sold_out(talk: Scripted, keys: Sequence[str]) -> None:
    talk.rooms_go_or_come([key for key in keys if key] or KEYS, 0)


def _taken(talk: Scripted, args: Sequence[str]) -> None:
    keys = tuple(one for one in args if one in KEYS) or KEYS
    sold_out_on(talk.guest, *(date.fromisoformat(f"2030-{one}") for one in args if one not in KEYS), keys=keys)


def _settles(outcome: SagaOutcome) -> Moves:
    def settles(talk: Scripted, _: Sequence[str]) -> None:
        ref = talk.guest.state.pending
        assert ref is not None, "nothing is under way"
        made = _what_became(talk, outcome)
        talk.guest.waits(seconds=3)
        talk.happens(ReservationSettled(client_ref=ref, outcome=outcome, reservation=made))

    return settles


def _what_became(talk: Scripted, outcome: SagaOutcome) -> PmsReservation | None:
    guest, ref = talk.guest, talk.guest.state.pending
    assert ref is not None
    if outcome is SagaOutcome.CONFIRMED:
        return guest.pms.book(guest.requests[ref])
    if outcome is SagaOutcome.CANCELLED:
        return guest.pms.drop(guest.state.cancelling_code or "")
    return replace(a_reservation(live=False), client_ref=ref) if outcome is SagaOutcome.LOST else None


def _has(talk: Scripted, args: Sequence[str]) -> None:
    """«* guest has DEMO-4KQ9ZT Ruiz»: made by telephone, with the guest's own number on file."""
    code, surname, *_ = args
    made = a_reservation(code, booker=f"Ana {surname}", email="ana@x.com", phone=f"+{talk.guest.phone}")
    talk.guest.pms.reservations.append(made)


def _reachable(talk: Scripted, _: Sequence[str]) -> None:
    talk.guest.hotel = replace(talk.guest.hotel, person_reachable=True)


def _put(talk: Scripted, **fields: object) -> None:
    for name, value in fields.items():
        setattr(talk.guest, name, value)


HAPPENS: Final[dict[str, Moves]] = {
    "pms away": _pms(away=True),
    "pms back": _pms(away=False),
    "asks again": lambda talk, _: talk.is_woken(),
    "sold out": _sold_out,
    "taken": _taken,
    "free again": lambda talk, _: talk.rooms_go_or_come(KEYS, 3),
    "price": lambda talk, args: talk.guest.pms.reprice(args[0], args[1]),
    "confirmed": _settles(SagaOutcome.CONFIRMED),
    "refused": _settles(SagaOutcome.REFUSED),
    "lost": _settles(SagaOutcome.LOST),
    "failed": _settles(SagaOutcome.FAILED),
    "cancelled": _settles(SagaOutcome.CANCELLED),
    "cancel failed": _settles(SagaOutcome.CANCEL_FAILED),
    "late held": _settles(SagaOutcome.LATE_HELD),
    "delayed": lambda talk, _: talk.is_delayed(),
    "guest has": _has,
    "night": lambda talk, _: _put(talk, now=NIGHT),
    "no number": lambda talk, _: talk.has_no_number(),
    "staff reachable": _reachable,
    "paused": lambda talk, _: _put(talk, paused=True),
    "no longer paused": lambda talk, _: _put(talk, paused=False),
    "taken over": lambda talk, _: talk.staff_come_or_go(),
    "given back": lambda talk, _: talk.staff_come_or_go(),
    "hours pass": lambda talk, _: talk.guest.waits(**timed(timedelta(hours=5))),
}


def timed(duration: timedelta) -> dict[str, float]:
    """As `waits` takes it."""
    return {"seconds": duration.total_seconds()}
