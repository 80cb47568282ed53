"""What a guest spoke: text that may be wrong. It is read back before anything is done, and a spoken yes does nothing at all."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue import handing_over, reading_back, words
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.dialogue.reading import DateReading, Intent, Reading
from agente_hotelero.dialogue.state import Spoken
from agente_hotelero.dialogue.taking import tells_slots
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model.events import Arrival
from agente_hotelero.model.speech import Hearing, Unheard

STALE: Final = timedelta(hours=24)
"""A yes after that is not to what was read back."""
AT_ONCE: Final = frozenset({Intent.EMERGENCY, Intent.PERSON})
"""A person comes for nothing, at worst."""
TOLD: Final = {
    Unheard.OFF: "voice_off",
    Unheard.BUSY: "voice_not_now",
    Unheard.AWAY: "voice_not_now",
    Unheard.GONE: "voice_not_now",
    Unheard.TOO_LARGE: "voice_too_long",
    Unheard.TOO_LONG: "voice_too_long",
    Unheard.NO_SOUND: "voice_unclear",
    Unheard.NO_SPEECH: "voice_unclear",
    Unheard.UNCLEAR: "voice_unclear",
}


def answer(talk: Talk, arrival: Arrival, reading: Reading, heard: Hearing) -> None:
    """Answer what was spoken, or ask for it in writing."""
    if isinstance(heard, Unheard):
        _unheard(talk, arrival, heard)
        return
    talk.spoken = talk.unsure = True
    if is_answer(talk, arrival, reading):
        return
    if reading.intents & AT_ONCE:
        words.answer(talk, reading)
    elif reading_back.things(talk, reading):
        reading_back.begin(talk, replace(reading, bare=False), arrival.inbox_id)
    elif not reading.intents and not _has_trouble(reading.dates):
        _not_understood(talk, "voice_unclear")
    else:
        talk.say("voice_heard", words=heard.text, fact=reading_back.HEARD)
        words.answer(talk, reading)


def is_answer(talk: Talk, arrival: Arrival, reading: Reading) -> bool:
    """Take it as the answer to what was read back, if there is such a question; tells whether it was."""
    spoken = _asked_about(talk)
    if spoken is None or reading.intents & AT_ONCE:
        return False
    yes = _yes_or_no(talk, reading)
    seen = arrival.sent_at >= spoken.asked_at.replace(microsecond=0)
    if yes is not None and seen:
        (confirm if yes else refuse)(talk, spoken)
    elif yes is not None:
        # Written before the question could be read: it answers something else.
        reading_back.ask(talk)
    elif _corrects(talk, reading):
        _correct(talk, spoken, reading, arrival, seen=seen)
    elif reading.intents & reading_back.WISHES.keys():
        reading_back.forget(talk)
        return False
    else:
        words.answer(talk, reading)
        # Where the PMS was asked, its answer is what comes next.
        (reading_back.forget if talk.waits else reading_back.ask)(talk)
    return True


def pressed(talk: Talk, option_id: str) -> bool:
    """A button of what was read back; any other leaves that behind, and is asked about once more."""
    spoken = _asked_about(talk)
    if spoken is None:
        return False
    if option_id == reading_back.yes_id(spoken):
        confirm(talk, spoken)
    elif option_id == reading_back.no_id(spoken):
        refuse(talk, spoken)
    else:
        reading_back.forget(talk)
        talk.unsure = True
        return False
    return True


def confirm(talk: Talk, spoken: Spoken) -> None:
    """It was that: as if it had been written, but for a yes in it."""
    reading_back.forget(talk)
    talk.spoken = talk.unsure = True
    words.answer(talk, _still_to_come(talk, spoken.reading))


def refuse(talk: Talk, _spoken: Spoken) -> None:
    """It was not: the guest writes it."""
    reading_back.forget(talk)
    _not_understood(talk, "heard_wrong")


def _asked_about(talk: Talk) -> Spoken | None:
    spoken = talk.state.aside.spoken
    if spoken is not None and talk.world.now - spoken.asked_at > STALE:
        reading_back.forget(talk)
        return None
    return spoken


def _yes_or_no(talk: Talk, reading: Reading) -> bool | None:
    if reading.choice is not None and talk.state.expecting not in reading_back.FREE:
        return reading.choice == 0
    if not reading.bare or reading.choice is not None:
        return None
    return Intent.AFFIRM in reading.intents


def _corrects(talk: Talk, reading: Reading) -> bool:
    said = (reading.code, reading.phone, reading.hour)
    return tells_slots(talk, replace(reading, choice=None)) or any(one is not None for one in said)


def _correct(talk: Talk, spoken: Spoken, reading: Reading, arrival: Arrival, *, seen: bool) -> None:
    now = reading_back.corrected(spoken.reading, reading)
    if talk.spoken or not seen:
        reading_back.begin(talk, now, arrival.inbox_id)
        return
    reading_back.forget(talk)
    talk.unsure = True
    words.answer(talk, now)


def _still_to_come(talk: Talk, reading: Reading) -> Reading:
    """Days that have passed since they were said are asked for again."""
    dates = reading.dates
    if dates is None or dates.check_in is None or dates.check_in >= talk.today:
        return reading
    talk.say("dates_gone")
    return replace(reading, dates=None, nights=None)


def _has_trouble(dates: DateReading | None) -> bool:
    return dates is not None and dates.trouble is not None


def _unheard(talk: Talk, arrival: Arrival, why: Unheard) -> None:
    before = talk.state.aside.unheard
    if before is not None and arrival.sent_at < before.replace(microsecond=0):
        # Spoken before our answer to another one could be read: one answer for both.
        talk.puzzled = True
        return
    talk.put_aside(unheard=talk.world.now)
    _not_understood(talk, TOLD[why])


def _not_understood(talk: Talk, key: str) -> None:
    if not handing_over.not_understood(talk, key, reason=HandOffReason.UNREADABLE):
        words.repeat(talk)
