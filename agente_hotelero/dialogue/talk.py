"""One decision in the making: the state so far, and what will be said and done."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from agente_hotelero.dialogue import repeating
from agente_hotelero.dialogue.effects import Commit, Effect, HandOff, HandOffReason, Question, Reply
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.state import NO_ASIDE, NO_DRAFT, NO_IDENTITY, Draft, State
from agente_hotelero.dialogue.texts.phrases import say, say_again
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.messages import Choices, ContactRequest, Option, OutboundMessage, Text
from agente_hotelero.model.tone import Register
from agente_hotelero.model.values import value

ASKS_NUMBER: Final = frozenset({"ask_phone", "bad_phone"})
"""Questions that a guest may answer by a button where the channel has one."""


@value
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
    phone: str | None = None
    """The guest's number as the PMS may have it; None where the channel gives none."""
    overtaken: bool = False
    """Whether the message came late, and the conversation went on without it."""
    asks_phone: bool = False
    """Whether a reservation needs a number that the channel does not give: it is asked for."""
    email: str | None = None
    """The address that the guest writes from, where our own mail server vouches for it."""
    answers_to: str | None = None
    """Of a mail, vouched for or not: the address that gets the answer, and nobody else."""
    writes_from: str = ""
    """Where the guest writes now, or last wrote, as one word."""
    ways: Collection[str] = ()
    """Channels by which this hotel can send somebody a code."""
    make_seed: Callable[[], str] = lambda: ""
    """Draws what a new code is made of; nobody can guess it, nor the code from it."""
    fits: Callable[[str, str], bool] = lambda _seed, _digits: False
    """Whether digits are the code of a seed."""
    vouched: bool = True
    """Whether the channel says who writes: in a mail that nobody vouches for, From is what anybody may write."""
    code_picture: Callable[[str], str | None] = lambda _code: None
    """A reservation's code → where it can be fetched as a picture; None where it can't be."""
    before: State | None = None
    """What the event found, where this is the PMS's answer to what it led to; None where that is the state itself."""


