"""A bare client for the fake's own tests: paths in, status and parsed body out; and bookings with only what matters told."""

import copy
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.fakes.qloapps.server import FakeQloApps

_ANA = {"firstname": "Ana", "lastname": "Lopez", "email": "ana@example.test", "phone": "+34600111222"}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Client:
    def __init__(self, qlo: FakeQloApps, session: aiohttp.ClientSession) -> None:
        self.qlo, self._session = qlo, session

    async def send(self, method: str, path: str, body: Any = None, **query: str) -> Reply:
        data = json.dumps(body) if isinstance(body, dict) else body
        asked = {"output_format": "JSON"} | {name.replace("__", "."): value for name, value in query.items()}
        async with self._session.request(method, f"{self.qlo.url}api/{path}", data=data, params=asked) as answer:
            return Reply(answer.status, dict(answer.headers), (await answer.read()).decode(errors="replace"))

    async def list(self, resource: str, display: str = "full", **query: str) -> Any:
        """The rows; `source="x"` is `filter[source]=[x]`."""
        filters = {f"filter[{name}]": value if "[" in value else f"[{value}]" for name, value in query.items()}
        reply = await self.send("GET", resource, display=display, date="1", **filters)
        return next(iter(reply.json.values())) if reply.json else []

    async def book(self, **told: Any) -> Reply:
        return await self.send("POST", "bookings", booking(**told))

    async def change(self, order: int, **told: Any) -> Reply:
        body = booking(**told)
        body["booking"]["id"] = order
        return await self.send("PUT", f"bookings/{order}", body)

    async def cancel(self, order: int) -> Reply:
        body = f"<q><order_history><id_order>{order}</id_order><id_order_state>4</id_order_state></order_history></q>"
        return await self.send("POST", "order_histories", body)

    async def ari(self, room_type: int, check_in: str, check_out: str, more: str = "") -> Any:
        search = (
            f"<id_room_type>{room_type}</id_room_type><date_from>{check_in}</date_from><date_to>{check_out}</date_to>"
        )
        body = f"<q><hotel_ari><id_hotel>{self.qlo.books.hotel.id}</id_hotel>{search}{more}</hotel_ari></q>"
        return next(iter((await self.send("POST", "hotel_ari", body)).json.values()))

    async def free(self, room_type: int, check_in: str = "2027-03-10", check_out: str = "2027-03-12") -> int:
        return len((await self.ari(room_type, check_in, check_out))["room_types"][0]["rooms"]["available"])


def booking(
    *,
    room_type: int = 2,
    check_in: str = "2027-03-10",
    check_out: str = "2027-03-12",
    count: int = 1,
    rooms: list[dict[str, Any]] | None = None,
    source: str = "ref-1",
    status: int | None = 1,
    prices: dict[str, Any] | None = None,
    **customer: str,
) -> dict[str, Any]:
    stay: dict[str, Any] = {
        "id_room_type": room_type, "checkin_date": check_in, "checkout_date": check_out, "number_of_rooms": count,
    } | ({} if rooms is None else {"rooms": copy.deepcopy(rooms)})  # fmt: skip
    more = {"customer_detail": _ANA | customer, "room_types": [stay], "price_details": prices or {}}
    told: dict[str, Any] = {"id_property": 1, "currency": "USD", "source": source, "associations": more}
    return {"booking": told | ({} if status is None else {"booking_status": status})}


@asynccontextmanager
async def client(**options: Any) -> AsyncIterator[Client]:
    async with (
        FakeQloApps(**options) as qlo,
        aiohttp.ClientSession(headers={"Authorization": aiohttp.encode_basic_auth(qlo.key)}) as session,
    ):
        yield Client(qlo, session)
