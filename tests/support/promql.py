"""What a PromQL expression reads: every series by name, with the labels that it is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import promql_parser


@dataclass(frozen=True, kw_only=True)
class Use:
    """One series in an expression."""

    name: str
    labels: frozenset[str]
    """Those that are matched, grouped or joined by."""


def uses(expression: str) -> list[Use]:
    """Every series that an expression reads; raises ValueError for what is no PromQL."""
    return list(_walk(promql_parser.parse(expression), frozenset()))


def _walk(node: Any, grouped: frozenset[str]) -> Iterator[Use]:
    match node:
        case promql_parser.VectorSelector():
            yield Use(name=node.name or "", labels=grouped | {m.name for m in node.matchers.matchers})
        case promql_parser.MatrixSelector():
            yield from _walk(node.vector_selector, grouped)
        case promql_parser.AggregateExpr():
            labels = frozenset(node.modifier.labels) if node.modifier else frozenset[str]()
            yield from _walk(node.expr, grouped | labels)
        case promql_parser.BinaryExpr():
            joined = node.modifier and node.modifier.matching
            labels = frozenset(joined.labels) if joined else frozenset[str]()
            for side in (node.lhs, node.rhs):
                yield from _walk(side, grouped | labels)
        case promql_parser.Call():
            for argument in node.args:
                yield from _walk(argument, grouped)
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr() | promql_parser.SubqueryExpr():
            yield from _walk(node.expr, grouped)
        case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
            return
        case _:
            raise TypeError(f"no way to read {type(node).__name__}")
