"""QloApps' webservice: its address and key, its two languages, and what its status codes mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from xml.etree.ElementTree import Element, ParseError, fromstring, tostring

import aiohttp
import structlog
from yarl import URL

from agente_hotelero.errors import PmsUnavailableError
from agente_hotelero.pms.client import PmsBusyError
from agente_hotelero.pms.qloapps import shapes
from agente_hotelero.pms.qloapps.shapes import Row

log = structlog.get_logger(__name__)

WHO: Final = "QloApps"
MOST_BYTES: Final = 8 * 1024 * 1024
RETRY_AFTER_SECONDS: Final = 5.0
"""Where it sends us away without saying for how long."""
OK: Final = frozenset({200, 201})
BAD_REQUEST: Final = 400
NO_METHOD: Final = 405
NO_PERMISSION: Final = 26
"""The code of a resource that the key may not touch; it comes with 401, as an unknown key does."""
TOO_MANY: Final = 429
UNAVAILABLE: Final = 503
"""With Retry-After it is sent away; without, it may be the proxy before a server that is gone."""


class NotAllowedError(PmsUnavailableError):
    """The key may not do that with this resource: `agente-hotelero pms check` tells what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    kind: str
    """Its content type, without parameters."""
    body: bytes
    headers: Mapping[str, str]

    @property
    def is_json(self) -> bool:
        """Whether it claims to be JSON, which its error pages do not."""
        return self.kind == "application/json"

    @property
    def complaints(self) -> tuple[tuple[int, str], ...]:
        """Codes and messages of its errors, if it names any."""
        content = shapes.document(self.body) if self.is_json and self.body else {}
        errors = content.get("errors", ()) if isinstance(content, dict) else ()
        return tuple((shapes.number(one.get("code")), str(one.get("message", ""))) for one in errors)

    @property
    def codes(self) -> frozenset[int]:
        """The codes alone: its words may quote a guest."""
        return frozenset(code for code, _ in self.complaints)


class Webservice:
    """One hotel's QloApps.

    Every call raises PmsUnavailableError when nobody knows what became of it, PmsBusyError when it was sent away,
    and NotAllowedError when the key lacks a permission.
    """

    def __init__(self, *, session: aiohttp.ClientSession, url: str, key: str) -> None:
        """`url` is the shop's own address; `session` must keep no cookies: each answer brings new ones."""
        self._session = session
        self._base = URL(url.rstrip("/") + "/")
        # The key in the address would end in the server's logs.
        self._headers = {"Authorization": aiohttp.encode_basic_auth(key, "")}

    @property
    def base(self) -> URL:
        """The shop's address, with a slash at its end."""
        return self._base

    async def rows(
        self, resource: str, *, display: str = "full", where: Mapping[str, str] | None = None, **more: str
    ) -> Sequence[Row]:
        """List what fits `where` (field → condition such as `[5]`, `[a|b]` or `<[2027-05-01]`)."""
        filters = {f"filter[{field}]": condition for field, condition in (where or {}).items()}
        answer = await self.call("GET", resource, query={"display": display, **filters, **more})
        if answer.status not in OK:
            raise self.trouble(answer, resource)
        return shapes.listed(shapes.document(answer.body))

    async def element(self, path: str) -> Element:
        """Read one thing as XML: the form in which it is written back."""
        answer = await self.call("GET", path, json=False)
        if answer.status not in OK:
            raise self.trouble(answer, path)
        return self.parsed(answer)

    def parsed(self, answer: Answer) -> Element:
        """Read an answer as XML."""
        try:
            return fromstring(answer.body)  # noqa: S314 - external entities are not read, and expat bounds what others grow to
        except ParseError as error:
            raise PmsUnavailableError(f"{WHO} (an answer that is no XML)") from error

    async def write(self, method: str, path: str, content: Element) -> Row:
        """Send XML, the only form that all but bookings take; answers what is stored now."""
        answer = await self.call(method, path, body=tostring(content), content_type="application/xml")
        if answer.status not in OK:
            raise self.trouble(answer, path)
        [row] = shapes.listed(shapes.document(answer.body))
        return row

    async def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes | None = None,
        content_type: str | None = None,
        json: bool = True,
    ) -> Answer:
        """Make one call; any answer is an answer, but being sent away or not let in is not."""
        url = (self._base / "api" / path).with_query({**(query or {}), **({"output_format": "JSON"} if json else {})})
        headers = {**self._headers, **({"Content-Type": content_type} if content_type else {})}
        try:
            # A redirect would carry the key to who knows where.
            async with self._session.request(
                method, url, data=body, headers=headers, allow_redirects=False
            ) as response:
                answer = Answer(
                    status=response.status,
                    kind=response.content_type,
                    body=await _read(response),
                    headers=response.headers,
                )
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise PmsUnavailableError(WHO) from error
        if answer.status == TOO_MANY or (answer.status == UNAVAILABLE and "Retry-After" in answer.headers):
            raise PmsBusyError(WHO, retry_after_seconds=_retry_after(answer.headers))
        return answer

    def trouble(self, answer: Answer, about: str) -> Exception:
        """Say what an answer that is none means. Its words stay out of the log: they may quote a guest."""
        resource = about.split("/", maxsplit=1)[0]
        log.warning("qloapps_answered", resource=resource, status=answer.status, codes=sorted(answer.codes))
        if answer.status == NO_METHOD or NO_PERMISSION in answer.codes:
            return NotAllowedError(f"{WHO} (a permission on {resource})")
        return PmsUnavailableError(f"{WHO} (status {answer.status})")


def element(name: str, **fields: object) -> Element:
    """Build `<qloapps><name><field>…`, the form of all that is sent as XML."""
    root = Element("qloapps")
    inner = Element(name)
    root.append(inner)
    for field, value in fields.items():
        child = Element(field)
        child.text = str(value)
        inner.append(child)
    return root


async def _read(response: aiohttp.ClientResponse) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        body += chunk
        if len(body) > MOST_BYTES:
            raise PmsUnavailableError(f"{WHO} (an answer of more than {MOST_BYTES} bytes)")
    return bytes(body)


def _retry_after(headers: Mapping[str, str]) -> float:
    """In seconds, from either of its two forms."""
    value = headers.get("Retry-After", "")
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return RETRY_AFTER_SECONDS
