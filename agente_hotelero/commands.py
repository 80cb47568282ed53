"""The command line."""

import asyncio
import hashlib
import hmac
import importlib
import json
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer

from agente_hotelero import databases
from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.config import settings as settings_file
from agente_hotelero.config.completeness import doubts, require_secrets
from agente_hotelero.config.flags import DEFAULT_FLAGS, Flag, is_flag, read_override
from agente_hotelero.config.settings import Environment, Settings
from agente_hotelero.errors import AgenteError, ConfigError, UnavailableError
from agente_hotelero.model import phones
from agente_hotelero.model.ids import HotelId
from agente_hotelero.storage import copies
from agente_hotelero.storage.backup import back_up
from agente_hotelero.storage.desk import PostgresDesk
from agente_hotelero.storage.flag_store import RedisFlags
from agente_hotelero.storage.guests import PostgresGuests
from agente_hotelero.storage.held import PostgresHeld
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.restore import restore as restore_copy
from agente_hotelero.storage.tokens import PostgresTokens

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
config = typer.Typer(no_args_is_help=True, help="Settings.")
guest = typer.Typer(no_args_is_help=True, help="Guests.")
flags = typer.Typer(no_args_is_help=True, help="Feature flags.")
token = typer.Typer(no_args_is_help=True, help="Operators' tokens.")
held = typer.Typer(no_args_is_help=True, help="What a restore held back.")
handoffs = typer.Typer(no_args_is_help=True, help="Guests who wait for a person.")
GROUPS: Final = {"config": config, "guest": guest, "flags": flags, "token": token, "held": held, "handoffs": handoffs}
for name, group in GROUPS.items():
    cli.add_typer(group, name=name)

ENV_FILE: Final = Path(".env")
DEMO_SECRET: Final = "demo-app-secret"  # noqa: S105 - printed on purpose: it guards nothing but the demo
DEMO_VERIFY_TOKEN: Final = "demo-verify-token"  # noqa: S105 - as above
EXAMPLE: Final = Path(__file__).parent.parent / "hotels.example.yaml"
DEMO_NUMBER: Final = "100000000000001"
DEMO_GUEST: Final = "5491155550123"


def main() -> None:
    """Run the command line; our own errors are one line, not a traceback."""
    try:
        cli(prog_name="agente-hotelero")
    except UnavailableError as error:
        _fail(f"{error.what} is unavailable: {error.__cause__ or 'it does not answer'}")
    except AgenteError as error:
        _fail(str(error))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agente-hotelero {version('agente-hotelero')}")
        raise typer.Exit


