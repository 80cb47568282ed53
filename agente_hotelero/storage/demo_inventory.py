"""The demo PMS's inventory in Postgres: prices by night, and no room sold twice."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final, Literal

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
# What the hotel has no more is sold no more; its reservations stay.
CLOSE: Final = "UPDATE demo_room_type SET rooms = 0 WHERE hotel = $1 AND key <> ALL ($2) AND rooms > 0"
ROOMS: Final = "SELECT * FROM demo_room_type WHERE hotel = $1 ORDER BY capacity, base_price"
OFFERS: Final = """
WITH t AS MATERIALIZED (
    SELECT *, demo_rooms_left(hotel, key, $2, $3) AS rooms_left FROM demo_room_type WHERE hotel = $1 AND capacity >= $4
)
SELECT t.*, (SELECT $5 * sum(demo_night_price(t.base_price, night::date))
             FROM generate_series($2::date, $3::date - 1, interval '1 day') AS n(night)) AS total
FROM t WHERE rooms_left >= $5 ORDER BY total, key
"""
# The room type's row is the lock: guests for the last room come one after the other, and each then counts anew.
LOCK: Final = "SELECT key FROM demo_room_type WHERE hotel = $1 AND key = $2 AND capacity >= $3 FOR UPDATE"
LEFT: Final = "SELECT demo_rooms_left($1, $2, $3, $4)"
TAKE: Final = """
INSERT INTO demo_reservation (hotel, code, client_ref, room_type, check_in, check_out, adults, children, rooms, total, currency,
                              booker)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (code) DO NOTHING RETURNING serial
"""
FIND: Final = """
SELECT r.*, t.name AS room_type_name FROM demo_reservation r JOIN demo_room_type t ON t.hotel = r.hotel AND t.key = r.room_type
WHERE r.hotel = $1 AND
"""
BY_REFERENCE: Final = FIND + "r.client_ref = $2 ORDER BY r.serial"
BY_CODE: Final = FIND + "r.code = $2"
BY_GUEST: Final = FIND + "lower(r.booker ->> 'email') = lower($2) AND r.check_out >= $3 ORDER BY r.check_in, r.serial"
LEAVE_LATE: Final = (
    "UPDATE demo_reservation SET leaves_at = $3 WHERE hotel = $1 AND code = $2 AND status = 'live' RETURNING code"
)
NOTE: Final = """
WITH noted AS (
    INSERT INTO demo_note (hotel, code, body) SELECT hotel, code, $3 FROM demo_reservation WHERE hotel = $1 AND code = $2
    ON CONFLICT DO NOTHING
)
SELECT code FROM demo_reservation WHERE hotel = $1 AND code = $2
"""
CANCEL: Final = "UPDATE demo_reservation SET status = 'cancelled' WHERE hotel = $1 AND code = $2 RETURNING code"

Booking = Literal["booked", "sold_out", "no_such_room", "code_in_use"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """A room type to sell; `base_price` is a weekday's in low season."""

    room_type: RoomType
    rooms: int
    base_price: Decimal
    currency: str


