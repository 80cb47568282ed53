"""The other end of `world.py`: bare protocols rather than a client library, so that it takes little of the machine."""

import asyncio
import gc
import json
import random
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import orjson

from benchmarks.traffic import Batch, Webhook, status_request, webhooks
from benchmarks.world import Errand

HEAD_END: Final = b"\r\n\r\n"
LENGTH: Final = b"\r\ncontent-length:"
MEDIA: Final = "/media/"
STATES: Final = ("sent", "delivered")


def body_of(data: bytes) -> tuple[int, int] | None:
    """Where the body of an HTTP message begins and ends; None while it is not all there."""
    begin = data.find(HEAD_END)
    if begin < 0:
        return None
    begin += len(HEAD_END)
    head = data[:begin].lower()
    at = head.find(LENGTH)
    length = 0 if at < 0 else int(head[at + len(LENGTH) : head.index(b"\r\n", at + 2)])
    return (begin, begin + length) if len(data) >= begin + length else None


class Wire(asyncio.Protocol):
    """One connection of the sender of webhooks: one request at a time."""

    def __init__(self, free: "deque[Wire]") -> None:
        self._free = free
        self._data = b""
        self._done: Callable[[bool], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be free."""
        self._transport: Any = transport
        self._free.append(self)

    def send(self, request: bytes, done: Callable[[bool], None]) -> None:
        """Write a request; `done` hears whether it was answered with 200."""
        self._done = done
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Wait for the whole answer."""
        self._data = self._data + data if self._data else data
        if body_of(self._data) is None:
            return
        good = self._data.startswith(b"HTTP/1.1 200 ")
        self._data = b""
        self._finish(good)

    def connection_lost(self, _: Exception | None) -> None:
        """Count what was under way as refused."""
        if self in self._free:
            self._free.remove(self)
        if self._done is not None:
            done, self._done = self._done, None
            done(False)

    def _finish(self, good: bool) -> None:
        done, self._done = self._done, None
        self._free.append(self)
        if done is not None:
            done(good)

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


class Graph(asyncio.Protocol):
    """One connection from the service's sender: everything is accepted."""

    def __init__(self, on_message: "Callable[[dict[str, Any]], str]", recording: "Callable[[], bytes]") -> None:
        self._on_message = on_message
        self._recording = recording
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Listen."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Accept each message that is all there, and give out the recording to whoever asks for one."""
        self._data = self._data + data if self._data else data
        while (body := body_of(self._data)) is not None:
            begin, end = body
            if self._data.startswith(b"GET "):
                self._give_out(self._data[:begin])
                self._data = self._data[end:]
                continue
            wamid = self._on_message(orjson.loads(self._data[begin:end]))
            self._data = self._data[end:]
            answer = f'{{"messaging_product":"whatsapp","messages":[{{"id":"{wamid}"}}]}}'
            self._transport.write(
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(answer)}\r\n\r\n{answer}".encode()
            )

    def _give_out(self, head: bytes) -> None:
        """First where it is, then the bytes, whatever it is called."""
        path = head.split(b" ", 2)[1].partition(b"?")[0].decode()
        host = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"host:"))[5:].strip().decode()
        if path.startswith(MEDIA):
            content = self._recording()
        else:
            content = orjson.dumps({"url": f"http://{host}{MEDIA}{path.rpartition('/')[2]}"})
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content))


class Tally:
    """What happens to one batch."""

    def __init__(self) -> None:
        self.acknowledged: list[tuple[float, float]] = []
        self.answered: list[tuple[float, float]] = []
        self.refused = 0
        self.offers = 0

    def told(self, begun: float) -> dict[str, Any]:
        """Sum it up for the other process."""
        return {
            "acknowledged": times(self.acknowledged, begun),
            "answered": times(self.answered, begun),
            "refused": self.refused,
            "offers": self.offers,
        }


