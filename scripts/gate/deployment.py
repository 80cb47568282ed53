"""The steps that look at what is deployed: settings, alerts, compose, Fly, the image."""

import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from scripts.gate.outcome import MissingError
from scripts.gate.source import tested
from scripts.gate.workbench import Workbench, without_settings

IMAGE: Final = "agente-hotelero:final-verification"
DOCKERFILE: Final = "deploy/Dockerfile.optimized"
PROMETHEUS: Final = Path("deploy/prometheus")
WHERE: Final = (r"^\S+:\d+ .*",)
RULE: Final = (r"^ *(\S+\.yml: .*)", r"FAILED: (.+)", r"^ *(alertname: .*|.*error.*)")


def config(bench: Workbench) -> str:
    """`agente-hotelero check` as a newcomer has it: the example's settings, uncommented, and the example's hotel."""
    bench.module("pydantic_settings")
    with TemporaryDirectory() as desk:
        example = (bench.root / ".env.example").read_text("utf-8")
        Path(desk, ".env").write_text(re.sub(r"(?m)^# (?=AGENTE_)", "", example), "utf-8")
        shutil.copy(bench.root / "hotels.example.yaml", Path(desk, "hotels.yaml"))
        return bench.check(
            *(sys.executable, "-m", "agente_hotelero", "check"),
            cwd=Path(desk),
            environment=without_settings(PYTHONPATH=str(bench.root)),
            telling=(r"^(?:error: )?(hotels\.yaml:.*)", r"^error: (.*)"),
        ).last


def alert_rules(bench: Workbench) -> str:
    """Prometheus and Alertmanager take their files, and every alert sounds with its fault and not without."""
    promtool = bench.program("promtool", "apt-get install prometheus")
    amtool = bench.program("amtool", "apt-get install prometheus-alertmanager")
    bench.check(promtool, "check", "config", PROMETHEUS / "prometheus.yml", telling=RULE)
    rules = bench.check(promtool, "check", "rules", *sorted(bench.root.glob(f"{PROMETHEUS}/[!p]*.yml")), telling=RULE)
    bench.check(promtool, "test", "rules", "tests/deploy/promtool/alerts.yml", telling=RULE)
    with TemporaryDirectory() as place:
        routes = (bench.root / "deploy/alertmanager/alertmanager.yml").read_text("utf-8")
        # `url_file` is newer than Debian's amtool.
        Path(place, "routes.yml").write_text(re.sub(r"url_file: \S+", "url: http://127.0.0.1:1/", routes), "utf-8")
        said = bench.check(amtool, "check-config", Path(place, "routes.yml"), telling=RULE)
    count = sum(map(int, re.findall(r"(\d+) rules found", "\n".join(rules.lines))))
    return f"{count} rules; {said.telling(r'^ *- (.*receivers)')}"


def compose(bench: Workbench) -> str:
    """docker-compose.yml by our own rules, and read by Docker where it is."""
    return f"{tested(bench, 'tests/deploy/test_compose.py')}; {read_by_docker(bench)}"


def read_by_docker(bench: Workbench) -> str:
    """`docker compose config`, with something for every variable that it asks for; our rules have to do where it is not."""
    docker = shutil.which("docker")
    if docker is None or bench.run(docker, "compose", "version").code != 0:
        return "no docker compose here to read it too"
    asked = re.findall(r"\$\{(\w+):\?", (bench.root / "docker-compose.yml").read_text("utf-8"))
    bench.check(
        *(docker, "compose", "--profile", "pms", "config", "--quiet"),
        environment=without_settings(**dict.fromkeys(asked, "0123456789abcdef")),
    )
    return "Docker takes it"


def fly(bench: Workbench) -> str:
    """fly.toml against the app: paths, ports, commands, settings, patience."""
    return tested(bench, "tests/deploy/test_deployment.py")


def dockerfile(bench: Workbench) -> str:
    """Hadolint over every Dockerfile, and ours by our own rules."""
    hadolint = bench.program("hadolint")
    files = sorted(path.relative_to(bench.root) for path in (bench.root / "deploy").rglob("Dockerfile*"))
    bench.check(hadolint, "--no-color", *files, telling=WHERE)
    return f"{len(files)} files; {tested(bench, 'tests/deploy/test_image.py')}"


def image_build(bench: Workbench) -> str:
    """The image is built, and its command runs."""
    docker = working_docker(bench)
    bench.check(docker, "build", "-f", DOCKERFILE, "-t", IMAGE, ".", telling=(r"^#?\d* ?ERROR.*", r"^ERROR.*"))
    said = bench.check(docker, "run", "--rm", "--network", "none", IMAGE, "agente-hotelero", "--version")
    return f"{IMAGE}: {said.last}"


def working_docker(bench: Workbench) -> str:
    """The client, if a daemon answers it."""
    docker = bench.program("docker", "https://docs.docker.com/engine/install")
    said = bench.run(docker, "version", "--format", "{{.Server.Version}}")
    if said.code != 0:
        raise MissingError(f"no Docker daemon answers: {said.last}")
    return docker
