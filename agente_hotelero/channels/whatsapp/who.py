"""Who sent a message: every name that it carries, so that its guest is found later under any of them."""

from typing import Any, Final, NamedTuple

from agente_hotelero.channels.whatsapp.fields import (
    NAME_LIMIT_BYTES,
    identifier,
    is_bsuid,
    is_parent,
    listing,
    mapping,
    storable,
)
from agente_hotelero.model.ids import Alias, AliasKind

Json = dict[str, Any]


class _Contact(NamedTuple):
    """An entry of `contacts`, with the names that it goes by; a name is empty where there is none."""

    phone: str
    user_id: str
    parent: str
    entry: Json


NOBODY: Final = _Contact("", "", "", {})


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


class Person(NamedTuple):
    """The guest: `alias` is where answers go, `names` are all of theirs if there are more, `formerly` what they gave up."""

    alias: Alias
    profile_name: str | None = None
    names: tuple[Alias, ...] = ()
    formerly: tuple[Alias, ...] = ()


def phone_or_id(value: object) -> str:
    """A wa_id, which Meta writes without plus; it has sent ids in its place."""
    return identifier(value).lstrip("+")


def sender(message: Json, contacts: Contacts) -> Person | None:
    """Who wrote it; None where nothing says."""
    said, user_id = phone_or_id(message.get("from")), identifier(message.get("from_user_id"))
    return _person(said, user_id, identifier(message.get("from_parent_user_id")), contacts)


def addressee(echo: Json, contacts: Contacts) -> Person | None:
    """Whom staff wrote to."""
    said, user_id = phone_or_id(echo.get("to")), identifier(echo.get("to_user_id"))
    return _person(said, user_id, identifier(echo.get("to_parent_user_id")), contacts)


def renamed(message: Json, contacts: Contacts) -> Person | None:
    """Who has another number or id now, as a message of type `system` says; None where it says nothing of that."""
    system = mapping(message.get("system"))
    said = phone_or_id(message.get("from"))
    number = phone_or_id(system.get("wa_id")) or phone_or_id(system.get("new_wa_id"))
    now = aliases(number, identifier(system.get("user_id")), identifier(system.get("parent_user_id")))
    before = aliases(
        said, identifier(system.get("previous_user_id")), identifier(system.get("previous_parent_user_id"))
    )
    says_so = number or any(name.value != said for name in before)
    return _renamed(now, before, contacts.find(said, "")) if says_so else None


def given_another_id(update: Json, contacts: Contacts) -> Person | None:
    """Who has another id now, as an item of the field `user_id_update` says."""
    number = phone_or_id(update.get("wa_id"))
    ids, parents = mapping(update.get("user_id")), mapping(update.get("parent_user_id"))
    now = aliases(number, identifier(ids.get("current")), identifier(parents.get("current")))
    before = aliases("", identifier(ids.get("previous")), identifier(parents.get("previous")))
    return _renamed(now, before, contacts.find(number, ""))


def _renamed(now: tuple[Alias, ...], before: tuple[Alias, ...], contact: _Contact) -> Person | None:
    formerly = tuple(name for name in before if name not in now)
    if not now or not formerly:
        return None
    # A number where there is one: the new one, and never that which is somebody else's soon.
    alias = next((name for name in now if name.kind is AliasKind.PHONE), now[0])
    return Person(alias, _profile_name(contact), now, formerly)


def aliases(phone: str, user_id: str, parent: str) -> tuple[Alias, ...]:
    """The names as they are stored, each by what it is: Meta has sent ids where numbers stand."""
    found = {_kind(name, kind): name for name, kind in ((phone, AliasKind.PHONE), (user_id, AliasKind.BSUID)) if name}
    if parent:
        found[AliasKind.PARENT] = parent
    return tuple(Alias(kind, name) for kind, name in found.items())


def _kind(name: str, kind: AliasKind) -> AliasKind:
    if not is_bsuid(name):
        return kind
    return AliasKind.PARENT if is_parent(name) else AliasKind.BSUID


def _contact(entry: Json) -> _Contact:
    return _Contact(
        phone_or_id(entry.get("wa_id")),
        identifier(entry.get("user_id")),
        identifier(entry.get("parent_user_id")),
        entry,
    )


def _person(said: str, user_id: str, parent: str, contacts: Contacts) -> Person | None:
    """Prefer the phone to answer to: it is the name that a guest keeps, and had before there were others."""
    contact = contacts.find(said, user_id)
    phone = said if said and not is_bsuid(said) else ""
    if not phone and contact.phone and not is_bsuid(contact.phone):
        phone = contact.phone
    user_id = user_id or (said if said != phone else "") or contact.user_id or (contact.phone if not phone else "")
    parent = parent or contact.parent
    if phone and not user_id and not parent:
        return Person(Alias(AliasKind.PHONE, phone), _profile_name(contact))
    names = aliases(phone, user_id, parent)
    return Person(names[0], _profile_name(contact), names if len(names) > 1 else ()) if names else None


def _profile_name(contact: _Contact) -> str | None:
    return storable(mapping(contact.entry.get("profile")).get("name"), NAME_LIMIT_BYTES) or None
