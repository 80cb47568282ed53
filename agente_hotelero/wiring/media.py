"""How what guests sent is fetched: each channel's own way, out of the hotels file as it is in force."""

import asyncio
from collections.abc import Callable, Sequence

from agente_hotelero.channels.mail.files import files_of
from agente_hotelero.channels.whatsapp.media import MediaClient
from agente_hotelero.errors import MediaRefusedError, UnavailableError
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account, Channel
from agente_hotelero.model.media import DueMedia, GuestFile
from agente_hotelero.storage.media_files import name_of
from agente_hotelero.wiring.directory import Directory
from agente_hotelero.wiring.post import Post


class Fetching:
    """For every account; `most_bytes` is what one file may have."""

    def __init__(
        self, *, whatsapp: MediaClient, post: Post, directory: Callable[[], Directory], most_bytes: int
    ) -> None:
        self._whatsapp = whatsapp
        self._post = post
        self._directory = directory
        self._most_bytes = most_bytes

    async def fetch(self, account: Account, media: MediaReceived) -> bytes:
        """Give the bytes of one thing; of a mail, those of its first file."""
        first = (await self.files(account, media))[0]
        if first.content is None:
            raise MediaRefusedError(first.refused or "empty")
        return first.content

    async def files(self, account: Account, media: MediaReceived) -> Sequence[GuestFile]:
        """Give it as files, at least one. Raises UnavailableError and MediaRefusedError."""
        if account.channel is Channel.EMAIL:
            return await self._attached(account, media)
        if account.channel is not Channel.WHATSAPP:
            raise MediaRefusedError("channel")
        content = await self._whatsapp.download(account, media, most_bytes=self._most_bytes)
        return (GuestFile(name=media.filename, mime=media.mime, content=content),)

    async def _attached(self, account: Account, media: MediaReceived) -> Sequence[GuestFile]:
        box = self._directory().mailboxes.get(account)
        if box is None:
            raise UnavailableError("the mailbox")
        raw = await self._post.whole(box, media.media_id)
        if raw is None:
            raise MediaRefusedError("gone")
        files = await asyncio.to_thread(files_of, raw, most_bytes=self._most_bytes)
        if not files:
            raise MediaRefusedError("empty")
        return files


def file_name(due: DueMedia, n: int) -> str:
    """Name a file of it."""
    return name_of(due.inbox_id, n)
