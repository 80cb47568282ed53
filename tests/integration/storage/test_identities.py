"""Codes are counted for everybody at once, and two guests become one whole or not at all."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest

from agente_hotelero.dialogue.effects import SameGuest
from agente_hotelero.dialogue.state import Booking, State, Way
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.events import SagaOutcome, TimerFired
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, ClientRef, GuestId, HotelId
from agente_hotelero.model.journal import (
    SAME_GUEST,
    HandOffDraft,
    InboxRow,
    Joined,
    TimerDraft,
    Union,
    WriteDraft,
)
from agente_hotelero.model.messages import OneTimeCode
from agente_hotelero.storage.clockwork import PostgresTimers
from agente_hotelero.storage.identities import PostgresIdentities
from agente_hotelero.storage.links import Fetches, Pool
from agente_hotelero.storage.sagas import PostgresSagas
from tests.support.storage_journal import HOTEL, UNCLAIMED, WEBCHAT, Journal, Tables, a_reply, a_turn, an_event, sent

CODE: Final = "DEMO-7F3KMQ"
MAIL: Final = "ana@x.com"
WAY: Final = Way(channel="email", address=MAIL)
MAILBOX: Final = Account(HOTEL, Channel.EMAIL, "reservas@hotel.example")
SESSION: Final = "session-1"
PROVED: Final = SameGuest(way=WAY, code=CODE)
TABLES: Final = (
    *("guest", "guest_alias", "inbox", "conversation", "outbox", "timer", "held_timer"),
    *("reservation", "handoff", "quote", "dead_letter", "proved_name"),
)


@pytest.fixture
def identities(pool: Pool) -> PostgresIdentities:
    return PostgresIdentities(pool)


async def hears(journal: Journal, *texts: str, by: str) -> list[InboxRow]:
    """The guest writes in the chat, or by mail."""
    events = []
    for text in texts:
        if by == "chat":
            event = an_event(f"chat-{text}", phone=SESSION, account=WEBCHAT, text=text)
        else:
            event = replace(
                an_event(f"mail-{text}", phone=MAIL, account=MAILBOX, text=text), alias=Alias(AliasKind.EMAIL, MAIL)
            )
        events.append(event)
    stored, _ = await journal.inbox.store(events)
    return [one.row for one in stored if one is not None and one.row is not None]


async def takes_turn(journal: Journal, row: InboxRow, *, version: int = 0, **values: Any) -> None:
    [committed] = await journal.commit(a_turn(row, version=version, **values))
    assert committed.passed
    for reply in committed.outbox:
        await journal.mark(replace(sent(reply), before=(reply.status,)))


class Pair:
    """Somebody booked in the chat, and somebody wrote by mail and typed the code."""

    chat: GuestId
    mail: GuestId
    wish: InboxRow


@pytest.fixture
async def pair(journal: Journal, pool: Pool) -> Pair:
    pair = Pair()
    [booked] = await hears(journal, "quiero una doble", by="chat")
    pair.chat = booked.guest_id
    booking = State(bookings=(Booking(code=CODE, client_ref=ClientRef("ref-1")),), greeted=True)
    write = WriteDraft(client_ref=ClientRef("ref-1"), code=CODE)
    await takes_turn(
        journal, booked, state=booking, writes=(write,), handoffs=(HandOffDraft(reason="asked", summary="…"),)
    )
    await pool.fetch("UPDATE reservation SET kind = 'reserve', state = 'settled'")
    [wrote] = await hears(journal, "cancelar", by="mail")
    pair.mail = wrote.guest_id
    reminder = TimerDraft(kind="pms_retry", key="", due_at=datetime.now(UTC) + timedelta(hours=1))
    await takes_turn(journal, wrote, state=State(name="Ana", language=None), timers=(reminder,))
    pair.wish = await wishes(pool, journal, pair.mail)
    return pair


async def wishes(pool: Pool, journal: Journal, guest: GuestId, *, key: str | None = None) -> InboxRow:
    """The timer of a proof comes due."""
    key = key or f"{int(datetime.now(UTC).timestamp())}/{CODE}/email/{MAIL}"
    await pool.fetch(
        "INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at) SELECT id, shard, hotel, $2, $3, now() FROM guest WHERE id = $1",
        guest,
        SAME_GUEST,
        key,
    )
    await PostgresTimers(pool).fire()
    rows = await journal.inbox.read_guests([guest])
    return [row for row in rows if isinstance(row.event, TimerFired)][-1]


async def unite(identities: PostgresIdentities, row: InboxRow, wish: SameGuest = PROVED) -> Joined:
    return await identities.unite(row, wish, UNCLAIMED)


async def everything(tables: Tables) -> dict[str, list[Any]]:
    return {table: await tables.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") for table in TABLES}


async def owners(tables: Tables, table: str) -> set[int]:
    return {row["guest_id"] for row in await tables.rows(f"SELECT guest_id FROM {table}")}


async def test_all_that_two_guests_have_is_one_guests(
    pair: Pair, identities: PostgresIdentities, journal: Journal, tables: Tables
) -> None:
    undone = await hears(journal, "¿y?", by="mail")
    joined = await unite(identities, pair.wish)
    assert joined == Joined(became=Union.MADE, survivor=pair.chat, gone=(pair.mail,))
    for table in ("guest_alias", "outbox", "timer", "reservation", "handoff"):
        assert await owners(tables, table) == {pair.chat}
    assert [row.id for row in await journal.inbox.read_guests([pair.chat])] == [row.id for row in undone]
    assert await tables.value("SELECT count(DISTINCT guest_id) FROM inbox WHERE channel <> 'system'") == 1
    [one, gone] = await journal.load(pair.chat, pair.mail)
    assert gone.merged_into == pair.chat
    assert one.route is not None
    assert one.route.account == MAILBOX
    assert isinstance(one.state, State)
    assert (one.state.name, one.state.greeted) == ("Ana", True)
    assert [booking.code for booking in one.state.bookings] == [CODE]
    assert [(made.code, made.by) for made in one.state.aside.identity.made] == [(CODE, f"webchat:{SESSION}")]


async def test_what_was_said_to_both_keeps_its_order_and_is_counted_on(
    pair: Pair, identities: PostgresIdentities, journal: Journal, tables: Tables
) -> None:
    await unite(identities, pair.wish)
    assert [row["n"] for row in await tables.rows("SELECT n FROM outbox ORDER BY id")] == [1, 2]
    [again] = await hears(journal, "sigo", by="chat")
    [one] = await journal.load(pair.chat)
    await takes_turn(journal, again, version=one.version)
    assert [n for n, _ in await tables.replies(pair.chat)] == [1, 2, 3]


@pytest.mark.parametrize("by", ["chat", "mail"])
async def test_a_turn_that_was_decided_before_is_decided_again(
    by: str, pair: Pair, identities: PostgresIdentities, journal: Journal
) -> None:
    [row] = await hears(journal, "mientras", by=by)
    await unite(identities, pair.wish)
    [committed] = await journal.commit(a_turn(row, version=1))
    assert not committed.passed


async def test_a_first_turn_that_was_decided_before_is_decided_again(
    identities: PostgresIdentities, journal: Journal, pool: Pool, pair: Pair, tables: Tables
) -> None:
    """A guest who wrote once and had no answer yet is the other one, too."""
    way = Way(channel="whatsapp", address="5491155550142")
    [first] = await journal.receive("w", phone="5491155550142")
    wish = await wishes(pool, journal, pair.mail, key="1/X/whatsapp/5491155550142")
    joined = await unite(identities, wish, SameGuest(way=way, code="X"))
    assert joined.gone == (first.guest_id,)
    [committed] = await journal.commit(a_turn(first))
    assert not committed.passed
    assert await owners(tables, "outbox") == {pair.mail, pair.chat}


async def test_done_twice_it_is_done_once(pair: Pair, identities: PostgresIdentities, tables: Tables) -> None:
    await unite(identities, pair.wish)
    before = await everything(tables)
    assert (await unite(identities, pair.wish)).became is Union.NOTHING
    assert await everything(tables) == before


async def test_two_that_cross_end_as_one(
    pair: Pair, identities: PostgresIdentities, pool: Pool, journal: Journal, tables: Tables
) -> None:
    back = await wishes(pool, journal, pair.chat)
    outcomes = await asyncio.gather(
        unite(identities, pair.wish), unite(PostgresIdentities(pool), back), return_exceptions=True
    )
    for wish, outcome in zip((pair.wish, back), outcomes, strict=True):
        if isinstance(outcome, BaseException):
            # They got in each other's way: nothing was done, and the conversation asks again.
            assert isinstance(outcome, StorageUnavailableError)
            await unite(identities, wish)
    assert await tables.value("SELECT count(*) FROM guest WHERE merged_into IS NULL") == 1
    assert await tables.undone() == []
    assert await owners(tables, "guest_alias") == {pair.chat}


async def test_guests_of_different_hotels_are_never_one(
    pair: Pair, identities: PostgresIdentities, tables: Tables, pool: Pool
) -> None:
    await pool.fetch("UPDATE guest SET hotel = 'other' WHERE id = $1", pair.chat)
    assert (await unite(identities, pair.wish)).became is Union.NOTHING
    assert await tables.value("SELECT count(*) FROM guest WHERE merged_into IS NULL") == 2


async def test_while_a_message_is_on_its_way_its_guest_stays_who_they_are_and_it_is_tried_again(
    pair: Pair, identities: PostgresIdentities, journal: Journal, pool: Pool, tables: Tables
) -> None:
    [row] = await hears(journal, "mientras", by="mail")
    [committed] = await journal.commit(a_turn(row, version=1))
    assert (await unite(identities, pair.wish)).became is Union.LATER
    assert await tables.value("SELECT count(*) FROM guest WHERE merged_into IS NULL") == 2
    assert await tables.value("SELECT count(*) FROM timer WHERE kind = $1", SAME_GUEST) == 1
    await journal.mark(replace(sent(committed.outbox[0]), before=(committed.outbox[0].status,)))
    await pool.fetch("UPDATE timer SET due_at = now() WHERE kind = $1", SAME_GUEST)
    await PostgresTimers(pool).fire()
    [again] = [row for row in await journal.inbox.read_guests([pair.mail]) if isinstance(row.event, TimerFired)]
    assert (await unite(identities, again)).became is Union.MADE


async def test_two_writes_under_way_are_never_one_conversations(
    pair: Pair, identities: PostgresIdentities, pool: Pool
) -> None:
    await pool.fetch('UPDATE conversation SET state = state || \'{"pending": "ref-9"}\'')
    assert (await unite(identities, pair.wish)).became is Union.LATER


async def test_a_wish_that_is_a_day_old_is_let_go(
    pair: Pair, identities: PostgresIdentities, pool: Pool, journal: Journal, tables: Tables
) -> None:
    [row] = await hears(journal, "mientras", by="mail")
    await journal.commit(a_turn(row, version=1))
    old = int((datetime.now(UTC) - timedelta(days=1)).timestamp())
    wish = await wishes(pool, journal, pair.mail, key=f"{old}/{CODE}/email/{MAIL}")
    assert (await unite(identities, wish)).became is Union.LATER
    assert await tables.value("SELECT count(*) FROM timer WHERE kind = $1", SAME_GUEST) == 0


async def test_whoever_lost_the_shards_makes_nobody_one(
    pair: Pair, identities: PostgresIdentities, pool: Pool, tables: Tables
) -> None:
    await pool.fetch("UPDATE shard_epoch SET epoch = 1")
    with pytest.raises(StorageUnavailableError):
        await unite(identities, pair.wish)
    assert await tables.value("SELECT count(*) FROM guest WHERE merged_into IS NULL") == 2


class Dying:
    """A connection whose process dies at its n-th statement."""

    def __init__(self, dsn: str, last: int) -> None:
        self._dsn, self._left = dsn, last

    async def fetch(self, sql: str, *arguments: object) -> list[asyncpg.Record]:
        raise NotImplementedError

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Any]:
        connection = await asyncpg.connect(self._dsn)
        try:
            async with connection.transaction():
                yield _Counted(connection, self._left)
        finally:
            connection.terminate()


class _Counted:
    def __init__(self, connection: Any, left: int) -> None:
        self._connection, self._left = connection, left

    async def fetch(self, sql: str, *arguments: object) -> Any:
        if self._left == 0:
            self._connection.terminate()
            raise ConnectionResetError
        self._left -= 1
        return await self._connection.fetch(sql, *arguments)


async def test_whoever_dies_between_two_steps_leaves_what_was_there(
    pair: Pair, journal: Journal, tables: Tables
) -> None:
    await hears(journal, "¿y?", by="mail")
    before = await everything(tables)
    for step in range(100):
        dying: Fetches = Dying(journal.url, step)
        try:
            joined = await unite(PostgresIdentities(dying), pair.wish)
        except (OSError, asyncpg.InterfaceError, asyncpg.PostgresError):
            assert await everything(tables) == before, f"after {step} steps"
        else:
            break
    assert step > 20
    assert joined.became is Union.MADE
    assert await owners(tables, "guest_alias") == {pair.chat}


async def test_what_another_process_stores_meanwhile_is_found_by_whoever_goes_on(
    pair: Pair, identities: PostgresIdentities, journal: Journal, other: Journal, tables: Tables
) -> None:
    storing = asyncio.create_task(_store_many(other))
    await unite(identities, pair.wish)
    stored = await storing
    await identities.forward(pair.mail)
    mine = [row.id for row in await journal.inbox.read_guests([pair.chat])]
    assert mine == sorted(stored)
    assert await identities.forward(pair.chat) is None
    assert await owners(tables, "guest_alias") == {pair.chat}


async def _store_many(journal: Journal) -> list[int]:
    return [row.id for n in range(60) for row in await hears(journal, f"n{n}", by="mail")]


async def test_a_row_that_was_stored_under_the_old_guest_is_answered_after_all(
    pair: Pair, identities: PostgresIdentities, journal: Journal, pool: Pool
) -> None:
    """Their name was looked up before, and the row committed after."""
    await unite(identities, pair.wish)
    [row] = await hears(journal, "tarde", by="mail")
    await pool.fetch("UPDATE inbox SET guest_id = $1 WHERE id = $2", pair.mail, row.id)
    await pool.fetch("UPDATE guest_alias SET guest_id = $1 WHERE kind = 'email'", pair.mail)
    assert await identities.forward(pair.mail) == pair.chat
    assert [one.id for one in await journal.inbox.read_guests([pair.chat])] == [row.id]
    [next_row] = await hears(journal, "después", by="mail")
    assert next_row.guest_id == pair.chat


async def test_turns_that_commit_meanwhile_are_in_it_or_decided_again(
    pair: Pair, identities: PostgresIdentities, journal: Journal, tables: Tables
) -> None:
    chat = (await hears(journal, "a", by="chat"))[0]
    state = State(greeted=True, email="nuevo@x.com")
    turn = a_turn(chat, version=1, state=state)
    joined, [committed] = await asyncio.gather(unite(identities, pair.wish), journal.commit(turn))
    assert joined.became is Union.MADE
    [one] = await journal.load(pair.chat)
    assert isinstance(one.state, State)
    assert (one.state.email == "nuevo@x.com") == committed.passed
    assert (chat.id in await tables.undone()) != committed.passed


async def test_who_said_stop_in_one_of_them_has_said_it(
    pair: Pair, identities: PostgresIdentities, pool: Pool, tables: Tables
) -> None:
    await pool.fetch("UPDATE guest SET opted_out_at = now() WHERE id = $1", pair.mail)
    await unite(identities, pair.wish)
    assert await tables.value("SELECT opted_out_at IS NOT NULL FROM guest WHERE id = $1", pair.chat)


async def test_a_mail_server_s_word_counts_once_somebody_typed_a_code_from_there(
    pair: Pair, identities: PostgresIdentities, pool: Pool, journal: Journal, tables: Tables
) -> None:
    by_word = SameGuest(way=WAY, code=None)
    wish = await wishes(pool, journal, pair.mail, key=f"1//email/{MAIL}")
    assert (await unite(identities, wish, by_word)).became is Union.NOTHING
    await pool.fetch(
        "INSERT INTO proved_name (hotel, kind, value, guest_id) VALUES ('demo', 'email', $1, $2)", MAIL, pair.chat
    )
    wish = await wishes(pool, journal, pair.mail, key=f"2//email/{MAIL}")
    assert (await unite(identities, wish, by_word)).became is Union.MADE


async def test_who_made_three_of_one_is_found_behind_all_of_them(
    pair: Pair, identities: PostgresIdentities, pool: Pool, journal: Journal, tables: Tables
) -> None:
    [first] = await journal.receive("w", phone="5491155550142")
    await takes_turn(journal, first)
    await unite(identities, pair.wish)
    way = Way(channel="whatsapp", address="541155550142")
    wish = await wishes(pool, journal, pair.chat, key="1/X/whatsapp/541155550142")
    joined = await unite(identities, wish, SameGuest(way=way, code="X"))
    assert joined == Joined(became=Union.MADE, survivor=pair.chat, gone=(first.guest_id,))
    assert await tables.value("SELECT count(*) FROM guest WHERE merged_into = $1", pair.chat) == 2


async def test_a_reservation_may_have_so_many_codes_and_tries_in_an_hour_whoever_asks(
    identities: PostgresIdentities, pool: Pool
) -> None:
    asked = await asyncio.gather(*(identities.may_send(HOTEL, CODE, ref=f"r{n}") for n in range(20)))
    assert sum(asked) == 3
    tried = await asyncio.gather(*(identities.may_try(HOTEL, CODE, ref=f"r{n}") for n in range(20)))
    assert sorted(left for left in tried if left is not None) == [0, 1, 2, 3, 4]
    assert await identities.may_send(HotelId("other"), CODE, ref="r")
    assert await identities.may_send(HOTEL, "DEMO-OTHER1", ref="r")
    await pool.fetch(
        "UPDATE verification SET uses = (SELECT jsonb_object_agg(key, value::float8 - 3600) FROM jsonb_each(uses))"
    )
    assert await identities.may_send(HOTEL, CODE, ref="later")
    assert await identities.may_try(HOTEL, CODE, ref="later") == 4


async def test_what_is_decided_again_is_counted_once(identities: PostgresIdentities) -> None:
    assert [await identities.may_try(HOTEL, CODE, ref="same") for _ in range(9)] == [4] * 9


async def test_codes_that_went_to_an_address_are_found_for_as_long_as_they_are_good(
    identities: PostgresIdentities, journal: Journal, pool: Pool
) -> None:
    [row] = await hears(journal, "hola", by="chat")
    code = OneTimeCode(
        body="…", seed="s", reservation=CODE, language="es", until=datetime.now(UTC) + timedelta(minutes=9)
    )
    reply = a_reply(account=MAILBOX, address=MAIL, message=code, facts=("code",))
    await journal.commit(a_turn(row, replies=(reply, a_reply(account=MAILBOX, address=MAIL))))
    since = datetime.now(UTC) - timedelta(minutes=10)
    assert await identities.codes_sent(MAILBOX, MAIL, since=since) == [code]
    assert await identities.codes_sent(MAILBOX, "other@x.com", since=since) == []
    assert await identities.codes_sent(MAILBOX, MAIL, since=datetime.now(UTC) + timedelta(minutes=1)) == []


async def test_what_sagas_and_timers_tell_meanwhile_reaches_whoever_goes_on(
    pair: Pair, identities: PostgresIdentities, pool: Pool, journal: Journal, tables: Tables
) -> None:
    sql = "INSERT INTO reservation (client_ref, guest_id, shard, hotel, kind, state) VALUES ('ref-2', $1, 1, 'demo', 'cancel', 'checking')"
    await pool.fetch(sql, pair.mail)
    await pool.fetch("UPDATE timer SET due_at = now()")
    sagas, timers = PostgresSagas(pool), PostgresTimers(pool)
    settled = sagas.settle(ClientRef("ref-2"), SagaOutcome.CANCELLED, None, final=True)
    joined, *_ = await asyncio.gather(unite(identities, pair.wish), settled, timers.fire())
    assert joined.survivor == pair.chat
    await identities.forward(pair.mail)
    told = [row.event for row in await journal.inbox.read_guests([pair.chat])]
    assert {event.type for event in told} == {"settled", "timer"}
    assert await tables.value("SELECT count(*) FROM inbox WHERE guest_id = $1 AND NOT done", pair.mail) == 0
    assert await owners(tables, "reservation") == {pair.chat}


async def test_of_two_promises_of_an_answer_one_clock_stays(
    pair: Pair, identities: PostgresIdentities, pool: Pool, tables: Tables
) -> None:
    sql = "INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at) VALUES ($1, 1, 'demo', 'pms_retry', '', now() + interval '1 hour')"
    await pool.fetch(sql, pair.chat)
    assert (await unite(identities, pair.wish)).became is Union.MADE
    assert await tables.value("SELECT array_agg(guest_id) FROM timer") == [pair.chat]
