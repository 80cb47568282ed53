"""Random conversations as the service reads them: with the trained model, in the wording of the phrase files, every number traced."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final

import pytest

from agente_hotelero.dialogue.reading import Arrives, Context, DateReading, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.dialogue.verifying import GOOD_FOR
from agente_hotelero.learning import phrases
from agente_hotelero.model.events import ChoiceReceived, Event, TextReceived
from tests.conversations.talking import understand
from tests.property.test_dialogue import HAPPENS
from tests.property.test_sources import Traced, numbers
from tests.support.dialogue_guest import Turn, options_of
from tests.support.dialogue_judge import is_yes

YES: Final = "affirm"
BESIDE_A_YES: Final = frozenset({YES, "thank", "greet", "make_reservation"})
TAKES_IT: Final = frozenset(
    {
        *(
            "okay ese me gusta, lo tomo",
            "we'd like to go ahead and book it",
            "me la quedo",
            "quero esse reserva",
            "bora, reserva lá isso",
            "ok é esse, quero",
        ),
        *("alright we'll take it", "thx thx 👍"),
    }
)
"""What says yes in the files of other labels."""


@cache
def wordings() -> Sequence[phrases.Phrase]:
    """As guests type, whatever they want."""
    return phrases.read()


@cache
def yeses() -> frozenset[str]:
    """What a person would take for a yes, and nothing else."""
    return TAKES_IT | {one.text for one in wordings() if YES in one.labels and one.labels <= BESIDE_A_YES}


class Walking(Traced):
    """Read by rules and model."""

    def __init__(self) -> None:
        super().__init__()
        self.guest.understand = self._read
        self.named: set[str] = set()
        """Days, nights and hours that were read in what the guest said, though they were corrected in the same breath."""

    def _read(self, text: str, context: Context) -> Reading:
        reading = understand(text, context)
        dates, arrives = reading.dates or DateReading(), reading.arrives or Arrives()
        self.named |= {
            str(day.day) for day in (dates.check_in, dates.check_out, *dates.alternatives) if day is not None
        }
        self.named |= {formats.clock(hour) for hour in (reading.hour, reading.clock, arrives.hour) if hour is not None}
        if dates.check_in is not None and dates.check_out is not None:
            self.named.add(str((dates.check_out - dates.check_in).days))
        return reading

    def _of_stays(self) -> set[str]:
        return super()._of_stays() | self.named

    def _judge_yes(self, event: Event, button: str) -> None:
        """Of the phrase files only those may book that say yes."""
        if isinstance(event, ChoiceReceived) or (isinstance(event, TextReceived) and is_yes(event.text)):
            super()._judge_yes(event, button)
            return
        assert isinstance(event, TextReceived)
        assert event.text in yeses()
        assert self.table is not None
        assert options_of(self.table)[0].id == button

    def _of_the_pms(self, turn: Turn) -> set[str]:
        """And the number that the guest writes from, which a summary shows, and how long and how often a code is good."""
        of_codes = {str(GOOD_FOR // timedelta(minutes=1)), *map(str, range(6))} if self._was_sent_a_code() else set()
        return super()._of_the_pms(turn) | numbers(self.guest.phone or "") | of_codes

    def _was_sent_a_code(self) -> bool:
        identity = self.guest.state.aside.identity
        return identity.sent is not None or bool(identity.sends)


def says_a_phrase(talk: Walking, dice: random.Random) -> None:
    talk.says(dice.choice(wordings()).text)


def says_several(talk: Walking, dice: random.Random) -> None:
    words = [one.text for one in dice.sample(wordings(), 2)]
    if dice.random() < 0.5:
        talk.says(*words)
    else:
        talk.says(dice.choice((", ", ". ", " y ", "\n")).join(words))


def walk(seed: int, *, steps: int = 20) -> Walking:
    """One random conversation; the same for the same seed."""
    dice, talk = random.Random(seed), Walking()
    if seed % 2:
        talk.guest.ways = ("email", "whatsapp")
    moves, weights = zip(*HAPPENS, (says_a_phrase, 45), (says_several, 15), strict=True)
    for move in dice.choices(moves, weights, k=steps):
        move(talk, dice)
    return talk


def walks(seeds: range) -> None:
    for seed in seeds:
        try:
            walk(seed).finds_a_way_out()
        except Exception as error:
            error.add_note(f"walk({seed})")
            raise


def test_whatever_guests_type_no_promise_breaks_and_every_number_has_a_source() -> None:
    walks(range(25))


@pytest.mark.long
def test_of_all_that_guests_type_only_what_says_yes_is_one() -> None:
    asked = Context(
        today=date(2030, 4, 1),
        languages=tuple(Language),
        expecting=Expecting.YES_NO,
        options=("Sí, reservar", "No, cambiar algo"),
    )
    readings = {one.text: understand(one.text, asked) for one in wordings()}
    agreed = {text for text, reading in readings.items() if reading.bare and Intent.AFFIRM in reading.intents}
    assert agreed <= yeses()
    assert len(agreed) > 40


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_whatever_guests_type_in_ten_thousand_conversations_no_promise_breaks() -> None:
    walks(range(10_000, 20_000))
