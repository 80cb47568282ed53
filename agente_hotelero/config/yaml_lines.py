"""YAML for people: what it means is what it looks like, and whatever is wrong has a line."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from agente_hotelero.errors import ConfigError

Steps = Sequence[str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong; never a secret: the file holds none, and what looks like one is not quoted."""

    line: int
    field: str | None
    words: str
    hotel: str | None = None
    """Whose it is, where that can be told."""


class FileError(ConfigError):
    """A file of ours can't be used; its text has one line per problem."""

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        """`name` is what the file is called in the text."""
        super().__init__(
            "\n".join(f"{name}:{p.line}: " + (f"{p.field}: " if p.field else "") + p.words for p in problems)
        )
        self.problems = tuple(problems)


class _Loader(yaml.SafeLoader):
    """YAML 1.2's few types. The 1.1 of SafeLoader reads `no` as false, 15:00 as 900 and 010 as 8."""

    yaml_implicit_resolvers = {}  # noqa: RUF012 - PyYAML's way to say it
    yaml_constructors = {
        f"tag:yaml.org,2002:{kind}": yaml.SafeLoader.yaml_constructors[f"tag:yaml.org,2002:{kind}"]
        for kind in ("null", "str", "seq", "map")
    } | {None: yaml.SafeLoader.yaml_constructors[None]}


def _plain(read: Callable[[str], object], what: str) -> Any:
    def construct(loader: _Loader, node: Any) -> object:
        text = str(loader.construct_scalar(node))
        try:
            return read(text)
        except (KeyError, ValueError):
            raise yaml.constructor.ConstructorError(None, None, f"this is no {what}", node.start_mark) from None

    return construct


for _tag, _pattern, _first in (
    ("null", r"~|null|", "~n\0"),
    ("bool", r"true|false", "tf"),
    ("int", r"[-+]?(0|[1-9][0-9]{0,30})", "-+0123456789"),
    ("float", r"[-+]?(0|[1-9][0-9]{0,30})\.[0-9]{1,30}", "-+0123456789"),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^$"), [""])
_Loader.add_constructor("tag:yaml.org,2002:bool", _plain({"true": True, "false": False}.__getitem__, "true or false"))
_Loader.add_constructor("tag:yaml.org,2002:int", _plain(int, "number"))
_Loader.add_constructor("tag:yaml.org,2002:float", _plain(float, "number"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A file that was read: what it says, and where."""

    name: str
    content: Any
    node: yaml.Node

    def problem(self, path: Steps, words: str) -> Problem:
        """Say where and what."""
        return Problem(line=self._line(path), field=".".join(map(str, path)) or "the file", words=words)

    def _line(self, path: Steps) -> int:
        """The line of the deepest part of the path that is in the file."""
        line, node = self.node.start_mark.line + 1, self.node
        for step in path:
            found = _step(node, step)
            if found is None:
                break
            line, node = found
        return line


def read(text: str, *, name: str) -> Page:
    """Read one document; raises FileError with the line of what is no YAML."""
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            raise _broken(name, 1, "the file is empty; hotels.example.yaml shows what belongs there")
        for twice, key in _repeated(node, set()):
            raise _broken(name, twice.line + 1, f"{key} is there twice")
        return Page(name=name, content=loader.construct_document(node), node=node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(name, mark.line + 1 if mark else 1, str(error.problem or error.context)) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _broken(name, line, f"the character U+{int(error.character):04X} has no place in a file") from None
    except (RecursionError, ValueError, OverflowError):
        # PyYAML's own: lists a thousand deep, and escapes beyond Unicode.
        raise _broken(name, 1, "this is no YAML that can be read") from None


def _broken(name: str, line: int, words: str) -> FileError:
    return FileError(name, [Problem(line=line, field=None, words=words)])


def _repeated(node: yaml.Node, visited: set[int]) -> Iterator[tuple[yaml.Mark, str]]:
    """Keys that a mapping has twice: YAML would keep the last and say nothing."""
    if isinstance(node, yaml.ScalarNode) or id(node) in visited:
        return
    visited.add(id(node))
    keys: set[str] = set()
    for key in (pair[0] for pair in node.value if isinstance(node, yaml.MappingNode)):
        if isinstance(key, yaml.ScalarNode):
            if key.value in keys:
                yield key.start_mark, key.value
            keys.add(key.value)
    for child in (part[1] if isinstance(node, yaml.MappingNode) else part for part in node.value):
        yield from _repeated(child, visited)


def _step(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