@cli.callback()
def about(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Agente Hotelero: answers a hotel's guests, and books in its PMS."""


@cli.command()
def serve() -> None:
    """Run the service."""
    settings = _settings()
    hotels = _hotels(settings)
    _warn(settings, hotels)
    with databases.running(settings, progress=_say, meanwhile=_import_service) as urls:
        _run(settings, hotels, urls)


@cli.command()
def demo(port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000) -> None:
    """Run everything on this machine, with a demo hotel and a WhatsApp that only shows what it would send."""
    began = time.monotonic()
    settings = _settings(
        whatsapp={"app_secrets": DEMO_SECRET, "verify_token": DEMO_VERIFY_TOKEN, "access_token": "demo"},
        hotels_file=EXAMPLE,
    )
    if settings.env is Environment.PRODUCTION:
        raise ConfigError("the demo's secrets are known to everybody: it does not run with AGENTE_ENV=production")
    settings = settings.model_copy(update={"http": settings.http.model_copy(update={"port": port})})
    hotels = _hotels(settings)
    with databases.running(settings, progress=_say, meanwhile=_import_service) as urls:
        _run(settings, hotels, urls, demo_since=began)


@cli.command()
def migrate() -> None:
    """Bring the database up to date."""
    if not databases.migrate(_settings(), progress=_say):
        _say("nothing to apply")


@cli.command()
def backup(
    into: Annotated[Path, typer.Argument(help="The directory that copies are kept in.")],
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest copies stay.")] = 7,
) -> None:
    """Copy the database, the flags and the hotels file; the service may run meanwhile."""
    settings = _settings()
    overrides = databases.overrides(settings)

    async def copy(url: str) -> None:
        made = await back_up(
            url,
            flags=overrides,
            hotels_file=settings.hotels_file,
            into=into,
            program=version("agente-hotelero"),
            progress=_say,
        )
        for gone in copies.keep_newest(into, keep):
            _say(f"removed {gone.name}")
        _say(f"made {made}")

    databases.with_database(settings, copy)


@cli.command()
def restore(
    copy: Annotated[Path, typer.Argument(help="One copy: a directory that `backup` made.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what the database holds.")] = False,
    older_than_hours: Annotated[
        float, typer.Option(min=0, help="Messages and timers that are older wait for a person.")
    ] = 1.0,
) -> None:
    """Bring a copy back while no service runs; nothing old is said to anybody."""
    settings = _settings()
    with databases.started(settings, progress=_say) as (database_url, redis_url):
        done = asyncio.run(
            restore_copy(database_url, copy, older_than=timedelta(hours=older_than_hours), force=force, progress=_say)
        )
        _restore_flags(copy, redis_url)
    _say(
        f"restored {sum(done.manifest.rows.values())} rows of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC\n"
        f"held back: {done.held_messages} messages, {done.held_timers} timers (`held list`, `held release`, `held drop`)\n"
        f"handed to staff: {done.handed_over} events without an answer\n"
        f"searched for at the PMS before anything is written: {done.searched} bookings"
    )
    if copies.part(copy / copies.HOTELS) != _part_if_there(settings.hotels_file):
        _say(f"the hotels file differs from the copy's: {copy / copies.HOTELS}")


def _restore_flags(copy: Path, redis_url: str) -> None:
    saved = json.loads((copy / copies.FLAGS).read_text("utf-8"))
    databases.set_overrides(
        redis_url,
        {name: enabled for name, value in saved.items() if (enabled := read_override(name, value)) is not None},
    )


def _part_if_there(path: Path) -> copies.FilePart | None:
    return copies.part(path) if path.is_file() else None


@handoffs.command("list")
def handoffs_list() -> None:
    """Show the open ones, oldest first."""

    async def show(desk: PostgresDesk) -> None:
        for one in await desk.waiting():
            state = "taken over" if one.taken_over else "told" if one.told_at else "nobody was told"
            since = one.created_at.isoformat(timespec="minutes")
            typer.echo(
                "\t".join((str(one.id), one.hotel, since, one.reason, state, one.guest_name or "-", one.contact or "-"))
            )

    _at_the_desk(show)


@handoffs.command("take")
def handoffs_take(number: int) -> None:
    """A person answers this guest from now on: the agent keeps quiet."""
    _act(number, PostgresDesk.take_over, "taken over")


@handoffs.command("give-back")
def handoffs_give_back(number: int) -> None:
    """The agent answers this guest again; everything of theirs is closed."""
    _act(number, PostgresDesk.give_back, "given back")


@handoffs.command("close")
def handoffs_close(number: int) -> None:
    """Settle one; the conversation goes on as it is."""
    _act(number, PostgresDesk.close, "closed")


def _act(number: int, action: Callable[[PostgresDesk, int], Awaitable[bool]], words: str) -> None:
    async def act(desk: PostgresDesk) -> None:
        if not await action(desk, number):
            _fail(f"there is no open hand-off {number}; `agente-hotelero handoffs list` shows them")
        _say(f"hand-off {number} is {words}")

    _at_the_desk(act)


def _at_the_desk(work: Callable[[PostgresDesk], Awaitable[None]]) -> None:
    async def run(pool: Pool) -> None:
        await work(PostgresDesk(pool, who="command line"))

    databases.with_pool(_settings(), run)


@held.command("list")
def held_list() -> None:
    """Show how much waits."""

    async def show(pool: Pool) -> None:
        found = await PostgresHeld(pool).count()
        since = f", the oldest since {found.oldest:%Y-%m-%d %H:%M} UTC" if found.oldest else ""
        _say(f"{found.messages} messages and {found.timers} timers are held back{since}")

    databases.with_pool(_settings(), show)


@held.command("release")
def held_release() -> None:
    """Let everything go: guests hear it now."""

    async def release(pool: Pool) -> None:
        found = await PostgresHeld(pool).release()
        _say(f"released {found.messages} messages and {found.timers} timers")

    databases.with_pool(_settings(), release)


@held.command("drop")
def held_drop() -> None:
    """Drop everything: nobody ever hears it."""

    async def drop(pool: Pool) -> None:
        found = await PostgresHeld(pool).drop()
        _say(f"dropped {found.messages} messages and {found.timers} timers")

    databases.with_pool(_settings(), drop)


@cli.command()
def check() -> None:
    """Validate settings and the hotels file."""
    settings = _settings()
    hotels = _hotels(settings)
    _warn(settings, hotels)
    count = len(hotels.all())
    _say(f"settings ({settings.env}) and {settings.hotels_file} are valid: {count} hotel{'s' if count > 1 else ''}")


@config.command("show")
def config_show() -> None:
    """Show the settings in force, secrets as stars."""
    typer.echo(json.dumps(settings_file.masked(_settings()), indent=2))


@guest.command("find")
def guest_find(
    words: Annotated[str, typer.Argument(help="A phone number, an e-mail address or a reservation code.")],
) -> None:
    """Find guests by number, mail or reservation."""
    settings = _settings()
    advanced = databases.flag_is_on(settings, Flag.PHONE_NORMALIZATION)
    region_of = _regions(settings).get if advanced else None

    async def find(pool: Pool) -> None:
        found = await PostgresGuests(pool).find(words, region_of=region_of)
        for one in found:
            seen = one.last_seen.isoformat(timespec="minutes") if one.last_seen else "-"
            typer.echo(
                f"{one.id}\t{one.hotel}\t{one.name or '-'}\t{', '.join(one.aliases)}\t{', '.join(one.codes) or '-'}\t{seen}"
            )
        if not found:
            _fail("nobody found")

    databases.with_pool(settings, find)


def _regions(settings: Settings) -> dict[HotelId, str | None]:
    """Where each hotel's staff type numbers: where its own phone is."""
    try:
        hotels = hotels_file.load(settings.hotels_file).all()
    except ConfigError:
        # Numbers are then compared as international ones only.
        return {}
    return {hotel.profile.id: phones.region_of(hotel.profile.phone) for hotel in hotels}


@token.command("create")
def token_create(name: str) -> None:
    """Make an operator's token; it is shown once."""

    async def create(pool: Pool) -> None:
        typer.echo(await PostgresTokens(pool).create(name))

    databases.with_pool(_settings(), create)


@token.command("revoke")
def token_revoke(name: str) -> None:
    """Make a token useless, within seconds."""

    async def revoke(pool: Pool) -> None:
        if not await PostgresTokens(pool).revoke(name):
            _fail(f"there is no valid token named {name}")
        _say(f"revoked {name}")

    databases.with_pool(_settings(), revoke)


@flags.command("list")
def flags_list() -> None:
    """Show every flag and where its value comes from."""

    async def show(store: RedisFlags) -> None:
        overrides = await store.read()
        for name in [*Flag, *sorted(set(overrides) - set(Flag))]:
            typer.echo("\t".join((name, *_in_force(name, overrides.get(name)))))

    databases.with_flags(_settings(), show)


def _in_force(name: str, override: str | None) -> tuple[str, str]:
    """The value of a flag and where it comes from; what Redis holds and nobody can read decides nothing."""
    enabled = None if override is None else read_override(name, override)
    if enabled is not None:
        return _on_or_off(enabled), "redis"
    if name not in set(Flag):
        return repr(override), "ignored: no flag, or neither on nor off"
    default = _on_or_off(DEFAULT_FLAGS[Flag(name)])
    return default, "default" if override is None else f"default; redis says {override!r}, neither on nor off"


def _on_or_off(enabled: bool) -> str:
    return "on" if enabled else "off"


@flags.command("set")
def flags_set(name: str, value: Annotated[str, typer.Argument(help="on or off")]) -> None:
    """Switch a flag everywhere, within 30 seconds."""
    if not is_flag(name):
        _fail(f"there is no flag {name}; the flags are: {', '.join(Flag)}")
    if value not in {"on", "off"}:
        _fail(f"a flag is on or off, not {value}")

    async def write(store: RedisFlags) -> None:
        await store.write(name, enabled=value == "on")

    databases.with_flags(_settings(), write)
    _say(f"{name} is {value}")


def _import_service() -> None:
    """It takes a while: embedded servers start beside it, and the other commands do without."""
    importlib.import_module("agente_hotelero.app")


def _run(
    settings: Settings, hotels: hotels_file.Hotels, urls: tuple[str, str], *, demo_since: float | None = None
) -> None:
    from agente_hotelero.telemetry import logs  # noqa: PLC0415 - see _import_service

    logs.set_up(json=settings.env is Environment.PRODUCTION)
    with _traced(settings.otel.endpoint):
        failed = asyncio.run(_serve(settings, hotels, urls, demo_since))
    if failed is not None:
        _fail(failed)


@contextmanager
def _traced(endpoint: str | None) -> Iterator[None]:
    """Send spans there for as long as this lasts, where there is a collector."""
    if not endpoint:
        yield
        return
    from agente_hotelero.telemetry import tracing  # noqa: PLC0415 - most services import no exporter

    provider = tracing.set_up(endpoint)
    try:
        yield
    finally:
        tracing.shut_down(provider)


async def _serve(
    settings: Settings, hotels: hotels_file.Hotels, urls: tuple[str, str], demo_since: float | None
) -> str | None:
    from agente_hotelero.app import App, Servers  # noqa: PLC0415 - see _import_service

    database_url, redis_url = urls
    async with AsyncExitStack() as stack:
        if demo_since is not None:
            settings = await _with_graph_of_the_demo(settings, stack)
            await _buttons_unless_said(redis_url)
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        app = App(settings=settings, hotels=hotels, servers=Servers(database_url=database_url, redis_url=redis_url))
        stack.push_async_callback(app.stop)
        await app.start()
        if demo_since is not None:
            _introduce(app.port, time.monotonic() - demo_since)
        else:
            _say(f"listening on port {app.port}")
        waits = {asyncio.create_task(stop.wait()), asyncio.create_task(app.wait())}
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
    return app.failed


async def _with_graph_of_the_demo(settings: Settings, stack: AsyncExitStack) -> Settings:
    from agente_hotelero.http import demo_graph  # noqa: PLC0415 - see _import_service
    from agente_hotelero.http.listener import Listener  # noqa: PLC0415 - see _import_service

    graph = await Listener.open(demo_graph.build(_show_message), host="127.0.0.1", port=0)
    stack.push_async_callback(graph.close)
    whatsapp = settings.whatsapp.model_copy(update={"graph_url": f"http://127.0.0.1:{graph.port}"})
    return settings.model_copy(update={"whatsapp": whatsapp})


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


def _settings(**overrides: Any) -> Settings:
    return settings_file.load(env_file=ENV_FILE, **overrides)


def _hotels(settings: Settings) -> hotels_file.Hotels:
    hotels = hotels_file.load(settings.hotels_file, environment=settings_file.variables(env_file=ENV_FILE))
    require_secrets(settings, hotels)
    return hotels


def _warn(settings: Settings, hotels: hotels_file.Hotels) -> None:
    unknown = settings_file.unknown(settings_file.variables(env_file=ENV_FILE))
    for line in (*unknown, *doubts(settings, hotels)):
        typer.echo(f"warning: {line}", err=True)


def _say(line: str) -> None:
    typer.echo(line)
    sys.stdout.flush()


def _fail(words: str) -> NoReturn:
    typer.echo(f"error: {words}", err=True)
    raise SystemExit(1)
