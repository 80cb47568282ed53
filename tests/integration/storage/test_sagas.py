"""A reservation's row: written to the PMS under the epoch, checked by timers, and each news told once."""

import asyncio
from datetime import UTC, datetime, time

import pytest

from agente_hotelero.model.events import ReservationSettled, SagaOutcome
from agente_hotelero.model.ids import ClientRef, GuestId, HotelId
from agente_hotelero.model.journal import WriteDraft
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import PmsReservation, ReservationStatus
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.ownership import Ownership
from agente_hotelero.storage.sagas import PostgresSagas
from tests.support.stays import COUPLE, STAY, a_request
from tests.support.storage_journal import HOTEL, UNCLAIMED, Journal, Tables, a_turn

REF, CANCEL = ClientRef("AH-1"), ClientRef("AH-2")
SOON, LATER = datetime(2030, 5, 6, 12, tzinfo=UTC), datetime(2030, 5, 6, 13, tzinfo=UTC)
RESERVED = PmsReservation(
    code="DEMO-7K2",
    serial=7,
    client_ref=REF,
    status=ReservationStatus.LIVE,
    room_type_key="double",
    room_type_name="Habitación doble",
    stay=STAY,
    party=COUPLE,
    total=Money.of("270.10", "USD"),
    booker_name="Ana Pérez",
)


@pytest.fixture
def sagas(pool: Pool) -> PostgresSagas:
    sagas = PostgresSagas(pool)
    sagas.epochs = UNCLAIMED
    return sagas


@pytest.fixture
async def guest(journal: Journal) -> GuestId:
    """A guest who said yes, and wants another reservation cancelled."""
    rows = await journal.receive("a")
    writes = (WriteDraft(client_ref=REF, request=a_request("AH-1")), WriteDraft(client_ref=CANCEL, code="DEMO-9"))
    await journal.commit(a_turn(*rows, writes=writes, replies=()))
    return rows[0].guest_id


async def told(journal: Journal, guest: GuestId) -> list[SagaOutcome]:
    rows = await journal.inbox.read_guests([guest])
    return [row.event.outcome for row in rows if isinstance(row.event, ReservationSettled)]


async def test_what_a_turn_intended_is_unfinished_work_of_its_hotel(guest: GuestId, sagas: PostgresSagas) -> None:
    reserve, cancel = await sagas.unfinished(HOTEL)
    assert (reserve.client_ref, reserve.kind, reserve.request, reserve.code) == (
        REF,
        "reserve",
        a_request("AH-1"),
        None,
    )
    assert (cancel.client_ref, cancel.kind, cancel.request, cancel.code) == (CANCEL, "cancel", None, "DEMO-9")
    assert (reserve.state, reserve.writes, reserve.checks, reserve.guest_id) == ("intended", 0, 0, guest)
    assert await sagas.unfinished(HotelId("other")) == []


async def test_a_write_is_counted_before_the_pms_is_called(guest: GuestId, sagas: PostgresSagas) -> None:
    for n in (1, 2):
        begun = await sagas.begin_write(REF)
        assert begun is not None
        assert (begun.state, begun.writes) == ("writing", n)


async def test_a_frozen_owner_begins_no_write(guest: GuestId, sagas: PostgresSagas, journal: Journal) -> None:
    heir = Ownership(journal.url, owner="heir")
    claim = await heir.claim()
    assert await sagas.begin_write(REF) is None
    sagas.epochs = {}
    assert await sagas.begin_write(REF) is None
    sagas.epochs = claim.epochs
    assert await sagas.begin_write(REF) is not None
    await heir.release()


async def test_an_unknown_reference_begins_nothing(sagas: PostgresSagas) -> None:
    assert await sagas.begin_write(ClientRef("AH-none")) is None


async def test_a_check_is_a_timer_that_can_be_moved(guest: GuestId, sagas: PostgresSagas, tables: Tables) -> None:
    await sagas.schedule_check(REF, due_at=SOON, step=1)
    await sagas.schedule_check(REF, due_at=LATER, step=1)
    await sagas.schedule_check(REF, due_at=LATER, step=2)

    assert await tables.rows("SELECT key, kind, due_at, guest_id FROM timer ORDER BY key") == [
        {"key": key, "kind": "saga", "due_at": LATER, "guest_id": guest} for key in ("AH-1/1", "AH-1/2")
    ]
    [row, _] = await sagas.unfinished(HOTEL)
    assert (row.state, row.checks) == ("checking", 2)


async def test_a_final_outcome_is_told_once_and_ends_everything(
    guest: GuestId, sagas: PostgresSagas, journal: Journal, tables: Tables
) -> None:
    await sagas.schedule_check(REF, due_at=SOON, step=1)
    await sagas.schedule_check(CANCEL, due_at=SOON, step=1)
    for _ in range(2):
        await sagas.settle(REF, SagaOutcome.CONFIRMED, RESERVED, final=True)

    [event] = await journal.inbox.read_guests([guest])
    assert event.event == ReservationSettled(client_ref=REF, outcome=SagaOutcome.CONFIRMED, reservation=RESERVED)
    assert await tables.value("SELECT external_id FROM inbox WHERE id = $1", event.id) == "pms:AH-1:1"
    assert await tables.rows("SELECT state, outcome, code FROM reservation WHERE client_ref = $1", REF) == [
        {"state": "settled", "outcome": "confirmed", "code": "DEMO-7K2"}
    ]
    assert await tables.value("SELECT array_agg(key) FROM timer") == ["AH-2/1"]
    assert [row.client_ref for row in await sagas.unfinished(HOTEL)] == [CANCEL]


