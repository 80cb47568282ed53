"""Rows of the generic resources as JSON or XML, with the traps of each version in the shapes."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

from tests.fakes.qloapps.resources import Resource
from tests.fakes.qloapps.rows import Row, Version
from tests.fakes.qloapps.wire import JSON, XML, Answer, cdata, document, dump, element

NODES: Final = {"categories": "category", "room_types": "room_types"}
"""Where the element is not the list without its s."""
LINKS: Final = {
    "id_hotel": "hotels",
    "id_product": "products",
    "id_customer": "customers",
    "id_order": "orders",
    "id_tax_rules_group": "tax_rule_groups",
    "id_currency": "currencies",
}


class Renderer:
    """`language` 0 means: all languages of the shop."""

    def __init__(self, *, version: Version, languages: int, language: int, as_json: bool, base: str) -> None:
        self._version, self._languages, self._language = version, languages, language
        self._as_json, self._base = as_json, base

    def ids(self, resource: Resource, rows: Iterable[Row], *, name: str) -> Answer:
        """A list without `display`: ids only, and numbers on both versions."""
        numbers = [row["id"] for row in rows]
        if self._as_json:
            return self._json({resource.plural: [{"id": number} for number in numbers]} if numbers else [])
        link = f"{self._base}api/{name}"
        entries = (f"{self._empty(resource.singular, number, link)}\n" for number in numbers)
        return self._xml(f"<{resource.plural}>\n{''.join(entries)}</{resource.plural}>\n")

    def rows(self, resource: Resource, rows: list[Row], fields: list[str]) -> Answer:
        if self._as_json:
            told = [self._object(resource, row, fields) for row in rows]
            return self._json({resource.plural: told} if told else [])
        entries = "".join(self._node(resource, row, fields) for row in rows)
        return self._xml(f"<{resource.plural}>\n{entries}</{resource.plural}>\n")

    def one(self, resource: Resource, row: Row, fields: list[str], *, status: int = 200) -> Answer:
        if self._as_json:
            return self._json({resource.singular: self._object(resource, row, fields)}, status)
        return self._xml(self._node(resource, row, fields), status)

    # JSON

    def _json(self, told: Any, status: int = 200) -> Answer:
        return Answer(status, dump(told), JSON)

    def _object(self, resource: Resource, row: Row, fields: list[str]) -> dict[str, Any]:
        told = {name: self._value(row[name], name in resource.numbers) for name in fields if name != "associations"}
        if "associations" in fields and "associations" in row:
            told["associations"] = {
                name: [{key: self._value(value, False) for key, value in each.items()} for each in each_list]
                for name, each_list in row["associations"].items()
                if each_list
            }
        return told

    def _value(self, value: Any, number: bool) -> Any:
        if isinstance(value, tuple):
            return self._translated(value)
        if isinstance(value, Decimal):
            return f"{value:.6f}"
        if isinstance(value, int) and not isinstance(value, bool):
            return value if number or self._version == "1.7.0" else str(value)
        return value

    def _translated(self, texts: tuple[str, ...]) -> Any:
        if self._language:
            return texts[min(self._language, len(texts)) - 1]
        if self._languages == 1:
            return texts[0]
        return [{"id": str(place + 1), "value": text} for place, text in enumerate(texts)]

    # XML

    def _xml(self, inner: str, status: int = 200) -> Answer:
        return Answer(status, document(inner), XML)

    def _node(self, resource: Resource, row: Row, fields: list[str]) -> str:
        parts = [f"\t{self._field(name, row[name])}\n" for name in fields if name != "associations"]
        if "associations" in fields:
            parts.append(self._associations(row.get("associations", {})))
        return f"<{resource.singular}>\n{''.join(parts)}</{resource.singular}>\n"

    def _field(self, name: str, value: Any) -> str:
        if isinstance(value, tuple):
            shown = [(place + 1, text) for place, text in enumerate(value) if self._language in {0, place + 1}]
            texts = (self._language_node(number, text) for number, text in shown)
            return element(name, "".join(texts))
        link = {"xlink:href": f"{self._base}api/{LINKS[name]}/{value}"} if name in LINKS and value else {}
        return element(name, cdata(f"{value:.6f}" if isinstance(value, Decimal) else value), **link)

    def _language_node(self, number: int, text: str) -> str:
        link = {"xlink:href": f"{self._base}api/languages/{number}"}
        return element("language", cdata(text), id=number, **link)

    def _associations(self, lists: dict[str, list[Row]]) -> str:
        def leaf(row: Row) -> str:
            return "".join(element(key, cdata(value)) for key, value in row.items())

        blocks = (
            element(name, "".join(f"\n\t{element(NODES.get(name, name[:-1]), leaf(row))}" for row in rows) + "\n")
            for name, rows in lists.items()
        )
        return "<associations>\n" + "\n".join(blocks) + "\n</associations>\n"

    def _empty(self, singular: str, number: int, link: str) -> str:
        return f'<{singular} id="{number}" xlink:href="{link}/{number}"/>'
