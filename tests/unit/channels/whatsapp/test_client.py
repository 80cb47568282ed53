import asyncio
import socket
import traceback

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from agente_hotelero.channels.port import FailureClass as Class
from agente_hotelero.channels.port import Outgoing, SendFailedError
from agente_hotelero.channels.whatsapp.client import GraphClient
from agente_hotelero.model.messages import Choices, Option, Text
from tests.fakes import webhooks
from tests.fakes.graph import FakeGraph, Sent
from tests.unit.channels.whatsapp.conftest import TOKEN

GUEST = webhooks.GUEST


def client_of(
    url: str, session: aiohttp.ClientSession, *, token: str = TOKEN, timeout_seconds: float = 20.0
) -> GraphClient:
    return GraphClient(
        session=session,
        base_url=url,
        phone_number_id=webhooks.ACCOUNT,
        access_token=token,
        timeout_seconds=timeout_seconds,
    )


@pytest.fixture
def client(graph: FakeGraph, session: aiohttp.ClientSession) -> GraphClient:
    return client_of(graph.url, session)


def outgoing(body: str = "Hola", outbox_id: int = 7) -> Outgoing:
    return Outgoing(outbox_id=outbox_id, address=GUEST, message=Text(body=body), interactive=True)


async def failure_of(client: GraphClient) -> SendFailedError:
    with pytest.raises(SendFailedError) as failed:
        await client.send(outgoing())
    return failed.value


async def test_an_accepted_message_answers_its_wamid(graph: FakeGraph, client: GraphClient) -> None:
    wamid = await client.send(outgoing("Hola", 7))
    (sent,) = graph.sent
    assert (sent.wamid, sent.outbox_id, sent.to, sent.account) == (wamid, 7, GUEST, webhooks.ACCOUNT)
    assert sent.payload["text"]["body"] == "Hola"


async def test_buttons_and_lists_are_accepted(graph: FakeGraph, client: GraphClient) -> None:
    for count in (2, 6):
        options = tuple(Option(id=str(n), title=f"Doble {n}") for n in range(count))
        message = Choices(body="¿Cuál?", options=options, menu_label="Opciones")
        await client.send(Outgoing(outbox_id=count, address="US.123", message=message, interactive=True))
    assert [sent.payload["interactive"]["type"] for sent in graph.sent] == ["button", "list"]
    assert graph.sent[0].to == "US.123"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ((500, None, None), Class.RETRY_SOON),
        ((500, 131000, None), Class.RETRY_SOON),
        ((504, None, None), Class.IN_DOUBT),
        ((429, 130429, None), Class.RATE_LIMITED),
        ((400, 131056, None), Class.PAIR_LIMITED),
        ((400, 131047, None), Class.WINDOW_SHUT),
        ((400, 131026, None), Class.UNREACHABLE),
        ((400, 131048, None), Class.QUALITY),
        ((401, 190, None), Class.AUTH),
        ((400, 100, 33), Class.AUTH),
        ((400, 100, None), Class.OUR_BUG),
    ],
)
async def test_a_refusal_is_named_by_what_to_do(
    graph: FakeGraph, client: GraphClient, answer: tuple[int, int | None, int | None], expected: Class
) -> None:
    status, code, subcode = answer
    graph.fail(status=status, code=code, subcode=subcode)
    failure = await failure_of(client)
    assert (failure.failure, failure.code, graph.sent) == (expected, code, [])


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"error": 7}', b'{"error": {"code": "1"}}', b'{"error": {"code": true}}', b"\xff"]
)
async def test_an_answer_that_explains_nothing_is_named_by_its_status(
    graph: FakeGraph, client: GraphClient, body: bytes
) -> None:
    graph.fail(status=503, body=body)
    failure = await failure_of(client)
    assert (failure.failure, failure.code) == (Class.RETRY_SOON, None)


async def test_the_wait_that_meta_asks_for_goes_along(graph: FakeGraph, client: GraphClient) -> None:
    graph.fail(status=429, code=130429, retry_after=12, times=1)
    assert (await failure_of(client)).retry_after_seconds == 12.0
    await client.send(outgoing())


