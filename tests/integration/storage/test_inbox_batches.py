"""Batches of every kind, refused one by one; and what becomes of rows whose turns fail."""

import asyncio
from dataclasses import replace

import pytest

from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.events import DeliveryState, InboundEvent, TextReceived, Unreadable
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, HotelId, InboxId
from agente_hotelero.model.journal import TURN_ROWS, Stored
from agente_hotelero.storage.inbox import Incoming
from tests.support.storage_journal import HOTEL, PHONE, WEBCHAT, Journal, Tables, a_report, an_event

UNREADABLE = Unreadable(channel="whatsapp", account="100", reason="no JSON", raw=b"\xff\x00{")


def ids(stored: list[Stored | None]) -> list[InboxId]:
    return [one.row.id for one in stored if one is not None and one.row is not None]


async def test_everything_in_one_batch_is_kept_and_answered_in_its_place(journal: Journal, tables: Tables) -> None:
    report = a_report(DeliveryState.READ)
    batch: list[Incoming] = [UNREADABLE, an_event("a"), report, an_event("a"), an_event("b"), UNREADABLE]

    stored, moved = await journal.inbox.store(batch)

    assert [None if one is None else one.row is not None for one in stored] == [None, True, None, False, True, None]
    assert moved == []
    assert await tables.rows("SELECT DISTINCT channel, account, reason, raw FROM quarantine") == [
        {"channel": "whatsapp", "account": "100", "reason": "no JSON", "raw": b"\xff\x00{"}
    ]
    counts = [await tables.count(table) for table in ("inbox", "seen", "quarantine", "delivery_report", "guest")]
    assert counts == [2, 2, 2, 1, 1]


async def test_a_mixed_batch_that_fails_leaves_nothing_of_any_kind(journal: Journal, tables: Tables) -> None:
    with pytest.raises(Exception, match="surrogates not allowed"):
        await journal.inbox.store([an_event("a"), UNREADABLE, a_report(DeliveryState.READ, provider_id="\udcff")])
    assert [await tables.count(table) for table in ("inbox", "seen", "quarantine", "delivery_report")] == [0] * 4


FIELDS = ("external_id", "address", "profile_name", "alias", "account", "traceparent")


def odd_event(field: str, bad: str) -> InboundEvent:
    value: object = f"x{bad}y"
    if field == "alias":
        value = Alias(AliasKind.PHONE, f"x{bad}y")
    elif field == "account":
        value = Account(HOTEL, Channel.WHATSAPP, f"x{bad}y")
    return replace(an_event("odd"), **{field: value})  # type: ignore[arg-type]  # whatever a field may hold


@pytest.mark.parametrize("field", FIELDS)
async def test_a_nul_anywhere_is_stored_as_what_everybody_can_read(
    field: str, journal: Journal, tables: Tables
) -> None:
    odd = odd_event(field, "\0")
    assert len(ids((await journal.inbox.store([an_event("a"), odd]))[0])) == 2
    assert await tables.count("inbox") == 2
    assert ids((await journal.inbox.store([odd]))[0]) == []


@pytest.mark.parametrize("field", FIELDS)
async def test_a_value_that_no_text_column_holds_is_refused_for_its_own_sake(
    field: str, journal: Journal, tables: Tables
) -> None:
    """Not as an outage: then a provider would send it again for days."""
    odd = odd_event(field, "\ud83d")

    with pytest.raises(Exception, match="surrogates") as refusal:
        await journal.inbox.store([an_event("a"), odd])

    assert not isinstance(refusal.value, StorageUnavailableError)
    assert await tables.count("inbox") == await tables.count("seen") == 0
    assert len(ids((await journal.inbox.store([an_event("a")]))[0])) == 1


async def test_half_a_character_in_a_guests_words_is_refused_alone(journal: Journal, tables: Tables) -> None:
    with pytest.raises(TypeError, match="surrogates"):
        await journal.inbox.store([an_event("a", text="\ud83d"), an_event("b")])
    assert await tables.count("seen") == 0


async def test_a_nul_in_a_guests_words_is_kept_as_what_everybody_can_read(journal: Journal, tables: Tables) -> None:
    [row] = await journal.receive("a", text="ho\0la")
    [read] = await journal.inbox.read_guests([row.guest_id])
    assert read == replace(row, event=TextReceived(text="ho\ufffdla"))
    assert await tables.value("SELECT event->>'text' FROM inbox") == "ho\ufffdla"


async def test_what_is_read_back_is_what_was_stored(journal: Journal) -> None:
    [row] = await journal.receive("a", traceparent="00-aa-bb-01")
    assert await journal.inbox.read_guests([row.guest_id]) == [row]
    assert await journal.inbox.read_guests([]) == []


async def test_a_guest_known_by_a_name_keeps_their_number_and_shard(journal: Journal, other: Journal) -> None:
    [first] = await journal.receive("a")
    [again] = await other.receive("b")
    assert (again.guest_id, again.shard) == (first.guest_id, first.shard)


