"""A conversation in a terminal, or through a pipe: what is typed or read, and how the hotel's lines look."""

import asyncio
import os
import select
import sys
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import suppress
from typing import Final

import typer

from agente_hotelero.commands.speaking import say
from agente_hotelero.commands.web_guest import Line, NotTakenError, Option, WebGuest

QUIT: Final = "/quit"
PROMPT: Final = "> "
PASTE_SECONDS: Final = 0.05
"""Nobody types lines so fast: what follows within this was pasted, and is one message."""
ANSWER_SECONDS: Final = 20.0
"""A script goes on after so long without any answer, as where a person took over."""


class Keyboard:
    """What comes by standard input, which a thread waits for: it may be a terminal, a pipe, a file or nothing at all."""

    def __init__(self) -> None:
        self.is_terminal = sys.stdin is not None and sys.stdin.isatty()
        self._messages: asyncio.Queue[str | None] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._read, daemon=True).start()

    async def messages(self) -> AsyncIterator[str]:
        """Each line of a script; in a terminal, lines that were pasted together are one."""
        while (message := await self._messages.get()) is not None:
            if message.strip():
                yield message.strip()

    def _read(self) -> None:
        begun = b""
        # Standard input may be closed; and the loop is gone where the conversation ended first.
        with suppress(OSError, RuntimeError):
            for piece in self._pieces():
                *lines, begun = [piece, b""] if self.is_terminal else (begun + piece).split(b"\n")
                for line in lines:
                    self._tell(line.decode("utf-8", "replace"))
            self._tell(begun.decode("utf-8", "replace"))
        with suppress(RuntimeError):
            self._tell(None)

    def _pieces(self) -> Iterator[bytes]:
        """By the system's own call: Python's buffer would hold a lock that the end of the process waits for."""
        piece = b""
        while read := os.read(0, 65_536):
            piece += read
            if not (self.is_terminal and select.select([0], [], [], PASTE_SECONDS)[0]):
                yield piece
                piece = b""
        yield piece

    def _tell(self, message: str | None) -> None:
        self._loop.call_soon_threadsafe(self._messages.put_nowait, message)


class Conversation:
    """Between who types and the hotel; `quiet_seconds` without a further line mean that the hotel has answered a script."""

    def __init__(self, guest: WebGuest, keyboard: Keyboard, *, quiet_seconds: float) -> None:
        self._guest, self._keyboard, self._quiet_seconds = guest, keyboard, quiet_seconds
        self._screen = sys.stdout.isatty()
        self._options: Sequence[Option] = ()
        """What may be chosen by its number: what was shown since the guest last said something."""
        self._said = asyncio.Event()

    async def answer(self) -> None:
        """Say what is typed until it ends."""
        self._prompt()
        async for message in self._keyboard.messages():
            if message == QUIT:
                break
            await self._say(message)
            if not self._keyboard.is_terminal:
                await self._answered()
        if self._screen:
            say("")

    async def listen(self) -> None:
        """Show what the hotel says."""
        async for line in self._guest.lines():
            self._show(line)
            self._options = line.options or self._options
            self._said.set()

    async def _say(self, message: str) -> None:
        chosen = self._chosen(message)
        self._options = ()
        self._said.clear()
        try:
            await (self._guest.says(message) if chosen is None else self._guest.chooses(chosen))
        except NotTakenError as error:
            typer.echo(f"not sent: {error}", err=True)
            self._said.set()

    def _chosen(self, message: str) -> Option | None:
        return {str(number): option for number, option in enumerate(self._options, 1)}.get(message)

    async def _answered(self) -> None:
        """Until the hotel has said something, and then nothing for a while."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._said.wait()
        except TimeoutError:
            typer.echo("no answer", err=True)
            return
        with suppress(TimeoutError):
            while True:
                self._said.clear()
                async with asyncio.timeout(self._quiet_seconds):
                    await self._said.wait()

    def _show(self, line: Line) -> None:
        options = [f"  {n}. {_named(option)}" for n, option in enumerate(line.options, 1)]
        pages = [f"  [{name}] {address}" for name, address in line.pages]
        words = _printable("\n".join([*filter(None, [line.body]), *options, *pages]))
        if not self._screen:
            say(f"{words}\n")
            return
        # Over the prompt that waits for words.
        say("\r" + (words if "NO_COLOR" in os.environ else typer.style(words, fg="cyan")) + "\n")
        self._prompt()

    def _prompt(self) -> None:
        if self._screen and self._keyboard.is_terminal:
            typer.echo(PROMPT, nl=False)
            sys.stdout.flush()


def _named(option: Option) -> str:
    return f"{option.title} — {option.description}" if option.description else option.title


def _printable(words: str) -> str:
    """Without what would command the terminal: somebody else wrote it."""
    return "".join(letter for letter in words if letter.isprintable() or letter == "\n")
