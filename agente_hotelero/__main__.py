"""The command line."""

import asyncio
import hashlib
import hmac
import json
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from agente_hotelero.actors.feature_flags import is_flag
from agente_hotelero.app import App, Servers
from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.config import settings as settings_file
from agente_hotelero.config.flags import DEFAULT_FLAGS, Flag
from agente_hotelero.config.settings import Environment, Settings
from agente_hotelero.errors import AgenteError
from agente_hotelero.http import demo_graph
from agente_hotelero.http.listener import Listener
from agente_hotelero.storage import migrate as migrations
from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from agente_hotelero.storage.flag_store import RedisFlags
from agente_hotelero.storage.guests import PostgresGuests
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.tokens import PostgresTokens
from agente_hotelero.telemetry import logs, tracing

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Agente Hotelero")
config = typer.Typer(no_args_is_help=True, help="Settings.")
guest = typer.Typer(no_args_is_help=True, help="Guests.")
flags = typer.Typer(no_args_is_help=True, help="Feature flags.")
token = typer.Typer(no_args_is_help=True, help="Operators' tokens.")
for name, group in (("config", config), ("guest", guest), ("flags", flags), ("token", token)):
    cli.add_typer(group, name=name)

DEMO_SECRET: Final = "demo-app-secret"  # noqa: S105 - printed on purpose: it guards nothing but the demo
DEMO_VERIFY_TOKEN: Final = "demo-verify-token"  # noqa: S105 - as above
EXAMPLE: Final = Path(__file__).parent.parent / "hotels.example.yaml"
DEMO_NUMBER: Final = "100000000000001"
DEMO_GUEST: Final = "5491155550123"


def main() -> None:
    """Run the command line; our own errors are one line, not a traceback."""
    try:
        cli()
    except AgenteError as error:
        _fail(str(error))


@cli.command()
def serve() -> None:
    """Run the service."""
    settings = _settings()
    with _servers(settings) as servers:
        _run(settings, hotels_file.load(settings.hotels_file), servers)


