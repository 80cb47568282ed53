"""The desk finds a guest by whatever it has at hand."""

import pytest

from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.journal import WriteDraft
from agente_hotelero.storage.guests import PostgresGuests
from agente_hotelero.storage.links import Pool
from tests.support.stays import a_request
from tests.support.storage_journal import HOTEL, WEBCHAT, Journal, Tables, a_turn


@pytest.fixture
def guests(pool: Pool) -> PostgresGuests:
    return PostgresGuests(pool)


@pytest.fixture
async def ana(journal: Journal, tables: Tables) -> int:
    """Writes from 54 9 11 0000-0001; has AH-1 (DEMO-7K2), and somebody else is there too."""
    await journal.answer("hola", phone="5491100000002")
    await journal.receive("s", phone="session-99", account=WEBCHAT)
    rows = await journal.receive("a")
    write = WriteDraft(client_ref=ClientRef("AH-1"), request=a_request("AH-1"))
    cancel = WriteDraft(client_ref=ClientRef("AH-2"), code="DEMO-7K2")
    await journal.commit(a_turn(*rows, writes=(write, cancel)))
    await tables.connection.execute("UPDATE reservation SET code = 'DEMO-7K2' WHERE kind = 'reserve'")
    return rows[0].guest_id


@pytest.mark.parametrize(
    "words",
    [
        "5491100000001",
        "+54 9 11 0000-0001",
        "+54 (11) 0000 0001",
        "011 0000-0001",
        "00000001",
        "DEMO-7K2",
        " demo-7k2 ",
        "ah-1",
        "AH-2",
        "ana@example.com",
        "ANA@Example.COM",
    ],
)
async def test_a_guest_is_found_by_number_mail_or_reservation_in_any_form(
    words: str, ana: int, guests: PostgresGuests
) -> None:
    [found] = await guests.find(words)
    assert (found.id, found.hotel, found.name) == (ana, HOTEL, "Ana")
    assert (found.aliases, found.codes) == (("phone 5491100000001",), ("DEMO-7K2",))
    assert found.last_seen is not None


@pytest.mark.parametrize("words", ["0000001", "DEMO-7K", "nobody@example.com", "", " ", "%", "5491100000009"])
async def test_who_does_not_fit_is_not_shown(words: str, ana: int, guests: PostgresGuests) -> None:
    assert await guests.find(words) == []


async def test_all_that_share_a_number_are_shown_also_those_who_never_got_an_answer(
    journal: Journal, guests: PostgresGuests
) -> None:
    await journal.receive("a", phone="34611222333")
    await journal.receive("b", phone="54911222333")
    found = await guests.find("11222333")
    assert [(guest.aliases, guest.codes, guest.last_seen) for guest in found] == [
        (("phone 34611222333",), (), None),
        (("phone 54911222333",), (), None),
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("011 15 0000-0001", True),
        ("+54 11 0000 0001", True),
        ("+55 11 0000 0001", False),
        ("DEMO-7K2", True),
        ("ana@example.com", True),
    ],
)
async def test_in_e164_it_is_the_line_that_counts_not_its_last_digits(
    words: str, found: bool, ana: int, guests: PostgresGuests
) -> None:
    shown = await guests.find(words, region_of=lambda _hotel: "AR")
    assert [guest.aliases for guest in shown] == ([("phone +5491100000001",)] if found else [])
