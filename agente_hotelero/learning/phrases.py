"""Our own phrases, as guests type them: a file a label, below language and who wrote it (author/region)."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import yaml

from agente_hotelero.dialogue.reading import Language
from agente_hotelero.dialogue.understanding import labels
from agente_hotelero.dialogue.understanding.labels import INFORM, LABELS, OUT_OF_SCOPE
from agente_hotelero.model.values import value

FOLDER: Final = Path(labels.__file__).with_name("phrases")
NO_LABEL: Final = frozenset({INFORM, OUT_OF_SCOPE})
"""Files of what asks for nothing that a label stands for."""


@value
class Phrase:
    """What somebody would type, and what it is about."""

    text: str
    file: str
    """The label of the file it is in."""
    labels: frozenset[str]
    language: Language
    author: str
    region: str


def read(folder: Path = FOLDER) -> Sequence[Phrase]:
    """All of them, in the files' order; raises ValueError naming what is wrong."""
    return [phrase for file in sorted(folder.glob("*.yaml")) for phrase in _of(file)]


def _of(file: Path) -> Iterator[Phrase]:
    groups = yaml.load(file.read_text(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are safe
    for language, sources in groups.items():
        for source, items in sources.items():
            author, region = source.split("/")
            for item in items:
                text, *more = item if isinstance(item, list) else [item]
                labels = frozenset({file.stem, *more}) - NO_LABEL
                if not isinstance(text, str) or labels - LABELS:
                    raise ValueError(f"{file.name}: {item!r}")
                yield Phrase(
                    text=text,
                    file=file.stem,
                    labels=labels,
                    language=Language(language),
                    author=author,
                    region=region,
                )
