"""How a step ends, in the words of the table."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the table says of a step."""

    DONE = "DONE"
    FAILED = "FAILED"
    NOT_DONE = "NOT DONE"


class FailedError(Exception):
    """Something is wrong with what is to be released; the message is one line that says what."""


class MissingError(Exception):
    """What the step needs is not here; the message says what, and how to have it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One row of the table."""

    step: str
    state: State
    seconds: float
    why: str
