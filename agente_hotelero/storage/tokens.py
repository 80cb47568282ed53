"""Admin tokens: shown once, kept as hashes; and the trail of who changed what."""

import hashlib
import secrets
from typing import Final

import asyncpg
import orjson

from agente_hotelero.errors import RefusedError
from agente_hotelero.storage.links import Pool

# A change and its trail are one statement: neither is there without the other.
CREATE: Final = """
WITH made AS (INSERT INTO token (name, hash) VALUES ($1, $2) RETURNING name)
INSERT INTO audit (who, action, detail) SELECT 'cli', 'token_created', json_build_object('name', name) FROM made
"""
REVOKE: Final = """
WITH gone AS (UPDATE token SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL RETURNING name)
INSERT INTO audit (who, action, detail) SELECT 'cli', 'token_revoked', json_build_object('name', name) FROM gone RETURNING id
"""
KNOWN: Final = "SELECT id, name, hash FROM token WHERE revoked_at IS NULL"
AUDIT: Final = "INSERT INTO audit (who, action, detail) VALUES ($1, $2, $3)"


class PostgresTokens:
    """Tokens are random, so a plain SHA-256 protects them; lookups go by the hash, never by the secret."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def create(self, name: str) -> str:
        """Make a token and answer it, the only time that it is readable; RefusedError when the name is taken."""
        token = f"agente_{secrets.token_urlsafe(32)}"
        try:
            await self._pool.fetch(CREATE, name, _hash(token))
        except asyncpg.UniqueViolationError as error:
            raise RefusedError(f"there is a token named {name} already") from error
        return token

    async def revoke(self, name: str) -> bool:
        """Make a token useless; False when there is none of that name."""
        return bool(await self._pool.fetch(REVOKE, name))

    async def known(self) -> list[tuple[int, str, bytes]]:
        """Id, name and hash of every valid token."""
        return [(r["id"], r["name"], r["hash"]) for r in await self._pool.fetch(KNOWN)]

    async def audit(self, who: str, action: str, detail: dict[str, str]) -> None:
        """Write one line of the trail."""
        await self._pool.fetch(AUDIT, who, action, orjson.dumps(detail).decode())


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
