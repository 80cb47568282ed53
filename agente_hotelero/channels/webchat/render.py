"""What the chat page is given to show: plain JSON, in which nothing is markup."""

from typing import Final, TypedDict

from agente_hotelero.model.messages import Choices, Option, OutboundMessage, Text

WEB_SCHEMES: Final = ("https://", "http://")


class OptionJson(TypedDict):
    """A button."""

    id: str
    title: str
    description: str


class MessageJson(TypedDict):
    """Words, perhaps with buttons and a picture; without buttons `options` is empty."""

    body: str
    options: list[OptionJson]
    photo: str | None


def render(message: OutboundMessage | str, *, interactive: bool) -> MessageJson:
    """Render what either side said; without `interactive`, options become numbered lines."""
    match message:
        case Choices(body=body, options=options, photo=photo) if interactive:
            return MessageJson(body=body, options=[_button(option) for option in options], photo=_address(photo))
        case Choices(body=body, options=options, photo=photo):
            lines = [_numbered(index, option) for index, option in enumerate(options, 1)]
            return MessageJson(body="\n".join([body, "", *lines]), options=[], photo=_address(photo))
        case Text(body=body) | str(body):
            return MessageJson(body=body, options=[], photo=None)


def _button(option: Option) -> OptionJson:
    return OptionJson(id=option.id, title=option.title, description=option.description)


def _numbered(index: int, option: Option) -> str:
    return f"{index}. {option.title}" + (f" — {option.description}" if option.description else "")


def _address(photo: str | None) -> str | None:
    """Make a path absolute; the page may stand at any depth."""
    if photo is None or photo.startswith(WEB_SCHEMES):
        return photo
    return "/" + photo.lstrip("/")
