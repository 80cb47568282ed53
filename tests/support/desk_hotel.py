"""A hotel whose staff are told of hand-offs, its service as a process, and what its desk and its guests hold."""

import asyncio
import itertools
import time
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
import asyncpg
import orjson
from aiohttp import web
from aiohttp.test_utils import TestServer

from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.roles import Role
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.tokens import PostgresTokens
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import Json, envelope, message, value
from tests.support.service import NUMBER, ROOT, Service, free_port

SECRET_ENV: Final = "DESK_WEBHOOK_SECRET"
PERSON: Final = "Quiero hablar con una persona"
_numbers = itertools.count(5491150000100)


class DeskHotel:
    """`hotels.example.yaml` with a staff webhook that works: a person can be reached."""

    def __init__(self, *, database_url: str, redis_url: str, data_dir: Path) -> None:
        self.graph = FakeGraph()
        self._desk = TestServer(_staff())
        self._database_url = database_url
        self._redis_url = redis_url
        self.data_dir = data_dir
        self.tokens: dict[Role, str] = {}
        self.strangers_token = ""
        """An operator's of another hotel."""

    async def __aenter__(self) -> Self:
        await self.graph.start()
        await self._desk.start_server()
        self.service = Service(
            database_url=self._database_url,
            redis_url=self._redis_url,
            graph_url=self.graph.url,
            data_dir=self.data_dir,
            hotels_file=str(self._hotels()),
            ops__port=str(free_port()),
        )
        # Before the start: a running service learns of a token some seconds later.
        self.tokens = await self._made_tokens()
        await self.service.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.service.kill()
        await self._desk.close()
        await self.graph.stop()

    @property
    def url(self) -> str:
        return self.service.url

    def guest(self, name: str = "Ana Ruiz") -> "WhatsAppGuest":
        """Somebody who never wrote before."""
        return WhatsAppGuest(self, number=str(next(_numbers)), name=name)

    async def guest_who_waits(self, name: str = "Ana Ruiz") -> "WhatsAppGuest":
        """Somebody who asked for a person, and the desk knows."""
        guest = self.guest(name)
        await guest.asks_for_a_person()
        return guest

    async def is_quiet(self) -> None:
        """Wait until everything that came in had its turn, and everything said is sent."""
        await self.until(
            "SELECT NOT EXISTS (SELECT FROM inbox WHERE NOT done)"
            " AND NOT EXISTS (SELECT FROM outbox WHERE status IN ('pending', 'sending'))"
        )

    async def until(self, question: str) -> None:
        """Wait until the database says true."""
        async with asyncio.timeout(30):
            while not (await self.sql(question))[0][0]:  # noqa: ASYNC110 - another process's doing
                await asyncio.sleep(0.05)

    async def sql(self, statement: str) -> list[Any]:
        connection = await asyncpg.connect(self._database_url)
        try:
            return list(await connection.fetch(statement))
        finally:
            await connection.close()

    async def _made_tokens(self) -> dict[Role, str]:
        pool = Pool(self._database_url)
        await pool.open()
        try:
            tokens, hotel = PostgresTokens(pool), HotelId("demo")
            self.strangers_token = await tokens.create("elsewhere", role=Role.OPERATOR, hotel=HotelId("otro"))
            return {role: await tokens.create(f"desk {role}", role=role, hotel=hotel) for role in Role}
        finally:
            await pool.close()

    def _hotels(self) -> Path:
        staff = f"    staff: {{webhook_url: '{self._desk.make_url('/')}', webhook_secret_env: {SECRET_ENV}}}\n"
        file = self.data_dir / "hotels.yaml"
        file.write_text((ROOT / "hotels.example.yaml").read_text("utf-8") + staff, "utf-8")
        return file


class WhatsAppGuest:
    """Writes on WhatsApp under a name of their own choice."""

    def __init__(self, hotel: DeskHotel, *, number: str, name: str) -> None:
        self._hotel = hotel
        self.number = number
        self._name = name

    async def writes(self, words: str) -> None:
        await self.sends({"type": "text", "text": {"body": words}})

    async def sends(self, content: Json) -> None:
        """Send what Meta calls a message's content."""
        sent = message(content, sender=self.number, timestamp=int(time.time()))
        raw = envelope(value(messages=[sent], names={self.number: self._name}, account=NUMBER))
        async with aiohttp.ClientSession() as session:
            assert await self._hotel.service.post(session, orjson.dumps(raw)) == 200

    async def asks_for_a_person(self) -> None:
        await self.writes(PERSON)
        await self._hotel.until("SELECT count(*) > 0 FROM handoff WHERE closed_at IS NULL AND notified_at IS NOT NULL")

    def heard(self) -> list[str]:
        """What reached their phone."""
        return [sent.payload["text"]["body"] for sent in self._hotel.graph.sent if sent.to == self.number]


def _staff() -> web.Application:
    async def told(_request: web.Request) -> web.Response:
        return web.Response()

    application = web.Application()
    application.router.add_post("/", told)
    return application
