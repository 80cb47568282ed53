import json
import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from agente_hotelero.config import settings as settings_module
from agente_hotelero.config.settings import (
    Environment,
    Settings,
    load,
    masked,
    paths,
    secret_keys,
    unknown,
    variables,
)
from agente_hotelero.errors import ConfigError

PRODUCTION = {
    "AGENTE_ENV": "production",
    "AGENTE_DATABASE_URL": "postgresql://agente:pg-secret@db/agente",
    "AGENTE_REDIS_URL": "rediss://:redis-secret@cache:6379/0",
    "AGENTE_SECRET_KEY": "signing-secret-of-32-characters!",
}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("AGENTE_"):
            monkeypatch.delenv(name)


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    return tmp_path / ".env"


def put(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def test_with_an_empty_environment_everything_runs_embedded_on_this_machine_alone() -> None:
    settings = load()

    assert (settings.env, settings.http.host, settings.http.port) == (Environment.DEV, "127.0.0.1", 8000)
    assert settings.database_url is None
    assert settings.redis_url is None
    assert settings.otel.endpoint is None
    assert settings.whatsapp.graph_url == "https://graph.facebook.com/v25.0"


def test_nested_settings_and_lists_come_from_plain_text(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch,
        {
            "AGENTE_HTTP__PORT": "9000",
            "AGENTE_HTTP__TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7",
            "AGENTE_WHATSAPP__APP_SECRETS": "old, new,",
            "AGENTE_READINESS__PMS": "true",
            "AGENTE_OTEL__SAMPLE_RATIO": "0.1",
        },
    )

    settings = load()

    assert settings.http.port == 9000
    assert settings.http.trusted_proxies == ("10.0.0.0/8", "192.0.2.7")
    assert [secret.get_secret_value() for secret in settings.whatsapp.app_secrets] == ["old", "new"]
    assert settings.readiness.pms
    assert settings.otel.sample_ratio == 0.1


def test_an_empty_variable_counts_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"AGENTE_DATABASE_URL": "", "AGENTE_HTTP__PORT": "", "AGENTE_WHATSAPP__APP_SECRETS": ""})

    assert load() == Settings.model_construct()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("AGENTE_HTTP__PORT", "http", "AGENTE_HTTP__PORT: Input should be a valid integer"),
        ("AGENTE_HTTP__PORT", "65536", "AGENTE_HTTP__PORT: Input should be less than or equal to 65535"),
        ("AGENTE_HTTP__TRUSTED_PROXIES", "10.0.0.1/8", "AGENTE_HTTP__TRUSTED_PROXIES: 10.0.0.1/8 has host bits set"),
        ("AGENTE_HTTP", "8000", "AGENTE_HTTP"),
        ("AGENTE_HTTP", "{port", "AGENTE_HTTP: set its parts by name, such as AGENTE_HTTP__"),
        ("AGENTE_ENV", "prod", "AGENTE_ENV: Input should be 'dev', 'test', 'staging' or 'production'"),
        (
            "AGENTE_OTEL__ENDPOINT",
            "collector:4318",
            "AGENTE_OTEL__ENDPOINT: an address begins with http:// or https://",
        ),
        ("AGENTE_OTEL__SAMPLE_RATIO", "1.5", "AGENTE_OTEL__SAMPLE_RATIO: Input should be less than or equal to 1"),
        ("AGENTE_OTEL__SAMPLE_RATIO", "-0.1", "AGENTE_OTEL__SAMPLE_RATIO: Input should be greater than or equal to 0"),
        ("AGENTE_OTEL__SAMPLE_RATIO", "nan", "AGENTE_OTEL__SAMPLE_RATIO: Input should be a finite number"),
        ("AGENTE_OTEL__SAMPLE_RATIO", "10%", "AGENTE_OTEL__SAMPLE_RATIO: Input should be a valid number"),
        ("AGENTE_LLM__URL", "http://llm.example/v1", "AGENTE_LLM__URL: it looks like https://llm.example/v1"),
        ("AGENTE_LLM__URL", "https://me:hunter2@llm.example/v1", "AGENTE_LLM__URL: it looks like"),
        ("AGENTE_LLM__URL", "https://llm.example/v1?key=hunter2", "AGENTE_LLM__URL: it looks like"),
        ("AGENTE_LLM__URL", "https://llm.example/v1", "AGENTE_LLM: AGENTE_LLM__URL needs AGENTE_LLM__MODEL"),
        ("AGENTE_LLM__TIMEOUT_SECONDS", "60", "AGENTE_LLM__TIMEOUT_SECONDS: Input should be less than or equal to 10"),
        ("AGENTE_LLM__MOST_SHARE", "30", "AGENTE_LLM__MOST_SHARE: Input should be less than or equal to 1"),
        ("AGENTE_WHATSAPP__GRAPH_URL", "https://", "AGENTE_WHATSAPP__GRAPH_URL: an address begins with"),
        (
            "AGENTE_DATABASE_URL",
            "mysql://root:hunter2@db/x",
            "AGENTE_DATABASE_URL: an address begins with postgresql://",
        ),
        ("AGENTE_DATABASE_URL", "postgresql://[hunter2", "AGENTE_DATABASE_URL: an address begins with"),
        ("AGENTE_REDIS_URL", "hunter2", "AGENTE_REDIS_URL: an address begins with redis:// or rediss:// or unix://"),
        ("AGENTE_SECRET_KEY", "hunter2", "AGENTE_SECRET_KEY: needs at least 16 characters"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError) as refused:
        load()

    assert str(refused.value).startswith(said)
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("url", ["postgresql:///agente?host=/run/postgresql", "postgres://u:p@h/db"])
def test_every_usual_form_of_a_database_address_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("AGENTE_DATABASE_URL", url)

    assert load().database_url == SecretStr(url)


