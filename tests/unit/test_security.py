"""The threat model holds: every test that it names is there, and what it says of the whole tree is so."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs" / "security.md").read_text("utf-8")
NAMED: Final = sorted(set(re.findall(r"`(tests/[\w/]+\.py::\w+)`", PAGE)))
THREATS: Final = re.findall(
    r"(?m)^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE.partition("## Threats")[2].partition("\n## ")[0]
)
OUTGOING: Final = {
    "channels/whatsapp/checkup.py",
    "channels/oauth/wire.py",
    "channels/whatsapp/client.py",
    "channels/whatsapp/media.py",
    "channels/whatsapp/uploads.py",
    "wiring/own_files.py",
    "channels/staff/webhook.py",
    "llm/client.py",
    "pms/qloapps/webservice.py",
}
CALLS: Final = re.compile(
    r"session\.(get|post|put|patch|delete|head|request|ws_connect)\(|urlopen\(|\burllib3\b|\brequests\.\w+\("
)


@pytest.mark.parametrize("name", NAMED)
def test_a_test_that_the_threat_model_names_is_there(name: str) -> None:
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text("utf-8"))

    assert function in {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_threat_says_what_stops_it_and_names_a_test() -> None:
    _, _, *rows = THREATS

    assert len(rows) > 30
    assert [threat for threat, stopped_by, shown_by in rows if not stopped_by or "`tests/" not in shown_by] == []


def test_every_secret_has_its_row_about_being_replaced() -> None:
    replacing = PAGE.partition("## Replacing secrets")[2]
    for secret in (
        "App secret",
        "AGENTE_SECRET_KEY",
        "Access token",
        "Verify token",
        "Database",
        "The language model's key",
        "Redis",
        "Operators",
        "Staff",
        "Mail",
    ):
        assert re.search(rf"(?m)^\| {secret}|^\| [^|]*{secret}", replacing), secret


def test_only_graph_and_the_staffs_webhook_are_called_at_all() -> None:
    package = ROOT / "agente_hotelero"
    calling = {
        path.relative_to(package).as_posix() for path in package.rglob("*.py") if CALLS.search(path.read_text("utf-8"))
    }

    assert calling == OUTGOING
    for path in OUTGOING:
        assert "allow_redirects=False" in (package / path).read_text("utf-8")
