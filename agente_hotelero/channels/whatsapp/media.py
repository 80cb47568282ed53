"""Fetches what guests sent from Meta: an id becomes an address for some minutes, and the address becomes bytes.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media. The token goes along to both, so the address has to
be Meta's own, whoever wrote it.
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any, Final, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

import aiohttp

from agente_hotelero.channels.port import FailureClass
from agente_hotelero.channels.whatsapp.answers import USER_AGENT, document_in, whole
from agente_hotelero.channels.whatsapp.failures import classify
from agente_hotelero.channels.whatsapp.fields import mapping
from agente_hotelero.channels.whatsapp.waiting import wait_seconds
from agente_hotelero.errors import MediaRefusedError, UnavailableError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account

HOPS: Final = 2
"""Redirects that may lead from one of Meta's hosts to another."""
ANSWER_LIMIT_BYTES: Final = 64 * 1024
TIMEOUT: Final = aiohttp.ClientTimeout(total=60, sock_connect=10, sock_read=20)
AUTH_PAUSE_SECONDS: Final = 300.0
"""A person has to put it right first."""
UNKNOWN: Final = frozenset({100, 131009, 131052})
"""Graph's words for an id that is none, or none any more."""
HEX: Final = re.compile(r"[0-9A-Fa-f]{64}")


class _Place(NamedTuple):
    """Where the bytes are for some minutes, and what they should be."""

    url: str
    size: int | None
    sha256: str


class _GoneError(Exception):
    """An address that is not good any more."""


class MediaClient:
    """Downloads for all WhatsApp numbers. The session is shared, and closed by whoever made it."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        base_url: str,
        token_of: Callable[[Account], str | None],
        hosts: Collection[str],
        timeout: aiohttp.ClientTimeout = TIMEOUT,
    ) -> None:
        """`base_url` is Graph with its version: the token goes there anyway, so addresses there are good too.

        `hosts` are Meta's others, by https only; one that begins with a dot stands for all below it.
        """
        self._session = session
        self._base_url = base_url.rstrip("/")
        self._token_of = token_of
        self._hosts = tuple(host.lower() for host in hosts)
        self._timeout = timeout

    async def download(self, account: Account, media: MediaReceived, *, most_bytes: int) -> bytes:
        """Give the bytes of a message's media.

        Raises UnavailableError to be asked again, MediaRefusedError where they will never come.
        """
        token = self._token_of(account)
        if token is None:
            raise UnavailableError("the account's token")
        try:
            try:
                return await self._fetch(account, media, token, most_bytes)
            except _GoneError:
                # An address is good for five minutes; the id may well be.
                return await self._fetch(account, media, token, most_bytes)
        except _GoneError:
            raise MediaRefusedError("gone") from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            # The cause is cut off: aiohttp's errors carry the request, and the request the token.
            raise UnavailableError("Meta's media", retry_after_seconds=5) from None

    async def _fetch(self, account: Account, media: MediaReceived, token: str, most_bytes: int) -> bytes:
        place = await self._find(account, media, token)
        if place.size is not None and place.size > most_bytes:
            raise MediaRefusedError("too_large")
        content = await self._read(place.url, token, most_bytes)
        _hold(content, (media.sha256, place.sha256))
        return content

    async def _find(self, account: Account, media: MediaReceived, token: str) -> _Place:
        async with self._session.get(
            f"{self._base_url}/{quote(media.media_id, safe='')}",
            params={"phone_number_id": account.name},
            headers=_headers(token),
            timeout=self._timeout,
            allow_redirects=False,
        ) as response:
            answer = await _answer(response)
            if response.status != HTTPStatus.OK:
                raise _failure(response, answer)
        url, size, sha256 = answer.get("url"), answer.get("file_size"), answer.get("sha256")
        if not isinstance(url, str):
            raise UnavailableError("Meta's media")
        return _Place(url, whole(size), sha256 if isinstance(sha256, str) else "")

    async def _read(self, url: str, token: str, most_bytes: int) -> bytes:
        for _ in range(HOPS + 1):
            self._hold_to_hosts(url)
            async with self._session.get(
                url, headers=_headers(token), timeout=self._timeout, allow_redirects=False
            ) as response:
                if 300 <= response.status < 400:  # noqa: PLR2004 - HTTP's own numbers
                    url = _led(url, response.headers.get("Location", ""))
                    continue
                if response.status == HTTPStatus.NOT_FOUND:
                    raise _GoneError
                if response.status != HTTPStatus.OK:
                    raise _failure(response, await _answer(response))
                return await _content(response, most_bytes)
        raise MediaRefusedError("redirects")

    def _hold_to_hosts(self, url: str) -> None:
        if not (self._is_graphs(url) or self._is_metas(url)):
            raise MediaRefusedError("forbidden_host")

    def _is_graphs(self, url: str) -> bool:
        return _origin(url) == _origin(self._base_url)

    def _is_metas(self, url: str) -> bool:
        origin = _origin(url)
        if origin is None or origin[0] != "https" or origin[2] != 443:  # noqa: PLR2004 - https' own
            return False
        return any(origin[1].endswith(host) if host.startswith(".") else origin[1] == host for host in self._hosts)


def _headers(token: str) -> dict[str, str]:
    # Compressed, a small answer could hold more than memory does.
    return {"Authorization": f"Bearer {token}", "User-Agent": USER_AGENT, "Accept-Encoding": "identity"}


def _origin(url: str) -> tuple[str, str, int] | None:
    """Take scheme, host and port; None for what is no plain address: with a name and a password, or none at all."""
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    if port is None or not parts.hostname or "@" in parts.netloc or "\\" in url:
        return None
    return parts.scheme, parts.hostname.lower(), port


def _led(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        return ""


async def _answer(response: aiohttp.ClientResponse) -> dict[str, Any]:
    """Read Graph's own words; what is longer is none of them."""
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > ANSWER_LIMIT_BYTES:
            return {}
    return document_in(bytes(body))


async def _content(response: aiohttp.ClientResponse, most_bytes: int) -> bytes:
    if response.content_length is not None and response.content_length > most_bytes:
        raise MediaRefusedError("too_large")
    content = bytearray()
    async for chunk in response.content.iter_any():
        content += chunk
        if len(content) > most_bytes:
            raise MediaRefusedError("too_large")
    return bytes(content)


def _hold(content: bytes, said: Collection[str]) -> None:
    """Compare with what the message and Graph say of it."""
    digest = hashlib.sha256(content).digest()
    for one in said:
        known = _digest(one)
        if known is not None and not hmac.compare_digest(known, digest):
            raise MediaRefusedError("wrong_hash")


def _digest(said: str) -> bytes | None:
    """Read a sha256 in either of Meta's spellings; None for one in none of them."""
    if HEX.fullmatch(said):
        return bytes.fromhex(said)
    try:
        digest = base64.b64decode(said.replace("-", "+").replace("_", "/").rstrip("=") + "=", validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest if len(digest) == hashlib.sha256().digest_size else None


def _failure(response: aiohttp.ClientResponse, answer: dict[str, Any]) -> Exception:
    error = mapping(answer.get("error"))
    code = whole(error.get("code"))
    if code in UNKNOWN or (code is None and response.status == HTTPStatus.NOT_FOUND):
        return MediaRefusedError("gone")
    failure = classify(code=code, status=response.status, is_transient=error.get("is_transient") is True)
    pause = AUTH_PAUSE_SECONDS if failure is FailureClass.AUTH else 5.0
    return UnavailableError("Meta's media", retry_after_seconds=wait_seconds(response.headers) or pause)
