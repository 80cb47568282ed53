"""A header block's fields, and what stands in them: words, parameters, addresses, ids and dates; never raises.

Written by hand: the standard library's parser raises on some of what arrives, reads addresses differently from version
to version, and takes a mail's header at whatever length it has.
"""

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import unquote_to_bytes

from agente_hotelero.channels.mail.charsets import decode, one_line
from agente_hotelero.model.values import value

BLOCK_LIMIT_BYTES: Final = 256 * 1024
FIELD_LIMIT_BYTES: Final = 32 * 1024
FIELDS_LIMIT: Final = 1000
ADDRESSES_LIMIT: Final = 100
IDS_LIMIT: Final = 100
ID_LIMIT: Final = 998
ADDRESS_LIMIT: Final = 254
PIECES_LIMIT: Final = 200

FIELD: Final = re.compile(rb"([!-9;-~]{1,200})[ \t]*:")
ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?")
PARAMETER: Final = re.compile(r""";\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")
SECTION: Final = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?$")
ADDRESS_PIECE: Final = re.compile(r""""(?:[^"\\]|\\.)*"|\((?:[^()\\]|\\.)*\)|<[^<>]*>|[,;:]|[^"(<,;:]+|.""", re.DOTALL)
BARE_ADDRESS: Final = re.compile(r"""[^\s<>"(),;:@]+@[^\s<>"(),;:@]+""")
BETWEEN_WORDS: Final = re.compile(r"""[\s<>"(),;:]+""")
ANGLED: Final = re.compile(r"<([^<>]+)>")


@value
class Field:
    """One field, unfolded; the name in small letters."""

    name: str
    body: str


@value
class Address:
    """Somebody's address in small letters, and the name beside it, if any."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands after the @."""
        return self.address.rpartition("@")[2]


class Headers:
    """The fields of one block, in order."""

    __slots__ = ("_fields",)

    def __init__(self, fields: tuple[Field, ...] = ()) -> None:
        self._fields = fields

    def __bool__(self) -> bool:
        return bool(self._fields)

    def all(self, name: str) -> tuple[str, ...]:
        """Give the bodies of every field of this name, topmost first."""
        return tuple(field.body for field in self._fields if field.name == name)

    def first(self, name: str) -> str:
        """Give the topmost, or nothing."""
        return next((field.body for field in self._fields if field.name == name), "")

    def has(self, name: str) -> bool:
        """Say whether there is one, if only an empty one."""
        return any(field.name == name for field in self._fields)


def read_block(block: bytes) -> Headers:
    """Read the fields of a header block; lines that are none are passed over."""
    fields: list[list[bytes]] = []
    current: list[bytes] = []
    for line in block[:BLOCK_LIMIT_BYTES].split(b"\n"):
        if line[:1] not in (b" ", b"\t"):
            # What continues a line that is no field belongs to that line, and goes with it.
            current = []
            if len(fields) < FIELDS_LIMIT and FIELD.match(line):
                fields.append(current)
        current.append(line)
    return Headers(tuple(_field(b" ".join(folded)) for folded in fields))


def _field(line: bytes) -> Field:
    name, _, body = line[:FIELD_LIMIT_BYTES].partition(b":")
    return Field(name=name.strip().decode("ascii").lower(), body=one_line(decode(body, "")))


def words(body: str) -> str:
    """Decode RFC 2047's encoded words; neighbours of one charset are joined first, as some cut inside a letter."""
    pieces: list[tuple[str, bytes | str]] = []
    position = 0
    for found in ENCODED_WORD.finditer(body):
        if found.start() < position:
            continue
        end = body.find("?=", found.end())
        if end < 0:
            break
        between = body[position : found.start()]
        if between.strip() or not pieces:
            pieces.append(("", between))
        charset, raw = found[1].partition("*")[0].lower(), _unword(found[2], body[found.end() : end])
        if pieces and pieces[-1][0] == charset:
            raw = bytes(pieces.pop()[1]) + raw  # type: ignore[arg-type]  # only plain words have no charset
        pieces.append((charset, raw))
        position = end + 2
    pieces.append(("", body[position:]))
    return one_line("".join(piece if isinstance(piece, str) else decode(piece, charset) for charset, piece in pieces))


