"""A worker that listens to recordings which say in words what is to be heard of them, and how it is to fail."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.speech import worker
from agente_hotelero.speech.frames import Question

COMMAND: Final = (sys.executable, "-P", "-m", "tests.fakes.speech_worker")
LONG_SECONDS: Final = 600


class Engine:
    """`say …`, `why …`, `die`, `die once PATH`, `hang PATH` (which is touched first), `nice`, `environment`, `pid`."""

    def hear(self, recording: bytes, question: Question) -> Hearing:
        """Do as the recording says."""
        # What a library prints is no answer of ours.
        sys.stdout.write("loading …\n")
        sys.stdout.flush()
        order, _, rest = recording.decode().partition(" ")
        if order == "why":
            return Unheard(rest)
        return Transcript(text=ORDERS[order](rest), language=question.hint or question.languages[0], confidence=0.9)


def _die(how: str) -> str:
    mark = how.removeprefix("once ")
    if not mark or not Path(mark).exists():
        if mark:
            Path(mark).touch()
        os._exit(7)
    return "alive"


def _hang(mark: str) -> str:
    Path(mark).touch()
    time.sleep(LONG_SECONDS)
    return ""


ORDERS: Final[Mapping[str, Callable[[str], str]]] = {
    "say": str,
    "die": _die,
    "hang": _hang,
    "nice": lambda _: str(os.nice(0)),
    "environment": lambda _: " ".join(sorted(os.environ)),
    "pid": lambda _: str(os.getpid()),
}


if __name__ == "__main__":
    if "broken" in sys.argv:
        raise SystemExit("no such model")
    worker.run(Engine)
