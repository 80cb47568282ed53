"""What Meta takes as words, as a name, and as the address of a picture or a page.

Lengths are counted in UTF-16 units: Meta does not say what a character is, and nobody's count is larger.
"""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

from agente_hotelero.channels.whatsapp.splitting import size

LINK: Final = re.compile(r"(?:https://|http://127\.0\.0\.1:)[!-~]{1,2040}")
OURS: Final = re.compile(r"/(?!/)[!-~]{1,2040}")
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def within(text: str, limit: int) -> bool:
    """Tell whether there are words, and not too many."""
    return bool(text.strip()) and size(text) <= limit


def unique(names: Sequence[str], limit: int) -> bool:
    """Tell whether Meta takes these as ids or titles: in one line, no blanks around, no two alike."""
    whole = all(name == name.strip() and not CONTROL.search(name) and within(name, limit) for name in names)
    return whole and len(set(names)) == len(names)


def is_public(address: str | None) -> bool:
    """Tell whether Meta can fetch it: the site's own paths and plain http it can't; a Graph on loopback can."""
    if address is None or not LINK.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return bool(parts.hostname)


def is_ours(address: str | None) -> bool:
    """Tell a path below our site, which nobody else can fetch."""
    return address is not None and OURS.fullmatch(address) is not None
