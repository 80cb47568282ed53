"""The small hotel of the tests, in a fake QloApps: three room types, a fee within the price and one on top of it."""

from collections.abc import Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from time import monotonic
from typing import TYPE_CHECKING, Any, Final, Protocol

import aiohttp

from agente_hotelero.model.stays import RoomType
from agente_hotelero.pms.qloapps.client import QloApps
from agente_hotelero.pms.qloapps.webservice import Webservice
from tests.fakes.qloapps.server import FakeQloApps

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

SINGLE_ID: Final = 1
DOUBLE_ID: Final = 2
SUITE_ID: Final = 3
COUNTS: Final = {1: 3, 2: 2, 3: 1, 4: 1}
LIMITS: Final = {
    SINGLE_ID: ("Habitación individual", "60", 1, 0, 1),
    DOUBLE_ID: ("Habitación doble", "90", 2, 1, 2),
    SUITE_ID: ("Suite", "160", 4, 3, 4),
}
"""Name, price of a night, and the most adults, children and guests."""


def furnish(qlo: FakeQloApps) -> None:
    """Turn the demo's rooms into ours; the fourth type is not for sale."""
    for number, (name, price, adults, children, guests) in LIMITS.items():
        kind = qlo.books.room_types[number]
        kind.name, kind.price = name, Decimal(price)
        kind.max_adults, kind.max_children, kind.max_guests = adults, children, guests
    qlo.books.room_types[4].active = False
    qlo.books.services[5].price = Decimal(5)
    qlo.books.services[6].price = Decimal(10)


def rooms(qlo: FakeQloApps) -> tuple[RoomType, RoomType, RoomType]:
    """As the adapter should see them."""

    def room(number: int) -> RoomType:
        name, _, _, _, guests = LIMITS[number]
        image = str(qlo.books.room_types[number].images[0])
        photo = f"{qlo.url}img/p/{'/'.join(image)}/{image}-large_default.jpg"
        return RoomType(key=str(number), name=name, capacity=guests, photo=photo)

    return room(SINGLE_ID), room(DOUBLE_ID), room(SUITE_ID)


@asynccontextmanager
async def adapter(
    qlo: FakeQloApps,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = monotonic,
    key: str | None = None,
) -> "AsyncIterator[QloApps]":
    """The client of a running fake."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        webservice = Webservice(session=session, url=qlo.url, key=key or qlo.key)
        yield QloApps(webservice=webservice, hotel_id=qlo.books.hotel.id, region="AR", now=now, clock=clock)


KEY_VARIABLE: Final = "TEST_QLOAPPS_KEY"


class HasUrl(Protocol):
    """Whatever a hotel can be connected to."""

    @property
    def url(self) -> str: ...


def connect(hotel: dict[str, Any], qlo: HasUrl, *, variable: str = KEY_VARIABLE) -> None:
    """Change a hotel of the hotels file: its rooms are those of QloApps, and so is its PMS."""
    hotel["pms"] = {"kind": "qloapps", "url": qlo.url, "key_env": variable}
    for number, room in enumerate(hotel["rooms"], start=1):
        room["key"] = str(number)


def from_5_to_8_may() -> tuple[date, date]:
    """What «del 5 al 8 de mayo» means today."""
    today = datetime.now(UTC).date()
    year = today.year + (today > date(today.year, 5, 4))
    return date(year, 5, 5), date(year, 5, 8)