def times(pairs: Sequence[tuple[float, float]], begun: float) -> dict[str, float]:
    """Sum up pairs of (when it should have begun, when it was over)."""
    took = sorted(end - start for start, end in pairs)
    if not took:
        return {"count": 0, "p50": 0.0, "p99": 0.0, "longest": 0.0, "last_at": 0.0}
    return {
        "count": len(took),
        "p50": took[len(took) // 2],
        "p99": took[min(len(took) - 1, len(took) * 99 // 100)],
        "longest": took[-1],
        "last_at": max(end for _, end in pairs) - begun,
    }


class Crowd:
    """Runs one errand."""

    def __init__(self, errand: Errand, now: Callable[[], float] = time.perf_counter) -> None:
        self._errand = errand
        self._now = now
        self._messages = mixed(errand)
        self._tallies = [Tally() for _ in errand.batches]
        self._free: deque[Wire] = deque()
        self._queue: deque[tuple[bytes, Callable[[bool], None]]] = deque()
        self._waiting: defaultdict[str, deque[tuple[int, float]]] = defaultdict(deque)
        self._next = 0
        self._open = len(self._messages)
        self._over = asyncio.Event()

    async def connect(self) -> None:
        """Open every connection."""
        loop = asyncio.get_running_loop()
        for _ in range(self._errand.connections):
            await loop.create_connection(lambda: Wire(self._free), "127.0.0.1", self._errand.port)
        self._wires = list(self._free)

    async def run(self) -> dict[str, Any]:
        """Write everything, and wait until it is over or patience ends: what is missing then shows in the counts."""
        begun, used = self._now(), time.process_time()
        if self._errand.rate is None:
            for _ in range(self._errand.in_flight if self._errand.replies else self._errand.connections):
                self._write_next(begun)
        else:
            pace = asyncio.create_task(self._write_at(self._errand.rate, begun))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._errand.patience_seconds):
                await self._over.wait()
        if self._errand.rate is not None:
            pace.cancel()
        seconds = self._now() - begun
        for wire in self._wires:
            wire.close()
        return {
            "seconds": seconds,
            "busy": (time.process_time() - used) / seconds,
            "batches": [tally.told(begun) for tally in self._tallies],
        }

    def answer(self, message: dict[str, Any]) -> bool:
        """Graph got a message; tells whether it was to one of us."""
        waiting = self._waiting.get(message["to"].lstrip("+"))
        if not waiting:
            return False
        batch, since = waiting.popleft()
        tally = self._tallies[batch]
        tally.answered.append((since, self._now()))
        tally.offers += "USD" in str(message.get("text"))
        if self._errand.statuses:
            self._report(message)
        if self._errand.replies:
            self._close_one()
        return True

    async def _write_at(self, rate: float, begun: float) -> None:
        chance = random.Random(1)
        due = begun
        for _ in range(len(self._messages)):
            due += chance.expovariate(rate)
            if (rest := due - self._now()) > 0:
                await asyncio.sleep(rest)
            self._write_next(due)

    def _write_next(self, due: float) -> None:
        if self._next == len(self._messages):
            return
        batch, webhook = self._messages[self._next]
        self._next += 1
        self._waiting[webhook.guest].append((batch, due))
        self._send(webhook.request, lambda good: self._taken(batch, webhook.guest, due, good))

    def _send(self, request: bytes, done: Callable[[bool], None]) -> None:
        if self._free:
            self._free.popleft().send(request, self._then_next(done))
        else:
            self._queue.append((request, done))

    def _then_next(self, done: Callable[[bool], None]) -> Callable[[bool], None]:
        def finished(good: bool) -> None:
            done(good)
            if self._queue and self._free:
                self._send(*self._queue.popleft())

        return finished

    def _taken(self, batch: int, guest: str, due: float, good: bool) -> None:
        if good:
            self._tallies[batch].acknowledged.append((due, self._now()))
        else:
            self._tallies[batch].refused += 1
            self._waiting[guest].remove((batch, due))
        if not self._errand.replies or not good:
            self._close_one()

    def _close_one(self) -> None:
        self._open -= 1
        if not self._open:
            self._over.set()
        elif self._errand.rate is None:
            self._write_next(self._now())

    def _report(self, message: dict[str, Any]) -> None:
        account = self._errand.batches[0].account
        outbox_id, to = message["biz_opaque_callback_data"], message["to"].lstrip("+")
        for state in STATES:
            request = status_request(f"wamid.out.{outbox_id}", outbox_id, to, state, account, port=self._errand.port)
            self._send(request, lambda _: None)


def mixed(errand: Errand) -> list[tuple[int, Webhook]]:
    """All batches' webhooks in one order, each batch's own kept."""
    queues = [deque(webhooks(batch, port=errand.port)) for batch in errand.batches]
    turns = [number for number, queue in enumerate(queues) for _ in queue]
    random.Random(1).shuffle(turns)
    return [(number, queues[number].popleft()) for number in turns]


async def main() -> None:
    crowd: Crowd | None = None
    others: list[float] = []
    recording = b""

    def on_message(message: dict[str, Any]) -> str:
        if "to" in message and (crowd is None or not crowd.answer(message)):
            others.append(time.perf_counter())
        return f"wamid.out.{message.get('biz_opaque_callback_data')}"

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Graph(on_message, lambda: recording), "127.0.0.1", 0)
    say({"port": server.sockets[0].getsockname()[1]})
    while line := await asyncio.to_thread(sys.stdin.readline):
        if line.strip() == "others":
            say(span(others))
            others.clear()
            continue
        if line.startswith("recording "):
            recording = await asyncio.to_thread(Path(line.split(maxsplit=1)[1].strip()).read_bytes)
            say({"ready": True})
            continue
        crowd = Crowd(_errand(json.loads(line)))
        await crowd.connect()
        gc.collect()
        gc.freeze()
        say({"ready": True})
        await asyncio.to_thread(sys.stdin.readline)
        say({**await crowd.run(), "others": span(others)})
        gc.unfreeze()


def span(moments: Sequence[float]) -> dict[str, float]:
    """Say how many, and from when to when."""
    return {"count": len(moments), "first": moments[0] if moments else 0.0, "last": moments[-1] if moments else 0.0}


def say(told: dict[str, Any]) -> None:
    print(json.dumps(told), flush=True)


def _errand(told: dict[str, Any]) -> Errand:
    return Errand(**{**told, "batches": [Batch(**batch) for batch in told["batches"]]})


if __name__ == "__main__":
    asyncio.run(main())
