"""What must stay true of the repository itself: no secret gets out of it, and what its pages say can be relied upon."""

import ast
import re
import shutil
import stat
import subprocess
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from dotenv import dotenv_values

from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.channels.whatsapp.signature import Signatures
from agente_hotelero.config.settings import Settings, load, paths
from agente_hotelero.model.events import TextReceived
from agente_hotelero.model.ids import HotelId
from tests.support.dockerignore import ignored

ROOT = Path(__file__).parents[2]
SECRET_FILES = [
    ".env", ".env.app", ".env.production", "deploy/.env", "deploy/alertmanager/secrets/on-call-url", "hotels.yaml", "tls.pem", "deploy/certs/server.key", "secret.key",
    ".data/secret.key", ".data/postgres/data/PG_VERSION",
]  # fmt: skip
SKIPPED = {".git", ".venv", ".data", "node_modules", "build", "dist", "results", "__pycache__"}
EXTRAS = ["requirements-audio.lock", "requirements-semantic.lock"]
LOCKS = ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock", *EXTRAS]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])
PHONE_NUMBER_ID = "100000000000001"


def files(*endings: str) -> Iterator[Path]:
    """Every text of ours, also what is not committed yet."""
    for path in sorted(ROOT.rglob("*")):
        inside = set(path.relative_to(ROOT).parts)
        cache = any(part.endswith(("_cache", ".egg-info")) or part == ".hypothesis" for part in inside)
        if path.is_file() and path.suffix in endings and not inside & SKIPPED and not cache:
            yield path


def lines_with(pattern: str, *endings: str) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in files(*endings)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if re.search(pattern, line)
    ]


# Secrets.


@pytest.mark.skipif(shutil.which("git") is None, reason="git decides this; apt-get install git")
@pytest.mark.parametrize("name", SECRET_FILES)
def test_no_secret_file_can_be_committed(tmp_path: Path, name: str) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    shutil.copy(ROOT / ".gitignore", tmp_path)

    checked = subprocess.run(["git", "check-ignore", "-q", name], cwd=tmp_path, check=False)

    assert checked.returncode == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="git decides this; apt-get install git")
@pytest.mark.parametrize("name", [".env.example", "hotels.example.yaml", "agente_hotelero/config/settings.py"])
def test_what_everybody_needs_can_be_committed(tmp_path: Path, name: str) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    shutil.copy(ROOT / ".gitignore", tmp_path)

    assert subprocess.run(["git", "check-ignore", "-q", name], cwd=tmp_path, check=False).returncode == 1


@pytest.mark.parametrize(
    "name", [*SECRET_FILES, "agente_hotelero/.env", "agente_hotelero/a.key", ".git/config", ".venv/x"]
)
def test_no_secret_file_can_be_copied_into_an_image(name: str) -> None:
    assert ignored(name, (ROOT / ".dockerignore").read_text())


@pytest.mark.parametrize(
    "name",
    [
        "agente_hotelero/app.py",
        "agente_hotelero/storage/migrations/0001_core.sql",
        "pyproject.toml",
        "requirements.lock",
    ],
)
def test_what_the_service_needs_is_copied_into_an_image(name: str) -> None:
    assert not ignored(name, (ROOT / ".dockerignore").read_text())


@pytest.mark.parametrize(
    ("rules", "path", "expected"),
    [
        ("*.md", "README.md", True),
        ("*.md", "docs/README.md", False),
        ("**/*.md", "docs/deep/README.md", True),
        ("**/*.md", "README.md", True),
        ("docs", "docs/README.md", True),
        ("/docs/", "docs/README.md", True),
        ("docs", "more/docs", False),
        ("*/temp*", "some/temporary.txt", True),
        ("*/*/temp*", "some/temporary.txt", False),
        ("temp?", "temp1", True),
        ("temp?", "temp12", False),
        ("*.md\n!README.md", "README.md", False),
        ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", True),
        ("**\n!src", "src/a/b.py", False),
        ("**\n!src\n**/*.key", "src/a/b.key", True),
        ("# docs", "docs", False),
        ("a.b", "axb", False),
        ("[ab].txt", "b.txt", True),
    ],
)
def test_our_reading_of_dockerignore_is_docker_s(rules: str, path: str, expected: bool) -> None:
    assert ignored(path, rules) is expected


# Texts.


def test_nothing_is_left_to_do_in_the_tree() -> None:
    words = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))

    found = lines_with(
        rf"(?<!no )\b({words})\b", ".py", ".md", ".toml", ".yml", ".yaml", ".sql", ".js", ".css", ".html", ".sh"
    )

    assert found == []


def test_no_path_of_somebody_s_machine_is_in_the_tree() -> None:
    homes = "|".join(("ho" + "me", "ro" + "ot", "Us" + "ers", "wo" + "rk"))

    assert lines_with(rf"(?<![\w.>}}])/({homes})/\w", ".py", ".md", ".toml", ".yml", ".yaml", ".sh", ".example") == []


@pytest.mark.parametrize(
    ("mark", "with_its_reason"),
    [
        (r"#\s*no" + "qa", r"# no" + r"qa: [A-Z]+\d+(, ?[A-Z]+\d+)* - \S"),
        (r"#\s*type:\s*ig" + "nore", r"# type: ig" + r"nore\[[\w-]+(, ?[\w-]+)*\]  # \S"),
        (r"#\s*prag" + "ma:", r"# prag" + r"ma: no (cover|branch) - \S"),
    ],
    ids=["linter", "types", "coverage"],
)
def test_every_exception_from_a_rule_has_its_reason(mark: str, with_its_reason: str) -> None:
    assert [line for line in lines_with(mark, ".py") if not re.search(with_its_reason, line)] == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("agente_hotelero/**/__init__.py")), ids=lambda path: path.parent.name)