async def test_a_wrong_token_stops_the_account(graph: FakeGraph, session: aiohttp.ClientSession) -> None:
    assert (await failure_of(client_of(graph.url, session, token="old"))).failure is Class.AUTH


async def test_a_redirect_is_not_followed_with_the_token(graph: FakeGraph, client: GraphClient) -> None:
    graph.fail(status=307, location="/elsewhere")
    assert (await failure_of(client)).failure is Class.RETRY_SOON
    assert graph.requests == 1


async def test_a_refused_connection_was_certainly_not_sent(graph: FakeGraph, client: GraphClient) -> None:
    await graph.stop()
    assert (await failure_of(client)).failure is Class.RETRY_SOON


class NoResolver(AbstractResolver):
    """Names that can't be resolved: at once, or never."""

    def __init__(self, *, hangs: bool) -> None:
        self._hangs = hangs

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self._hangs:
            await asyncio.Event().wait()
        raise OSError("no such host")

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("hangs", [True, False])
async def test_a_connection_that_never_opens_was_certainly_not_sent(hangs: bool) -> None:
    connector = aiohttp.TCPConnector(resolver=NoResolver(hangs=hangs))
    async with aiohttp.ClientSession(connector=connector) as session:
        client = client_of("http://graph.example/v25.0", session, timeout_seconds=0.2)
        assert (await failure_of(client)).failure is Class.RETRY_SOON


@pytest.mark.parametrize("accepting", [True, False])
async def test_a_connection_cut_after_sending_is_in_doubt(
    graph: FakeGraph, client: GraphClient, accepting: bool
) -> None:
    graph.drop(accepting=accepting, times=1)
    assert (await failure_of(client)).failure is Class.IN_DOUBT
    assert len(graph.sent) == accepting


@pytest.mark.parametrize("accepting", [True, False])
async def test_no_answer_in_time_is_in_doubt(graph: FakeGraph, session: aiohttp.ClientSession, accepting: bool) -> None:
    graph.hang(accepting=accepting)
    assert (await failure_of(client_of(graph.url, session, timeout_seconds=0.2))).failure is Class.IN_DOUBT
    assert len(graph.sent) == accepting


async def test_a_slow_answer_within_the_time_is_an_answer(graph: FakeGraph, client: GraphClient) -> None:
    graph.slow(0.05)
    assert await client.send(outgoing()) == graph.sent[0].wamid


async def test_an_acceptance_that_nobody_can_read_is_in_doubt(graph: FakeGraph, client: GraphClient) -> None:
    graph.garble(times=1)
    assert (await failure_of(client)).failure is Class.IN_DOUBT
    assert len(graph.sent) == 1


@pytest.mark.parametrize("body", [b"{}", b'{"messages": []}', b'{"messages": [{"id": 7}]}', b'{"messages": {}}'])
async def test_an_acceptance_without_id_is_in_doubt(graph: FakeGraph, client: GraphClient, body: bytes) -> None:
    graph.fail(status=200, body=body)
    assert (await failure_of(client)).failure is Class.IN_DOUBT


async def test_a_message_that_no_post_can_hold_is_never_posted(graph: FakeGraph, client: GraphClient) -> None:
    with pytest.raises(SendFailedError, match="our_bug"):
        await client.send(outgoing("x" * 4097))
    assert graph.requests == 0


