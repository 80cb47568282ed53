"""Reads the conversations that stand in es/, pt/ and en/: plain text, to be read and written by anybody.

    == Una doble, y al final una noche más | MX | corrections, typos
    == Se equivoca de mes | CO | corrections | open: why it does not go well yet
    > kiero una doble del 5 al 8 d mayo pa 2      what the guest writes; «+» goes on in the same turn
      offers double 05-05..05-08 2+0              what must be true then, a line each
    ~ 3 hours                                     time goes by
    * price double 120.00                         something happens at the hotel
    ! 2                                           the guest presses the second button
    & voice una doble para mañana                 the guest sends something that is no text

`acting.py` knows what may happen, `expecting.py` what may be expected.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("es", "pt", "en")
THEMES: Final = frozenset(
    {
        *("booking", "corrections", "several wishes", "interruption", "silence", "rudeness", "jokes", "wrong language"),
        *("voice style", "typos", "regional words", "emergency", "complaint", "sold out", "pms down", "price changed"),
        *("cancel", "change", "out of scope", "tricks", "facts", "person", "my reservation", "late check-out"),
    }
)
DOES: Final = frozenset(">!&*~")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that happens, and what must be true then."""

    line: int
    what: str
    """How it happens, in one sign: see the module."""
    texts: tuple[str, ...]
    expected: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Script:
    """One conversation."""

    file: Path
    line: int
    name: str
    region: str
    themes: frozenset[str]
    open: str = ""
    """What does not go well yet: such a conversation must fail, until somebody does better."""
    steps: list[Step] = field(default_factory=list)

    @property
    def language(self) -> str:
        """The folder's."""
        return self.file.parent.name


def read_all() -> list[Script]:
    """Every conversation there is."""
    return [script for file in files() for script in read(file)]


def files() -> list[Path]:
    """One a theme, roughly."""
    return sorted(file for language in LANGUAGES for file in (HERE / language).glob("*.txt"))


def read(file: Path) -> list[Script]:
    """The conversations of one file."""
    scripts: list[Script] = []
    for number, line in _lines(file.read_text(encoding="utf-8")):
        try:
            if line.startswith("== "):
                scripts.append(_heading(file, number, line[3:]))
            else:
                _take(scripts[-1], number, line)
        except (ValueError, IndexError) as error:
            raise ValueError(f"{file}:{number}: {line!r}: {error}") from error
    return scripts


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _heading(file: Path, number: int, line: str) -> Script:
    name, region, themes, *more = (part.strip() for part in line.split("|"))
    why = more[0].removeprefix("open:").strip() if more else ""
    named = frozenset(theme.strip() for theme in themes.split(","))
    if not named <= THEMES:
        raise ValueError(f"no such theme: {', '.join(sorted(named - THEMES))}")
    return Script(file=file, line=number, name=name, region=region, themes=named, open=why)


def _take(script: Script, number: int, line: str) -> None:
    if line.startswith("  "):
        last = script.steps.pop()
        script.steps.append(_with(last, expected=(*last.expected, line.strip())))
    elif line.startswith("+ "):
        last = script.steps.pop()
        script.steps.append(_with(last, texts=(*last.texts, line[2:])))
    elif line[0] in DOES and line[1:2] in {" ", ""}:
        script.steps.append(Step(line=number, what=line[0], texts=(line[2:].replace("\\n", "\n"),)))
    else:
        raise ValueError("what is this?")


def _with(step: Step, *, texts: tuple[str, ...] = (), expected: tuple[str, ...] = ()) -> Step:
    return Step(line=step.line, what=step.what, texts=texts or step.texts, expected=expected or step.expected)
