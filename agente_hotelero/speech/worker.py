"""A process that listens to recordings, one after another, and gives way to everybody else: `python -m` with the model's path."""

import os
import queue
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from agente_hotelero.model.speech import Hearing
from agente_hotelero.speech import frames

NICENESS: Final = 19


class Engine(Protocol):
    """What listens."""

    def hear(self, recording: bytes, question: frames.Question) -> Hearing:
        """Listen to one recording; never raises for what a stranger sent."""
        ...


def run(make: Callable[[], Engine]) -> None:
    """Answer until nobody asks any more."""
    _give_way()
    answers = _private(sys.stdout.buffer)
    asked: queue.SimpleQueue[tuple[bytes, frames.Question]] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(sys.stdin.buffer, asked), daemon=True).start()
    engine = make()
    answers.write(frames.READY)
    answers.flush()
    while True:
        recording, question = asked.get()
        answers.write(frames.answer(engine.hear(recording, question)))
        answers.flush()


def _give_way() -> None:
    """Run only when nobody else would."""
    os.nice(NICENESS)
    if hasattr(os, "sched_setscheduler"):
        # Whoever wakes up goes first at once: a task that is only nice would finish its slice of some milliseconds.
        with suppress(OSError):
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _read(pipe: BinaryIO, asked: "queue.SimpleQueue[tuple[bytes, frames.Question]]") -> None:
    """Hand on what is asked; whoever asks is gone when the pipe ends, and so are we, whatever we are doing."""
    try:
        while (question := frames.read_question(pipe)) is not None:
            asked.put(question)
    finally:
        os._exit(0)


def _private(stdout: BinaryIO) -> BinaryIO:
    """Keep the way back to ourselves: a library that prints something must not answer for us."""
    kept = os.fdopen(os.dup(stdout.fileno()), "wb")
    os.dup2(2, stdout.fileno())
    return kept


def main(model: str, threads: str) -> None:
    """Listen with Whisper."""

    def make() -> Engine:
        # Once we give way: importing it takes a second.
        from agente_hotelero.speech.whisper import Whisper  # noqa: PLC0415 - as said

        return Whisper(Path(model), threads=int(threads))

    run(make)


if __name__ == "__main__":
    main(*sys.argv[1:])