def _unword(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    return unbase64(data) if encoding in "bB" else binascii.a2b_qp(data, header=True)


BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
NOT_BASE64: Final = bytes(set(range(256)) - set(BASE64))


def unbase64(data: bytes) -> bytes:
    """Decode it, whatever junk lies between the letters, and however it ends."""
    letters = data.translate(None, NOT_BASE64)
    whole = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def parameters(body: str) -> tuple[str, dict[str, str]]:
    """Split «type/subtype; name=value», with RFC 2231's pieces and charsets put together."""
    head = body.partition(";")[0].strip().lower()
    pieces: dict[str, list[tuple[int, bool, str]]] = {}
    for count, found in enumerate(PARAMETER.finditer(body)):
        section = SECTION.match(found[1].lower())
        if section is None or count >= PIECES_LIMIT:
            continue
        pieces.setdefault(section[1], []).append((int(section[2] or -1), bool(section[3]), _unquoted(found[2])))
    return head, {name: _joined(parts) for name, parts in pieces.items()}


def _unquoted(text: str) -> str:
    text = text.strip()
    if text.startswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1] if text.endswith('"') and len(text) > 1 else text[1:])
    return text


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """Join the numbered pieces; of the others the first counts, unless one is encoded, which says more."""
    numbered = sorted((part for part in parts if part[0] >= 0), key=lambda part: part[0])
    single = sorted((part for part in parts if part[0] < 0), key=lambda part: not part[1])
    chosen = [part for part in single if part[1]] or numbered or single
    if not any(encoded for _, encoded, _ in chosen):
        return words("".join(text for _, _, text in chosen[:1] if not numbered) or "".join(t for _, _, t in numbered))
    chosen = chosen if chosen is numbered else chosen[:1]
    charset, data = "", b""
    for index, (_, encoded, text) in enumerate(chosen):
        if encoded and index == 0 and text.count("'") > 1:
            charset, _, text = text.split("'", 2)  # noqa: PLW2901 - what is left of it
        data += unquote_to_bytes(text) if encoded else text.encode("utf-8", "replace")
    return one_line(decode(data, charset))


def addresses(body: str) -> tuple[Address, ...]:
    """List the addresses, whoever separated them with what; what is none is passed over."""
    found: list[Address] = []
    entry = _Entry()
    for piece in ADDRESS_PIECE.findall(body):
        if piece in (",", ";"):
            found += entry.taken()
            entry = _Entry()
        elif piece == ":":
            # A group's name («undisclosed-recipients:;»), or a colon in somebody's name.
            entry.text = [] if not entry.angled else entry.text
        else:
            entry.add(piece)
        if len(found) >= ADDRESSES_LIMIT:
            return tuple(found)
    return (*found, *entry.taken())


class _Entry:
    """What stands between two commas."""

    __slots__ = ("angled", "comment", "text")

    def __init__(self) -> None:
        self.text: list[str] = []
        self.angled = ""
        self.comment = ""

    def add(self, piece: str) -> None:
        if len(piece) > 1 and piece[0] == "<" and piece[-1] == ">":
            # The last one that is an address counts: some repeat their address as their name.
            self.angled = address(piece[1:-1]) or self.angled
        elif len(piece) > 1 and piece[0] == "(":
            self.comment = piece[1:-1]
        else:
            self.text.append(_unquoted(piece) if piece[0] == '"' and len(piece) > 1 else piece)

    def taken(self) -> tuple[Address, ...]:
        text = "".join(self.text)
        bare = "" if self.angled else next((word for word in BETWEEN_WORDS.split(text) if address(word)), "")
        found = self.angled or address(bare)
        # What was opened and never closed is no part of a name.
        name = words(text.replace(bare, "").strip(' "()<>') or self.comment)
        return (Address(name="" if name.lower() == found else name, address=found),) if found else ()


def address(text: str) -> str:
    """Give a usable address in small letters, or nothing."""
    stripped = re.sub(r"\s+", "", text).strip("\"'<>").removeprefix("mailto:").lower()
    usable = len(stripped) <= ADDRESS_LIMIT and BARE_ADDRESS.fullmatch(stripped)
    return stripped if usable else ""


def ids(body: str) -> tuple[str, ...]:
    """List message ids with their brackets, the last hundred."""
    found = (re.sub(r"\s+", "", one) for one in ANGLED.findall(body))
    return tuple(f"<{one}>" for one in found if one and len(one) < ID_LIMIT - 2)[-IDS_LIMIT:]


def moment(body: str) -> datetime | None:
    """Read a date, with UTC where it names no zone."""
    try:
        read = parsedate_to_datetime(body[:100])
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
