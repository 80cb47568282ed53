"""Finds guests for the person at the desk: by number, mail or reservation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.storage.links import Pool

# Names and reservations are looked through once each, whatever the number of guests.
FIND: Final = """
SELECT g.id, g.hotel, g.profile_name, g.created_at,
       (SELECT array_agg(a.kind || ' ' || a.value ORDER BY a.kind, a.value) FROM guest_alias a WHERE a.guest_id = g.id) AS aliases,
       (SELECT array_agg(r.code ORDER BY r.created_at) FROM reservation r
        WHERE r.guest_id = g.id AND r.kind = 'reserve' AND r.code IS NOT NULL) AS codes,
       (SELECT c.updated_at FROM conversation c WHERE c.guest_id = g.id) AS last_seen
FROM guest g
WHERE g.id IN (
    SELECT a.guest_id FROM guest_alias a
    WHERE a.value = ANY($1) OR lower(a.value) = lower($3) OR (a.kind = 'phone' AND right(a.value, 8) = ANY($2))
    UNION ALL
    SELECT r.guest_id FROM reservation r
    WHERE upper(r.code) = upper($3) OR upper(r.client_ref) = upper($3) OR lower(r.request->'booker'->>'email') = lower($3)
)
ORDER BY g.id LIMIT 50
"""
TAIL: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundGuest:
    """One guest of one hotel."""

    id: GuestId
    hotel: HotelId
    name: str | None
    aliases: tuple[str, ...]
    codes: tuple[str, ...]
    last_seen: datetime | None


class PostgresGuests:
    """Reads guests."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, words: str) -> list[FoundGuest]:
        """By phone number in any form (its last eight digits decide), e-mail, or reservation code."""
        words = words.strip()
        digits = "".join(letter for letter in words if letter.isdigit())
        tails = [digits[-TAIL:]] if len(digits) >= TAIL else []
        return [
            FoundGuest(
                id=GuestId(r["id"]),
                hotel=HotelId(r["hotel"]),
                name=r["profile_name"],
                aliases=tuple(r["aliases"] or ()),
                codes=tuple(r["codes"] or ()),
                last_seen=r["last_seen"],
            )
            for r in await self._pool.fetch(FIND, [words, digits], tails, words)
        ]
