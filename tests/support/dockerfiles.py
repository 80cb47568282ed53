"""A Dockerfile as stages of instructions, as far as ours go: no heredocs, no other escape character."""

import json
import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """One instruction on one line, its continuations joined."""

    word: str
    rest: str

    @property
    def flags(self) -> dict[str, str]:
        """What stands before its arguments, such as --from=builder."""
        return dict(re.findall(r"(?<!\S)--([\w-]+)=(\S+)", self.rest))

    @property
    def words(self) -> list[str]:
        """Its arguments; the exec form is JSON."""
        bare = re.sub(r"^(?:--[\w-]+=\S+\s+)*(?:CMD\s+)?", "", self.rest)
        return json.loads(bare) if bare.startswith("[") else bare.split()


@dataclass(frozen=True, kw_only=True)
class Stage:
    """From one FROM to the next."""

    base: str
    instructions: tuple[Instruction, ...]

    def all(self, word: str) -> list[Instruction]:
        """Every instruction of that kind, in order."""
        return [one for one in self.instructions if one.word == word]

    @property
    def environment(self) -> dict[str, str]:
        """What its ENV instructions set."""
        return {
            name: value for one in self.all("ENV") for name, _, value in (word.partition("=") for word in one.words)
        }


def stages_of(path: Path) -> list[Stage]:
    """Read it; comments are no part of it, also within an instruction."""
    text = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n\s*", "", text)
    read = [
        Instruction(word=word.upper(), rest=rest.strip())
        for word, _, rest in (line.partition(" ") for line in joined.splitlines() if line.strip())
    ]
    starts = [index for index, one in enumerate(read) if one.word == "FROM"]
    return [
        Stage(base=read[start].words[0], instructions=tuple(read[start + 1 : end]))
        for start, end in zip(starts, [*starts[1:], len(read)], strict=True)
    ]
