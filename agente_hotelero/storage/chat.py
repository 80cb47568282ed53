"""A web chat's lines, both sides', in the order in which its page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from pydantic import ValidationError

from agente_hotelero.model.events import ChoiceReceived, TextReceived
from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.messages import OneTimeCode, OutboundMessage, Several
from agente_hotelero.storage import codec
from agente_hotelero.storage.links import Pool

log = structlog.get_logger(__name__)

GUEST: Final = "SELECT guest_id FROM guest_alias WHERE hotel = $1 AND kind = 'session' AND value = $2"
# The two lanes commit on their own, so a line may become visible below one that was read already: the last
# minute is read again, and readers drop what they know. A page shows its own session's lines: a guest may have more than one, and
# write elsewhere too.
LINES: Final = """
SELECT * FROM (
    SELECT id AS n, external_id, event AS content, received_at AS at, true AS interactive
    FROM inbox WHERE guest_id = $1 AND channel = 'webchat' AND address = $3 AND (id > $2 OR received_at > now() - interval '1 minute')
    UNION ALL
    SELECT id, NULL, message, created_at, interactive
    FROM outbox WHERE guest_id = $1 AND channel = 'webchat' AND address = $3 AND status = 'sent'
        AND (id > $2 OR created_at > now() - interval '1 minute')
    ORDER BY n DESC LIMIT 400
) newest ORDER BY n
"""
DELIVERED: Final = """
UPDATE outbox SET delivery = 'delivered'
WHERE guest_id = $1 AND channel = 'webchat' AND address = $3 AND id <= $2 AND status = 'sent' AND delivery = 'sent'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRow:
    """One line; `external_id` names the guest's own, and is None for ours."""

    n: int
    external_id: str | None
    said: OutboundMessage | str
    at: datetime
    interactive: bool


class PostgresChat:
    """Reads what a web chat page shows."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def guest_of(self, hotel: HotelId, session: str) -> GuestId | None:
        """The guest behind a session, once they wrote something."""
        rows = await self._pool.fetch(GUEST, hotel, session)
        return GuestId(rows[0]["guest_id"]) if rows else None

    async def lines(self, guest: GuestId, session: str, *, after: int) -> Sequence[ChatRow]:
        """The newest lines of a session with n > after, oldest first; lines of the last minute come again."""
        records = await self._pool.fetch(LINES, guest, after, session)
        return [line for record in records if (line := _readable(record)) is not None]

    async def delivered(self, guest: GuestId, session: str, *, up_to: int) -> None:
        """The page showed everything up to n."""
        await self._pool.fetch(DELIVERED, guest, up_to, session)


def _readable(record: Any) -> ChatRow | None:
    """One line; None for what a newer version of this program said, which a page of that version shows."""
    try:
        return _line(record)
    except ValidationError:  # its text quotes the line
        log.error("chat_line_unreadable", n=record["n"])  # noqa: TRY400 - a traceback would quote it
        return None


def _line(record: Any) -> ChatRow:
    external_id = record["external_id"]
    return ChatRow(
        n=record["n"],
        external_id=external_id,
        said=_message(record["content"]) if external_id is None else _words(record["content"]),
        at=record["at"],
        interactive=record["interactive"],
    )


def _message(content: str) -> OutboundMessage:
    message = codec.MESSAGE.validate_json(content)
    assert not isinstance(message, Several | OneTimeCode), "in web chat each message is a line, and no code goes there"
    return message


def _words(content: str) -> str:
    match codec.EVENT.validate_json(content):
        case TextReceived(text=said) | ChoiceReceived(title=said):
            return said
        case _:
            return ""
