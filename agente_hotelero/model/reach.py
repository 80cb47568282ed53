"""How a guest can be reached at a moment: what storage knows of it."""

from dataclasses import field
from datetime import datetime, timedelta
from typing import Final

from agente_hotelero.model.events import Event, OtherReceived
from agente_hotelero.model.ids import Account, GuestId
from agente_hotelero.model.lines import Purpose
from agente_hotelero.model.values import value

WINDOW: Final = timedelta(hours=24)
"""How long after a guest's message WhatsApp lets a business write what it likes, by the message's own time."""
MARGIN: Final = timedelta(minutes=5)
"""Meta's clock may run before ours, and a POST takes its time."""
NO_MESSAGES: Final = frozenset({"reaction", "system", "revoke", "group"})
"""Of what a guest does, what may not count as having written to us."""
NOT_WRITTEN: Final = (
    *("timer", "settled", "replied", "gave_back", "took_over", "notice"),
    *("preference", "edited", "revoked", "renamed"),
)
"""Events, as they are stored, that are no message of the guest's. Of what we don't know WhatsApp itself would tell us."""


@value
class Reach:
    """What decides whether one message may go out now.

    `heard_at` is when the guest last wrote to the account that it would go from; `quiet` says that nothing unasked goes to
    them, or from that account, for a while. `said_at` is when its turn was committed.
    """

    heard_at: datetime | None
    purpose: Purpose = Purpose.ANSWER
    language: str | None = None
    guest_name: str | None = None
    opted_out: bool = False
    quiet: bool = False
    said_at: datetime | None = field(default=None, compare=False)


@value
class Quiet:
    """Nothing unasked for a while: to one guest, or with none to everybody of an account. Without `until`, for good."""

    account: Account
    guest_id: GuestId | None
    reason: str
    at: datetime
    until: datetime | None


def opens_window(event: Event) -> bool:
    """Whether it is a message of the guest's, which lets us write for a day."""
    if isinstance(event, OtherReceived):
        return event.what not in NO_MESSAGES
    return event.type not in NOT_WRITTEN
