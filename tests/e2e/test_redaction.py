"""A whole bad day at its most talkative, and nothing of a guest nor a secret in any log, metric or span."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import asyncpg
import orjson
import pytest
import yaml
from aiohttp import web

from agente_hotelero.http.listener import Listener
from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from tests.fakes.graph import FakeGraph
from tests.fakes.smtp import FakeSmtp
from tests.fakes.webhooks import envelope, sign, status, text, value
from tests.support.collector import Collector, collecting
from tests.support.needles import found
from tests.support.service import NUMBER, ROOT, Service, free_port
from tests.support.shell import typed_at
from tests.support.talkative import STUMBLING_BLOCK

pytestmark = [pytest.mark.xdist_group("outages"), pytest.mark.timeout(180)]

PHONE, OTHER_PHONE = "5491177665544", "5491166554433"
WAMID: Final = "wamid.HBgNNTQ5MTE3NzY2NTU0NBUCABIYFDNBRUJGMzhE"
CHAT_ID: Final = "5d0c7a4e-1b7e-4f3a-9a51-6f0b2c9d7e11"
# Words that nobody else writes. Each must reach the database, and nothing else.
STORED: Final = (
    "77665544", "66554433", WAMID, "NTQ5MTE3NzY2NTU0N", CHAT_ID, "Quebrantahuesos", "Zacarías", "Perfilero", "zacarias.quebranta",
    "ornitorrinco", "axolotl", "pangolín", "quokka", "wombat", "colibrí",
)  # fmt: skip
SECRETS: Final = {
    "AGENTE_SECRET_KEY": "clave-firmante-7f3e9d",
    "AGENTE_WHATSAPP__APP_SECRETS": "secreto-de-app-4b8c1a",
    "AGENTE_WHATSAPP__ACCESS_TOKEN": "EAAG-acceso-92ab77",
    "AGENTE_WHATSAPP__VERIFY_TOKEN": "verificador-e61f02",
    "AGENTE_SMTP__PASSWORD": "correo-clave-5dd310",
    "STAFF_SECRET": "gancho-secreto-c0ffee",
}
DATABASE_PASSWORD, REDIS_PASSWORD = "postgres-clave-31aa9e", "redis-clave-8812fd"
# What went wrong, by the names that its authors gave it; and what was traced.
EVENTS: Final = (
    "pms_failed", "turn_failed", "dead_letter_buried", "event_quarantined", "staff_not_told", "channel_refuses_our_token",
    "flags_stale", "BadHttpMessage in a request", "Using selector", "violates check constraint",
)  # fmt: skip
SPANS: Final = ("POST /webhooks/whatsapp", "POST /chat/{hotel}/messages", "turn", "send")


@dataclass
class Day:
    """What the day left behind."""

    database: str = ""
    logs: list[str] = field(default_factory=list)
    metrics: str = ""
    spans: str = ""
    secrets: list[str] = field(default_factory=lambda: [*SECRETS.values(), DATABASE_PASSWORD, REDIS_PASSWORD])


@dataclass(kw_only=True)
class Place:
    service: Service
    postgres: EmbeddedPostgres
    graph: FakeGraph
    session: aiohttp.ClientSession
    token: str = ""
    """An operator's."""

    async def post(self, *values: dict[str, Any], raw: bytes | None = None) -> int:
        return await self.service.post(
            self.session,
            orjson.dumps(envelope(*values)) if raw is None else raw,
            secret=SECRETS["AGENTE_WHATSAPP__APP_SECRETS"],
        )

    async def writes(self, words: str, *, phone: str = PHONE, wamid: str | None = None) -> int:
        said = text(words, sender=phone, wamid=wamid, timestamp=int(time.time()))
        return await self.post(value(messages=[said], names={phone: "Perfilero Único"}, account=NUMBER))

    async def hears(self, words: str, *, phone: str = PHONE) -> None:
        async with asyncio.timeout(60):
            while not any(words in said for said in self.heard(phone)):  # noqa: ASYNC110 - another process's doing
                await asyncio.sleep(0.05)

    def heard(self, phone: str) -> list[str]:
        return [orjson.dumps(sent.payload).decode() for sent in self.graph.sent if sent.to == phone]

    async def until(self, query: str) -> None:
        """Wait until this is true in the database."""
        connection = await asyncpg.connect(self.postgres.url)
        try:
            async with asyncio.timeout(60):
                while not await connection.fetchval(f"SELECT {query}"):  # noqa: ASYNC110 - another process's doing
                    await asyncio.sleep(0.1)
        finally:
            await connection.close()

    async def execute(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.postgres.url)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()


