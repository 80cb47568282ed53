"""Who is who: how often a code was sent or tried, and one guest made of two."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agente_hotelero.dialogue import joining
from agente_hotelero.dialogue.effects import SameGuest
from agente_hotelero.dialogue.joining import Side
from agente_hotelero.dialogue.state import State
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model import phones
from agente_hotelero.model.ids import Account, AliasKind, GuestId, HotelId
from agente_hotelero.model.journal import IS_CODE, SAME_GUEST, Epochs, InboxRow, Joined, Union
from agente_hotelero.model.messages import OneTimeCode
from agente_hotelero.model.values import value
from agente_hotelero.storage import codec, states
from agente_hotelero.storage.links import Fetches
from agente_hotelero.storage.states import UnknownStateError, UnreadableStateError

MOST: Final[Mapping[str, int]] = {"send": 3, "try": 5}
"""In an hour, of one reservation, whoever asks: five guesses at a million."""
LATER_SECONDS: Final = 1.0
LONGEST_SECONDS: Final = 300.0
GIVE_UP: Final = timedelta(days=1)
KIND_OF: Final[Mapping[str, AliasKind]] = {"email": AliasKind.EMAIL, "whatsapp": AliasKind.PHONE}

# On conflict the row is looked at as it is now, locked: two who ask at once are counted one after the other.
COUNT: Final = """
INSERT INTO verification AS v (hotel, reservation, kind, uses)
VALUES ($1, $2, $3, jsonb_build_object($4::text, extract(epoch FROM now())))
ON CONFLICT (hotel, reservation, kind) DO UPDATE SET used_at = now(), uses = excluded.uses || coalesce(
    (SELECT jsonb_object_agg(key, value) FROM jsonb_each(v.uses) WHERE value::float8 > extract(epoch FROM now()) - 3600), '{}')
WHERE v.uses ? $4::text
   OR (SELECT count(*) FROM jsonb_each(v.uses) WHERE value::float8 > extract(epoch FROM now()) - 3600) < $5
RETURNING (SELECT count(*) FROM jsonb_each(uses)) AS used
"""
CODES: Final = f"""
SELECT message FROM outbox
WHERE hotel = $1 AND channel = $2 AND account = $3 AND address = ANY ($4) AND created_at > $5 AND facts = '{{{IS_CODE}}}'
ORDER BY id DESC LIMIT 3
"""  # noqa: S608 - a constant

ASKED: Final = "SELECT guest_id FROM inbox WHERE id = $1 AND NOT done"
DONE: Final = "UPDATE inbox SET done = true WHERE id = $1"
# Whose reservation it is, and whose name; by the mail server's word alone only who typed a code that was sent there.
OTHERS: Final = """
SELECT guest_id FROM reservation WHERE hotel = $1 AND code = $2 AND kind = 'reserve'
UNION SELECT guest_id FROM guest_alias WHERE hotel = $1 AND kind = $3 AND value = ANY ($4) AND $2 IS NOT NULL
UNION SELECT guest_id FROM proved_name WHERE hotel = $1 AND kind = $3 AND value = ANY ($4)
"""
PRESENT: Final = """
WITH RECURSIVE chain AS (
    SELECT id, merged_into, hotel, shard FROM guest WHERE id = ANY ($1)
    UNION SELECT g.id, g.merged_into, g.hotel, g.shard FROM chain JOIN guest g ON g.id = chain.merged_into
)
SELECT DISTINCT id, hotel, shard FROM chain WHERE merged_into IS NULL
"""
PROVE: Final = """
INSERT INTO proved_name (hotel, kind, value, guest_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (hotel, kind, value) DO UPDATE SET guest_id = excluded.guest_id, at = now()
"""
# In the order in which a turn's commit takes them, so that the two never wait for each other in a circle.
OWNED: Final = "SELECT shard, epoch FROM shard_epoch WHERE shard = ANY ($1) ORDER BY shard FOR SHARE"
UNDONE: Final = "SELECT id FROM inbox WHERE guest_id = ANY ($1) AND NOT done ORDER BY id FOR UPDATE"
# Also where there was no turn yet: one that is being decided now must find another version.
MEET: Final = """
INSERT INTO conversation (guest_id, shard, version, state) SELECT id, shard, 1, '{}' FROM guest WHERE id = ANY ($1) ORDER BY id
ON CONFLICT DO NOTHING
"""
CONVERSATIONS: Final = """
SELECT guest_id, version, state::text AS state, replies, reply_channel, reply_account, reply_address
FROM conversation WHERE guest_id = ANY ($1) ORDER BY guest_id FOR UPDATE
"""
GUESTS: Final = "SELECT id, merged_into FROM guest WHERE id = ANY ($1) ORDER BY id FOR UPDATE"
ON_THEIR_WAY: Final = "SELECT 1 FROM outbox WHERE guest_id = ANY ($1) AND status IN ('pending', 'sending') LIMIT 1"
LAST_WORDS: Final = """
SELECT g.id, (SELECT max(i.id) FROM inbox i WHERE i.guest_id = g.id AND i.channel <> 'system') AS last FROM unnest($1::bigint[]) AS g(id)
"""
AGAIN: Final = """
INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at) VALUES ($1, $2, $3, $4, $5, now() + $6::interval)
ON CONFLICT (guest_id, kind, key) DO NOTHING
"""
GO_ON: Final = """
UPDATE conversation SET version = version + 1, state = $2::jsonb, replies = $3,
    reply_channel = $4, reply_account = $5, reply_address = $6, updated_at = now()
