"""The folder of what was sent: where a mail of ours is filed, and looked for when nobody knows whether it went out."""

import re
from typing import Final

from agente_hotelero.channels.mailbox.access import Access
from agente_hotelero.channels.mailbox.imap import CommandRefusedError, Imap, Line, opened, quoted

SPECIAL: Final = re.compile(rb'\* LIST \(([^)]*)\) (?:"(?:[^"\\]|\\.)*"|NIL) (.+)', re.IGNORECASE)
USUAL: Final = (b"Sent", b"INBOX.Sent", b"Sent Items", b"Sent Messages", b"Enviados")


class SentFolder:
    """Found by its mark (RFC 6154) or by its usual names, and made where there is none. Raises MailboxAwayError."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._name: bytes | None = None

    async def has(self, message_id: str) -> bool:
        """Say whether a mail is filed there."""
        async with opened(self._access) as imap:
            try:
                await imap.examine(await self._found(imap))
            except CommandRefusedError:
                return False
            return bool(await imap.search(b"HEADER", b"Message-ID", quoted(message_id.encode())))

    async def file(self, mail: bytes) -> None:
        """File one."""
        async with opened(self._access) as imap:
            folder = await self._found(imap)
            try:
                await imap.append(folder, mail)
            except CommandRefusedError:
                await imap.command(b"CREATE", quoted(folder))
                await imap.append(folder, mail)

    async def name(self) -> str | None:
        """Say what it is called, if it is there."""
        async with opened(self._access) as imap:
            found = await self._found(imap)
            try:
                await imap.examine(found)
            except CommandRefusedError:
                return None
            return found.decode("utf-8", "replace")

    async def _found(self, imap: Imap) -> bytes:
        if self._name is None:
            self._name = _sent(await imap.command(b"LIST", b'""', b'"*"'))
        return self._name


def _sent(lines: list[Line]) -> bytes:
    names: dict[bytes, bytes] = {}
    for line in lines:
        found = SPECIAL.match(line.text)
        if found is None:
            continue
        name = line.literals[0] if line.literals else _unquoted(found[2])
        if rb"\sent" in found[1].lower().split():
            return name
        names[name.lower()] = name
    return next((names[usual.lower()] for usual in USUAL if usual.lower() in names), USUAL[0])


def _unquoted(text: bytes) -> bytes:
    if text.startswith(b'"') and text.endswith(b'"'):
        return re.sub(rb"\\(.)", rb"\1", text[1:-1])
    return text
