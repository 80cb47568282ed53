"""Finds guests for the person at the desk: by number, mail or reservation."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from agente_hotelero.model import phones
from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.office import FoundGuest
from agente_hotelero.storage.links import Pool

# Names and reservations are looked through once each, whatever the number of guests.
FIND: Final = """
SELECT g.id, g.hotel, g.profile_name, g.created_at,
       (SELECT array_agg(a.kind || ' ' || a.value ORDER BY a.kind, a.value) FROM guest_alias a WHERE a.guest_id = g.id) AS aliases,
       (SELECT array_agg(r.code ORDER BY r.created_at) FROM reservation r
        WHERE r.guest_id = g.id AND r.kind = 'reserve' AND r.code IS NOT NULL) AS codes,
       (SELECT c.updated_at FROM conversation c WHERE c.guest_id = g.id) AS last_seen
FROM guest g
WHERE ($4::text IS NULL OR g.hotel = $4) AND g.id IN (
    SELECT a.guest_id FROM guest_alias a
    WHERE a.value = ANY($1) OR lower(a.value) = lower($3) OR (a.kind = 'phone' AND right(a.value, 8) = ANY($2))
    UNION ALL
    SELECT r.guest_id FROM reservation r
    WHERE upper(r.code) = upper($3) OR upper(r.client_ref) = upper($3) OR lower(r.request->'booker'->>'email') = lower($3)
)
ORDER BY g.id LIMIT 50
"""
TAIL: Final = 8
PHONE: Final = "phone "
RegionOf = Callable[[HotelId], str | None]


class PostgresGuests:
    """Reads guests, of one hotel or of all."""

    def __init__(self, pool: Pool, *, hotel: HotelId | None = None) -> None:
        self._pool = pool
        self._hotel = hotel

    async def find(self, words: str, *, region_of: RegionOf | None = None) -> list[FoundGuest]:
        """By phone number in any form, e-mail, or reservation code.

        A number's last eight digits decide, or with `region_of` (hotel → the country where its staff type numbers)
        whether it is the same line in E.164; aliases are then shown so.
        """
        words = words.strip()
        digits = phones.digits(words)
        tails = [digits[-TAIL:]] if len(digits) >= TAIL else []
        found = [_guest(record) for record in await self._pool.fetch(FIND, [words, digits], tails, words, self._hotel)]
        if region_of is None:
            return found
        return [_in_e164(guest) for guest in found if not tails or _is_meant(guest, words, region_of(guest.hotel))]


def _guest(record: Any) -> FoundGuest:
    return FoundGuest(
        id=GuestId(record["id"]),
        hotel=HotelId(record["hotel"]),
        name=record["profile_name"],
        aliases=tuple(record["aliases"] or ()),
        codes=tuple(record["codes"] or ()),
        last_seen=record["last_seen"],
    )


def _is_meant(guest: FoundGuest, words: str, region: str | None) -> bool:
    """Tell whether it is this guest's number, where that is all that brought them up."""
    numbers = [alias.removeprefix(PHONE) for alias in guest.aliases if alias.startswith(PHONE)]
    alike = [number for number in numbers if phones.digits(number).endswith(phones.digits(words)[-TAIL:])]
    return not alike or any(phones.same(number, words, region=region, advanced=True) for number in alike)


def _in_e164(guest: FoundGuest) -> FoundGuest:
    shown = tuple(
        PHONE + phones.from_channel(alias.removeprefix(PHONE), advanced=True) if alias.startswith(PHONE) else alias
        for alias in guest.aliases
    )
    return replace(guest, aliases=shown)
