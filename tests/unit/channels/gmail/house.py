"""A client of the fake Gmail, as the tests of this folder have it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache

import aiohttp
import pytest

from agente_hotelero.channels.gmail.api import Gmail
from agente_hotelero.channels.gmail.credentials import grant, read_credentials
from agente_hotelero.channels.gmail.failures import GmailError
from agente_hotelero.channels.gmail.units import Units
from agente_hotelero.channels.oauth.tokens import TokenError, Tokens
from tests.fakes.gmail import FakeGmail
from tests.fakes.google import service_account_json

read_once = lru_cache(read_credentials)
"""A private key is checked while it is read, which takes a while."""


@dataclass(frozen=True, kw_only=True)
class House:
    google: FakeGmail
    session: aiohttp.ClientSession
    gmail: Gmail
    tokens: Tokens


def time() -> float:
    return asyncio.get_running_loop().time()


@asynccontextmanager
async def house(
    *, credentials: str | None = None, per_minute: float = 6_000, timeout_seconds: float = 30.0
) -> AsyncIterator[House]:
    """Clocks are the loop's."""
    async with FakeGmail() as google, aiohttp.ClientSession() as session:
        tokens = Tokens(
            session=session,
            token_url=google.token_url,
            grant=grant(
                read_once(credentials or service_account_json()), mailbox=google.address, token_url=google.token_url
            ),
            clock=time,
        )
        gmail = Gmail(
            session=session,
            base_url=google.url,
            tokens=tokens,
            units=Units(per_minute=per_minute, clock=time),
            timeout_seconds=timeout_seconds,
            jitter=lambda: 0.5,
        )
        yield House(google=google, session=session, gmail=gmail, tokens=tokens)


async def error_of(call: Awaitable[object]) -> GmailError:
    """What a call raises."""
    with pytest.raises(GmailError) as raised:
        await call
    return raised.value


async def no_token(tokens: Tokens) -> TokenError:
    """Why there is none."""
    with pytest.raises(TokenError) as raised:
        await tokens.token()
    return raised.value
