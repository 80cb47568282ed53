"""Operators over HTTP, with the service running: what they change takes effect, and the audit knows whose doing it was."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import pytest

from agente_hotelero.model.roles import Role
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.tokens import PostgresTokens
from tests.fakes.graph import FakeGraph
from tests.fakes.webhooks import body, text
from tests.support.service import NUMBER, Service
from tests.support.shell import done_at, typed_at

pytestmark = pytest.mark.timeout(120)

GUEST, OTHER = "5491150000007", "5491150000008"


@pytest.fixture
async def tables(database_url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


class Operator:
    """One token, typed into existence."""

    def __init__(self, service: Service, session: aiohttp.ClientSession, token: str) -> None:
        self._url = service.url
        self._session = session
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, method: str, path: str, json: object = None) -> tuple[int, Any]:
        async with self._session.request(method, self._url + path, headers=self._headers, json=json) as answer:
            return answer.status, await answer.json()

    async def known(self) -> "Operator":
        """A new token is good within seconds."""
        async with asyncio.timeout(20):
            while (await self.ask("GET", "/admin/me"))[0] != 200:  # noqa: ASYNC110 - another process's doing
                await asyncio.sleep(0.2)
        return self


@pytest.fixture(autouse=True)
async def adas_token(database_url: str) -> str:
    """Made before the service starts, which knows it then; what is made later is known within seconds."""
    pool = Pool(database_url)
    await pool.open()
    try:
        return await PostgresTokens(pool).create("ada", role=Role.ADMIN)
    finally:
        await pool.close()


@pytest.fixture
async def admin(service: Service, session: aiohttp.ClientSession, adas_token: str) -> Operator:
    return Operator(service, session, adas_token)


async def write(service: Service, session: aiohttp.ClientSession, words: str, guest: str = GUEST) -> None:
    message = text(words, sender=guest, timestamp=int(time.time()))
    assert await service.post(session, body(message, account=NUMBER)) == 200


async def test_what_was_given_up_gets_its_second_try(
    service: Service, session: aiohttp.ClientSession, graph: FakeGraph, tables: Any, admin: Operator
) -> None:
    await write(service, session, "¿Hay wifi?")
    await graph.wait_for(1)
    # As if its turn had failed five times, before the program was mended.
    await tables.execute(
        "INSERT INTO dead_letter (inbox_id, guest_id, error) SELECT id, guest_id, 'ValueError' FROM inbox"
    )
    _, listed = await admin.ask("GET", "/admin/dead-letters")
    [letter] = listed["dead_letters"]
    assert await admin.ask("POST", f"/admin/dead-letters/{letter['id']}/retry") == (202, {"status": "stored"})
    await graph.wait_for(2)
    assert (await admin.ask("POST", f"/admin/dead-letters/{letter['id']}/retry"))[0] == 404

    async with asyncio.timeout(20):
        while await tables.fetchval("SELECT count(*) FROM outbox WHERE status = 'sent'") < 2:  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.05)
    await tables.execute("UPDATE outbox SET status = 'dead' WHERE n = 1")
    _, listed = await admin.ask("GET", "/admin/outbox")
    [message] = listed["messages"]
    assert await admin.ask("POST", f"/admin/outbox/{message['id']}/retry") == (202, {"status": "stored"})
    await graph.wait_for(3)
    assert {sent.to for sent in graph.sent} == {GUEST}
    _, audit = await admin.ask("GET", "/admin/audit")
    assert [(line["who"], line["action"]) for line in audit["lines"]] == [
        ("ada", "message_retried"),
        ("ada", "dead_letter_retried"),
        ("command line", "token_created"),
    ]


async def test_a_flag_is_switched_at_once_and_the_audit_says_by_whom(service: Service, admin: Operator) -> None:
    flag = "/admin/feature-flags/features.interactive_messages"
    assert await admin.ask("PUT", flag, {"enabled": True}) == (200, {"flag": flag.rpartition("/")[2], "enabled": True})
    _, flags = await admin.ask("GET", "/admin/feature-flags")
    assert flags["flags"]["features.interactive_messages"] is True
    assert "on\tredis" in await typed_at(service, "agente-hotelero flags list")
    await typed_at(service, "agente-hotelero flags set features.interactive_messages off")
    _, audit = await admin.ask("GET", "/admin/audit")
    assert [(line["who"], line["detail"]) for line in audit["lines"][:2]] == [
        ("command line", '{"flag":"features.interactive_messages","enabled":false}'),
        ("ada", '{"flag":"features.interactive_messages","enabled":true}'),
    ]


async def test_a_person_answers_and_the_guest_hears_it_once(
    service: Service, session: aiohttp.ClientSession, graph: FakeGraph, admin: Operator
) -> None:
    await write(service, session, "¡Emergencia!")
    await graph.wait_for(1)
    _, listed = await admin.ask("GET", "/admin/handoffs")
    [handoff] = listed["handoffs"]
    assert (handoff["reason"], handoff["contact"]) == ("emergency", f"whatsapp {GUEST}")

    path, reply = f"/admin/handoffs/{handoff['id']}", {"id": str(uuid4()), "text": "Soy Ana, ya subo."}
    for _ in range(2):
        assert await admin.ask("POST", f"{path}/reply", reply) == (202, {"status": "stored"})
    await graph.wait_for(2)
    assert "answered" in await typed_at(
        service, f"agente-hotelero handoffs reply {handoff['id']} 'Ya estoy en la puerta.'"
    )
    await graph.wait_for(3)
    # The agent keeps quiet: the next thing that Graph hears is for somebody else.
    await write(service, session, "¿Hay wifi?")
    await write(service, session, "¿Hay wifi?", OTHER)
    await graph.wait_for(4)
    assert [sent.payload["text"]["body"] for sent in graph.sent[1:3]] == ["Soy Ana, ya subo.", "Ya estoy en la puerta."]
    assert graph.sent[3].to == OTHER

    _, read = await admin.ask("GET", path)
    assert [(line["author"], line["body"]) for line in read["lines"]][2:] == [
        ("staff", "Soy Ana, ya subo."),
        ("staff", "Ya estoy en la puerta."),
        ("guest", "¿Hay wifi?"),
    ]
    assert (read["taken_over"], read["unanswered"]) == (True, True)
    assert "Ya estoy en la puerta." in await typed_at(service, f"agente-hotelero handoffs read {handoff['id']}")


async def test_a_token_of_one_hotel_sees_that_hotel_only(
    service: Service, session: aiohttp.ClientSession, graph: FakeGraph, tables: Any
) -> None:
    refused = await done_at(service, "agente-hotelero token create olga --hotel otro")
    assert (refused.returncode, "there is no hotel otro" in refused.stderr) == (1, True)
    token = await typed_at(service, "agente-hotelero token create olga --role operator --hotel demo")
    olga = await Operator(service, session, token.strip()).known()
    await write(service, session, "¡Emergencia!")
    await graph.wait_for(1)

    assert [guest["aliases"] for guest in (await olga.ask("GET", f"/admin/guests?find={GUEST}"))[1]["guests"]] == [
        [f"phone {GUEST}"]
    ]
    assert len((await olga.ask("GET", "/admin/handoffs"))[1]["handoffs"]) == 1
    assert (await olga.ask("GET", "/admin/audit"))[0] == 403
    await tables.execute("UPDATE guest SET hotel = 'otro'")
    await tables.execute("UPDATE handoff SET hotel = 'otro'")
    assert (await olga.ask("GET", f"/admin/guests?find={GUEST}"))[1]["guests"] == []
    assert (await olga.ask("GET", "/admin/handoffs"))[1]["handoffs"] == []
    await typed_at(service, "agente-hotelero token revoke olga")
    async with asyncio.timeout(20):
        while (await olga.ask("GET", "/admin/me"))[0] != 401:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.2)
