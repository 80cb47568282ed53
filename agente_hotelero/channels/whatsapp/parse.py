"""Every entry, change, message and status of a webhook body: each becomes one thing of ours, whatever its neighbours are.

Written by hand rather than with pydantic: a model refuses the whole body for one bad item, and what is left to validate
item by item is a dozen look-ups.
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import orjson
import structlog

from agente_hotelero.channels.whatsapp import news, notices
from agente_hotelero.channels.whatsapp.fields import identifier, mapping, moment, word
from agente_hotelero.channels.whatsapp.inbound import read_echo, read_id_update, read_message
from agente_hotelero.channels.whatsapp.plain import read_plain
from agente_hotelero.channels.whatsapp.preferences import read_preference
from agente_hotelero.channels.whatsapp.statuses import read_status
from agente_hotelero.channels.whatsapp.unreadable import Reason, unreadable
from agente_hotelero.channels.whatsapp.who import Contacts
from agente_hotelero.model.events import AccountNotice, DeliveryReport, InboundEvent, Parsed, Unreadable
from agente_hotelero.model.ids import Account, Channel, HotelId

log = structlog.get_logger()

Json = dict[str, Any]

READABLE_FIELDS: Final = ("messages", "smb_message_echoes", "user_id_update", "user_preferences", None)
"""A change without a field is read by what it holds."""
UPDATES: Final = ("messages", "statuses", "message_echoes", "errors")


_Read = InboundEvent | DeliveryReport | Reason


def parse(
    body: bytes,
    *,
    hotel_of: Callable[[str], HotelId | None],
    accounts: frozenset[str],
    received_at: datetime,
    business_of: Callable[[str], str | None] = lambda _: None,
) -> Parsed:
    """Read a body that somebody signed; never raises, and loses nothing.

    `accounts` are the phone_number_ids that its signer may speak for, `hotel_of` knows whose they are, and `business_of` in which
    business account.
    """
    try:
        document = _decode(body)
    except (ValueError, RecursionError):
        return _refused(body, Reason.NOT_JSON)
    if not isinstance(document, dict) or document.get("object") != "whatsapp_business_account":
        return _refused(body, Reason.WRONG_OBJECT)

    def account_of(name: str) -> Account | None:
        hotel = hotel_of(name) if name in accounts else None
        return None if hotel is None else _account(hotel, name)

    plain = read_plain(document, account_of=account_of, received_at=received_at)
    if plain is not None:
        return Parsed(events=(plain,))
    return walk(document, body, hotel_of=hotel_of, accounts=accounts, received_at=received_at, business_of=business_of)


def walk(
    document: Json,
    body: bytes,
    *,
    hotel_of: Callable[[str], HotelId | None],
    accounts: frozenset[str],
    received_at: datetime,
    business_of: Callable[[str], str | None],
) -> Parsed:
    """Read all that a document holds, whatever its shape; `body` is what it was read from."""
    reading = _Reading(
        body=body, hotel_of=hotel_of, accounts=accounts, received_at=received_at, business_of=business_of
    )
    reading.document(document)
    return Parsed(
        events=tuple(reading.events),
        reports=tuple(reading.reports),
        unreadable=tuple(reading.unreadable),
        notices=tuple(reading.notices),
    )


def _refused(body: bytes, reason: Reason) -> Parsed:
    return Parsed(unreadable=(Unreadable(channel=Channel.WHATSAPP, account="", reason=reason, raw=body),))


def _decode(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # Half an emoji in one guest's text makes orjson refuse all the others; json is slower and takes it.
        return json.loads(body.decode("utf-8", "replace"))


class _Reading:
    """One walk through one body."""

    __slots__ = (
        *("_accounts", "_body", "_business_of", "_hotel_of", "_received_at"),
        *("events", "notices", "reports", "unreadable"),
    )

    def __init__(
        self,
        *,
        body: bytes,
        hotel_of: Callable[[str], HotelId | None],
        accounts: frozenset[str],
        received_at: datetime,
        business_of: Callable[[str], str | None],
    ) -> None:
        self._business_of = business_of
        self._body = body
        self._hotel_of = hotel_of
        self._accounts = accounts
        self._received_at = received_at
        self.events: list[InboundEvent] = []
        self.reports: list[DeliveryReport] = []
        self.unreadable: list[Unreadable] = []
        self.notices: list[AccountNotice] = []

    def document(self, document: Json) -> None:
        for entry in self._items(document, "entry"):
            for change in self._items(entry, "changes"):
                self._change(change)
                self._notices_in(change, mapping(entry))

    def _notices_in(self, change: Any, entry: Json) -> None:
        if word(mapping(change).get("field")) not in notices.FIELDS:
            return
        try:
            self._notice(change, entry)
        except Exception as error:  # noqa: BLE001 - the change itself is kept: what it decides must not refuse its whole POST
            log.error("whatsapp_notice_unreadable", error=type(error).__name__)  # noqa: TRY400 - a traceback would quote it

    def _notice(self, change: Json, entry: Json) -> None:
        """Such a change names no number of ours: it is about all of its business account that its signer speaks for."""
        business = identifier(entry.get("id"))
        accounts = [
            _account(hotel, name)
            for name in sorted(self._accounts)
            if (hotel := self._hotel_of(name)) is not None and self._business_of(name) in (None, business)
        ]
        self.notices += notices.read_notices(
            change, accounts, at=moment(entry.get("time"), received_at=self._received_at)
        )

    def _items(self, holder: Any, key: str) -> list[Any]:
        """Give the list under a key; a holder that has none is an item by itself."""
        items = mapping(holder).get(key)
        if isinstance(items, list) and items:
            return items
        self._refuse(holder, Reason.WRONG_SHAPE if items else Reason.NOTHING_INSIDE)
        return []

    def _change(self, change: Any) -> None:
        value = mapping(change).get("value")
        if not isinstance(value, dict):
            return self._refuse(change, Reason.WRONG_SHAPE)
        name = identifier(mapping(value.get("metadata")).get("phone_number_id"))
        if change.get("field") not in READABLE_FIELDS:
            return self._tell(change, value, name)
        hotel = self._hotel_of(name) if name else None
        if hotel is None:
            return self._refuse(change, Reason.UNKNOWN_ACCOUNT, name)
        if name not in self._accounts:
            return self._refuse(change, Reason.FOREIGN_ACCOUNT, name)
        return self._value(change, value, _account(hotel, name))

    def _value(self, change: Json, value: Json, account: Account) -> None:
        contacts = Contacts(value)
        updates = _updates(value)
        for key, item in updates:
            self._keep(item, self._read(key, item, contacts, account), account.name)
        if not updates:
            self._refuse(change, Reason.NOTHING_INSIDE, account.name)

    def _read(self, key: str, item: Any, contacts: Contacts, account: Account) -> _Read:
        if not isinstance(item, dict):
            return Reason.WRONG_SHAPE
        try:
            return _read(key, item, contacts, account, self._received_at)
        except Exception as error:  # noqa: BLE001 - our fault in one item must not refuse its whole POST for seven days
            # Neither message nor traceback: they may quote the guest.
            log.error("whatsapp_item_unreadable", account=account.name, error=type(error).__name__)  # noqa: TRY400 - a traceback would quote the guest
            return Reason.OUR_FAULT

    def _keep(self, item: Any, read: _Read, account: str) -> None:
        match read:
            case InboundEvent():
                self.events.append(read)
            case DeliveryReport():
                self.reports.append(read)
            case Reason():
                self._refuse(item, read, account)

    def _refuse(self, piece: Any, reason: Reason, account: str = "") -> None:
        # What Meta says is wrong with an account is for whoever looks after it.
        urgent = reason is Reason.ACCOUNT_ERROR
        self.unreadable.append(unreadable(piece, reason=reason, account=account, body=self._body, urgent=urgent))

    def _tell(self, change: Json, value: Json, account: str) -> None:
        """Keep what is no guest's, whoever it is about: news of an account names no number of it."""
        field = news.field_of(change)
        if field is None:
            return self._refuse(change, Reason.UNHANDLED_FIELD, account)
        event = news.event_of(value)
        urgent = news.is_urgent(field, event)
        kept = unreadable(change, reason=field, account=account, body=self._body, urgent=urgent, event=event)
        return self.unreadable.append(kept)


