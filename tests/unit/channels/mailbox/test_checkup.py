"""`mailbox check`: what is in order, what is not, and what to do about it."""

from collections.abc import AsyncIterator

import pytest

from agente_hotelero.channels.mailbox.access import Access, Fixed, Server, TokenSource
from agente_hotelero.channels.mailbox.checkup import examine
from agente_hotelero.channels.port import FailureClass
from tests.fakes.imap import FakeImap
from tests.fakes.mail import FakeTokenSource
from tests.fakes.smtp import FakeSmtp

ADDRESS = "reservas@hotel.example"
JUDGED = b"Authentication-Results: MX.hotel.example; dmarc=pass\r\nFrom: ana@guest.example\r\n\r\nhola\r\n"


@pytest.fixture
async def imap() -> AsyncIterator[FakeImap]:
    async with FakeImap() as server:
        server.inbox = {4: JUDGED}
        yield server


@pytest.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp(password="right") as server:
        yield server


async def found(
    imap: FakeImap,
    smtp: FakeSmtp,
    *authserv_ids: str,
    password: str = "right",
    tokens: TokenSource | None = None,
) -> dict[str, str]:
    """Grades by the first words."""
    access = Access(
        imap=Server(host="127.0.0.1", port=imap.port, security="none"),
        smtp=Server(host="127.0.0.1", port=smtp.port, security="none"),
        user=ADDRESS,
        password=password,
        tokens=tokens,
    )
    findings = examine(access, address=ADDRESS, authserv_ids=authserv_ids, files_sent=True)
    return {one.words: one.grade.value async for one in findings}


async def test_a_mailbox_in_order_is_said_to_be(imap: FakeImap, smtp: FakeSmtp) -> None:
    assert await found(imap, smtp, "mx.hotel.example") == {
        "IMAP: the inbox can be read; the server does not tell of new mail, so it is asked every two minutes": "note",
        "senders are believed by the word of mx.hotel.example": "ok",
        "answers are filed in Sent": "ok",
        f"SMTP: 127.0.0.1 takes mail from {ADDRESS}": "ok",
    }
    assert (smtp.mails, imap.appended) == ([], [])


@pytest.mark.parametrize(
    ("newest", "ids", "said"),
    [
        (JUDGED, (), "the newest mail was judged by mx.hotel.example; if that is your server, add it to authserv_ids"),
        (JUDGED, ("mx.other",), "the newest mail was judged by mx.hotel.example; if that is your server, add it"),
        (b"\r\nhola", ("mx.other",), "the newest mail has no Authentication-Results"),
        (b"\r\nhola", (), "authserv_ids is empty"),
    ],
)
async def test_whose_word_would_be_believed_is_looked_up(
    imap: FakeImap, smtp: FakeSmtp, newest: bytes, ids: tuple[str, ...], said: str
) -> None:
    imap.inbox = {4: newest}
    assert [grade for words, grade in (await found(imap, smtp, *ids)).items() if words.startswith(said)] == ["note"]


async def test_a_wrong_password_is_named_on_both_sides(imap: FakeImap, smtp: FakeSmtp) -> None:
    imap.answers[b"LOGIN"].append(b"%b NO no\r\n")
    assert await found(imap, smtp, password="wrong") == {
        "IMAP: 127.0.0.1 does not take the user and its password or token": "fix",
        f"SMTP: 127.0.0.1 does not take the user, its secret, or {ADDRESS} as a sender (code 535)": "fix",
    }


async def test_a_grant_in_order_is_said_to_be_and_a_token_that_nobody_renews_is_named(
    imap: FakeImap, smtp: FakeSmtp
) -> None:
    granted = await found(imap, smtp, tokens=FakeTokenSource("right"))
    assert granted["OAuth: the refresh token is good, and gives tokens"] == "ok"
    assert granted[f"SMTP: 127.0.0.1 takes mail from {ADDRESS}"] == "ok"
    fixed = await found(imap, smtp, tokens=Fixed("right"))
    assert fixed["OAuth: the token of token_env is used as it is; it ends within hours, and nobody here renews it"] == (
        "note"
    )


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (FailureClass.AUTH, "OAuth: the refresh token is refused (invalid_grant)"),
        (FailureClass.RETRY_SOON, "OAuth: nobody who gives tokens answers at oauth.token_url (invalid_grant)"),
    ],
)
async def test_without_a_token_it_is_the_grant_that_is_named_and_nothing_else(
    imap: FakeImap, smtp: FakeSmtp, failure: FailureClass, said: str
) -> None:
    [(words, grade)] = (await found(imap, smtp, tokens=FakeTokenSource(failure=failure))).items()
    assert (words.startswith(said), grade) == (True, "fix")
    assert (imap.heard, smtp.heard) == ([], [])


async def test_servers_that_are_not_there_are_named_with_port_and_security(imap: FakeImap, smtp: FakeSmtp) -> None:
    imap.away = True
    smtp.answers["CONNECT"].append("lose")
    assert await found(imap, smtp) == {
        f"IMAP: nobody who speaks it answers at 127.0.0.1:{imap.port} (none), or its certificate is not good": "fix",
        f"SMTP: nobody who takes mail answers at 127.0.0.1:{smtp.port} (none): retry_soon": "fix",
    }


async def test_a_folder_that_will_be_made_is_no_fault(imap: FakeImap, smtp: FakeSmtp) -> None:
    del imap.folders[b"Sent"]
    grades = await found(imap, smtp)
    assert grades["there is no folder of sent mail; one called Sent is made with the first answer"] == "note"
