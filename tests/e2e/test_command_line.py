"""Every command as a process of its own, over real servers: what it does, and the one line that it says when it can't."""

import asyncio
import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import redis.asyncio

from agente_hotelero.learning import model_file
from tests.support.command_line import EXAMPLE, CommandLine, ctrl_c, line_with
from tests.support.databases import database

NOWHERE = "postgresql://agente:pg-secret@127.0.0.1:9/agente"
NO_REDIS = "redis://:redis-secret@127.0.0.1:9"
COMMANDS = [
    ("serve",), ("demo",), ("chat",), ("migrate",), ("check",), ("reload",), ("config",), ("config", "show"), ("guest",), ("guest", "find"), ("profile",), ("profile", "check"), ("understand",),
    ("flags",), ("flags", "list"), ("flags", "set"), ("token",), ("token", "create"), ("token", "revoke"),
]  # fmt: skip
PRODUCTION = {
    "AGENTE_ENV": "production",
    "AGENTE_DATABASE_URL": NOWHERE,
    "AGENTE_REDIS_URL": NO_REDIS,
    "AGENTE_SECRET_KEY": "signing-secret-of-32-characters!",
}


WHAT_VERSION_IMPORTS = """
import sys
from agente_hotelero.__main__ import main
sys.argv[1:] = ["--version"]
try:
    main()
finally:
    print(*sys.modules)
"""


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    """Nothing given: settings are defaults, servers would be embedded."""
    return CommandLine(directory=tmp_path, settings={"AGENTE_HOTELS_FILE": str(EXAMPLE), "AGENTE_HTTP__PORT": "0"})


@pytest.fixture
def given(command: CommandLine, database_url: str, valkey_url: str) -> CommandLine:
    """Both servers given and migrated, as in production."""
    command.settings |= {"AGENTE_DATABASE_URL": database_url, "AGENTE_REDIS_URL": valkey_url}
    return command


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        yield taken.getsockname()[1]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_is_for(command: CommandLine, words: tuple[str, ...]) -> None:
    shown = command.run_here(*words, "--help")

    assert shown.code == 0
    assert shown.out.strip().startswith(f"Usage: agente-hotelero {' '.join(words)}")
    assert shown.err == ""


def test_a_command_that_is_mistyped_is_suggested(command: CommandLine) -> None:
    shown = command.run_here("flag", "list")

    assert shown.code != 0
    assert "Did you mean 'flags'?" in shown.err


def test_a_command_waits_for_no_other_to_be_imported() -> None:
    told = subprocess.run([sys.executable, "-c", WHAT_VERSION_IMPORTS], check=True, capture_output=True, text=True)
    assert "agente_hotelero.commands.entry" in told.stdout
    assert not {"aiohttp", "asyncpg", "pydantic", "redis"} & set(told.stdout.split())


def test_without_a_command_the_commands_are_listed(command: CommandLine) -> None:
    shown = command.run_here()

    assert all(f" {words[0]} " in shown.out + shown.err for words in COMMANDS)


async def test_the_version_is_that_of_the_package(command: CommandLine) -> None:
    shown = await command.run("--version")

    assert re.fullmatch(r"agente-hotelero \d+\.\d+\.\d+\n", shown.out)


async def test_check_tells_that_everything_is_in_order(command: CommandLine) -> None:
    shown = await command.run("check")

    assert (shown.code, shown.err) == (0, "")
    valid, understood = shown.out.splitlines()
    assert valid == f"settings (dev) and {EXAMPLE} are valid: 1 hotel"
    assert understood == model_file.in_use()


