"""fly.toml and the other files against the app: its paths, ports, commands, settings and the time it takes to stop.

That production does not start without AGENTE_DATABASE_URL unless AGENTE_EMBEDDED=true is held by tests/unit/config/test_settings.py.
"""

import re
from typing import Final
from urllib.parse import urlsplit

import pytest

from agente_hotelero.app import DRAIN_SECONDS
from agente_hotelero.config import hotels
from agente_hotelero.config.completeness import require_secrets
from agente_hotelero.config.settings import PREFIX, Environment, unknown
from agente_hotelero.http.streams import STREAMS
from tests.support.deployment import (
    BUILDER,
    DOCKERFILE,
    FLY,
    FLY_TEXT,
    IMAGE_SETTINGS,
    OPS_PORT,
    PUBLIC_PORT,
    ROOT,
    RUNTIME,
    SERVICES,
    is_a_command,
    loaded,
    private_paths,
    public_paths,
)

KEYS: Final = frozenset(
    (
        "app primary_region kill_signal kill_timeout build deploy env files mounts http_service checks metrics restart vm"
    ).split()
)
"""Those of https://fly.io/docs/reference/configuration/ that we use; flyctl passes over one that it does not know."""
CHECK: Final = frozenset({"method", "path", "interval", "timeout", "grace_period"})
LONGEST_KILL_SECONDS: Final = 300
SAMPLES: Final = {"AGENTE_DATABASE_URL": "postgresql://u:p@db/agente", "AGENTE_REDIS_URL": "rediss://:p@cache/0"}


def secrets_named() -> dict[str, str]:
    """What the head of fly.toml says to set, with values made up."""
    named = re.findall(r"\b(AGENTE_\w+)=…", FLY_TEXT)
    return {name: SAMPLES.get(name, "s" * 32) for name in named}


# Fly.


def test_fly_is_told_only_what_it_understands() -> None:
    assert set(FLY) == KEYS
    (service_check,) = FLY["http_service"]["checks"]
    assert set(service_check) == CHECK
    assert set(FLY["checks"]["ready"]) == CHECK | {"type", "port"}
    assert FLY["mounts"]["destination"] == IMAGE_SETTINGS["AGENTE_DATA_DIR"]
    assert f"fly volumes create {FLY['mounts']['source']} " in FLY_TEXT


def test_what_traffic_depends_on_is_only_whether_the_process_lives() -> None:
    (check,) = FLY["http_service"]["checks"]
    assert check["path"] == "/health/live"
    assert check["path"] in public_paths()
    assert FLY["http_service"]["internal_port"] == PUBLIC_PORT
    assert "services" not in FLY


def test_readiness_is_looked_at_where_it_decides_nothing_about_traffic() -> None:
    (check,) = FLY["checks"].values()
    assert (check["type"], check["path"], check["port"]) == ("http", "/health/ready", OPS_PORT)
    assert check["path"] in private_paths()


def test_metrics_are_read_at_the_port_for_operations_and_nowhere_else() -> None:
    assert FLY["metrics"] == {"port": OPS_PORT, "path": "/metrics"}
    assert "/metrics" in private_paths() - public_paths()


def test_a_release_migrates_as_compose_does_and_machines_are_replaced_one_by_one() -> None:
    words = FLY["deploy"]["release_command"].split()
    assert is_a_command(words)
    assert words == SERVICES["migrate"]["command"]
    assert (FLY["deploy"]["strategy"], FLY["deploy"]["max_unavailable"]) == ("rolling", 1)
    # An entry point would stand before the release command.
    assert RUNTIME.all("ENTRYPOINT") == []


def test_a_machine_is_told_to_stop_as_it_listens_and_has_the_time_to_drain() -> None:
    assert FLY["kill_signal"] == RUNTIME.all("STOPSIGNAL")[0].rest == "SIGTERM"
    assert DRAIN_SECONDS + 5 <= FLY["kill_timeout"] <= LONGEST_KILL_SECONDS
    assert SERVICES["app"]["stop_grace_period"] == f"{FLY['kill_timeout']}s"


def test_no_machine_stops_for_want_of_traffic_or_stays_stopped_after_failures() -> None:
    service = FLY["http_service"]
    assert service["auto_stop_machines"] == "off"
    assert service["min_machines_running"] >= 1
    assert FLY["restart"] == [{"policy": "always"}]


def test_fly_turns_no_chat_page_away_that_the_app_would_take() -> None:
    assert FLY["http_service"]["concurrency"]["hard_limit"] > STREAMS


def test_what_is_built_is_our_image_with_arguments_that_it_knows() -> None:
    assert ROOT / FLY["build"]["dockerfile"] == DOCKERFILE
    assert ROOT / SERVICES["app"]["build"]["context"] / SERVICES["app"]["build"]["dockerfile"] == DOCKERFILE
    known = dict(one.rest.split("=") for one in BUILDER.all("ARG"))
    assert FLY["build"]["args"] == known
    assert set(SERVICES["app"]["build"]["args"]) == set(known)


def test_with_the_secrets_that_it_names_production_starts(bare: pytest.MonkeyPatch) -> None:
    settings = loaded(bare, IMAGE_SETTINGS, FLY["env"], secrets_named())
    assert settings.env is Environment.PRODUCTION
    require_secrets(settings, hotels.load(ROOT / "hotels.example.yaml"))


def test_what_is_no_secret_is_a_setting_and_its_address_is_the_app_s(bare: pytest.MonkeyPatch) -> None:
    settings = loaded(bare, FLY["env"])
    assert unknown(FLY["env"]) == []
    assert unknown(secrets_named()) == []
    assert not set(FLY["env"]) & (set(secrets_named()) | set(IMAGE_SETTINGS))
    assert settings.http.trusted_proxies
    assert urlsplit(settings.http.public_url or "").hostname == f"{FLY['app']}.fly.dev"


def test_the_hotels_file_comes_as_a_secret_to_where_the_image_looks_for_it() -> None:
    (file,) = FLY["files"]
    assert file["guest_path"] == IMAGE_SETTINGS[f"{PREFIX}HOTELS_FILE"]
    assert f'{file["secret_name"]}="$(base64' in FLY_TEXT


# What people read.


def test_runbooks_speak_of_the_ports_and_the_patience_that_are_set() -> None:
    index = (ROOT / "docs/runbooks/README.md").read_text("utf-8")
    assert f"export APP=http://127.0.0.1:{PUBLIC_PORT} OPS=http://127.0.0.1:{OPS_PORT}" in index
    page = (ROOT / "docs/runbooks/deploy-and-rollback.md").read_text("utf-8")
    assert re.findall(r"no termina en (\d+) segundos", page) == [str(FLY["kill_timeout"])]


def test_the_version_of_postgres_that_fly_toml_warns_of_is_that_of_the_client() -> None:
    (client,) = re.findall(r"postgresql-client-(\d+)", " ".join(one.rest for one in RUNTIME.all("RUN")))
    assert f"la del cliente de la imagen ({client})" in FLY_TEXT
