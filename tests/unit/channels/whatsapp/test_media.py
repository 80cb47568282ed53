"""What guests sent comes from Meta's hosts only, whole, and as it was said to be; the token goes nowhere else."""

import base64
import hashlib
import time
import traceback
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.test_utils import TestServer

from agente_hotelero.channels.whatsapp.media import MediaClient
from agente_hotelero.config.settings import META_HOSTS
from agente_hotelero.errors import MediaRefusedError, UnavailableError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account, Channel, HotelId
from tests.fakes.graph import FakeGraph
from tests.fakes.graph_media import error
from tests.unit.channels.whatsapp.conftest import TOKEN

ACCOUNT = Account(HotelId("demo"), Channel.WHATSAPP, "100")
SLIP = b"%PDF-1.4 " + bytes(range(256)) * 600
DIGEST = hashlib.sha256(SLIP)
MOST = 1_000_000


@pytest.fixture
def client(graph: FakeGraph, session: aiohttp.ClientSession) -> MediaClient:
    return client_of(graph.url, session)


def client_of(url: str, session: aiohttp.ClientSession, *, token: str | None = TOKEN) -> MediaClient:
    timeout = aiohttp.ClientTimeout(total=5, sock_read=0.3)
    return MediaClient(
        session=session, base_url=url, token_of=lambda _account: token, hosts=META_HOSTS, timeout=timeout
    )


async def fetched(client: MediaClient, media_id: str, *, most_bytes: int = MOST, sha256: str = "") -> bytes:
    media = MediaReceived(what="document", media_id=media_id, sha256=sha256)
    return await client.download(ACCOUNT, media, most_bytes=most_bytes)


async def refused(client: MediaClient, media_id: str, **values: Any) -> str:
    with pytest.raises(MediaRefusedError) as failed:
        await fetched(client, media_id, **values)
    return failed.value.reason


async def away(client: MediaClient, media_id: str) -> UnavailableError:
    with pytest.raises(UnavailableError) as failed:
        await fetched(client, media_id)
    return failed.value


@pytest.mark.parametrize(
    "said",
    [
        "",
        DIGEST.hexdigest(),
        DIGEST.hexdigest().upper(),
        base64.b64encode(DIGEST.digest()).decode(),
        base64.urlsafe_b64encode(DIGEST.digest()).decode().rstrip("="),
        "no hash at all",
    ],
)
async def test_bytes_come_as_the_message_says_in_whichever_spelling(
    said: str, graph: FakeGraph, client: MediaClient
) -> None:
    media_id = graph.media.put(SLIP, account=ACCOUNT.name)
    assert await fetched(client, media_id, sha256=said) == SLIP
    assert graph.media.user_agents == {"agente-hotelero/1.0.0"}


async def test_an_address_that_is_good_no_more_is_asked_for_anew_once(graph: FakeGraph, client: MediaClient) -> None:
    media_id = graph.media.put(SLIP, lost_addresses=1)
    assert await fetched(client, media_id) == SLIP
    assert graph.media.held[media_id].looked_up == 2
    gone = graph.media.put(SLIP, lost_addresses=9)
    assert await refused(client, gone) == "gone"
    assert graph.media.held[gone].looked_up == 2


async def test_an_id_that_graph_does_not_know_is_gone(graph: FakeGraph, client: MediaClient) -> None:
    assert await refused(client, "404404") == "gone"
    assert await refused(client, "../me?fields=id#") == "gone"


@pytest.mark.parametrize(
    "values",
    [{"said_sha256": "00" * 32}, {"said_sha256": base64.b64encode(b"x" * 32).decode()}],
)
async def test_bytes_that_are_others_than_graph_says_are_refused(
    values: dict[str, str], graph: FakeGraph, client: MediaClient
) -> None:
    assert await refused(client, graph.media.put(SLIP, **values)) == "wrong_hash"


async def test_bytes_that_are_others_than_the_message_says_are_refused(graph: FakeGraph, client: MediaClient) -> None:
    assert await refused(client, graph.media.put(SLIP), sha256=hashlib.sha256(b"x").hexdigest()) == "wrong_hash"


async def test_what_is_said_to_be_too_large_is_never_asked_for(graph: FakeGraph, client: MediaClient) -> None:
    media_id = graph.media.put(SLIP)
    assert await refused(client, media_id, most_bytes=len(SLIP) - 1) == "too_large"
    assert graph.media.held[media_id].downloads == 0


@pytest.mark.parametrize("chunked", [True, False])
async def test_what_is_larger_than_it_was_said_is_cut_off(chunked: bool, graph: FakeGraph, client: MediaClient) -> None:
    media_id = graph.media.put(SLIP * 8, said_size=10, chunked=chunked)
    assert await refused(client, media_id, most_bytes=len(SLIP)) == "too_large"


