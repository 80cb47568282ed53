"""The demo PMS's books on a real Postgres: prices by season, and no room sold twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import asyncpg
import pytest

from agente_hotelero.errors import PmsUnavailableError
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Party, Stay
from agente_hotelero.storage.demo_inventory import PostgresDemoInventory, Seed
from agente_hotelero.storage.links import Pool
from tests.support.stays import COUPLE, DOUBLE, HOTEL, SUITE, a_request

NOON = datetime(2030, 5, 6, 12, tzinfo=UTC)
OTHER = HotelId("other")


def seed(*, rooms: int = 2, price: str = "100.00", currency: str = "USD") -> Seed:
    return Seed(room_type=DOUBLE, rooms=rooms, base_price=Decimal(price), currency=currency)


def nights(first: date, count: int = 1) -> Stay:
    return Stay(check_in=first, check_out=first + timedelta(days=count))


async def price(inventory: PostgresDemoInventory, stay: Stay) -> Money:
    [offer] = await inventory.offers(HOTEL, stay, COUPLE)
    return offer.total


@pytest.fixture
async def pool(database_url: str) -> AsyncIterator[Pool]:
    pool = Pool(database_url, size=12)
    await pool.open()
    yield pool
    await pool.close()


@pytest.fixture
async def inventory(pool: Pool) -> PostgresDemoInventory:
    inventory = PostgresDemoInventory(pool, now=lambda: NOON)
    await inventory.seed(HOTEL, [seed()])
    return inventory


@pytest.mark.parametrize(
    ("stay", "total"),
    [
        (nights(date(2030, 5, 6)), "100.00"),
        (nights(date(2030, 5, 10)), "120.00"),  # a Friday
        (nights(date(2030, 5, 11)), "120.00"),  # a Saturday
        (nights(date(2030, 5, 12)), "100.00"),  # a Sunday
        (nights(date(2030, 5, 9), 4), "440.00"),
        (nights(date(2030, 7, 1)), "130.00"),
        (nights(date(2030, 7, 5)), "156.00"),
        (nights(date(2030, 12, 14)), "120.00"),
        (nights(date(2030, 12, 16)), "130.00"),
        (nights(date(2030, 2, 28), 2), "250.00"),  # the last Thursday of high season, and a Friday after it
    ],
)
async def test_weekends_and_high_season_cost_more(inventory: PostgresDemoInventory, stay: Stay, total: str) -> None:
    assert await price(inventory, stay) == Money.of(total, "USD")


async def test_prices_are_exact_in_a_currency_without_cents(inventory: PostgresDemoInventory) -> None:
    await inventory.seed(HOTEL, [seed(price="45990", currency="CLP")])
    assert await price(inventory, nights(date(2030, 5, 10), 3)) == Money(Decimal(156366), "CLP")


async def test_a_price_is_as_old_as_its_question(inventory: PostgresDemoInventory) -> None:
    [offer] = await inventory.offers(HOTEL, nights(date(2030, 5, 6)), COUPLE)
    assert offer.fetched_at == NOON


async def test_seeding_again_changes_what_is_sold_and_keeps_what_is_reserved(inventory: PostgresDemoInventory) -> None:
    assert await inventory.reserve(HOTEL, a_request(), code="DEMO-1") == "booked"

    await inventory.seed(HOTEL, [seed(rooms=3, price="110.00")])
    await inventory.seed(HOTEL, [seed(rooms=3, price="110.00")])

    [offer] = await inventory.offers(HOTEL, nights(date(2030, 5, 6)), COUPLE)
    assert (offer.rooms_left, offer.total) == (2, Money.of("110.00", "USD"))
    assert len(await inventory.rooms(HOTEL)) == 1
    assert await inventory.by_code(HOTEL, "DEMO-1") is not None


async def test_a_room_type_that_is_gone_is_sold_no_more_and_its_reservations_stay(
    inventory: PostgresDemoInventory,
) -> None:
    await inventory.reserve(HOTEL, a_request(), code="DEMO-1")
    await inventory.seed(HOTEL, [replace(seed(), room_type=SUITE)])
    assert [offer.room_type.key for offer in await inventory.offers(HOTEL, nights(date(2030, 5, 6)), COUPLE)] == [
        "suite"
    ]
    assert await inventory.by_code(HOTEL, "DEMO-1") is not None

    await inventory.seed(HOTEL, [seed()])
    assert [offer.room_type.key for offer in await inventory.offers(HOTEL, nights(date(2030, 5, 6)), COUPLE)] == [
        "double"
    ]


async def test_hotels_are_seeded_all_or_none(inventory: PostgresDemoInventory) -> None:
    impossible = replace(seed(), rooms=100_000)
    with pytest.raises(asyncpg.DataError):
        await inventory.seed_all({HOTEL: [seed(price="999.00")], OTHER: [impossible]})
    assert await price(inventory, nights(date(2030, 5, 6))) == Money.of("100.00", "USD")


async def test_hotels_do_not_see_each_other(inventory: PostgresDemoInventory) -> None:
    await inventory.seed(OTHER, [replace(seed(), room_type=SUITE)])
    await inventory.reserve(HOTEL, a_request(), code="DEMO-1")
    assert list(await inventory.rooms(OTHER)) == [SUITE]
    assert await inventory.by_code(OTHER, "DEMO-1") is None
    assert list(await inventory.by_reference(OTHER, ClientRef("ref-1"))) == []
    assert not await inventory.cancel(OTHER, "DEMO-1")
    assert await inventory.reserve(OTHER, a_request(), code="DEMO-2") == "no_such_room"


async def test_a_code_is_given_once(inventory: PostgresDemoInventory) -> None:
    assert await inventory.reserve(HOTEL, a_request("a"), code="DEMO-1") == "booked"
    assert await inventory.reserve(HOTEL, a_request("b"), code="DEMO-1") == "code_in_use"
    assert list(await inventory.by_reference(HOTEL, ClientRef("b"))) == []


async def test_no_night_is_overbooked_by_forty_guests_with_overlapping_stays(inventory: PostgresDemoInventory) -> None:
    first = date(2030, 5, 6)
    stays = [nights(first + timedelta(days=n % 5), 1 + n % 4) for n in range(40)]

    answers = await asyncio.gather(
        *(inventory.reserve(HOTEL, a_request(f"ref-{n}", stay=stay), code=f"DEMO-{n}") for n, stay in enumerate(stays))
    )

    taken = [stay for stay, answer in zip(stays, answers, strict=True) if answer == "booked"]
    assert set(answers) == {"booked", "sold_out"}
    for day in (first + timedelta(days=n) for n in range(9)):
        assert sum(stay.check_in <= day < stay.check_out for stay in taken) <= 2


async def test_a_party_that_does_not_fit_gets_no_room(inventory: PostgresDemoInventory) -> None:
    crowd = Party(adults=2, children=1)
    assert await inventory.reserve(HOTEL, a_request(party=crowd), code="DEMO-1") == "no_such_room"


async def test_without_its_database_the_demo_pms_is_away_like_any_other() -> None:
    pool = Pool("postgresql://nobody@127.0.0.1:1/none")
    await pool.open()
    inventory = PostgresDemoInventory(pool)
    with pytest.raises(PmsUnavailableError):
        await inventory.rooms(HOTEL)
    with pytest.raises(PmsUnavailableError):
        await inventory.reserve(HOTEL, a_request(), code="DEMO-1")
    with pytest.raises(PmsUnavailableError):
        await inventory.offers(HOTEL, nights(date(2030, 5, 6)), COUPLE)
    await pool.close()


async def test_a_connection_lost_in_the_middle_is_an_unknown_outcome(
    pool: Pool, inventory: PostgresDemoInventory
) -> None:
    async with pool.transaction() as other:
        await other.execute("SELECT 1 FROM demo_room_type WHERE hotel = $1 FOR UPDATE", HOTEL)
        waiting = asyncio.create_task(inventory.reserve(HOTEL, a_request(), code="DEMO-1"))
        killed = 0
        while not killed:
            rows = await pool.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            killed = len(rows)
        with pytest.raises(PmsUnavailableError):
            await waiting
