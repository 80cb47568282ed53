"""HTML as the words that its reader sees, with what is quoted marked as plain text marks it.

Not on html.parser: it goes back to the start of whatever is left open, and 20 kB of «<a » take it six seconds. Here each
byte is looked at once; a tag that does not close is text.
"""

import re
from collections.abc import Iterable
from html import unescape
from typing import Final

from agente_hotelero.channels.mail.charsets import clean
from agente_hotelero.model.values import value

TAGS_LIMIT: Final = 50_000
"""Ten times what newsletters have; what comes after is not read."""
TAG_LIMIT: Final = 8 * 1024
LOOK_BACK: Final = 64
"""How far out an end tag may close."""

NAME: Final = re.compile(r"/?[A-Za-z][A-Za-z0-9:-]{0,30}")
ATTRIBUTE: Final = re.compile(r"""([A-Za-z][\w:-]{0,40})\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|opacity\s*:\s*0(?![.\d])"
    r"|font-size\s*:\s*0(?![.\d])|max-height\s*:\s*0(?![.\d])",
    re.IGNORECASE,
)
OUTLOOK_RULE: Final = re.compile(r"border\s*:\s*none\s*;\s*border-top\s*:\s*solid", re.IGNORECASE)
UNSEEN: Final = frozenset(
    ("style", "script", "head", "title", "template", "noscript", "object", "svg", "select", "textarea")
)
# Between these two ends, `<` means nothing.
RAW: Final = frozenset(("style", "script", "title", "textarea"))
VOID: Final = frozenset(("br", "hr", "img", "meta", "link", "input", "col", "area", "base", "wbr", "source", "embed"))
# They change how words look, are closed in any order, and never hold a block of a mail's.
LOOKS: Final = frozenset(("a", "b", "i", "u", "em", "strong", "font", "small", "big", "s", "code", "sub", "sup", "o:p"))
BLOCKS: Final = frozenset(
    "div p table tr ul ol li blockquote section article header footer h1 h2 h3 h4 h5 h6 pre hr body html center form dl dt dd address fieldset".split()
)
SPACED: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "table"))
CELLS: Final = frozenset(("td", "th"))
QUOTED: Final = frozenset(
    ("gmail_attr", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "moz-forward-container")
)
SIGNED: Final = frozenset(
    "gmail_signature gmail_signature_prefix moz-signature applemailsignature ms-outlook-mobile-signature signature "
    "protonmail_signature_block".split()
)
NOT_THEIRS: Final = frozenset(("divrplyfwdmsg", "appendonsend", "olk_src_body_section", "reply-intro"))
EMOJI_LETTERS: Final = 8


@value
class Rendered:
    """`whole` is all that is seen; `fresh` leaves out signatures and what a mail program put below its writer's words."""

    whole: str
    fresh: str


def render(html: str) -> Rendered:
    """Render it, however broken; never raises."""
    page = _Page()
    _walk(html, page)
    return page.rendered()


def _walk(html: str, page: "_Page") -> None:
    position, closing = 0, -2
    for _ in range(TAGS_LIMIT):
        opening = html.find("<", position)
        if opening < 0:
            page.text(html[position:])
            return
        page.text(html[position:opening])
        if html.startswith("<!--", opening):
            position = _after(html, "-->", opening + 4)
            continue
        # The next «>» is looked for only once the last one is behind us: a million «<» stay cheap.
        if -1 < closing < opening or closing == -2:  # noqa: PLR2004 - not looked for yet
            closing = html.find(">", opening)
        name = NAME.match(html, opening + 1)
        if closing < 0 or not (name or html.startswith(("<!", "<?"), opening)):
            page.text("<")
            position = opening + 1
            continue
        end = _tag_end(html, opening, closing)
        position = end + 1
        if name:
            position = _tag(html, name[0].lower(), html[name.end() : min(end, opening + TAG_LIMIT)], position, page)


def _tag(html: str, name: str, attributes: str, position: int, page: "_Page") -> int:
    if name.startswith("/"):
        page.close(name[1:])
        return position
    if name in RAW:
        ending = re.compile(rf"</{name}[^>]{{0,40}}>", re.IGNORECASE).search(html, position)
        return ending.end() if ending else len(html)
    page.open(name, attributes)
    return position


def _tag_end(html: str, opening: int, closing: int) -> int:
    """Look past a «>» that stands in quotes, one quote far."""
    quotes = html.count('"', opening, min(closing, opening + TAG_LIMIT))
    if quotes % 2 == 0:
        return closing
    quote = html.find('"', closing, closing + TAG_LIMIT)
    end = html.find(">", quote, quote + TAG_LIMIT) if quote >= 0 else -1
    return end if end >= 0 else closing


def _after(html: str, ending: str, position: int) -> int:
    found = html.find(ending, position)
    return len(html) if found < 0 else found + len(ending)


class _Line:
    """One line, being written."""

    __slots__ = ("depth", "fresh", "pieces")

    def __init__(self, depth: int, *, fresh: bool) -> None:
        self.depth = depth
        self.fresh = fresh
        self.pieces: list[str] = []


class _Open:
    """An element that is open, and what it means for what is in it."""

    __slots__ = ("hidden", "name", "quoted", "signed")

    def __init__(self, name: str, *, hidden: bool, quoted: bool, signed: bool) -> None:
        self.name = name
        self.hidden = hidden
        self.quoted = quoted
        self.signed = signed


class _Page:
    """What has been seen so far."""

    def __init__(self) -> None:
        self._stack: list[_Open] = []
        self._hidden = 0
        self._quoted = 0
        self._signed = 0
        self._pre = 0
        self._cut = False
        self._lines = [_Line(0, fresh=True)]

    def text(self, raw: str) -> None:
        if not raw or self._hidden:
            return
        seen = clean(unescape(raw)).replace("\xa0", " ")
        if self._pre:
            first, *rest = seen.split("\n")
            self._write(first)
            for line in rest:
                self._break()
                self._write(line)
            return
        words = " ".join(seen.split())
        self._write(f"{' ' * seen[:1].isspace()}{words}{' ' * seen[-1:].isspace()}" if words else " ")

    def open(self, name: str, attributes: str) -> None:
        if name in LOOKS:
            return
        if name in BLOCKS and self._stack and self._stack[-1].name == "p":
            self.close("p")
        values = {key.lower(): raw.strip("\"'") for key, raw in ATTRIBUTE.findall(attributes)} if attributes else {}
        if name in VOID:
            self._void(name, values)
            return
        if len(self._lines) > 1 or self._lines[0].pieces:
            self._cut = self._cut or _begins_what_is_not_theirs(values)
        self._around(name)
        marks = _marks(values)
        self._push(
            _Open(
                name,
                hidden=name in UNSEEN or bool(HIDDEN.search(values.get("style", ""))),
                quoted=name == "blockquote" or bool(marks & QUOTED),
                signed=bool(marks & SIGNED),
            )
        )
        if name == "li":
            self._write("- ")

    def _void(self, name: str, values: dict[str, str]) -> None:
        if name == "br":
            self._break()
        elif name == "hr":
            self._around(name)
        elif name == "img" and 0 < len(alt := unescape(values.get("alt", ""))) <= EMOJI_LETTERS and not alt.isascii():
            self.text(values["alt"])

    def close(self, name: str) -> None:
        """Close an element and what was left open in it; a stray end tag closes nothing."""
        if name in LOOKS:
            return
        if name in ("p", "br") and not any(one.name == name for one in self._stack[-LOOK_BACK:]):
            self._around(name)
            return
        for back, one in enumerate(reversed(self._stack[-LOOK_BACK:]), start=1):
            if one.name == name:
                for _ in range(back):
                    self._pop()
                break
            if one.name in CELLS and name not in ("tr", "table", "tbody", "body", "html"):
                break

    def _push(self, element: _Open) -> None:
        self._stack.append(element)
        self._hidden += element.hidden
        self._signed += element.signed
        self._pre += element.name == "pre"
        if element.quoted:
            self._quoted += 1
            self._new_line()

    def _pop(self) -> None:
        element = self._stack.pop()
        self._hidden -= element.hidden
        self._signed -= element.signed
        self._pre -= element.name == "pre"
        if element.quoted:
            self._quoted -= 1
            self._new_line()
        if element.signed:
            self._break()
        self._around(element.name)

    def _around(self, name: str) -> None:
        if name in CELLS:
            self._write(" ")
        elif name in BLOCKS:
            if self._lines[-1].pieces:
                self._new_line()
            if name in SPACED and len(self._lines) > 1 and self._lines[-2].pieces:
                self._new_line()

    def _write(self, words: str) -> None:
        if self._hidden or not words:
            return
        line = self._lines[-1]
        fresh = not self._signed and not self._cut
        if line.depth != self._quoted or line.fresh != fresh:
            if line.pieces:
                self._new_line()
            line = self._lines[-1]
            line.depth, line.fresh = self._quoted, fresh
        if not line.pieces and not self._pre:
            words = words.lstrip()
        elif line.pieces and line.pieces[-1].endswith(" ") and not self._pre:
            words = words.lstrip(" ")
        if words:
            line.pieces.append(words)

    def _break(self) -> None:
        if not self._hidden:
            self._new_line()

    def _new_line(self) -> None:
        self._lines.append(_Line(self._quoted, fresh=not self._signed and not self._cut))

    def rendered(self) -> Rendered:
        whole = [(line.fresh, _written(line)) for line in self._lines]
        return Rendered(whole=_joined(text for _, text in whole), fresh=_joined(text for fresh, text in whole if fresh))


def _begins_what_is_not_theirs(values: dict[str, str]) -> bool:
    return bool(_marks(values) & NOT_THEIRS) or bool(OUTLOOK_RULE.search(values.get("style", "")))


def _marks(values: dict[str, str]) -> set[str]:
    """Give an element's classes and id; Outlook puts «x_» before those of what it quotes."""
    if not values:
        return set()
    names = f"{values.get('class', '')} {values.get('id', '')}".lower().split()
    return {name.removeprefix("x_") for name in names}


def _written(line: _Line) -> str:
    text = "".join(line.pieces).rstrip()
    return f"{'>' * min(line.depth, 9)} {text}".rstrip() if line.depth else text


def _joined(lines: Iterable[str]) -> str:
    """Join them, with at most one blank line at a time."""
    kept: list[str] = []
    for line in lines:
        if line.strip("> ") or (kept and kept[-1].strip("> ")):
            kept.append(line)
    return "\n".join(kept).strip("\n")
