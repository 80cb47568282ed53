"""What a push of Google's Pub/Sub hints at, who may push, and how one is refused. Here is nothing that takes long to import."""

import base64
import binascii
from dataclasses import dataclass
from enum import Enum
from typing import Final

import orjson

from agente_hotelero.channels.gmail.shapes import history_id
from agente_hotelero.model.values import value

ADDRESS_LIMIT: Final = 320


@dataclass(frozen=True, slots=True)
class Pusher:
    """Who pushes for a mailbox: a service account, in a token made for this audience."""

    audience: str
    service_account: str


class Refusal(Enum):
    """Why a push is not let in."""

    UNKNOWN = "the token is missing, or none that Google signed for us"
    NOT_ALLOWED = "the token is Google's, and not the push service account's"


@value
class Hint:
    """There may be news in a mailbox; nothing else of a push is believed. `address` is in small letters."""

    address: str
    history_id: int


def read_hint(body: bytes) -> Hint | None:
    """Read `{"message": {"data": base64 of {"emailAddress", "historyId"}}}`; None for anything else."""
    try:
        message = _field(orjson.loads(body), "message")
        data = orjson.loads(_decoded_data(_field(message, "data")))
    except (orjson.JSONDecodeError, binascii.Error, ValueError):
        return None
    address, number = _field(data, "emailAddress"), history_id(_field(data, "historyId"))
    if not isinstance(address, str) or not 0 < len(address) <= ADDRESS_LIMIT or number is None:
        return None
    return Hint(address=address.lower(), history_id=number)


def _field(said: object, name: str) -> object:
    return said.get(name) if isinstance(said, dict) else None


def _decoded_data(data: object) -> bytes:
    # Documented as base64, seen as URL-safe base64 too.
    text = data.replace("-", "+").replace("_", "/") if isinstance(data, str) else ""
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
