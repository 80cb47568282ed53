"""What channels say of our messages: kept, and applied set-based, only forward."""

from collections.abc import Sequence
from typing import Any, Final

import asyncpg

from agente_hotelero.model.events import DeliveryReport, DeliveryState
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId, OutboxId
from agente_hotelero.model.journal import SECOND_TRY, Applied

KEEP: Final = """
INSERT INTO delivery_report (account, provider_id, state, at, outbox_id, error_code)
SELECT DISTINCT ON (account, provider_id, state) *
FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[], $6::int[])
    AS t(account, provider_id, state, at, outbox_id, error_code)
ORDER BY account, provider_id, state
ON CONFLICT DO NOTHING
"""
# "Re-engagement message": more than 24 hours after the guest's last one. What came too late waits again, to go another way,
# and what is said of that sending later moves nothing.
TOO_LATE: Final = 131047
# "Message undeliverable": no outage, and often over after a while; once more, and then staff hear of it.
UNREACHABLE: Final = 131026
AGAIN_AT: Final = "now() + interval '30 minutes'"
# The furthest state of each message; a row on its way was sent after all, whatever its sender knows.
APPLY: Final = f"""
WITH said AS (
    SELECT DISTINCT ON (o.id) o.id, r.state, r.provider_id, r.error_code, coalesce(r.state = 'failed' AND r.error_code IN ({TOO_LATE}, {UNREACHABLE})
               AND (SELECT message ->> 'type' FROM outbox WHERE id = o.id) <> 'template', false) AS late
    FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::int[]) AS r(account, provider_id, state, outbox_id, error_code)
    CROSS JOIN LATERAL (SELECT id, account, shut FROM outbox WHERE id = r.outbox_id
        UNION SELECT id, account, shut FROM outbox WHERE provider_id = r.provider_id) o
    WHERE o.account = r.account AND o.shut IS DISTINCT FROM r.provider_id
    ORDER BY o.id, delivery_rank(r.state) DESC
), locked AS (
    SELECT id FROM outbox WHERE id = ANY (ARRAY(SELECT id FROM said)) ORDER BY id FOR UPDATE
), moved AS (
UPDATE outbox o SET
    delivery = CASE WHEN said.late AND o.shut IS NULL THEN NULL ELSE said.state END,
    provider_id = CASE WHEN said.late AND o.shut IS NULL THEN NULL ELSE coalesce(o.provider_id, said.provider_id) END,
    status = CASE WHEN said.late AND o.shut IS NULL AND o.status IN ('pending', 'sending', 'sent') THEN 'pending'
                  WHEN o.status IN ('pending', 'sending') THEN 'sent' ELSE o.status END,
    shut = CASE WHEN said.late AND o.shut IS NULL THEN said.provider_id ELSE o.shut END,
    next_at = CASE WHEN said.late AND o.shut IS NULL AND said.error_code = {UNREACHABLE} THEN {AGAIN_AT} ELSE o.next_at END,
    error = CASE WHEN said.late AND o.shut IS NULL AND said.error_code = {UNREACHABLE} THEN '{SECOND_TRY}' ELSE o.error END
FROM said
WHERE o.id = said.id AND o.id = ANY (ARRAY(SELECT id FROM locked)) AND delivery_rank(said.state) > delivery_rank(coalesce(o.delivery, ''))
RETURNING o.id, o.guest_id, o.cause, said.state AS delivery, o.hotel, o.channel, o.account, said.error_code,
          said.late AND o.shut = said.provider_id AS put_back
), handed AS (
    INSERT INTO handoff (guest_id, cause, hotel, reason, summary)
    SELECT guest_id, cause, hotel, 'undeliverable', 'El canal no pudo entregar una respuesta al huésped (código '
        || coalesce(error_code::text, 'desconocido') || '); hay que avisarle por otra vía.'
    FROM moved WHERE delivery = 'failed' AND NOT put_back
)
SELECT * FROM moved
"""  # noqa: S608 - a constant
# At recovery: what is on its way and was reported is not on its way.
APPLY_STORED: Final = f"""
WITH said AS (
    SELECT DISTINCT ON (o.id) o.id, r.state, r.provider_id, r.error_code, o.delivery AS known,
           coalesce(r.state = 'failed' AND r.error_code IN ({TOO_LATE}, {UNREACHABLE}) AND o.shut IS NULL AND o.message ->> 'type' <> 'template',
                    false) AS late
    FROM outbox o JOIN delivery_report r ON (r.outbox_id = o.id OR r.provider_id = o.provider_id) AND r.account = o.account
    WHERE o.status IN ('pending', 'sending') AND o.shut IS DISTINCT FROM r.provider_id
    ORDER BY o.id, delivery_rank(r.state) DESC
), moved AS (
    UPDATE outbox o SET
        delivery = CASE WHEN said.late THEN NULL ELSE said.state END,
        provider_id = CASE WHEN said.late THEN NULL ELSE coalesce(o.provider_id, said.provider_id) END,
        status = CASE WHEN said.late THEN 'pending' ELSE 'sent' END,
        shut = CASE WHEN said.late THEN said.provider_id ELSE o.shut END,
        next_at = CASE WHEN said.late AND said.error_code = {UNREACHABLE} THEN {AGAIN_AT} ELSE o.next_at END,
        error = CASE WHEN said.late AND said.error_code = {UNREACHABLE} THEN '{SECOND_TRY}' ELSE o.error END
    FROM said WHERE o.id = said.id AND o.status IN ('pending', 'sending')
    RETURNING o.guest_id, o.cause, o.hotel, o.delivery, said.known, said.error_code
)
INSERT INTO handoff (guest_id, cause, hotel, reason, summary)
SELECT guest_id, cause, hotel, 'undeliverable', 'El canal no pudo entregar una respuesta al huésped (código '
    || coalesce(error_code::text, 'desconocido') || '); hay que avisarle por otra vía.'
FROM moved WHERE delivery = 'failed' AND known IS DISTINCT FROM 'failed'
"""  # noqa: S608 - a constant


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
        put_back=record["put_back"],
    )