@pytest.mark.parametrize("missing", ["AGENTE_DATABASE_URL", "AGENTE_REDIS_URL", "AGENTE_SECRET_KEY"])
def test_production_refuses_to_start_without_its_secrets(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    put(monkeypatch, {name: value for name, value in PRODUCTION.items() if name != missing})

    with pytest.raises(ConfigError, match=f"^{missing} is required in production"):
        load()


def test_production_names_everything_that_is_missing_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, {"AGENTE_ENV": "production"})

    with pytest.raises(ConfigError) as refused:
        load()

    assert [line.partition(" ")[0] for line in str(refused.value).splitlines()] == [*PRODUCTION][1:]


def test_production_may_be_told_to_run_embedded(monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        monkeypatch,
        {"AGENTE_ENV": "production", "AGENTE_EMBEDDED": "true", "AGENTE_SECRET_KEY": PRODUCTION["AGENTE_SECRET_KEY"]},
    )

    assert load().embedded


def test_the_file_is_read_in_dev_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, env_file: Path) -> None:
    env_file.write_text("AGENTE_HTTP__PORT=9001\nAGENTE_OPS__PORT=9002\n")
    monkeypatch.setenv("AGENTE_OPS__PORT", "9003")

    settings = load(env_file=env_file)

    assert (settings.http.port, settings.ops.port) == (9001, 9003)


def test_the_file_decides_nothing_in_production(monkeypatch: pytest.MonkeyPatch, env_file: Path) -> None:
    put(monkeypatch, PRODUCTION)
    env_file.write_text("AGENTE_HTTP__PORT=9001\nHOTEL_TOKEN=x\n")

    assert load(env_file=env_file).http.port == 8000
    assert "HOTEL_TOKEN" not in variables(env_file=env_file)


def test_a_file_cannot_declare_production(env_file: Path) -> None:
    env_file.write_text("".join(f"{name}={value}\n" for name, value in PRODUCTION.items()))

    with pytest.raises(ConfigError, match="AGENTE_ENV=production belongs in the environment"):
        load(env_file=env_file)


def test_an_unreadable_file_is_one_line(env_file: Path) -> None:
    env_file.write_bytes(b"AGENTE_HTTP__HOST=\xff\n")

    with pytest.raises(ConfigError, match=r"\.env cannot be read; it is UTF-8 text"):
        load(env_file=env_file)


def test_no_file_and_a_directory_of_its_name_are_no_settings(tmp_path: Path) -> None:
    assert load(env_file=tmp_path / "absent") == load(env_file=tmp_path)


def test_references_of_the_hotels_file_may_be_kept_in_the_file_too(
    monkeypatch: pytest.MonkeyPatch, env_file: Path
) -> None:
    env_file.write_text("Hotel_Token=from file\nHOTEL_SECRET=from file\nEMPTY\n")
    monkeypatch.setenv("HOTEL_SECRET", "from environment")

    found = variables(env_file=env_file)

    assert (found["Hotel_Token"], found["HOTEL_SECRET"]) == ("from file", "from environment")
    assert "EMPTY" not in found


