"""What becomes of a piece that we can't read: kept as bytes, with a reason short enough for a metric."""

import json
from enum import StrEnum
from typing import Any

from agente_hotelero.model.events import Unreadable
from agente_hotelero.model.ids import Channel


class Reason(StrEnum):
    """Why a piece of a webhook went to quarantine."""

    NOT_JSON = "not_json"
    WRONG_OBJECT = "wrong_object"
    """Not a `whatsapp_business_account` document."""
    NOTHING_INSIDE = "nothing_inside"
    """No entry, no change, or a change with no update in it."""
    WRONG_SHAPE = "wrong_shape"
    """An object where Meta has a list, or the other way round."""
    UNKNOWN_ACCOUNT = "unknown_account"
    """Its phone_number_id belongs to no hotel here."""
    FOREIGN_ACCOUNT = "foreign_account"
    """One app's secret signed for another app's account."""
    UNHANDLED_FIELD = "unhandled_field"
    """Something new of Meta's; what it tells of accounts has its field's own name for a reason (`news.py`)."""
    ACCOUNT_ERROR = "account_error"
    UNHANDLED_ITEM = "unhandled_item"
    UNHANDLED_STATUS = "unhandled_status"
    NO_ID = "no_id"
    NO_SENDER = "no_sender"
    ECHO_OF_BOT = "echo_of_bot"
    """Meta's own bot answered the guest: no person took over."""
    ECHO_IN_GROUP = "echo_in_group"
    """Staff wrote to many people: no guest was taken over by it."""
    OUR_FAULT = "our_fault"
    """Our reader failed on it."""


def unreadable(
    piece: Any, *, reason: str, account: str, body: bytes, urgent: bool = False, event: str = ""
) -> Unreadable:
    """Put a piece aside; `body` is the POST it came in."""
    raw = _raw(piece, body)
    return Unreadable(channel=Channel.WHATSAPP, account=account, reason=reason, raw=raw, urgent=urgent, event=event)


def _raw(piece: Any, body: bytes) -> bytes:
    try:
        # json, not orjson: it writes lone surrogates as they came.
        return json.dumps(piece, separators=(",", ":")).encode()
    except RecursionError:
        return body
