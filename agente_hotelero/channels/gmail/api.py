"""Gmail's REST interface for one mailbox: each call paid for in units, and tried again where that harms nothing.

https://developers.google.com/workspace/gmail/api/reference/rest
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final
from urllib.parse import quote

import aiohttp
import orjson

from agente_hotelero.channels.gmail import shapes
from agente_hotelero.channels.gmail.failures import GmailError, failure_of
from agente_hotelero.channels.gmail.shapes import HistoryPage, Json, Listed, MessagePage
from agente_hotelero.channels.gmail.units import Cost, Units
from agente_hotelero.channels.oauth.tokens import TokenError, Tokens
from agente_hotelero.channels.oauth.wire import Answer, AnswerLostError, NotSentError, exchange
from agente_hotelero.channels.port import FailureClass

TIMEOUT_SECONDS: Final = 30.0
TRIES: Final = 5
LONGEST_PAUSE_SECONDS: Final = 32.0
"""Google's own advice: 1, 2, 4, 8, … seconds and up to one more, truncated at 32 or 64."""
PAGE_SIZE: Final = 500
INBOX: Final = "INBOX"
UNAUTHORIZED, NOT_FOUND = 401, 404
PASSING: Final = frozenset({FailureClass.RETRY_SOON, FailureClass.RATE_LIMITED, FailureClass.IN_DOUBT})


