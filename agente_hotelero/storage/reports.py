"""What channels say of our messages: kept, and applied set-based, only forward."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from agente_hotelero.model.events import DeliveryReport, DeliveryState
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, OutboxId
from agente_hotelero.model.journal import Applied

KEEP: Final = """
INSERT INTO delivery_report (account, provider_id, state, at, outbox_id, error_code)
SELECT DISTINCT ON (account, provider_id, state) *
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::int[])
    AS t(account, provider_id, state, at, outbox_id, error_code)
ORDER BY account, provider_id, state
ON CONFLICT DO NOTHING
"""
# The furthest state of each message; a row on its way was sent after all, whatever its sender knows.
APPLY: Final = """
WITH said AS (
    SELECT DISTINCT ON (o.id) o.id, r.state, r.provider_id, r.error_code
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::int[]) AS r(account, provider_id, state, outbox_id, error_code)
    CROSS JOIN LATERAL (SELECT id, account FROM outbox WHERE id = r.outbox_id
        UNION SELECT id, account FROM outbox WHERE provider_id = r.provider_id) o
    WHERE o.account = r.account
    ORDER BY o.id, delivery_rank(r.state) DESC
), locked AS (
    SELECT id FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM said)) ORDER BY id FOR UPDATE
), moved AS (
UPDATE outbox o SET delivery = said.state, provider_id = coalesce(o.provider_id, said.provider_id),
    status = CASE WHEN o.status IN ('pending', 'sending') THEN 'sent' ELSE o.status END
FROM said
WHERE o.id = said.id AND o.id = ANY (ARRAY(SELECT id FROM locked)) AND delivery_rank(said.state) > delivery_rank(coalesce(o.delivery, ''))
RETURNING o.id, o.guest_id, o.cause, o.delivery, o.hotel, o.channel, o.account, said.error_code
), handed AS (
    INSERT INTO handoff (guest_id, cause, hotel, reason, summary)
    SELECT guest_id, cause, hotel, 'undeliverable', 'El canal no pudo entregar una respuesta al huésped (código '
        || coalesce(error_code::text, 'desconocido') || '); hay que avisarle por otra vía.'
    FROM moved WHERE delivery = 'failed'
)
SELECT * FROM moved
"""
# At recovery: what is on its way and was reported is not on its way.
APPLY_STORED: Final = """
WITH said AS (
    SELECT DISTINCT ON (o.id) o.id, r.state, r.provider_id, r.error_code, o.delivery AS known
    FROM outbox o JOIN delivery_report r ON (r.outbox_id = o.id OR r.provider_id = o.provider_id) AND r.account = o.account
    WHERE o.status IN ('pending', 'sending')
    ORDER BY o.id, delivery_rank(r.state) DESC
), moved AS (
    UPDATE outbox o SET delivery = said.state, provider_id = coalesce(o.provider_id, said.provider_id), status = 'sent'
    FROM said WHERE o.id = said.id AND o.status IN ('pending', 'sending')
    RETURNING o.guest_id, o.cause, o.hotel, o.delivery, said.known, said.error_code
)
INSERT INTO handoff (guest_id, cause, hotel, reason, summary)
SELECT guest_id, cause, hotel, 'undeliverable', 'El canal no pudo entregar una respuesta al huésped (código '
    || coalesce(error_code::text, 'desconocido') || '); hay que avisarle por otra vía.'
FROM moved WHERE delivery = 'failed' AND known IS DISTINCT FROM 'failed'
"""


async def keep(connection: Any, items: Sequence[DeliveryReport]) -> list[Applied]:
    """Store reports and apply what can be applied; answers what moved."""
    if not items:
        return []
    accounts = [i.account.name for i in items]
    provider_ids = [i.provider_id for i in items]
    states = [i.state.value for i in items]
    outbox_ids = [i.outbox_id for i in items]
    codes = [i.error_code for i in items]
    await connection.fetch(KEEP, accounts, provider_ids, states, [i.at for i in items], outbox_ids, codes)
    return [_applied(r) for r in await connection.fetch(APPLY, accounts, provider_ids, states, outbox_ids, codes)]


def _applied(record: asyncpg.Record) -> Applied:
    return Applied(
        outbox_id=OutboxId(record["id"]),
        guest_id=GuestId(record["guest_id"]),
        state=DeliveryState(record["delivery"]),
        account=Account(HotelId(record["hotel"]), Channel(record["channel"]), record["account"]),
        error_code=record["error_code"],
    )
