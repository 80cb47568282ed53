"""The inbox statement on a real Postgres."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.events import (
    DeliveryReport,
    DeliveryState,
    InboundEvent,
    MediaReceived,
    MessageRevoked,
    OtherReceived,
    TextReceived,
    Unreadable,
)
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, HotelId
from agente_hotelero.storage.inbox import PostgresInbox
from agente_hotelero.storage.links import Link, Pool

ACCOUNT = Account(HotelId("demo"), Channel.WHATSAPP, "100")


def event(external_id: str, *, phone: str = "5491100000001", text: str = "hola") -> InboundEvent:
    return InboundEvent(
        account=ACCOUNT,
        external_id=external_id,
        alias=Alias(AliasKind.PHONE, phone),
        event=TextReceived(text=text),
        sent_at=datetime.now(UTC),
        address=phone,
        profile_name="Ana",
    )


@pytest.fixture
async def inbox(database_url: str) -> AsyncIterator[PostgresInbox]:
    link = Link(database_url, name="test")
    yield PostgresInbox(link, key=b"k" * 32)
    await link.close()


@pytest.fixture
async def other_process(database_url: str) -> AsyncIterator[PostgresInbox]:
    link = Link(database_url, name="test-2")
    yield PostgresInbox(link, key=b"k" * 32)
    await link.close()


async def test_a_batch_keeps_every_message_once_and_in_order(inbox: PostgresInbox) -> None:
    stored, _ = await inbox.store([event("a"), event("b"), event("a"), event("c", phone="5491100000002")])

    rows = [one.row for one in stored if one is not None and one.row is not None]
    assert [row.id for row in rows] == sorted(row.id for row in rows)
    assert len(rows) == 3
    assert stored[2] is not None
    assert stored[2].row is None
    assert rows[0].guest_id == rows[1].guest_id != rows[2].guest_id


async def test_a_message_that_comes_again_is_not_stored_again(inbox: PostgresInbox) -> None:
    await inbox.store([event("a")])

    stored, _ = await inbox.store([event("a"), event("b")])

    assert stored[0] is not None
    assert stored[0].row is None
    assert [row.attempts for row in await inbox.waiting()] == [0, 0]


async def test_earlier_undone_rows_of_the_guest_are_named(inbox: PostgresInbox) -> None:
    first, _ = await inbox.store([event("a")])

    second, _ = await inbox.store([event("b")])

    assert first[0] is not None
    assert first[0].row is not None
    assert second[0] is not None
    assert second[0].earlier == (first[0].row.id,)


async def test_two_processes_that_meet_a_new_guest_at_once_make_one_guest(
    inbox: PostgresInbox, other_process: PostgresInbox
) -> None:
    for n in range(30):
        phones = [f"54911{n:04}{m}" for m in range(8)]
        batches = [
            [event(f"{side}-{n}-{p}", phone=p) for p in order] for side, order in ((0, phones), (1, phones[::-1]))
        ]
        left, right = await asyncio.gather(inbox.store(batches[0]), other_process.store(batches[1]))
        guests = [{one.row.guest_id for one in stored if one and one.row} for stored, _ in (left, right)]
        assert guests[0] == guests[1]
        assert len(guests[0]) == 8


async def test_unreadable_pieces_and_reports_are_kept_beside_messages(inbox: PostgresInbox) -> None:
    unreadable = Unreadable(channel="whatsapp", account="100", reason="no JSON", raw=b"\xff\x00{")
    report = DeliveryReport(account=ACCOUNT, provider_id="wamid.x", state=DeliveryState.READ, at=datetime.now(UTC))

    stored, applied = await inbox.store([unreadable, event("a"), report])

    assert stored[0] is None
    assert stored[1] is not None
    assert stored[2] is None
    assert applied == []


async def test_charging_counts_an_attempt_before_rows_are_handed_out(inbox: PostgresInbox) -> None:
    stored, _ = await inbox.store([event("a"), event("b", phone="5491100000002")])
    assert stored[0] is not None
    assert stored[0].row is not None

    charged = await inbox.charge([stored[0].row.guest_id])

    assert [row.attempts for row in charged] == [1]
    assert sorted(row.attempts for row in await inbox.waiting()) == [0, 1]


async def test_a_buried_row_leaves_the_way_free_and_a_person_informed(inbox: PostgresInbox) -> None:
    stored, _ = await inbox.store([event("a")])
    assert stored[0] is not None
    assert stored[0].row is not None

    assert await inbox.bury(stored[0].row.id, error="ValueError", summary="leer a mano")
    assert not await inbox.bury(stored[0].row.id, error="ValueError", summary="leer a mano")
    assert await inbox.waiting() == []


async def test_what_was_heard_is_kept_with_the_recording_and_not_with_what_was_taken_back(
    inbox: PostgresInbox,
) -> None:
    note = MediaReceived(what="audio", media_id="1", voice=True)
    stored, _ = await inbox.store([replace(event("a"), event=note), replace(event("b"), event=note)])
    kept, revoked = [one.row for one in stored if one is not None and one.row is not None]
    await inbox.store([replace(event("c"), event=MessageRevoked(original="b"))])
    for row in (kept, revoked):
        await inbox.keep_transcript(row.id, "una doble\0")
    rows = await inbox.read_guests([kept.guest_id])
    assert [row.event for row in rows[:2]] == [
        replace(note, transcript="una doble\ufffd"),
        OtherReceived(what="revoke"),
    ]


async def test_a_server_that_is_not_there_is_an_outage_not_a_crash() -> None:
    link = Link("postgresql://nobody@127.0.0.1:1/none", name="test")
    with pytest.raises(StorageUnavailableError):
        await PostgresInbox(link, key=b"k").store([event("a")])


async def test_a_duplicate_is_known_to_a_process_whose_signing_key_is_another(
    inbox: PostgresInbox, pool: Pool, database_url: str
) -> None:
    await inbox.store([event("a")])
    link = Link(database_url, name="rotated")
    rotated = PostgresInbox(link, key=b"another" * 4)

    again, _ = await rotated.store([event("a"), event("b")])
    once_more, _ = await inbox.store([event("b")])
    await link.close()

    assert [one is not None and one.row is not None for one in (*again, *once_more)] == [False, True, False]
    assert [row["key"] for row in await pool.fetch("SELECT key FROM seen_key")] == [b"k" * 32]


async def test_hashes_of_before_the_database_had_a_key_of_its_own_still_count(inbox: PostgresInbox, pool: Pool) -> None:
    await inbox.store([event("a")])
    await pool.fetch("DELETE FROM seen_key")
    link = Link(pool._dsn, name="upgraded")

    again, _ = await PostgresInbox(link, key=b"k" * 32).store([event("a")])
    await link.close()

    assert [one is not None and one.row is not None for one in again] == [False]
