"""What the gate makes of what scanners answer: dangerous, harmless, or not looked at. The scanners are strangers' programs, played here."""

import hashlib
import json
import os
import stat
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from scripts.gate import deployment, scans
from scripts.gate.outcome import FailedError, MissingError
from scripts.gate.secret_scan import files, findings
from scripts.gate.workbench import Workbench

# Trivy's JSON, as far as it is read: https://trivy.dev/latest/docs/configuration/reporting/#json
PACKAGES: Final = [{"Name": "aiohttp", "Version": "3.14.5"}]
KNOWN: Final = {
    "VulnerabilityID": "CVE-2030-1", "PkgName": "aiohttp", "InstalledVersion": "3.14.5", "FixedVersion": "3.14.6", "Severity": "HIGH",
}  # fmt: skip
LOCKS: Final = [{"Target": lock, "Packages": PACKAGES} for lock in scans.LOCKS]


class Stage:
    """A desk whose path begins with programs of our own."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.bench = Workbench(root=place, log=place / "build" / "step.log")

    def plays(self, name: str, script: str) -> None:
        program = self.place / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!{sys.executable}\n{script}", "utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    def plays_trivy(self, results: list[dict[str, Any]]) -> None:
        answer = json.dumps({"SchemaVersion": 2, "Results": results})
        self.plays("trivy", f"import sys\nopen(sys.argv[sys.argv.index('--output') + 1], 'w').write({answer!r})\n")

    def asked(self) -> str:
        return (self.place / "build" / "step.log").read_text("utf-8")

    def plays_pip_audit(self, script: str) -> None:
        (self.place / "pip_audit.py").write_text(script, "utf-8")


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}/bin")
    return Stage(tmp_path)


# trivy fs.


def test_trivy_that_finds_nothing_in_every_lock_is_done(stage: Stage) -> None:
    stage.plays_trivy(LOCKS)
    assert scans.dependency_scan(stage.bench) == "5 packages in 5 places, nothing HIGH or CRITICAL"
    assert r"--severity HIGH,CRITICAL" in stage.asked()
    assert r"--file-patterns 'pip:requirements.*\.lock'" in stage.asked()


def test_what_trivy_knows_is_named_with_its_remedy(stage: Stage) -> None:
    stage.plays_trivy([{**LOCKS[0], "Vulnerabilities": [KNOWN, KNOWN]}, *LOCKS[1:]])
    with pytest.raises(
        FailedError,
        match=r"HIGH CVE-2030-1 in aiohttp 3\.14\.5 \(requirements\.lock\); mended by 3\.14\.6 \(and 1 more\)",
    ):
        scans.dependency_scan(stage.bench)


@pytest.mark.parametrize("results", [[], LOCKS[1:], [{"Target": lock} for lock in scans.LOCKS]])
def test_trivy_that_read_no_lock_is_not_taken_for_one_that_found_nothing(
    stage: Stage, results: list[dict[str, Any]]
) -> None:
    stage.plays_trivy(results)
    with pytest.raises(FailedError, match=r"trivy read no package out of requirements\.lock"):
        scans.dependency_scan(stage.bench)


def test_trivy_without_its_database_did_not_look(stage: Stage) -> None:
    words = "FATAL run error: init error: DB error: failed to download vulnerability DB: dial tcp: no such host"
    stage.plays("trivy", f"import sys\nprint({words!r}, file=sys.stderr)\nsys.exit(1)\n")
    with pytest.raises(MissingError, match="trivy's database is out of reach: FATAL"):
        scans.dependency_scan(stage.bench)


def test_trivy_that_breaks_has_failed(stage: Stage) -> None:
    stage.plays("trivy", "import sys\nsys.exit('FATAL unknown flag: --scaners')\n")
    with pytest.raises(FailedError, match="unknown flag"):
        scans.dependency_scan(stage.bench)


def test_without_trivy_it_says_where_to_have_it(stage: Stage) -> None:
    for step in (scans.dependency_scan, scans.image_scan):
        with pytest.raises(MissingError, match=r"no trivy here; https://trivy\.dev"):
            step(stage.bench)


# The image.


def test_an_image_is_scanned_after_it_was_built(stage: Stage) -> None:
    stage.plays_trivy([{"Target": "debian 13", "Packages": PACKAGES, "Vulnerabilities": [KNOWN]}])
    stage.plays("docker", "import sys\nsys.exit('inspect' in sys.argv)\n")
    with pytest.raises(MissingError, match="image-build makes it"):
        scans.image_scan(stage.bench)
    stage.plays("docker", "")
    with pytest.raises(FailedError, match="CVE-2030-1 in aiohttp"):
        scans.image_scan(stage.bench)
    stage.plays_trivy([{"Target": "debian 13", "Packages": PACKAGES}])
    assert scans.image_scan(stage.bench) == "1 packages in 1 places, nothing HIGH or CRITICAL"


def test_an_image_is_built_and_its_command_run(stage: Stage) -> None:
    stage.plays("docker", "import sys\nprint('agente-hotelero 0.1.0' if 'run' in sys.argv else 'built')\n")
    assert deployment.image_build(stage.bench) == f"{deployment.IMAGE}: agente-hotelero 0.1.0"
    assert f"docker build -f {deployment.DOCKERFILE} -t {deployment.IMAGE} ." in stage.asked()
    stage.plays("docker", "import sys\nprint('#12 ERROR: process did not end well')\nsys.exit('build' in sys.argv)\n")
    with pytest.raises(FailedError, match="#12 ERROR: process"):
        deployment.image_build(stage.bench)


def test_a_docker_without_its_daemon_and_no_docker_build_nothing(stage: Stage) -> None:
    with pytest.raises(MissingError, match="no docker here"):
        deployment.image_build(stage.bench)
    stage.plays("docker", "import sys\nsys.exit('Cannot connect to the Docker daemon')\n")
    with pytest.raises(MissingError, match="no Docker daemon answers: Cannot connect"):
        deployment.image_build(stage.bench)


COMPOSE: Final = """
import os, sys
if sys.argv[1:] == ['compose', 'version']:
    raise SystemExit(0)
