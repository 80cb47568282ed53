"""Whether a hotel's Gmail is ready for us, in words of what to do about it: `agente-hotelero gmail check`."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from agente_hotelero.channels.gmail.api import NOT_FOUND, Gmail
from agente_hotelero.channels.gmail.credentials import SCOPE, Credentials, ServiceAccount
from agente_hotelero.channels.gmail.failures import GmailError
from agente_hotelero.channels.gmail.hints import Pusher
from agente_hotelero.channels.gmail.keys import Keys
from agente_hotelero.channels.oauth.tokens import TokenError, Tokens
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.findings import Finding, Grade

PUBLISHER: Final = "gmail-api-push@system.gserviceaccount.com"
USUAL_AUTHSERV: Final = "mx.google.com"
PATH: Final = "/webhooks/gmail"
DELEGATE: Final = "Admin console > Security > Access and data control > API controls > Domain-wide delegation"

FORBIDDEN: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"),
        f"the token lacks the scope {SCOPE}: delegate it, or grant it anew",
    ),
    **dict.fromkeys(
        ("accessNotConfigured", "SERVICE_DISABLED"),
        "the Gmail API is not enabled in the project of these credentials: APIs & Services > Library > Gmail API",
    ),
    "failedPrecondition": "the mailbox has no Gmail: is it a user with a licence, and not a group or an alias?",
    "delegationDenied": "the mailbox has not delegated itself to these credentials",
    "domainPolicy": "the Workspace's policy keeps applications out of Gmail: its administrator has to allow this one",
}
"""By Google's reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the hotels file and the settings say; `site` is where the service is reached from outside."""

    address: str
    topic: str | None
    pusher: Pusher | None
    authserv_ids: tuple[str, ...]
    site: str | None


async def examine(
    gmail: Gmail, *, tokens: Tokens, credentials: Credentials, keys: Keys, expected: Expected
) -> AsyncIterator[Finding]:
    """Look at everything, the rest only where what it stands on is there. Sends nothing; renews the watch."""
    yield _who(credentials)
    try:
        await tokens.token()
    except TokenError as error:
        yield Finding(Grade.FIX, _no_token(error, credentials, expected.address))
        return
    yield Finding(Grade.FINE, "Google gives a token for it")
    mailbox = await _mailbox(gmail, expected)
    yield mailbox
    if mailbox.grade is Grade.FIX:
        return
    yield await _watch(gmail, expected)
    async for finding in _pushes(keys, expected):
        yield finding
    if USUAL_AUTHSERV not in expected.authserv_ids:
        yield Finding(
            Grade.NOTE,
            f"authserv_ids lacks {USUAL_AUTHSERV}, by which Gmail signs its checks: no sender will be believed",
        )


def _who(credentials: Credentials) -> Finding:
    if isinstance(credentials, ServiceAccount):
        return Finding(Grade.FINE, f"a service account, {credentials.email}, client id {credentials.client_id or '?'}")
    return Finding(
        Grade.NOTE,
        "a refresh token: it ends with its owner's password, and after 7 days while the project is in testing",
    )


def _no_token(error: TokenError, credentials: Credentials, address: str) -> str:
    if error.failure is not FailureClass.AUTH:
        return f"Google's token endpoint does not answer ({error.reason}): is AGENTE_GMAIL__OAUTH_URL right?"
    if not isinstance(credentials, ServiceAccount):
        return f"Google refuses the refresh token ({error.reason}): it was revoked or has ended; grant it anew"
    if error.reason in {"unauthorized_client", "access_denied"}:
        client = credentials.client_id or "of the service account"
        return f"the delegation is missing: {DELEGATE}, client id {client}, scope {SCOPE} (it takes some minutes)"
    return (
        f"Google refuses the service account for {address} ({error.reason}): is there such a user, is the key still"
        " there, and is this machine's clock right?"
    )


async def _mailbox(gmail: Gmail, expected: Expected) -> Finding:
    try:
        address, _ = await gmail.profile()
    except GmailError as error:
        return Finding(Grade.FIX, _explained(error))
    if address != expected.address:
        return Finding(Grade.FIX, f"these credentials open {address}, not {expected.address}: name that one, or others")
    return Finding(Grade.FINE, "the mailbox is open for reading and writing")


def _explained(error: GmailError) -> str:
    return FORBIDDEN.get(error.reason) or f"Gmail does not let us in ({error})"


async def _watch(gmail: Gmail, expected: Expected) -> Finding:
    if expected.topic is None:
        return Finding(Grade.NOTE, "no topic: mail is found within minutes, not at once")
    try:
        _, until = await gmail.watch(expected.topic)
    except GmailError as error:
        return Finding(Grade.FIX, _not_watched(error, expected.topic))
    ends = datetime.fromtimestamp(until, UTC)
    return Finding(
        Grade.FINE, f"Gmail tells {expected.topic} until {ends:%Y-%m-%d %H:%M} UTC, and is asked anew each day"
    )


def _not_watched(error: GmailError, topic: str) -> str:
    if error.status == NOT_FOUND:
        return f"there is no topic {topic}"
    if error.reason in FORBIDDEN:
        return FORBIDDEN[error.reason]
    if error.failure is FailureClass.AUTH:
        return f"Gmail may not publish to {topic}: give {PUBLISHER} the role Pub/Sub Publisher there"
    if error.failure is FailureClass.OUR_BUG:
        return f"Gmail refuses {topic} ({error.reason}): it has to be in the project of these credentials"
    return f"Gmail could not be told to watch ({error})"


async def _pushes(keys: Keys, expected: Expected) -> AsyncIterator[Finding]:
    if expected.pusher is None:
        return
    for finding in _pusher(expected.pusher, expected.site):
        yield finding
    try:
        await keys.key("")
    except UnavailableError:
        yield Finding(
            Grade.FIX, "Google's keys can't be read: no push can be verified; is AGENTE_GMAIL__KEYS_URL right?"
        )
    else:
        yield Finding(Grade.FINE, "Google's keys for verifying pushes are there")


def _pusher(pusher: Pusher, site: str | None) -> Iterator[Finding]:
    if pusher.service_account == PUBLISHER:
        words = f"push.service_account is {PUBLISHER}, which only publishes: name the account of the push subscription"
        yield Finding(Grade.FIX, words)
    if site is None:
        words = (
            f"AGENTE_HTTP__PUBLIC_URL is absent: let the subscription's endpoint be our {PATH}, and reachable by https"
        )
        yield Finding(Grade.NOTE, words)
    elif pusher.audience != f"{site}{PATH}":
        words = f"push.audience is {pusher.audience}; where the subscription names none, it is {site}{PATH}"
        yield Finding(Grade.NOTE, words)
    else:
        yield Finding(Grade.FINE, f"pushes are expected at {site}{PATH}, signed for {pusher.service_account}")
