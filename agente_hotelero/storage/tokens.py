"""Admin tokens: shown once, kept as hashes; and the trail of who changed what."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import orjson

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.roles import Role
from agente_hotelero.storage.links import Pool

# A change and its trail are one statement: neither is there without the other.
CREATE: Final = """
WITH made AS (INSERT INTO token (name, hash, role, hotel) VALUES ($1, $2, $3, $4) RETURNING name, role, hotel)
INSERT INTO audit (who, action, detail)
SELECT 'command line', 'token_created', json_build_object('name', name, 'role', role, 'hotel', hotel) FROM made
"""
REVOKE: Final = """
WITH gone AS (UPDATE token SET revoked_at = now() WHERE name = $1 AND revoked_at IS NULL RETURNING name)
INSERT INTO audit (who, action, detail) SELECT 'command line', 'token_revoked', json_build_object('name', name) FROM gone RETURNING id
"""
KNOWN: Final = "SELECT id, name, hash, role, hotel FROM token WHERE revoked_at IS NULL"
AUDIT: Final = "INSERT INTO audit (who, action, detail) VALUES ($1, $2, $3)"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownToken:
    """One token by its hash."""

    id: int
    name: str
    hash: bytes
    role: Role
    hotel: HotelId | None


class PostgresTokens:
    """Tokens are random, so a plain SHA-256 protects them; lookups go by the hash, never by the secret."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def create(self, name: str, *, role: Role, hotel: HotelId | None = None) -> str:
        """Make a token and answer it, the only time that it is readable; RefusedError when the name is taken.

        Without a hotel it is good for all of them.
        """
        token = f"agente_{secrets.token_urlsafe(32)}"
        try:
            await self._pool.fetch(CREATE, name, _hash(token), role, hotel)
        except asyncpg.UniqueViolationError as error:
            raise RefusedError(f"there is a token named {name} already") from error
        return token

    async def revoke(self, name: str) -> bool:
        """Make a token useless; False when there is none of that name."""
        return bool(await self._pool.fetch(REVOKE, name))

    async def known(self) -> list[KnownToken]:
        """Every valid token."""
        return [_known(row) for row in await self._pool.fetch(KNOWN)]

    async def audit(self, who: str, action: str, detail: Mapping[str, object]) -> None:
        """Write one line of the trail."""
        await self._pool.fetch(AUDIT, who, action, orjson.dumps(detail).decode())


def _known(row: Any) -> KnownToken:
    return KnownToken(
        id=row["id"],
        name=row["name"],
        hash=row["hash"],
        role=Role(row["role"]),
        hotel=None if row["hotel"] is None else HotelId(row["hotel"]),
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
