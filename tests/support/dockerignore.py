"""What `docker build` would copy: its rules for .dockerignore, as https://docs.docker.com/build/concepts/context/ has them."""

import re
from collections.abc import Iterator


def ignored(path: str, rules: str) -> bool:
    """Tell for a path from the context's root; the last rule that fits it, or a folder above it, decides."""
    ignored = False
    for negated, pattern in _patterns(rules):
        if any(pattern.fullmatch(part) for part in _with_parents(path)):
            ignored = not negated
    return ignored


def _patterns(rules: str) -> Iterator[tuple[bool, re.Pattern[str]]]:
    for line in rules.splitlines():
        rule = line.strip()
        if rule and not line.startswith("#"):
            negated = rule.startswith("!")
            yield negated, re.compile(_regex(rule.removeprefix("!").strip().strip("/").removeprefix("./")))


def _with_parents(path: str) -> Iterator[str]:
    steps = path.split("/")
    for count in range(1, len(steps) + 1):
        yield "/".join(steps[:count])


def _regex(rule: str) -> str:
    pieces = re.findall(r"\*\*/?|\*|\?|\[[^\]]*\]|\\?.", rule)
    return "".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    match piece:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case "?":
            return "[^/]"
        case _ if len(piece) > 1 and piece.startswith("["):
            return piece
        case _:
            return re.escape(piece[-1])
