"""One status of a message of ours, read into a report."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from agente_hotelero.channels.whatsapp.fields import identifier, listing, mapping, moment
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import DeliveryReport, DeliveryState
from agente_hotelero.model.ids import Account

STATES: Final[Mapping[str, DeliveryState]] = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "played": DeliveryState.READ,  # a voice note: heard, so read
    "failed": DeliveryState.FAILED,
}
INT4: Final = 2**31
INT8: Final = 2**63


def read_status(status: dict[str, Any], *, account: Account, received_at: datetime) -> DeliveryReport | Reason:
    """Read a status; `deleted`, `warning` and what comes later are no step of a delivery."""
    state = status.get("status")
    known = STATES.get(state) if isinstance(state, str) else None
    provider_id = identifier(status.get("id"))
    if known is None:
        return Reason.UNHANDLED_STATUS
    if not provider_id:
        return Reason.NO_ID
    return DeliveryReport(
        account=account,
        provider_id=provider_id,
        state=known,
        at=moment(status.get("timestamp"), received_at=received_at),
        outbox_id=_outbox_id(status.get("biz_opaque_callback_data")),
        error_code=_error_code(status),
    )


def _outbox_id(data: object) -> int | None:
    """Take back what compose.py sent along; another program on the same number may send anything."""
    if not isinstance(data, str) or not (data.isascii() and data.isdigit()) or len(data) > len(str(INT8)):
        return None
    number = int(data)
    return number if 0 < number < INT8 and str(number) == data else None


def _error_code(status: dict[str, Any]) -> int | None:
    code = next((mapping(error).get("code") for error in listing(status.get("errors"))), None)
    return code if type(code) is int and -INT4 <= code < INT4 else None