WHERE guest_id = $1
"""
# A turn of theirs that was decided before finds another version.
END: Final = """
UPDATE conversation SET version = version + 1, state = '{}', replies = 0,
    reply_channel = NULL, reply_account = NULL, reply_address = NULL, updated_at = now()
WHERE guest_id = ANY ($1)
"""
# What was said keeps its order: all of it is counted anew, below zero first, where nobody's count can be in the way.
RENUMBER: Final = """
UPDATE outbox o SET guest_id = $2, shard = $3, n = -place.n
FROM (SELECT id, row_number() OVER (ORDER BY id) AS n FROM outbox WHERE guest_id = ANY ($1::bigint[]) OR guest_id = $2) place
WHERE o.id = place.id
"""
UPRIGHT: Final = "UPDATE outbox SET n = -n WHERE guest_id = $1 AND n < 0"
SAID: Final = "SELECT count(*) AS said FROM outbox WHERE guest_id = $1"
OF_BOTH: Final = """
UPDATE guest g SET profile_name = coalesce(g.profile_name, other.profile_name),
    opted_out_at = least(g.opted_out_at, other.opted_out_at), quiet_until = greatest(g.quiet_until, other.quiet_until)
FROM (SELECT min(profile_name) AS profile_name, min(opted_out_at) AS opted_out_at, max(quiet_until) AS quiet_until
      FROM guest WHERE id = ANY ($1)) other
WHERE g.id = $2
"""
POINT: Final = "UPDATE guest SET merged_into = $2 WHERE id = ANY ($1) OR merged_into = ANY ($1)"
# Undone rows that were not there when these were locked are forwarded when they are found.
HEARD: Final = """
UPDATE inbox SET guest_id = $2, shard = $3 WHERE id = ANY ($4) AND guest_id = ANY ($1)
"""
HEARD_BEFORE: Final = """
UPDATE inbox SET guest_id = $2, shard = $3 WHERE guest_id = ANY ($1) AND channel <> 'system' AND done
"""
MOVES: Final = (
    "UPDATE guest_alias SET guest_id = $2 WHERE guest_id = ANY ($1)",
    "UPDATE proved_name SET guest_id = $2 WHERE guest_id = ANY ($1)",
    "UPDATE reservation SET guest_id = $2, shard = $3 WHERE guest_id = ANY ($1)",
    "UPDATE handoff SET guest_id = $2 WHERE guest_id = ANY ($1)",
    "UPDATE quote SET guest_id = $2 WHERE guest_id = ANY ($1)",
    "UPDATE dead_letter SET guest_id = $2 WHERE guest_id = ANY ($1)",
)
# Of two timers for the same thing one stays; the state knows of one only.
TIMERS: Final = tuple(
    f"""
