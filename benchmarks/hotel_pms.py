"""A QloApps in a process of its own that hangs when it is told to: it takes every request then, and never answers."""

import asyncio
import sys
from pathlib import Path
from typing import Final

from benchmarks.processes import Program
from tests.fakes.qloapps.faults import Fault
from tests.fakes.qloapps.server import KEY, FakeQloApps
from tests.support.qloapps_hotel import furnish

MODULE: Final = ("benchmarks.hotel_pms",)
ROOMS: Final = 10
"""Of each type; guests here only ask."""


class HotelPms(Program):
    """Our end of the pipe."""

    talks = True
    key = KEY

    def __init__(self, *, log: Path) -> None:
        super().__init__(MODULE, log=log)

    @property
    def url(self) -> str:
        """Where its webservice is."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Begin, and wait until it listens."""
        super().start()
        self.port = int(self._heard())

    def hang(self, hanging: bool) -> None:
        """Stop answering, or answer again; what hung until then is cut."""
        assert self.process.stdin is not None
        self.process.stdin.write("hang\n" if hanging else "answer\n")
        self.process.stdin.flush()
        self._heard()

    def _heard(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the PMS ended; its log ends:\n{self.log()[-3000:]}")
        return line


class Hanging(FakeQloApps):
    """The fake, with a switch for all requests."""

    hanging = False

    def take(self, method: str, resource: str) -> Fault | None:
        """Hang, or do as usual."""
        return Fault("hang") if self.hanging else super().take(method, resource)


async def main() -> None:
    async with Hanging(rooms_per_type=ROOMS) as qlo:
        furnish(qlo)
        say(qlo.url.rstrip("/").rpartition(":")[2])
        while line := await asyncio.to_thread(sys.stdin.readline):
            qlo.hanging = line.strip() == "hang"
            if not qlo.hanging:
                qlo.release()
            say("done")


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
