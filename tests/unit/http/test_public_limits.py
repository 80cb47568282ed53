"""What anybody may ask without a token: each route has a limit, or a reason why not."""

import re
from collections.abc import Mapping
from typing import Final

import pytest

from agente_hotelero.http.application import Limits
from tests.fakes.http_ports import VERIFY_TOKEN
from tests.support.http_site import DEMO, Site
from tests.unit.http.conftest import Client, Serve

LIMITED: Final = "limited by address"
TOKEN: Final = "refused without a token, before anything is asked of anybody"
MEMORY: Final = "answered from memory: refusing would cost as much"
SIGNED: Final = "Meta sends what it has; a wrong signature is found out before anything is stored, and can't be guessed"
PUSHED: Final = "Google sends one a second at most for a mailbox; a wrong token is found out before anything is done"

ROUTES: Final[Mapping[tuple[str, str], str]] = {
    ("GET", "/webhooks/whatsapp"): LIMITED,
    ("POST", "/webhooks/whatsapp"): SIGNED,
    ("POST", "/webhooks/gmail"): PUSHED,
    ("GET", "/health/live"): MEMORY,
    ("GET", "/health/ready"): MEMORY,
    ("GET", "/openapi.json"): MEMORY,
    ("GET", "/docs"): MEMORY,
    ("GET", "/static/{path}"): MEMORY,
    ("GET", "/codes/{token}.png"): LIMITED,
    ("GET", "/chat/{hotel}"): MEMORY,
    ("POST", "/chat/{hotel}/session"): LIMITED,
    ("POST", "/chat/{hotel}/messages"): TOKEN,
    ("GET", "/chat/{hotel}/history"): TOKEN,
    ("GET", "/chat/{hotel}/events"): TOKEN,
    ("POST", "/chat/{hotel}/ack"): TOKEN,
}
PAGES: Final = ("/desk",)
"""Pages are files."""
BURST: Final = 3


def reason(method: str, path: str) -> str | None:
    if path.startswith("/admin/"):
        return TOKEN
    if method == "GET" and path in PAGES:
        return MEMORY
    return ROUTES.get((method, path))


def public_routes() -> list[tuple[str, str]]:
    return [
        (route.method, resource.canonical)
        for resource in Site(show_metrics=False).public().router.resources()
        for route in resource
        if route.method != "HEAD"
    ]


@pytest.fixture
async def client(serve: Serve) -> Client:
    limits = Limits(
        address_burst=BURST,
        address_per_second=0.01,
        handshake_burst=BURST,
        handshake_per_second=0.01,
        code_burst=BURST,
        code_per_second=0.01,
    )
    return await serve(Site(limits=limits, show_metrics=False).public())


@pytest.mark.parametrize(("method", "path"), public_routes())
async def test_every_public_route_has_a_limit_or_a_reason_why_not(client: Client, method: str, path: str) -> None:
    concrete = re.sub(r"\{\w+\}", "1", path.replace("{hotel}", DEMO).replace("{path}", "chat.css"))
    statuses = [(await client.request(method, concrete)).status for _ in range(BURST + 2)]

    match reason(method, path):
        case "limited by address":
            assert statuses[-1] == 429
            assert 429 not in statuses[:BURST]
        case str(why) if why == TOKEN:
            assert statuses == [401] * len(statuses)
        case str(why) if why == MEMORY:
            assert statuses == [200] * len(statuses)
        case str(why) if why in {SIGNED, PUSHED}:
            assert statuses == [401] * len(statuses)
        case other:
            raise AssertionError(f"{method} {path} may be asked by anybody, and nobody decided how often: {other}")


async def test_the_verify_token_can_be_guessed_at_ten_times_and_then_six_times_a_minute(
    site: Site, client: Client, serve: Serve
) -> None:
    client = await serve(site.public())
    guess = {"hub.mode": "subscribe", "hub.verify_token": "guess", "hub.challenge": "1"}
    right = {**guess, "hub.verify_token": VERIFY_TOKEN}

    guesses = [(await client.get("/webhooks/whatsapp", params=guess)).status for _ in range(11)]
    refused = await client.get("/webhooks/whatsapp", params=right)
    site.later(10)
    accepted = await client.get("/webhooks/whatsapp", params=right)

    assert guesses == [403] * 10 + [429]
    # Not even the right one: who guesses must not learn that it was.
    assert (refused.status, refused.headers["Retry-After"]) == (429, "10")
    assert accepted.status == 200
    assert site.sample("rate_limited_total", where="handshake") == 2


async def test_an_address_has_room_for_so_many_streams(serve: Serve) -> None:
    site = Site(limits=Limits(streams_per_address=2, heartbeat_seconds=60), trusted_proxies=("127.0.0.0/8",))
    client = await serve(site.public())

    async def stream_from(address: str, session: str) -> int:
        token = site.tokens.issue(DEMO, session).token
        headers = {"Authorization": f"Bearer {token}", "X-Forwarded-For": address}
        return (await client.get("/chat/demo/events", headers=headers)).status

    assert [await stream_from("198.51.100.1", f"s{n}") for n in range(3)] == [200, 200, 429]
    assert await stream_from("198.51.100.2", "s9") == 200


async def test_neither_metrics_nor_details_are_shown_to_strangers_on_the_public_port(client: Client) -> None:
    assert (await client.get("/metrics")).status == 404
    assert "details" not in await (await client.get("/health/ready")).json()
