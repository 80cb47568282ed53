"""docker-compose.yml by our own rules: what it may publish, in which order it starts, and that it agrees with what it mounts."""

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
import yaml

from agente_hotelero.app import DRAIN_SECONDS
from agente_hotelero.config.settings import PREFIX, Environment, unknown
from tests.support.deployment import (
    COMPOSE,
    IMAGE_SETTINGS,
    OPS_PORT,
    PUBLIC_PORT,
    ROOT,
    RUNTIME,
    SERVICES,
    asked_for,
    interpolated,
    is_a_command,
    loaded,
)
from tests.support.dockerfiles import stages_of

EVERY: Final = sorted(SERVICES)
ONE_SHOT: Final = "service_completed_successfully"
KEYS: Final = frozenset(
    "build cap_drop command depends_on env_file environment healthcheck image init ports profiles read_only restart"
    " secrets security_opt shm_size stop_grace_period tmpfs volumes".split()
)
"""Those of the compose specification that we use: anything else is a slip of the pen, or belongs in here."""
MADE_BY_THE_OPERATOR: Final = frozenset(
    {"hotels.yaml", "deploy/alertmanager/secrets/on-call-url", "deploy/alertmanager/secrets/tickets-url"}
)
"""Mounted, and never in the repository: tests/unit/test_repository.py holds git and docker to that."""
SECRETS: Final = {
    "POSTGRES_PASSWORD": "0123456789abcdef",
    "AGENTE_SECRET_KEY": "k" * 32,
    "AGENTE_WHATSAPP__VERIFY_TOKEN": "typed-at-meta",
    "GRAFANA_PASSWORD": "grafana",
}


