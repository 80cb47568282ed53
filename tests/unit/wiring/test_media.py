"""Each channel's own way to what a guest sent: Meta by its id, a mail by reading it once more."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from agente_hotelero.channels.whatsapp.media import MediaClient
from agente_hotelero.config.gmail_accounts import GmailAccount
from agente_hotelero.config.settings import META_HOSTS, GmailSettings
from agente_hotelero.errors import MediaRefusedError, UnavailableError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account, Channel, HotelId
from agente_hotelero.wiring.directory import Directory
from agente_hotelero.wiring.media import Fetching
from agente_hotelero.wiring.post import Post
from tests.fakes.gmail import ADDRESS, FakeGmail
from tests.fakes.google import service_account_json
from tests.fakes.graph import FakeGraph
from tests.fakes.mail import FakeMailLedger
from tests.support.mail_raw import attached

HOTEL = HotelId("demo")
WHATSAPP = Account(HOTEL, Channel.WHATSAPP, "100")
MAILBOX = Account(HOTEL, Channel.EMAIL, ADDRESS)
MOST = 1000


class Way:
    """Everything that fetches, over a Graph and a Gmail."""

    def __init__(self, graph: FakeGraph, gmail: FakeGmail, session: aiohttp.ClientSession) -> None:
        self.graph, self.gmail = graph, gmail
        self.box = GmailAccount(address=ADDRESS, aliases=(), credentials=service_account_json())
        ledger = FakeMailLedger(cursor=None)
        google = GmailSettings(api_url=gmail.url, oauth_url=gmail.token_url, keys_url=gmail.keys_url)
        self.fetching = Fetching(
            whatsapp=MediaClient(
                session=session, base_url=graph.url, token_of=lambda _account: "token", hosts=META_HOSTS
            ),
            post=Post(ledger=ledger, threads=ledger, key=b"k", site=lambda: None, session=session, gmail=google),
            directory=lambda: Directory(mailboxes={MAILBOX: self.box}),
            most_bytes=MOST,
        )


@pytest.fixture
async def way() -> AsyncIterator[Way]:
    async with FakeGraph() as graph, FakeGmail() as gmail, aiohttp.ClientSession() as session:
        yield Way(graph, gmail, session)


async def refused(way: Way, account: Account, media_id: str) -> str:
    with pytest.raises(MediaRefusedError) as failed:
        await way.fetching.fetch(account, MediaReceived(what="document", media_id=media_id))
    return failed.value.reason


async def test_what_came_on_whatsapp_is_one_file_as_the_guest_called_it(way: Way) -> None:
    media = MediaReceived(
        what="document", media_id=way.graph.media.put(b"%PDF"), filename="a.pdf", mime="application/pdf"
    )
    [file] = await way.fetching.files(WHATSAPP, media)
    assert (file.name, file.mime, file.content) == ("a.pdf", "application/pdf", b"%PDF")
    assert await way.fetching.fetch(WHATSAPP, media) == b"%PDF"
    assert await refused(way, WHATSAPP, way.graph.media.put(b"x" * (MOST + 1))) == "too_large"


async def test_what_came_with_a_mail_is_all_its_files(way: Way) -> None:
    raw = attached(
        ("attachment", "application/pdf", "a.pdf", b"%PDF"), ("attachment", "image/jpeg", "b.jpg", b"x" * (MOST + 1))
    )
    media = MediaReceived(what="document", media_id=way.gmail.deliver(raw).id)
    files = await way.fetching.files(MAILBOX, media)
    assert [(one.name, one.content, one.refused) for one in files] == [
        ("a.pdf", b"%PDF", None),
        ("b.jpg", None, "too_large"),
    ]
    assert await way.fetching.fetch(MAILBOX, media) == b"%PDF"


async def test_a_mail_that_is_gone_or_has_no_files_is_refused(way: Way) -> None:
    assert await refused(way, MAILBOX, "404") == "gone"
    assert await refused(way, MAILBOX, way.gmail.deliver(attached()).id) == "empty"
    too_large = attached(("attachment", "video/mp4", "a.mp4", b"x" * (MOST + 1)))
    assert await refused(way, MAILBOX, way.gmail.deliver(too_large).id) == "too_large"


async def test_a_mailbox_that_is_away_or_not_here_any_more_is_asked_again(way: Way) -> None:
    media = MediaReceived(what="document", media_id=way.gmail.deliver(attached()).id)
    way.gmail.fail("users.messages.get", status=403, times=9)
    with pytest.raises(UnavailableError):
        await way.fetching.files(MAILBOX, media)
    with pytest.raises(UnavailableError):
        await way.fetching.files(Account(HOTEL, Channel.EMAIL, "otro@hotel.example"), media)


async def test_a_channel_without_files_has_none(way: Way) -> None:
    assert await refused(way, Account(HOTEL, Channel.WEBCHAT, "demo"), "1") == "channel"