async def test_after_a_final_outcome_nothing_moves_any_more(
    guest: GuestId, sagas: PostgresSagas, journal: Journal, tables: Tables
) -> None:
    await sagas.settle(REF, SagaOutcome.REFUSED, None, final=True)
    await sagas.settle(REF, SagaOutcome.CONFIRMED, RESERVED, final=True)
    await sagas.schedule_check(REF, due_at=SOON, step=1)
    assert await sagas.begin_write(REF) is None
    assert await told(journal, guest) == [SagaOutcome.REFUSED]
    assert await tables.count("timer") == 0


async def test_a_delay_is_told_once_before_the_outcome(guest: GuestId, sagas: PostgresSagas, journal: Journal) -> None:
    await sagas.settle(REF, SagaOutcome.DELAYED, None, final=False)
    await sagas.settle(REF, SagaOutcome.DELAYED, None, final=False)
    await sagas.settle(REF, SagaOutcome.CONFIRMED, RESERVED, final=True)
    assert await told(journal, guest) == [SagaOutcome.DELAYED, SagaOutcome.CONFIRMED]


async def test_an_outcome_that_was_told_may_become_final_without_being_told_again(
    guest: GuestId, sagas: PostgresSagas, journal: Journal
) -> None:
    await sagas.settle(REF, SagaOutcome.DELAYED, None, final=False)
    await sagas.settle(REF, SagaOutcome.DELAYED, None, final=True)
    assert await told(journal, guest) == [SagaOutcome.DELAYED]
    assert [row.client_ref for row in await sagas.unfinished(HOTEL)] == [CANCEL]


async def test_two_processes_with_the_same_news_tell_it_once(
    guest: GuestId, sagas: PostgresSagas, journal: Journal, tables: Tables
) -> None:
    await asyncio.gather(*(sagas.settle(REF, SagaOutcome.CONFIRMED, RESERVED, final=True) for _ in range(4)))
    assert await told(journal, guest) == [SagaOutcome.CONFIRMED]
    assert await tables.value("SELECT news FROM reservation WHERE client_ref = $1", REF) == 1


async def test_references_that_look_alike_keep_their_own_timers(
    guest: GuestId, sagas: PostgresSagas, journal: Journal, tables: Tables
) -> None:
    rows = await journal.receive("b")
    writes = [WriteDraft(client_ref=ClientRef(ref), code="x") for ref in ("AH_1", "AHx1", "AH_1/2")]
    await journal.commit(a_turn(*rows, version=1, writes=tuple(writes)))
    for write in writes:
        await sagas.schedule_check(write.client_ref, due_at=SOON, step=1)
    await sagas.settle(ClientRef("AH_1"), SagaOutcome.FAILED, None, final=True)
    assert await tables.value("SELECT count(*) FROM timer WHERE key = 'AHx1/1'") == 1


async def test_a_booking_that_nobody_can_read_stops_no_other(
    journal: Journal, sagas: PostgresSagas, tables: Tables
) -> None:
    rows = await journal.receive("a")
    writes = tuple(WriteDraft(client_ref=ClientRef(ref), code="DEMO-1") for ref in ("AH-1", "AH-2"))
    await journal.commit(a_turn(*rows, writes=writes))
    await tables.connection.execute(
        """UPDATE reservation SET request = '{"of": "tomorrow"}' WHERE client_ref = 'AH-1'"""
    )
    assert [row.client_ref for row in await sagas.unfinished(HOTEL)] == ["AH-2"]


async def test_after_an_end_nothing_takes_longer(guest: GuestId, sagas: PostgresSagas, journal: Journal) -> None:
    await sagas.settle(REF, SagaOutcome.CONFIRMED, RESERVED, final=False)
    await sagas.settle(REF, SagaOutcome.DELAYED, None, final=False)
    await sagas.settle(REF, SagaOutcome.CONFIRMED, RESERVED, final=True)
    assert await told(journal, guest) == [SagaOutcome.CONFIRMED]


async def test_whoever_cancels_what_was_just_confirmed_ends_its_watch(
    guest: GuestId, sagas: PostgresSagas, journal: Journal
) -> None:
    await sagas.settle(REF, SagaOutcome.CONFIRMED, RESERVED, final=False)
    await sagas.schedule_check(REF, due_at=LATER, step=101)
    rows = await journal.receive("b")
    again = WriteDraft(client_ref=ClientRef("AH-3"), code=RESERVED.code)
    late = WriteDraft(client_ref=ClientRef("AH-4"), code=RESERVED.code, leaves_at=time(14))
    await journal.commit(a_turn(*rows, version=1, writes=(late,)))
    assert REF in [row.client_ref for row in await sagas.unfinished(HOTEL)]

    rows = await journal.receive("c")
    await journal.commit(a_turn(*rows, version=2, writes=(again,)))

    assert [row.client_ref for row in await sagas.unfinished(HOTEL)] == [CANCEL, "AH-4", "AH-3"]


@pytest.mark.parametrize("column", ["kind", "outcome"])
async def test_a_write_that_a_newer_version_made_stops_no_other(
    guest: GuestId, sagas: PostgresSagas, tables: Tables, column: str
) -> None:
    await tables.connection.execute("ALTER TABLE reservation DROP CONSTRAINT reservation_kind_check")
    await tables.connection.execute(f"UPDATE reservation SET {column} = 'of_tomorrow' WHERE client_ref = $1", REF)
    assert [row.client_ref for row in await sagas.unfinished(HOTEL)] == [CANCEL]
