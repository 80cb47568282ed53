"""Every answer carries what it must: each route of both listeners is asked, and whatever goes wrong before one is found."""

import io
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientResponse, ClientSession, web

from agente_hotelero.http.headers import NAME, NOTHING
from agente_hotelero.http.listener import Listener
from tests.fakes.http_ports import OPERATOR_TOKEN
from tests.support.http_site import DEMO, SECRET_KEY, Site
from tests.support.raw_http import Raw, raw

EVERY = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Server": NAME}
PAGES = {"Permissions-Policy", "Cross-Origin-Opener-Policy"}
METHODS = ("GET", "POST", "PUT", "DELETE")
STRANGER, SESSION, OPERATOR = "nobody", "a guest", "an operator"


@asynccontextmanager
async def listening(application: web.Application) -> AsyncIterator[str]:
    listener = await Listener.open(application, host="127.0.0.1", port=0)
    try:
        yield f"http://127.0.0.1:{listener.port}"
    finally:
        await listener.close()


def routes(application: web.Application) -> Iterator[str]:
    """A path for each resource."""
    for resource in application.router.resources():
        path = resource.canonical.replace("{hotel}", DEMO).replace("{path}", "chat.css")
        yield re.sub(r"\{\w+\}", "1", path)


def tokens(site: Site) -> dict[str, str | None]:
    return {STRANGER: None, SESSION: site.tokens.issue(DEMO, "s1").token, OPERATOR: OPERATOR_TOKEN}


def wanting(answer: ClientResponse) -> list[str]:
    """What an answer lacks."""
    headers = answer.headers
    lacks = [f"{name}: {value}" for name, value in EVERY.items() if headers.get(name) != value]
    html = answer.content_type == "text/html"
    lacks += [name for name in PAGES if html and name not in headers]
    policy = headers.get("Content-Security-Policy", "")
    strict = "default-src 'none'" in policy and "frame-ancestors" in policy and "unsafe" not in policy
    lacks += [] if strict and (html or policy == NOTHING) else ["a strict policy"]
    # A file holds nothing of anybody: browsers may keep it, if they ask whether it is still good.
    file = html or (answer.ok and answer.url.path.startswith("/static/"))
    lacks += [] if headers.get("Cache-Control") == ("no-cache" if file else "no-store") else ["its caching"]
    lacks += [] if "Cross-Origin-Resource-Policy" in headers else ["who may embed it"]
    return lacks


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
async def test_every_answer_of_every_route_carries_what_it_must(site: Site, private: bool) -> None:
    application = site.private() if private else site.public()
    seen: set[int] = set()
    async with listening(application) as url, ClientSession() as session:
        for path in [*routes(application), "/nowhere"]:
            for method in METHODS:
                for who, token in tokens(site).items():
                    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
                    async with session.request(method, url + path, headers=headers) as answer:
                        assert wanting(answer) == [], (method, path, who, answer.status)
                        seen.add(answer.status)
    assert seen >= ({200, 404, 405} if private else {200, 401, 403, 404, 405})


async def test_a_body_beyond_the_limit_is_answered_so_too_wherever_one_is_taken(site: Site) -> None:
    application = site.public()
    headers = {"Authorization": f"Bearer {site.tokens.issue(DEMO, 's1').token}"}
    refused = 0
    async with listening(application) as url, ClientSession() as session:
        for path in routes(application):
            async with session.post(
                url + path, data=io.BytesIO(b" " * (3 * 1024 * 1024 + 1)), headers=headers
            ) as answer:
                assert wanting(answer) == [], path
                refused += answer.status == 413
    assert refused >= 3


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nbroken header of +34600111222\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 a browser that speaks TLS\r\n\r\n", 400),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 9_000 + b"\r\n\r\n", 400),
        (b"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\nConnection: close\r\n\r\n", 417),
        (b"PUT /nowhere HTTP/1.1\r\nHost: x\r\nExpect: \x80\r\nConnection: close\r\n\r\n", 417),
    ],
)
async def test_what_never_reaches_a_route_is_answered_in_our_form_and_never_quoted(
    site: Site, request_bytes: bytes, status: int
) -> None:
    async with listening(site.public()) as url:
        answer = await raw(url, request_bytes)

    assert answer.status == status
    assert answer.headers.items() >= {name.lower(): value for name, value in EVERY.items()}.items()
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["content-security-policy"] == NOTHING
    for quoted in (b"34600111222", b"aaaa", b"miracle", b"TLS", b"aiohttp", b"Python"):
        assert quoted not in answer.bytes


async def test_no_answer_tells_versions(site: Site) -> None:
    async with listening(site.public()) as url:
        answers: list[Raw] = [
            await raw(url, f"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            for method, path in (
                ("GET", "/health/live"),
                ("GET", "/nowhere"),
                ("POST", "/webhooks/whatsapp"),
                ("BREW", "/docs"),
            )
        ]
    for answer in answers:
        assert not re.search(rb"aiohttp|python|\d+\.\d+\.\d+", answer.bytes.replace(b"HTTP/1.1", b""), re.IGNORECASE)


async def test_browsers_are_held_to_https_only_where_they_reach_us_by_it() -> None:
    for https in (False, True):
        site = Site(https=https)
        async with listening(site.public()) as url, ClientSession() as session:
            for path in ("/chat/demo", "/docs", "/static/chat.js", "/openapi.json", "/nowhere"):
                async with session.get(url + path) as answer:
                    assert ("Strict-Transport-Security" in answer.headers) is https
        async with (
            listening(site.private()) as url,
            ClientSession() as session,
            session.get(url + "/metrics") as answer,
        ):
            assert "Strict-Transport-Security" not in answer.headers


async def test_a_hotels_site_may_still_show_the_chat_and_its_photos(site: Site) -> None:
    async with listening(site.public()) as url, ClientSession() as session:
        async with session.get(url + "/chat/demo") as page:
            assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
            assert "X-Frame-Options" not in page.headers
            assert page.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        async with session.get(url + "/static/rooms/double.png") as photo:
            assert photo.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        async with session.get(url + "/docs") as docs:
            assert "frame-ancestors 'none'" in docs.headers["Content-Security-Policy"]


async def test_a_stream_carries_them_from_its_first_byte(site: Site) -> None:
    headers = {"Authorization": f"Bearer {site.tokens.issue(DEMO, 's1').token}"}
    async with listening(site.public()) as url, ClientSession() as session:
        stream = await session.get(url + "/chat/demo/events", headers=headers)
        assert (stream.status, stream.content_type) == (200, "text/event-stream")
        assert wanting(stream) == []
        stream.close()
    assert SECRET_KEY.decode() not in str(stream.headers)