@asynccontextmanager
async def rude_staff() -> AsyncIterator[str]:
    """A hotel's own system that fails, and repeats all that it was told."""

    async def repeat(request: web.Request) -> web.Response:
        return web.Response(status=500, body=await request.read())

    application = web.Application()
    application.router.add_post("/{path:.*}", repeat)
    listener = await Listener.open(application, host="127.0.0.1", port=0, shutdown_seconds=1.0)
    try:
        yield f"http://127.0.0.1:{listener.port}/hook"
    finally:
        await listener.close()


def hotels_file(directory: Path, staff_url: str) -> Path:
    """The example's hotel, with staff who can be told."""
    content = yaml.safe_load((ROOT / "hotels.example.yaml").read_text("utf-8"))
    staff = {"webhook_url": staff_url, "webhook_secret_env": "STAFF_SECRET", "email": "personal@hotel.example"}
    content["hotels"][0]["staff"] = staff
    file = directory / "hotels.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return file


@asynccontextmanager
async def opened(postgres: EmbeddedPostgres, collector: Collector, directory: Path) -> AsyncIterator[Place]:
    """A production service that says all it can, between servers that answer rudely."""
    url = postgres.url
    async with FakeGraph() as graph, FakeSmtp() as smtp, rude_staff() as staff_url, aiohttp.ClientSession() as session:
        service = Service(
            database_url=url.replace("agente@", f"agente:{DATABASE_PASSWORD}@", 1),
            redis_url=f"redis://:{REDIS_PASSWORD}@127.0.0.1:1/0",
            graph_url=graph.url,
            data_dir=directory,
            module=("tests.support.talkative", "serve"),
            env="production",
            hotels_file=str(hotels_file(directory, staff_url)),
            readiness__redis="false",
            ops__port=str(free_port()),
            otel__endpoint=collector.url,
            smtp__host="127.0.0.1",
            smtp__port=str(smtp.port),
            smtp__security="none",
            smtp__username="agente",
            smtp__sender="agente@hotel.example",
        )
        service.configure(PYTHONASYNCIODEBUG="1", **SECRETS)
        try:
            await service.start()
            yield Place(service=service, postgres=postgres, graph=graph, session=session)
            await service.stop()
        finally:
            await service.kill()


# The day.


async def an_operator_is_let_in(place: Place, day: Day) -> None:
    made = await typed_at(place.service, "agente-hotelero token create guardia --role operator")
    (place.token,) = re.findall(r"agente_[\w-]{20,}", made)
    day.secrets.append(place.token)


async def books(place: Place) -> None:
    """A guest books, while the PMS refuses the first write in words that quote the guest."""
    await place.execute("ALTER TABLE demo_reservation ADD CONSTRAINT closed CHECK (client_ref = '') NOT VALID")
    for words, answer in (
        ("una doble del 5 al 8 de mayo para 2", "total con impuestos"),
        ("1", "nombre"),
        ("Zacarías Quebrantahuesos", "correo"),
        ("zacarias.quebranta@correo.example", "¿Confirmo la reserva?"),
        ("sí", "Estoy"),
    ):
        assert await place.writes(words, wamid=WAMID if words == "1" else None) == 200
        await place.hears(answer)
    # It has been refused by then: only after a write comes a check.
    await place.until("EXISTS (SELECT FROM reservation WHERE state = 'checking')")
    await place.execute("ALTER TABLE demo_reservation DROP CONSTRAINT closed")


async def reports_come(place: Place) -> None:
    sent = place.graph.sent[-1]
    for state in ("sent", "delivered", "failed"):
        item = status(sent.wamid, state, outbox_id=sent.outbox_id, code=131026 if state == "failed" else None)
        item["recipient_id"] = PHONE
        assert await place.post(value(statuses=[item], account=NUMBER)) == 200


async def chats(place: Place, day: Day) -> None:
    """On the web, also in ways that are refused."""
    base = f"{place.service.url}/chat/demo"
    async with place.session.post(f"{base}/session") as opened_now:
        token = (await opened_now.json())["token"]
    day.secrets.append(token.rpartition(".")[2])
    headers = {"Authorization": f"Bearer {token}"}
    for said in ({"id": CHAT_ID, "text": "soy el axolotl"}, {"id": "no uuid", "text": "soy el axolotl"}):
        async with place.session.post(f"{base}/messages", json=said, headers=headers) as answer:
            assert answer.status in {202, 400}
    async with place.session.get(f"{base}/history", params={"after": "axolotl"}, headers=headers) as answer:
        assert answer.status == 200
    async with place.session.get(f"{base}/events", headers=headers) as stream:
        await stream.content.readuntil(b"\n\n")
    async with place.session.get(f"{base}/history", headers={"Authorization": f"Bearer {token}axolotl"}) as answer:
        assert answer.status == 401


