import base64
import hmac
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from agente_hotelero.channels.gmail.hints import Hint, Pusher, Refusal, read_hint
from agente_hotelero.channels.gmail.keys import Keys
from agente_hotelero.channels.gmail.push import Pushers
from agente_hotelero.errors import UnavailableError
from tests.fakes.gmail import ADDRESS, FakeGmail
from tests.fakes.google import AUDIENCE, PUSH_ACCOUNT, push_body, push_token, rsa_key

OTHER = ("otro@hotel.example", Pusher(audience="https://otro.example/", service_account=PUSH_ACCOUNT))
MAILBOXES = [(ADDRESS.upper(), Pusher(audience=AUDIENCE, service_account=PUSH_ACCOUNT)), OTHER]

THEIRS = frozenset({ADDRESS})


class Clock:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@asynccontextmanager
async def door(clock: Clock | None = None) -> AsyncIterator[tuple[FakeGmail, Pushers]]:
    async with FakeGmail() as google, aiohttp.ClientSession() as session:
        keys = Keys(session=session, url=google.keys_url, clock=clock or Clock())
        yield google, Pushers(keys=keys, mailboxes=MAILBOXES)


@pytest.mark.parametrize("issuer", ["https://accounts.google.com", "accounts.google.com"])
async def test_the_push_service_account_speaks_for_the_mailboxes_of_its_audience_only(issuer: str) -> None:
    async with door() as (_, pushers):
        assert await pushers.verify(push_token(iss=issuer)) == THEIRS
        assert await pushers.verify(push_token(aud="https://otro.example/")) == frozenset({"otro@hotel.example"})


