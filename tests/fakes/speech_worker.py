"""A worker that listens to recordings which say in words what is to be heard of them, and how it is to fail."""

import os
import sys
import time
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
        # What a library prints is no answer of ours.
        print("loading …", flush=True)
        order, _, rest = recording.decode().partition(" ")
        match order:
            case "say":
                return _said(rest, question)
            case "why":
                return Unheard(rest)
            case "die":
                self._die(rest.removeprefix("once "))
                return _said("alive", question)
            case "hang":
                Path(rest).touch()
                time.sleep(LONG_SECONDS)
                return Unheard.UNCLEAR
            case "nice":
                return _said(str(os.nice(0)), question)
            case "environment":
                return _said(" ".join(sorted(os.environ)), question)
            case _:
                return _said(str(os.getpid()), question)

    def _die(self, mark: str) -> None:
        if not mark or not Path(mark).exists():
            if mark:
                Path(mark).touch()
            os._exit(7)


def _said(text: str, question: Question) -> Transcript:
    return Transcript(text=text, language=question.hint or question.languages[0], confidence=0.9)


if __name__ == "__main__":
    if "broken" in sys.argv:
        raise SystemExit("no such model")
    worker.run(Engine)
