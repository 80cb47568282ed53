"""An IMAP server of few words on loopback, for what a real one does not do on demand."""

import asyncio
import re
from collections import defaultdict, deque
from typing import Final

from tests.fakes.line_server import LineServer

QUOTED: Final = rb'"((?:[^"\\]|\\.)*)"'
LITERAL: Final = re.compile(rb"\{(\d+)\}\r\n\Z")


class FakeImap(LineServer):
    """Folders with their marks, what was filed in them, and an INBOX of raw mails by UID.

    `answers` are used up one per command, lines and all; `%b` in them is the command's tag.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folders: dict[bytes, bytes] = {b"INBOX": b"", b"Sent": rb"\HasNoChildren"}
        self.appended: list[tuple[bytes, bytes]] = []
        self.inbox: dict[int, bytes] = {}
        self.validity = 7
        self.away = False
        self.heard: list[bytes] = []
        self.answers: defaultdict[bytes, deque[bytes]] = defaultdict(deque)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.away:
            return
        writer.write(b"* OK fake\r\n")
        while line := await reader.readline():
            literal = b""
            if found := LITERAL.search(line):
                writer.write(b"+ go on\r\n")
                literal = await reader.readexactly(int(found[1]))
                await reader.readline()
            tag, _, rest = line.strip().partition(b" ")
            command = next((one for one in (b"UID SEARCH", b"UID FETCH") if rest.startswith(one)), rest.split(b" ")[0])
            self.heard.append(rest)
            if self.answers[command]:
                writer.write(self.answers[command].popleft().replace(b"%b", tag))
            else:
                writer.write(self._usual(command, rest, literal) + tag + self._ends(command, rest))
            await writer.drain()
            if command in {b"LOGOUT", b"STARTTLS"}:
                break

    def _usual(self, command: bytes, rest: bytes, literal: bytes) -> bytes:  # noqa: PLR0911 - a table of answers
        names = [re.sub(rb"\\(.)", rb"\1", name) for name in re.findall(QUOTED, rest)]
        match command:
            case b"LIST":
                lines = ((marks, name.replace(b'"', b'\\"')) for name, marks in self.folders.items())
                return b"".join(b'* LIST (%b) "/" "%b"\r\n' % line for line in lines)
            case b"EXAMINE":
                following = max(self.inbox, default=0) + 1
                return b"* OK [UIDVALIDITY %d] ok\r\n* OK [UIDNEXT %d] ok\r\n" % (self.validity, following)
            case b"APPEND" if names[0] in self.folders:
                self.appended.append((names[0], literal))
            case b"CREATE":
                self.folders[names[0]] = b""
            case b"UID SEARCH" if b"HEADER" in rest:
                found = [b"%d" % n for n, (_, raw) in enumerate(self.appended, 1) if names[-1] in raw]
                return b"* SEARCH %b\r\n" % b" ".join(found)
            case b"UID SEARCH":
                return b"* SEARCH %b\r\n" % b" ".join(b"%d" % uid for uid in self.inbox)
            case b"UID FETCH":
                wanted = {int(one) for one in rest.split()[2].split(b",")}
                start, size = (int(one) for one in re.findall(rb"<(\d+)\.(\d+)>", rest)[0])
                return b"".join(
                    _fetched(n, uid, start, raw[start : start + size])
                    for n, (uid, raw) in enumerate(self.inbox.items(), 1)
                    if uid in wanted
                )
            case b"CAPABILITY":
                return b"* CAPABILITY IMAP4rev1\r\n"
        return b""

    def _ends(self, command: bytes, rest: bytes) -> bytes:
        if command in {b"APPEND", b"EXAMINE"} and not any(
            b'"%b"' % name.replace(b'"', b'\\"') in rest for name in self.folders
        ):
            return b" NO [TRYCREATE] no such folder\r\n"
        return b" OK done\r\n"


def _fetched(number: int, uid: int, start: int, piece: bytes) -> bytes:
    # Beyond a mail's end servers answer with an empty string, and not always with a literal.
    content = b'""' if start and not piece else b"{%d}\r\n%b" % (len(piece), piece)
    return b"* %d FETCH (UID %d BODY[]<%d> %b)\r\n" % (number, uid, start, content)
