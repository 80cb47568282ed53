"""What the turn lane answers when the database refuses a batch and then goes away."""

from contextlib import AbstractAsyncContextManager
from typing import Any

import asyncpg
import pytest

from agente_hotelero.dialogue.state import State
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.ids import GuestId, HotelId, InboxId
from agente_hotelero.model.journal import Turn
from agente_hotelero.storage.turns import PostgresTurns


class Answers:
    """Raises one error after the other."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)

    async def fetch(self, _sql: str, *_: object) -> list[asyncpg.Record]:
        raise self._errors.pop(0)

    def transaction(self) -> "AbstractAsyncContextManager[Any]":
        raise NotImplementedError


def a_turn(n: int) -> Turn:
    return Turn(
        guest_id=GuestId(n),
        hotel=HotelId("demo"),
        shard=1,
        version=0,
        state=State(),
        route=None,
        inbox_ids=(InboxId(n),),
    )


@pytest.mark.parametrize("refused", [1, 2])
async def test_a_database_that_goes_away_while_a_refused_turn_is_looked_for_is_an_outage(refused: int) -> None:
    errors = [asyncpg.DataError("no")] * refused
    link = Answers(*errors, StorageUnavailableError("postgres"))
    with pytest.raises(StorageUnavailableError):
        await PostgresTurns(link, link).commit([a_turn(1), a_turn(2), a_turn(3)], {1: 0})