async def strangers_come(place: Place) -> None:
    """What is no webhook of ours, or hardly one."""
    good, url = SECRETS["AGENTE_WHATSAPP__VERIFY_TOKEN"], f"{place.service.url}/webhooks/whatsapp"
    for verify, expected in ((good, 200), ("pangolín", 403)):
        query = {"hub.mode": "subscribe", "hub.verify_token": verify, "hub.challenge": "1"}
        async with place.session.get(url, params=query) as answer:
            assert answer.status == expected
    unsigned = {"X-Hub-Signature-256": sign(b"", "wrong")}
    async with place.session.post(url, data="pangolín 5491177665544".encode(), headers=unsigned) as answer:
        assert answer.status == 401
    for raw in ("{pangolín 5491177665544".encode(), b'{"entry": "' + PHONE.encode() + b'"}'):
        assert await place.post(raw=raw) == 200
    broken: list[dict[str, Any]] = [
        {"id": WAMID, "from": {"no": PHONE}, "type": ["pangolín"]},
        {"from": PHONE, "id": 7, "text": "pangolín"},
    ]
    assert await place.post(value(messages=broken, account=NUMBER)) == 200
    assert await place.post(value(messages=[text("pangolín", sender=PHONE)], account="999")) == 200
    reader, writer = await asyncio.open_connection("127.0.0.1", place.service.port)
    writer.write(f"GET /?q={PHONE} HTTP/1.1\r\nbroken header {PHONE}\r\n\r\n".encode())
    await reader.read()
    writer.close()


async def goes_wrong_inside(place: Place) -> None:
    """A reader that stumbles until the message is buried; a row that the database refuses, quoting it."""
    assert await place.writes(f"quokka {STUMBLING_BLOCK}", phone=OTHER_PHONE) == 200
    await place.until("EXISTS (SELECT FROM dead_letter)")
    await place.execute("ALTER TABLE inbox ADD CONSTRAINT closed CHECK (event::text NOT LIKE '%wombat%') NOT VALID")
    await place.writes("wombat")
    await place.execute("ALTER TABLE inbox DROP CONSTRAINT closed")
    assert await place.writes("wombat, otra vez") == 200
    await place.execute("ALTER TABLE outbox ADD CONSTRAINT closed CHECK (address = '') NOT VALID")
    assert await place.writes("¿Hay wifi?", phone=OTHER_PHONE) == 200
    await place.until("EXISTS (SELECT FROM inbox WHERE attempts > 0 AND NOT done)")
    await place.execute("ALTER TABLE outbox DROP CONSTRAINT closed")
    await place.hears("wifi", phone=OTHER_PHONE)


async def graph_is_rude(place: Place) -> None:
    """Refusals that quote whom they are about."""
    error = {"message": f"(#131026) {PHONE} ornitorrinco", "code": 131026, "error_data": {"details": PHONE}}
    place.graph.fail(status=400, body=orjson.dumps({"error": error}), times=1)
    place.graph.fail(status=500, body=f"<html>{PHONE}".encode(), times=1)
    place.graph.fail(status=401, code=190, times=1)
    place.graph.drop(times=1)
    before = place.graph.requests
    for _ in range(3):
        assert await place.writes("¿Hay un ornitorrinco?") == 200
    async with asyncio.timeout(60):
        while place.graph.requests < before + 3:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    place.graph.reset()


async def operators_come(place: Place, day: Day) -> None:
    """With a token, with a wrong one, and to a port that shows them nothing."""
    token = place.token
    url, ops = place.service.url, f"http://127.0.0.1:{place.service.environment['AGENTE_OPS__PORT']}"
    async with asyncio.timeout(20):
        for answered in (401, 200):
            wanted = token if answered == 200 else f"{token}x"
            while True:
                headers = {"Authorization": f"Bearer {wanted}"}
                async with place.session.get(f"{url}/admin/feature-flags", headers=headers) as answer:
                    if answer.status == answered:
                        break
                await asyncio.sleep(0.2)
    for path, hidden in (("/metrics", "http_requests_total"), ("/health/ready", "standing")):
        async with place.session.get(url + path) as answer:
            assert hidden not in await answer.text()
        async with place.session.get(ops + path) as answer:
            assert hidden in await answer.text()
            day.metrics += await answer.text()


