"""The sender and Meta's Graph, over real connections: refusals, delays, and answers that never came."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp

from agente_hotelero.actors import journal, sender
from agente_hotelero.channels.whatsapp.client import GraphClient
from agente_hotelero.channels.whatsapp.window import TemplateWindow
from agente_hotelero.model.events import DeliveryReport, DeliveryState
from agente_hotelero.model.ids import OutboxId
from agente_hotelero.model.journal import OutboxRow, OutboxStatus
from agente_hotelero.model.lines import Line
from agente_hotelero.model.messages import ContactRequest
from tests.fakes.graph import FakeGraph, Sent
from tests.support.actors_house import House
from tests.support.actors_words import PROFILE, WHATSAPP, on_its_way
from tests.support.virtual_time import clock, now, over_loopback

TIMEOUT = 20.0


def to_phone(row_id: int, *, guest: int = 1, cause: int = 1) -> OutboxRow:
    row = on_its_way(row_id, guest=guest, cause=cause)
    return replace(row, route=replace(row.route, address=f"54911000000{guest:02}"))


class Street:
    """A house whose way out is a Graph on this loop."""

    def __init__(self, graph: FakeGraph, session: aiohttp.ClientSession) -> None:
        self.graph = graph
        self._session = session
        self.house = House(client=self.client("good"))

    def client(self, token: str) -> GraphClient:
        return GraphClient(
            session=self._session,
            base_url=self.graph.url,
            phone_number_id=WHATSAPP.name,
            access_token=token,
            timeout_seconds=TIMEOUT,
        )

    async def send(self, *rows: OutboxRow) -> None:
        for row in rows:
            self.house.database.insert_reply(row)
        self.house.sender.tell(sender.Send(rows=rows))

    async def until(self, row: int, status: OutboxStatus) -> None:
        async with asyncio.timeout(600):
            while self.house.database.outbox[OutboxId(row)].status is not status:  # noqa: ASYNC110 - the clock jumps to it
                await asyncio.sleep(0.9)

    async def report(self, sent: Sent) -> None:
        """Meta's status, which names our row."""
        told = DeliveryReport(
            account=WHATSAPP,
            provider_id=sent.wamid,
            state=DeliveryState.SENT,
            at=now(),
            outbox_id=sent.outbox_id,
        )
        await self.house.journal.ask(journal.Store(items=(told,)))


@asynccontextmanager
async def street() -> AsyncIterator[Street]:
    async with FakeGraph() as graph, aiohttp.ClientSession() as session:
        made = Street(graph, session)
        await made.house.start()
        yield made
        await made.house.stop()


@over_loopback
async def test_an_answer_that_got_lost_is_waited_for_and_its_status_ends_the_doubt() -> None:
    async with street() as made:
        made.graph.drop(accepting=True, times=1)
        made.graph.on_accept = made.report
        await made.send(to_phone(1), to_phone(2, cause=2))
        await made.until(2, OutboxStatus.SENT)
        assert [sent.outbox_id for sent in made.graph.sent] == [1, 2]
        assert made.house.database.outbox[OutboxId(1)].status is OutboxStatus.SENT


@over_loopback
async def test_an_answer_that_got_lost_with_its_status_is_sent_again_once_after_the_grace() -> None:
    async with street() as made:
        made.graph.hang(accepting=True, times=1)
        await made.send(to_phone(1))
        await made.until(1, OutboxStatus.SENT)
        first, again = made.graph.sent
        assert (first.outbox_id, again.outbox_id) == (1, 1)
        assert clock() >= TIMEOUT + sender.GRACE_SECONDS


@over_loopback
async def test_errors_that_pass_are_outlived_in_order() -> None:
    async with street() as made:
        made.graph.fail(status=503, times=1)
        made.graph.fail(status=500, code=131000, times=1)
        made.graph.fail(status=400, code=131057, times=1)
        made.graph.fail(status=429, code=130429, retry_after=3, times=1)
        made.graph.fail(status=400, code=131056, times=2)
        made.graph.slow(5.0, times=1)
        await made.send(to_phone(1), to_phone(2, cause=2))
        await made.until(2, OutboxStatus.SENT)
        assert [sent.outbox_id for sent in made.graph.sent] == [1, 2]
        assert made.house.database.handoffs == []


@over_loopback
async def test_one_guests_limit_and_one_guests_closed_door_are_theirs_alone() -> None:
    async with street() as made:
        made.graph.fail(status=400, code=131056, to="5491100000001", times=3)
        made.graph.fail(status=400, code=131021, to="5491100000002")
        await made.send(*(to_phone(n, guest=n) for n in (1, 2, 3)))
        await made.until(3, OutboxStatus.SENT)
        assert clock() < 1
        await made.until(1, OutboxStatus.SENT)
        assert made.house.database.outbox[OutboxId(2)].status is OutboxStatus.DEAD


@over_loopback
async def test_where_meta_has_no_button_for_a_number_the_question_goes_as_words() -> None:
    async with street() as made:
        asked = ContactRequest(body="¿A qué número puede llamarte el hotel?")
        row = on_its_way(1)
        by_id = replace(row, message=asked, route=replace(row.route, address="AR.91847265"))
        made.graph.fail(status=400, code=100, to=by_id.route.address, times=1)
        await made.send(by_id)
        await made.until(1, OutboxStatus.SENT)
        await made.send(replace(by_id, id=OutboxId(2)))
        await made.until(2, OutboxStatus.SENT)
        first, second = (sent.payload for sent in made.graph.sent)
        assert (first["recipient"], first["text"]["body"]) == (by_id.route.address, asked.body)
        assert second["interactive"]["type"] == "request_contact_info"
        assert made.house.database.handoffs == []


@over_loopback
async def test_a_token_that_is_refused_keeps_everything_pages_somebody_and_goes_on_with_a_new_one() -> None:
    async with street() as made:
        made.graph.fail(status=401, code=190)
        await made.send(*(to_phone(n, guest=n) for n in range(1, 6)))
        await asyncio.sleep(30)
        labels = {"channel": WHATSAPP.channel, "hotel": WHATSAPP.hotel, "account": WHATSAPP.name}
        assert made.house.sample("channel_stopped", **labels) == 1
        assert made.house.sender_actor.road.refused
        tried = made.graph.requests
        made.graph.reset()
        window = TemplateWindow(Line(), hotel=PROFILE.name, language="es", clock=clock)
        made.house.sender.tell(sender.Renewed(client=made.client("new"), window=window))
        await asyncio.gather(*(made.until(n, OutboxStatus.SENT) for n in range(1, 6)))
        assert tried <= 5
        assert made.house.sample("channel_stopped", **labels) == 0


@over_loopback
async def test_what_meta_fails_with_while_it_takes_others_ends_with_a_person() -> None:
    async with street() as made:
        made.graph.fail(status=500, code=131000, to="5491100000001")
        await made.send(to_phone(1))
        for n in range(2, 30):
            await made.send(to_phone(n, guest=2, cause=n))
            await asyncio.sleep(10)
        assert made.house.database.outbox[OutboxId(1)].status is OutboxStatus.DEAD
        assert [handoff.reason for handoff in made.house.database.handoffs] == ["undeliverable"]