def hs256_by_the_public_key() -> str:
    """Sign with what everybody can read, in the hope that it is taken for a shared secret."""
    public = rsa_key("push-1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header, claims = ({"alg": "HS256", "kid": "push-1"}, {"aud": AUDIENCE, "email": PUSH_ACCOUNT, "exp": now(600)})
    signed = b".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    sign = base64.urlsafe_b64encode(hmac.digest(public, signed, "sha256")).rstrip(b"=")
    return b".".join((signed, sign)).decode()


def unsigned() -> str:
    return jwt.encode({"aud": AUDIENCE, "email": PUSH_ACCOUNT}, None, algorithm="none", headers={"kid": "push-1"})  # type: ignore[arg-type]  # there is none


def by_a_strangers_key() -> str:
    return push_token(key="stranger", headers={"kid": "push-1"})


def now(seconds: int = 0) -> int:
    return int(time.time()) + seconds


WRONG: dict[str, Callable[[], str | None]] = {
    "missing": lambda: None,
    "empty": lambda: "",
    "no token": lambda: "a.b",
    "long": lambda: "x" * 9_000,
    "ñ": lambda: "ñ.ñ.ñ",
    "unsigned": unsigned,
    "HS256": hs256_by_the_public_key,
    "another's key": by_a_strangers_key,
    "tampered": lambda: push_token()[:-6] + "AAAAAA",
    "no kid": lambda: push_token(headers={"kid": None}),
    "issuer": lambda: push_token(iss="https://accounts.example"),
    "issuer's end": lambda: push_token(iss="https://accounts.google.com.example"),
    "no issuer": lambda: push_token(iss=None),
    "audience": lambda: push_token(aud="https://elsewhere.example/"),
    "audiences": lambda: push_token(aud=[AUDIENCE, "https://elsewhere.example/"]),
    "no audience": lambda: push_token(aud=None),
    "over": lambda: push_token(exp=now(-120), iat=now(-3700)),
    "endless": lambda: push_token(exp=None),
    "from the future": lambda: push_token(iat=now(600), exp=now(4200)),
    "no iat": lambda: push_token(iat=None),
    "exp is no number": lambda: push_token(exp="tomorrow"),
}


@pytest.mark.parametrize("how", WRONG)
async def test_a_token_that_google_didnt_sign_for_us_is_unknown(how: str) -> None:
    async with door() as (_, pushers):
        assert await pushers.verify(WRONG[how]()) is Refusal.UNKNOWN


@pytest.mark.parametrize(
    "changed",
    [{"email": "guest@guest.example"}, {"email": None}, {"email_verified": False}, {"email_verified": "true"}],
)
async def test_a_token_of_googles_that_is_not_the_push_accounts_is_not_allowed(changed: dict[str, Any]) -> None:
    async with door() as (_, pushers):
        assert await pushers.verify(push_token(**changed)) is Refusal.NOT_ALLOWED


async def test_a_small_difference_of_clocks_is_forgiven() -> None:
    async with door() as (_, pushers):
        for token in (push_token(iat=now(15)), push_token(exp=now(-5))):
            assert await pushers.verify(token) == THEIRS


async def test_without_mailboxes_nobody_is_let_in_and_google_not_asked() -> None:
    async with FakeGmail() as google, aiohttp.ClientSession() as session:
        pushers = Pushers(keys=Keys(session=session, url=google.keys_url), mailboxes=[])

        assert await pushers.verify(push_token()) is Refusal.UNKNOWN
        assert google.keys.requests == 0


async def test_keys_are_kept_for_as_long_as_google_says() -> None:
    clock = Clock()
    async with door(clock) as (google, pushers):
        for seconds in (0, 10_000, 19_999, 20_001, 30_000):
            clock.seconds = seconds
            await pushers.verify(push_token())

        assert google.keys.requests == 2


@pytest.mark.parametrize(("said", "again_at"), [("max-age=0", 60), ("no-store", 3600), ("max-age=99999999", 86_400)])
async def test_an_odd_time_to_keep_them_is_held_within_bounds(said: str, again_at: int) -> None:
    clock = Clock()
    async with door(clock) as (google, pushers):
        google.keys.cache_control = said
        for seconds in (0, again_at - 1, again_at + 1):
            clock.seconds = seconds
            await pushers.verify(push_token())

        assert google.keys.requests == 2


async def test_a_key_that_is_new_is_looked_for_once_and_strangers_names_dont_multiply_the_looks() -> None:
    clock = Clock()
    async with door(clock) as (google, pushers):
        await pushers.verify(push_token())
        google.keys.names = ["push-2"]
        clock.seconds = 100

        assert await pushers.verify(push_token(key="push-2")) == THEIRS
        for n in range(50):
            assert await pushers.verify(push_token(headers={"kid": f"guess-{n}"})) is Refusal.UNKNOWN
        assert google.keys.requests == 2


async def test_a_key_that_google_withdrew_is_good_no_more() -> None:
    clock = Clock()
    async with door(clock) as (google, pushers):
        token = push_token()
        await pushers.verify(token)
        google.keys.names = ["push-2"]
        clock.seconds = 20_001

        assert await pushers.verify(token) is Refusal.UNKNOWN


@pytest.mark.parametrize(
    ("status", "body"), [(500, None), (200, b"<html>"), (200, b'{"keys": 7}'), (200, b'{"keys": [7, {"kty": "EC"}]}')]
)
async def test_while_the_keys_are_away_it_is_told_so_and_google_is_not_hammered(
    status: int, body: bytes | None
) -> None:
    clock = Clock()
    async with door(clock) as (google, pushers):
        google.keys.status, google.keys.body = status, body
        for _ in range(20):
            with pytest.raises(UnavailableError):
                await pushers.verify(push_token())
        assert google.keys.requests == 1
        google.keys.status, google.keys.body = 200, None
        clock.seconds = 6

        assert await pushers.verify(push_token()) == THEIRS


async def test_a_known_key_serves_while_the_list_is_away() -> None:
    async with door() as (google, pushers):
        await pushers.verify(push_token())
        await google.stop()

        assert await pushers.verify(push_token()) == THEIRS


@pytest.mark.parametrize("number", [2**63 + 7, str(2**63 + 7)])
def test_a_hint_names_a_mailbox_and_how_far_it_has_come(number: object) -> None:
    assert read_hint(push_body(ADDRESS.upper(), number)) == Hint(address=ADDRESS, history_id=2**63 + 7)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b"\xff", b'{"message": 7}', b'{"message": {"data": 7}}', b'{"message": {"data": "%%"}}',
        b'{"message": {"data": "bm8ganNvbg=="}}', b'{"message": {"data": "W10="}}', '{"message": {"data": "ñ"}}'.encode(),
        push_body("", 7), push_body(7, 7), push_body(ADDRESS, None), push_body(ADDRESS, -1), push_body(ADDRESS, 2**64),
        push_body(ADDRESS, "7.5"), push_body(ADDRESS, True), push_body("a" * 400, 7), b"[" * 50_000,
    ],
)  # fmt: skip
def test_whatever_else_comes_is_no_hint_and_no_failure(body: bytes) -> None:
    assert read_hint(body) is None
