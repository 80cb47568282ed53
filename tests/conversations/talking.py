"""The guest of a script: read as the service reads, and judged at every turn."""

from functools import lru_cache

from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.model.events import ChoiceReceived, Event
from agente_hotelero.wiring.understanding import reader
from tests.property.test_sources import Traced
from tests.support.dialogue_guest import Turn, demo_hotel, options_of


@lru_cache(maxsize=20_000)
def understand(text: str, context: Context) -> Reading:
    """As the service reads: rules and model."""
    return reader()(text, context)


class Scripted(Traced):
    """A judged conversation whose guest says what is written; a yes is a yes where the script says that it books."""

    def __init__(self) -> None:
        super().__init__()
        self.guest.hotel = demo_hotel()
        self.guest.understand = understand
        self.may_write = False
        self.last: Turn = Turn()

    def _judge_yes(self, event: Event, button: str) -> None:
        assert self.may_write, "something was written to the PMS"
        assert button in self.summaries, "nothing was read back before"
        if isinstance(event, ChoiceReceived):
            assert event.option_id == button
        else:
            assert self.table is not None
            assert options_of(self.table)[0].id == button, "the yes is to something else"

    def _turn(self, *events: Event) -> Turn:
        self.last = super()._turn(*events)
        return self.last

    def happens(self, *events: Event) -> None:
        """Whatever comes in."""
        self._turn(*events)

    def is_woken(self) -> None:
        """The clock asks again what the PMS could not answer."""
        before = self.guest.state
        self.last = self.guest.is_woken()
        self._judge(self.last, before)