@lru_cache(maxsize=1024)
def _account(hotel: HotelId, name: str) -> Account:
    return Account(hotel, Channel.WHATSAPP, name)


def _updates(value: Json) -> list[tuple[str, Any]]:
    """List what happened; a list under a key that we don't know holds updates too, anything else tells about them."""
    updates: list[tuple[str, Any]] = []
    for key, items in value.items():
        if isinstance(items, list) and key != "contacts":
            updates += [(key, item) for item in items]
        elif items is not None and key in UPDATES:
            updates.append((key, items))
    return updates


def _read(key: str, item: Json, contacts: Contacts, account: Account, received_at: datetime) -> _Read:  # noqa: PLR0911 - an arm a kind
    match key:
        case "messages":
            return read_message(item, contacts=contacts, account=account, received_at=received_at)
        case "message_echoes":
            return read_echo(item, contacts=contacts, account=account, received_at=received_at)
        case "user_preferences":
            return read_preference(item, account=account, received_at=received_at)
        case "user_id_update":
            return read_id_update(item, contacts=contacts, account=account, received_at=received_at)
        case "statuses":
            return read_status(item, account=account, received_at=received_at)
        case "errors":
            return Reason.ACCOUNT_ERROR
        case _:
            return Reason.UNHANDLED_ITEM
