"""Filters, sorting, limits and the chosen fields of a generic resource, as PrestaShop's webservice reads them."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from tests.fakes.qloapps.resources import Resource
from tests.fakes.qloapps.rows import Row, Version
from tests.fakes.qloapps.wire import Refused

_VALUE: Final = re.compile(r"(?P<before>[%<>!]?)\[(?P<inside>.*)\](?P<after>%?)", re.DOTALL)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?")
_DATES: Final = frozenset({"date_add", "date_upd"})


class Listing:
    """One request for a list: which rows, in which order, and which of their fields (None: only the ids)."""

    def __init__(self, resource: Resource, version: Version, query: Mapping[str, str]) -> None:
        self._names = [name for name in resource.names(version) if name != "associations"]
        self._filterable = [name for name in self._names if name not in resource.hidden]
        self._version, self._dated = version, query.get("date") == "1"
        self._filters = [
            (key[len("filter[") : -1], value) for key, value in query.items() if re.fullmatch(r"filter\[\w+\]", key)
        ]
        self._sort, self._limit = query.get("sort", ""), query.get("limit", "")
        self.fields = self._chosen(query.get("display"), resource.names(version))

    def of(self, rows: Iterable[Row]) -> list[Row]:
        found = list(rows)
        for name, wanted in self._filters:
            self._permit(name, "This filter does not exist", 32)
            test = _test(wanted)
            found = [row for row in found if not self._blind(name) and test(row.get(name))]
        return self._cut(self._sorted(found))

    def _blind(self, name: str) -> bool:
        """1.6.1 has a customer's phone in another table than the one it filters on."""
        return name == "phone" and self._version == "1.6.1" and "passwd" in self._names

    def _chosen(self, display: str | None, names: list[str]) -> list[str] | None:
        if display is None or display == "minimum":
            return None
        if display == "full":
            return names
        wanted = [name.strip() for name in display.strip("[]").split(",")]
        for name in wanted:
            if name not in self._names:
                raise unknown(
                    f'Unable to display this field "{name}". However, these are available', name, self._names, 35
                )
        return [name for name in names if name in wanted]

    def _permit(self, name: str, message: str, code: int) -> None:
        usable = [each for each in self._filterable if self._dated or each not in _DATES]
        if name not in usable:
            raise unknown(message, name, usable, code)

    def _sorted(self, rows: list[Row]) -> list[Row]:
        for part in reversed([part for part in self._sort.strip("[]").split(",") if part]):
            name, _, way = part.rpartition("_")
            self._permit(name, "Unable to filter by this field. However, these are available", 38)
            rows = sorted(rows, key=lambda row: _sortable(row[name]), reverse=way == "DESC")
        return rows

    def _cut(self, rows: list[Row]) -> list[Row]:
        first, _, second = self._limit.strip("[]").partition(",")
        if not first:
            return rows
        start, count = (int(first), int(second)) if second else (0, int(first))
        return rows[start : start + count]


def unknown(message: str, name: str, known: list[str], code: int, status: int = 400) -> Refused:
    """«Did you mean …? The full list is: …»"""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0)
    hint = f' Did you mean: "{near[0]}"?' if near else ""
    full = ", ".join(f'"{each}"' for each in known)
    return Refused(status, (code, f"{message}.{hint} The full list is: {full}"))


def _test(wanted: str) -> Callable[[Any], bool]:
    """`[a|b]`, `[from,to]`, `>[v]`, `<[v]`, `![v]`, `[v]%`, `%[v]`, `%[v]%`; brackets may be left out."""
    match = _VALUE.fullmatch(wanted)
    if match is None:
        return lambda value: _compare(value, wanted) == 0
    before, inside, after = match["before"], match["inside"], match["after"]
    if "%" in (before, after):
        return _like(inside, starts=before != "%", ends=after != "%")
    if before == ">":
        return lambda value: _compare(value, inside) > 0
    if before == "<":
        return lambda value: _compare(value, inside) < 0
    if "," in inside:
        low, _, high = inside.partition(",")
        return lambda value: _compare(value, low) >= 0 and _compare(value, high) <= 0
    any_of = inside.split("|")
    return lambda value: any(_compare(value, each) == 0 for each in any_of) is (before != "!")


def _like(part: str, *, starts: bool, ends: bool) -> Callable[[Any], bool]:
    wanted = part.casefold()

    def test(value: Any) -> bool:
        text = _text(value)
        return text.startswith(wanted) if starts else text.endswith(wanted) if ends else wanted in text

    return test


def _compare(value: Any, wanted: str) -> int:
    """As MySQL does: numbers by value, dates as points in time, texts without case."""
    left: Any = _sortable(value)
    right: Any
    if isinstance(left, Decimal):
        right = _number(wanted)
    elif _DATE.fullmatch(str(left)) and _DATE.fullmatch(wanted):
        left, right = f"{left} 00:00:00"[:19], f"{wanted} 00:00:00"[:19]
    else:
        right = wanted.casefold()
    return int(left > right) - int(left < right)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0)


def _sortable(value: Any) -> Any:
    if isinstance(value, int | Decimal):
        return Decimal(value)
    return _text(value)


def _text(value: Any) -> str:
    text = value[0] if isinstance(value, tuple) else value
    return "" if text is None else str(text).casefold()
