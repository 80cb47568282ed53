import asyncio
import io

import pytest
from aiohttp.test_utils import TestServer
from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.actors.deadlines import AskTimeoutError
from agente_hotelero.errors import OverloadedError, StorageUnavailableError
from agente_hotelero.http import body as body_reading
from agente_hotelero.http.body import BODY_LIMIT_BYTES
from agente_hotelero.http.ports import SentReply
from tests.fakes.http_ports import APP_SECRET, VERIFY_TOKEN, sign
from tests.support.http_site import Site
from tests.unit.http.conftest import Client, Serve

PATH = "/webhooks/whatsapp"
BODY = b'{"object":"whatsapp_business_account","entry":[]}'


def signed(body: bytes) -> dict[str, str]:
    return {"X-Hub-Signature-256": sign(body), "Content-Type": "application/json"}


async def test_a_signed_body_is_stored_as_it_came_and_answered_200(site: Site, client: Client) -> None:
    response = await client.post(PATH, data=BODY, headers=signed(BODY))

    assert response.status == 200
    assert await response.json() == {"status": "ok"}
    assert site.intake.bodies == [BODY]
    assert site.sample("webhook_ack_seconds_count") == 1


@pytest.mark.parametrize(
    "header",
    [
        "",
        "sha256=",
        "sha256=00",
        sign(BODY).upper(),
        sign(b"other"),
        sign(BODY, "other"),
        "sha256=ñandú",
        "dummy-signature",
    ],
)
async def test_a_wrong_signature_is_refused_and_nothing_is_stored(site: Site, client: Client, header: str) -> None:
    response = await client.post(PATH, data=BODY, headers={"X-Hub-Signature-256": header})

    assert response.status == 401
    assert (await response.json())["error"]["code"] == "unauthorized"
    assert site.intake.bodies == []
    assert site.sample("webhook_ack_seconds_count") == 0


async def test_a_missing_signature_is_refused(site: Site, client: Client) -> None:
    response = await client.post(PATH, data=BODY)

    assert response.status == 401
    assert site.intake.bodies == []


@pytest.mark.parametrize(
    "failure",
    [StorageUnavailableError("Postgres", retry_after_seconds=2.5), OverloadedError("journal", retry_after_seconds=2.5)],
)
async def test_what_cant_be_stored_is_503_with_the_time_to_come_back(
    site: Site, client: Client, failure: Exception
) -> None:
    site.intake.failure = failure

    response = await client.post(PATH, data=BODY, headers=signed(BODY))

    assert response.status == 503
    assert response.headers["Retry-After"] == "3"
    assert (await response.json())["error"]["code"] == "unavailable"
    assert site.sample("webhook_ack_seconds_count") == 0


@pytest.mark.parametrize("failure", [AskTimeoutError(), ValueError("a bug that quotes +34600111222"), KeyError("id")])
async def test_a_bug_of_ours_is_503_and_meta_sends_again(
    site: Site, client: Client, failure: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    site.intake.failure = failure

    response = await client.post(PATH, data=BODY, headers=signed(BODY))

    assert response.status == 503
    assert "Retry-After" in response.headers
    assert "34600111222" not in await response.text() + capsys.readouterr().out


async def test_three_megabytes_are_taken_and_one_byte_more_is_413(site: Site, client: Client) -> None:
    fits = b"x" * BODY_LIMIT_BYTES
    taken = await client.post(PATH, data=io.BytesIO(fits), headers=signed(fits))
    refused = await client.post(PATH, data=io.BytesIO(fits + b"x"), headers=signed(fits + b"x"))

    assert taken.status == 200
    assert refused.status == 413
    assert (await refused.json())["error"]["code"] == "payload_too_large"
    assert site.intake.bodies == [fits]


async def test_a_body_in_a_broken_encoding_is_400(client: Client) -> None:
    response = await client.post(PATH, data=b"not gzip", headers={**signed(b"not gzip"), "Content-Encoding": "gzip"})

    assert response.status == 400


async def test_a_body_that_never_ends_is_408(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(body_reading, "READ_SECONDS", 0.01)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(b"POST /webhooks/whatsapp HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nonly this")
    status = await reader.readline()
    writer.close()

    assert b" 408 " in status


async def test_the_handshake_echoes_the_challenge_as_plain_text(client: Client) -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "<b>1158201444</b>"}
    response = await client.get(PATH, params=query)

    assert response.status == 200
    assert response.content_type == "text/plain"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert await response.text() == "<b>1158201444</b>"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1"},
        {"hub.mode": "subscribe", "hub.verify_token": "wrong", "hub.challenge": "1"},
        {"hub.mode": "unsubscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1"},
    ],
)
async def test_a_wrong_handshake_is_403(client: Client, query: dict[str, str]) -> None:
    response = await client.get(PATH, params=query)

    assert response.status == 403
    assert VERIFY_TOKEN not in await response.text()