def mounts(service: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """Source, target, and whether it may only be read."""
    for volume in service.get("volumes", []):
        if isinstance(volume, str):
            source, target, *mode = volume.split(":")
            yield source, target, mode == ["ro"]
        else:
            yield volume["source"], volume["target"], volume.get("read_only", False)


def on_the_host(service: dict[str, Any]) -> Iterator[tuple[str, str, bool]]:
    """What is mounted from the repository's folder."""
    return (
        (source.removeprefix("./"), target, read) for source, target, read in mounts(service) if source.startswith(".")
    )


def image_s_health_check(service: dict[str, Any]) -> bool:
    """Whether its image is one of ours with a check of its own."""
    build = service.get("build", {})
    path = ROOT / build.get("context", ".") / build.get("dockerfile", "Dockerfile")
    return "build" in service and bool(stages_of(path)[-1].all("HEALTHCHECK"))


def yaml_of(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


# What is there.


def test_everything_that_the_manual_names_is_there_and_the_pms_only_by_its_profile() -> None:
    profiles = {name: service.get("profiles", []) for name, service in SERVICES.items()}
    always = {"app", "migrate", "postgres", "redis", "prometheus", "alertmanager", "grafana", "jaeger"}
    assert {name for name, its in profiles.items() if not its} == always
    assert {name for name, its in profiles.items() if its == ["pms"]} == set(SERVICES) - always
    assert set(SERVICES) - always == {"qloapps", "mariadb"}


@pytest.mark.parametrize("name", EVERY)
def test_a_service_has_only_keys_that_compose_knows(name: str) -> None:
    assert set(SERVICES[name]) <= KEYS


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_published_beyond_this_machine(name: str) -> None:
    for port in SERVICES[name].get("ports", []):
        assert re.fullmatch(r"127\.0\.0\.1:\d+:\d+", port), port


def test_databases_are_not_published_at_all_and_no_two_services_want_one_port() -> None:
    published = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert not any("ports" in SERVICES[name] for name in ("postgres", "redis", "mariadb"))
    assert len({port.split(":")[1] for port in published}) == len(published)
    assert f"127.0.0.1:{PUBLIC_PORT}:{PUBLIC_PORT}" in SERVICES["app"]["ports"]
    assert f"127.0.0.1:{OPS_PORT}:{OPS_PORT}" in SERVICES["app"]["ports"]


@pytest.mark.parametrize("name", EVERY)
def test_an_image_is_built_here_or_pinned_to_a_version(name: str) -> None:
    service = SERVICES[name]
    assert "build" in service or re.search(r":v?\d+\.\d+[\w.-]*(@sha256:[0-9a-f]{64})?$", service["image"])


# The order of the start.


@pytest.mark.parametrize("name", EVERY)
def test_a_service_tells_whether_it_is_healthy_or_runs_once(name: str) -> None:
    service = SERVICES[name]
    check = service.get("healthcheck", {})
    if check.get("disable"):
        assert service["restart"] == "no"
    else:
        assert service["restart"] == "unless-stopped"
        assert check.get("test", [""])[0] in {"CMD", "CMD-SHELL"} or image_s_health_check(service)


@pytest.mark.parametrize("name", EVERY)
def test_what_a_service_waits_for_is_there_in_its_profile_and_can_be_waited_for(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        once = SERVICES[other]["restart"] == "no"
        assert how["condition"] == (ONE_SHOT if once else "service_healthy")
        assert set(SERVICES[other].get("profiles", [])) <= set(SERVICES[name].get("profiles", []))


def test_the_app_starts_on_databases_that_are_there_and_migrated_and_waits_for_no_one_else() -> None:
    """Unmigrated it would refuse: tests/e2e hold that; here is the order that spares it."""
    assert set(SERVICES["app"]["depends_on"]) == {"migrate", "postgres", "redis"}
    assert set(SERVICES["migrate"]["depends_on"]) == {"postgres"}
    assert is_a_command(SERVICES["migrate"]["command"])
    assert SERVICES["migrate"]["command"][1] == "migrate"
    assert {SERVICES["migrate"]["image"]} == {SERVICES["app"]["image"]}


def test_the_app_has_longer_to_stop_than_it_takes_to_drain() -> None:
    assert int(SERVICES["app"]["stop_grace_period"].removesuffix("s")) > DRAIN_SECONDS


# Secrets and settings.


def test_no_secret_stands_in_the_file() -> None:
    for service in SERVICES.values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN|KEY", name):
                assert value.startswith("${"), name
            assert not re.search(r"://[^/$]*:[^/$]+@", str(value)), name


def test_a_secret_that_is_missing_stops_the_start_with_its_name() -> None:
    assert asked_for(yaml.dump(COMPOSE)) == set(SECRETS)


@pytest.mark.parametrize("name", ["app", "migrate"])
def test_the_app_s_settings_are_settings_and_make_a_production_that_finds_its_neighbours(
    name: str, bare: pytest.MonkeyPatch
) -> None:
    given = {key: interpolated(value, SECRETS) for key, value in SERVICES[name]["environment"].items()}
    settings = loaded(bare, IMAGE_SETTINGS, given)
    assert unknown(given) == []
    assert settings.env is Environment.PRODUCTION
    assert settings.database_url is not None
    assert settings.redis_url is not None
    urls = [
        settings.database_url.get_secret_value(),
        settings.redis_url.get_secret_value(),
        settings.otel.endpoint or "",
    ]
    assert [urlsplit(url).hostname for url in urls] == ["postgres", "redis", "jaeger"]
    # Empty is absent: a hotels file may name secrets of its own.
    assert (settings.whatsapp.app_secrets, settings.whatsapp.access_token) == ((), None)


def test_the_app_s_password_and_database_are_those_that_postgres_is_made_with() -> None:
    made = SERVICES["postgres"]["environment"]
    url = urlsplit(interpolated(SERVICES["app"]["environment"]["AGENTE_DATABASE_URL"], SECRETS))
    assert (url.username, url.password, url.path[1:]) == (
        made["POSTGRES_USER"],
        interpolated(made["POSTGRES_PASSWORD"], SECRETS),
        made["POSTGRES_DB"],
    )


def test_the_client_in_the_image_is_no_older_than_the_server() -> None:
    server = int(re.findall(r"postgres:(\d+)", SERVICES["postgres"]["image"])[0])
    (client,) = re.findall(r"postgresql-client-(\d+)", " ".join(one.rest for one in RUNTIME.all("RUN")))
    assert int(client) >= server >= 14


# What is mounted.


@pytest.mark.parametrize("name", EVERY)
def test_what_is_mounted_from_here_is_here_or_made_by_the_operator_and_only_read(name: str) -> None:
    for source, _, only_read in on_the_host(SERVICES[name]):
        assert only_read, source
        assert (ROOT / source).exists() or source in MADE_BY_THE_OPERATOR, source


def test_a_hotels_file_that_is_missing_is_an_error_and_no_empty_folder() -> None:
    volume, *_ = SERVICES["app"]["volumes"]
    assert volume["bind"] == {"create_host_path": False}
    assert volume["target"] == IMAGE_SETTINGS["AGENTE_HOTELS_FILE"]


def test_copies_outlive_the_container_and_the_app_may_write_them() -> None:
    (copies,) = (target for source, target, _ in mounts(SERVICES["app"]) if source == "copias")
    made = next(one.rest for one in RUNTIME.all("RUN") if "useradd" in one.rest)
    assert f"--owner=agente --group=agente --mode=0700 /var/lib/agente {copies} " in made


def test_guests_files_outlive_the_container_in_the_data_directory() -> None:
    targets = {source: target for source, target, _ in mounts(SERVICES["app"])}
    assert targets["datos"] == IMAGE_SETTINGS["AGENTE_DATA_DIR"]


def test_every_volume_is_declared_and_every_declared_one_is_used() -> None:
    used = {source for service in SERVICES.values() for source, _, _ in mounts(service) if not source.startswith(".")}
    assert used == set(COMPOSE["volumes"])


@pytest.mark.parametrize("name", ["prometheus", "alertmanager"])
def test_a_watcher_is_told_to_read_what_is_mounted(name: str) -> None:
    (config,) = (word.partition("=")[2] for word in SERVICES[name]["command"] if word.startswith("--config.file="))
    ((source, target, _),) = on_the_host(SERVICES[name])
    assert (ROOT / (source + config.removeprefix(target))).is_file()


def test_alertmanager_finds_whom_to_tell_where_its_routes_say() -> None:
    receivers = yaml_of("deploy/alertmanager/alertmanager.yml")["receivers"]
    files = {hook["url_file"] for receiver in receivers for hook in receiver["webhook_configs"]}
    secrets = {one["target"]: COMPOSE["secrets"][one["source"]]["file"] for one in SERVICES["alertmanager"]["secrets"]}
    assert set(secrets) == files
    assert {file.removeprefix("./") for file in secrets.values()} <= MADE_BY_THE_OPERATOR


def test_prometheus_scrapes_the_app_s_port_for_operations_and_tells_alertmanager() -> None:
    config = yaml_of("deploy/prometheus/prometheus.yml")
    (job,) = config["scrape_configs"]
    assert job["static_configs"] == [{"targets": [f"app:{OPS_PORT}"]}]
    assert "metrics_path" not in job  # /metrics, which tests/deploy/test_deployment.py finds in the app
    (alertmanagers,) = config["alerting"]["alertmanagers"]
    assert alertmanagers["static_configs"] == [{"targets": [listens_at("alertmanager")]}]


def test_grafana_reads_from_neighbours_at_the_ports_they_listen_at() -> None:
    sources = yaml_of("deploy/grafana/provisioning/datasources/prometheus.yml")["datasources"]
    assert {urlsplit(one["url"]).netloc for one in sources} == {listens_at("prometheus"), listens_at("jaeger")}


def listens_at(service: str) -> str:
    (port,) = SERVICES[service]["ports"]
    return f"{service}:{port.split(':')[2]}"


def test_variables_of_the_app_come_from_variables_of_the_same_name() -> None:
    for name, value in SERVICES["app"]["environment"].items():
        if str(value).startswith("${"):
            assert name.startswith(PREFIX)
            assert value.startswith(f"${{{name}:")
