"""The statements that keep a batch of events: everything once, with the guest that it belongs to."""

from typing import Final

from agente_hotelero.model.phones import OTHER_FORMS

# One statement for a whole batch. `seen` and aliases are taken in sorted order, so that two processes
# never wait for each other in a circle; the alias upsert returns whoever won when both meet a new guest.
# Guests and their undone rows are looked up row by row, by index: as joins they become scans as soon as the plan
# was made while the tables were small (a batch of 30 took 50 ms of the server then, and takes 2).
# A number that is not known may be written in another form, without or with its country's extra digit.
# One document rather than an array a column: asyncpg asks of each value of an array whether it is a list itself,
# which costs more than the rest of sending it.
_OTHER_FORM: Final = " ".join(
    ["CASE"]
    + [
        f"WHEN named.value ~ '^{one}$' THEN regexp_replace(named.value, '^{one}$', '{other.replace('g<1>', '1').replace('g<2>', '2')}')"
        for one, other in OTHER_FORMS
    ]
    + ["END"]
)
_ITEMS: Final = """
WITH item AS (
    SELECT t.*, decode(t.name, 'hex') AS key FROM json_to_recordset($1::json) AS t(n int, name text, hotel text, channel text,
        account text, external_id text, kind text, value text, address text, event json, sent_at timestamptz, profile_name text,
        traceparent text, done boolean, p int)
), fresh AS (
    INSERT INTO seen (key) SELECT DISTINCT key FROM item ORDER BY key ON CONFLICT DO NOTHING RETURNING key
), todo AS MATERIALIZED (
    SELECT *, nextval('journal_id') AS id
    FROM (SELECT * FROM (SELECT DISTINCT ON (item.key) item.* FROM item JOIN fresh USING (key) ORDER BY item.key, item.n) once
          ORDER BY n) in_order
)"""
_KEPT: Final = """, kept AS (
    INSERT INTO inbox (id, guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, traceparent, done)
    SELECT id, guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, traceparent, coalesce(done, false)
    FROM todo JOIN whose USING ({whose}) ORDER BY n
    RETURNING id, guest_id, shard, received_at
)
SELECT todo.n, kept.*, kept.guest_id IN (SELECT id FROM born) AS born,
       (SELECT array_agg(i.id) FROM inbox i WHERE i.guest_id = kept.guest_id AND NOT i.done) AS ids, {others} AS others
FROM kept JOIN todo USING (id) ORDER BY kept.id
"""
_BY_ALIAS: Final = f""", named AS (
    SELECT DISTINCT ON (hotel, kind, value) hotel, kind, value, profile_name FROM todo ORDER BY hotel, kind, value, n
), known AS (
    SELECT a.hotel, a.kind, a.value, a.guest_id, (SELECT g.shard FROM guest g WHERE g.id = a.guest_id) AS shard
    FROM named CROSS JOIN LATERAL (SELECT * FROM guest_alias a
        WHERE a.hotel = named.hotel AND a.kind = named.kind AND a.value = named.value LIMIT 1) a
), unknown AS MATERIALIZED (
    SELECT *, CASE WHEN kind = 'phone' THEN (SELECT a.guest_id FROM guest_alias a
        WHERE a.hotel = named.hotel AND a.kind = 'phone' AND a.value = {_OTHER_FORM}) END AS same_line
    FROM named WHERE NOT EXISTS (SELECT FROM known k WHERE (k.hotel, k.kind, k.value) = (named.hotel, named.kind, named.value))
), made AS (
    INSERT INTO guest_alias (hotel, kind, value, guest_id)
    SELECT hotel, kind, value, coalesce(same_line, nextval(pg_get_serial_sequence('guest', 'id'))) FROM unknown ORDER BY hotel, kind, value
    ON CONFLICT (hotel, kind, value) DO UPDATE SET last_seen = now()
    RETURNING hotel, kind, value, guest_id, xmax = 0 AS created
), born AS (
    INSERT INTO guest (id, hotel, shard, profile_name)
    SELECT made.guest_id, made.hotel, hashint8(made.guest_id) & 255, unknown.profile_name
    FROM made JOIN unknown USING (hotel, kind, value) WHERE made.created AND unknown.same_line IS NULL
    RETURNING id
), whose AS (
    SELECT hotel, kind, value, guest_id, shard FROM known
    UNION ALL SELECT hotel, kind, value, guest_id, (hashint8(guest_id) & 255)::smallint FROM made
)"""  # noqa: S608 - constants
# Of all names that a person comes under the most exact one that is known decides. A number does not, if its guest has
# another exact id: whoever has it now is somebody else. Who is not known by any is made by their most exact name, and the
# upsert answers whoever won; the others are linked without one, so that a name which another process gave away
# in this moment fails the statement, and the next try sees it.
_BY_NAMES: Final = """, name AS MATERIALIZED (
    SELECT c.* FROM json_to_recordset($2::json) AS c(p int, hotel text, rank int, kind text, value text, kept boolean)
    WHERE c.p IN (SELECT p FROM todo)
), known AS MATERIALIZED (
    SELECT name.*, a.guest_id
    FROM name CROSS JOIN LATERAL (SELECT a.guest_id FROM guest_alias a
        WHERE a.hotel = name.hotel AND a.kind = name.kind AND a.value = name.value LIMIT 1) a
), winner AS MATERIALIZED (
    SELECT DISTINCT ON (k.p) k.p, k.guest_id FROM known k
    WHERE k.rank < 2 OR NOT EXISTS (SELECT FROM name b WHERE b.p = k.p AND b.kind = 'bsuid' AND b.kept)
       OR (SELECT true FROM guest_alias o WHERE o.guest_id = k.guest_id AND o.kind = 'bsuid' LIMIT 1) IS NULL
    ORDER BY k.p, k.rank
), unknown AS MATERIALIZED (
    SELECT * FROM name WHERE kept AND NOT EXISTS (SELECT FROM known k WHERE (k.p, k.kind, k.value) = (name.p, name.kind, name.value))
), anchor AS MATERIALIZED (
    SELECT DISTINCT ON (p) * FROM unknown WHERE NOT EXISTS (SELECT FROM winner w WHERE w.p = unknown.p) ORDER BY p, rank, kind
), made AS (
    INSERT INTO guest_alias (hotel, kind, value, guest_id)
    SELECT hotel, kind, value, nextval(pg_get_serial_sequence('guest', 'id')) FROM anchor ORDER BY hotel, kind, value
    ON CONFLICT (hotel, kind, value) DO UPDATE SET last_seen = now()
    RETURNING hotel, kind, value, guest_id, xmax = 0 AS created
), whose AS MATERIALIZED (
    SELECT p, guest_id, (SELECT g.shard FROM guest g WHERE g.id = winner.guest_id) AS shard FROM winner
    UNION ALL SELECT p, guest_id, (hashint8(guest_id) & 255)::smallint FROM made JOIN anchor USING (hotel, kind, value)
), born AS (
    INSERT INTO guest (id, hotel, shard, profile_name)
    SELECT made.guest_id, made.hotel, hashint8(made.guest_id) & 255,
           (SELECT profile_name FROM todo WHERE todo.p = anchor.p ORDER BY n LIMIT 1)
    FROM made JOIN anchor USING (hotel, kind, value) WHERE made.created
    RETURNING id
), linked AS (
    INSERT INTO guest_alias (hotel, kind, value, guest_id)
    SELECT hotel, kind, value, whose.guest_id FROM unknown JOIN whose USING (p)
    WHERE NOT EXISTS (SELECT FROM anchor a WHERE (a.p, a.kind, a.value) = (unknown.p, unknown.kind, unknown.value))
    ORDER BY hotel, kind, value
), clash AS MATERIALIZED (
    SELECT p, array_agg(DISTINCT k.guest_id) AS others FROM known k JOIN whose USING (p)
    WHERE k.rank < 3 AND k.guest_id <> whose.guest_id GROUP BY p
)"""
STORE: Final = _ITEMS + _BY_ALIAS + _KEPT.format(whose="hotel, kind, value", others="NULL::bigint[]")
"""Events whose guests are found by one name each: $1 the events."""
STORE_NAMED: Final = (
    _ITEMS + _BY_NAMES + _KEPT.format(whose="p", others="(SELECT c.others FROM clash c WHERE c.p = todo.p)")
)
"""Events of people with several names: $1 the events, each with its person, $2 the persons' names. No name is of two persons."""
