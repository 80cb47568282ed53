"""Access tokens for one mailbox: asked for when the last one nears its end, and by everybody together (RFC 6749).

Written by hand: gcloud-aio-auth 5.6 knows no `sub`, without which a service account opens no mailbox, asks five times
where a grant was refused, and needs a later Python 3.11 than we do.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode, urlsplit

import aiohttp
import structlog

from agente_hotelero.channels.oauth.wire import Answer, AnswerLostError, NotSentError, exchange
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.errors import AgenteError

log = structlog.get_logger()

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
        "interaction_required", "consent_required",
    }
)  # fmt: skip
"""What only a person can mend."""
PASSING: Final = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
"""What is said with a 400 too, and is over by itself."""

Grant = Callable[[], Mapping[str, str]]
"""What is said to get a token: the fields of the form, made anew for each request."""


class TokenError(AgenteError):
    """No token: `failure` is AUTH where a person has to look, or RETRY_SOON; `reason` is the other side's word, no sentence."""

    def __init__(self, failure: FailureClass, *, reason: str) -> None:
        super().__init__(f"{failure} ({reason})")
        self.failure = failure
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class RefreshToken:
    """Speaks for the one who granted it; a program that can keep no secret has none."""

    client_id: str
    client_secret: str = field(default="", repr=False)
    token: str = field(repr=False)

    def grant(self) -> Mapping[str, str]:
        """RFC 6749, 6; without a scope it is all that was granted."""
        secret = {"client_secret": self.client_secret} if self.client_secret else {}
        return {
            "grant_type": "refresh_token",
            "client_id": self.client_id,
            **secret,
            "refresh_token": self.token,
        }


class Tokens:
    """One at a time; who comes while one is asked for waits for the same answer."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        token_url: str,
        grant: Grant,
        timeout_seconds: float = 20.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`clock` is monotonic."""
        self._session = session
        self._url = token_url
        self._grant = grant
        self._exchanged = ""
        """A refresh token that was given for ours: some end the old one sooner or later."""
        self._timeout = timeout_seconds
        self._clock = clock
        self._asking = asyncio.Lock()
        self._token = ""
        self._good_until = 0.0
        self._failed: TokenError | None = None
        self._not_before = 0.0

    async def token(self) -> str:
        """Give one that is good for a while; raises TokenError: AUTH is for a person, RETRY_SOON passes.

        After a failure nobody asks again for a while: all hear the same.
        """
        async with self._asking:
            if self._clock() >= self._good_until:
                await self._renew()
            return self._token

    def forget(self, token: str) -> bool:
        """Use this one no more: it was refused before its time. Tells whether there may be another."""
        if token == self._token:
            self._good_until = 0.0
        return True

    async def _renew(self) -> None:
        if self._failed is not None and self._clock() < self._not_before:
            raise self._failed.with_traceback(None)
        try:
            answer = await self._ask()
            self._keep(answer)
        except TokenError as error:
            self._rest(error)
            raise
        self._failed = None

    def _rest(self, error: TokenError) -> None:
        refused = error.failure is FailureClass.AUTH
        self._failed = error
        pause = REFUSED_PAUSE_SECONDS if refused else AWAY_PAUSE_SECONDS
        self._not_before = self._clock() + pause
        if refused:
            # The next time by the one that we were given by hand: a person may have made a new one.
            self._exchanged = ""
            log.error("grant_refused", reason=error.reason, by=urlsplit(self._url).hostname, retry_seconds=pause)

    async def _ask(self) -> Answer:
        try:
            return await exchange(
                self._session,
                "POST",
                self._url,
                headers={"Content-Type": "application/x-www-form-urlencoded"},
                body=urlencode(self._form()).encode(),
                timeout_seconds=self._timeout,
            )
        except (NotSentError, AnswerLostError) as error:
            raise TokenError(FailureClass.RETRY_SOON, reason="token_" + type(error).__name__) from None

    def _keep(self, answer: Answer) -> None:
        token, seconds = answer.document.get("access_token"), answer.document.get("expires_in")
        if not answer.good:
            raise _refusal(answer)
        if not isinstance(token, str) or not _is_header(token):
            raise TokenError(FailureClass.RETRY_SOON, reason="token_unreadable")
        lasts = float(seconds) if isinstance(seconds, int | float) else SHORTEST_SECONDS
        self._token = token
        another = answer.document.get("refresh_token")
        self._exchanged = another if isinstance(another, str) else self._exchanged
        self._good_until = self._clock() + max(lasts - EARLY_SECONDS, SHORTEST_SECONDS)

    def _form(self) -> Mapping[str, str]:
        form = self._grant()
        return {**form, "refresh_token": self._exchanged} if self._exchanged else form


def _refusal(answer: Answer) -> TokenError:
    word = answer.document.get("error")
    reason = word if isinstance(word, str) and word.replace("_", "").isalnum() else ""
    refused = reason not in PASSING and (reason in REFUSALS or answer.status in {400, 401, 403})
    failure = FailureClass.AUTH if refused else FailureClass.RETRY_SOON
    return TokenError(failure, reason=reason or f"token_{answer.status}")


def _is_header(token: str) -> bool:
    """Tell whether it can stand in a header as it is."""
    return token.isascii() and token.isprintable() and bool(token.strip())
