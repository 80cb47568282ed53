"""One request and its answer: the only place from which Google, or whoever gives tokens, is called."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import orjson

from agente_hotelero.errors import AgenteError
from agente_hotelero.model.values import value

CONNECT_SHARE: Final = 0.5
"""Connecting may take this much of the time, so that running out of time while connecting is told from running out later."""


@value
class Answer:
    """What came back; `document` is empty where the body is no JSON object."""

    status: int
    headers: Mapping[str, str]
    document: dict[str, Any]

    @property
    def good(self) -> bool:
        """Whether it is a 2xx."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers


class NotSentError(AgenteError):
    """No connection came about: the other side has seen nothing of it."""


class AnswerLostError(AgenteError):
    """It was sent, and what became of it is not known."""


async def exchange(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout_seconds: float,
) -> Answer:
    """Send it; raises NotSentError and AnswerLostError. Redirects are not followed: the token would go along."""
    timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=timeout_seconds * CONNECT_SHARE)
    # Causes are cut off (`from None`): aiohttp's errors carry the request, and the request the token.
    try:
        async with session.request(
            method, url, params=query, data=body, headers=headers, timeout=timeout, allow_redirects=False
        ) as response:
            return Answer(status=response.status, headers=response.headers, document=_document(await response.read()))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        raise NotSentError("no connection") from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise AnswerLostError(type(error).__name__) from None


def _document(body: bytes) -> dict[str, Any]:
    """Read a JSON object; gateways answer with HTML, or with nothing."""
    try:
        read = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}