async def test_no_secret_is_in_any_refusal(client: Client) -> None:
    texts = [
        await (await client.post(PATH, data=BODY, headers={"X-Hub-Signature-256": "sha256=00"})).text(),
        await (await client.get(PATH, params={"hub.mode": "subscribe", "hub.verify_token": "x"})).text(),
        await (await client.get("/metrics")).text(),
    ]

    for text in texts:
        assert APP_SECRET not in text
        assert VERIFY_TOKEN not in text
        assert sign(BODY) not in text


# -- the echo of the test environment


async def test_in_the_test_environment_the_webhook_answers_with_the_replies(serve: Serve) -> None:
    site = Site(environment="test")
    site.replies.sent = [
        SentReply(message_id="m1", response_type="text", content="¡Hola!"),
        SentReply(message_id="m2", response_type="interactive_list", content={"body": "¿Cuál?"}),
    ]
    client = await serve(site.public())

    response = await client.post(PATH, data=BODY, headers=signed(BODY))

    assert await response.json() == {
        "status": "ok",
        "response_type": "text",
        "content": "¡Hola!",
        "responses": [
            {"message_id": "m1", "response_type": "text", "content": "¡Hola!"},
            {"message_id": "m2", "response_type": "interactive_list", "content": {"body": "¿Cuál?"}},
        ],
    }
    assert site.replies.waits == [((1,), 10.0)]


async def test_the_echo_of_a_duplicate_is_none_and_waits_for_nothing(serve: Serve) -> None:
    site = Site(environment="test")
    client = await serve(site.public())
    await client.post(PATH, data=BODY, headers=signed(BODY))
    site.replies.waits.clear()

    response = await client.post(PATH, data=BODY, headers=signed(BODY))

    assert await response.json() == {"status": "ok", "response_type": "none", "content": None, "responses": []}
    assert site.replies.waits == []


@pytest.mark.parametrize("environment", ["dev", "staging", "production", "TEST", "", "testing"])
async def test_there_is_no_echo_anywhere_else(serve: Serve, environment: str) -> None:
    site = Site(environment=environment)
    site.replies.sent = [SentReply(message_id="m1", response_type="text", content="secret answer")]
    client = await serve(site.public())

    response = await client.post(PATH, data=BODY, headers=signed(BODY))

    assert await response.json() == {"status": "ok"}
    assert site.replies.waits == []


# -- any bytes at all


async def raw_status(port: int, request: bytes, *, patient: bool = False) -> int:
    """Speak HTTP by hand, so that no client tidies the bytes up; 0 when the server just hangs up.

    An impatient client says at once that nothing more will come, and may miss the answer.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    if writer.can_write_eof() and not patient:
        writer.write_eof()
    try:
        status_line = await reader.readline()
    except ConnectionResetError:
        return 0
    finally:
        writer.close()
    return int(status_line.split()[1]) if status_line else 0


header_bytes = st.binary(max_size=80).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b""))


def raw_request(*, method: bytes, query: bytes, body: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
    lines = [method + b" /webhooks/whatsapp?" + query + b" HTTP/1.1", b"Host: x", b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, *(name + b": " + value for name, value in headers), b"", body])


@pytest.mark.parametrize("broken", [False, True])
def test_no_bytes_at_all_make_the_webhook_a_500(broken: bool) -> None:
    site = Site()
    if broken:
        site.intake.failure = UnicodeDecodeError("utf-8", b"\xff", 0, 1, "a parser's bug")
    allowed = {503} if broken else set()

    with asyncio.Runner() as runner:
        server = TestServer(site.public())
        runner.run(server.start_server())

        @settings(max_examples=150, deadline=None)
        @given(
            body=st.binary(max_size=300),
            signature=st.one_of(header_bytes, st.none()),
            name=st.sampled_from([b"Content-Type", b"Content-Encoding", b"Expect", b"traceparent", b"X-Forwarded-For"]),
            value=header_bytes,
            method=st.sampled_from([b"POST", b"GET", b"PUT", b"BREW"]),
            query=st.text("abc=&%0123456789hub.modechallenge+;/?", max_size=60).map(str.encode),
        )
        def check(
            *, body: bytes, signature: bytes | None, name: bytes, value: bytes, method: bytes, query: bytes
        ) -> None:
            seal = sign(body).encode() if signature is None else signature
            headers = [(b"X-Hub-Signature-256", seal), (name, value)]
            request = raw_request(method=method, query=query, body=body, headers=headers)
            status = runner.run(raw_status(server.port or 0, request))
            assert status < 500 or status in allowed

        check()
        runner.run(server.close())


@pytest.mark.parametrize("path", [b"/webhooks/whatsapp", b"/nowhere"])
@pytest.mark.parametrize("method", [b"POST", b"PUT"])
@pytest.mark.parametrize("expected", [b"\x80", b"a miracle"])
async def test_what_cannot_be_expected_is_refused_whatever_it_says(path: bytes, method: bytes, expected: bytes) -> None:
    headers = [(b"X-Hub-Signature-256", sign(b"{}").encode()), (b"Expect", expected)]
    request = raw_request(method=method, query=b"", body=b"{}", headers=headers).replace(b"/webhooks/whatsapp", path)
    async with TestServer(Site().public()) as server:
        assert await raw_status(server.port or 0, request, patient=True) == 417