def test_a_package_s_door_holds_a_docstring_and_nothing_else(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))

    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


# Dependencies and CI.


@pytest.mark.parametrize("name", LOCKS)
def test_every_dependency_is_pinned_with_hashes_and_comes_from_wherever_pip_is_told(name: str) -> None:
    text = (ROOT / name).read_text()
    requirements = re.split(
        r"\n(?=\S)", "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    )

    for requirement in filter(None, requirements):
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host", text)


def test_the_locks_agree_with_each_other_and_hold_what_is_declared() -> None:
    pins = [dict(re.findall(r"(?m)^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", (ROOT / name).read_text())) for name in LOCKS]
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]

    for other in pins[1:]:
        assert {name: pin for name, pin in pins[0].items() if other.get(name, pin) != pin} == {}
    assert {re.split(r"[<>=\[]", one)[0] for one in declared} <= set(pins[0])


def test_ci_runs_what_everybody_runs_on_both_ends_of_the_supported_pythons() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    job = workflow["jobs"]["test"]
    steps = job["steps"]

    assert any(step.get("run", "").startswith("make test") for step in steps)
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.13"]
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"]) for step in steps if "uses" in step)
    assert workflow["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", [".ci/run", "scripts/test.sh", "scripts/final-verification.sh"])
def test_a_script_that_is_run_can_be_run(name: str) -> None:
    assert (ROOT / name).stat().st_mode & stat.S_IXUSR


def test_both_commands_of_the_readme_are_targets() -> None:
    makefile = (ROOT / "Makefile").read_text()

    assert all(re.search(rf"(?m)^{target}:.*## ", makefile) for target in ("demo", "test", "lint", "bench", "help"))


# Pages.


def test_what_the_pages_name_is_there() -> None:
    for page in PAGES:
        named = set(re.findall(r"`([a-z._][\w.-]*(?:/[\w.-]+)+/?)`", page.read_text("utf-8")))
        named |= set(re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")))
        missing = {
            name
            for name in named
            if not any((base / name).exists() for base in (ROOT, ROOT / "agente_hotelero", page.parent))
        }
        assert missing == set(), page.name


def test_every_promise_has_a_test_that_is_there() -> None:
    rows = re.findall(r"(?m)^\| (P\d+) \| .+? \| (.+) \|$", (ROOT / "docs/architecture.md").read_text("utf-8"))

    assert [name for name, _ in rows] == [f"P{number}" for number in range(1, 12)]
    for name, held_by in rows:
        tests = re.findall(r"`(tests/[\w/]+\.py)`", held_by)
        assert tests, name
        assert all((ROOT / test).is_file() for test in tests), (name, tests)


def test_every_setting_is_explained_with_its_default() -> None:
    rows = re.findall(r"(?m)^\| `(AGENTE_\w+)` \| (\S+) \|", (ROOT / "docs/settings.md").read_text("utf-8"))

    assert dict(rows) == {variable(path): default_of(path) for path in paths(Settings)}
    assert len(rows) == len(dict(rows))


def test_the_example_of_settings_holds_every_setting_commented_out_and_can_be_loaded(tmp_path: Path) -> None:
    example = (ROOT / ".env.example").read_text("utf-8")
    uncommented = tmp_path / ".env"
    uncommented.write_text(re.sub(r"(?m)^# (?=AGENTE_)", "", example))

    assert dotenv_values(ROOT / ".env.example") == {}
    assert set(dotenv_values(uncommented)) == {variable(path) for path in paths(Settings)}
    assert load(env_file=uncommented).ops.port == 9090


def variable(path: tuple[str, ...]) -> str:
    return "AGENTE_" + "__".join(path).upper()


def default_of(path: tuple[str, ...]) -> str:
    """As the page writes it."""
    value: object = Settings.model_construct()
    for step in path:
        value = getattr(value, step)
    if value is None or value == ():
        return "absent"
    if isinstance(value, tuple):
        return f"`{','.join(map(str, value))}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


# The README's curl.


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the README signs with openssl; apt-get install openssl")
def test_the_curl_of_the_readme_is_signed_as_meta_signs(tmp_path: Path) -> None:
    (block,) = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    stub = tmp_path / "curl"
    stub.write_text(f'#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done > {tmp_path}/words\n')
    stub.chmod(0o755)

    subprocess.run(["sh", "-eu", "-c", f"PATH={tmp_path}:$PATH\n{block}"], check=True)

    words = (tmp_path / "words").read_text("utf-8").split("\0")
    signature = next(word for word in words if word.startswith("X-Hub-Signature-256: ")).partition(": ")[2]
    body = words[words.index("--data-binary") + 1].encode()
    accounts = Signatures(secrets={PHONE_NUMBER_ID: ("demo-app-secret",)}).verify(body, signature)
    assert accounts == {PHONE_NUMBER_ID}
    read = parse(body, hotel_of=lambda _: HotelId("demo"), accounts=accounts, received_at=datetime.now(UTC))
    assert [type(one.event) for one in read.events] == [TextReceived]
