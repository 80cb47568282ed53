"""What we say to guests, before any channel gives it a form."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Plain words."""

    body: str
    type: Literal["text"] = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose. `id` comes back in ChoiceReceived; the title must make sense alone."""

    id: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A question with options, in the order in which a guest may count them ("la segunda").

    Channels show buttons or a list where they can and the flag allows, else numbered text.
    `photo` is a room's picture (URL, or a path below the site) for the image variant.
    """

    body: str
    options: tuple[Option, ...]
    menu_label: str
    """What opens a list, such as «Opciones»; at most 20 characters."""
    photo: str | None = None
    type: Literal["choices"] = "choices"


OutboundMessage = Text | Choices