@pytest.mark.parametrize(
    "stranger",
    [
        an_event("b", phone="5491100000002"),
        an_event("b", phone=PHONE, account=WEBCHAT),  # the same letters as another kind of name
        replace(an_event("b"), account=Account(HotelId("other"), Channel.WHATSAPP, "200")),
        replace(an_event("b"), alias=Alias(AliasKind.BSUID, PHONE)),
    ],
)
async def test_a_guest_belongs_to_one_hotel_and_to_one_kind_of_name(stranger: InboundEvent, journal: Journal) -> None:
    [known] = await journal.receive("a")
    [one], _ = await journal.inbox.store([stranger])
    assert one is not None
    assert one.row is not None
    assert one.row.guest_id != known.guest_id


async def test_an_external_id_is_seen_per_account_and_across_batches_and_processes(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    assert len(await journal.receive("a")) == 1
    assert await other.receive("a", phone="2") == []
    elsewhere = replace(an_event("a"), account=Account(HOTEL, Channel.WHATSAPP, "200"))
    assert len(ids((await other.inbox.store([elsewhere]))[0])) == 1
    assert await tables.count("guest") == 1


async def test_the_same_batch_at_two_processes_at_once_is_kept_once(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    for n in range(20):
        batch = [an_event(f"{n}-{k}", phone=f"54911{k}") for k in range(12)]
        (left, _), (right, _) = await asyncio.gather(journal.inbox.store(batch), other.inbox.store(batch[::-1]))
        assert len(ids(left) + ids(right)) == 12
    assert await tables.count("inbox") == 240
    assert await tables.count("guest") == 12


async def test_nobody_can_read_external_ids_out_of_what_was_seen(journal: Journal, tables: Tables) -> None:
    await journal.receive("wamid.ANA")
    [key] = [row["key"] for row in await tables.rows("SELECT key FROM seen")]
    assert len(key) == 16
    assert b"wamid" not in key


async def test_rows_come_back_in_order_for_many_guests(journal: Journal) -> None:
    rows = [row for n in range(3) for k in range(4) for row in await journal.receive(f"{n}-{k}", phone=f"5491{k}")]
    assert [one.id for one in await journal.inbox.waiting()] == [row.id for row in rows]
    read = await journal.inbox.read_guests([rows[1].guest_id, rows[3].guest_id])
    assert [row.id for row in read] == [row.id for n, row in enumerate(rows) if n % 4 in {1, 3}]


async def test_a_failed_turn_is_counted_on_each_of_its_undone_rows(journal: Journal, tables: Tables) -> None:
    first, second, third = await journal.receive("a", "b", "c")
    await tables.connection.execute("UPDATE inbox SET done = true WHERE id = $1", third.id)
    assert await journal.inbox.fail([first.id, second.id, third.id]) == {first.id: 1, second.id: 1}
    assert await journal.inbox.fail([second.id]) == {second.id: 2}
    assert [row.attempts for row in await journal.inbox.charge([first.guest_id])] == [2, 2]


async def test_only_what_the_first_turn_takes_is_charged(journal: Journal) -> None:
    rows = await journal.receive(*(str(n) for n in range(TURN_ROWS + 2)))
    [other] = await journal.receive("other", phone="5491100000002")
    guests = [rows[0].guest_id, other.guest_id]

    async def charged() -> list[int]:
        return [row.attempts for row in await journal.inbox.charge(guests)]

    assert await charged() == [*[1] * TURN_ROWS, 0, 0, 1]
    # What was in a dead owner's hand goes alone from now on: only the first of them can be in the next one's.
    assert await charged() == [2, *[1] * (TURN_ROWS - 1), 0, 0, 2]
    assert [row.attempts for row in await journal.inbox.waiting()] == [2, *[1] * (TURN_ROWS - 1), 0, 0, 2]
    for row in rows[:TURN_ROWS]:
        assert await journal.inbox.bury(row.id, error="ValueError", summary="…")
    assert await charged() == [1, 1, 3]


async def test_a_dead_letter_keeps_its_row_its_reason_and_a_hand_off(journal: Journal, tables: Tables) -> None:
    first, second = await journal.receive("a", "b")

    assert await journal.inbox.bury(first.id, error="ValueError", summary="Leer a mano.")

    assert await tables.rows("SELECT inbox_id, guest_id, error FROM dead_letter") == [
        {"inbox_id": first.id, "guest_id": first.guest_id, "error": "ValueError"}
    ]
    [handoff] = await tables.rows("SELECT guest_id, cause, hotel, reason, summary FROM handoff")
    assert tuple(handoff.values()) == (first.guest_id, first.id, "demo", "dead_letter", "Leer a mano.")
    assert await tables.undone() == [second.id]
    assert not await journal.inbox.bury(InboxId(9_999), error="x", summary="x")
