"""The journal's tables as tests use them: events in, turns committed, rows looked at."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg

from agente_hotelero.dialogue.state import State
from agente_hotelero.model.events import DeliveryReport, DeliveryState, InboundEvent, TextReceived
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, GuestId, HotelId, OutboxId
from agente_hotelero.model.journal import (
    Committed,
    Conversation,
    Epochs,
    InboxRow,
    Mark,
    OutboxRow,
    OutboxStatus,
    ReplyDraft,
    ReplyRoute,
    Turn,
)
from agente_hotelero.model.messages import Text
from agente_hotelero.storage.identities import PostgresIdentities
from agente_hotelero.storage.inbox import PostgresInbox
from agente_hotelero.storage.links import Link
from agente_hotelero.storage.outbox import PostgresOutbox
from agente_hotelero.storage.turns import PostgresTurns

HOTEL: Final = HotelId("demo")
WHATSAPP: Final = Account(HOTEL, Channel.WHATSAPP, "100")
WEBCHAT: Final = Account(HOTEL, Channel.WEBCHAT, "demo")
PHONE: Final = "5491100000001"
UNCLAIMED: Final[Epochs] = dict.fromkeys(range(256), 0)
"""The epochs of a fresh database."""


def an_event(
    external_id: str, *, phone: str = PHONE, text: str = "hola", account: Account = WHATSAPP, **values: Any
) -> InboundEvent:
    """A guest wrote."""
    kind = AliasKind.SESSION if account.channel is Channel.WEBCHAT else AliasKind.PHONE
    event = InboundEvent(
        account=account,
        external_id=external_id,
        alias=Alias(kind, phone),
        event=TextReceived(text=text),
        sent_at=datetime.now(UTC),
        address=phone,
        profile_name="Ana",
    )
    return replace(event, **values)


def a_reply(text: str = "¡Hola!", *, account: Account = WHATSAPP, address: str = PHONE, **values: Any) -> ReplyDraft:
    """One message for the guest."""
    route = ReplyRoute(account=account, address=address)
    immediate = account.channel is Channel.WEBCHAT
    reply = ReplyDraft(route=route, message=Text(body=text), interactive=False, immediate=immediate)
    return replace(reply, **values)


def a_turn(*rows: InboxRow, version: int = 0, **values: Any) -> Turn:
    """What a conversation makes of these rows: one reply, unless said otherwise."""
    first = rows[0]
    turn = Turn(
        guest_id=first.guest_id,
        hotel=first.account.hotel,
        shard=first.shard,
        version=version,
        state=State(name="Ana"),
        route=ReplyRoute(account=first.account, address=first.address),
        inbox_ids=tuple(row.id for row in rows),
        replies=(a_reply(account=first.account, address=first.address),),
    )
    return replace(turn, **values)


def a_mark(row: OutboxRow, before: OutboxStatus, after: OutboxStatus, **values: Any) -> Mark:
    """One step of a row."""
    return replace(Mark(id=row.id, shard=row.shard, before=(before,), after=after), **values)


def sending(row: OutboxRow) -> Mark:
    """The step before a POST."""
    return a_mark(row, OutboxStatus.PENDING, OutboxStatus.SENDING)


def sent(row: OutboxRow, provider_id: str = "wamid.1") -> Mark:
    """The step after a POST."""
    return a_mark(row, OutboxStatus.SENDING, OutboxStatus.SENT, provider_id=provider_id)


def a_report(
    state: DeliveryState, *, provider_id: str = "wamid.1", outbox_id: OutboxId | None = None, **values: Any
) -> DeliveryReport:
    """The channel says what became of a message."""
    report = DeliveryReport(
        account=WHATSAPP, provider_id=provider_id, state=state, at=datetime.now(UTC), outbox_id=outbox_id
    )
    return replace(report, **values)


class Journal:
    """One process's lanes over a database."""

    def __init__(self, database_url: str) -> None:
        self.url = database_url
        self._links = [Link(database_url, name=name) for name in ("inbox", "turns", "loader", "marks")]
        inbox, turns, loader, marks = self._links
        self.inbox = PostgresInbox(inbox, key=b"k" * 32)
        self.turns = PostgresTurns(turns, loader)
        self.outbox = PostgresOutbox(marks)
        self.identities = PostgresIdentities(loader)
        self.epochs: Epochs = UNCLAIMED

    async def receive(self, *external_ids: str, **values: Any) -> list[InboxRow]:
        """Store texts of one guest; answers their rows."""
        stored, _ = await self.inbox.store([an_event(external_id, **values) for external_id in external_ids])
        return [one.row for one in stored if one is not None and one.row is not None]

    async def commit(self, *turns: Turn) -> list[Committed]:
        return await self.turns.commit(turns, self.epochs)

    async def load(self, *guests: GuestId) -> list[Conversation]:
        """Conversations that can be read."""
        loaded = await self.turns.load(guests)
        return [one for one in loaded if isinstance(one, Conversation)]

    async def answer(self, *texts: str, phone: str = PHONE) -> list[OutboxRow]:
        """A guest's first message, and a turn with these replies to it."""
        rows = await self.receive(f"first-{phone}", phone=phone)
        [committed] = await self.commit(a_turn(*rows, replies=tuple(a_reply(text, address=phone) for text in texts)))
        assert committed.passed
        return list(committed.outbox)

    async def mark(self, *marks: Mark) -> list[bool]:
        return await self.outbox.mark(marks, self.epochs)

    async def report(self, *reports: DeliveryReport) -> list[tuple[OutboxId, DeliveryState]]:
        _, moved = await self.inbox.store(reports)
        return [(one.outbox_id, one.state) for one in moved]

    async def close(self) -> None:
        for link in self._links:
            await link.close()


class Tables:
    """What an engineer sees in psql."""

    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.connection = connection

    async def rows(self, sql: str, *arguments: object) -> list[Mapping[str, Any]]:
        return [dict(record) for record in await self.connection.fetch(sql, *arguments)]

    async def value(self, sql: str, *arguments: object) -> Any:
        return await self.connection.fetchval(sql, *arguments)

    async def count(self, table: str) -> int:
        count: int = await self.value(f"SELECT count(*) FROM {table}")
        return count

    async def counts(self) -> dict[str, int]:
        """Rows of everything that a turn may write."""
        tables = ("conversation", "outbox", "timer", "quote", "reservation", "handoff")
        return {table: count for table in tables if (count := await self.count(table))}

    async def undone(self) -> list[int]:
        return [row["id"] for row in await self.rows("SELECT id FROM inbox WHERE NOT done ORDER BY id")]

    async def replies(self, guest: GuestId) -> list[tuple[int, str]]:
        """Number and text of everything said to a guest, in the order of sending."""
        found = await self.rows("SELECT n, message->>'body' AS body FROM outbox WHERE guest_id = $1 ORDER BY id", guest)
        return [(row["n"], row["body"]) for row in found]

    async def locked(self, *, waiting: int = 1) -> None:
        """Return when so many sessions of this database wait for a lock."""
        blocked = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        while await self.value(blocked) < waiting:
            await self.value("SELECT pg_stat_clear_snapshot()")  # which a transaction keeps

    async def cut(self, where: str, *arguments: object) -> int:
        """End sessions of this database, other than this one."""
        await self.value("SELECT pg_stat_clear_snapshot()")
        ended = await self.rows(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database()"
            f" AND pid <> pg_backend_pid() AND {where}",
            *arguments,
        )
        return len(ended)
