from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest

from agente_hotelero.actors.deadlines import AskTimeoutError
from agente_hotelero.channels.webchat.tokens import LIFETIME
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.http.application import Limits
from agente_hotelero.model.events import ChoiceReceived, TextReceived
from agente_hotelero.model.messages import Choices, Option, Text
from tests.support.http_site import DEMO, OTHER, SECRET_KEY, Site
from tests.unit.http.conftest import Client, Serve


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def a_message(text: str = "Hola") -> dict[str, Any]:
    return {"id": str(uuid4()), "text": text}


@pytest.fixture
def session(site: Site) -> str:
    return site.tokens.issue(DEMO, "s1").session


@pytest.fixture
def headers(site: Site) -> dict[str, str]:
    return bearer(site.tokens.issue(DEMO, "s1").token)


async def post(client: Client, headers: dict[str, str], message: object) -> int:
    return (await client.post("/chat/demo/messages", json=message, headers=headers)).status


# -- the page


async def test_the_page_shows_the_hotel_escaped_and_runs_only_our_own_script(client: Client) -> None:
    response = await client.get("/chat/demo")
    text = await response.text()

    assert response.status == 200
    assert "Hotel &lt;Mar&gt; &amp; Sol" in text
    assert "<Mar>" not in text
    assert "default-src 'none'; script-src 'self'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "<script>" not in text
    assert "://" not in text


@pytest.mark.parametrize("path", ["", "/session", "/messages", "/history", "/events", "/ack"])
async def test_an_unknown_hotel_is_404(client: Client, headers: dict[str, str], path: str) -> None:
    ask = client.post if path in {"/session", "/messages", "/ack"} else client.get
    response = await ask(f"/chat/nowhere{path}", headers=headers)

    assert response.status == 404
    assert (await response.json())["error"]["code"] == "not_found"


# -- sessions


async def test_a_session_opens_with_a_token_that_nobody_caches(site: Site, client: Client) -> None:
    response = await client.post("/chat/demo/session")
    body = await response.json()

    assert response.status == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert site.tokens.verify(body["token"], DEMO) is not None
    assert SECRET_KEY.decode() not in await response.text()


async def test_a_good_token_is_renewed_and_a_bad_one_opens_a_new_session(
    site: Site, client: Client, headers: dict[str, str]
) -> None:
    site.later(1_000)
    renewed = (await (await client.post("/chat/demo/session", headers=headers)).json())["token"]
    fresh = (await (await client.post("/chat/demo/session", headers=bearer("forged"))).json())["token"]

    assert site.tokens.verify(renewed, DEMO) == "s1"
    assert renewed != headers["Authorization"].removeprefix("Bearer ")
    assert site.tokens.verify(fresh, DEMO) not in {None, "s1"}


@pytest.mark.parametrize("path", ["/messages", "/history", "/events", "/ack"])
async def test_everything_else_needs_a_token_of_this_hotel_that_is_not_too_old(
    site: Site, client: Client, path: str
) -> None:
    old = bearer(site.tokens.issue(DEMO).token)
    site.later(LIFETIME.total_seconds())
    others = bearer(site.tokens.issue(OTHER).token)
    ask = client.post if path in {"/messages", "/ack"} else client.get

    for headers in ({}, bearer("forged"), old, others):
        response = await ask(f"/chat/demo{path}", headers=headers)
        assert response.status == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert site.intake.events == {}


# -- messages


async def test_words_are_committed_and_answered_202(site: Site, client: Client, headers: dict[str, str]) -> None:
    message = a_message("¿Tienen piscina?")
    assert await post(client, headers, message) == 202

    (event,) = site.intake.events.values()
    assert event.external_id == f"s1:{message['id']}"
    assert event.event == TextReceived(text="¿Tienen piscina?")
    assert event.sent_at == site.now


async def test_sending_again_is_200_and_takes_effect_once(site: Site, client: Client, headers: dict[str, str]) -> None:
    message = a_message()

    assert [await post(client, headers, message) for _ in range(3)] == [202, 200, 200]
    assert len(site.intake.events) == 1


async def test_a_pressed_option_is_a_choice(site: Site, client: Client, headers: dict[str, str]) -> None:
    assert await post(client, headers, {"id": str(uuid4()), "option_id": "room:1", "title": "Doble"}) == 202

    (event,) = site.intake.events.values()
    assert event.event == ChoiceReceived(option_id="room:1", title="Doble")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"id":"1","text":"mi clave es 1234"}', b'{"text":"x"}']
)
async def test_what_is_no_message_is_400_and_never_quoted(
    site: Site, client: Client, headers: dict[str, str], body: bytes
) -> None:
    response = await client.post("/chat/demo/messages", data=body, headers=headers)

    assert response.status == 400
    assert (await response.json())["error"]["code"] == "bad_request"
    assert "1234" not in await response.text()
    assert site.intake.events == {}


async def test_a_text_beyond_the_limit_is_400_and_a_big_body_413(client: Client, headers: dict[str, str]) -> None:
    assert await post(client, headers, a_message("x" * 2_000)) == 202
    assert await post(client, headers, a_message("x" * 2_001)) == 400
    assert await post(client, headers, a_message("x" * 40_000)) == 413

    async def chunks() -> Any:
        for _ in range(40):
            yield b"x" * 1_000

    streamed = await client.post("/chat/demo/messages", data=chunks(), headers=headers)
    assert streamed.status == 413