@dataclass(slots=True)
class Talk:
    """Gathers one decision; sentences said in a row become one message."""

    state: State
    world: World
    effects: list[Effect] = field(default_factory=list)
    puzzled: bool = False
    """The guest was not understood."""
    unsure: bool = False
    """A yes in this message is none: it came late, was written anew, stands below a picture, or was only heard."""
    spoken: bool = False
    """It was not written."""
    asked_back: bool = False
    """What was heard was read back already."""
    chose: bool = False
    """The guest chose a room just now, and nothing else says so yet."""
    _asks_number: bool = False
    _opening: str | None = None
    _lines: list[str] = field(default_factory=list)
    _facts: list[str] = field(default_factory=list)
    _before: State = field(init=False)
    _asked: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep what the event found: what was asked then is asked in other words now."""
        self._before = self.world.before or self.state

    @property
    def hotel(self) -> HotelProfile:
        """Whose guest it is."""
        return self.world.hotel

    @property
    def language(self) -> Language:
        """The guest's, else the hotel's own."""
        return self.state.language or Language(self.hotel.languages[0])

    @property
    def register(self) -> Register:
        """How the hotel speaks to this guest."""
        return self.hotel.tone.of(self.language)

    @property
    def draft(self) -> Draft:
        """The reservation in the making."""
        return self.state.draft

    @property
    def today(self) -> date:
        """The hotel's."""
        return self.world.now.astimezone(self.hotel.zone).date()

    @property
    def drafting(self) -> bool:
        """Whether the open question is about a reservation in the making."""
        return self.draft != NO_DRAFT and self.state.looking_for is None

    @property
    def waits(self) -> bool:
        """Whether the PMS was asked: its answer decides what is said next."""
        return bool(self.effects) and isinstance(self.effects[-1], Question)

    @property
    def no_yes(self) -> str | None:
        """What to say to a yes that does not count; None where it does."""
        if not self.world.last_of_turn:
            return "yes_and_more"
        if self.spoken:
            return "yes_spoken"
        return "yes_unsure" if self.unsure or self.state.aside.overtaken else None

    def change(self, **fields: Any) -> None:
        """Change the state."""
        if any(getattr(self.state, name) is not new for name, new in fields.items()):
            self.state = replace(self.state, **fields)

    def put_aside(self, **fields: Any) -> None:
        """Change what is seldom there."""
        aside = replace(self.state.aside, **fields)
        self.change(kept_aside=None if aside == NO_ASIDE else aside)

    def identify(self, **fields: Any) -> None:
        """Change what is hardly ever there."""
        identity = replace(self.state.aside.identity, **fields)
        self.put_aside(kept_identity=None if identity == NO_IDENTITY else identity)

    def edit(self, **fields: Any) -> None:
        """Change the draft."""
        self.change(draft=replace(self.state.draft, **fields))

    def phrase(self, key: str, **values: object) -> str:
        """A sentence in the guest's language; a question that they read last in other words than then."""
        again = repeating.in_other_words(key, self._before)
        if repeating.leaves_a_note(key):
            self._asked[key] = again
        return (say_again if again else say)(key, self.register, **values)

    def say(self, key: str, *, fact: str | None = None, **values: object) -> None:
        """Say a sentence; `fact` names where what it states comes from."""
        self._asks_number = self._asks_number or key in ASKS_NUMBER
        self.add(self.phrase(key, **values), fact=fact)

    def cite(self, fact: str) -> None:
        """Name one more source of what was just said."""
        self._facts.append(fact)

    def add(self, line: str, *, fact: str | None = None) -> None:
        """Say something that is no phrase, such as a hotel's own words."""
        self._open()
        self._lines.append(line)
        if fact is not None:
            self.cite(fact)

    def offer(
        self, body: str, options: Sequence[Option], *, facts: Sequence[str] = (), photo: str | None = None
    ) -> None:
        """End with a question that has options; what was said before comes above it."""
        self._open()
        body = "\n\n".join([*self._lines, body])
        facts = (*self._facts, *facts)
        self._lines, self._facts = [], []
        message = Choices(body=body, options=tuple(options), menu_label=self.phrase("options"), photo=photo)
        self.effects.append(Reply(message=message, facts=facts))
        if self.state.aside.overtaken or self.state.aside.between:
            self.put_aside(overtaken=False, between=False)

    def show(self, message: OutboundMessage, *, facts: Sequence[str]) -> None:
        """Send what is more than words, after what was said before it."""
        self.flush()
        self.effects.append(Reply(message=message, facts=tuple(facts)))

    def open_with(self, key: str) -> None:
        """Put a sentence before what is still to be said; what was sent already needs none."""
        if self._lines:
            self._lines.insert(0, self.phrase(key))

    def open_later(self, key: str) -> None:
        """Put a sentence before the first thing that will be said, now or after more questions to the PMS."""
        self._opening = key

    def _open(self) -> None:
        if self._opening is not None:
            self._lines.append(self.phrase(self._opening))
            self._opening = None
            self.put_aside(retry=None)

    def do(self, *effects: Commit) -> None:
        """Let something happen with the turn."""
        self.effects += effects

    def ask(self, read: Question) -> None:
        """Ask the PMS; the answer comes back to `decide`."""
        self.flush()
        self.effects.append(read)

    def hand_off(self, reason: HandOffReason, why: str) -> None:
        """Let a person know, in Spanish, without more of the guest than they need to begin."""
        self.do(HandOff(reason=reason, summary=f"{why} Idioma del huésped: {self.language.value}."))

    def _note(self, reworded: tuple[str, ...]) -> None:
        if reworded != self.state.aside.reworded:
            self.put_aside(reworded=reworded)

    def flush(self) -> None:
        """Send what was said."""
        if self._lines:
            form = ContactRequest if self._asks_number else Text
            self.effects.append(Reply(message=form(body="\n\n".join(self._lines)), facts=tuple(self._facts)))
            self._lines, self._facts, self._asks_number = [], [], False

    def done(self) -> tuple[State, tuple[Effect, ...]]:
        """Everything decided."""
        self.flush()
        if self._asked:
            self._note(repeating.notes(self._asked))
        return self.state, tuple(self.effects)
