"""A process with a few supervised actors, which does what its stdin says, and says on stdout what became of it."""

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from agente_hotelero.actors.runtime import AsyncioActor, Ref, Request
from agente_hotelero.actors.supervision import Backoff, ChildSpec, Supervisor
from agente_hotelero.actors.watchdog import Watchdog
from agente_hotelero.errors import PmsUnavailableError

WATCHDOG_SECONDS = 1.0
QUICKLY = Backoff(first_seconds=0.001, cap_seconds=0.01)


def say(**what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Count(Request[dict[str, int]]):
    """How many messages which incarnation heard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fail:
    """Fails its reader."""

    error: Exception


class CancelYourself:
    """Cancels the handler that reads it."""


class Hold:
    """Is never done with."""


class DeskActor(AsyncioActor):
    """Counts."""

    incarnations: dict[str, int] = {}  # noqa: RUF012 - outlives incarnations, as a table would
    starts_to_fail: dict[str, int] = {}  # noqa: RUF012 - as above

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._heard = 0
        self.incarnations[name] = self.incarnations.get(name, 0) + 1

    async def started(self) -> None:
        if self.starts_to_fail.get(self._name, 0):
            self.starts_to_fail[self._name] -= 1
            raise LookupError
        say(started=self._name, incarnation=self.incarnations[self._name])

    async def stopped(self) -> None:
        say(stopped=self._name)

    def on_receive(self, message: Any) -> Any:
        self._heard += 1
        match message:
            case Count():
                return {"incarnation": self.incarnations[self._name], "heard": self._heard}
            case Fail(error=error):
                raise error
            case CancelYourself():
                return self._cancel_myself()
            case Hold():
                return asyncio.Event().wait()

    async def _cancel_myself(self) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await asyncio.sleep(0)


class SmallHotel:
    """The composition root: a journal, and two desks under a supervisor of their own."""

    def __init__(self) -> None:
        self.exit_code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.root = Supervisor(intensity=2, backoff=QUICKLY, on_exhausted=self._give_up)
        self.desks: Supervisor | None = None
        self.refs: dict[str, Ref] = {}
        self.orders: dict[str, Callable[..., Awaitable[None] | None]] = {
            "start": self.start,
            "fail": lambda name, times="1": self.tell(name, Fail(error=LookupError()), times),
            "outage": lambda name, times: self.tell(name, Fail(error=PmsUnavailableError("the PMS")), times),
            "ask_and_fail": self.ask_and_fail,
            "cancel": lambda name: self.tell(name, CancelYourself()),
            "hold": lambda name: self.tell(name, Hold()),
            "break_starts": lambda name: DeskActor.starts_to_fail.update({name: 1_000}),
            "count": self.count,
            "snapshot": lambda: say(snapshot=asdict(self.root.snapshot())),
            "sleep": lambda: time.sleep(3_600),
            "backtrack": lambda: re.match("(a+)+$", "a" * 64 + "b") and None,
        }

    def _give_up(self, name: str) -> None:
        say(exhausted=name)
        self.exit_code.set_result(1)

    async def start(self, name: str, failing_starts: str = "0") -> None:
        DeskActor.starts_to_fail[name] = int(failing_starts)
        if name != "journal" and self.desks is None:
            self.desks = self.root.nest(name="desks", intensity=3)
        self.refs[name] = await (self.desks or self.root).start_child(
            ChildSpec(name=name, factory=lambda: DeskActor(name))
        )

    def tell(self, name: str, message: object, times: str = "1") -> None:
        for _ in range(int(times)):
            self.refs[name].tell(message)

    async def ask_and_fail(self, name: str) -> None:
        try:
            await self.refs[name].ask(Fail(error=LookupError()))  # type: ignore[arg-type]  # asked on purpose
        except LookupError as error:
            say(asked=name, error=type(error).__name__)

    async def count(self, name: str) -> None:
        say(name=name, **await self.refs[name].ask(Count()))

    async def obey(self, orders: asyncio.StreamReader) -> None:
        while line := await orders.readline():
            order, *arguments = line.decode().split()
            result = self.orders[order](*arguments)
            if result is not None:
                await result


async def main() -> int:
    loop = asyncio.get_running_loop()
    Watchdog(limit_seconds=WATCHDOG_SECONDS).start()
    hotel = SmallHotel()
    loop.add_signal_handler(signal.SIGTERM, lambda: hotel.exit_code.set_result(0))
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    for name in ("journal", "reception", "kitchen"):
        await hotel.start(name)
    obeying = asyncio.create_task(hotel.obey(orders))
    code = await hotel.exit_code
    obeying.cancel()
    await hotel.root.stop(seconds=2.0)
    return code


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    sys.exit(asyncio.run(main()))