@pytest.mark.parametrize("failure", [StorageUnavailableError("Postgres", retry_after_seconds=4), AskTimeoutError()])
async def test_what_cant_be_stored_is_503_and_may_be_sent_again(
    site: Site, client: Client, headers: dict[str, str], failure: Exception
) -> None:
    message = a_message()
    site.intake.failure = failure
    refused = await client.post("/chat/demo/messages", json=message, headers=headers)
    site.intake.failure = None

    assert refused.status == 503
    assert int(refused.headers["Retry-After"]) >= 1
    assert await post(client, headers, message) == 202


async def test_a_session_may_say_ten_things_at_once_and_then_one_every_two_seconds(
    site: Site, client: Client, headers: dict[str, str]
) -> None:
    statuses = [await post(client, headers, a_message()) for _ in range(10)]
    refused = await client.post("/chat/demo/messages", json=a_message(), headers=headers)
    site.later(2)

    assert statuses == [202] * 10
    assert (refused.status, refused.headers["Retry-After"]) == (429, "2")
    assert await post(client, headers, a_message()) == 202
    assert await post(client, headers, a_message()) == 429
    assert await post(client, bearer(site.tokens.issue(DEMO, "s2").token), a_message()) == 202
    assert site.sample("rate_limited_total", where="chat_session") == 2


async def test_an_address_has_a_limit_of_its_own(serve: Serve) -> None:
    site = Site(limits=Limits(address_burst=3, address_per_second=1), trusted_proxies=("127.0.0.0/8",))
    client = await serve(site.public())

    async def open_from(address: str) -> HTTPStatus:
        response = await client.post("/chat/demo/session", headers={"X-Forwarded-For": address})
        return HTTPStatus(response.status)

    assert [await open_from("198.51.100.1") for _ in range(4)] == [200, 200, 200, 429]
    assert await open_from("198.51.100.2") == 200
    site.later(1)
    assert await open_from("198.51.100.1") == 200
    assert site.sample("rate_limited_total", where="chat_address") == 1


# -- history and acknowledgements


async def test_history_gives_both_sides_in_order_with_what_the_page_needs(
    site: Site, client: Client, headers: dict[str, str], session: str
) -> None:
    site.feed.add(DEMO, session, "Hola", author="guest", client_id="c1")
    site.feed.add(DEMO, session, Text(body="¡Buenas!"))
    site.feed.add(
        DEMO, session, Choices(body="¿Cuál?", options=(Option(id="a", title="A"),), menu_label="Ver"), interactive=False
    )
    response = await client.get("/chat/demo/history", headers=headers)
    after = await client.get("/chat/demo/history?after=2", headers=headers)

    lines = (await response.json())["lines"]
    assert [(line["n"], line["author"], line["client_id"], line["body"]) for line in lines] == [
        (1, "guest", "c1", "Hola"),
        (2, "hotel", None, "¡Buenas!"),
        (3, "hotel", None, "¿Cuál?\n\n1. A"),
    ]
    assert lines[0]["at"] == "2026-04-15T12:00:00+00:00"
    assert [line["n"] for line in (await after.json())["lines"]] == [3]


async def test_nobody_reads_anothers_history(site: Site, client: Client, session: str) -> None:
    site.feed.add(DEMO, session, Text(body="¡Buenas!"))
    response = await client.get("/chat/demo/history", headers=bearer(site.tokens.issue(DEMO, "s2").token))

    assert await response.json() == {"lines": []}


@pytest.mark.parametrize("after", ["", "x", "-1", "١", "9" * 30, "1e3"])
async def test_a_resume_point_that_cant_be_one_means_the_beginning(
    site: Site, client: Client, headers: dict[str, str], session: str, after: str
) -> None:
    site.feed.add(DEMO, session, Text(body="¡Buenas!"))
    response = await client.get("/chat/demo/history", params={"after": after}, headers=headers)

    assert len((await response.json())["lines"]) == 1


async def test_an_acknowledgement_reaches_the_feed(
    site: Site, client: Client, headers: dict[str, str], session: str
) -> None:
    response = await client.post("/chat/demo/ack", json={"n": 7}, headers=headers)

    assert response.status == 204
    assert site.feed.acknowledged == {(DEMO, session): 7}


@pytest.mark.parametrize("body", ["", "{}", '{"n":-1}', '{"n":"x"}', '{"n":1e30}', f'{{"n":{2**63}}}'])
async def test_a_wrong_acknowledgement_is_400(client: Client, headers: dict[str, str], body: str) -> None:
    assert (await client.post("/chat/demo/ack", data=body, headers=headers)).status == 400


async def test_a_feed_that_is_away_is_503(site: Site, client: Client, headers: dict[str, str]) -> None:
    site.feed.failure = StorageUnavailableError("Postgres")

    assert (await client.get("/chat/demo/history", headers=headers)).status == 503
    assert (await client.get("/chat/demo/events", headers=headers)).status == 503
    assert (await client.post("/chat/demo/ack", json={"n": 1}, headers=headers)).status == 503


async def test_reading_has_a_limit_too(serve: Serve) -> None:
    site = Site(limits=Limits(reading_burst=2, reading_per_second=1))
    client = await serve(site.public())
    mine = bearer(site.tokens.issue(DEMO, "s1").token)
    read = [(await client.get("/chat/demo/history", headers=mine)).status for _ in range(3)]
    acknowledged = (await client.post("/chat/demo/ack", json={"n": 1}, headers=mine)).status

    assert (read, acknowledged) == ([200, 200, 429], 429)
    assert site.feed.reads == 2