assert sys.argv[1:] == ['compose', '--profile', 'pms', 'config', '--quiet']
if not os.environ.get('GRAFANA_PASSWORD'):
    raise SystemExit('required variable GRAFANA_PASSWORD is missing')
raise SystemExit('services.app Additional property prots is not allowed' if 'prots' in open('docker-compose.yml').read() else 0)
"""


def test_docker_reads_the_compose_file_where_it_can(stage: Stage) -> None:
    compose = stage.place / "docker-compose.yml"
    compose.write_text("services: {app: {ports: [], environment: [${GRAFANA_PASSWORD:?is missing}]}}")
    assert deployment.read_by_docker(stage.bench) == "no docker compose here to read it too"
    stage.plays("docker", COMPOSE)
    assert deployment.read_by_docker(stage.bench) == "Docker takes it"
    compose.write_text(compose.read_text().replace("ports", "prots"))
    with pytest.raises(FailedError, match="Additional property prots"):
        deployment.read_by_docker(stage.bench)


# pip-audit.

TABLE: Final = """
print('Found 1 known vulnerability in 1 package')
print('Name    Version ID             Fix Versions')
print('------- ------- -------------- ------------')
print('aiohttp 3.14.5  PYSEC-2030-1   3.14.6')
raise SystemExit(1)
"""
UNKNOWN: Final = "Dependency not found on PyPI and could not be audited: {0} (1.0)"
REFUSED: Final = """
import json, sys
skipped, known = {{'name': 'a', 'skip_reason': 'gone'}}, {{'name': 'b', 'version': '1', 'vulns': []}}
if '--output' in sys.argv:
    open(sys.argv[sys.argv.index('--output') + 1], 'w').write(json.dumps({{'dependencies': [skipped, {other}]}}))
    raise SystemExit(0)
