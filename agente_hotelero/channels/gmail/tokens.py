"""Access tokens for one mailbox: asked for when the last one nears its end, and by everybody together.

Written by hand: gcloud-aio-auth 5.6 knows no `sub`, without which a service account opens no mailbox, asks five times
where a grant was refused, and needs a later Python 3.11 than we do.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import urlencode

import aiohttp
import jwt
import structlog

from agente_hotelero.channels.gmail.credentials import Credentials, RefreshToken, ServiceAccount
from agente_hotelero.channels.gmail.failures import LONGEST_SECONDS, GmailError
from agente_hotelero.channels.gmail.wire import Answer, AnswerLostError, NotSentError, exchange
from agente_hotelero.channels.port import FailureClass

log = structlog.get_logger()

SCOPE: Final = "https://www.googleapis.com/auth/gmail.modify"
JWT_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS: Final = 3600
SKEW_SECONDS: Final = 30
"""How much our clock may be ahead of Google's: an assertion from the future is refused."""
EARLY_SECONDS: Final = 300.0
"""How long before its end a token is not used any more."""
SHORTEST_SECONDS: Final = 30.0
"""A token of however short a life is used for so long: who says «one second» is not asked every second."""
REFUSED_PAUSE_SECONDS: Final = 300.0
AWAY_PAUSE_SECONDS: Final = 5.0
REFUSALS: Final = frozenset(
    {
        "invalid_grant", "invalid_client", "unauthorized_client", "invalid_scope", "access_denied", "admin_policy_enforced",
        "org_internal", "deleted_client", "disabled_client", "unsupported_grant_type", "invalid_request",
    }
)  # fmt: skip
"""What only a person can mend."""


class Tokens:
    """One at a time; who comes while one is asked for waits for the same answer."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        token_url: str,
        credentials: Credentials,
        mailbox: str,
        timeout_seconds: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`clock` is monotonic, `now` is Unix time: Google reads it in the assertion."""
        self._session = session
        self._url = token_url
        self._credentials = credentials
        self._mailbox = mailbox
        self._timeout = timeout_seconds
        self._clock = clock
        self._now = now
        self._asking = asyncio.Lock()
        self._token = ""
        self._good_until = 0.0
        self._failed: GmailError | None = None
        self._not_before = 0.0

    async def token(self) -> str:
        """Give one that is good for a while; raises GmailError: AUTH is for a person, RETRY_SOON passes.

        After a failure nobody asks Google again for a while: all hear the same.
        """
        async with self._asking:
            if self._clock() >= self._good_until:
                await self._renew()
            return self._token

    def forget(self, token: str) -> None:
        """Use this one no more: Google refused it before its time."""
        if token == self._token:
            self._good_until = 0.0

    async def _renew(self) -> None:
        if self._failed is not None and self._clock() < self._not_before:
            raise self._failed.with_traceback(None)
        try:
            answer = await self._ask()
            self._keep(answer)
        except GmailError as error:
            self._rest(error)
            raise
        self._failed = None

    def _rest(self, error: GmailError) -> None:
        refused = error.failure is FailureClass.AUTH
        self._failed = error
        pause = error.retry_after_seconds or (REFUSED_PAUSE_SECONDS if refused else AWAY_PAUSE_SECONDS)
        self._not_before = self._clock() + min(pause, LONGEST_SECONDS)
        if refused:
            log.error("gmail_grant_refused", reason=error.reason, retry_seconds=pause)

    async def _ask(self) -> Answer:
        try:
            return await exchange(
                self._session,
                "POST",
                self._url,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body=urlencode(self._grant(self._credentials)).encode(),
                timeout_seconds=self._timeout,
            )
        except (NotSentError, AnswerLostError) as error:
            raise GmailError(FailureClass.RETRY_SOON, reason="token_" + type(error).__name__) from None

    def _keep(self, answer: Answer) -> None:
        token, seconds = answer.document.get("access_token"), answer.document.get("expires_in")
        if not answer.good:
            raise _refusal(answer)
        if not isinstance(token, str) or not _is_header(token):
            raise GmailError(FailureClass.RETRY_SOON, reason="token_unreadable")
        lasts = float(seconds) if isinstance(seconds, int | float) else SHORTEST_SECONDS
        self._token = token
        self._good_until = self._clock() + max(lasts - EARLY_SECONDS, SHORTEST_SECONDS)

    def _grant(self, credentials: Credentials) -> Mapping[str, str]:
        match credentials:
            case ServiceAccount():
                return {"grant_type": JWT_GRANT, "assertion": self._assertion(credentials)}
            case RefreshToken():
                return {
                    "grant_type": "refresh_token",
                    "client_id": credentials.client_id,
                    "client_secret": credentials.client_secret,
                    "refresh_token": credentials.token,
                }

    def _assertion(self, account: ServiceAccount) -> str:
        issued = int(self._now()) - SKEW_SECONDS
        claims = {
            "iss": account.email,
            # Whose mailbox: the Workspace has delegated it to the account.
            "sub": self._mailbox,
            "scope": SCOPE,
            "aud": self._url,
            "iat": issued,
            "exp": issued + ASSERTION_SECONDS,
        }
        return jwt.encode(claims, account.key, algorithm="RS256", headers={"kid": account.key_id})


def _refusal(answer: Answer) -> GmailError:
    word = answer.document.get("error")
    reason = word if isinstance(word, str) and word.replace("_", "").isalnum() else ""
    refused = reason in REFUSALS or answer.status in {400, 401, 403}
    failure = FailureClass.AUTH if refused else FailureClass.RETRY_SOON
    return GmailError(failure, reason=reason or f"token_{answer.status}")


def _is_header(token: str) -> bool:
    """Tell whether it can stand in a header as it is."""
    return token.isascii() and token.isprintable() and bool(token.strip())
