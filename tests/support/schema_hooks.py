"""What schemathesis can't know of our API: whose token opens what, and a few numbers that name something."""

import itertools
import os
from collections.abc import Iterator
from typing import Any

import schemathesis

OPERATORS = itertools.cycle(os.environ["OPERATOR_TOKENS"].split())
"""Many: each may ask only so often a minute."""
CHAT = os.environ["CHAT_TOKEN"]
KNOWN: dict[str, Iterator[object]] = {
    "id": itertools.cycle([*range(1, 41), 0]),
    "hotel": itertools.cycle(["demo", "demo", "otro"]),
    "token": itertools.cycle([os.environ["CODE_TOKEN"], "forged"]),
    "flag": itertools.cycle(["features.interactive_messages", "tenancy.phone_normalization.advanced", "none"]),
}


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """An operator's token for what is theirs, a guest's for the chat."""

    def get(self, case: "schemathesis.Case[Any]", _context: object) -> str:
        return CHAT if case.path.startswith("/chat") else next(OPERATORS)

    def set(self, case: "schemathesis.Case[Any]", token: str, _context: object) -> None:
        case.headers["Authorization"] = f"Bearer {token}"


@schemathesis.hook
def map_path_parameters(_context: object, parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Some of what is asked for is there."""
    if not parameters:
        return parameters
    return {name: next(KNOWN[name]) if name in KNOWN else value for name, value in parameters.items()}
