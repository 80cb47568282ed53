"""A signed webhook to the hotel's own system: JSON, HMAC over the raw bytes, a timestamp against replays."""

import hashlib
import hmac
import time
from typing import Final

import aiohttp
import orjson

from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.journal import OpenHandOff

TIMEOUT: Final = aiohttp.ClientTimeout(total=10)


class StaffWebhook:
    """POSTs each hand-off; a receiver checks `X-Agente-Signature` as sha256 over `<timestamp>.<body>`.

    `id` stays the same when it is sent again, so that a receiver can tell.
    """

    def __init__(self, *, session: aiohttp.ClientSession, url: str, secret: str) -> None:
        self._session = session
        self._url = url
        self._secret = secret.encode()

    async def tell(self, handoff: OpenHandOff) -> None:
        """Deliver one hand-off; raises UnavailableError unless it was answered by 2xx."""
        body = orjson.dumps(
            {
                "id": handoff.id,
                "hotel": handoff.hotel,
                "guest_id": handoff.guest_id,
                "reason": handoff.reason,
                "summary": handoff.summary,
                "guest_name": handoff.guest_name,
                "contact": handoff.contact,
                "recent": handoff.recent,
                "files": handoff.files,
                "created_at": handoff.created_at,
            }
        )
        try:
            async with self._session.post(
                self._url,
                data=body,
                headers=self._headers(body),
                timeout=TIMEOUT,
                # Where the hotel's file says, and nowhere else: it holds what a guest said.
                allow_redirects=False,
            ) as answer:
                if answer.status // 100 == 2:  # noqa: PLR2004 - 2xx
                    return
        except (aiohttp.ClientError, TimeoutError) as error:
            raise UnavailableError("the staff webhook") from error
        raise UnavailableError("the staff webhook")

    def _headers(self, body: bytes) -> dict[str, str]:
        stamp = str(int(time.time()))
        signature = hmac.new(self._secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "X-Agente-Timestamp": stamp,
            "X-Agente-Signature": f"sha256={signature}",
        }
