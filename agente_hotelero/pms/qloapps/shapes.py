"""Values as QloApps writes them: numbers as text, one language or several, days without a zone, nothing as zeros."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from agente_hotelero.errors import PmsUnavailableError

Row = Mapping[str, Any]
NO_DAY: Final = "0000-00-00"


def document(body: bytes) -> Any:
    """Read JSON with exact amounts; raises PmsUnavailableError for what is none: an error page, or half an answer."""
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError as error:
        raise PmsUnavailableError("QloApps (an answer that is no JSON)") from error


def listed(content: Any) -> Sequence[Row]:
    """Rows of a list: one key of some name with the rows below it; nothing at all is `[]`."""
    if isinstance(content, list):
        return content
    if isinstance(content, dict) and len(content) == 1:
        [rows] = content.values()
        return rows if isinstance(rows, list) else [rows]
    raise PmsUnavailableError("QloApps (a list of an unknown form)")


def number(value: Any) -> int:
    """Read an id or a count: 1, "1", and false or nothing as 0."""
    return int(value or 0)


def flag(value: Any) -> bool:
    """Read 1 and "1" as yes."""
    return number(value) == 1


def amount(value: Any) -> Decimal:
    """Read money: 3640, 352.49 or "3120.000000"."""
    return Decimal(str(value or 0))


def text(value: Any) -> str:
    """Read words: a plain string with one language, a list of them with several; the first is the shop's own."""
    if isinstance(value, list):
        return str(value[0]["value"]) if value else ""
    return str(value or "")


def moment(value: Any) -> datetime | None:
    """Read a time of the server, without its zone; None for zeros."""
    written = str(value or "")
    return None if not written or written.startswith(NO_DAY) else datetime.fromisoformat(written)


def day(value: Any) -> date | None:
    """Read a day, with or without the midnight behind it; None for zeros."""
    at = moment(value)
    return None if at is None else at.date()


def clock(value: Any) -> time | None:
    """Read an hour such as "11:00"; None where there is none."""
    written = str(value or "")
    return time.fromisoformat(written) if written else None
