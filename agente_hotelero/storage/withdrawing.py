"""What a guest took back is gone from what is stored; what was written anew or taken back and comes only now is dropped."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from agente_hotelero.model.events import InboundEvent, MessageEdited, MessageRevoked
from agente_hotelero.model.ids import Account
from agente_hotelero.model.journal import Stored

# POSTs overtake each other: the message itself may come after what changed it, and must not count then.
COUNT_AS_SEEN: Final = """
INSERT INTO seen (key) SELECT DISTINCT decode(name, 'hex') FROM unnest($1::text[]) AS t(name) ORDER BY 1 ON CONFLICT DO NOTHING
"""
# Only the guest's own, and every version that they wrote of it; what they sent with it is removed next.
ERASE: Final = """
WITH erased AS (
    UPDATE inbox SET event = '{"type": "other", "what": "revoke"}'
    WHERE guest_id = $1 AND channel <> 'system' AND channel = $2 AND account = $3 AND id <> $5
    AND (external_id = $4 OR (event->>'type' = 'edited' AND event->>'original' = $4))
    RETURNING id
)
UPDATE media SET state = 'unwanted', next_at = now(), name = NULL WHERE inbox_id = ANY (ARRAY(SELECT id FROM erased))
"""


def concerns_another(event: InboundEvent) -> bool:
    """Tell whether it changes what an earlier message said."""
    return isinstance(event.event, MessageEdited | MessageRevoked)


async def withdraw(
    connection: Any,
    events: Sequence[InboundEvent],
    stored: Sequence[Stored],
    *,
    seen_name: Callable[[Account, str], str],
) -> None:
    """Do it for those events of a batch that are new; `seen_name` names an external id in `seen`, in hex."""
    new = [(event, one.row) for event, one in zip(events, stored, strict=True) if one.row is not None]
    names = [
        seen_name(event.account, event.event.original)
        for event, _ in new
        if isinstance(event.event, MessageEdited | MessageRevoked)
    ]
    if names:
        await connection.fetch(COUNT_AS_SEEN, names)
    for event, row in new:
        if isinstance(event.event, MessageRevoked):
            account = event.account
            await connection.fetch(ERASE, row.guest_id, account.channel, account.name, event.event.original, row.id)
