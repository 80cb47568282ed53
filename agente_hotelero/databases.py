"""The databases that a command works on: those of the settings, or embedded ones of our own."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress

from pydantic import SecretStr

from agente_hotelero.config.flags import DEFAULT_FLAGS, Flag, read_override
from agente_hotelero.config.settings import Environment, Settings
from agente_hotelero.errors import AgenteError, UnavailableError
from agente_hotelero.storage import migrate as migrations
from agente_hotelero.storage.embedded.claim import claim
from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey
from agente_hotelero.storage.flag_store import RedisFlags
from agente_hotelero.storage.links import Pool

Progress = Callable[[str], None]


class NothingRunsError(AgenteError):
    """No service runs on the data directory, so its servers can't be asked."""


class NotMigratedError(AgenteError):
    """The database lacks migrations."""

    def __init__(self, missing: list[str]) -> None:
        """Name what is missing."""
        super().__init__(f"the database lacks {', '.join(missing)}; run: agente-hotelero migrate")


@contextmanager
def running(settings: Settings, *, progress: Progress, meanwhile: Callable[[], object]) -> Iterator[tuple[str, str]]:
    """The addresses of database and Redis, there and migrated for as long as this lasts.

    `meanwhile` is called as soon as embedded servers are on their way.
    """
    with started(settings, progress=progress, meanwhile=meanwhile) as (database_url, redis_url):
        asyncio.run(_bring_up_to_date(database_url, settings, progress))
        yield database_url, redis_url


@contextmanager
def started(
    settings: Settings, *, progress: Progress, meanwhile: Callable[[], object] = lambda: None
) -> Iterator[tuple[str, str]]:
    """The same as they are found, not migrated; no service of ours runs on embedded ones meanwhile."""
    embedded = settings.database_url is None or settings.redis_url is None
    postgres = None if settings.database_url else EmbeddedPostgres(data_dir=settings.data_dir, progress=progress)
    valkey = None if settings.redis_url else EmbeddedValkey(data_dir=settings.data_dir, progress=progress)
    with ExitStack() as stack:
        if embedded:
            stack.enter_context(claim(settings.data_dir))
        # Both begin before either is waited for.
        for server in (valkey, postgres):
            if server is not None:
                stack.callback(server.stop)
                server.spawn()
        meanwhile()
        redis_url = valkey.wait() if valkey else _shown(settings.redis_url)
        database_url = postgres.wait() if postgres else _shown(settings.database_url)
        yield database_url, redis_url


def migrate(settings: Settings, *, progress: Progress) -> list[str]:
    """Apply what is missing; answers the names."""
    if settings.database_url is not None:
        return asyncio.run(_migrate(_shown(settings.database_url), progress))
    postgres = EmbeddedPostgres(data_dir=settings.data_dir, progress=progress)
    with claim(settings.data_dir), ExitStack() as stack:
        stack.callback(postgres.stop)
        return asyncio.run(_migrate(postgres.start(), progress))


def with_pool(settings: Settings, work: Callable[[Pool], Awaitable[None]]) -> None:
    """Do something in the database of a running service."""

    async def run(url: str) -> None:
        pool = Pool(url)
        await pool.open()
        try:
            await work(pool)
        finally:
            await pool.close()

    with_database(settings, run)


def with_database(settings: Settings, work: Callable[[str], Awaitable[None]]) -> None:
    """Do something with the database of a running service, by its address; it must be migrated."""

    async def run(url: str) -> None:
        if missing := await migrations.pending(url):
            raise NotMigratedError(missing)
        await work(url)

    embedded = None if settings.database_url else EmbeddedPostgres(data_dir=settings.data_dir).url
    with _explained(settings, embedded=embedded is not None, setting="AGENTE_DATABASE_URL"):
        asyncio.run(run(embedded or _shown(settings.database_url)))


def with_flags(settings: Settings, work: Callable[[RedisFlags], Awaitable[None]]) -> None:
    """Do something with the flags of a running service."""
    embedded = None if settings.redis_url else EmbeddedValkey(data_dir=settings.data_dir).url
    with _explained(settings, embedded=embedded is not None, setting="AGENTE_REDIS_URL"):
        asyncio.run(_with_flags(embedded or _shown(settings.redis_url), work))


def overrides(settings: Settings) -> dict[str, str]:
    """The flags that somebody has set, as Redis has them; raises UnavailableError."""
    found: dict[str, str] = {}

    async def read(store: RedisFlags) -> None:
        found.update(await store.read())

    with_flags(settings, read)
    return found


def set_overrides(redis_url: str, flags: Mapping[str, bool]) -> None:
    """Set flags anew; raises UnavailableError."""

    async def write(store: RedisFlags) -> None:
        for name, enabled in flags.items():
            await store.write(name, enabled=enabled)

    asyncio.run(_with_flags(redis_url, write))


async def _with_flags(url: str, work: Callable[[RedisFlags], Awaitable[None]]) -> None:
    store = RedisFlags(url)
    try:
        await work(store)
    finally:
        await store.close()


def flag_is_on(settings: Settings, flag: Flag) -> bool:
    """Tell whether a flag is on; its default while Redis is away."""
    with suppress(UnavailableError, NothingRunsError):
        override = read_override(flag.value, overrides(settings).get(flag.value, ""))
        if override is not None:
            return override
    return DEFAULT_FLAGS[flag]


async def _bring_up_to_date(database_url: str, settings: Settings, progress: Progress) -> None:
    """Outside production a start migrates; in production the release does, and a start only checks."""
    if settings.env is not Environment.PRODUCTION or settings.database_url is None:
        await _migrate(database_url, progress)
    elif missing := await migrations.pending(database_url):
        raise NotMigratedError(missing)


async def _migrate(database_url: str, progress: Progress) -> list[str]:
    applied = await migrations.migrate(database_url)
    for name in applied:
        progress(f"applied {name}")
    return applied


@contextmanager
def _explained(settings: Settings, *, embedded: bool, setting: str) -> Iterator[None]:
    """An embedded server that does not answer is one that nobody started."""
    try:
        yield
    except UnavailableError:
        if not embedded:
            raise
        raise NothingRunsError(
            f"no service runs on {settings.data_dir.absolute()}: start one with `agente-hotelero serve` (or demo), "
            f"name its AGENTE_DATA_DIR, or set {setting}"
        ) from None


def _shown(url: SecretStr | None) -> str:
    return "" if url is None else url.get_secret_value()
