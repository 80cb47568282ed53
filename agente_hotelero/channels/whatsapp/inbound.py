"""One message of a guest, or one that the hotel's staff sent from their phone, read into an event."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from agente_hotelero.channels.whatsapp.fields import (
    NAME_LIMIT_BYTES,
    identifier,
    is_bsuid,
    listing,
    mapping,
    moment,
    storable,
    word,
)
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import (
    ChoiceReceived,
    Event,
    InboundEvent,
    OtherReceived,
    StaffTookOver,
    TextReceived,
)
from agente_hotelero.model.ids import Account, Alias, AliasKind

Json = dict[str, Any]


class _Contact(NamedTuple):
    """An entry of `contacts`, with the two names that it goes by; a name is empty where there is none."""

    phone: str
    user_id: str
    entry: Json


NOBODY: Final = _Contact("", "", {})


class Contacts:
    """Who is who in one change; the order of Meta's list means nothing."""

    __slots__ = ("_by_name", "_only")

    def __init__(self, value: Json) -> None:
        """Only a single contact beside a single message may be matched without a common name."""
        contacts = [_contact(c) for c in listing(value.get("contacts")) if isinstance(c, dict)]
        self._by_name: dict[str, _Contact] = {}
        for contact in contacts:
            if contact.phone:
                self._by_name[contact.phone] = contact
            if contact.user_id:
                self._by_name[contact.user_id] = contact
        self._only = contacts[0] if len(contacts) == 1 == len(listing(value.get("messages"))) else NOBODY

    def find(self, phone: str, user_id: str) -> _Contact:
        """The contact of this sender, or an empty one."""
        return self._by_name.get(phone) or self._by_name.get(user_id) or self._unnamed(phone, user_id)

    def _unnamed(self, phone: str, user_id: str) -> _Contact:
        contradicts = (phone and self._only.phone) or (user_id and self._only.user_id)
        return NOBODY if contradicts else self._only


class _Person(NamedTuple):
    alias: Alias
    profile_name: str | None


def read_message(
    message: Json, *, contacts: Contacts, account: Account, received_at: datetime
) -> InboundEvent | Reason:
    """Read what a guest sent, or say why it can't be read."""
    return _event(message, _sender(message, contacts), _content(message), account, received_at)


def read_echo(echo: Json, *, contacts: Contacts, account: Account, received_at: datetime) -> InboundEvent | Reason:
    """Read what a person of the hotel sent from the phone: from here on they answer this guest."""
    if echo.get("message_creation_type") == "created_by_1p_bot":
        return Reason.ECHO_OF_BOT
    person = _person(_phone_or_id(echo.get("to")), identifier(echo.get("to_user_id")), contacts)
    return _event(echo, person, StaffTookOver(), account, received_at)


def _event(
    item: Json, person: _Person | None, event: Event, account: Account, received_at: datetime
) -> InboundEvent | Reason:
    external_id = identifier(item.get("id"))
    if not external_id:
        return Reason.NO_ID
    if person is None:
        return Reason.NO_SENDER
    return InboundEvent(
        account=account,
        external_id=external_id,
        alias=person.alias,
        event=event,
        sent_at=moment(item.get("timestamp"), received_at=received_at),
        address=person.alias.value,
        profile_name=person.profile_name,
    )


def _contact(entry: Json) -> _Contact:
    return _Contact(_phone_or_id(entry.get("wa_id")), identifier(entry.get("user_id")), entry)


def _phone_or_id(value: object) -> str:
    return identifier(value).lstrip("+")


def _sender(message: Json, contacts: Contacts) -> _Person | None:
    said, user_id = _phone_or_id(message.get("from")), identifier(message.get("from_user_id"))
    if not said and not user_id:
        # Only "this user has a new name" comes so; we know the guest by the old one.
        user_id = identifier(mapping(message.get("system")).get("previous_user_id"))
    return _person(said, user_id, contacts)


def _person(said: str, user_id: str, contacts: Contacts) -> _Person | None:
    """Prefer the phone: it is the name that a guest keeps, and had before there were others."""
    contact = contacts.find(said, user_id)
    phone = next((one for one in (said, contact.phone) if one and not is_bsuid(one)), "")
    name = phone or user_id or said or contact.user_id or contact.phone
    if not name:
        return None
    alias = Alias(AliasKind.PHONE if phone else AliasKind.BSUID, name)
    return _Person(alias, storable(mapping(contact.entry.get("profile")).get("name"), NAME_LIMIT_BYTES) or None)


def _content(message: Json) -> Event:
    if message.get("group_id"):
        # What others can read and answer is no place for bookings.
        return OtherReceived(what="group")
    kind = message.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        kind = _kind(message)
    read = _READERS.get(kind)
    return (read(message) if read else None) or OtherReceived(what=_other(kind, message))


def _kind(message: Json) -> str:
    # Some senders leave the type out; then the content's own key tells.
    return word(message.get("type")) or next((key for key in _SELF_TELLING if key in message), "unknown")


def _other(kind: str, message: Json) -> str:
    return word(mapping(message.get("interactive")).get("type")) or kind


def _text(message: Json) -> Event | None:
    text = storable(mapping(message.get("text")).get("body"))
    return TextReceived(text=text) if text.strip() else None


def _interactive(message: Json) -> Event | None:
    interactive = mapping(message.get("interactive"))
    reply = mapping(interactive.get("button_reply")) or mapping(interactive.get("list_reply"))
    return _choice(reply.get("id"), reply.get("title"))


def _button(message: Json) -> Event | None:
    """Read a template's quick reply, whose payload is its text unless the template says otherwise."""
    button = mapping(message.get("button"))
    return _choice(button.get("payload"), button.get("text")) or _choice(button.get("text"), button.get("text"))


def _choice(option_id: object, title: object) -> Event | None:
    name = identifier(option_id)
    return ChoiceReceived(option_id=name, title=storable(title, NAME_LIMIT_BYTES)) if name else None


_READERS: Final[Mapping[str, Callable[[Json], Event | None]]] = {
    "text": _text,
    "interactive": _interactive,
    "button": _button,
}
_SELF_TELLING: Final = (*_READERS, "location", "image", "audio", "video", "document", "sticker", "contacts", "reaction")