@cli.command()
def demo(port: int = 8000) -> None:
    """Run everything on this machine, with a demo hotel and a WhatsApp that only shows what it would send."""
    began = time.monotonic()
    settings = _settings(
        whatsapp={"app_secrets": DEMO_SECRET, "verify_token": DEMO_VERIFY_TOKEN, "access_token": "demo"},
        hotels_file=EXAMPLE,
    )
    settings = settings.model_copy(update={"http": settings.http.model_copy(update={"port": port})})
    with _servers(settings, progress=_say) as servers:
        _run(settings, hotels_file.load(settings.hotels_file), servers, demo_since=began)


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    settings = _settings()
    with _servers(settings, progress=_say, migrated=False) as servers:
        applied = asyncio.run(migrations.migrate(servers.database_url))
    _say("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


@cli.command()
def check() -> None:
    """Validate settings and the hotels file."""
    settings = _settings()
    hotels = hotels_file.load(settings.hotels_file)
    _say(f"settings and {settings.hotels_file} are valid: {len(hotels.all())} hotel(s)")


@config.command("show")
def config_show() -> None:
    """Show the settings in force, secrets as stars."""
    typer.echo(json.dumps(settings_file.masked(_settings()), indent=2))


@guest.command("find")
def guest_find(
    words: Annotated[str, typer.Argument(help="A phone number, an e-mail address or a reservation code.")],
) -> None:
    """Find guests by number, mail or reservation."""

    async def find(pool: Pool) -> None:
        found = await PostgresGuests(pool).find(words)
        for one in found:
            seen = one.last_seen.isoformat(timespec="minutes") if one.last_seen else "-"
            typer.echo(
                f"{one.id}\t{one.hotel}\t{one.name or '-'}\t{', '.join(one.aliases)}\t{', '.join(one.codes) or '-'}\t{seen}"
            )
        if not found:
            _fail("nobody found")

    _with_pool(find)


@token.command("create")
def token_create(name: str) -> None:
    """Make an operator's token; it is shown once."""

    async def create(pool: Pool) -> None:
        typer.echo(await PostgresTokens(pool).create(name))

    _with_pool(create)


@token.command("revoke")
def token_revoke(name: str) -> None:
    """Make a token useless, within seconds."""

    async def revoke(pool: Pool) -> None:
        if not await PostgresTokens(pool).revoke(name):
            _fail(f"there is no valid token named {name}")
        _say(f"revoked {name}")

    _with_pool(revoke)


@flags.command("list")
def flags_list() -> None:
    """Show every flag and where its value comes from."""

    async def show(store: RedisFlags) -> None:
        overrides = await store.read()
        for flag in Flag:
            value = overrides.get(flag.value)
            typer.echo(
                f"{flag.value}\t{value if value is not None else DEFAULT_FLAGS[flag]}\t{'default' if value is None else 'redis'}"
            )
        for field in sorted(set(overrides) - set(Flag)):
            typer.echo(f"{field}\t{overrides[field]}\t{'redis' if is_flag(field) else 'unknown'}")

    _with_flags(show)


@flags.command("set")
def flags_set(name: str, value: Annotated[str, typer.Argument(help="on or off")]) -> None:
    """Switch a flag everywhere, within 30 seconds."""
    if not is_flag(name):
        _fail(f"there is no flag {name}; the flags are: {', '.join(Flag)}")
    if value not in {"on", "off"}:
        _fail(f"a flag is on or off, not {value}")

    async def write(store: RedisFlags) -> None:
        await store.write(name, enabled=value == "on")

    _with_flags(write)
    _say(f"{name} is {value}")


def _run(settings: Settings, hotels: hotels_file.Hotels, servers: Servers, *, demo_since: float | None = None) -> None:
    logs.set_up(json=settings.env is Environment.PRODUCTION)
    provider = tracing.set_up(settings.otel.endpoint) if settings.otel.endpoint else None
    failed = asyncio.run(_serve(settings, hotels, servers, demo_since))
    if provider is not None:
        tracing.shut_down(provider)
    if failed is not None:
        _fail(failed)


async def _serve(
    settings: Settings, hotels: hotels_file.Hotels, servers: Servers, demo_since: float | None
) -> str | None:
    graph = None
    if demo_since is not None:
        graph = await Listener.open(demo_graph.build(_show_message), host="127.0.0.1", port=0)
        whatsapp = settings.whatsapp.model_copy(update={"graph_url": f"http://127.0.0.1:{graph.port}"})
        settings = settings.model_copy(update={"whatsapp": whatsapp})
        await _buttons_unless_said(servers.redis_url)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = App(settings=settings, hotels=hotels, servers=servers)
    await app.start()
    if demo_since is not None:
        _introduce(app.port, time.monotonic() - demo_since)
    else:
        _say(f"listening on port {app.port}")
    waits = {asyncio.create_task(stop.wait()), asyncio.create_task(app.wait())}
    await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    await app.stop()
    if graph is not None:
        await graph.close()
    return app.failed


async def _buttons_unless_said(redis_url: str) -> None:
    """The demo shows buttons; whoever switched the flag keeps their choice."""
    store = RedisFlags(redis_url)
    if Flag.INTERACTIVE_MESSAGES.value not in await store.read():
        await store.write(Flag.INTERACTIVE_MESSAGES.value, enabled=True)
    await store.close()


def _introduce(port: int, seconds: float) -> None:
    body = json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "15550000001", "phone_number_id": DEMO_NUMBER},
                "contacts": [{"profile": {"name": "Ana"}, "wa_id": DEMO_GUEST}],
                "messages": [{"from": DEMO_GUEST, "id": f"wamid.demo.{time.time_ns()}", "timestamp": str(int(time.time())),
                              "type": "text", "text": {"body": "Hola, tienen una doble del 5 al 8 de mayo para 2?"}}],
            }}]}],
        },
        separators=(",", ":"),
    )  # fmt: skip
    signature = hmac.new(DEMO_SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    _say(
        f"\nReady in {seconds:.1f} s.\n\n"
        f"  Chat page:  http://127.0.0.1:{port}/chat/demo\n"
        f"  A guest on WhatsApp (paste it; the answer shows up here):\n\n"
        f"curl -s http://127.0.0.1:{port}/webhooks/whatsapp -H 'Content-Type: application/json' "
        f"-H 'X-Hub-Signature-256: sha256={signature}' -d '{body}'\n\n"
        f"  Ctrl+C ends it.\n"
    )


def _show_message(to: str, words: str) -> None:
    _say(f"WhatsApp to {to}:\n" + "\n".join(f"  | {line}" for line in words.splitlines()))


@contextmanager
def _servers(
    settings: Settings, *, progress: Callable[[str], None] = lambda _: None, migrated: bool = True
) -> Iterator[Servers]:
    """The databases of the settings, or embedded ones of our own for as long as this lasts."""
    postgres = None if settings.database_url else EmbeddedPostgres(data_dir=settings.data_dir, progress=progress)
    valkey = None if settings.redis_url else EmbeddedValkey(data_dir=settings.data_dir, progress=progress)
    try:
        for server in (valkey, postgres):
            if server is not None:
                server.spawn()
        redis_url = valkey.wait() if valkey else _secret(settings.redis_url)
        database_url = postgres.wait() if postgres else _secret(settings.database_url)
        if migrated:
            asyncio.run(_migrate(database_url, settings, progress))
        yield Servers(database_url=database_url, redis_url=redis_url)
    finally:
        for server in (postgres, valkey):
            if server is not None:
                server.stop()


async def _migrate(database_url: str, settings: Settings, progress: Callable[[str], None]) -> None:
    """Outside production a start migrates; in production the release does, and a start only checks."""
    if settings.env is Environment.PRODUCTION and settings.database_url is not None:
        missing = await migrations.pending(database_url)
        if missing:
            _fail(f"the database lacks {', '.join(missing)}; run: agente-hotelero migrate")
        return
    for applied in await migrations.migrate(database_url):
        progress(f"applied {applied}")


def _with_pool(work: Callable[[Pool], Awaitable[None]]) -> None:
    settings = _settings()

    async def run(url: str) -> None:
        pool = Pool(url)
        await pool.open()
        try:
            await work(pool)
        finally:
            await pool.close()

    asyncio.run(run(_running_database(settings)))


def _with_flags(work: Callable[[RedisFlags], Awaitable[None]]) -> None:
    settings = _settings()
    url = _secret(settings.redis_url) if settings.redis_url else EmbeddedValkey(data_dir=settings.data_dir).url

    async def run() -> None:
        store = RedisFlags(url)
        try:
            await work(store)
        finally:
            await store.close()

    asyncio.run(run())


def _running_database(settings: Settings) -> str:
    """The configured database, or the embedded one of a service that runs on this data directory."""
    if settings.database_url:
        return _secret(settings.database_url)
    return EmbeddedPostgres(data_dir=settings.data_dir).url


def _settings(**overrides: Any) -> Settings:
    return settings_file.load(env_file=Path(".env"), **overrides)


def _secret(value: Any) -> str:
    return str(value.get_secret_value())


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


def _fail(words: str) -> NoReturn:
    typer.echo(f"error: {words}", err=True)
    raise SystemExit(1)


if __name__ == "__main__":
    main()
