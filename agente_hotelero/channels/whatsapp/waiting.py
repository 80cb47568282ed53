"""How long Meta asks us to wait, and how near its limit we are, by whichever of its headers says so."""

import math
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

import orjson

from agente_hotelero.channels.whatsapp.fields import listing, mapping

LONGEST_SECONDS: Final = 3600.0
USAGE_HEADERS: Final = ("x-business-use-case-usage", "x-app-usage")
SHARES: Final = ("call_count", "total_cputime", "total_time")
"""In percent of what is allowed."""


def wait_seconds(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After, else the minutes that the usage headers estimate; None if Meta does not say."""
    asked = _retry_after(headers)
    if asked is None:
        asked = max((60.0 * minutes for name in USAGE_HEADERS for minutes in _regain(headers.get(name))), default=None)
    return None if asked is None else min(asked, LONGEST_SECONDS)


def busy_percent(headers: Mapping[str, str]) -> float:
    """Read the largest share that the usage headers tell; most answers have none."""
    told = [header for name in USAGE_HEADERS if (header := headers.get(name)) is not None]
    return max((share for header in told for share in _shares(header)), default=0.0)


def _shares(header: str) -> Iterator[float]:
    for usage in _usages(header):
        for name in SHARES:
            percent = mapping(usage).get(name)
            if isinstance(percent, int | float) and math.isfinite(percent):
                yield float(percent)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    try:
        seconds = float(value)
    except ValueError:
        seconds = _until(value, headers.get("Date", ""))
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(moment: str, now: str) -> float:
    """Measure a date by the clock of the server that set it."""
    try:
        return (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError):
        return math.nan


def _regain(header: str | None) -> Iterator[float]:
    """Walk `estimated_time_to_regain_access` in all usages; zero says that nothing is blocked."""
    for usage in _usages(header):
        minutes = mapping(usage).get("estimated_time_to_regain_access")
        if isinstance(minutes, int | float) and minutes > 0:
            yield float(minutes)


def _usages(header: str | None) -> list[Any]:
    try:
        usage = mapping(orjson.loads(header or "{}"))
    except orjson.JSONDecodeError:
        return []
    # By business: {"<id>": [{…}]}; by app: {…} itself.
    return [usage, *(each for of_one in usage.values() for each in listing(of_one))]
