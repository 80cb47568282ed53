"""What Meta can't fetch is given to it once for each account, and anew where it knows it no more."""

import asyncio
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web

from agente_hotelero.channels.port import FailureClass as Class
from agente_hotelero.channels.port import Outgoing, SendFailedError
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.channels.whatsapp.client import GraphClient
from agente_hotelero.channels.whatsapp.uploads import Uploads
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.ids import Account, Channel, HotelId
from agente_hotelero.model.media import OwnFile
from agente_hotelero.model.messages import Choices, Document, Option, OutboundMessage, Picture
from tests.fakes import webhooks
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_media import error
from tests.unit.channels.whatsapp.conftest import TOKEN

ACCOUNT = Account(HotelId("demo"), Channel.WHATSAPP, webhooks.ACCOUNT)
PNG = b"\x89PNG the double"
PATH = "/static/rooms/double.png"
PICTURE = Picture(source=PATH, caption="La doble")
CHOICES = Choices(body="¿Cuál?", options=(Option(id="a", title="Doble"),), menu_label="Ver", photo=PATH)
DOCUMENT = Document(source="/reservas/a.pdf", filename="reserva.pdf", caption="Su reserva")


@dataclass
class FakeLedger:
    ids: dict[tuple[Account, bytes], str] = field(default_factory=dict)
    failure: Exception | None = None

    async def known(self, account: Account, sha256: bytes) -> str | None:
        if self.failure is not None:
            raise self.failure
        return self.ids.get((account, sha256))

    async def keep(self, account: Account, sha256: bytes, media_id: str) -> None:
        self.ids[account, sha256] = media_id


class Way:
    """A client over a Graph, with what our own site has."""

    def __init__(self, graph: FakeGraph, session: aiohttp.ClientSession) -> None:
        self.ledger = FakeLedger()
        self.site = {PATH: OwnFile(mime="image/png", content=PNG)}
        self.site[DOCUMENT.source] = OwnFile(mime="application/pdf", content=b"%PDF")
        self.graph = graph
        self.client = GraphClient(
            session=session,
            base_url=graph.url,
            phone_number_id=ACCOUNT.name,
            access_token=TOKEN,
            timeout_seconds=5,
            uploads=Uploads(
                session=session,
                base_url=graph.url,
                account=ACCOUNT,
                access_token=TOKEN,
                ledger=self.ledger,
                read_own=self._read,
                timeout_seconds=0.5,
            ),
        )

    async def _read(self, path: str) -> OwnFile | None:
        return self.site.get(path)

    async def send(self, message: OutboundMessage = PICTURE) -> object:
        """Answers what Graph was given."""
        [part] = compose.parts(message, uploads=True)
        await self.client.send(Outgoing(outbox_id=7, address=webhooks.GUEST, message=part, interactive=True))
        return self.graph.sent[-1].payload

    async def fails(self, message: OutboundMessage = PICTURE) -> SendFailedError:
        with pytest.raises(SendFailedError) as failed:
            await self.send(message)
        assert self.graph.sent == []
        return failed.value


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    async with FakeGraph(access_token=TOKEN) as graph, aiohttp.ClientSession() as session:
        yield Way(graph, session)


async def test_a_picture_of_our_own_is_uploaded_once_and_sent_by_its_id(way: Way) -> None:
    first = await way.send()
    assert await way.send() == first
    [media_id] = way.graph.media.uploads
    assert isinstance(first, dict)
    assert (first["type"], first["image"]) == ("image", {"id": media_id, "caption": "La doble"})
    held = way.graph.media.held[media_id]
    assert (held.content, held.mime, held.account) == (PNG, "image/png", ACCOUNT.name)


async def test_guests_who_get_the_same_at_once_need_it_there_once(way: Way) -> None:
    await asyncio.gather(*(way.send() for _ in range(5)))
    assert len(way.graph.media.uploads) == 1


async def test_a_documents_and_a_headers_file_go_by_their_ids_too(way: Way) -> None:
    document = await way.send(DOCUMENT)
    choices = await way.send(CHOICES)
    file, photo = way.graph.media.uploads
    assert isinstance(document, dict)
    assert document["document"] == {"id": file, "filename": "reserva.pdf", "caption": "Su reserva"}
    assert isinstance(choices, dict)
    assert choices["interactive"]["header"] == {"type": "image", "image": {"id": photo}}
    assert compose.response_type(CHOICES, True, uploads=True) == "interactive_buttons_with_image"


async def test_what_meta_can_fetch_is_not_uploaded(way: Way) -> None:
    [part] = compose.parts(PICTURE, site="https://hotel.example", uploads=True)
    sent = await way.send(part)
    assert isinstance(sent, dict)
    assert sent["image"]["link"] == f"https://hotel.example{PATH}"
    assert way.graph.media.uploads == []


async def test_a_picture_that_changed_under_its_path_is_another_one(way: Way) -> None:
    await way.send()
    way.site[PATH] = OwnFile(mime="image/png", content=PNG + b" painted")
    await way.send()
    assert len(way.graph.media.uploads) == 2


@pytest.mark.parametrize("code", [100, 131009, 131052, 131053])
async def test_an_id_that_meta_knows_no_more_is_replaced_once(code: int, way: Way) -> None:
    await way.send()
    way.graph.fail(status=400, code=code, times=1)
    sent = await way.send()
    assert isinstance(sent, dict)
    old, new = way.graph.media.uploads
    assert sent["image"]["id"] == new
    assert list(way.ledger.ids.values()) == [new]
    way.graph.fail(status=400, code=code)
    with pytest.raises(SendFailedError) as failed:
        await way.send()
    assert (failed.value.failure, len(way.graph.media.uploads)) == (Class.OUR_BUG, 3)
    assert old != new


async def test_a_lost_answer_to_the_message_itself_is_never_sent_again(way: Way) -> None:
    await way.send()
    way.graph.drop(accepting=True, times=1)
    with pytest.raises(SendFailedError) as failed:
        await way.send()
    assert failed.value.failure is Class.IN_DOUBT
    assert (len(way.graph.sent), len(way.graph.media.uploads)) == (2, 1)


@pytest.mark.parametrize(
    ("refusal", "failure"),
    [
        (error(401, 190), Class.AUTH),
        (error(429, 130429), Class.RATE_LIMITED),
        (error(400, 100), Class.OUR_BUG),
        (error(500, 1), Class.RETRY_SOON),
        (web.Response(status=502, body=b"<html>"), Class.RETRY_SOON),
        (web.Response(body=b"<html>"), Class.RETRY_SOON),
    ],
)
async def test_an_upload_that_fails_is_no_message_in_doubt(refusal: web.Response, failure: Class, way: Way) -> None:
    way.graph.media.upload_refusals = [refusal]
    failed = await way.fails()
    assert failed.failure is failure
    assert TOKEN not in "".join(traceback.format_exception(failed))


async def test_storage_that_is_away_only_delays_and_what_we_have_not_is_our_own_mistake(way: Way) -> None:
    way.ledger.failure = StorageUnavailableError("postgres")
    assert (await way.fails()).failure is Class.RETRY_SOON
    way.ledger.failure = None
    way.site.clear()
    assert (await way.fails()).failure is Class.OUR_BUG
    await way.graph.stop()
    way.site[PATH] = OwnFile(mime="image/png", content=PNG)
    assert (await way.fails()).failure is Class.RETRY_SOON
