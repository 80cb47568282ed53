"""A mail's new words, without what it quotes and signs with: one walk over its lines, however it is written.

What is quoted without marks goes from its announcement to the end, if anything stands above; what is quoted with «>»
goes, and what is written between and below stays. A mail that would be left empty is taken as it is.
"""

from typing import Final

from agente_hotelero.channels.mail.quote_forms import (
    ADDRESS_LAST,
    ADDRESSED,
    DATED,
    DISCLAIMER,
    HEADER,
    LINE_LIMIT,
    MOBILE,
    OPENING,
    RULE,
    SEPARATOR,
    TAIL,
    TIME,
    VERB_LAST,
    VERB_WITHIN,
    YEAR,
)

TEXT_LIMIT: Final = 128 * 1024
"""Nobody writes more above a quote, and what is below is at most kept."""
ANNOUNCEMENT_LINES: Final = 6
ANNOUNCEMENT_LIMIT: Final = 500
HEADER_LINES: Final = 9
HEADERS_LEAST: Final = 3
ALL_HEADERS: Final = frozenset(("sender", "date", "to", "subject"))
SIGNATURE_LINES: Final = 25
SIGNATURE_LIMIT: Final = 1500
FOOTER_RULE: Final = 20
DASHES_LINES: Final = 8
WRAPPED_LEAST: Final = 65
FOLDED_LEAST: Final = 60
"""No program folds shorter lines."""
DECORATION: Final = "\u1427 \t"
"""Mail trackers leave a Canadian syllable below the words."""


def new_words(text: str, *, answers: bool) -> str:
    """Leave what the sender wrote this time; of blank text and of mere quotes, everything.

    What `answers` nothing may well have lines of its own that begin with «De:», «Para:» and «Asunto:»: a form's.
    """
    whole = text.strip()
    lines = [line.replace("\xa0", " ").rstrip() for line in whole[:TEXT_LIMIT].split("\n")]
    words = "\n".join(_unsigned(_Unquoting(lines, answers=answers).kept())).strip()
    return words or whole


class _Unquoting:
    """One walk over the lines."""

    def __init__(self, lines: list[str], *, answers: bool) -> None:
        self._lines = lines
        self._answers = answers
        self._kept: list[str | None] = []
        """None stands where something was taken out: signatures end there too."""
        self._begun = False

    def kept(self) -> list[str | None]:
        at = 0
        while at < len(self._lines):
            found = self._announced(at)
            if found is None:
                at = self._line(at)
            elif self._quoted_below(found) or not self._begun:
                self._drop_rules()
                self._gap()
                at = found
            else:
                self._drop_rules()
                break
        return self._kept

    def _gap(self) -> None:
        if not self._kept or self._kept[-1] is not None:
            self._kept.append(None)

    def _drop_rules(self) -> None:
        """Take back the line that was drawn above an announcement, and the blanks around it."""
        while self._kept and (line := self._kept[-1]) is not None and (not line or RULE.match(line[:LINE_LIMIT])):
            self._kept.pop()

    def _line(self, at: int) -> int:
        line = self._lines[at]
        if _is_quoted(line):
            self._gap()
            return at + 2 if self._is_wrapped_remainder(at) else at + 1
        self._begun = self._begun or bool(line and not RULE.match(line[:LINE_LIMIT]))
        self._kept.append(line)
        return at + 1

    def _is_wrapped_remainder(self, at: int) -> bool:
        """Tell a quoted line's end, wrapped onto a line of its own without a mark, from an answer in between."""
        if at + 2 >= len(self._lines) or not _is_quoted(self._lines[at + 2]):
            return False
        line, following = self._lines[at], self._lines[at + 1]
        return len(line) >= WRAPPED_LEAST and following[:1].islower() and line[-1] not in ".?!:;"

    def _quoted_below(self, at: int) -> bool:
        below = next((line for line in self._lines[at : at + HEADER_LINES] if line), "")
        return _is_quoted(below)

    def _announced(self, at: int) -> int | None:
        """Say where an announcement that begins here ends, if one does."""
        line = self._lines[at]
        if not line or len(line) > LINE_LIMIT or _is_quoted(line):
            return None
        if SEPARATOR.match(line):
            return self._after_headers(at + 1)
        return (self._header_block(at) if HEADER.match(line) else None) or self._attribution(at)

    def _attribution(self, at: int) -> int | None:
        joined = ""
        for end in range(at, min(at + ANNOUNCEMENT_LINES, len(self._lines))):
            line = self._lines[end]
            if len(joined) + len(line) > ANNOUNCEMENT_LIMIT:
                return None
            blank = not line
            if blank and not _goes_on(joined, self._lines[end + 1 : end + 2]):
                return None
            if _is_quoted(line) and not TAIL.match(line):
                return None
            joined = f"{joined} {line}".strip()
            if not blank and _is_attribution(joined):
                return end + 1 if end == at or self._begins_attribution(at, end) else None
            if end == at and not (OPENING.match(line) or ADDRESSED.search(line)):
                return None
        return None

    def _begins_attribution(self, at: int, end: int) -> bool:
        """Tell an announcement's first line from the guest's last one, which may stand right above it."""
        first, following = self._lines[at], self._lines[at + 1]
        if not any(sign.search(first) for sign in (ADDRESSED, YEAR, TIME)):
            return False
        if len(first) < FOLDED_LEAST and first[-1] in ".!?…":
            return False
        stands_alone = [
            later for later in range(at + 1, end + 1) if _is_attribution(" ".join(self._lines[later : end + 1]).strip())
        ]
        folded = not following or len(first) + len(following.partition(" ")[0]) >= FOLDED_LEAST
        dated = any(OPENING.match(self._lines[later]) and DATED.search(self._lines[later]) for later in stands_alone)
        return not stands_alone or (folded and not dated)

    def _header_block(self, at: int) -> int | None:
        kinds: list[str] = []
        addressed = False
        for line in self._lines[at : at + HEADER_LINES]:
            found = HEADER.match(line[:LINE_LIMIT])
            if found and found.lastgroup not in (None, *kinds):
                kinds.append(str(found.lastgroup))
                addressed = addressed or bool(ADDRESSED.search(line[:LINE_LIMIT]))
        if "sent" not in kinds and not self._answers:
            return None
        told = {"date" if kind == "sent" else kind for kind in kinds} - {"more"}
        if kinds[:1] != ["sender"] and told != ALL_HEADERS:
            return None
        certain = addressed or {"date", "subject"} <= told
        return self._after_headers(at) if len(told) >= HEADERS_LEAST and certain else None

    def _after_headers(self, at: int) -> int:
        """Pass over the header lines of what is quoted, up to the blank line below them."""
        end = at
        while end < len(self._lines) and end < at + 3 and not self._lines[end]:
            end += 1
        if end >= len(self._lines) or not HEADER.match(self._lines[end][:LINE_LIMIT]):
            return at
        while end < len(self._lines) and self._lines[end]:
            end += 1
        return end