raise SystemExit('ERROR:pip_audit._cli:a: Dependency not found on PyPI and could not be audited: a (1.0)')
"""


def test_pip_audit_is_strict_and_reads_every_lock(stage: Stage) -> None:
    stage.plays_pip_audit("print('No known vulnerabilities found')")
    assert scans.pip_audit(stage.bench) == "No known vulnerabilities found"
    assert all(
        word in stage.asked() for word in ("--strict", "--require-hashes", *(f"-r {lock}" for lock in scans.LOCKS))
    )


def test_what_pip_audit_knows_is_named(stage: Stage) -> None:
    stage.plays_pip_audit(TABLE)
    with pytest.raises(FailedError, match=r"aiohttp 3\.14\.5 +PYSEC-2030-1 +3\.14\.6"):
        scans.pip_audit(stage.bench)


def test_a_service_out_of_reach_was_not_asked(stage: Stage) -> None:
    stage.plays_pip_audit("raise OSError('requests.exceptions.ConnectionError: Max retries exceeded')")
    with pytest.raises(MissingError, match=r"the vulnerability service is out of reach: .*Max retries exceeded"):
        scans.pip_audit(stage.bench)


def test_a_service_that_knows_nothing_at_all_is_not_the_real_one(stage: Stage) -> None:
    stage.plays_pip_audit(REFUSED.format(other="skipped"))
    with pytest.raises(MissingError, match="the vulnerability service knows none of our packages"):
        scans.pip_audit(stage.bench)


def test_one_package_that_can_t_be_looked_up_is_not_passed_over(stage: Stage) -> None:
    stage.plays_pip_audit(REFUSED.format(other="known"))
    with pytest.raises(FailedError, match=r"could not be audited: a \(1\.0\)"):
        scans.pip_audit(stage.bench)


# Secrets.

APP_SECRET: Final = hashlib.sha256(b"an app").hexdigest()[:32]
SECRETS: Final = {
    "deploy/a.yml": f'app_secret: "{APP_SECRET}"',
    "deploy/b.txt": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "docs/c.md": "agente_" + "Ab3_" * 10 + "xyz",
    "docs/g.md": 'Set `AGENTE_SECRET_KEY="' + 'k3yN0b0dyKn0ws"`',
    "agente_hotelero/d.py": 'URL = "postgresql://agente:' + 'Tr0ub4dor@db/agente"',
    "tests/test_e.py": 'KEY = "AKIA' + 'Q3EGVXW2PLM7T5ZR"',
    "tests/test_f.py": 'TOKEN = "EAA' + "Gm0PX4ZCpsBAK" * 8 + '"',
    "fly.toml": 'FLY_API_TOKEN = "FlyV1 fm2_' + "lJPECAAAAAAAAb3Q" * 4 + '"',
}
HARMLESS: Final = {
    "fly.toml": 'secret_name = "HOTELS_YAML"',
    ".env.example": "# AGENTE_DATABASE_URL=postgresql://agente:password@localhost:5432/agente",
    "tests/test_a.py": 'SECRET_KEY = "signing-secret-of-32-characters!"\nURL = "postgresql://u:pg-secret@db/x"',
    "tests/test_b.py": "def "
    + "_".join("test a batch weighs no more than the limit but one item always goes".split())
    + "() -> None: ...",
    "docs/d.md": 'Set `AGENTE_SECRET_KEY="NUEVA,VIEJA"` and wait; PASSWORD="…"',
    "agente_hotelero/c.py": "password = settings.password.get_secret_value()",
}


def written(place: Path, contents: dict[str, str]) -> Path:
    for name, text in contents.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(f"# first\n{text}\n", "utf-8")
    return place


def test_a_secret_is_found_wherever_it_lies_and_never_shown(tmp_path: Path) -> None:
    found = list(findings(written(tmp_path, SECRETS)))
    assert {line.split(":")[0] for line in found} == set(SECRETS)
    assert all(":2: " in line for line in found)
    assert not any(APP_SECRET in line or "Tr0ub4dor" in line for line in found)


def test_what_only_looks_like_one_is_passed_over(tmp_path: Path) -> None:
    assert list(findings(written(tmp_path, HARMLESS))) == []


def test_without_git_caches_and_virtual_environments_are_left_out(tmp_path: Path) -> None:
    written(tmp_path, {"a.py": "", ".venv/b.py": "", "build/c.log": "", ".mypy_cache/d.json": "", "deploy/e.yml": ""})
    assert files(tmp_path) == ["a.py", "deploy/e.yml"]
