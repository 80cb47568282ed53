"""Reservation rows as the saga sees them; an outcome and the event that tells the guest are one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import structlog

from agente_hotelero.model.events import ReservationSettled, SagaOutcome
from agente_hotelero.model.ids import ClientRef, GuestId, HotelId
from agente_hotelero.model.journal import Epochs, SagaRow
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation
from agente_hotelero.storage import codec
from agente_hotelero.storage.links import Pool

log = structlog.get_logger(__name__)

KINDS: Final = frozenset({"reserve", "cancel", "late_checkout"})
UNFINISHED: Final = "SELECT * FROM reservation WHERE hotel = $1 AND state <> 'settled' ORDER BY created_at, client_ref"
# Committed before the PMS is called: a crash after this finds the row in `writing` and searches first.
BEGIN: Final = """
WITH owned AS (
    SELECT e.shard FROM shard_epoch e JOIN reservation r USING (shard) WHERE r.client_ref = $1 AND e.epoch = $2 FOR SHARE OF e
)
UPDATE reservation r SET state = 'writing', writes = writes + 1, updated_at = now()
FROM owned WHERE r.client_ref = $1 AND r.state <> 'settled' RETURNING r.*
"""
CHECK: Final = """
WITH row AS (
    UPDATE reservation SET state = 'checking', checks = $3, updated_at = now()
    WHERE client_ref = $1 AND state <> 'settled' RETURNING client_ref, guest_id, shard, hotel
)
INSERT INTO timer AS old (guest_id, shard, hotel, kind, key, due_at)
SELECT guest_id, shard, hotel, 'saga', client_ref || '/' || $3, $2 FROM row
ON CONFLICT (guest_id, kind, key) DO UPDATE SET due_at = excluded.due_at
"""
# An outcome that was told already is not told again, but it may close the row now; after an end nothing takes longer.
SETTLE: Final = """
WITH known AS (
    SELECT client_ref, outcome IS DISTINCT FROM $2 AND NOT ($2 = 'delayed' AND outcome IS NOT NULL) AS is_news
    FROM reservation WHERE client_ref = $1 FOR UPDATE
), row AS (
    UPDATE reservation r SET outcome = $2, news = news + is_news::int, state = CASE WHEN $3 THEN 'settled' ELSE state END,
        code = coalesce($4, code), updated_at = now()
    FROM known WHERE r.client_ref = known.client_ref AND state <> 'settled' AND (is_news OR $3) RETURNING r.*, is_news
), idle AS (
    DELETE FROM timer USING row WHERE $3 AND timer.guest_id = row.guest_id AND timer.kind = 'saga'
        AND starts_with(timer.key, row.client_ref || '/')
)
INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at)
SELECT guest_id, shard, hotel, 'system', hotel, 'pms:' || client_ref || ':' || news, '', $5::json, now() FROM row WHERE is_news
RETURNING id
"""


class PostgresSagas:
    """Implements the saga's journal on the reservation table."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self.epochs: Epochs = {}
        """Set by whoever claims the shards."""

    async def unfinished(self, hotel: HotelId) -> Sequence[SagaRow]:
        """Sagas of a hotel that are not settled, oldest first."""
        return [row for r in await self._pool.fetch(UNFINISHED, hotel) if (row := _readable(r)) is not None]

    async def begin_write(self, ref: ClientRef) -> SagaRow | None:
        """Commit that the PMS is about to be called; None when it is settled, or not ours any more."""
        shard = await self._pool.fetch("SELECT shard FROM reservation WHERE client_ref = $1", ref)
        epoch = self.epochs.get(shard[0]["shard"], -1) if shard else -1
        rows = await self._pool.fetch(BEGIN, ref, epoch)
        return _saga(rows[0]) if rows else None

    async def schedule_check(self, ref: ClientRef, *, due_at: datetime, step: int) -> None:
        """Search again at `due_at`, whoever owns the shards then."""
        await self._pool.fetch(CHECK, ref, due_at, step)

    async def settle(
        self,
        ref: ClientRef,
        outcome: SagaOutcome,
        reservation: PmsReservation | None,
        *,
        quoted: Money | None = None,
        final: bool,
    ) -> None:
        """Write the outcome and the guest's event; the same outcome twice is told once."""
        event = ReservationSettled(client_ref=ref, outcome=outcome, reservation=reservation, quoted=quoted)
        code = reservation.code if reservation else None
        await self._pool.fetch(SETTLE, ref, outcome.value, final, code, codec.text(event))


def _readable(record: Any) -> SagaRow | None:
    """One row; None for what a newer version wrote: it stops nobody else's booking."""
    try:
        return _saga(record)
    except (
        ValueError
    ):  # a request that does not fit (its text quotes the booker), a kind or an outcome that we do not know
        log.error("saga_unreadable", client_ref=record["client_ref"])  # noqa: TRY400 - a traceback would quote them
        return None


def _saga(record: Any) -> SagaRow:
    if record["kind"] not in KINDS:
        raise ValueError("a kind of write that we do not know")
    return SagaRow(
        client_ref=ClientRef(record["client_ref"]),
        guest_id=GuestId(record["guest_id"]),
        hotel=HotelId(record["hotel"]),
        kind=record["kind"],
        state=record["state"],
        request=None if record["request"] is None else codec.REQUEST.validate_json(record["request"]),
        code=record["code"],
        writes=record["writes"],
        checks=record["checks"],
        created_at=record["created_at"],
        leaves_at=record["leaves_at"],
        outcome=None if record["outcome"] is None else SagaOutcome(record["outcome"]),
    )
