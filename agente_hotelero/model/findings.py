"""What a check of somebody else's system found, line by line, in words of what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """What a finding asks for."""

    FINE = "ok"
    NOTE = "note"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    grade: Grade
    words: str
