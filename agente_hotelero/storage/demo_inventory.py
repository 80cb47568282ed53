"""The demo PMS's inventory in Postgres: prices by night, and no room sold twice."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import orjson

from agente_hotelero.errors import PmsUnavailableError, StorageUnavailableError
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import (
    Offer,
    Party,
    PmsReservation,
    ReservationRequest,
    ReservationStatus,
    RoomType,
    Stay,
)
from agente_hotelero.storage.links import Pool

SEED: Final = """
INSERT INTO demo_room_type (hotel, key, name, capacity, rooms, base_price, currency, photo) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (hotel, key) DO UPDATE SET name = excluded.name, capacity = excluded.capacity, rooms = excluded.rooms,
    base_price = excluded.base_price, currency = excluded.currency, photo = excluded.photo
"""
ROOMS: Final = "SELECT * FROM demo_room_type WHERE hotel = $1 ORDER BY capacity, base_price"
OFFERS: Final = """
SELECT t.*, demo_rooms_left(t.hotel, t.key, $2, $3) AS rooms_left,
       (SELECT sum(demo_night_price(t.base_price, night::date)) FROM generate_series($2::date, $3::date - 1, interval '1 day') n(night)) AS total
FROM demo_room_type t
WHERE t.hotel = $1 AND t.capacity >= $4 AND demo_rooms_left(t.hotel, t.key, $2, $3) > 0
ORDER BY total
"""
# The room type's row is the lock: two guests for the last room come one after the other.
LOCK: Final = "SELECT name FROM demo_room_type WHERE hotel = $1 AND key = $2 FOR UPDATE"
LEFT: Final = "SELECT demo_rooms_left($1, $2, $3, $4)"
TAKE: Final = """
INSERT INTO demo_reservation (hotel, code, client_ref, room_type, check_in, check_out, adults, children, total, currency, booker)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
"""
FIND: Final = """
SELECT r.*, t.name AS room_type_name FROM demo_reservation r JOIN demo_room_type t ON t.hotel = r.hotel AND t.key = r.room_type
WHERE r.hotel = $1 AND
"""
BY_REFERENCE: Final = FIND + "r.client_ref = $2 ORDER BY r.serial"
BY_CODE: Final = FIND + "r.code = $2"
CANCEL: Final = "UPDATE demo_reservation SET status = 'cancelled' WHERE hotel = $1 AND code = $2 RETURNING code"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A room type to sell; `base_price` is a weekday's in low season."""

    room_type: RoomType
    rooms: int
    base_price: Decimal
    currency: str


class PostgresDemoInventory:
    """Implements the demo PMS's inventory."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def seed(self, hotel: HotelId, seeds: Sequence[Seed]) -> None:
        """Set what a hotel sells; what is reserved stays."""
        for seed in seeds:
            room = seed.room_type
            await self._pool.fetch(
                SEED, hotel, room.key, room.name, room.capacity, seed.rooms, seed.base_price, seed.currency, room.photo
            )

    async def rooms(self, hotel: HotelId) -> Sequence[RoomType]:
        """All room types."""
        async with _pms_words():
            return [_room(record) for record in await self._pool.fetch(ROOMS, hotel)]

    async def offers(self, hotel: HotelId, stay: Stay, party: Party) -> Sequence[Offer]:
        """What is free, cheapest first."""
        async with _pms_words():
            rows = await self._pool.fetch(OFFERS, hotel, stay.check_in, stay.check_out, party.people)
        return [
            Offer(
                room_type=_room(record),
                stay=stay,
                party=party,
                rooms_left=record["rooms_left"],
                total=Money.of(record["total"], record["currency"]),
                fetched_at=datetime.now(UTC),
            )
            for record in rows
        ]

    async def reserve(self, hotel: HotelId, request: ReservationRequest, *, code: str) -> bool:
        """Take a room, or answer that there is none."""
        stay, party, total = request.stay, request.party, request.total
        booker = orjson.dumps(request.booker).decode()
        key = request.room_type_key
        async with _pms_words(), self._pool.transaction() as connection:
            if await connection.fetchval(LOCK, hotel, key) is None:
                return False
            if await connection.fetchval(LEFT, hotel, key, stay.check_in, stay.check_out) < 1:
                return False
            values = (stay.check_in, stay.check_out, party.adults, party.children, total.amount, total.currency, booker)
            await connection.execute(TAKE, hotel, code, request.client_ref, key, *values)
        return True

    async def by_reference(self, hotel: HotelId, client_ref: ClientRef) -> Sequence[PmsReservation]:
        """In the order of their writing."""
        async with _pms_words():
            return [_reservation(record) for record in await self._pool.fetch(BY_REFERENCE, hotel, client_ref)]

    async def by_code(self, hotel: HotelId, code: str) -> PmsReservation | None:
        """At most one."""
        async with _pms_words():
            rows = await self._pool.fetch(BY_CODE, hotel, code)
        return _reservation(rows[0]) if rows else None

    async def cancel(self, hotel: HotelId, code: str) -> bool:
        """Free the room."""
        async with _pms_words():
            return bool(await self._pool.fetch(CANCEL, hotel, code))


@asynccontextmanager
async def _pms_words() -> AsyncIterator[None]:
    """Say an outage in the PMS's words: whoever asks knows no database."""
    try:
        yield
    except StorageUnavailableError as error:
        raise PmsUnavailableError("the demo PMS") from error


def _room(record: Any) -> RoomType:
    return RoomType(key=record["key"], name=record["name"], capacity=record["capacity"], photo=record["photo"])


def _reservation(record: Any) -> PmsReservation:
    return PmsReservation(
        code=record["code"],
        serial=record["serial"],
        client_ref=ClientRef(record["client_ref"]),
        status=ReservationStatus(record["status"]),
        room_type_key=record["room_type"],
        room_type_name=record["room_type_name"],
        stay=Stay(check_in=record["check_in"], check_out=record["check_out"]),
        party=Party(adults=record["adults"], children=record["children"]),
        total=Money.of(record["total"], record["currency"]),
        booker_name=orjson.loads(record["booker"])["name"],
    )
