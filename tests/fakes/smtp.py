"""A mail server on loopback: takes what it is sent, writes it down, and refuses on demand."""

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Self


class FakeSmtp:
    """Speaks as much SMTP as a client needs to deliver one mail; `refuse` is its answer to every recipient."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuse: str | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 fake\r\n")
        while line := await reader.readline():
            command = line.split(b" ", 1)[0].strip().upper()
            if command == b"DATA":
                writer.write(b"354 go on\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                self.mails.append(message_from_bytes(data[:-5], policy=policy.default))
            writer.write(self._answer(command))
            await writer.drain()
            if command == b"QUIT":
                break
        writer.close()

    def _answer(self, command: bytes) -> bytes:
        if command == b"RCPT" and self.refuse is not None:
            return f"{self.refuse}\r\n".encode()
        return b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n"
