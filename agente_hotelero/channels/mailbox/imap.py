"""As much of an IMAP client (RFC 3501, 2177, 6154) as reading and filing mail takes.

Written here because aioimaplib is under the GPL, and imaplib and IMAPClient block: IDLE would hold a thread per mailbox,
which nobody can interrupt.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from agente_hotelero.channels.mailbox.access import Access, Server, tls, xoauth2
from agente_hotelero.errors import UnavailableError

COMMAND_SECONDS: Final = 60.0
CONNECT_SECONDS: Final = 20.0
LINE_LIMIT_BYTES: Final = 1024 * 1024
"""A search may answer with as many numbers as the mailbox has mails."""
LITERAL_LIMIT_BYTES: Final = 4 * 1024 * 1024
PIECE_BYTES: Final = 1024 * 1024
"""Of one mail at a time, where all of it is wanted."""
LITERAL: Final = re.compile(rb"\{(\d{1,10})\}\r\n\Z")
REFUSED_SECONDS: Final = 600.0
"""Until a name and password that were refused are tried again: servers lock out who hammers."""


class MailboxAwayError(UnavailableError):
    """The mailbox's server can't be reached, or speaks no IMAP that we know."""

    def __init__(self, *, retry_after_seconds: float = 1.0) -> None:
        """Of what it said nothing is kept: it may quote addresses."""
        super().__init__("the mailbox", retry_after_seconds=retry_after_seconds)


class MailboxRefusesError(MailboxAwayError):
    """It does not take our name and secret."""

    def __init__(self) -> None:
        super().__init__(retry_after_seconds=REFUSED_SECONDS)


class CommandRefusedError(MailboxAwayError):
    """It said NO or BAD to one command; the connection goes on."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the server's, its literals apart; each stood where `{n}` stands."""

    text: bytes
    literals: tuple[bytes, ...] = field(default=(), repr=False)


