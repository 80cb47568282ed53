"""The commonest webhook, one text of one guest, read in one go: a walk through all that a body may hold costs three times that.

It says what the walk would say, or nothing: whatever looks any different goes the long way. Both are compared by
`tests/property/test_whatsapp_plain.py`.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from agente_hotelero.channels.whatsapp.fields import (
    ID_LIMIT_BYTES,
    NAME_LIMIT_BYTES,
    identifier,
    is_bsuid,
    is_parent,
    moment,
    storable,
)
from agente_hotelero.channels.whatsapp.who import aliases
from agente_hotelero.model.events import InboundEvent, TextReceived
from agente_hotelero.model.ids import Account, Alias, AliasKind

Json = dict[str, Any]

OF_A_VALUE: Final = frozenset({"messaging_product", "metadata", "contacts", "messages"})
OF_A_MESSAGE: Final = frozenset({"from", "from_user_id", "id", "timestamp", "type", "text"})
OF_A_CONTACT: Final = frozenset({"profile", "wa_id", "user_id"})


def read_plain(
    document: Json, *, account_of: Callable[[str], Account | None], received_at: datetime
) -> InboundEvent | None:
    """Read a body that holds one text and nothing else; None where it may hold anything else."""
    try:
        (entry,) = document["entry"]
        (change,) = entry["changes"]
        value = change["value"]
        if change["field"] != "messages" or value.keys() != OF_A_VALUE or value["messaging_product"] != "whatsapp":
            return None
        (message,), (contact,) = value["messages"], value["contacts"]
        if message["type"] != "text" or not (message.keys() <= OF_A_MESSAGE and contact.keys() <= OF_A_CONTACT):
            return None
        account = account_of(value["metadata"]["phone_number_id"])
        return None if account is None else _event(message, contact, account, received_at)
    except (AttributeError, KeyError, TypeError, ValueError):
        # Another shape than we thought, wherever it was.
        return None


def _event(message: Json, contact: Json, account: Account, received_at: datetime) -> InboundEvent | None:
    phone, external_id, text = message["from"], identifier(message["id"]), storable(message["text"]["body"])
    if not _is_number(phone) or contact["wa_id"] != phone or not external_id or not text.strip():
        return None
    profile = contact["profile"]["name"] if "profile" in contact else None
    return InboundEvent(
        account=account,
        external_id=external_id,
        alias=Alias(AliasKind.PHONE, phone),
        event=TextReceived(text=text),
        sent_at=moment(message["timestamp"], received_at=received_at),
        address=phone,
        profile_name=storable(profile, NAME_LIMIT_BYTES) or None,
        names=_names(phone, message, contact),
    )


def _is_number(name: object) -> bool:
    return type(name) is str and name.isascii() and name.isdecimal() and len(name) <= ID_LIMIT_BYTES


def _names(phone: str, message: Json, contact: Json) -> tuple[Alias, ...]:
    """All names of a guest who has an id too; raises ValueError where they are not what they should be."""
    if "from_user_id" not in message and "user_id" not in contact:
        return ()
    said: str = message.get("from_user_id") or contact["user_id"]
    if contact.get("user_id", said) != said or is_parent(said) or not is_bsuid(said):
        raise ValueError("names that contradict each other, or are none")
    return aliases(phone, said, "")