class Gmail:
    """One mailbox. The session is shared, and closed by whoever made it. All calls raise GmailError."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        base_url: str,
        tokens: Tokens,
        units: Units,
        timeout_seconds: float = TIMEOUT_SECONDS,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """`base_url` is `https://gmail.googleapis.com`; `jitter` gives something from 0 to 1."""
        self._session = session
        # "me" is whom the token speaks for: the address stays out of URLs.
        self._url = f"{base_url.rstrip('/')}/gmail/v1/users/me"
        self._tokens = tokens
        self._units = units
        self._timeout = timeout_seconds
        self._jitter = jitter

    async def profile(self) -> tuple[str, int]:
        """Give the mailbox's own address, and how far its history has come."""
        document = await self._persistently("GET", "profile", Cost.PROFILE)
        return str(document.get("emailAddress", "")).lower(), _number(document.get("historyId"))

    async def watch(self, topic: str) -> tuple[int, float]:
        """Have changes of the inbox pushed to a topic; answers the history's id, and until when in Unix seconds."""
        wanted = {"topicName": topic, "labelIds": [INBOX], "labelFilterBehavior": "include"}
        document = await self._persistently("POST", "watch", Cost.WATCH, body=wanted)
        return _number(document.get("historyId")), _number(document.get("expiration")) / 1000

    async def stop(self) -> None:
        """End all pushes of this mailbox."""
        await self._persistently("POST", "stop", Cost.STOP)

    async def history(self, since: int) -> AsyncIterator[HistoryPage]:
        """Walk what was added to the inbox since then, the oldest first; status 404 says that this is too long ago."""
        query = {
            "startHistoryId": str(since),
            "historyTypes": "messageAdded",
            "labelId": INBOX,
            "maxResults": str(PAGE_SIZE),
        }
        while True:
            page = shapes.history_page(await self._persistently("GET", "history", Cost.HISTORY, query), since=since)
            yield page
            if page.next_page is None:
                return
            query["pageToken"] = page.next_page

    async def inbox(self, search: str) -> AsyncIterator[MessagePage]:
        """Walk what the inbox has that fits, the newest first."""
        query = {"q": search, "labelIds": INBOX, "maxResults": str(PAGE_SIZE)}
        while True:
            page = shapes.message_page(await self._persistently("GET", "messages", Cost.LIST, query))
            yield page
            if page.next_page is None:
                return
            query["pageToken"] = page.next_page

    async def raw(self, message: str) -> tuple[Listed, bytes] | None:
        """Fetch a whole mail; None where it is gone, or has no bytes."""
        try:
            document = await self._persistently(
                "GET", f"messages/{quote(message, safe='')}", Cost.GET, {"format": "raw"}
            )
        except GmailError as error:
            if error.status == NOT_FOUND:
                return None
            raise
        found, raw = shapes.listed(document), shapes.raw_bytes(document)
        return None if found is None or raw is None else (found, raw)

    async def find(self, message_id: str) -> str | None:
        """Look for a mail by its Message-ID, wherever it lies; answers Gmail's id."""
        query = {"q": f"rfc822msgid:{message_id.strip('<>')}", "includeSpamTrash": "true", "maxResults": "1"}
        document = await self._persistently("GET", "messages", Cost.LIST, query)
        return next((one.id for one in shapes.message_page(document).messages), None)

    async def send(self, raw: bytes, thread: str) -> str:
        """Send once, whatever happens; answers Gmail's id. IN_DOUBT says that it may have gone out."""
        wanted = {"raw": shapes.raw_text(raw), **({"threadId": thread} if thread else {})}
        answer = await self._once("POST", "messages/send", Cost.SEND, body=wanted)
        if (sent := shapes.listed(answer)) is None:
            raise GmailError(FailureClass.IN_DOUBT, reason="unreadable")
        return sent.id

    async def _persistently(
        self, method: str, path: str, cost: Cost, query: Mapping[str, str] | None = None, *, body: Json | None = None
    ) -> Json:
        """Ask again where asking again changes nothing."""
        for tried in range(1, TRIES):
            try:
                return await self._once(method, path, cost, query, body=body)
            except GmailError as error:
                wait = self._pause(error, tried)
                if error.failure not in PASSING or wait > LONGEST_PAUSE_SECONDS:
                    raise
                await asyncio.sleep(wait)
        return await self._once(method, path, cost, query, body=body)

    def _pause(self, error: GmailError, tried: int) -> float:
        truncated = min(LONGEST_PAUSE_SECONDS - 1, 2.0 ** (tried - 1)) + self._jitter()
        return max(truncated, error.retry_after_seconds or 0.0)

    async def _once(
        self, method: str, path: str, cost: Cost, query: Mapping[str, str] | None = None, *, body: Json | None = None
    ) -> Json:
        await self._units.take(cost)
        token = await self._token()
        answer = await self._exchange(method, path, token, query, body)
        if answer.status == UNAUTHORIZED:
            # Refused before anything was done; another token may be good, and only one more is tried.
            self._tokens.forget(token)
            answer = await self._exchange(method, path, await self._token(), query, body)
        if not answer.good:
            raise self._refused(answer)
        return answer.document

    async def _token(self) -> str:
        try:
            return await self._tokens.token()
        except TokenError as error:
            raise GmailError(error.failure, reason=error.reason) from None

    def _refused(self, answer: Answer) -> GmailError:
        error = failure_of(answer)
        if error.failure is FailureClass.RATE_LIMITED and error.retry_after_seconds is not None:
            self._units.push_back(error.retry_after_seconds)
        return error

    async def _exchange(
        self, method: str, path: str, token: str, query: Mapping[str, str] | None, body: Json | None
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        try:
            return await exchange(
                self._session,
                method,
                f"{self._url}/{path}",
                headers=headers if body is None else {**headers, "Content-Type": "application/json"},
                query=query,
                body=None if body is None else orjson.dumps(body),
                timeout_seconds=self._timeout,
            )
        except NotSentError:
            raise GmailError(FailureClass.RETRY_SOON, reason="not_reached") from None
        except AnswerLostError:
            raise GmailError(FailureClass.IN_DOUBT, reason="answer_lost") from None


def _number(said: Any) -> int:
    """Read one of Google's numbers; an answer without it is none that we understand."""
    number = shapes.history_id(said)
    if number is None:
        raise GmailError(FailureClass.IN_DOUBT, reason="unreadable")
    return number