async def test_a_host_that_stands_still_is_asked_again_later(graph: FakeGraph, client: MediaClient) -> None:
    began = time.monotonic()
    await away(client, graph.media.put(SLIP, stands_still=True))
    assert time.monotonic() - began < 4


@pytest.mark.parametrize(
    ("status", "code", "at_least"), [(500, 1, 0), (429, 130429, 0), (401, 190, 300), (403, 10, 300)]
)
async def test_graphs_trouble_is_asked_again_later(
    *, status: int, code: int, at_least: float, graph: FakeGraph, client: MediaClient
) -> None:
    media_id = graph.media.put(SLIP, id_refusals=[error(status, code)])
    assert (await away(client, media_id)).retry_after_seconds >= at_least
    assert await fetched(client, media_id) == SLIP


@pytest.mark.parametrize(
    "page",
    [web.Response(status=502, body=b"<html>Bad gateway</html>"), web.Response(body=b"<html>" + b"x" * 100_000)],
)
async def test_a_gateways_page_is_no_address(page: web.Response, graph: FakeGraph, client: MediaClient) -> None:
    await away(client, graph.media.put(SLIP, id_refusals=[page]))


async def test_a_gateways_page_in_the_bytes_place_is_no_file(graph: FakeGraph, client: MediaClient) -> None:
    broken = graph.media.put(SLIP, refusals=[web.Response(status=503, body=b"<html>")])
    await away(client, broken)
    polite = graph.media.put(SLIP, refusals=[web.Response(body=b"<html>Sorry</html>")])
    assert await refused(client, polite) == "wrong_hash"


async def test_a_server_that_is_not_there_and_an_account_that_is_gone_are_away(
    session: aiohttp.ClientSession, graph: FakeGraph
) -> None:
    media_id = graph.media.put(SLIP)
    await away(client_of(graph.url, session, token=None), media_id)
    error_of_nobody = await away(client_of("http://127.0.0.1:9/v25.0", session), media_id)
    assert TOKEN not in "".join(traceback.format_exception(error_of_nobody))


class Nowhere(AbstractResolver):
    """Counts who is looked up, and finds nobody."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        self.asked.append(host)
        raise OSError("nobody")

    async def close(self) -> None:
        """Nothing is open."""


FORGED = [
    "http://{trap}/x",
    "http://lookaside.fbsbx.com@{trap}/x",
    "http://{trap}\\@lookaside.fbsbx.com/x",
    "http://lookaside.fbsbx.com/x",
    "https://lookaside.fbsbx.com:8443/x",
    "https://lookaside.fbsbx.com.evil.example/x",
    "https://evilfbcdn.net/x",
    "https://fbcdn.net/x",
    "https://name:word@scontent.fbcdn.net/x",
    "https://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "//{trap}/x",
    "https://[::1/x",
    "https://lookaside.fbsbx.com:port/x",
    "",
]


@pytest.mark.parametrize("redirected", [False, True])
@pytest.mark.parametrize("url", FORGED)
async def test_a_forged_address_never_sees_the_token(*, url: str, redirected: bool, graph: FakeGraph) -> None:
    seen: list[str] = []

    async def trap(request: web.Request) -> web.Response:
        seen.append(request.headers.get("Authorization", ""))
        return web.Response(body=SLIP)

    application = web.Application()
    application.router.add_get("/{tail:.*}", trap)
    nowhere = Nowhere()
    connector = aiohttp.TCPConnector(resolver=nowhere)
    async with TestServer(application) as server, aiohttp.ClientSession(connector=connector) as session:
        forged = url.format(trap=f"127.0.0.1:{server.port}")
        media_id = graph.media.put(SLIP, **({"redirect": forged} if redirected else {"url": forged}))
        reason = await refused(client_of(graph.url, session), media_id)
    # An empty redirect leads to where it is.
    assert reason == ("redirects" if redirected and not url else "forbidden_host")
    assert seen == []
    assert nowhere.asked == []


@pytest.mark.parametrize(
    "host", ["lookaside.fbsbx.com", "scontent.xx.fbcdn.net", "mmg.whatsapp.net", "LOOKASIDE.fbsbx.com"]
)
async def test_metas_own_hosts_are_asked_by_https(host: str, graph: FakeGraph) -> None:
    nowhere = Nowhere()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=nowhere)) as session:
        await away(client_of(graph.url, session), graph.media.put(SLIP, url=f"https://{host}/x?y=1"))
    assert nowhere.asked == [host.lower()]


async def test_a_redirect_among_metas_own_hosts_is_followed(graph: FakeGraph, client: MediaClient) -> None:
    there = graph.media.put(SLIP)
    assert await fetched(client, graph.media.put(SLIP, redirect=f"/media/{there}")) == SLIP
