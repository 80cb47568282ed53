"""One POST at Graph for one message; whatever goes wrong is named by what can be done about it."""

from collections.abc import Mapping
from typing import Any, Final

import aiohttp
import orjson

from agente_hotelero.channels.port import ChannelClient, FailureClass, Outgoing, QuietFor, SendFailedError
from agente_hotelero.channels.whatsapp.answers import USER_AGENT, Answer, document_in, failure_of
from agente_hotelero.channels.whatsapp.compose import own_file, payload, read_and_typing
from agente_hotelero.channels.whatsapp.failures import QUIET, classify
from agente_hotelero.channels.whatsapp.fields import identifier, listing, mapping
from agente_hotelero.channels.whatsapp.uploads import Uploads
from agente_hotelero.channels.whatsapp.waiting import busy_percent

LOST: Final = frozenset({100, 131008, 131009, 131052, 131053})
"""What Graph says of a message with an id of ours that it knows no more."""
PAUSED: Final = "paused"
"""Accepted, and never sent: the template's quality is too low. What is held for an assessment has its end in a status."""
UPGRADED: Final = "HIGH"
"""The level of throughput that Meta gives to numbers that do well: a thousand messages a second."""
CONNECT_SHARE: Final = 0.5
"""Connecting may take this much of the time, so that running out of time while connecting is told from running out later."""


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
        uploads: Uploads | None = None,
    ) -> None:
        """`base_url` ends with the API's version, such as `https://graph.facebook.com/v25.0`.

        Without `uploads` nothing goes out that Meta can't fetch.
        """
        self._session = session
        self._number = f"{base_url.rstrip('/')}/{phone_number_id}"
        self._url = f"{self._number}/messages"
        self._headers = {
            "Authorization": f"Bearer {access_token}",
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
        }
        self._uploads = uploads
        self.busy_percent = 0.0
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds, connect=timeout_seconds * CONNECT_SHARE)

    async def send(self, outgoing: Outgoing) -> str:
        """POST it; answers the wamid, raises SendFailedError."""
        path = own_file(outgoing.message)
        if path is None or self._uploads is None:
            return await self._send(outgoing, {})
        media_id = await self._uploads.id_of(path)
        try:
            return await self._send(outgoing, {path: media_id})
        except SendFailedError as error:
            # A no is a no: nothing of it was sent, and with another id it may be a yes.
            if error.code not in LOST:
                raise
        return await self._send(outgoing, {path: await self._uploads.id_of(path, anew=True)})

    async def _send(self, outgoing: Outgoing, ids: Mapping[str, str]) -> str:
        answer = await self._post(payload(outgoing, ids))
        if not answer.accepted:
            raise failure_of(answer)
        sent = next((mapping(one) for one in listing(answer.document.get("messages"))), {})
        if sent.get("message_status") == PAUSED:
            raise SendFailedError(FailureClass.TEMPLATE)
        wamid = identifier(sent.get("id"))
        if not wamid:
            # Accepted, in words that we don't understand: a status will tell the id.
            raise SendFailedError(FailureClass.IN_DOUBT)
        return wamid

    async def upgraded(self) -> bool:
        """Ask for the number's throughput, which webhooks tell only when it changes."""
        answer = await self._exchange("GET", self._number, params={"fields": "throughput"})
        if not answer.accepted:
            raise failure_of(answer)
        return identifier(mapping(answer.document.get("throughput")).get("level")).upper() == UPGRADED

    async def show_typing(self, message_id: str) -> None:
        """Mark a message as read, with the dots that go away with our answer or after 25 seconds."""
        answer = await self._post(read_and_typing(message_id))
        if not answer.accepted:
            raise failure_of(answer)

    def meaning(self, code: int) -> FailureClass:
        """Look a code up that came in a status."""
        return classify(code=code)

    def quiet_for(self, code: int) -> QuietFor | None:
        """Look up whether Meta wants less of what nobody asked for."""
        return QUIET.get(code)

    async def _post(self, content: dict[str, Any]) -> Answer:
        answer = await self._exchange("POST", self._url, data=orjson.dumps(content))
        self.busy_percent = busy_percent(answer.headers)
        return answer

    async def _exchange(
        self, method: str, url: str, *, data: bytes | None = None, params: Mapping[str, str] | None = None
    ) -> Answer:
        # Causes are cut off (`from None`): aiohttp's errors carry the request, and the request the token.
        try:
            async with self._session.request(
                method,
                url,
                data=data,
                params=params,
                headers=self._headers,
                timeout=self._timeout,
                allow_redirects=False,
            ) as response:
                return Answer(response.status, response.headers, document_in(await response.read()))
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            raise SendFailedError(FailureClass.RETRY_SOON) from None
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise SendFailedError(FailureClass.IN_DOUBT) from None
