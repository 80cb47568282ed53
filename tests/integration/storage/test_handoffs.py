"""Staff are told of each hand-off, late rather than twice, and one that can't be told stops no other."""

import asyncio

import pytest

from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import HandOffDraft
from agente_hotelero.model.messages import Location
from agente_hotelero.storage.handoffs import PostgresHandOffs
from agente_hotelero.storage.links import Pool
from tests.support.storage_journal import HOTEL, Journal, Tables, a_reply, a_turn

WAIT = "SELECT extract(epoch FROM next_at - now())::float8 FROM handoff"


@pytest.fixture
def handoffs(pool: Pool) -> PostgresHandOffs:
    return PostgresHandOffs(pool)


@pytest.fixture
async def guest(journal: Journal) -> int:
    """A guest who asked for a person."""
    rows = await journal.receive("a")
    await journal.commit(a_turn(*rows, handoffs=(HandOffDraft(reason="asked", summary="Quiere hablar."),)))
    return rows[0].guest_id


async def test_what_is_due_is_taken_with_what_staff_need(guest: int, handoffs: PostgresHandOffs) -> None:
    [taken] = await handoffs.take([HOTEL])
    assert (taken.hotel, taken.guest_id, taken.reason, taken.summary, taken.attempts) == (
        HOTEL,
        guest,
        "asked",
        "Quiere hablar.",
        1,
    )
    assert await handoffs.take([HOTEL]) == []


async def test_staff_get_the_guests_name_address_and_the_last_lines_of_both(
    journal: Journal, handoffs: PostgresHandOffs
) -> None:
    await journal.answer(*(f"respuesta {n}" for n in range(8)))
    rows = await journal.receive("second", text="quiero hablar con alguien")
    await journal.commit(a_turn(*rows, version=1, handoffs=(HandOffDraft(reason="asked", summary="Quiere hablar."),)))

    [taken] = await handoffs.take([HOTEL])

    assert (taken.guest_name, taken.contact) == ("Ana", "whatsapp 5491100000001")
    assert len(taken.recent) == 8
    assert taken.recent[-3:] == ("Hotel: respuesta 7", "Huésped: quiero hablar con alguien", "Hotel: ¡Hola!")


async def test_staff_read_what_was_more_than_words_too(journal: Journal, handoffs: PostgresHandOffs) -> None:
    rows = await journal.receive("a", text="quiero hablar con alguien")
    pin = a_reply(message=Location(latitude=-34.5, longitude=-58.4, name="Hotel Demo", address="Calle 1"))
    drafts = (HandOffDraft(reason="asked", summary="Quiere hablar."),)
    await journal.commit(a_turn(*rows, replies=(pin,), handoffs=drafts))

    [taken] = await handoffs.take([HOTEL])

    assert taken.recent == ("Huésped: quiero hablar con alguien", "Hotel: (ubicación) Hotel Demo, Calle 1")


async def test_hotels_with_nobody_to_tell_keep_theirs(guest: int, handoffs: PostgresHandOffs) -> None:
    assert await handoffs.take([]) == await handoffs.take([HotelId("other")]) == []
    assert len(await handoffs.take([HotelId("other"), HOTEL])) == 1


async def test_what_staff_know_is_told_no_more_and_stays_open(
    guest: int, handoffs: PostgresHandOffs, tables: Tables
) -> None:
    [taken] = await handoffs.take([HOTEL])
    await handoffs.told(taken.id)
    await tables.connection.execute("UPDATE handoff SET next_at = now()")
    assert await handoffs.take([HOTEL]) == []
    assert await handoffs.count_open() == 1
    await tables.connection.execute("UPDATE handoff SET closed_at = now()")
    assert await handoffs.count_open() == 0


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 10), (4, 80), (9, 2560), (10, 3600), (41, 3600), (1023, 3600), (32767, 3600)]
)
async def test_it_is_tried_again_later_and_later_at_most_hourly_for_ever(
    attempts: int, seconds: float, guest: int, handoffs: PostgresHandOffs, tables: Tables
) -> None:
    await tables.connection.execute("UPDATE handoff SET attempts = $1", attempts)
    assert len(await handoffs.take([HOTEL])) == 1
    assert await tables.value(WAIT) == pytest.approx(seconds, abs=4)


async def test_two_notifiers_at_once_take_each_hand_off_once(
    journal: Journal, handoffs: PostgresHandOffs, tables: Tables
) -> None:
    await tables.connection.execute(
        "INSERT INTO handoff (guest_id, cause, hotel, reason, summary) SELECT n, n, 'demo', 'x', 'x' FROM generate_series(1, 120) n"
    )
    portions = await asyncio.gather(*(handoffs.take([HOTEL]) for _ in range(4)))
    taken = [one.id for portion in portions for one in portion]
    assert len(taken) == len(set(taken)) == 120
    assert await tables.value("SELECT count(*) FROM handoff WHERE attempts <> 1") == 0
