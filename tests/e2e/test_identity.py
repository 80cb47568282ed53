"""A guest who is not known by their channel proves it by a code, and is one guest with whom they were before."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.fakes.graph import FakeGraph
from tests.fakes.smtp import FakeSmtp
from tests.support.chat_guest import Chat
from tests.support.databases import column
from tests.support.dovecot import ImapBox, needs_dovecot
from tests.support.hotels_file import HotelsFile
from tests.support.mail_guest import ANA, answered, text_of, written
from tests.support.service import NUMBER, Service
from tests.support.whatsapp_guest import Guest

pytestmark = pytest.mark.timeout(120)

BOOKING: Final = f"una doble del 5 al 8 de mayo para 2, a nombre de Ana Pérez, {ANA}"
PHONE: Final = "5491155550142"
TEMPLATE: Final = {
    "name": "codigo_de_reserva",
    "language": "es",
    "parameters": ["{code}"],
    "buttons": [{"index": 0, "kind": "url", "value": "{code}"}],
}
ONE: Final = "SELECT count(*) FROM guest WHERE merged_into IS NULL"


@pytest.fixture
async def with_template(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> AsyncIterator[Service]:
    hotels = HotelsFile(tmp_path / "hotels.yaml")
    hotels.change(lambda hotel: hotel["whatsapp"][0].update(templates={"verification": {"es": TEMPLATE}}))
    service = Service(
        database_url=database_url,
        redis_url=valkey_url,
        graph_url=graph.url,
        data_dir=tmp_path,
        hotels_file=str(hotels.path),
    )
    try:
        await service.start()
        yield service
    finally:
        await service.kill()


async def become(database_url: str, sql: str, value: object) -> None:
    """Return when a statement answers this."""
    async with asyncio.timeout(30):
        while await column(database_url, sql) != [value]:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)


@needs_dovecot
async def test_who_booked_in_the_chat_cancels_by_mail_with_a_code_and_is_one_guest(
    with_mail: Service, imap: ImapBox, smtp: FakeSmtp, session: aiohttp.ClientSession, database_url: str
) -> None:
    chat = Chat(with_mail, session)
    await chat.open()
    await chat.says(BOOKING)
    await chat.reads("¿Confirmo la reserva?")
    await chat.says("Sí")
    before = await chat.reads("¡Reserva confirmada!")
    [code] = await column(database_url, "SELECT code FROM demo_reservation")

    await imap.deliver(written(f"Hola, necesito cancelar mi reserva {code}. Gracias, Ana"))

    told, sent = sorted(await smtp.wait_for(2), key=lambda mail: "es tu código" in text_of(mail))
    assert "envié un código de 6 dígitos a a•••@g•••.example" in text_of(told)
    assert sent["In-Reply-To"] is None, "nobody chooses its subject but us"
    [digits] = re.findall(r"(\d{6}) es tu código", text_of(sent))
    await imap.deliver(answered(sent, digits))
    summary = (await smtp.wait_for(3))[2]
    assert f"Vas a cancelar la reserva {code}" in text_of(summary)
    await imap.deliver(answered(summary, "Sí"))
    await smtp.wait_for(5)
    assert any(f"Tu reserva {code} quedó cancelada" in text_of(mail) for mail in smtp.mails)
    assert await column(database_url, "SELECT status FROM demo_reservation") == ["cancelled"]

    await become(database_url, ONE, 1)
    await chat.says("¿Hay wifi?")
    lines = await chat.reads("Hay wifi")
    assert lines[: len(before)] == before
    assert not any("Vas a cancelar" in line for line in lines), "a page shows what was said there"
    assert await column(database_url, "SELECT count(DISTINCT guest_id) FROM inbox WHERE channel <> 'system'") == [1]
    assert len(smtp.mails) == 5, "the answer goes to where the guest wrote last"
    assert digits not in with_mail.log()
    stored = await column(
        database_url, "SELECT message::text FROM outbox UNION ALL SELECT state::text FROM conversation"
    )
    assert not any(digits in str(text) for text in stored)


@pytest.mark.long
async def test_who_booked_on_whatsapp_shows_it_in_the_chat_with_a_code_and_is_one_guest(
    with_template: Service, graph: FakeGraph, session: aiohttp.ClientSession, database_url: str
) -> None:
    booker = Guest(with_template, session, graph, PHONE)
    await booker.says(BOOKING, "¿Confirmo la reserva?")
    await booker.says("Sí", "¡Reserva confirmada!")
    [code] = await column(database_url, "SELECT code FROM demo_reservation")
    chat = Chat(with_template, session)
    await chat.open()

    await chat.says(f"¿cómo está mi reserva {code}?")
    await chat.reads("apellido")
    await chat.says("no")
    await chat.reads("acabo de enviar un código")
    digits = await template_code(graph)
    await chat.says(f"es {digits[:3]} {digits[3:]}")
    await chat.reads(f"Tu reserva {code}")

    await become(database_url, ONE, 1)
    await booker.says("¿Hay wifi?", "Hay wifi")
    assert await column(database_url, "SELECT count(DISTINCT guest_id) FROM inbox WHERE channel <> 'system'") == [1]
    assert await column(database_url, "SELECT array_agg(n ORDER BY id) = array_agg(n ORDER BY n) FROM outbox") == [True]
    assert digits not in with_template.log()
    assert not graph.refused


async def template_code(graph: FakeGraph) -> str:
    """What the template brought to the number on file."""
    async with asyncio.timeout(30):
        while not (found := [sent for sent in graph.sent if sent.payload["type"] == "template"]):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.02)
    [sent] = found
    assert (sent.account, sent.to) == (NUMBER, PHONE)
    components: list[dict[str, Any]] = sent.payload["template"]["components"]
    [body, button] = [str(one["parameters"][0]["text"]) for one in components]
    assert body == button
    return body
