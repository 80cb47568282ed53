"""What mail has to know across restarts: how far a mailbox was read, whom we answered lately, and what we answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from agente_hotelero.model.ids import Account
from agente_hotelero.model.mail import Letterhead
from agente_hotelero.storage import codec
from agente_hotelero.storage.links import Fetches

CURSOR: Final = "SELECT cursor FROM mailbox WHERE hotel = $1 AND address = $2"
KEEP: Final = """
INSERT INTO mailbox (hotel, address, cursor) VALUES ($1, $2, $3)
ON CONFLICT (hotel, address) DO UPDATE SET cursor = excluded.cursor, read_at = now()
"""
ANSWERS: Final = """
SELECT address, count(*) AS count FROM outbox
WHERE channel = 'email' AND account = $1 AND address = ANY ($2) AND created_at > $3 AND hotel = $4
GROUP BY address
"""
# Both directions are counted by one sequence: what is below an answer came before it.
ANSWERED: Final = """
SELECT i.event->'mail' AS mail FROM outbox o JOIN inbox i ON i.guest_id = o.guest_id AND i.id < o.id
WHERE o.id = $1 AND i.channel = 'email' AND i.account = o.account AND i.address = o.address
ORDER BY i.id DESC LIMIT 1
"""


class PostgresMail:
    """The ledger of mailboxes, and the threads of what goes out."""

    def __init__(self, link: Fetches) -> None:
        self._link = link

    async def cursor(self, account: Account) -> str | None:
        """Where to go on reading; None where it was never read."""
        records = await self._link.fetch(CURSOR, account.hotel, account.name)
        return str(records[0]["cursor"]) if records else None

    async def keep(self, account: Account, cursor: str) -> None:
        """Go on from there after a restart."""
        await self._link.fetch(KEEP, account.hotel, account.name, cursor)

    async def answers(self, account: Account, addresses: Sequence[str], since: datetime) -> Mapping[str, int]:
        """How many messages were made for each of these addresses since then."""
        rows = await self._link.fetch(ANSWERS, account.name, list(addresses), since, account.hotel)
        return {row["address"]: row["count"] for row in rows}

    async def answered(self, outbox_id: int) -> Letterhead | None:
        """Give the last mail of the same guest to the same mailbox before that message."""
        records = await self._link.fetch(ANSWERED, outbox_id)
        mail = records[0]["mail"] if records else None
        return None if mail in (None, "null") else codec.LETTERHEAD.validate_json(mail)
