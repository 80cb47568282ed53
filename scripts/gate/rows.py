"""What is in a database before it is migrated: for each table, in the order that foreign keys want, rows as columns and SQL.

A column or a table that the previous version does not have is left out; a value has to be one that it could hold.
"""

from typing import Final

WHOSE: Final = {"guest_id": "1", "shard": "7", "hotel": "'demo'"}
WHERE: Final = {"channel": "'whatsapp'", "account": "'100'", "address": "'54911'"}
STAY: Final = {
    "room_type": "'double'", "check_in": "date '2030-05-01'", "check_out": "date '2030-05-04'",
    "adults": "2", "children": "1", "total": "270.00", "currency": "'USD'",
}  # fmt: skip
WAITING: Final = {**WHOSE, "kind": "'gather'", "due_at": "now()", "not_after": "now() + interval '1 hour'"}
OUTBOX_STATES: Final = ("pending", "sending", "sent", "dead", "cancelled")
RESERVATION_STATES: Final = ("intended", "writing", "checking", "settled")
DEMO_STATES: Final = ("live", "cancelled")

ROWS: Final[dict[str, tuple[dict[str, str], ...]]] = {
    "shard_epoch": ({"shard": "7", "epoch": "3", "owner": "'one'", "claimed_at": "now()"},),
    "ownership": ({"left_clean": "false"},),
    "guest": ({"id": "1", "hotel": "'demo'", "shard": "7", "profile_name": "'Ana'"},),
    "guest_alias": ({"hotel": "'demo'", "kind": "'phone'", "value": "'54911'", "guest_id": "1"},),
    "seen": ({"key": r"'\x01'", "at": "now()"},),
    "seen_key": ({"key": r"'\x01'"},),
    "inbox": tuple(
        {
            **WHOSE, **WHERE, "external_id": f"'wamid.{done}'", "event": """'{"kind": "text", "body": "hola"}'""",
            "sent_at": "now()", "traceparent": "'00-1-1-01'", "attempts": "1", "done": done,
        }
        for done in ("true", "false")
    ),
    "quarantine": ({"channel": "'whatsapp'", "account": "'100'", "reason": "'unreadable'", "raw": r"'\x00ff'"},),
    "conversation": (
        {
            "guest_id": "1", "shard": "7", "version": "2", "state": """'{"v": 1}'""", "replies": "6",
            "reply_channel": "'whatsapp'", "reply_account": "'100'", "reply_address": "'54911'",
        },
    ),
    "outbox": tuple(
        {
            **WHOSE, **WHERE, "n": str(n), "cause": "1", "message": """'{"kind": "text"}'""", "interactive": "false",
            "facts": "'{pets}'", "status": f"'{status}'", "delivery": "'sent'", "provider_id": f"'wamid.{n}'",
        }
        for n, status in enumerate(OUTBOX_STATES, start=1)
    ),
    "delivery_report": (
        {"account": "'100'", "provider_id": "'wamid.1'", "state": "'read'", "outbox_id": "1", "at": "now()"},
    ),
    "mailbox": ({"hotel": "'demo'", "address": "'reservas@hotel.example'", "cursor": "'7:41'"},),
    "media": (
        {"inbox_id": "1", "n": "0", "state": "'due'", "attempts": "1"},
        {
            "inbox_id": "1", "n": "1", "state": "'kept'", "file": "'ab'", "name": "'dni.jpg'", "mime": "'image/jpeg'",
            "bytes": "4", "sha256": r"'\x01'",
        },
        {"inbox_id": "2", "n": "0", "state": "'refused'", "reason": "'gone'"},
    ),
    "media_upload": (
        {"hotel": "'demo'", "channel": "'whatsapp'", "account": "'100'", "sha256": r"'\x01'", "media_id": "'9'"},
    ),
    "timer": ({**WAITING, "key": "'1'"},),
    "account_quiet": (
        {"hotel": "'demo'", "channel": "'whatsapp'", "account": "'100'", "reason": "'flagged'", "at": "now()", "until": "'infinity'"},
    ),
    "held_timer": ({**WAITING, "key": "'1'"},),
    "quote": (
        {
            "guest_id": "1", "hotel": "'demo'", "cause": "1", **STAY, "rooms": "1",
            "rooms_left": "2", "fetched_at": "now()", "shown_at": "now()",
        },
    ),
    "reservation": tuple(
        {**WHOSE, "client_ref": f"'ref-{state}'", "kind": "'reserve'", "state": f"'{state}'", "request": "'{}'"}
        for state in RESERVATION_STATES
    ),
    "handoff": (
        {"guest_id": "1", "hotel": "'demo'", "cause": "1", "reason": "'asked'", "summary": "'Ana asks'"},
        {"guest_id": "1", "hotel": "'demo'", "cause": "2", "reason": "'asked'", "summary": "'Ana'", "closed_at": "now()"},
    ),
    "dead_letter": ({"inbox_id": "1", "guest_id": "1", "error": "'boom'"},),
    "token": (
        {"name": "'desk'", "hash": r"'\x01'"},
        {"name": "'gone'", "hash": r"'\x02'", "revoked_at": "now()"},
    ),
    "audit": ({"who": "'cli'", "action": "'token_created'", "detail": """'{"name": "desk"}'"""},),
    "demo_room_type": (
        {
            "hotel": "'demo'", "key": "'double'", "name": "'doble'", "capacity": "2", "rooms": "4",
            "base_price": "90.00", "currency": "'USD'",
        },
    ),
    "demo_reservation": tuple(
        {
            "hotel": "'demo'", "code": f"'{state}'", "client_ref": f"'ref-{state}'", "status": f"'{state}'", **STAY,
            "booker": "'{}'",
        }
        for state in DEMO_STATES
    ),
    "demo_note": ({"hotel": "'demo'", "code": "'live'", "body": "'Llega tarde'"},),
}  # fmt: skip
