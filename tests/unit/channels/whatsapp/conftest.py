"""Meta, as these tests call it: by an account's token."""

from collections.abc import AsyncIterator
from typing import Final

import pytest

from tests.fakes.graph import FakeGraph

TOKEN: Final = "EAAsecret-token"


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph(access_token=TOKEN) as server:
        yield server
