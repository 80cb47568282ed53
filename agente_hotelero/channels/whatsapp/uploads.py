"""Gives Meta the files of ours that it can't fetch, once for each account, and keeps the ids that it answers.

https://developers.facebook.com/docs/whatsapp/cloud-api/reference/media#upload-media
"""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

import aiohttp

from agente_hotelero.channels.port import FailureClass, SendFailedError, UploadLedger
from agente_hotelero.channels.whatsapp.answers import USER_AGENT, Answer, document_in, failure_of
from agente_hotelero.channels.whatsapp.fields import identifier
from agente_hotelero.channels.whatsapp.waiting import wait_seconds
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import Account
from agente_hotelero.model.media import OwnFile

ReadOwn = Callable[[str], Awaitable[OwnFile | None]]
"""A path below the site → what is there; None for nothing. Raises UnavailableError."""
NAMES: Final = {"image/png": "picture.png", "image/jpeg": "picture.jpg", "application/pdf": "document.pdf"}


class Uploads:
    """For one WhatsApp number. The session is shared, and closed by whoever made it."""

    def __init__(
        self,
        *,
        session: aiohttp.ClientSession,
        base_url: str,
        account: Account,
        access_token: str,
        ledger: UploadLedger,
        read_own: ReadOwn,
        timeout_seconds: float,
    ) -> None:
        """`base_url` ends with the API's version."""
        self._session = session
        self._url = f"{base_url.rstrip('/')}/{account.name}/media"
        self._account = account
        self._headers = {"Authorization": f"Bearer {access_token}", "User-Agent": USER_AGENT}
        self._ledger = ledger
        self._read_own = read_own
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._turn = asyncio.Lock()

    async def id_of(self, path: str, *, anew: bool = False) -> str:
        """Give the id that Meta knows a file of ours by; `anew` where the one known is good no more. Raises SendFailedError."""
        try:
            file = await self._read_own(path)
            if file is None:
                raise SendFailedError(FailureClass.OUR_BUG)
            return await self._known_or_uploaded(file, anew=anew)
        except UnavailableError as error:
            raise SendFailedError(FailureClass.RETRY_SOON, retry_after_seconds=error.retry_after_seconds) from None

    async def _known_or_uploaded(self, file: OwnFile, *, anew: bool) -> str:
        # By its bytes: a photo that was changed is another one, whatever it is called.
        digest = hashlib.sha256(file.content).digest()
        # One after the other: guests who get the same picture at once need it there once.
        async with self._turn:
            known = None if anew else await self._ledger.known(self._account, digest)
            if known is None:
                known = await self._upload(file)
                await self._ledger.keep(self._account, digest, known)
            return known

    async def _upload(self, file: OwnFile) -> str:
        form = aiohttp.FormData({"messaging_product": "whatsapp", "type": file.mime})
        form.add_field("file", file.content, filename=NAMES.get(file.mime, "file"), content_type=file.mime)
        # Whatever goes wrong, no message went out; causes are cut off, for they carry the token.
        try:
            async with self._session.post(
                self._url, data=form, headers=self._headers, timeout=self._timeout, allow_redirects=False
            ) as response:
                answer = Answer(response.status, response.headers, document_in(await response.read()))
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise SendFailedError(FailureClass.RETRY_SOON) from None
        if not answer.accepted:
            raise _in_time(failure_of(answer), answer)
        media_id = identifier(answer.document.get("id"))
        if not media_id:
            raise SendFailedError(FailureClass.RETRY_SOON)
        return media_id


def _in_time(failure: SendFailedError, answer: Answer) -> SendFailedError:
    """Of an upload nothing is ever in doubt: a second one harms nobody."""
    if failure.failure is not FailureClass.IN_DOUBT:
        return failure
    return SendFailedError(FailureClass.RETRY_SOON, code=failure.code, retry_after_seconds=wait_seconds(answer.headers))