def test_check_tells_whose_messages_a_language_model_reads(command: CommandLine, tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("id: demo", "id: demo\n    llm: true")
    (tmp_path / "hotels.yaml").write_text(text)
    model = {"AGENTE_LLM__URL": "https://llm.example/v1", "AGENTE_LLM__MODEL": "small-1", "AGENTE_LLM__API_KEY": "sk-1"}

    shown = command.run_here("check", AGENTE_HOTELS_FILE="hotels.yaml", **model)

    assert (shown.code, shown.err) == (0, "")
    assert shown.out.splitlines()[1] == "messages in doubt are also read by small-1 at llm.example, masked: demo"


def test_check_names_line_and_field_of_every_mistake(command: CommandLine, tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("currency: USD", "currency: pesos").replace("capacity: 4", "capacity: x")
    (tmp_path / "hotels.yaml").write_text(text)

    shown = command.run_here("check", AGENTE_HOTELS_FILE="hotels.yaml")

    first, second = shown.err.splitlines()
    assert (shown.code, shown.out) == (1, "")
    assert (
        first
        == "error: hotels.yaml:6: hotels.0.currency: there is no currency 'pesos'; examples are ARS, BRL, EUR and USD"
    )
    assert second.startswith("hotels.yaml:33: hotels.0.rooms.2.capacity: ")


def test_check_names_the_setting_that_names_the_hotels_file(command: CommandLine) -> None:
    shown = command.run_here("check", AGENTE_HOTELS_FILE="absent.yaml")

    assert shown.error == "absent.yaml: No such file or directory; AGENTE_HOTELS_FILE names the hotels file"


def test_check_names_what_was_probably_meant_as_a_setting(command: CommandLine) -> None:
    shown = command.run_here("check", AGENTE_HTPP__PORT="80")

    assert shown.code == 0
    assert shown.err == "warning: AGENTE_HTPP__PORT is no setting; did you mean AGENTE_HTTP__PORT?\n"


@pytest.mark.parametrize("words", [("check",), ("serve",)])
def test_production_refuses_to_start_without_the_secrets_of_its_accounts(
    command: CommandLine, words: tuple[str, ...]
) -> None:
    shown = command.run_here(*words, **PRODUCTION)

    assert (shown.code, shown.out) == (1, "")
    assert "AGENTE_WHATSAPP__APP_SECRETS: account 100000000000001 has none" in shown.err
    assert "AGENTE_WHATSAPP__ACCESS_TOKEN: account 100000000000001 has none" in shown.err
    assert "Traceback" not in shown.err


def test_production_refuses_to_start_without_servers(command: CommandLine) -> None:
    shown = command.run_here("serve", AGENTE_ENV="production")

    assert shown.code == 1
    assert shown.err.startswith("error: AGENTE_DATABASE_URL is required in production")
    assert not (command.directory / ".data").exists()


def test_the_demo_s_public_secrets_open_no_door_in_production(command: CommandLine) -> None:
    shown = command.run_here("demo", **PRODUCTION)

    assert shown.error.endswith("it does not run with AGENTE_ENV=production")


async def test_config_show_shows_everything_but_secrets(command: CommandLine) -> None:
    secrets = {"AGENTE_WHATSAPP__APP_SECRETS": "wa-secret", "AGENTE_OTEL__ENDPOINT": "http://u:otel-secret@jaeger"}

    shown = await command.run("config", "show", **{**PRODUCTION, **secrets})

    settings = json.loads(shown.out)
    assert "secret@" not in shown.out
    assert "-secret" not in shown.out
    assert (settings["env"], settings["http"]["port"]) == ("production", 0)
    assert settings["database_url"] == "**********"


def test_a_file_of_settings_is_read_at_a_desk_and_not_in_production(command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("AGENTE_OPS__PORT=9001\n")

    at_a_desk = command.run_here("config", "show")
    in_production = command.run_here("config", "show", **PRODUCTION)

    assert json.loads(at_a_desk.out)["ops"]["port"] == 9001
    assert json.loads(in_production.out)["ops"]["port"] is None


def test_secrets_of_the_hotels_file_may_stand_in_the_file_of_settings(command: CommandLine, tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").rstrip() + "\n        access_token_env: HOTEL_TOKEN\n"
    (tmp_path / "hotels.yaml").write_text(text)

    without = command.run_here("check", AGENTE_HOTELS_FILE="hotels.yaml")
    (tmp_path / ".env").write_text("HOTEL_TOKEN=x\n")
    with_it = command.run_here("check", AGENTE_HOTELS_FILE="hotels.yaml")

    assert without.error.endswith("hotels.0.whatsapp.0.access_token_env: the variable HOTEL_TOKEN is not set")
    assert with_it.code == 0


async def test_migrate_names_what_it_applies_and_then_has_nothing_to_apply(
    command: CommandLine, empty_url: str
) -> None:
    first = await command.run("migrate", AGENTE_DATABASE_URL=empty_url)
    second = await command.run("migrate", AGENTE_DATABASE_URL=empty_url)

    assert first.code == 0
    assert first.out.splitlines()[0] == "applied 0001_core.sql"
    assert second.out == "nothing to apply\n"


@pytest.mark.parametrize("words", [("guest", "find", "1"), ("token", "create", "ana")])
def test_a_database_that_was_never_migrated_is_named_with_its_remedy(
    command: CommandLine, empty_url: str, words: tuple[str, ...]
) -> None:
    shown = command.run_here(*words, AGENTE_DATABASE_URL=empty_url)

    assert re.fullmatch(r"the database lacks 0001_core\.sql, .*; run: agente-hotelero migrate", shown.error)


def test_a_start_in_production_leaves_migrations_to_the_release(
    command: CommandLine, empty_url: str, valkey_url: str
) -> None:
    whatsapp = {f"AGENTE_WHATSAPP__{name}": "x" for name in ("APP_SECRETS", "ACCESS_TOKEN", "VERIFY_TOKEN")}
    servers = {"AGENTE_DATABASE_URL": empty_url, "AGENTE_REDIS_URL": valkey_url}

    shown = command.run_here("serve", **{**PRODUCTION, **whatsapp, **servers})

    assert shown.error.startswith("the database lacks 0001_core.sql")


async def test_a_token_is_shown_once_stored_as_a_hash_and_can_be_revoked(given: CommandLine, database_url: str) -> None:
    created = await given.run("token", "create", "ana")
    again = await given.run("token", "create", "ana")
    connection = await asyncpg.connect(database_url)
    row = await connection.fetchrow("SELECT * FROM token")
    revoked = await given.run("token", "revoke", "ana")
    twice = await given.run("token", "revoke", "ana")
    left = await connection.fetchval("SELECT count(*) FROM token WHERE revoked_at IS NULL")
    await connection.close()

    secret = created.out.strip()
    assert re.fullmatch(r"agente_[\w-]{43}", secret)
    assert secret not in str(dict(row or {}))
    assert again.error == "there is a token named ana already"
    assert revoked.out == "revoked ana\n"
    assert twice.error == "there is no valid token named ana"
    assert left == 0


async def test_flags_are_set_from_the_command_line_and_by_a_raw_hset_alike(given: CommandLine, valkey_url: str) -> None:
    client = redis.asyncio.Redis.from_url(valkey_url)
    await given.run("flags", "set", "features.interactive_messages", "on")
    await client.hset("feature_flags", mapping={"tenancy.phone_normalization.advanced": "yes", "agent.paused": "maybe"})
    await client.hset("feature_flags", mapping={"agent.paused:demo": "1", "features.old": "1"})

    listed = await given.run("flags", "list")

    stored = await client.hget("feature_flags", "features.interactive_messages")
    await client.aclose()
    assert stored == b"1"
    assert listed.out.splitlines() == [
        "features.interactive_messages\ton\tredis",
        "tenancy.phone_normalization.advanced\ton\tredis",
        "agent.paused\toff\tdefault; redis says 'maybe', neither on nor off",
        "agent.paused:demo\ton\tredis",
        "features.old\t'1'\tignored: no flag, or neither on nor off",
    ]


def test_flags_are_off_by_default(given: CommandLine) -> None:
    listed = given.run_here("flags", "list")

    assert {line.split("\t", 1)[1] for line in listed.out.splitlines()} == {"off\tdefault"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("features.interactive", "on"),
            "there is no flag features.interactive; the flags are: features.interactive_m",
        ),
        (("agent.paused", "1"), "a flag is on or off, not 1"),
    ],
)
def test_a_slip_in_a_flag_changes_nothing(given: CommandLine, words: tuple[str, str], said: str) -> None:
    assert (given.run_here("flags", "set", *words)).error.startswith(said)


async def stored_guest(database_url: str) -> int:
    connection = await asyncpg.connect(database_url)
    guest: int = await connection.fetchval(
        "INSERT INTO guest (hotel, profile_name, shard) VALUES ('demo', 'Ana', 0) RETURNING id"
    )
    await connection.execute(
        "INSERT INTO guest_alias (hotel, guest_id, kind, value) VALUES ('demo', $1, 'phone', '5491155550123')", guest
    )
    await connection.close()
    return guest


def test_a_guest_is_found_by_any_form_of_the_number(given: CommandLine, database_url: str) -> None:
    guest = asyncio.run(stored_guest(database_url))

    found = [given.run_here("guest", "find", words) for words in ("+54 9 11 5555-0123", "5491155550123", "55550123")]

    assert [done.out for done in found] == [f"{guest}\tdemo\tAna\tphone 5491155550123\t-\t-\n"] * 3


async def stored_gaps(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    await connection.executemany(
        "INSERT INTO outbox (guest_id, shard, n, cause, hotel, channel, account, address, message, interactive, facts)"
        " VALUES (1, 0, $1::int, $1::int, 'demo', 'whatsapp', '1', '1', '{}', false, $2)",
        [(1, ["gap:discounts"]), (2, ["gap:parking"]), (3, ["gap:parking"]), (4, ["profile:facts.wifi"])],
    )
    await connection.close()


def test_what_the_profile_lacks_is_listed_by_how_often_guests_ask(
    given: CommandLine, database_url: str, tmp_path: Path
) -> None:
    lacking = (
        EXAMPLE.read_text("utf-8")
        .replace("      parking:\n", "      garage:\n")
        .replace("      pool:\n", "      swimming:\n")
    )
    (tmp_path / "hotels.yaml").write_text(lacking)
    given.settings["AGENTE_HOTELS_FILE"] = "hotels.yaml"
    nobody_asked = given.run_here("profile", "check")
    asyncio.run(stored_gaps(database_url))

    shown = given.run_here("profile", "check", "--days", "30")

    assert (nobody_asked.code, shown.code) == (0, 1)
    assert shown.out.splitlines() == [
        "demo: faltan 3 datos.",
        "demo\tparking\testacionamiento\tpreguntas en 30 días: 2",
        "demo\tdiscounts\tdescuentos\tpreguntas en 30 días: 1",
        "demo\tpool\tpiscina\tpreguntas en 30 días: 0",
    ]


def test_where_nothing_runs_the_profile_is_read_all_the_same(command: CommandLine, tmp_path: Path) -> None:
    whole = command.run_here("profile", "check")
    text = (
        EXAMPLE.read_text("utf-8")
        .replace("      gym_spa: {offered: false}\n", "")
        .replace("        pt: Há wi-fi gratuito em todo o hotel.\n", "")
    )
    (tmp_path / "hotels.yaml").write_text(text)

    shown = command.run_here("profile", "check", AGENTE_HOTELS_FILE="hotels.yaml")

    assert (whole.code, whole.out) == (0, "demo: no falta ningún dato.\n")
    assert shown.code == 1
    assert shown.err == "No hay un servicio en marcha: no se sabe cuántas veces preguntaron.\n"
    assert shown.out.splitlines() == [
        "demo: falta 1 dato.",
        "demo\tgym_spa\tgimnasio y spa",
        "demo\twifi\tsin texto en: pt",
    ]


def test_check_names_facts_that_nobody_is_understood_to_ask_for(command: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "hotels.yaml").write_text(EXAMPLE.read_text("utf-8").replace("      parking:\n", "      parkin:\n"))

    shown = command.run_here("check", AGENTE_HOTELS_FILE="hotels.yaml")

    assert shown.code == 0
    assert shown.err == "warning: hotel demo: no guest is understood to ask for facts.parkin; did you mean parking?\n"


def test_nobody_found_is_said(given: CommandLine) -> None:
    assert (given.run_here("guest", "find", "nobody@example.org")).error == "nobody found"


@pytest.mark.parametrize(
    "words",
    [("serve",), ("migrate",), ("guest", "find", "1"), ("token", "create", "ana"), ("token", "revoke", "ana")],
    ids=" ".join,
)
def test_a_database_that_is_away_is_one_line(command: CommandLine, valkey_url: str, words: tuple[str, ...]) -> None:
    shown = command.run_here(*words, AGENTE_DATABASE_URL=NOWHERE, AGENTE_REDIS_URL=valkey_url)

    assert shown.error.startswith("postgres is unavailable: ")
    assert "127.0.0.1" in shown.error
    assert "pg-secret" not in shown.error


@pytest.mark.parametrize("words", [("list",), ("set", "agent.paused", "on")], ids=" ".join)
def test_a_redis_that_is_away_is_one_line(command: CommandLine, words: tuple[str, ...]) -> None:
    shown = command.run_here("flags", *words, AGENTE_REDIS_URL=NO_REDIS)

    assert shown.error.startswith("redis is unavailable: ")
    assert "redis-secret" not in shown.error


def test_a_database_that_the_server_does_not_have_is_one_line(command: CommandLine, postgres_url: str) -> None:
    shown = command.run_here("guest", "find", "1", AGENTE_DATABASE_URL=database(postgres_url, "mistyped"))

    assert shown.error == 'postgres is unavailable: database "mistyped" does not exist'


@pytest.mark.parametrize(
    ("words", "setting"),
    [
        (("guest", "find", "1"), "AGENTE_DATABASE_URL"),
        (("token", "create", "ana"), "AGENTE_DATABASE_URL"),
        (("token", "revoke", "ana"), "AGENTE_DATABASE_URL"),
        (("flags", "list"), "AGENTE_REDIS_URL"),
        (("flags", "set", "agent.paused", "on"), "AGENTE_REDIS_URL"),
    ],
)
def test_where_nothing_runs_it_is_said_what_to_start(
    command: CommandLine, words: tuple[str, ...], setting: str
) -> None:
    shown = command.run_here(*words)

    assert shown.error == (
        f"no service runs on {command.directory / '.data'}: start one with `agente-hotelero serve` (or demo), "
        f"name its AGENTE_DATA_DIR, or set {setting}"
    )


@pytest.mark.parametrize("which", ["HTTP", "OPS"])
async def test_a_port_that_is_taken_is_one_line(given: CommandLine, taken_port: int, which: str) -> None:
    shown = await given.run("serve", **{f"AGENTE_{which}__PORT": str(taken_port)})

    assert shown.code == 1
    assert shown.err.splitlines()[-1] == (
        f"error: AGENTE_{which}__PORT: cannot listen on 127.0.0.1 port {taken_port}: Address already in use"
    )
    assert "Traceback" not in shown.err
    assert "Unclosed" not in shown.err


async def test_an_embedded_service_tells_its_progress_serves_commands_keeps_its_place_and_ends_by_ctrl_c(
    command: CommandLine,
) -> None:
    # A collector that is away must not hold the end up.
    command.settings["AGENTE_OTEL__ENDPOINT"] = "http://127.0.0.1:9"
    async with command.started("serve") as service:
        for step in ("creating the database", "starting Postgres", "applied 0001_core.sql", "listening on port"):
            await line_with(service.stdout, step)
        await command.run("flags", "set", "agent.paused", "on")
        second = await command.run("serve")
        migrating = await command.run("migrate")
        listed = await command.run("flags", "list")
        token = await command.run("token", "create", "ana")
        ended = await ctrl_c(service)

    assert second.error.startswith(f"another agente-hotelero runs on {command.directory / '.data'}; stop it, or name")
    assert migrating.error == second.error
    assert "agent.paused\ton\tredis" in listed.out
    assert token.code == 0
    assert ended.code == 0
    assert "Traceback" not in ended.err
    assert (await command.run("migrate")).out == "starting Postgres\nnothing to apply\n"


@pytest.mark.long
async def test_ctrl_c_in_the_middle_of_the_first_start_leaves_nothing_that_hinders_the_second(
    command: CommandLine,
) -> None:
    async with command.started("migrate") as first:
        await line_with(first.stdout, "creating the database")
        ended = await ctrl_c(first)

    assert ended.code != 0
    assert "Traceback" not in ended.err
    assert (await command.run("migrate")).code == 0
