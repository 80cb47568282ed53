"""What a keeper of media is given, in memory."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.ids import Account, Channel, HotelId, InboxId
from agente_hotelero.model.media import DueMedia, GuestFile, StoredFile
from tests.support.virtual_time import now

ACCOUNT = Account(HotelId("demo"), Channel.WHATSAPP, "100")
LEASE = timedelta(minutes=5)


@dataclass
class Row:
    media: MediaReceived | None
    since: datetime
    next_at: datetime
    state: str = "due"
    reason: str | None = None
    attempts: int = 0
    files: tuple[StoredFile, ...] = ()


@dataclass
class FakeMediaLedger:
    """The table; `failures` are raised by whatever is asked next."""

    rows: dict[int, Row] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)

    def add(self, number: int, media: MediaReceived | None, *, since: datetime | None = None) -> Row:
        row = self.rows[number] = Row(media=media, since=since or now(), next_at=now())
        return row

    def state(self, number: int) -> str | None:
        row = self.rows.get(number)
        return None if row is None else row.reason or row.state

    async def adopt(self) -> None:
        self._fail()
        for row in self.rows.values():
            row.next_at = min(row.next_at, now())

    async def take(self, most: int) -> list[DueMedia]:
        self._fail()
        due = [one for one in self.rows.items() if one[1].state == "due" and one[1].next_at <= now()][:most]
        for _, row in due:
            row.attempts += 1
            row.next_at = now() + LEASE
        return [
            DueMedia(
                id=n, inbox_id=InboxId(n), account=ACCOUNT, media=row.media, attempts=row.attempts, since=row.since
            )
            for n, row in due
        ]

    async def next_due(self) -> datetime | None:
        return min((row.next_at for row in self.rows.values() if row.state in {"due", "unwanted"}), default=None)

    async def put_off(self, media: int, seconds: float) -> None:
        self.rows[media].next_at = now() + timedelta(seconds=seconds)

    async def refuse(self, media: int, reason: str) -> None:
        self.rows[media].state, self.rows[media].reason = "refused", reason

    async def keep(self, media: int, files: Sequence[StoredFile]) -> bool:
        self._fail()
        row = self.rows[media]
        if row.state != "due":
            return False
        row.state, row.files = "kept", tuple(files)
        return True

    async def unwanted(self) -> list[tuple[int, str | None]]:
        return [
            (number, row.files[0].file if row.files else None)
            for number, row in self.rows.items()
            if row.state == "unwanted"
        ]

    async def forget(self, media: Sequence[int]) -> None:
        for number in media:
            del self.rows[number]

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


@dataclass
class FakeMediaStore:
    """The disk; `failures` are raised by the next writes."""

    files: dict[str, bytes] = field(default_factory=dict)
    failures: list[OSError] = field(default_factory=list)

    async def write(self, name: str, content: bytes) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.files[name] = content

    async def remove(self, names: Iterable[str]) -> None:
        for name in names:
            self.files.pop(name, None)


@dataclass
class FakeChannelFiles:
    """What channels give out: by id, after what is in `failures`, once `let_go` is set for what hangs."""

    files: dict[str, Sequence[GuestFile]] = field(default_factory=dict)
    failures: dict[str, list[Exception]] = field(default_factory=dict)
    asked: list[tuple[str, datetime]] = field(default_factory=list)
    hanging: set[str] = field(default_factory=set)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, _account: Account, media: MediaReceived) -> Sequence[GuestFile]:
        self.asked.append((media.media_id, now()))
        if media.media_id in self.hanging:
            await self.let_go.wait()
        if failures := self.failures.get(media.media_id):
            raise failures.pop(0)
        return self.files[media.media_id]
