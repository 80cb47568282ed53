"""Hotels' Gmail mailboxes: one client for both ways of each, and who may push. Imported only where there is one."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass

import aiohttp

from agente_hotelero.channels.gmail import checkup
from agente_hotelero.channels.gmail.api import Gmail
from agente_hotelero.channels.gmail.checkup import Expected
from agente_hotelero.channels.gmail.credentials import Credentials, read_credentials
from agente_hotelero.channels.gmail.failures import GmailError
from agente_hotelero.channels.gmail.hints import Pusher
from agente_hotelero.channels.gmail.keys import Keys
from agente_hotelero.channels.gmail.mailbox import GmailMailbox
from agente_hotelero.channels.gmail.push import Pushers
from agente_hotelero.channels.gmail.sending import GmailClient
from agente_hotelero.channels.gmail.tokens import Tokens
from agente_hotelero.channels.gmail.units import Units
from agente_hotelero.channels.mail.writing import Writer
from agente_hotelero.config.gmail_accounts import GmailAccount
from agente_hotelero.config.settings import GmailSettings
from agente_hotelero.errors import ConfigError, UnavailableError
from agente_hotelero.model.findings import Finding


@dataclass(frozen=True, slots=True)
class _Open:
    account: GmailAccount
    gmail: Gmail


class Google:
    """All of them; reading and writing share a mailbox's token and its quota."""

    def __init__(self, *, session: aiohttp.ClientSession, settings: GmailSettings) -> None:
        self._session = session
        self._settings = settings
        self._keys = Keys(session=session, url=settings.keys_url)
        self._open: dict[str, _Open] = {}
        self._sources: dict[str, GmailMailbox] = {}

    def source(self, account: GmailAccount) -> GmailMailbox:
        """Read it."""
        made = self._sources[account.address] = GmailMailbox(gmail=self._gmail(account), topic=account.topic)
        return made

    async def whole(self, account: GmailAccount, provider_id: str) -> bytes | None:
        """Fetch all of one mail; None where it is gone. Raises UnavailableError."""
        try:
            found = await self._gmail(account).raw(provider_id)
        except GmailError as error:
            raise UnavailableError(f"Gmail ({error})", retry_after_seconds=error.retry_after_seconds or 1.0) from None
        return None if found is None else found[1]

    def client(self, account: GmailAccount, writer: Writer) -> GmailClient:
        """Write by it; raises ConfigError for credentials that can't be used."""
        return GmailClient(gmail=self._gmail(account), writer=writer)

    def pushers(self, accounts: Iterable[GmailAccount]) -> Pushers:
        """Say who may push for these."""
        return Pushers(
            keys=self._keys,
            mailboxes=[(one.address, pusher) for one in accounts if (pusher := _pusher(one)) is not None],
        )

    def is_news(self, address: str, history_id: int) -> bool:
        """Tell whether a push knows of more than this process has read."""
        source = self._sources.get(address)
        return source is not None and source.is_news(history_id)

    def _gmail(self, account: GmailAccount) -> Gmail:
        before = self._open.get(account.address)
        if before is None or before.account.credentials != account.credentials:
            tokens = _tokens(account, _credentials(account), self._session, self._settings)
            before = _Open(account, _gmail(tokens, self._session, self._settings))
            self._open[account.address] = before
        return before.gmail


def examine(
    account: GmailAccount, *, session: aiohttp.ClientSession, settings: GmailSettings, site: str | None
) -> AsyncIterator[Finding]:
    """Say how ready a mailbox is; raises ConfigError for credentials that can't be used."""
    credentials = _credentials(account)
    tokens = _tokens(account, credentials, session, settings)
    return checkup.examine(
        _gmail(tokens, session, settings),
        tokens=tokens,
        credentials=credentials,
        keys=Keys(session=session, url=settings.keys_url),
        expected=Expected(
            address=account.address,
            topic=account.topic,
            pusher=_pusher(account),
            authserv_ids=account.authserv_ids,
            site=site,
        ),
    )


def _credentials(account: GmailAccount) -> Credentials:
    try:
        return read_credentials(account.credentials)
    except ConfigError as error:
        raise ConfigError(f"gmail {account.address}: what credentials_env names {error}") from None


def _tokens(
    account: GmailAccount, credentials: Credentials, session: aiohttp.ClientSession, settings: GmailSettings
) -> Tokens:
    return Tokens(session=session, token_url=settings.oauth_url, credentials=credentials, mailbox=account.address)


def _gmail(tokens: Tokens, session: aiohttp.ClientSession, settings: GmailSettings) -> Gmail:
    return Gmail(
        session=session, base_url=settings.api_url, tokens=tokens, units=Units(per_minute=settings.units_per_minute)
    )


def _pusher(account: GmailAccount) -> Pusher | None:
    push = account.push
    return None if push is None else Pusher(audience=push.audience, service_account=push.service_account)