def _is_quoted(line: str) -> bool:
    return line.lstrip().startswith(">") and not TAIL.match(line[:LINE_LIMIT])


def _is_attribution(text: str) -> bool:
    if VERB_LAST.search(text):
        colon = text.rstrip(" >")[-1:] in (":", "：")
        dated = bool(DATED.search(text))
        return (dated and (colon or bool(OPENING.match(text)))) or (colon and bool(ADDRESSED.search(text)))
    if not text.endswith(":"):
        return False
    if VERB_WITHIN.search(text):
        return bool(ADDRESSED.search(text)) or (bool(DATED.search(text)) and bool(OPENING.match(text)))
    return all(one.search(text) for one in (ADDRESS_LAST, YEAR, TIME))


def _goes_on(joined: str, following: list[str]) -> bool:
    """Tell whether an announcement is broken by a blank line, as one program does around the address."""
    return joined.endswith("<") or (following[:1] == ["<"] and bool(DATED.search(joined)))


def _unsigned(lines: list[str | None]) -> list[str]:
    """Take the signature off the end of every stretch of words; one blank line stands where something was quoted."""
    kept: list[str] = []
    stretch: list[str] = []
    for line in (*lines, None):
        if line is not None:
            stretch.append(line)
            continue
        kept += [*_without_signature(stretch), ""] if any(stretch) else []
        stretch = []
    return kept


def _without_signature(lines: list[str]) -> list[str]:
    lines = lines[next(at for at, line in enumerate(lines) if line) :]
    for at, line in enumerate(lines):
        if _begins_signature(line, lines[at + 1 :] if len(lines) - at <= SIGNATURE_LINES + 1 else None):
            lines = lines[:at]
            break
    end = len(lines)
    while end and (not lines[end - 1].strip(DECORATION) or MOBILE.match(lines[end - 1][:LINE_LIMIT])):
        end -= 1
    return lines[:end]


def _begins_signature(line: str, below: list[str] | None) -> bool:
    """Say whether this line and all `below` is signature or footer; None stands for more than any has."""
    if DISCLAIMER.match(line[:LINE_LIMIT]):
        return True
    if below is None or sum(map(len, below)) > SIGNATURE_LIMIT:
        return False
    if line == "--":
        return True
    footer = len(line) >= FOOTER_RULE and not line.strip("_")
    dashes = len(line) >= 3 and not line.strip("—–")  # noqa: PLR2004 - fewer are punctuation
    return (footer or dashes) and sum(map(bool, below)) <= DASHES_LINES
