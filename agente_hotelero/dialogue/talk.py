"""One decision in the making: the state so far, and what will be said and done."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from agente_hotelero.dialogue.effects import Commit, Effect, HandOff, HandOffReason, Read, Reply
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.state import Draft, State
from agente_hotelero.dialogue.texts.phrases import say
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.messages import Choices, OutboundMessage, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What a decision may know beside the state and the event.

    `last_of_turn` is false when the guest wrote more after this: then a yes is not a yes.
    `client_ref` is new for each event, and the same when the event is decided again.
    """

    hotel: HotelProfile
    now: datetime
    open_now: bool
    paused: bool
    last_of_turn: bool
    client_ref: ClientRef


@dataclass(slots=True)
class Talk:
    """Gathers one decision; sentences said in a row become one message."""

    state: State
    world: World
    effects: list[Effect] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)
    _facts: list[str] = field(default_factory=list)

    @property
    def hotel(self) -> HotelProfile:
        """Whose guest it is."""
        return self.world.hotel

    @property
    def language(self) -> Language:
        """The guest's, else the hotel's own."""
        return self.state.language or Language(self.hotel.languages[0])

    @property
    def draft(self) -> Draft:
        """The reservation in the making."""
        return self.state.draft

    def change(self, **fields: Any) -> None:
        """Change the state."""
        self.state = replace(self.state, **fields)

    def edit(self, **fields: Any) -> None:
        """Change the draft."""
        self.change(draft=replace(self.state.draft, **fields))

    def phrase(self, key: str, **values: object) -> str:
        """A sentence in the guest's language."""
        return say(key, self.language, **values)

    def say(self, key: str, *, fact: str | None = None, **values: object) -> None:
        """Say a sentence; `fact` names where what it states comes from."""
        self.add(self.phrase(key, **values), fact=fact)

    def add(self, line: str, *, fact: str | None = None) -> None:
        """Say something that is no phrase, such as a hotel's own words."""
        self._lines.append(line)
        if fact is not None:
            self._facts.append(fact)

    def offer(self, choices: Choices, *, fact: str | None = None) -> None:
        """End with a question that has options; what was said before comes above it."""
        body = "\n\n".join([*self._lines, choices.body]) if self._lines else choices.body
        facts = (*self._facts, fact) if fact else tuple(self._facts)
        self._lines, self._facts = [], []
        self._reply(
            Choices(body=body, options=choices.options, menu_label=choices.menu_label, photo=choices.photo), facts
        )

    def do(self, *effects: Commit) -> None:
        """Let something happen with the turn."""
        self.effects += effects

    def ask(self, read: Read) -> None:
        """Ask the PMS; the answer comes back to `decide`."""
        self.flush()
        self.effects.append(read)

    def hand_off(self, reason: HandOffReason, why: str) -> None:
        """Let a person know, in Spanish, without more of the guest than they need to begin."""
        self.do(HandOff(reason=reason, summary=f"{why} Idioma del huésped: {self.language.value}."))

    @property
    def silent(self) -> bool:
        """Whether nothing was said so far."""
        return not self._lines and not any(isinstance(effect, Reply) for effect in self.effects)

    def flush(self) -> None:
        """Send what was said."""
        if self._lines:
            self._reply(Text(body="\n\n".join(self._lines)), tuple(self._facts))
            self._lines, self._facts = [], []

    def done(self) -> tuple[State, tuple[Effect, ...]]:
        """Everything decided."""
        self.flush()
        return self.state, tuple(self.effects)

    def _reply(self, message: OutboundMessage, facts: tuple[str, ...]) -> None:
        self.effects.append(Reply(message=message, facts=facts))
