"""Workers that listen: processes of their own, a few at most, so that no other guest waits for anybody's voice."""

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from agente_hotelero import speech
from agente_hotelero.errors import AgenteError, UnavailableError
from agente_hotelero.model.speech import Hearing, Unheard
from agente_hotelero.speech import frames
from agente_hotelero.speech.frames import Question

log = structlog.get_logger(__name__)

TRIES: Final = 2
"""A recording that ends two workers is heard by nobody."""
HANDED_ON: Final = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "HOME")


class WorkerDiedError(AgenteError):
    """It is gone, or says what is no answer."""


class Workers:
    """Begun when there is something to hear; what waits for them is bounded too."""

    def __init__(self, command: Sequence[str], *, count: int, most_waiting: int) -> None:
        """`command` runs `worker.run`; no more than `count` run at a time."""
        self._command = command
        self._slots = asyncio.Semaphore(count)
        self._most = count + most_waiting
        self._in_hand = 0
        self._idle: list[_Worker] = []
        self._alive: set[_Worker] = set()
        self._closed = False

    async def hear(self, recording: bytes, question: Question) -> Hearing:
        """Have it heard, after those that came before. Raises UnavailableError once closed."""
        if self._in_hand >= self._most:
            return Unheard.BUSY
        self._in_hand += 1
        try:
            async with self._slots:
                return await self._hear(recording, question)
        finally:
            self._in_hand -= 1

    async def close(self) -> None:
        """End all of them; what they are listening to is asked for again by whoever comes next."""
        self._closed = True
        await asyncio.gather(*(worker.end() for worker in list(self._alive)))

    async def _hear(self, recording: bytes, question: Question) -> Hearing:
        for _ in range(TRIES):
            if self._closed:
                break
            worker = self._idle.pop() if self._idle else self._hire()
            try:
                heard = await worker.hear(recording, question)
            except WorkerDiedError:
                await self._let_go(worker)
                log.warning("speech_worker_died", exit_code=worker.exit_code)
            except BaseException:
                # Nobody waits any more, and it would go on listening.
                await self._let_go(worker)
                raise
            else:
                self._idle.append(worker)
                return heard
        if self._closed:
            raise UnavailableError("whoever listens")
        return Unheard.AWAY

    def _hire(self) -> "_Worker":
        worker = _Worker(self._command)
        self._alive.add(worker)
        return worker

    async def _let_go(self, worker: "_Worker") -> None:
        self._alive.discard(worker)
        await worker.end()


class _Worker:
    """One process; begun by its first question."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: Process | None = None

    @property
    def exit_code(self) -> int | None:
        return None if self._process is None else self._process.returncode

    async def hear(self, recording: bytes, question: Question) -> Hearing:
        """Ask it; raises WorkerDiedError."""
        try:
            if self._process is None:
                self._process = await self._begin()
            process = self._process
            assert process.stdin is not None
            process.stdin.write(frames.question(recording, question))
            await process.stdin.drain()
            return frames.read_answer(await self._line(process))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WorkerDiedError(f"a worker that listens failed: {type(error).__name__}") from None

    async def _begin(self) -> Process:
        process = self._process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment(),
            # Ctrl+C is for us: we close its pipe when we are done with it.
            start_new_session=True,
        )
        if await self._line(process) != frames.READY:
            raise ValueError("it says something else")
        return process

    async def _line(self, process: Process) -> bytes:
        assert process.stdout is not None
        line = await process.stdout.readline()
        if not line.endswith(b"\n"):
            raise WorkerDiedError("a worker that listens is gone")
        return line

    async def end(self) -> None:
        """End it, whatever it is doing."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


def whisper(model: Path, *, threads: int) -> list[str]:
    """How a worker that listens with Whisper is begun."""
    return [sys.executable, "-P", "-m", "agente_hotelero.speech.worker", str(model), str(threads)]


def environment() -> Mapping[str, str]:
    """What a process needs that decodes what strangers send: none of our secrets."""
    kept = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
    package = Path(speech.__file__).parents[2]
    return {
        **kept,
        "PYTHONPATH": str(package),
        "HF_HUB_OFFLINE": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
