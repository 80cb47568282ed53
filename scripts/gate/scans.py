"""The steps that look for what others know to be dangerous: secrets, known vulnerabilities, unsafe workflows."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from scripts.gate.deployment import IMAGE, working_docker
from scripts.gate.outcome import FailedError, MissingError
from scripts.gate.workbench import Workbench

LOCKS: Final = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-bench.lock",
    "requirements-audio.lock",
    "requirements-semantic.lock",
)
OUT_OF_REACH: Final = (
    r"(?:.*: )?(.*(?:ConnectionError|ConnectTimeout|ReadTimeout|Failed to resolve|Max retries exceeded|ServiceError).*)",
)
NO_DATABASE: Final = (
    r".*(?:no such host|dial tcp|i/o timeout|connection refused|failed to download vulnerability DB|network is unreachable).*",
)
TRIVY: Final = "https://trivy.dev/latest/getting-started/installation"
GRAVE: Final = "HIGH,CRITICAL"


def secrets_scan(bench: Workbench) -> str:
    """detect-secrets over every file that is or may be committed."""
    bench.module("detect_secrets")
    command = (sys.executable, "-m", "scripts.gate.secret_scan")
    return bench.check(*command, telling=(r"^\S+?:\d+: .*",)).last


def pip_audit(bench: Workbench) -> str:
    """Known vulnerabilities of what the locks pin, also of tools; one that can't be looked up is not passed over."""
    audit = [*bench.module("pip_audit"), "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    audit += [word for lock in LOCKS for word in ("-r", lock)]
    said = bench.run(*audit, "--strict")
    if said.code == 0:
        return said.telling(r"^No known vulnerabilities.*")
    if any(re.match(r"Found \d+ known", line) for line in said.lines):
        raise FailedError(said.telling(r"^(\S+ +\S+ +(?:PYSEC|GHSA|CVE|OSV)-\S+.*)"))
    if any(re.search(OUT_OF_REACH[0], line) for line in said.lines):
        raise MissingError(f"the vulnerability service is out of reach: {said.telling(*OUT_OF_REACH)}")
    if "could not be audited" in said.last and _knows_none(bench, audit):
        raise MissingError(f"the vulnerability service knows none of our packages: {said.last}")
    raise FailedError(said.telling(r".*could not be audited.*"))


def _knows_none(bench: Workbench, audit: list[str]) -> bool:
    """Whether it is the service that is not the real one, rather than a package of ours that it misses."""
    answer = bench.log.with_name("pip-audit.json")
    bench.run(*audit, "--format", "json", "--output", answer)
    looked_up = json.loads(answer.read_text("utf-8"))["dependencies"] if answer.exists() else []
    return bool(looked_up) and all("skip_reason" in one for one in looked_up)


def dependency_scan(bench: Workbench) -> str:
    """Trivy over the locks, which it would not know by their names."""
    trivy = bench.program("trivy", TRIVY)
    answer = bench.log.with_name("trivy-fs.json")
    named = ("--file-patterns", r"pip:requirements.*\.lock", "--skip-dirs", ".venv", "--skip-dirs", "build")
    results = _trivy(bench, answer, trivy, "fs", *named, ".")
    unseen = [lock for lock in LOCKS if not any(one.get("Target") == lock and one.get("Packages") for one in results)]
    if unseen:
        raise FailedError(f"trivy read no package out of {', '.join(unseen)}")
    return _nothing_grave(results)


def image_scan(bench: Workbench) -> str:
    """Trivy over the image of image-build; what Debian has no remedy for yet is not counted."""
    trivy, docker = bench.program("trivy", TRIVY), working_docker(bench)
    if bench.run(docker, "image", "inspect", "--format", "{{.Id}}", IMAGE).code != 0:
        raise MissingError(f"there is no image {IMAGE}; image-build makes it")
    answer = bench.log.with_name("trivy-image.json")
    return _nothing_grave(_trivy(bench, answer, trivy, "image", "--ignore-unfixed", IMAGE))


def _trivy(bench: Workbench, answer: Path, trivy: str, kind: str, *words: str) -> list[dict[str, Any]]:
    """Its results; without --exit-code it ends well whenever it could look."""
    answer.unlink(missing_ok=True)
    asked = ("--scanners", "vuln", "--severity", GRAVE, "--list-all-pkgs", "--format", "json", "--output", str(answer))
    said = bench.run(trivy, kind, "--quiet", *asked, *words)
    if said.code == 0:
        results: list[dict[str, Any]] = json.loads(answer.read_text("utf-8")).get("Results") or []
        return results
    if any(re.search(NO_DATABASE[0], line) for line in said.lines):
        raise MissingError(f"trivy's database is out of reach: {said.telling(*NO_DATABASE)}")
    raise FailedError(said.last)


def _nothing_grave(results: list[dict[str, Any]]) -> str:
    grave = list(_vulnerabilities(results))
    if grave:
        raise FailedError(grave[0] + (f" (and {len(grave) - 1} more)" if len(grave) > 1 else ""))
    packages = sum(len(one.get("Packages") or []) for one in results)
    if not packages:
        raise FailedError("trivy read no package at all")
    return f"{packages} packages in {len(results)} places, nothing {GRAVE.replace(',', ' or ')}"


def _vulnerabilities(results: list[dict[str, Any]]) -> Iterator[str]:
    for one in results:
        for known in one.get("Vulnerabilities") or []:
            remedy = known.get("FixedVersion") or "no version"
            yield (
                f"{known['Severity']} {known['VulnerabilityID']} in {known['PkgName']} {known['InstalledVersion']}"
                f" ({one['Target']}); mended by {remedy}"
            )


def workflows(bench: Workbench) -> str:
    """Zizmor over the workflows, without asking anybody."""
    zizmor = bench.program("zizmor")
    said = bench.run(zizmor, "--offline", "--no-progress", "--format", "plain", ".github")
    if said.code != 0:
        where, what = said.telling(r"^ *--> (\S+)"), said.telling(r"^(?:error|warning|help|info|note)\[.*")
        raise FailedError(f"{where}: {what}")
    return said.last
