"""What goes through the pipes between us and a worker: a line of JSON, and after a question the recording."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO, Final

import orjson

from agente_hotelero.model.speech import Hearing, Transcript, Unheard
from agente_hotelero.model.values import value

READY: Final = b'{"ready": true}\n'


@value
class Question:
    """How to listen: `hint` is the conversation's language, if any; `most_seconds` may be longer than no recording."""

    languages: tuple[str, ...]
    hint: str | None
    most_seconds: float
    threshold: float


def question(recording: bytes, asked: Question) -> bytes:
    """Write a question."""
    return orjson.dumps({**asdict(asked), "bytes": len(recording)}) + b"\n" + recording


def read_question(pipe: BinaryIO) -> tuple[bytes, Question] | None:
    """Read one; None at the end."""
    line = pipe.readline()
    if not line:
        return None
    fields: dict[str, Any] = orjson.loads(line)
    recording = pipe.read(fields.pop("bytes"))
    return recording, Question(**{**fields, "languages": tuple(fields["languages"])})


def answer(heard: Hearing) -> bytes:
    """Write an answer."""
    return orjson.dumps({"why": heard} if isinstance(heard, Unheard) else asdict(heard)) + b"\n"


def read_answer(line: bytes) -> Hearing:
    """Read one; raises ValueError and KeyError for what is none."""
    fields: Mapping[str, Any] = orjson.loads(line)
    return Unheard(fields["why"]) if "why" in fields else Transcript(**fields)