class Imap:
    """One connection, one command at a time. Everything raises MailboxAwayError; after it only `close` is of use."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take over streams whose greeting is read."""
        self._reader = reader
        self._writer = writer
        self._in_clear: asyncio.StreamWriter | None = None
        self._count = 0
        self._capabilities: frozenset[bytes] = frozenset()
        self.news = False
        """Whether the server spoke of new mail since somebody set this to false."""

    @classmethod
    async def connect(cls, access: Access) -> "Imap":
        """Connect and log in."""
        server = access.imap
        with _translated():
            async with asyncio.timeout(CONNECT_SECONDS):
                context = tls(server) if server.security == "tls" else None
                reader, writer = await asyncio.open_connection(
                    server.host, server.port, ssl=context, limit=LINE_LIMIT_BYTES
                )
        self = cls(reader, writer)
        try:
            await self._greet(access)
        except BaseException:
            await self.close()
            raise
        return self

    @property
    def idles(self) -> bool:
        """Whether it tells of new mail by itself."""
        return b"IDLE" in self._capabilities

    async def command(self, *words: bytes, literal: bytes | None = None) -> list[Line]:
        """Give a command, with a literal at its end, and its untagged answers; raises CommandRefusedError for NO and BAD."""
        with _translated():
            async with asyncio.timeout(COMMAND_SECONDS):
                tag = await self._send(words, literal)
                return await self._answers(tag)

    async def examine(self, folder: bytes) -> list[Line]:
        """Open a folder for looking only."""
        return await self.command(b"EXAMINE", quoted(folder))

    async def search(self, *criteria: bytes) -> list[int]:
        """UIDs in order."""
        lines = await self.command(b"UID SEARCH", *criteria)
        numbers = [line.text.split()[2:] for line in lines if line.text.upper().startswith(b"* SEARCH")]
        return sorted({int(one) for found in numbers for one in found if one.isdigit()})

    async def fetch(self, uids: Sequence[int], *, limit_bytes: int) -> dict[int, bytes]:
        """Take mails, each up to a limit, and leave them unread; those that are gone are not among them."""
        what = b"(UID BODY.PEEK[]<0.%d>)" % limit_bytes
        lines = await self.command(b"UID FETCH", b",".join(b"%d" % uid for uid in uids), what)
        found: dict[int, bytes] = {}
        for line in lines:
            uid = re.search(rb"\bUID (\d{1,10})", line.text)
            if uid and b"BODY[]" in line.text:
                found[int(uid[1])] = line.literals[0] if line.literals else b""
        return found

    async def fetch_whole(self, uid: int, *, limit_bytes: int) -> bytes | None:
        """Take all of one mail up to a limit, piece by piece; None where it is gone."""
        mail = bytearray()
        while len(mail) < limit_bytes:
            size = min(PIECE_BYTES, limit_bytes - len(mail))
            lines = await self.command(b"UID FETCH", b"%d (UID BODY.PEEK[]<%d.%d>)" % (uid, len(mail), size))
            pieces = [line.literals[0] for line in lines if line.literals and b"BODY[]" in line.text]
            if not pieces:
                # An empty piece may come as a quoted string: the mail ends where the last one did.
                return bytes(mail) or None
            mail += pieces[0]
            # Shorter is the mail's end; longer is a server that knows no pieces.
            if len(pieces[0]) != size:
                break
        return bytes(mail)

    async def idle(self, seconds: float) -> None:
        """Return when the server speaks of new mail, or the time is over."""
        with _translated():
            async with asyncio.timeout(COMMAND_SECONDS):
                tag = await self._send((b"IDLE",), None)
                while not (line := await self._line()).text.startswith(b"+"):
                    self._note(line, tag)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while not self.news:
                        self._note(await self._line(), tag)
            async with asyncio.timeout(COMMAND_SECONDS):
                self._writer.write(b"DONE\r\n")
                await self._answers(tag)

    async def append(self, folder: bytes, mail: bytes) -> None:
        """File a mail, as seen."""
        await self.command(b"APPEND", quoted(folder), rb"(\Seen)", literal=mail)

    async def close(self) -> None:
        """Say goodbye to who listens."""
        with suppress(OSError, RuntimeError):
            self._writer.write(b"Z LOGOUT\r\n")
            self._writer.close()
            async with asyncio.timeout(1.0):
                await self._writer.wait_closed()

    async def _greet(self, access: Access) -> None:
        with _translated():
            async with asyncio.timeout(COMMAND_SECONDS):
                if not (await self._line()).text.upper().startswith((b"* OK", b"* PREAUTH")):
                    raise MailboxAwayError
        if access.imap.security == "starttls":
            await self.command(b"STARTTLS")
            await self._encrypt(access.imap)
        try:
            await self._log_in(access)
        except CommandRefusedError:
            raise MailboxRefusesError from None
        # Asked once inside: what it can do before and after differs.
        answers = await self.command(b"CAPABILITY")
        found = [line.text.upper().split()[2:] for line in answers if line.text.upper().startswith(b"* CAPABILITY")]
        self._capabilities = frozenset(one for words in found for one in words)

    async def _encrypt(self, server: Server) -> None:
        """Go on encrypted, with a reader of its own: what came before in clear, somebody on the way may have put there."""
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LINE_LIMIT_BYTES)
        protocol = asyncio.StreamReaderProtocol(reader)
        context = tls(server)
        assert context is not None, "STARTTLS is asked for only where there is TLS"
        with _translated():
            async with asyncio.timeout(CONNECT_SECONDS):
                transport = await loop.start_tls(self._writer.transport, protocol, context, server_hostname=server.host)
        if transport is None:
            raise MailboxAwayError
        protocol.connection_made(transport)
        # A writer that nobody holds closes what it wrote to.
        self._in_clear = self._writer
        self._reader, self._writer = reader, asyncio.StreamWriter(transport, protocol, reader, loop)
        self.news = False

    async def _log_in(self, access: Access) -> None:
        if access.token is None:
            await self.command(b"LOGIN", quoted(access.user.encode()), quoted(access.password.encode()))
            return
        with _translated():
            async with asyncio.timeout(COMMAND_SECONDS):
                tag = await self._send((b"AUTHENTICATE XOAUTH2",), None)
                await self._continued(tag)
                self._writer.write(xoauth2(access.user, access.token).encode() + b"\r\n")
                await self._answers(tag)

    async def _send(self, words: Sequence[bytes], literal: bytes | None) -> bytes:
        self._count += 1
        tag = b"A%d" % self._count
        line = b" ".join((tag, *words))
        if literal is None:
            self._writer.write(line + b"\r\n")
        else:
            self._writer.write(line + b" {%d}\r\n" % len(literal))
            await self._continued(tag)
            self._writer.write(literal + b"\r\n")
        await self._writer.drain()
        return tag

    async def _continued(self, tag: bytes) -> None:
        while not (line := await self._line()).text.startswith(b"+"):
            self._note(line, tag)

    async def _answers(self, tag: bytes) -> list[Line]:
        lines: list[Line] = []
        while True:
            line = await self._line()
            if line.text.startswith(b"+"):
                # Why a token is refused comes as a question, to which the answer is empty.
                self._writer.write(b"\r\n")
            elif line.text.startswith(tag + b" "):
                self._note(line, tag)
                return lines
            else:
                self._note(line, tag)
                lines.append(line)

    def _note(self, line: Line, tag: bytes) -> None:
        upper = line.text.upper()
        if upper.startswith(tag + b" ") and not upper.startswith(tag + b" OK"):
            raise CommandRefusedError
        if upper.startswith(b"* BYE"):
            raise MailboxAwayError
        if re.match(rb"\* \d+ EXISTS", upper):
            self.news = True

    async def _line(self) -> Line:
        """Read one line with what it holds of literals."""
        text = b""
        literals: list[bytes] = []
        while True:
            piece = await self._reader.readuntil(b"\r\n")
            text += piece
            found = LITERAL.search(piece)
            if found is None:
                return Line(text.rstrip(b"\r\n"), tuple(literals))
            size = int(found[1])
            if size > LITERAL_LIMIT_BYTES or len(text) > LINE_LIMIT_BYTES:
                raise MailboxAwayError
            literals.append(await self._reader.readexactly(size))


def quoted(text: bytes) -> bytes:
    """Quote a string; what no line can hold is left out of it."""
    plain = re.sub(rb"[\r\n\x00]", b"", text)
    return b'"' + plain.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


class _translated:  # noqa: N801 - reads as a verb where it is used
    """Every way in which a connection fails is «away»; causes are cut off, for they may quote what was sent."""

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Translate."""
        if kind is not None and issubclass(kind, (OSError, EOFError, TimeoutError, asyncio.LimitOverrunError)):
            raise MailboxAwayError from None


@asynccontextmanager
async def opened(access: Access) -> AsyncIterator[Imap]:
    """Connect for a moment."""
    imap = await Imap.connect(access)
    try:
        yield imap
    finally:
        await imap.close()
