"""detect-secrets over the tree, and what it takes for a secret without being one: python -m scripts.gate.secret_scan [ROOT]."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.core.secrets_collection import SecretsCollection
from detect_secrets.settings import transient_settings

OURS: Final = Path(__file__).with_name("detectors.py")
BY_WORDING: Final = frozenset({"Secret Keyword", "Basic Auth Credentials"})
"""These guess by the words around a value: wrongly where all values are made up, and in prose whose values are words."""
MADE_UP: Final = ("tests/", "benchmarks/")
NO_SECRETS: Final = (
    (r"tests/.*\.py", r"^\s*(?:async )?def test_"),  # a sentence in snake case may look like a token
    (r"\.env\.example|docs/.*\.md", r"//agente:password@"),  # the example's own
    (r"fly\.toml", r"^\s*secret_name = "),  # the name of one
    (r"agente_hotelero/pms/demo/client\.py", r"^LETTERS: "),  # an alphabet
)
"""Files, and lines of them, whose finding is none."""
SKIPPED: Final = frozenset({".git", ".venv", ".data", "build", "dist", "node_modules", "__pycache__"})


def findings(root: Path) -> Iterator[str]:
    """Every suspicion that holds, as file:line: what; never the value."""
    with transient_settings({"plugins_used": plugins()}):
        found = SecretsCollection(root=str(root))
        found.scan_files(*files(root))
        for name, one in found:
            if not _is_none(name, one, root):
                yield f"{name}:{one.line_number}: {one.type}"


def plugins() -> list[dict[str, str]]:
    """All that it has, and ours."""
    known: dict[str, type] = get_mapping_from_secret_type_to_class()
    theirs = [{"name": one.__name__} for one in known.values()]
    get_mapping_from_secret_type_to_class.cache_clear()  # it would not look for ours any more
    return [*theirs, {"name": "HotelTokenDetector", "path": f"file://{OURS}"}]


def files(root: Path) -> list[str]:
    """What is committed or could be; where git can't tell, everything but caches."""
    git = shutil.which("git")
    if git and (root / ".git").exists():
        command = [git, "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
        listed = subprocess.run(command, cwd=root, check=False, capture_output=True, text=True)
        if listed.returncode == 0:
            return sorted(name for name in listed.stdout.split("\0") if name and (root / name).is_file())
    paths = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(str(path) for path in paths if not SKIPPED & set(path.parts) and "_cache" not in str(path))


def _is_none(name: str, one: PotentialSecret, root: Path) -> bool:
    if one.type in BY_WORDING and (name.startswith(MADE_UP) or (name.endswith(".md") and _is_words(one.secret_value))):
        return True
    lines = (root / name).read_text("utf-8", "replace").splitlines()
    line = lines[one.line_number - 1] if one.line_number <= len(lines) else ""
    return any(re.fullmatch(path, name) and re.search(known, line) for path, known in NO_SECRETS)


def _is_words(value: str | None) -> bool:
    return value is not None and not re.search(r"\d", value)


def main() -> int:
    """Name what was found, and say how much was looked at."""
    root = Path(*sys.argv[1:]).absolute()
    found = sorted(findings(root))
    print("\n".join([*found, f"{len(files(root))} files, {len(found) or 'no'} secret{'s' if len(found) > 1 else ''}"]))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