WITH mine AS (DELETE FROM {table} WHERE guest_id = ANY ($1) RETURNING hotel, kind, key, due_at, not_after)
INSERT INTO {table} (guest_id, shard, hotel, kind, key, due_at, not_after)
SELECT DISTINCT ON (kind, key) $2::bigint, $3::smallint, hotel, kind, key, due_at, not_after FROM mine ORDER BY kind, key, due_at
ON CONFLICT (guest_id, kind, key) DO NOTHING
"""  # noqa: S608 - constants
    for table in ("timer", "held_timer")
)
FORWARD: Final = "UPDATE inbox SET guest_id = $2, shard = $3 WHERE guest_id = ANY ($1) AND NOT done"


@value
class _Guest:
    id: GuestId
    hotel: str
    shard: int


class PostgresIdentities:
    """Counts codes, and makes one guest of two in one transaction."""

    def __init__(self, link: Fetches) -> None:
        self._link = link

    async def may_send(self, hotel: HotelId, reservation: str, *, ref: str) -> bool:
        """Count one more code for a reservation, unless there were enough; the same `ref` counts once."""
        return await self._count(hotel, reservation, "send", ref) is not None

    async def may_try(self, hotel: HotelId, reservation: str, *, ref: str) -> int | None:
        """Count one more try of a code, unless there were enough; answers how many are left after it."""
        return await self._count(hotel, reservation, "try", ref)

    async def _count(self, hotel: HotelId, reservation: str, kind: str, ref: str) -> int | None:
        rows = await self._link.fetch(COUNT, hotel, reservation, kind, ref, MOST[kind])
        return max(0, MOST[kind] - rows[0]["used"]) if rows else None

    async def codes_sent(self, account: Account, address: str, *, since: datetime) -> list[OneTimeCode]:
        """Codes that went to an address, the newest first."""
        rows = await self._link.fetch(CODES, account.hotel, account.channel, account.name, _forms(address), since)
        found = [codec.MESSAGE.validate_json(row["message"]) for row in rows]
        return [one for one in found if isinstance(one, OneTimeCode)]

    async def unite(self, row: InboxRow, wish: SameGuest, epochs: Epochs) -> Joined:
        """Make one guest of all who are this one, and be done with the event that asks for it."""
        async with self._link.transaction() as connection:
            asked = await connection.fetch(ASKED, row.id)
            if not asked:
                return Joined(became=Union.NOTHING, survivor=row.guest_id)
            [me] = await _present(connection, [asked[0]["guest_id"]])
            others = [one for one in await _others(connection, me, wish) if one.hotel == me.hotel and one.id != me.id]
            if not others:
                await connection.fetch(DONE, row.id)
                await _note(connection, me, wish)
                return Joined(became=Union.NOTHING, survivor=me.id)
            return await _unite(connection, row, wish, me=me, others=others, epochs=epochs)

    async def forward(self, guest: GuestId) -> GuestId | None:
        """Give whoever took a guest's place all that still came for them; None where nobody did."""
        async with self._link.transaction() as connection:
            [now] = await _present(connection, [guest])
            if now.id == guest:
                return None
            for statement in (FORWARD, *MOVES, *TIMERS):
                await _move(connection, statement, [guest], now)
            return now.id


async def _unite(
    connection: Any, row: InboxRow, wish: SameGuest, *, me: _Guest, others: Sequence[_Guest], epochs: Epochs
) -> Joined:
    everybody = sorted([me, *others], key=lambda one: one.id)
    ids = [one.id for one in everybody]
    undone = await _lock(connection, everybody, epochs)
    if row.id not in undone:
        return Joined(became=Union.NOTHING, survivor=me.id)
    await connection.fetch(DONE, row.id)
    await connection.fetch(MEET, ids)
    conversations = {record["guest_id"]: record for record in await connection.fetch(CONVERSATIONS, ids)}
    if any(record["merged_into"] is not None for record in await connection.fetch(GUESTS, ids)):
        raise StorageUnavailableError("a moment in which nobody else unites the same guests")
    last = {record["id"]: record["last"] or 0 for record in await connection.fetch(LAST_WORDS, ids)}
    known = _states(conversations)
    if known is None or not _may_join(known) or await connection.fetch(ON_THEIR_WAY, ids):
        return await _later(connection, row, me)
    survivor, *gone = everybody
    newest = max(ids, key=lambda one: last[one])
    await _go_on(connection, survivor, gone, conversations=conversations, known=known, newest=newest)
    await connection.fetch(HEARD, [one.id for one in gone], survivor.id, survivor.shard, undone)
    for statement in (HEARD_BEFORE, *MOVES, *TIMERS):
        await _move(connection, statement, [one.id for one in gone], survivor)
    await _note(connection, survivor, wish)
    return Joined(became=Union.MADE, survivor=survivor.id, gone=tuple(one.id for one in gone))


async def _lock(connection: Any, guests: Sequence[_Guest], epochs: Epochs) -> list[int]:
    """Be the only one who changes them; answers their undone rows."""
    owned = {r["shard"]: r["epoch"] for r in await connection.fetch(OWNED, sorted({one.shard for one in guests}))}
    if any(owned[one.shard] != epochs.get(one.shard, -1) for one in guests):
        raise StorageUnavailableError("the claim on the shards")
    return [record["id"] for record in await connection.fetch(UNDONE, [one.id for one in guests])]


