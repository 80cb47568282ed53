"""The Redis hash of feature flags."""

from collections.abc import Mapping
from typing import Final, cast

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from agente_hotelero.errors import UnavailableError

HASH: Final = "feature_flags"
TIMEOUT_SECONDS: Final = 1.0


class RedisFlags:
    """Reads and writes overrides; raises UnavailableError while Redis is away."""

    def __init__(self, url: str) -> None:
        # Set by hand: redis-py's own defaults retry for seconds and wait without end. The retry is the
        # asynchronous one: its namesake for threads is accepted too, and never tries again.
        self._client: redis.asyncio.Redis = redis.asyncio.Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 1),
            protocol=2,
            decode_responses=False,
        )

    async def read(self) -> Mapping[str, str]:
        """All fields as text; bytes that are no text become what no value is."""
        try:
            fields = cast("Mapping[bytes, bytes]", await self._client.hgetall(HASH))
        except (RedisError, OSError, TimeoutError) as error:
            raise UnavailableError("redis") from error
        return {name.decode("utf-8", "replace"): value.decode("utf-8", "replace") for name, value in fields.items()}

    async def write(self, name: str, *, enabled: bool) -> None:
        """Override a flag everywhere."""
        try:
            await self._client.hset(HASH, name, "1" if enabled else "0")
        except (RedisError, OSError, TimeoutError) as error:
            raise UnavailableError("redis") from error

    async def ping(self) -> None:
        """Raise UnavailableError unless Redis answers."""
        try:
            await self._client.ping()
        except (RedisError, OSError, TimeoutError) as error:
            raise UnavailableError("redis") from error

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.aclose()
