"""Who sits at a terminal: what they type, and what they see."""

import asyncio
import os
import pty
from typing import Final

SECONDS: Final = 60.0


class Terminal:
    """A terminal for one program, which is started by `program(stdin=terminal.end, stdout=terminal.end)`."""

    def __init__(self) -> None:
        self._mine, self.end = pty.openpty()
        self.seen = ""

    def types(self, keys: str) -> None:
        os.write(self._mine, keys.encode())

    async def shows(self, words: str) -> str:
        """Wait until it does; answers everything that it showed."""
        async with asyncio.timeout(SECONDS):
            while words not in self.seen:
                self.seen += (await asyncio.to_thread(os.read, self._mine, 65_536)).decode()
        return self.seen

    def close(self) -> None:
        os.close(self._mine)
        os.close(self.end)
