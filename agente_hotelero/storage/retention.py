"""Forgets what nobody needs any more, a few pages at a time, so that tables and their cost stay flat."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from agente_hotelero.storage.links import Pool

PAGES: Final = 256
"""Of 8 kB, looked through by one statement: about twenty thousand small rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What of a table may go, `kept` after it was written."""

    table: str
    written: str
    kept: timedelta
    unless: str = "false"


RULES: Final = (
    # One day more than promised: providers send again for up to seven days.
    Rule(table="seen", written="at", kept=timedelta(days=9)),
    # Read while their message is on its way, which ends within minutes; a month is for the engineer.
    Rule(
        table="delivery_report",
        written="received_at",
        kept=timedelta(days=30),
        unless="""EXISTS (SELECT FROM outbox o WHERE o.status IN ('pending', 'sending')
            AND (o.id = row.outbox_id OR o.provider_id = row.provider_id))""",
    ),
    Rule(table="quarantine", written="received_at", kept=timedelta(days=90)),
    # A stay may be a year away when it is talked about. What waits and what only a person can read stays.
    Rule(
        table="inbox",
        written="received_at",
        kept=timedelta(days=400),
        unless="NOT row.done OR EXISTS (SELECT FROM dead_letter d WHERE d.inbox_id = row.id)",
    ),
    # The rows; their files go with them (see `upkeep`).
    Rule(table="media", written="created_at", kept=timedelta(days=30)),
    # A channel keeps what it was given for thirty days.
    Rule(table="media_upload", written="uploaded_at", kept=timedelta(days=30)),
    Rule(table="outbox", written="created_at", kept=timedelta(days=400), unless="row.status IN ('pending', 'sending')"),
)
PAGE_COUNT: Final = "SELECT pg_relation_size($1::text::regclass) / current_setting('block_size')::int AS pages"


class PostgresRetention:
    """Sweeps all tables once; safe beside turns, beside another sweep, and when it is cut off in the middle."""

    def __init__(self, pool: Pool, *, media_kept: timedelta | None = None) -> None:
        """`media_kept` is how long what guests sent stays, where its operator says something else."""
        self._pool = pool
        self._rules = [
            replace(rule, kept=media_kept) if rule.table == "media" and media_kept else rule for rule in RULES
        ]

    async def sweep(self) -> dict[str, int]:
        """Delete what is too old; answers how many rows of each table. Raises StorageUnavailableError."""
        return {rule.table: await self._sweep(rule) for rule in self._rules}

    async def _sweep(self, rule: Rule) -> int:
        # By pages, not by age: no index has to be kept for it on tables that every message writes to.
        pages = (await self._pool.fetch(PAGE_COUNT, rule.table))[0]["pages"]
        sql = _statement(rule)
        gone = 0
        for first in range(0, pages, PAGES):
            rows = await self._pool.fetch(sql, (first, 0), (first + PAGES, 0), rule.kept)
            gone += rows[0]["gone"]
        return gone


def _statement(rule: Rule) -> str:
    return f"""
WITH gone AS (
    DELETE FROM {rule.table} row WHERE row.ctid >= $1::tid AND row.ctid < $2::tid
        AND row.{rule.written} < now() - $3::interval AND NOT ({rule.unless})
    RETURNING 1
)
SELECT count(*) AS gone FROM gone
"""  # noqa: S608 - of constants
