"""Google's public keys: kept for as long as Google says, and asked for again when one is missing, but never often."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import aiohttp
import jwt
import structlog

from agente_hotelero.channels.oauth.wire import AnswerLostError, NotSentError, exchange
from agente_hotelero.errors import UnavailableError

log = structlog.get_logger()

CERTS_URL: Final = "https://www.googleapis.com/oauth2/v3/certs"
SHORTEST_SECONDS, USUAL_SECONDS, LONGEST_SECONDS = 60.0, 3600.0, 86_400.0
AGAIN_SECONDS: Final = 60.0
"""Between two looks for a key that is missing: anybody can name one that never was."""
AWAY_SECONDS: Final = 5.0
KEYS_LIMIT: Final = 50
MAX_AGE: Final = re.compile(r"(?:^|[\s,])max-age=(\d{1,9})")


class Keys:
    """By their `kid`."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        url: str = CERTS_URL,
        timeout_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._session = session
        self._url = url
        self._timeout = timeout_seconds
        self._clock = clock
        self._asking = asyncio.Lock()
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._good_until = clock()
        self._not_before = clock()

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """Find one; None where Google has no such key. Raises UnavailableError while its list can't be had."""
        if kid in self._keys and self._clock() < self._good_until:
            return self._keys[kid]
        async with self._asking:
            if self._clock() >= self._good_until:
                await self._fetch()
            elif kid not in self._keys and self._clock() >= self._not_before:
                # Keys are replaced before their time at times: a new one is worth one look.
                await self._fetch()
            return self._keys.get(kid)

    async def _fetch(self) -> None:
        if self._clock() < self._not_before:
            raise UnavailableError("Google's keys", retry_after_seconds=self._not_before - self._clock())
        self._not_before = self._clock() + AWAY_SECONDS
        try:
            answer = await exchange(self._session, "GET", self._url, headers={}, timeout_seconds=self._timeout)
        except (NotSentError, AnswerLostError) as error:
            raise self._away(type(error).__name__) from None
        keys = _read(answer.document) if answer.good else {}
        if not keys:
            raise self._away(f"status {answer.status}")
        self._keys = keys
        self._good_until = self._clock() + _lasts(answer.headers)
        self._not_before = min(self._clock() + AGAIN_SECONDS, self._good_until)

    def _away(self, why: str) -> UnavailableError:
        log.warning("google_keys_away", why=why)
        return UnavailableError("Google's keys", retry_after_seconds=AWAY_SECONDS)


def _read(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    said = document.get("keys")
    read = (_key(one) for one in (said if isinstance(said, list) else [])[:KEYS_LIMIT])
    return {key.key_id: key for key in read if key is not None and key.key_id}


def _key(said: object) -> jwt.PyJWK | None:
    if not isinstance(said, dict) or said.get("kty") != "RSA" or not isinstance(said.get("kid"), str):
        return None
    try:
        return jwt.PyJWK(said, algorithm="RS256")
    except (jwt.PyJWTError, ValueError, TypeError):
        return None


def _lasts(headers: Mapping[str, str]) -> float:
    found = MAX_AGE.search(headers.get("Cache-Control", "").lower())
    return min(max(float(found[1]), SHORTEST_SECONDS), LONGEST_SECONDS) if found else USUAL_SECONDS
