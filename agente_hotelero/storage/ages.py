"""How old things are in the database: what a gauge shows before somebody has to look."""

from typing import Final

from agente_hotelero.storage.links import Pool

INBOX: Final = "SELECT min(received_at) AS since FROM inbox WHERE NOT done"
# Without a single copy, the database's own age: a copy is missing since it has something to lose.
BACKUP: Final = """
SELECT coalesce((SELECT max(at) FROM audit WHERE action = 'backup'), (SELECT min(applied_at) FROM schema_migration)) AS since
"""


MEDIA: Final = "SELECT min(created_at) AS since FROM media WHERE state = 'due'"
QUESTIONS: Final = "SELECT count(*)::float8 AS waiting FROM timer WHERE kind = 'pms_retry'"


class PostgresAges:
    """Each answers seconds, or how many there are; 0 where there is nothing."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def inbox(self) -> float:
        """Of the oldest event without a turn."""
        return await self._age(INBOX)

    async def backup(self) -> float:
        """Of the newest copy."""
        return await self._age(BACKUP)

    async def media(self) -> float:
        """Of what a guest sent first among all that is not here."""
        return await self._age(MEDIA)

    async def questions(self) -> float:
        """How many guests wait for the PMS to be back."""
        waiting: float = (await self._pool.fetch(QUESTIONS))[0]["waiting"]
        return waiting

    async def _age(self, since: str) -> float:
        rows = await self._pool.fetch(
            f"SELECT coalesce(extract(epoch FROM now() - since), 0)::float8 AS age FROM ({since}) found"  # noqa: S608 - constants
        )
        age: float = rows[0]["age"]
        return age
