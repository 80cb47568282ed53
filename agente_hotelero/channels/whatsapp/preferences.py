"""What a guest told WhatsApp about marketing: binding for us, though nobody wrote to us.

https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/reference/user_preferences
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from agente_hotelero.channels.whatsapp.fields import identifier, is_bsuid, moment
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.model.events import InboundEvent, PreferenceChanged
from agente_hotelero.model.ids import Account, Alias, AliasKind

STOPPED: Final[Mapping[str, bool]] = {"stop": True, "resume": False, "signup": False}
MARKETING: Final = (None, "marketing_messages")


def read_preference(item: dict[str, Any], *, account: Account, received_at: datetime) -> InboundEvent | Reason:
    """Read one preference; it has no id of its own, so that the same words of the same second are the same one."""
    value = item.get("value")
    stopped = STOPPED.get(value) if isinstance(value, str) else None
    if stopped is None or item.get("category") not in MARKETING:
        return Reason.UNHANDLED_ITEM
    phone = identifier(item.get("wa_id")).lstrip("+")
    name = phone or identifier(item.get("user_id"))
    if not name:
        return Reason.NO_SENDER
    sent_at = moment(item.get("timestamp"), received_at=received_at)
    seal = blake2b(name.encode(), digest_size=8).hexdigest()
    return InboundEvent(
        account=account,
        external_id=f"preference:{seal}:{item.get('timestamp')}:{value}",
        alias=Alias(AliasKind.BSUID if is_bsuid(name) else AliasKind.PHONE, name),
        event=PreferenceChanged(stopped=stopped),
        sent_at=sent_at,
        address=name,
    )
