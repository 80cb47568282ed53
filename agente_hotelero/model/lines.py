"""What is agreed with a channel about one of the hotel's accounts: how fast it may send, and what may be said first."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal


class Purpose(StrEnum):
    """Why a guest is written to."""

    ANSWER = "answer"
    """To what they asked, be it late."""
    RESERVATION = "reservation"
    """What became of a reservation that they asked for."""
    STAFF = "staff"
    """A person's own words."""
    REMINDER = "reminder"
    """Nobody asked, and it is about their stay."""
    PRE_ARRIVAL = "pre_arrival"
    ARRIVAL_TIME = "arrival_time"
    IN_STAY = "in_stay"
    REVIEW = "review"
    MARKETING = "marketing"
    """Nobody asked, and it is about ours."""

    VERIFICATION = "verification"
    """A code that they asked for, to prove who they are."""

    @property
    def unasked(self) -> bool:
        """Whether a guest may say that they want no such messages."""
        return self in REMINDERS or self is Purpose.MARKETING

    @property
    def stand_in(self) -> "Purpose | None":
        """Whose template will do where there is none for this."""
        return Purpose.REMINDER if self in REMINDERS and self is not Purpose.REMINDER else None


REMINDERS: Final = frozenset(
    {Purpose.REMINDER, Purpose.PRE_ARRIVAL, Purpose.ARRIVAL_TIME, Purpose.IN_STAY, Purpose.REVIEW}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ButtonForm:
    """A button of a template that carries something."""

    index: int
    kind: Literal["quick_reply", "url"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateForm:
    """A template that the channel approved; `values` may name {text}, {guest} and {hotel}, of a verification {code} and {hotel}.

    Without names they go in order.
    """

    name: str
    language: str
    values: tuple[tuple[str, str], ...] = ()
    """(name, value); names are all there or all empty."""
    buttons: tuple[ButtonForm, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One account's terms. `templates`: purpose → the guest's language → what may be sent then."""

    messages_per_second: float = 80.0
    guest_burst: int = 45
    """How many messages one guest may get at once; then it is one in six seconds."""
    may_grow: bool = True
    """Whether the channel raises the limit of numbers that do well."""
    templates: Mapping[Purpose, Mapping[str, TemplateForm]] = field(default_factory=dict)


USUAL: Final = Line()