async def _go_on(
    connection: Any,
    survivor: _Guest,
    gone: Sequence[_Guest],
    *,
    conversations: Mapping[int, Any],
    newest: GuestId,
    known: Mapping[int, State],
) -> None:
    ids = [one.id for one in gone]
    state = _joined(conversations, known, newest)
    await connection.fetch(RENUMBER, ids, survivor.id, survivor.shard)
    await connection.fetch(UPRIGHT, survivor.id)
    said = (await connection.fetch(SAID, survivor.id))[0]["said"]
    answers = _route(conversations, newest)
    await connection.fetch(GO_ON, survivor.id, codec.text(state), said, *answers)
    await connection.fetch(END, ids)
    await connection.fetch(OF_BOTH, ids, survivor.id)
    await connection.fetch(POINT, ids, survivor.id)


async def _later(connection: Any, row: InboxRow, me: _Guest) -> Joined:
    """Try again when what is under way is over; the longer it takes, the less often."""
    key = getattr(row.event, "key", "")
    age = datetime.now(UTC) - datetime.fromtimestamp(int(key.split("/", 1)[0]), UTC)
    if age < GIVE_UP:
        seconds = min(max(LATER_SECONDS, age.total_seconds() / 2), LONGEST_SECONDS)
        await connection.fetch(AGAIN, me.id, me.shard, me.hotel, SAME_GUEST, key, timedelta(seconds=seconds))
    return Joined(became=Union.LATER, survivor=me.id)


async def _present(connection: Any, ids: Sequence[int]) -> list[_Guest]:
    """Who goes on for these guests now."""
    found = await connection.fetch(PRESENT, ids)
    return [_Guest(id=GuestId(one["id"]), hotel=one["hotel"], shard=one["shard"]) for one in found]


async def _others(connection: Any, me: _Guest, wish: SameGuest) -> list[_Guest]:
    kind, values = KIND_OF[wish.way.channel], _forms(wish.way.address)
    found = await connection.fetch(OTHERS, me.hotel, wish.code, kind, values)
    return await _present(connection, [record["guest_id"] for record in found])


async def _note(connection: Any, guest: _Guest, wish: SameGuest) -> None:
    """Whoever typed a code has proved that they read what is sent there."""
    if wish.code is not None:
        await connection.fetch(PROVE, guest.hotel, KIND_OF[wish.way.channel], wish.way.address, guest.id)


async def _move(connection: Any, statement: str, gone: Sequence[int], survivor: _Guest) -> None:
    arguments = (gone, survivor.id, survivor.shard) if "$3" in statement else (gone, survivor.id)
    await connection.fetch(statement, *arguments)


def _states(conversations: Mapping[int, Any]) -> dict[int, State] | None:
    """None where one of them can't be read here."""
    try:
        return {guest: states.read(record["state"]) for guest, record in conversations.items()}
    except (UnknownStateError, UnreadableStateError):
        return None


def _may_join(known: Mapping[int, State]) -> bool:
    """No outcome may be taken for another's: a conversation waits for one write to the PMS at a time."""
    return sum(state.pending is not None for state in known.values()) <= 1


def _joined(conversations: Mapping[int, Any], known: Mapping[int, State], newest: GuestId) -> State:
    def side(guest: int) -> Side:
        return Side(state=known[guest], by=_in_a_word(conversations.get(guest)))

    live = side(newest)
    for guest in known:
        if guest != newest:
            live = Side(state=joining.joined(live, side(guest)), by=live.by)
    return live.state


def _route(conversations: Mapping[int, Any], newest: GuestId) -> tuple[str | None, str | None, str | None]:
    """Where the guest last wrote, as far as there was a turn of it."""
    known = [record for record in conversations.values() if record["reply_channel"] is not None]
    record = conversations.get(newest)
    if record is None or record["reply_channel"] is None:
        record = known[-1] if known else None
    return (
        (None, None, None)
        if record is None
        else (record["reply_channel"], record["reply_account"], record["reply_address"])
    )


def _in_a_word(record: Any) -> str:
    return (
        ""
        if record is None or record["reply_channel"] is None
        else f"{record['reply_channel']}:{record['reply_address']}"
    )


def _forms(address: str) -> list[str]:
    """An address, and the other way in which a channel may write a number."""
    other = phones.other_form(address)
    return [address] if other is None else [address, other]
