from collections.abc import Awaitable, Callable

import pytest

from agente_hotelero.channels.gmail.hints import Refusal
from agente_hotelero.errors import UnavailableError
from tests.fakes.gmail import ADDRESS
from tests.fakes.google import push_body
from tests.support.http_site import Site
from tests.unit.http.conftest import Client, Serve

PATH = "/webhooks/gmail"
BEARER = {"Authorization": "Bearer token"}


class Door:
    """Lets `good` in for one mailbox, and hears what is hinted."""

    def __init__(self, answer: frozenset[str] | Refusal | Exception = frozenset({ADDRESS})) -> None:
        self.answer = answer
        self.tokens: list[str | None] = []
        self.hints: list[tuple[str, int]] = []

    async def verify(self, token: str | None) -> frozenset[str] | Refusal:
        self.tokens.append(token)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def hinted(self, address: str, history_id: int) -> bool:
        self.hints.append((address, history_id))
        return history_id > 100


@pytest.fixture
def push(site: Site, serve: Serve) -> Callable[..., Awaitable[tuple[int, str | None]]]:
    async def send(door: Door, body: bytes) -> tuple[int, str | None]:
        site.verify_push, site.hinted = door.verify, door.hinted
        client: Client = await serve(site.public())
        response = await client.post(PATH, data=body, headers=BEARER)
        return response.status, response.headers.get("Retry-After")

    return send


Push = Callable[[Door, bytes], Awaitable[tuple[int, str | None]]]


async def test_a_good_push_is_told_to_the_mailbox_and_heard(site: Site, push: Push) -> None:
    door = Door()

    assert await push(door, push_body(ADDRESS, 101)) == (204, None)
    assert (door.tokens, door.hints) == (["token"], [(ADDRESS, 101)])
    assert site.sample("mail_pushes_total", outcome="told") == 1


async def test_a_push_of_what_is_known_is_heard_all_the_same(site: Site, push: Push) -> None:
    assert await push(Door(), push_body(ADDRESS, 99)) == (204, None)
    assert site.sample("mail_pushes_total", outcome="known") == 1


async def test_a_push_about_a_mailbox_that_is_not_the_signers_moves_nobody(site: Site, push: Push) -> None:
    door = Door()

    assert await push(door, push_body("otro@hotel.example", 101)) == (204, None)
    assert door.hints == []
    assert site.sample("mail_pushes_total", outcome="foreign") == 1


@pytest.mark.parametrize("body", [b"", b"\xff", b"{}", b'{"message": {"data": "%%"}}', b"[" * 30_000])
async def test_a_body_that_cant_be_read_is_heard_and_never_a_500(site: Site, push: Push, body: bytes) -> None:
    door = Door()

    assert await push(door, body) == (204, None)
    assert door.hints == []
    assert site.sample("mail_pushes_total", outcome="malformed") == 1


@pytest.mark.parametrize(("refusal", "status"), [(Refusal.UNKNOWN, 401), (Refusal.NOT_ALLOWED, 403)])
async def test_who_may_not_push_is_refused_and_moves_nobody(
    site: Site, push: Push, refusal: Refusal, status: int
) -> None:
    door = Door(refusal)

    assert await push(door, push_body(ADDRESS, 101)) == (status, None)
    assert door.hints == []
    assert site.sample("mail_pushes_total", outcome="refused") == 1


async def test_while_googles_keys_are_away_pub_sub_is_asked_to_send_again(push: Push) -> None:
    door = Door(UnavailableError("Google's keys", retry_after_seconds=5))

    assert await push(door, push_body(ADDRESS, 101)) == (503, "5")
    assert door.hints == []


async def test_a_fault_of_ours_is_a_503_that_is_sent_again(push: Push) -> None:
    assert await push(Door(RuntimeError("bug")), push_body(ADDRESS, 101)) == (503, "5")


async def test_a_body_that_is_too_large_is_refused_before_anybody_is_asked(push: Push) -> None:
    door = Door()

    assert await push(door, b"x" * 70_000) == (413, None)
    assert door.tokens == []


async def test_where_no_mailbox_is_configured_nobody_is_let_in(client: Client) -> None:
    response = await client.post(PATH, data=push_body(ADDRESS, 101), headers=BEARER)

    assert response.status == 401
