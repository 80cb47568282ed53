"""The files that a deployment is made of, read: the image, docker-compose.yml, fly.toml, and what they must agree with."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from agente_hotelero.commands.entry import COMMANDS
from agente_hotelero.config.settings import PREFIX, Settings, load
from tests.support.dockerfiles import stages_of
from tests.support.http_site import Site

ROOT: Final = Path(__file__).parents[2]
DOCKERFILE: Final = ROOT / "deploy" / "Dockerfile.optimized"
BUILDER, RUNTIME = stages_of(DOCKERFILE)
IMAGE_SETTINGS: Final = {name: value for name, value in RUNTIME.environment.items() if name.startswith(PREFIX)}
COMPOSE: Final[dict[str, Any]] = yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))
SERVICES: Final[dict[str, dict[str, Any]]] = COMPOSE["services"]
FLY: Final[dict[str, Any]] = tomllib.loads((ROOT / "fly.toml").read_text("utf-8"))
FLY_TEXT: Final = (ROOT / "fly.toml").read_text("utf-8")
PUBLIC_PORT: Final[int] = Settings.model_fields["http"].default.port
OPS_PORT: Final = int(IMAGE_SETTINGS["AGENTE_OPS__PORT"])
VARIABLE: Final = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<text>[^}]*))?\}")
SCRIPT: Final = next(iter(tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]))


def public_paths() -> set[str]:
    """What the public listener serves to a GET in production."""
    return _paths(Site(show_metrics=False).public())


def private_paths() -> set[str]:
    """The same for the listener of operations."""
    return _paths(Site().private())


def _paths(application: Any) -> set[str]:
    return {
        resource.canonical
        for resource in application.router.resources()
        if any(route.method == "GET" for route in resource)
    }


def is_a_command(words: list[str]) -> bool:
    """Whether our console script has that command."""
    script, command = words
    return script == SCRIPT and command in COMMANDS


def asked_for(text: str) -> set[str]:
    """The variables without which compose refuses to begin."""
    return {found["name"] for found in VARIABLE.finditer(text) if found["kind"] == "?"}


def interpolated(value: object, variables: Mapping[str, str]) -> str:
    """Write a value as compose does; a variable that is asked for must be there."""

    def put(found: re.Match[str]) -> str:
        given = variables.get(found["name"], "")
        assert given or found["kind"] != "?", found["text"]
        return given or (found["text"] or "" if found["kind"] == "-" else "")

    return VARIABLE.sub(put, str(value))


def loaded(monkeypatch: pytest.MonkeyPatch, *sources: Mapping[str, str]) -> Settings:
    """The settings that the service reads there; the later source wins."""
    for name, value in {name: value for source in sources for name, value in source.items()}.items():
        monkeypatch.setenv(name, value)
    return load()
