"""A runbook as a table of steps: what is typed, and what it answers while the fault lasts."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

RUNBOOKS: Final = Path(__file__).parents[2] / "docs" / "runbooks"
PARTS: Final = ("Comprobar", "Actuar", "Verificar", "Después")
STEP: Final = re.compile(
    r"^( *)```sh\n(?P<command>.*?)^ *```\n\n *Responde: `(?P<answer>[^`]+)`$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command and the words that are in its answer."""

    part: str
    command: str
    answer: str

    @property
    def afterwards(self) -> bool:
        """Whether it is typed when the fault is over."""
        return self.part in {"Verificar", "Después"}


def parts_of(runbook: Path) -> dict[str, str]:
    """Its text by heading."""
    _, *found = re.split(r"^## (.+)$", runbook.read_text("utf-8"), flags=re.MULTILINE)
    return dict(zip(found[::2], found[1::2], strict=True))


def steps_of(runbook: Path) -> list[Step]:
    """Everything that is to be typed, in order."""
    return [
        Step(part=part, command=step["command"].strip(), answer=step["answer"])
        for part, text in parts_of(runbook).items()
        for step in STEP.finditer(text)
    ]