async def test_a_cancelled_send_is_cancelled(graph: FakeGraph, client: GraphClient) -> None:
    graph.hang(accepting=True)
    task = asyncio.create_task(client.send(outgoing()))
    await graph.wait_for(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_failures_never_show_the_token(graph: FakeGraph, client: GraphClient) -> None:
    graph.drop(times=1)
    dropped = await failure_of(client)
    graph.fail(status=401, code=190, times=1)
    refused = await failure_of(client)
    await graph.stop()
    for failure in (dropped, refused, await failure_of(client)):
        shown = "".join(traceback.TracebackException.from_exception(failure, capture_locals=True).format())
        assert TOKEN not in shown
        assert failure.__cause__ is None


async def test_one_guest_can_be_limited_alone(graph: FakeGraph, client: GraphClient) -> None:
    graph.fail(status=400, code=131056, to=GUEST)
    assert (await failure_of(client)).failure is Class.PAIR_LIMITED
    await client.send(Outgoing(outbox_id=1, address="34600000000", message=Text(body="Hola"), interactive=False))


async def test_the_fake_tells_of_what_it_accepts(graph: FakeGraph, client: GraphClient) -> None:
    told: asyncio.Queue[Sent] = asyncio.Queue()
    graph.on_accept = told.put
    await client.send(outgoing(outbox_id=9))
    assert (await told.get()).outbox_id == 9


async def test_the_fake_comes_back_on_the_same_port(graph: FakeGraph, client: GraphClient) -> None:
    await graph.stop()
    await graph.start()
    assert await client.send(outgoing())


async def test_a_reset_ends_all_faults(graph: FakeGraph, client: GraphClient) -> None:
    graph.fail(status=500)
    await failure_of(client)
    graph.reset()
    assert await client.send(outgoing())


async def test_read_and_typing_are_shown_in_one_mark(graph: FakeGraph, client: GraphClient) -> None:
    await client.show_typing("wamid.IN1")
    (mark,) = graph.read
    assert (mark["status"], mark["message_id"], mark["typing_indicator"]) == ("read", "wamid.IN1", {"type": "text"})
    assert graph.sent == []


async def test_a_mark_that_is_refused_says_so(graph: FakeGraph, client: GraphClient) -> None:
    graph.fail(status=400, code=131009)
    with pytest.raises(SendFailedError):
        await client.show_typing("wamid.IN1")


async def test_how_busy_we_are_is_known_after_each_message(graph: FakeGraph, client: GraphClient) -> None:
    graph.headers = {"x-business-use-case-usage": '{"1": [{"call_count": 92}]}'}
    await client.send(outgoing())
    assert client.busy_percent == 92
    graph.headers = {}
    await client.send(outgoing(outbox_id=8))
    assert client.busy_percent == 0


@pytest.mark.parametrize(
    ("status", "is_sent"), [("accepted", True), ("held_for_quality_assessment", True), ("paused", False)]
)
async def test_a_template_that_is_accepted_and_paused_is_not_sent(
    graph: FakeGraph, client: GraphClient, status: str, is_sent: bool
) -> None:
    graph.fail(status=200, body=b'{"messages": [{"id": "wamid.1", "message_status": "%s"}]}' % status.encode())
    if is_sent:
        assert await client.send(outgoing()) == "wamid.1"
    else:
        assert (await failure_of(client)).failure is Class.TEMPLATE


async def test_maintenance_is_told_from_other_outages(graph: FakeGraph, client: GraphClient) -> None:
    graph.fail(status=500, code=131057, times=1)
    assert (await failure_of(client)).maintenance
    graph.fail(status=500, code=131000, times=1)
    assert not (await failure_of(client)).maintenance


async def test_codes_that_come_late_mean_the_same(client: GraphClient) -> None:
    assert client.meaning(131031) is Class.AUTH
    assert client.quiet_for(131000) is None


@pytest.mark.parametrize(
    ("level", "upgraded"), [("HIGH", True), ("STANDARD", False), ("NOT_APPLICABLE", False), (None, False)]
)
async def test_what_meta_says_of_a_numbers_throughput_is_read(
    graph: FakeGraph, client: GraphClient, level: object, upgraded: bool
) -> None:
    graph.level = level
    assert await client.upgraded() is upgraded


async def test_a_throughput_that_cannot_be_asked_for_is_a_failure_like_others(client: GraphClient) -> None:
    wrong = GraphClient(
        session=client._session, base_url=client._number, phone_number_id="nowhere", access_token="x", timeout_seconds=1
    )
    with pytest.raises(SendFailedError) as caught:
        await wrong.upgraded()
    assert caught.value.failure is Class.AUTH
