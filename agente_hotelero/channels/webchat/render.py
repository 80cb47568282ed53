"""What the chat page is given to show: plain JSON, in which nothing is markup."""

from typing import Final, NotRequired, TypedDict

from agente_hotelero.channels import maps
from agente_hotelero.model.messages import (
    Choices,
    ContactRequest,
    Document,
    Link,
    Location,
    LocationRequest,
    Option,
    OutboundMessage,
    Picture,
    Reaction,
    Template,
    Text,
)

WEB_SCHEMES: Final = ("https://", "http://")


class OptionJson(TypedDict):
    """A button."""

    id: str
    title: str
    description: str


class LinkJson(TypedDict):
    """Somewhere to go."""

    title: str
    url: str


class MessageJson(TypedDict):
    """Words, perhaps with buttons and a room's photo; without buttons `options` is empty.

    Beyond words there may be a whole `picture`, the page of a `map`, or a `link`, each only where it is safe to follow.
    """

    body: str
    options: list[OptionJson]
    photo: str | None
    picture: NotRequired[str]
    map: NotRequired[str]
    link: NotRequired[LinkJson]


def render(message: OutboundMessage | str, *, interactive: bool) -> MessageJson:  # noqa: PLR0911 - an arm a kind
    """Render what either side said; without `interactive`, options become numbered lines and a link shows its address."""
    match message:
        case Choices(body=body, options=options, photo=photo) if interactive:
            return MessageJson(
                body=body, options=[_button(option) for option in options], photo=photo and _address(photo)
            )
        case Choices(body=body, options=options, photo=photo):
            lines = [_numbered(index, option) for index, option in enumerate(options, 1)]
            return MessageJson(body="\n".join([body, "", *lines]), options=[], photo=photo and _address(photo))
        case Location():
            return {**_words(f"{message.name}\n{message.address}"), "map": maps.page_of(message)}
        case Picture(source=source, caption=caption):
            return {**_words(caption), "picture": _address(source)}
        case Link(body=body, title=title, url=url) if url.startswith("https://"):
            return {**_words(body), "link": LinkJson(title=title if interactive else url, url=url)}
        case Document(source=source, filename=name, caption=caption) if _address(source).startswith("https://"):
            return {**_words(caption), "link": LinkJson(title=name, url=source)}
        case Document(caption=body) | Template(words=body) | Reaction(emoji=body):
            return _words(body)
        case Text(body=body) | Link(body=body) | LocationRequest(body=body) | ContactRequest(body=body) | str(body):
            return _words(body)


def _words(body: str) -> MessageJson:
    return MessageJson(body=body, options=[], photo=None)


def _button(option: Option) -> OptionJson:
    return OptionJson(id=option.id, title=option.title, description=option.description)


def _numbered(index: int, option: Option) -> str:
    return f"{index}. {option.title}" + (f" — {option.description}" if option.description else "")


def _address(photo: str) -> str:
    """Make a path absolute; the page may stand at any depth."""
    return photo if photo.startswith(WEB_SCHEMES) else "/" + photo.lstrip("/")
