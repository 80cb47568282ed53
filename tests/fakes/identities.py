"""Who is who, in memory: codes are counted for ever, and two guests are one when a test says so."""

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agente_hotelero.dialogue.effects import SameGuest
from agente_hotelero.model.ids import Account, GuestId, HotelId
from agente_hotelero.model.journal import Epochs, InboxRow, Joined, Union
from agente_hotelero.model.messages import OneTimeCode
from tests.fakes.journal import FakeDatabase


class FakeCodes:
    """Codes that a test can look up."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def make_seed(self) -> str:
        self.made.append(f"seed-{len(self.made)}")
        return self.made[-1]

    @staticmethod
    def digits(seed: str) -> str:
        return f"{zlib.crc32(seed.encode()) % 1_000_000:06d}"

    def fits(self, seed: str, digits: str) -> bool:
        return self.digits(seed) == digits

    @property
    def last(self) -> str:
        """The code that was made last."""
        return self.digits(self.made[-1])

    @property
    def wrong(self) -> str:
        """One that was never made."""
        return f"{(int(self.last) + 1) % 1_000_000:06d}"


class FakeIdentities:
    """Implements the port of the same name."""

    def __init__(self, database: FakeDatabase) -> None:
        self._database = database
        self.used: Counter[tuple[str, str]] = Counter()
        self.sent: list[OneTimeCode] = []
        self.wishes: list[SameGuest] = []
        self.joined: list[Joined] = []
        """What becomes of the next wishes."""
        self.successors: dict[GuestId, GuestId] = {}
        """Guests whose conversation goes on as another's."""

    async def may_send(self, hotel: HotelId, reservation: str, *, ref: str) -> bool:
        self.used["send", reservation] += 1
        return self.used["send", reservation] <= 3

    async def may_try(self, hotel: HotelId, reservation: str, *, ref: str) -> int | None:
        self.used["try", reservation] += 1
        left = 5 - self.used["try", reservation]
        return left if left >= 0 else None

    async def codes_sent(self, account: Account, address: str, *, since: datetime) -> Sequence[OneTimeCode]:
        return self.sent

    async def unite(self, row: InboxRow, wish: SameGuest, epochs: Epochs) -> Joined:
        self.wishes.append(wish)
        self._database.done.add(row.id)
        return self.joined.pop(0) if self.joined else Joined(became=Union.NOTHING, survivor=row.guest_id)

    async def forward(self, guest: GuestId) -> GuestId | None:
        survivor = self.successors.get(guest)
        if survivor is not None:
            mine = [row for row in self._database.undone() if row.guest_id == guest]
            self._database.rows |= {row.id: replace(row, guest_id=survivor) for row in mine}
        return survivor
