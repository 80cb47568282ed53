"""A mail server on loopback: takes what it is sent, writes it down, and refuses, hangs up or keeps silent on demand."""

import asyncio
import base64
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Final

from tests.fakes.line_server import LineServer

LOSE: Final = "lose"
"""As an answer: none, the connection ends."""
AUTH_LINES: Final = b"250-fake\r\n250-AUTH PLAIN LOGIN XOAUTH2\r\n250 SIZE 40000000\r\n"


class FakeSmtp(LineServer):
    """Speaks as much SMTP as a client needs to deliver one mail; `refuse` is its answer to every recipient.

    `answers` are used up one per command, such as `answers["DATA"]` to a whole mail: a mail whose answer begins
    with 2, or is lost, was taken. With `password` it wants one, or that as an OAuth token.
    """

    def __init__(self, *, password: str | None = None) -> None:
        super().__init__()
        self.mails: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.recipients: list[str] = []
        self.heard: list[str] = []
        """Commands."""
        self.refuse: str | None = None
        self.answers: defaultdict[str, deque[str]] = defaultdict(deque)
        self.on_take: Callable[[], Awaitable[None]] | None = None
        """Called when a mail was taken, before its answer."""
        self._password = password
        self._taken = asyncio.Condition()

    async def wait_for(self, count: int, *, seconds: float = 30.0) -> list[EmailMessage]:
        """Wait until so many mails were taken."""
        async with asyncio.timeout(seconds), self._taken:
            await self._taken.wait_for(lambda: len(self.mails) >= count)
        return self.mails

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._say(writer, "CONNECT", b"220 fake\r\n"):
            return
        while line := await reader.readline():
            command = line.split(b" ", 1)[0].strip().upper().decode("ascii")
            self.heard.append(command)
            data = b""
            if command == "DATA":
                writer.write(b"354 go on\r\n")
                data = (await reader.readuntil(b"\r\n.\r\n"))[:-5].replace(b"\r\n..", b"\r\n.")
            if command == "RCPT":
                self.recipients.append(line.decode("ascii").partition("<")[2].partition(">")[0])
            goes_on = await self._answer(writer, command, line, data)
            await writer.drain()
            if not goes_on:
                break

    async def _answer(self, writer: asyncio.StreamWriter, command: str, line: bytes, data: bytes) -> bool:
        scripted = self.answers[command][0] if self.answers[command] else None
        if command == "DATA" and (scripted is None or scripted.startswith(("2", LOSE))):
            await self._take(data)
        return self._say(writer, command, self._usual(command, line))

    def _say(self, writer: asyncio.StreamWriter, command: str, usual: bytes) -> bool:
        """Answer; tells whether to go on."""
        answer = f"{self.answers[command].popleft()}\r\n".encode() if self.answers[command] else usual
        if answer.startswith(LOSE.encode()):
            return False
        writer.write(answer)
        return command != "QUIT"

    def _usual(self, command: str, line: bytes) -> bytes:
        if command == "RCPT" and self.refuse is not None:
            return f"{self.refuse}\r\n".encode()
        if command == "EHLO" and self._password is not None:
            return AUTH_LINES
        if command == "AUTH":
            said = base64.b64decode(line.split()[-1])
            return b"235 in\r\n" if self._password and self._password.encode() in said else b"535 5.7.8 no\r\n"
        return b"221 bye\r\n" if command == "QUIT" else b"250 ok\r\n"

    async def _take(self, data: bytes) -> None:
        async with self._taken:
            self.raw.append(data)
            self.mails.append(message_from_bytes(data, policy=policy.default))
            self._taken.notify_all()
        if self.on_take is not None:
            await self.on_take()
