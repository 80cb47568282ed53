"""The parts of a raw mail, however it is built: places in its bytes, so that nothing is copied before it is wanted.

Everything is bounded: depth, number of parts, bytes looked at. What lies beyond is left out or stands for itself as one
part; nothing raises.
"""

import binascii
import re
from collections.abc import Iterator
from typing import Final

from agente_hotelero.channels.mail.charsets import clean, decode
from agente_hotelero.channels.mail.headers import NOT_BASE64, Headers, parameters, read_block, unbase64
from agente_hotelero.model.values import value

RAW_LIMIT_BYTES: Final = 40 * 1024 * 1024
TEXT_LIMIT_BYTES: Final = 1024 * 1024
DEPTH_LIMIT: Final = 40
PARTS_LIMIT: Final = 300
SCAN_LIMIT_BYTES: Final = 8 * RAW_LIMIT_BYTES
"""Every level of nesting is looked through once more."""

BLANK_LINE: Final = re.compile(rb"\n\r?\n")
AFTER_BOUNDARY: Final = re.compile(rb"(--)?[ \t\r]*(?:\n|\Z)")
LIKELY_BOUNDARY: Final = re.compile(rb"^--([^\s-][^\n]{0,68}[^\s]|-{2,20}[^\s-][^\n]{0,68})[ \t]*\r?$", re.MULTILINE)
TYPE: Final = re.compile(r"[\w.+-]+/[\w.+-]+")
LOOK_FOR_BOUNDARY_BYTES: Final = 16 * 1024


@value
class Part:
    """One part, and where its body lies in the raw mail; `parts` are those of a multipart."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    name: str
    start: int
    end: int
    related: bool
    parts: tuple["Part", ...]

    def leaves(self) -> Iterator["Part"]:
        """Walk what is no multipart, in order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    @property
    def is_text(self) -> bool:
        """Whether a mail program would show it among the words."""
        shown = self.disposition != "attachment" and not self.name
        return shown and self.content_type in ("text/plain", "text/html")

    @property
    def encoding(self) -> str:
        """How its bytes travel."""
        return self.headers.first("content-transfer-encoding").strip(" ;\"'").lower()


def parse(raw: bytes) -> Part:
    """Find the parts of a mail."""
    return _Parser(raw[:RAW_LIMIT_BYTES]).whole()


class _Parser:
    """One walk over one mail."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._parts_left = PARTS_LIMIT
        self._scan_left = SCAN_LIMIT_BYTES

    def whole(self) -> Part:
        start = len(self._raw) - len(self._raw.lstrip())
        if self._raw.startswith((b"From ", b">From "), start):
            start = self._raw.find(b"\n", start) + 1
        return self._part(start, len(self._raw), depth=0, inside="")

    def _part(self, start: int, end: int, *, depth: int, inside: str) -> Part:
        self._parts_left -= 1
        headers, body = self._headers(start, end)
        kind, values = parameters(_content_type(headers))
        content_type = kind if TYPE.fullmatch(kind) else "text/plain"
        if inside == "multipart/digest" and not headers.has("content-type"):
            content_type = "message/rfc822"
        disposition, more = parameters(headers.first("content-disposition"))
        parts = self._parts(content_type, values, body, end, depth)
        if content_type.startswith("multipart/") and not parts:
            content_type = "text/plain"
        return Part(
            headers=headers,
            content_type=content_type,
            parameters=values,
            disposition=disposition,
            name=(more.get("filename") or values.get("name") or "")[:255],
            start=body,
            end=end,
            related=inside == "multipart/related",
            parts=parts,
        )

    def _headers(self, start: int, end: int) -> tuple[Headers, int]:
        """Read the block above the first blank line; where there is none, all is header, or all is body."""
        if self._raw.startswith((b"\n", b"\r\n"), start):
            return Headers(), self._raw.find(b"\n", start, end) + 1
        blank = BLANK_LINE.search(self._raw, start, end)
        headers = read_block(self._raw[start : blank.start() if blank else end])
        if not headers:
            return headers, start
        return headers, blank.end() if blank else end

    def _parts(self, content_type: str, values: dict[str, str], start: int, end: int, depth: int) -> tuple[Part, ...]:
        if not content_type.startswith("multipart/") or depth >= DEPTH_LIMIT:
            return ()
        self._scan_left -= end - start
        if self._scan_left < 0:
            return ()
        spans = self._spans(values.get("boundary", "").encode("utf-8", "replace"), start, end)
        if not spans:
            likely = LIKELY_BOUNDARY.search(self._raw, start, min(end, start + LOOK_FOR_BOUNDARY_BYTES))
            spans = self._spans(likely[1].rstrip(), start, end) if likely else []
        parts = []
        for first, last in spans:
            if self._parts_left <= 0:
                break
            parts.append(self._part(first, last, depth=depth + 1, inside=content_type))
        return tuple(parts)

    def _spans(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Cut between the lines that are the boundary; a missing last one is where the part around it ends."""
        spans: list[tuple[int, int]] = []
        opened: int | None = None
        delimiter = b"--" + boundary.rstrip()
        position = self._raw.find(delimiter, start, end) if boundary.strip() else -1
        while position >= 0 and len(spans) <= PARTS_LIMIT:
            after = AFTER_BOUNDARY.match(self._raw, position + len(delimiter), end)
            if after and (position == start or self._raw.endswith(b"\n", start, position)):
                if opened is not None:
                    spans.append((opened, self._before(position, opened)))
                opened = None if after[1] else after.end()
                if after[1]:
                    break
            position = self._raw.find(delimiter, position + len(delimiter), end)
        if opened is not None and opened < end:
            spans.append((opened, end))
        return spans

    def _before(self, position: int, start: int) -> int:
        """Leave out the line end before a boundary: it belongs to it."""
        for line_end in (b"\r\n", b"\n"):
            if self._raw.endswith(line_end, start, position):
                return position - len(line_end)
        return max(position, start)


