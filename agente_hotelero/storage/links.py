"""Connections to Postgres: one per lane, and a pool for the rest; every outage becomes StorageUnavailableError."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from types import TracebackType
from typing import Any, Final, Protocol, Self

import asyncpg

from agente_hotelero.errors import StorageUnavailableError

# What Postgres or the network says when it is away, starting, stopping or out of something; and when two
# statements got in each other's way, which leaves nothing behind: the same call may succeed later.
OUTAGES: Final = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.PostgresSystemError,
    asyncpg.TransactionRollbackError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby after a fail-over
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    # Who may come in and what is there is the operator's to change, as rotating a password does: nothing of ours is wrong.
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.InvalidCatalogNameError,
)
CONNECT_SECONDS: Final = 5.0
STATEMENT_SECONDS: Final = 15.0
# A process that is frozen in the middle of a transaction holds rows that others wait for: the server ends it.
IDLE_TRANSACTION: Final = {"idle_in_transaction_session_timeout": "5s"}
# Our statements are few and large: planning one anew costs as much as running it. JIT would cost a hundred times that.
# A plan that was made while a table was small reads all of it, and is kept until the table's statistics change: every
# mark of a message then looked at the whole outbox. None of our statements is better off without its index.
PLANS: Final = {"plan_cache_mode": "force_generic_plan", "jit": "off", "enable_seqscan": "off"}


class translated:  # noqa: N801 - reads as a verb where it is used: `with translated():`
    """Turn asyncpg's ways to say «away» into StorageUnavailableError; everything else passes."""

    def __init__(self, on_outage: Callable[[], None] | None = None) -> None:
        self._on_outage = on_outage

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        """Translate, and drop what is broken."""
        if isinstance(error, OUTAGES) and not isinstance(error, StorageUnavailableError):
            if self._on_outage is not None:
                self._on_outage()
            raise StorageUnavailableError("postgres") from error


class Fetches(Protocol):
    """Whatever runs statements: a link, or a pool."""

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement, which commits by itself."""
        ...

    def transaction(self) -> "AbstractAsyncContextManager[Any]":
        """Run several statements as one."""
        ...


class Link:
    """One connection that opens when it is used, and again after a failure; its callers take turns."""

    def __init__(self, dsn: str, *, name: str) -> None:
        """`name` is what `pg_stat_activity` shows."""
        self._dsn = dsn
        self._name = name
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._turn = asyncio.Lock()

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement, which commits by itself."""
        async with self._turn:
            with translated(self._drop):
                connection = await self._open()
                return await connection.fetch(sql, *arguments)

    @asynccontextmanager
    async def transaction(self) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """Run several statements as one."""
        async with self._turn:
            with translated(self._drop):
                connection = await self._open()
                async with connection.transaction():
                    yield connection

    async def close(self) -> None:
        """Close in order, where there is still something to close."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*OUTAGES):
                await connection.close(timeout=2)

    async def _open(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self._dsn,
                timeout=CONNECT_SECONDS,
                command_timeout=STATEMENT_SECONDS,
                server_settings={"application_name": f"agente-{self._name}", **IDLE_TRANSACTION, **PLANS},
            )
        return self._connection

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()


class Pool:
    """Connections for whatever is not on a message's way."""

    def __init__(self, dsn: str, *, size: int = 6, name: str = "pool") -> None:
        self._dsn = dsn
        self._name = name
        self._size = size
        self._pool: Any = None

    async def open(self) -> None:
        """Prepare; connections open when they are needed, so an absent server is no failure here."""
        with translated():
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=0,
                max_size=self._size,
                timeout=CONNECT_SECONDS,
                command_timeout=STATEMENT_SECONDS,
                server_settings={"application_name": f"agente-{self._name}", **IDLE_TRANSACTION, **PLANS},
                reset=_nothing,
            )

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        """Run one statement, which commits by itself."""
        with translated():
            async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection:
                rows: list[asyncpg.Record] = await connection.fetch(sql, *arguments)
                return rows

    @asynccontextmanager
    async def transaction(self) -> "AsyncIterator[asyncpg.Connection[asyncpg.Record]]":
        """Run several statements as one."""
        with translated():
            async with self._pool.acquire(timeout=CONNECT_SECONDS) as connection, connection.transaction():
                yield connection

    async def close(self) -> None:
        """Close all, at once if they do not close by themselves."""
        if self._pool is not None:
            try:
                async with asyncio.timeout(2):
                    await self._pool.close()
            except TimeoutError:
                self._pool.terminate()


async def _nothing(_connection: object) -> None:
    """Our statements leave no session state, so there is none to reset: that would cost each of them another round trip."""
