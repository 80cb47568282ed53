"""What mailboxes are given: a token that reading and writing share, and another where the hotels file names another."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from agente_hotelero.channels.mailbox.imap import MailboxRefusesError
from agente_hotelero.channels.port import Outgoing
from agente_hotelero.config.mailboxes import Mailbox, MailServer, OAuth
from agente_hotelero.config.settings import GmailSettings
from agente_hotelero.model.messages import Text
from agente_hotelero.wiring.post import Post
from tests.fakes.gmail import FakeGmail
from tests.fakes.google import REFRESH_TOKEN
from tests.fakes.imap import FakeImap
from tests.fakes.mail import FakeMailLedger
from tests.fakes.smtp import FakeSmtp

ANSWER = Outgoing(outbox_id=7, address="ana@guest.example", message=Text(body="Sí, hay wifi."), interactive=False)


@pytest.fixture
async def google() -> AsyncIterator[FakeGmail]:
    async with FakeGmail() as server:
        yield server


@pytest.fixture
async def imap() -> AsyncIterator[FakeImap]:
    async with FakeImap() as server:
        yield server


@pytest.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp(password="ya29.token") as server:
        yield server


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    ledger = FakeMailLedger()
    async with aiohttp.ClientSession() as session:
        yield Post(ledger=ledger, threads=ledger, key=b"k", site=lambda: None, session=session, gmail=GmailSettings())


@pytest.fixture
def box(google: FakeGmail, imap: FakeImap, smtp: FakeSmtp) -> Mailbox:
    return Mailbox(
        address="reservas@hotel.example",
        aliases=(),
        imap=MailServer(host="127.0.0.1", port=imap.port, security="none"),
        smtp=MailServer(host="127.0.0.1", port=smtp.port, security="none"),
        user="reservas@hotel.example",
        oauth=OAuth(token_url=google.token_url, client_id="id", client_secret="cs", refresh_token=REFRESH_TOKEN),
    )


async def test_reading_and_writing_share_a_token(
    post: Post, box: Mailbox, google: FakeGmail, imap: FakeImap, smtp: FakeSmtp
) -> None:
    source = post.source(box)
    await source.catch_up(None)
    await post.client(box, hotel="Hotel Demo", language="es").send(ANSWER)
    await source.close()
    assert (len(smtp.mails), len(imap.appended)) == (1, 1)
    assert set(imap.shown) == google.tokens.good
    assert google.tokens.requests == 1


async def test_another_grant_is_another_token_and_one_that_is_refused_is_told(
    post: Post, box: Mailbox, google: FakeGmail
) -> None:
    assert box.oauth is not None
    source = post.source(box)
    await source.catch_up(None)
    await source.close()
    with pytest.raises(MailboxRefusesError):
        await post.source(replace(box, oauth=replace(box.oauth, refresh_token="revoked"))).catch_up(None)
    assert google.tokens.requests == 2