def _content_type(headers: Headers) -> str:
    """Take the first one that names a type."""
    named = (one for one in headers.all("content-type") if TYPE.match(one.strip()))
    return next(named, headers.first("content-type"))


def content(raw: bytes, part: Part, limit: int | None = None) -> bytes:
    """Give a part's own bytes; with a limit, only what so many of the mail's bytes hold."""
    data = raw[part.start : part.end if limit is None else min(part.end, part.start + limit)]
    match part.encoding:
        case "base64":
            return unbase64(data)
        case "quoted-printable":
            return binascii.a2b_qp(data)
        case "x-uuencode" | "uuencode" | "x-uue":
            return b"".join(_unuu(data))
        case _:
            return data


def size(raw: bytes, part: Part) -> int:
    """Count a part's own bytes."""
    if part.encoding == "base64":
        return len(raw[part.start : part.end].translate(None, NOT_BASE64)) * 3 // 4
    return len(content(raw, part))


def _unuu(data: bytes) -> Iterator[bytes]:
    for line in data.partition(b"begin ")[2].split(b"\n")[1:]:
        if line.rstrip() in (b"end", b"`"):
            return
        try:
            yield binascii.a2b_uu(line)
        except binascii.Error:
            continue


def text(raw: bytes, part: Part) -> str:
    """Give the letters of a text part, as far as anybody would read."""
    charset = part.parameters.get("charset", "").partition(" ")[0]
    letters = clean(decode(content(raw, part, TEXT_LIMIT_BYTES), charset))
    if part.content_type == "text/plain" and part.parameters.get("format", "").lower() == "flowed":
        return unflow(letters, joined=part.parameters.get("delsp", "").lower() == "yes")
    return letters


def unflow(text: str, *, joined: bool) -> str:
    """Put RFC 3676's soft line breaks together again; `joined` (DelSp) says that the space at the break is none."""
    lines: list[tuple[int, list[str]]] = []
    open_depth = -1
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth, rest = len(line) - len(rest), rest.removeprefix(" ")
        soft = rest.endswith(" ") and rest != "-- "
        piece = rest[:-1] if soft and joined else rest
        if depth == open_depth and rest != "-- ":
            lines[-1][1].append(piece)
        else:
            lines.append((depth, [piece]))
        open_depth = depth if soft else -1
    return "\n".join((">" * depth + " " if depth else "") + "".join(pieces) for depth, pieces in lines)
