"""Pictures of codes: only for links that we signed, and of the code alone."""

import base64
import struct
import zlib
from collections.abc import Sequence
from functools import cache

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.http.application import Limits
from agente_hotelero.http.code_links import CODE_BYTES, TOKEN_LETTERS, CodeLinks
from agente_hotelero.http.code_pictures import PIXELS
from tests.support.http_site import DEMO, SECRET_KEY, Site
from tests.unit.http.conftest import Client, Serve

CODE = "DEMO-AK7001"


def links(*keys: bytes) -> CodeLinks:
    return CodeLinks(secret_keys=keys or [SECRET_KEY])


def path_of(code: str, *keys: bytes) -> str:
    path = links(*keys).path(code)
    assert path is not None
    return path


def token_of(code: str, *keys: bytes) -> str:
    return path_of(code, *keys).removeprefix("/codes/").removesuffix(".png")


@cache
def modules(png: bytes) -> Sequence[Sequence[bool]]:
    """What is dark in a picture of eight-bit RGB, by module, the quiet zone taken off."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, bits, colours, *_ = struct.unpack(">IIBBBBB", png[16:29])
    assert (bits, colours) == (8, 2)
    size = struct.unpack(">I", png[33:37])[0]
    assert zlib.crc32(png[37 : 41 + size]) == struct.unpack(">I", png[41 + size : 45 + size])[0]
    raw = zlib.decompress(png[41 : 41 + size])
    lines = [raw[at + 1 : at + 1 + 3 * width] for at in range(0, len(raw), 3 * width + 1)]
    assert len(lines) == height == width
    dark = [[line[3 * x] == 0 for x in range(0, width, PIXELS)] for line in lines[::PIXELS]]
    assert not any(dark[y][x] for y in range(4) for x in range(len(dark)))
    return [row[4:-4] for row in dark[4:-4]]


async def test_a_link_shows_its_code_and_nothing_else(client: Client) -> None:
    response = await client.get(path_of(CODE))

    assert (response.status, response.content_type) == (200, "image/png")
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    shown = modules(await response.read())
    assert shown == [[bool(bit) for bit in row] for row in segno.make_qr(CODE, error="m").matrix]


async def test_a_link_that_we_did_not_sign_is_not_there(client: Client) -> None:
    genuine = token_of(CODE)
    claim, _, signature = genuine.partition(".")
    other = base64.urlsafe_b64encode(b"DEMO-AK7002").rstrip(b"=").decode()
    forged = [
        token_of(CODE, b"another key"),
        f"{other}.{signature}",
        f"{claim}.",
        claim,
        ".",
        "x",
        f"{genuine}A",
        "%C3%B1.%C3%B1",
        "x" * 3_000,
        Site().tokens.issue(DEMO).token,
    ]

    statuses = [(await client.get(f"/codes/{token}.png")).status for token in forged]

    assert statuses == [404] * len(forged)


async def test_a_refusal_is_not_kept(client: Client) -> None:
    refused = await client.get("/codes/x.png")

    assert refused.headers["Cache-Control"] == "no-store"
    assert (await refused.json())["error"]["code"] == "not_found"


async def test_who_asks_too_often_waits_and_others_do_not(serve: Serve) -> None:
    site = Site(limits=Limits(code_burst=2, code_per_second=1.0), trusted_proxies=("127.0.0.0/8",))
    client = await serve(site.public())

    async def from_address(address: str) -> int:
        return (await client.get(path_of(CODE), headers={"X-Forwarded-For": address})).status

    assert [await from_address("198.51.100.1") for _ in range(3)] == [200, 200, 429]
    assert await from_address("198.51.100.2") == 200
    site.later(1)
    assert await from_address("198.51.100.1") == 200
    assert site.sample("rate_limited_total", where="codes") == 1


def test_while_a_key_is_replaced_the_links_of_both_are_good() -> None:
    new, old = b"new key", b"old key"

    assert links(new, old).code(token_of(CODE, old)) == CODE
    assert links(new, old).code(token_of(CODE, new)) == CODE
    assert links(old).code(token_of(CODE, new, old)) is None


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=CODE_BYTES).filter(
        lambda code: len(code.encode()) <= CODE_BYTES
    )
)
def test_every_code_that_has_a_link_comes_back_from_it(code: str) -> None:
    token = token_of(code)

    assert links().code(token) == code
    assert len(token) <= TOKEN_LETTERS


@pytest.mark.parametrize("code", ["", "x" * (CODE_BYTES + 1), "ñ" * (CODE_BYTES // 2 + 1)])
def test_a_code_that_is_too_long_has_no_link(code: str) -> None:
    assert links().path(code) is None


@given(st.text())
def test_no_text_breaks_the_reading(token: str) -> None:
    assert links().code(token) is None


@given(st.data())
def test_a_token_with_any_letter_changed_is_nobodys(data: st.DataObject) -> None:
    token = token_of(CODE)
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + data.draw(st.characters().filter(lambda new: new != token[at])) + token[at + 1 :]

    assert links().code(changed) is None