def test_what_looks_like_a_setting_and_is_none_is_named_with_what_was_meant() -> None:
    names = {"AGENTE_HTPP__PORT": "1", "agente_env": "dev", "AGENTE_HTTP": "{}", "AGENTE_ZZZ": "", "HOME": "/"}

    assert unknown(names) == [
        "AGENTE_HTPP__PORT is no setting; did you mean AGENTE_HTTP__PORT?",
        "AGENTE_ZZZ is no setting",
    ]


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = {f"AGENTE_WHATSAPP__{name}": "wa-secret" for name in ("VERIFY_TOKEN", "APP_SECRETS", "ACCESS_TOKEN")}
    put(
        monkeypatch,
        {
            **PRODUCTION,
            **secrets,
            "AGENTE_OTEL__ENDPOINT": "https://user:otel-secret@collector:4318/v1/traces",
            "AGENTE_WHATSAPP__GRAPH_URL": "https://graph-secret@proxy/v25.0",
        },
    )

    shown = masked(load())

    assert "secret@" not in json.dumps(shown)
    assert "-secret" not in json.dumps(shown)
    assert shown["otel"]["endpoint"] == "https://***@collector:4318/v1/traces"
    assert shown["whatsapp"]["app_secrets"] == ["**********"]


def test_a_language_model_is_asked_by_https_or_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().llm.url is None
    for url in ("https://llm.example/v1", "http://127.0.0.1:11434/v1/", "http://localhost:8080/v1"):
        put(monkeypatch, {"AGENTE_LLM__URL": url, "AGENTE_LLM__MODEL": "small-1", "AGENTE_LLM__API_KEY": "sk-hunter2"})
        settings = load()
        assert settings.llm.url == url.rstrip("/")
        assert "sk-hunter2" not in json.dumps(masked(settings)) + repr(settings)


def test_every_setting_that_is_named_like_a_secret_is_one() -> None:
    words = ("secret", "token", "password", "api_key", "database_url", "redis_url")
    for path in paths(Settings):
        model: type = Settings
        for step in path[:-1]:
            model = model.model_fields[step].annotation  # type: ignore[attr-defined]  # groups are models
        # Tokens that are counted are no secret.
        if any(word in path[-1].replace("tokens_per", "") for word in words):
            assert "SecretStr" in str(model.model_fields[path[-1]]), path  # type: ignore[attr-defined]  # as above


def test_the_signing_key_is_made_once_kept_private_and_kept(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path / "data")

    (key,) = secret_keys(settings)

    kept = tmp_path / "data" / settings_module.SECRET_FILE
    assert secret_keys(settings) == (key,)
    assert len(key) == 64
    assert kept.stat().st_mode & 0o777 == 0o600
    assert list(kept.parent.iterdir()) == [kept]


def test_a_given_signing_key_is_used_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AGENTE_SECRET_KEY", "ñ" * 16)

    assert secret_keys(load(data_dir=tmp_path)) == (("ñ" * 16).encode(),)
    assert not list(tmp_path.iterdir())


def test_an_emptied_signing_key_signs_nothing(tmp_path: Path) -> None:
    (tmp_path / settings_module.SECRET_FILE).touch()

    with pytest.raises(ConfigError, match=r"secret\.key holds no key; remove it"):
        secret_keys(load(data_dir=tmp_path))


def test_several_signing_keys_are_for_the_time_in_which_one_is_replaced(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AGENTE_SECRET_KEY", f"{'n' * 16}, {'o' * 16}")
    settings = load(data_dir=tmp_path)

    assert secret_keys(settings) == (b"n" * 16, b"o" * 16)
    assert "nnnn" not in str(masked(settings))


@pytest.mark.parametrize("keys", [f"{'n' * 16},short", "," * 20, "short"])
def test_each_of_several_signing_keys_has_to_be_long(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    monkeypatch.setenv("AGENTE_SECRET_KEY", keys)

    with pytest.raises(ConfigError, match=r"AGENTE_SECRET_KEY: needs at least 16"):
        load()


def test_the_header_that_names_a_client_is_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTE_HTTP__CLIENT_IP_HEADER", "Fly-Client-IP")
    assert load().http.client_ip_header == "Fly-Client-IP"

    monkeypatch.setenv("AGENTE_HTTP__CLIENT_IP_HEADER", "Fly Client: IP")
    with pytest.raises(ConfigError, match=r"AGENTE_HTTP__CLIENT_IP_HEADER"):
        load()


@pytest.mark.parametrize(
    ("env", "said", "seconds"), [("dev", "", None), ("dev", "250", 0.25), ("test", "", 0.0), ("test", "700", 0.7)]
)
def test_short_messages_wait_as_each_hotel_says_unless_it_is_a_test_or_said_for_all(
    monkeypatch: pytest.MonkeyPatch, env: str, said: str, seconds: float | None
) -> None:
    put(monkeypatch, {"AGENTE_ENV": env, "AGENTE_GATHER_MS": said})
    assert load().gather_seconds == seconds
