"""Single values out of Meta's JSON, made fit to be stored and believed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

TEXT_LIMIT_BYTES: Final = 65_536
NAME_LIMIT_BYTES: Final = 512
ID_LIMIT_BYTES: Final = 1_024
"""A wamid has some 60 characters; ours, a button's id, up to 256."""

AHEAD: Final = timedelta(minutes=5)
"""How far Meta's clock may run before ours."""
EARLIEST: Final = datetime(2009, 1, 1, tzinfo=UTC)
"""Before WhatsApp there were no messages; also what seconds read as milliseconds look like, the other way round."""

_WORD: Final = re.compile(r"[A-Za-z0-9_]{1,64}")
_BSUID: Final = re.compile(r"[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}")


def storable(value: object, limit_bytes: int = TEXT_LIMIT_BYTES) -> str:
    """Drop what Postgres can't hold, and what is beyond the limit; anything but a string is empty."""
    if not isinstance(value, str):
        return ""
    if value.isascii() and len(value) <= limit_bytes and "\0" not in value:
        return value
    # "ignore" drops lone surrogates on the way out, and half a character at the cut on the way back.
    return value.replace("\0", "").encode("utf-8", "ignore")[:limit_bytes].decode("utf-8", "ignore")


def identifier(value: object) -> str:
    """A provider's id or a guest's name on the channel; empty if there is none, or if it is too long to be one."""
    # Eight of these in every message, half of them absent and the rest plain: neither needs more than a look.
    if value is None:
        return ""
    if type(value) is str and len(value) <= ID_LIMIT_BYTES and value.isascii() and "\0" not in value:
        return value.strip()
    name = storable(value, ID_LIMIT_BYTES + 1).strip()
    return name if len(name) <= ID_LIMIT_BYTES else ""


def word(value: object) -> str:
    """A type's name, safe for a log; empty if it is anything else."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def is_bsuid(name: str) -> bool:
    """Tell a business-scoped user id from a phone: Meta has sent both in `from`."""
    return "." in name and _BSUID.fullmatch(name) is not None


def is_parent(name: str) -> bool:
    """Tell the id of a company's linked portfolios from that of one."""
    return name[2:].startswith(".ENT.")


def moment(value: object, *, received_at: datetime) -> datetime:
    """Read Unix seconds, which come as a string or a number; what can't be is taken for now.

    A message is worth more than its date, so a bad one never refuses it.
    """
    if not isinstance(value, str | int):
        return received_at
    try:
        said = datetime.fromtimestamp(int(value), UTC)
    except (ValueError, OverflowError, OSError):
        return received_at
    return said if EARLIEST <= said <= received_at + AHEAD else received_at


def mapping(value: object) -> dict[str, Any]:
    """The object that should be here, or an empty one."""
    return value if isinstance(value, dict) else {}


def listing(value: object) -> list[Any]:
    """The list that should be here, or an empty one."""
    return value if isinstance(value, list) else []
