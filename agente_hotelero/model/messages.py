"""What we say to guests, before any channel gives it a form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A pin on a map; degrees, north and east positive."""

    latitude: float
    longitude: float
    name: str
    address: str
    type: Literal["location"] = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG or JPEG at a URL, or at a path below the site.

    A channel that can't fetch it leaves it out: nothing may be told by a picture alone.
    """

    source: str
    caption: str
    type: Literal["picture"] = "picture"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Words with somewhere to go: a button where a channel has one and the flag allows, else the address below the words.

    The title makes sense alone and has at most 20 characters.
    """

    body: str
    title: str
    url: str
    type: Literal["link"] = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file at a URL, or at a path below the site; `filename` is what the guest's phone calls it, with its ending.

    As with a picture, nothing may be told by it alone.
    """

    source: str
    filename: str
    caption: str
    type: Literal["document"] = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationRequest:
    """Ask where the guest is: a button where a channel has one and the flag allows, else the words."""

    body: str
    type: Literal["location_request"] = "location_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactRequest:
    """Ask a guest whom the channel names without a number for it: a button, else the words."""

    body: str
    type: Literal["contact_request"] = "contact_request"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reaction:
    """A sign on one of the guest's messages, named as its channel named it; an empty one takes ours away."""

    message_id: str
    emoji: str
    type: Literal["reaction"] = "reaction"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateValue:
    """What fills one blank of a template: without a name, the next one in order."""

    text: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateButton:
    """What a button of a template carries; `index` counts the template's buttons from 0."""

    index: int
    kind: Literal["quick_reply", "url"]
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A message that the provider approved beforehand, which may go out when nothing else may.

    `words` are what a person reads of it: the provider keeps the wording.
    """

    name: str
    language: str
    words: str
    values: tuple[TemplateValue, ...] = ()
    buttons: tuple[TemplateButton, ...] = ()
    type: Literal["template"] = "template"


OutboundMessage = (
    Text | Choices | Location | Picture | Link | Document | LocationRequest | ContactRequest | Reaction | Template
)


HIDDEN: Final = "••••••"
"""What stands in place of a code wherever its message is stored or shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OneTimeCode:
    """A code for the guest to type. It is put in place of HIDDEN as the message goes out, and stands nowhere else.

    `seed` is what it is made of, with a key that is not in the database; after `until` it is of no use to anybody.
    """

    body: str
    seed: str
    reservation: str
    language: str
    until: datetime
    type: Literal["code"] = "code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Several:
    """What goes out in one piece where a channel has room for all of it: everything that a turn says, in one mail."""

    parts: tuple[OutboundMessage, ...]
    type: Literal["several"] = "several"


def parts_of(message: OutboundMessage | Several) -> tuple[OutboundMessage, ...]:
    """Give what goes out in one piece one by one."""
    return message.parts if isinstance(message, Several) else (message,)