async def a_person_answers(place: Place) -> None:
    """Over HTTP, as the desk does, also what is refused."""
    desk, headers = f"{place.service.url}/admin/handoffs", {"Authorization": f"Bearer {place.token}"}
    async with place.session.get(desk, headers=headers) as answer:
        first = (await answer.json())["handoffs"][0]["id"]
    for content, answered in (({"id": CHAT_ID, "text": "colibrí"}, 202), ({"id": "colibrí", "text": ""}, 400)):
        async with place.session.post(f"{desk}/{first}/reply", json=content, headers=headers) as answer:
            assert answer.status == answered


async def postgres_goes_and_comes(place: Place) -> None:
    """In the middle of messages."""
    writing = [asyncio.create_task(place.writes(f"ornitorrinco {n}", phone=f"{PHONE}")) for n in range(20)]
    await asyncio.to_thread(place.postgres.stop)
    assert set(await asyncio.gather(*writing)) <= {200, 503}
    assert await place.writes("ornitorrinco") == 503
    await asyncio.to_thread(place.postgres.start)
    async with asyncio.timeout(60):
        while await place.writes("ornitorrinco") != 200:  # noqa: ASYNC110 - as Meta sends again
            await asyncio.sleep(0.1)


async def everything(postgres: EmbeddedPostgres) -> str:
    """All that the database holds, as text."""
    connection = await asyncpg.connect(postgres.url)
    tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = [
        row["row"]
        for table in tables
        for row in await connection.fetch(f'SELECT to_jsonb(t)::text AS row FROM "{table["tablename"]}" t')
    ]
    await connection.close()
    return "\n".join(rows)


def server_logs(postgres: EmbeddedPostgres, directory: Path) -> list[str]:
    """What embedded servers wrote into files of their own; one lives elsewhere where the path would be too long."""
    homes = {postgres._home / "server.log", *directory.rglob("server.log")}
    return [log.read_text("utf-8", "replace") for log in homes]


@pytest.fixture
async def day(postgres: EmbeddedPostgres, tmp_path: Path) -> Day:
    """Live through it once."""
    day = Day()
    async with collecting() as collector:
        async with opened(postgres, collector, tmp_path) as place:
            await an_operator_is_let_in(place, day)
            await books(place)
            await reports_come(place)
            await chats(place, day)
            await strangers_come(place)
            await goes_wrong_inside(place)
            await graph_is_rude(place)
            await operators_come(place, day)
            await a_person_answers(place)
            # A server begins its log anew at each start.
            day.logs += server_logs(postgres, tmp_path)
            await postgres_goes_and_comes(place)
            day.database = await everything(postgres)
        day.logs += [place.service.log(), *server_logs(postgres, tmp_path)]
        day.spans = " ".join(str(span) for span in collector.spans)
    return day


async def test_no_log_metric_or_span_of_a_bad_day_holds_anything_of_a_guest_or_a_secret(day: Day) -> None:
    # The control: it all went through, and the same search finds it where it belongs.
    assert found(STORED, day.database) == list(STORED)
    told = [*day.logs, day.metrics, day.spans]
    assert found(EVENTS, *day.logs) == list(EVENTS)
    assert found(SPANS, day.spans) == list(SPANS)

    assert found([*STORED, "ornitorrinco", "pangolín"], *told) == []
    assert found(day.secrets, *told) == []
    # Secrets are in no table either, so that a stolen copy opens no door.
    assert found(day.secrets, day.database) == []


@pytest.mark.parametrize(
    "line",
    [
        "Zacarías",
        '{"event": "Zacar\\u00edas"}',
        "GET /?name=Zacar%C3%ADas",
        "b'Zacar\\xc3\\xadas'",
        "WmFjYXLDrWFz and more: IFphY2Fyw61hcyB3cm90ZQ==",
    ],
)
def test_the_search_finds_a_word_however_it_was_written_down(line: str) -> None:
    assert found(["Zacarías", "Quebrantahuesos"], line) == ["Zacarías"]


@pytest.mark.parametrize("line", ["+54 9 11 7766 5544", "7766-5544", "3737363635353434"])
def test_the_search_finds_a_number_however_it_was_written_down(line: str) -> None:
    assert found(["77665544"], line) == ["77665544"]
