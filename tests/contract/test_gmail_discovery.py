"""The fake Gmail's few schemas and parameters against Google's whole discovery document, where it is at hand.

It comes with google-api-python-client, which weighs 111 MB and is needed for nothing else; AGENTE_GMAIL_DISCOVERY names
its file `gmail.v1.json` where somebody has it.
"""

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.gmail_rules import METHODS, SCHEMAS

FORMATS = {"uint64": r"^\d+$", "int64": r"^-?\d+$", "byte": r"^[A-Za-z0-9_-]*={0,2}$"}
Json = dict[str, Any]


def found() -> Path | None:
    if named := os.environ.get("AGENTE_GMAIL_DISCOVERY"):
        return Path(named)
    package = importlib.util.find_spec("googleapiclient")
    if package is None or package.origin is None:
        return None
    return Path(package.origin).parent / "discovery_cache" / "documents" / "gmail.v1.json"


DOCUMENT = found()
# Among the long ones: what `make test` skips is no release.
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(DOCUMENT is None, reason="no google-api-python-client, no AGENTE_GMAIL_DISCOVERY"),
]


@pytest.fixture(scope="module")
def discovery() -> Json:
    assert DOCUMENT is not None
    document: Json = json.loads(DOCUMENT.read_text("utf-8"))
    return document


def test_every_schema_is_a_part_of_googles(discovery: Json) -> None:
    for name, ours in SCHEMAS.items():
        assert wrong(ours, {"$ref": name}, discovery["schemas"]) == [], name


def test_every_method_is_asked_as_google_wants_it(discovery: Json) -> None:
    for method in METHODS.values():
        theirs = discovery["resources"]["users"]
        *resources, name = method.name.split(".")[1:]
        for resource in resources:
            theirs = theirs["resources"][resource]
        described = theirs["methods"][name]
        assert method.verb == described["httpMethod"]
        assert method.query <= set(described["parameters"]), method.name
        assert method.takes == described.get("request", {}).get("$ref"), method.name
        assert method.answers == described.get("response", {}).get("$ref"), method.name


def wrong(ours: Json, theirs: Json, schemas: Json) -> list[str]:
    """Where ours says something that theirs does not."""
    theirs = schemas[theirs["$ref"]] if "$ref" in theirs else theirs
    differs = [] if ours["type"] == theirs["type"] else [f"{ours['type']} for {theirs['type']}"]
    if ours["type"] == "string" and ours.get("pattern") != FORMATS.get(theirs.get("format", "")):
        differs.append(f"{ours.get('pattern')} for {theirs.get('format')}")
    if ours.get("enum") != theirs.get("enum"):
        differs.append(f"{ours.get('enum')} for {theirs.get('enum')}")
    for name, one in ours.get("properties", {}).items():
        known = theirs.get("properties", {}).get(name)
        differs += [f"no {name}"] if known is None else [f"{name}: {it}" for it in wrong(one, known, schemas)]
    return differs + (wrong(ours["items"], theirs["items"], schemas) if "items" in ours else [])
