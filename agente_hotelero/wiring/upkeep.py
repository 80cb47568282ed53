"""What is looked at again and again while the service runs: our vitals, operators' tokens, old rows."""

import asyncio
from collections.abc import Set as AbstractSet
from contextlib import suppress
from typing import Final

import structlog

from agente_hotelero.actors.journal import Standing
from agente_hotelero.actors.runtime import note_unless_away
from agente_hotelero.actors.vitals import Vitals
from agente_hotelero.errors import UnavailableError
from agente_hotelero.http.bearer import HashedTokens
from agente_hotelero.http.ports import TokenInfo
from agente_hotelero.storage.media import PostgresMedia
from agente_hotelero.storage.media_files import MediaFiles
from agente_hotelero.storage.tokens import KnownToken, PostgresTokens
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.crew import Crew
from agente_hotelero.wiring.stores import Stores

log = structlog.get_logger(__name__)

TOKENS_SECONDS: Final = 5.0
FORGET_SECONDS: Final = 6 * 3600.0
STRAY_SECONDS: Final = 3600.0
"""A file is there before its row, by moments."""


class KnownTokens:
    """Operators' tokens as of the last look."""

    def __init__(self, store: PostgresTokens) -> None:
        self._store = store
        self._tokens = HashedTokens(known={})

    def check(self, token: str) -> TokenInfo | None:
        """Whose it is."""
        return self._tokens.check(token)

    async def refresh(self) -> None:
        """Look once; while the database is away the last look counts."""
        with suppress(UnavailableError):
            self._tokens = HashedTokens(known={one.hash: _info(one) for one in await self._store.known()})

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(TOKENS_SECONDS)
            try:
                await self.refresh()
            except Exception as error:  # noqa: BLE001 - one look's failure is not the last look: a revoked token must end
                note_unless_away("tokens_not_read", error)


def _info(token: KnownToken) -> TokenInfo:
    return TokenInfo(id=str(token.id), name=token.name, role=token.role, hotel=token.hotel)


async def forget_the_old(stores: Stores, crew: Crew) -> None:
    """Delete what nobody needs any more, now and then, until cancelled; one process does it."""
    while True:
        await asyncio.sleep(FORGET_SECONDS)
        if crew.standing is Standing.OWNING:
            try:
                log.info("old_rows_deleted", **await stores.retention.sweep())
                log.info("old_files_deleted", files=await sweep_files(stores.media_files, stores.media))
            except Exception as error:  # noqa: BLE001 - what could not be swept today is swept another time
                note_unless_away("old_rows_not_deleted", error)


async def sweep_files(files: MediaFiles, rows: PostgresMedia) -> int:
    """Delete files that no row names: their time is over, or somebody was killed before the row was written."""
    gone = 0
    for names in await files.old(STRAY_SECONDS):
        strays = set(names) - await rows.known(names)
        await files.remove(strays)
        gone += len(strays)
    return gone


def vitals(stores: Stores, crew: Crew, *, required: AbstractSet[str], metrics: Metrics) -> Vitals:
    """Put together who looks after us; our own parts are `required` whatever the settings say."""

    async def ping_postgres() -> None:
        await stores.pool.fetch("SELECT 1")

    return Vitals(
        probes={"postgres": ping_postgres, "redis": stores.flags.ping},
        parts={
            "pms": lambda: crew.pms_available,
            "journal": lambda: crew.standing is not Standing.LOST,
            "router": lambda: not crew.router_exhausted,
        },
        required=frozenset(required | {"journal", "router"}),
        details=crew.details,
        measures=(
            (metrics.inbox_lag_seconds, stores.ages.inbox),
            (metrics.pms_questions_waiting, stores.ages.questions),
            (metrics.media_due_seconds, stores.ages.media),
            (metrics.backup_age_seconds, stores.ages.backup),
            (metrics.handoffs_open, stores.handoffs.count_open),
        ),
        depths=crew.depths,
        metrics=metrics,
    )
