"""The demo's stand-in for WhatsApp shows what a guest would see."""

import pytest
from aiohttp import FormData
from aiohttp.test_utils import TestClient, TestServer

from agente_hotelero.channels.port import Outgoing
from agente_hotelero.channels.whatsapp.compose import payload
from agente_hotelero.http import demo_graph
from agente_hotelero.model.messages import Choices, Link, Location, Option, OutboundMessage, Picture, Text


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (Text(body="Hola"), "Hola"),
        (
            Choices(body="¿Cuál?", options=(Option(id="1", title="Doble"),), menu_label="Ver"),
            "¿Cuál?\n[ Doble ]",
        ),
        (Location(latitude=-34.5, longitude=-58.4, name="Hotel", address="Calle 1"), "(-34.5, -58.4) Hotel"),
        (Picture(source="https://x.example/a.png", caption="Código X"), "Código X\nhttps://x.example/a.png"),
        (
            Link(body="Puedes pagar.", title="Pagar", url="https://pay.example/1"),
            "Puedes pagar.\n[ Pagar ] https://pay.example/1",
        ),
    ],
)
async def test_every_kind_of_message_is_shown(message: OutboundMessage, shown: str) -> None:
    seen: list[tuple[str, str]] = []
    application = demo_graph.build(lambda to, words: seen.append((to, words)))
    sent = payload(Outgoing(outbox_id=1, address="5491150001234", message=message, interactive=True))

    async with TestClient(TestServer(application)) as graph:
        answer = await graph.post("/100/messages", json=sent)

    assert answer.status == 200
    assert seen == [("+5491150001234", shown)]


async def test_a_picture_that_was_uploaded_is_shown_by_its_name() -> None:
    seen: list[tuple[str, str]] = []
    async with TestClient(TestServer(demo_graph.build(lambda to, words: seen.append((to, words))))) as graph:
        form = FormData({"messaging_product": "whatsapp", "type": "image/png"})
        form.add_field("file", b"...", filename="picture.png", content_type="image/png")
        answer = await graph.post("/100/media", data=form)
        image = {"id": (await answer.json())["id"], "caption": "Código X"}
        await graph.post("/100/messages", json={"to": "549", "type": "image", "image": image})

    assert seen == [("549", "Código X\n(picture.png)")]


async def test_its_number_is_as_fast_as_a_new_one() -> None:
    async with TestClient(TestServer(demo_graph.build(lambda _to, _words: None))) as graph:
        answer = await graph.get("/100?fields=throughput")
        assert await answer.json() == {"id": "100", "throughput": {"level": "STANDARD"}}