class PostgresDemoInventory:
    """Implements the demo PMS's inventory."""

    def __init__(self, pool: Pool, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Take `now` for the age of prices."""
        self._pool = pool
        self._now = now

    async def seed(self, hotel: HotelId, seeds: Sequence[Seed]) -> None:
        """Set what a hotel sells; what is reserved stays."""
        await self.seed_all({hotel: seeds})

    async def seed_all(self, hotels: Mapping[HotelId, Sequence[Seed]]) -> None:
        """Set what each of these hotels sells, all or none."""
        async with self._pool.transaction() as connection:
            # In one order, so that two processes never wait for each other in a circle.
            for hotel, seeds in sorted(hotels.items()):
                for seed in sorted(seeds, key=lambda one: one.room_type.key):
                    await connection.execute(SEED, hotel, *_values(seed))
                await connection.execute(CLOSE, hotel, [seed.room_type.key for seed in seeds])

    async def rooms(self, hotel: HotelId) -> Sequence[RoomType]:
        """All room types."""
        async with _pms_words():
            return [_room(record) for record in await self._pool.fetch(ROOMS, hotel)]

    async def offers(self, hotel: HotelId, stay: Stay, party: Party) -> Sequence[Offer]:
        """What is free, cheapest first."""
        fetched_at = self._now()
        async with _pms_words():
            fullest = max(room.people for room in party.by_room())
            rows = await self._pool.fetch(OFFERS, hotel, stay.check_in, stay.check_out, fullest, party.rooms)
        return [
            Offer(
                room_type=_room(record),
                stay=stay,
                party=party,
                rooms_left=record["rooms_left"],
                total=Money.of(record["total"], record["currency"]),
                fetched_at=fetched_at,
            )
            for record in rows
        ]

    async def reserve(self, hotel: HotelId, request: ReservationRequest, *, code: str) -> Booking:
        """Take a room, or answer why not."""
        stay, party, total = request.stay, request.party, request.total
        key, booker = request.room_type_key, orjson.dumps(request.booker).decode()
        async with _pms_words(), self._pool.transaction() as connection:
            if await connection.fetchval(LOCK, hotel, key, max(room.people for room in party.by_room())) is None:
                return "no_such_room"
            if await connection.fetchval(LEFT, hotel, key, stay.check_in, stay.check_out) < party.rooms:
                return "sold_out"
            people = (party.adults, party.children, party.rooms)
            values = (stay.check_in, stay.check_out, *people, total.amount, total.currency, booker)
            taken = await connection.fetchval(TAKE, hotel, code, request.client_ref, key, *values)
        return "booked" if taken is not None else "code_in_use"

    async def by_reference(self, hotel: HotelId, client_ref: ClientRef) -> Sequence[PmsReservation]:
        """In the order of their writing."""
        async with _pms_words():
            return [_reservation(record) for record in await self._pool.fetch(BY_REFERENCE, hotel, client_ref)]

    async def by_code(self, hotel: HotelId, code: str) -> PmsReservation | None:
        """At most one."""
        async with _pms_words():
            rows = await self._pool.fetch(BY_CODE, hotel, code)
        return _reservation(rows[0]) if rows else None

    async def by_guest(self, hotel: HotelId, email: str, *, from_day: date) -> Sequence[PmsReservation]:
        """The next arrival first."""
        async with _pms_words():
            return [_reservation(record) for record in await self._pool.fetch(BY_GUEST, hotel, email, from_day)]

    async def leave_late(self, hotel: HotelId, code: str, until: time) -> bool:
        """Hold the hour."""
        async with _pms_words():
            return bool(await self._pool.fetch(LEAVE_LATE, hotel, code, until))

    async def note(self, hotel: HotelId, code: str, text: str) -> bool:
        """Keep the words, once."""
        async with _pms_words():
            return bool(await self._pool.fetch(NOTE, hotel, code, text))

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


def _values(seed: Seed) -> tuple[object, ...]:
    room = seed.room_type
    return room.key, room.name, room.capacity, seed.rooms, seed.base_price, seed.currency, room.photo


def _room(record: Any) -> RoomType:
    return RoomType(key=record["key"], name=record["name"], capacity=record["capacity"], photo=record["photo"])


def _reservation(record: Any) -> PmsReservation:
    booker = orjson.loads(record["booker"])
    return PmsReservation(
        code=record["code"],
        serial=record["serial"],
        client_ref=ClientRef(record["client_ref"]),
        status=ReservationStatus(record["status"]),
        room_type_key=record["room_type"],
        room_type_name=record["room_type_name"],
        stay=Stay(check_in=record["check_in"], check_out=record["check_out"]),
        party=Party(adults=record["adults"], children=record["children"], rooms=record["rooms"]),
        total=Money.of(record["total"], record["currency"]),
        booker_name=booker["name"],
        booker_email=booker.get("email"),
        booker_phone=booker.get("phone"),
        leaves_at=record["leaves_at"],
    )
