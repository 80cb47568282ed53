"""The number of a row, as a stranger writes it."""

from typing import Final

MAX_ID: Final = 2**63 - 1


def row_number(text: str | None) -> int | None:
    """Read it, where it is one that a row could have: `int` would take signs, blanks, other scripts' digits and any length."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > len(str(MAX_ID)):
        return None
    found = int(text)
    return found if found <= MAX_ID else None
