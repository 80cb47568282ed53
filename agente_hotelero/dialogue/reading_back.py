"""«I understood this: is that so?» What was heard is not done before the guest has seen it."""

from dataclasses import replace
from typing import Final

from agente_hotelero.dialogue import arriving
from agente_hotelero.dialogue.asking import NO, YES
from agente_hotelero.dialogue.reading import Context, DateReading, Expecting, Intent, Reading
from agente_hotelero.dialogue.state import Spoken, State
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.dialogue.texts.phrases import say
from agente_hotelero.model.messages import Option
from agente_hotelero.model.stays import Party, Stay
from agente_hotelero.model.tone import Register

HEARD: Final = "guest:voice"
"""The source of what we say when it is the guest's own."""
WISHES: Final = {
    Intent.CANCEL_RESERVATION: "heard_cancel",
    Intent.CHANGE_BOOKER: "heard_booker",
    Intent.CHANGE_RESERVATION: "heard_change",
    Intent.LATE_CHECKOUT: "heard_late",
    Intent.MY_RESERVATION: "heard_show",
    Intent.SPLIT_STAY: "heard_split",
    Intent.ABANDON: "heard_abandon",
    Intent.BOOK: "heard_room",
    Intent.AVAILABILITY: "heard_room",
}
"""What something is done about, the most telling first; whatever else is said asks for an answer only."""
FREE: Final = frozenset({Expecting.NAME, Expecting.EMAIL, Expecting.PHONE, Expecting.CODE})
"""What a correction is read by: a name alone is one only where a name was asked for."""


def things(talk: Talk, reading: Reading) -> list[str]:
    """What would be acted upon, a line each; nothing for what only asks to be answered."""
    return [*_wish(talk, reading), *_stay(talk, reading), *_people(talk, reading), *_details(talk, reading)]


def begin(talk: Talk, reading: Reading, note: int) -> None:
    """Keep what was heard, and ask about it."""
    talk.put_aside(spoken=Spoken(reading=reading, note=note, asked_at=talk.world.now))
    ask(talk)


def ask(talk: Talk) -> None:
    """Ask whether it was that, as often as needed."""
    spoken = talk.state.aside.spoken
    if spoken is None or talk.asked_back:
        return
    talk.asked_back = True
    lines = "\n".join(f"• {thing}" for thing in things(talk, spoken.reading))
    options = [
        Option(id=yes_id(spoken), title=talk.phrase("yes_heard")),
        Option(id=no_id(spoken), title=talk.phrase("no_heard")),
    ]
    talk.offer(talk.phrase("heard", things=lines), options, facts=(HEARD,))
    talk.put_aside(overtaken=True)


def forget(talk: Talk) -> None:
    """Nothing is asked about any more."""
    talk.put_aside(spoken=None)


def yes_id(spoken: Spoken) -> str:
    """What a yes to it is called."""
    return f"{YES}heard:{spoken.note}"


def no_id(spoken: Spoken) -> str:
    """And a no."""
    return f"{NO}heard:{spoken.note}"


def context(state: State, spoken: Spoken, usual: Context, register: Register) -> Context:
    """What reading the answer needs to know."""
    dates = spoken.reading.dates
    usual = replace(usual, check_in=(dates.check_in if dates is not None else None) or usual.check_in)
    if state.expecting in FREE:
        return usual
    titles = (say("yes_heard", register), say("no_heard", register))
    return replace(usual, expecting=Expecting.YES_NO, options=titles, days=())


def corrected(heard: Reading, written: Reading) -> Reading:
    """What was heard, with what was written laid over it."""
    people = any(one is not None for one in (written.adults, written.children, written.people))
    over = {
        name: new
        for name in ("hour", "room_key", "rooms", "name", "email", "phone", "code")
        if (new := getattr(written, name)) is not None
    }
    if people:
        over |= {"adults": written.adults, "children": written.children, "people": written.people}
    return replace(
        heard,
        language=written.language or heard.language,
        intents=(heard.intents | written.intents) - {Intent.AFFIRM, Intent.DENY, Intent.GREET},
        dates=_dates(heard, written),
        nights=written.nights or (None if written.dates is not None else heard.nights),
        of_a_reservation=heard.of_a_reservation or written.of_a_reservation,
        bare=False,
        **over,
    )


def _dates(heard: Reading, written: Reading) -> DateReading | None:
    """New days; of the old ones whatever the new leave as it was."""
    old, new = heard.dates, written.dates
    if new is None and old is not None and written.nights is not None:
        return replace(old, check_out=None)
    if new is None or old is None or new.trouble is not None:
        return new or old
    check_in, check_out = new.check_in or old.check_in, new.check_out or old.check_out
    if check_in is not None and check_out is not None and check_out <= check_in:
        check_out = new.check_out
    return replace(new, check_in=check_in, check_out=None if written.nights else check_out)


def _wish(talk: Talk, reading: Reading) -> list[str]:
    room = next((room for room in talk.hotel.rooms if room.key == reading.room_key), None)
    named = [] if room is None else [formats.room(talk.hotel, room.key, room.key, talk.language)]
    wish = next((key for intent, key in WISHES.items() if intent in reading.intents), None)
    if wish is None or (wish == "heard_room" and named):
        return named
    return [talk.phrase(wish), *named]


def _stay(talk: Talk, reading: Reading) -> list[str]:
    dates, language, lines = reading.dates, talk.language, []
    if dates is not None and dates.trouble is None:
        if dates.check_in is not None and dates.check_out is not None:
            lines.append(formats.stay(Stay(check_in=dates.check_in, check_out=dates.check_out), language))
        elif dates.check_in is not None:
            lines.append(talk.phrase("heard_from", day=formats.day(dates.check_in, language)))
        elif dates.check_out is not None:
            lines.append(talk.phrase("heard_until", day=formats.day(dates.check_out, language)))
    if reading.nights is not None and not (dates is not None and dates.check_in and dates.check_out):
        lines.append(formats.nights(reading.nights, language))
    if reading.hour is not None:
        lines.append(talk.phrase("heard_hour", hour=formats.clock(reading.hour)))
    if reading.arrives is not None and reading.arrives.hour is not None and arriving.tells(talk, reading):
        lines.append(talk.phrase("heard_arrival", hour=formats.clock(reading.arrives.hour)))
    return lines


def _people(talk: Talk, reading: Reading) -> list[str]:
    lines = []
    if reading.adults:
        party = Party(adults=reading.adults, children=reading.children or 0, rooms=1)
        lines.append(formats.party(party, talk.language))
    elif reading.children:
        lines.append(talk.phrase("heard_children", count=reading.children))
    if reading.people is not None:
        lines.append(talk.phrase("heard_people", count=reading.people))
    if reading.rooms is not None:
        lines.append(talk.phrase("heard_rooms", count=reading.rooms))
    return lines


def _details(talk: Talk, reading: Reading) -> list[str]:
    said = (("code", reading.code), ("name", reading.name), ("email", reading.email), ("phone", reading.phone))
    lines = [talk.phrase(f"heard_{key}", value=value) for key, value in said if value is not None]
    if reading.choice is not None and talk.state.expecting is not Expecting.YES_NO:
        lines.append(talk.phrase("heard_choice", number=reading.choice + 1))
    return lines
