"""One POST at Graph for one message; whatever goes wrong is named by what can be done about it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import aiohttp
import orjson

from agente_hotelero.channels.port import ChannelClient, FailureClass, Outgoing, QuietFor, SendFailedError
from agente_hotelero.channels.whatsapp.compose import payload, read_and_typing
from agente_hotelero.channels.whatsapp.failures import MAINTENANCE, QUIET, classify
from agente_hotelero.channels.whatsapp.fields import identifier, listing, mapping
from agente_hotelero.channels.whatsapp.waiting import busy_percent, wait_seconds

USER_AGENT: Final = "agente-hotelero/1.0.0"
"""Meta's OpenAPI file asks for name/1.2.3, which aiohttp's own does not match."""
PAUSED: Final = "paused"
"""Accepted, and never sent: the template's quality is too low. What is held for an assessment has its end in a status."""
CONNECT_SHARE: Final = 0.5
"""Connecting may take this much of the time, so that running out of time while connecting is told from running out later."""


class _Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    document: dict[str, Any]


class GraphClient(ChannelClient):
    """Sends for one WhatsApp number. The session is shared, and closed by whoever made it."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        base_url: str,
        phone_number_id: str,
        access_token: str,
        timeout_seconds: float,
    ) -> None:
        """`base_url` ends with the API's version, such as `https://graph.facebook.com/v25.0`."""
        self._session = session
        self._url = f"{base_url.rstrip('/')}/{phone_number_id}/messages"
        self._headers = {
            "Authorization": f"Bearer {access_token}",
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
        }
        self.busy_percent = 0.0
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=timeout_seconds * CONNECT_SHARE)

    async def send(self, outgoing: Outgoing) -> str:
        """POST it; answers the wamid, raises SendFailedError."""
        answer = await self._post(payload(outgoing))
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own numbers
            raise _failure(answer)
        sent = next((mapping(one) for one in listing(answer.document.get("messages"))), {})
        if sent.get("message_status") == PAUSED:
            raise SendFailedError(FailureClass.TEMPLATE)
        wamid = identifier(sent.get("id"))
        if not wamid:
            # Accepted, in words that we don't understand: a status will tell the id.
            raise SendFailedError(FailureClass.IN_DOUBT)
        return wamid

    async def show_typing(self, message_id: str) -> None:
        """Mark a message as read, with the dots that go away with our answer or after 25 seconds."""
        answer = await self._post(read_and_typing(message_id))
        if not 200 <= answer.status < 300:  # noqa: PLR2004 - HTTP's own numbers
            raise _failure(answer)

    def meaning(self, code: int) -> FailureClass:
        """Look a code up that came in a status."""
        return classify(code=code)

    def quiet_for(self, code: int) -> QuietFor | None:
        """Look up whether Meta wants less of what nobody asked for."""
        return QUIET.get(code)

    async def _post(self, content: dict[str, Any]) -> _Answer:
        # Causes are cut off (`from None`): aiohttp's errors carry the request, and the request the token.
        try:
            async with self._session.post(
                self._url,
                data=orjson.dumps(content),
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                self.busy_percent = busy_percent(response.headers)
                return _Answer(response.status, response.headers, document_in(await response.read()))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise SendFailedError(FailureClass.RETRY_SOON) from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise SendFailedError(FailureClass.IN_DOUBT) from None


def document_in(body: bytes) -> dict[str, Any]:
    """Read a JSON object; gateways answer with HTML, or with nothing."""
    try:
        return mapping(orjson.loads(body))
    except orjson.JSONDecodeError:
        return {}


def _failure(answer: _Answer) -> SendFailedError:
    error = mapping(answer.document.get("error"))
    code = _whole(error.get("code"))
    failure = classify(
        code=code,
        status=answer.status,
        subcode=_whole(error.get("error_subcode")),
        is_transient=error.get("is_transient") is True,
    )
    return SendFailedError(
        failure, code=code, retry_after_seconds=wait_seconds(answer.headers), maintenance=code == MAINTENANCE
    )


def _whole(value: object) -> int | None:
    return value if type(value) is int else None
