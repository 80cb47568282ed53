"""A guest is our own number; what a channel calls them are names, which come and go, and never make two guests one."""

import asyncio
import itertools
import random
from dataclasses import replace

import pytest

from agente_hotelero.model.events import InboundEvent, NameChanged
from agente_hotelero.model.ids import Alias, AliasKind, GuestId, HotelId
from agente_hotelero.model.journal import Stored
from tests.support.storage_journal import Journal, Tables, an_event

NUMBER = Alias(AliasKind.PHONE, "34600111222")
OTHER_NUMBER = Alias(AliasKind.PHONE, "34600999888")
USER = Alias(AliasKind.BSUID, "ES.1")
NEW_USER = Alias(AliasKind.BSUID, "ES.2")
PARENT = Alias(AliasKind.PARENT, "ES.ENT.1")
_ids = itertools.count(1)


def by(*names: Alias, formerly: tuple[Alias, ...] = ()) -> InboundEvent:
    """A guest who comes under these names writes, or has them now in place of others."""
    event = replace(an_event(f"wamid.{next(_ids)}"), alias=names[0], address=names[0].value)
    if formerly:
        event = replace(event, event=NameChanged(), formerly=formerly)
    return replace(event, names=names if len(names) > 1 or formerly else ())


def guests(stored: list[Stored | None]) -> list[GuestId]:
    return [one.row.guest_id for one in stored if one is not None and one.row is not None]


async def guests_of(journal: Journal, *events: InboundEvent) -> list[GuestId]:
    """Each in a batch of its own."""
    return [guest for event in events for guest in guests((await journal.inbox.store([event]))[0])]


async def others_of(journal: Journal, event: InboundEvent) -> int:
    [one], _ = await journal.inbox.store([event])
    assert one is not None
    return len(one.others)


@pytest.mark.parametrize(
    "events",
    [
        [by(NUMBER), by(NUMBER, USER), by(USER)],
        [by(USER), by(NUMBER, USER), by(NUMBER)],
        [by(USER, PARENT), by(PARENT), by(NUMBER, USER), by(NUMBER)],
        [by(NUMBER, USER, PARENT), by(USER), by(PARENT), by(NUMBER)],
        [by(NUMBER, PARENT), by(NEW_USER, PARENT), by(NEW_USER)],
    ],
)
@pytest.mark.parametrize("together", [True, False])
async def test_a_guest_is_found_again_under_any_name_that_came_with_another(
    events: list[InboundEvent], together: bool, journal: Journal, tables: Tables
) -> None:
    found = guests((await journal.inbox.store(events))[0]) if together else await guests_of(journal, *events)
    assert len(found) == len(events)
    assert len(set(found)) == 1
    assert await tables.count("guest") == 1


async def test_rows_of_a_guest_under_many_names_stay_in_order(journal: Journal) -> None:
    events = [by(NUMBER), by(NUMBER, USER), by(USER), by(NUMBER), by(USER, PARENT), by(OTHER_NUMBER), by(PARENT)]
    stored, _ = await journal.inbox.store(events)
    mine = [
        one.row.id for one, event in zip(stored, events, strict=True) if one and one.row and event.alias != OTHER_NUMBER
    ]
    assert len(mine) == 6
    assert mine == sorted(mine)


@pytest.mark.parametrize(
    "change",
    [
        by(OTHER_NUMBER, formerly=(NUMBER,)),
        by(NEW_USER, formerly=(USER,)),
        by(OTHER_NUMBER, NEW_USER, formerly=(USER,)),
        by(NEW_USER, Alias(AliasKind.PARENT, "ES.ENT.2"), formerly=(Alias(AliasKind.BSUID, "ES.0"), PARENT)),
    ],
)
async def test_a_new_name_belongs_to_the_guest_who_had_the_old_one(
    change: InboundEvent, journal: Journal, tables: Tables
) -> None:
    [before] = await guests_of(journal, by(NUMBER, USER, PARENT))
    found = await guests_of(journal, change, *(by(name) for name in change.names), by(USER))
    assert set(found) == {before}
    assert await tables.count("guest") == 1


async def test_a_change_told_twice_and_of_a_guest_who_never_wrote_is_no_trouble(journal: Journal) -> None:
    change = by(NEW_USER, formerly=(USER,))
    again = replace(change, external_id="user_id_update:1:2")
    found = await guests_of(journal, change, again, by(NEW_USER))
    assert len(set(found)) == 1


async def test_two_guests_whose_names_meet_stay_two_and_the_exact_id_decides(journal: Journal, tables: Tables) -> None:
    numbered, named = await guests_of(journal, by(NUMBER), by(USER))
    both = by(NUMBER, USER)
    assert await others_of(journal, both) == 1
    assert await guests_of(journal, by(NUMBER, USER), by(USER), by(NUMBER)) == [named, named, numbered]
    assert await tables.count("guest") == 2


async def test_a_name_that_is_given_to_somebody_else_already_is_not_taken_from_them(journal: Journal) -> None:
    mine, theirs = await guests_of(journal, by(NUMBER, USER), by(OTHER_NUMBER, NEW_USER))
    moved = by(OTHER_NUMBER, formerly=(NUMBER,))
    assert await others_of(journal, moved) == 1
    assert await guests_of(journal, by(NUMBER), by(OTHER_NUMBER)) == [mine, theirs]


async def test_a_number_that_has_another_owner_now_does_not_open_the_old_ones_conversation(journal: Journal) -> None:
    [before] = await guests_of(journal, by(NUMBER, USER))
    stranger = by(NUMBER, NEW_USER)
    assert await others_of(journal, stranger) == 1
    [now, still] = await guests_of(journal, by(NUMBER, NEW_USER), by(USER))
    assert (now != before, still) == (True, before)


async def test_a_company_with_two_portfolios_knows_its_guest_by_the_parent_id(journal: Journal) -> None:
    found = await guests_of(journal, by(NUMBER, USER, PARENT), by(NUMBER, NEW_USER, PARENT), by(NEW_USER))
    assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("5491155550123", "541155550123"), ("525512345678", "5215512345678"), ("5511987654321", "551187654321")],
)
@pytest.mark.parametrize("together", [True, False])
async def test_a_line_is_one_guest_whichever_way_its_number_is_written(
    one: str, other: str, together: bool, journal: Journal
) -> None:
    events = [by(Alias(AliasKind.PHONE, number)) for number in (one, other)]
    found = guests((await journal.inbox.store(events))[0]) if together else await guests_of(journal, *events)
    assert len(found) == 2
    assert len(set(found)) == 1


async def test_names_are_looked_at_once_and_known_guests_take_the_short_way(journal: Journal, tables: Tables) -> None:
    [first] = await guests_of(journal, by(NUMBER, USER))
    assert not journal.inbox._acquaintances.needs_a_look(by(NUMBER, USER))
    assert journal.inbox._acquaintances.needs_a_look(by(NUMBER, NEW_USER))
    assert await guests_of(journal, by(NUMBER, USER)) == [first]
    assert await tables.count("guest_alias") == 2


async def test_names_of_one_hotel_say_nothing_at_another(journal: Journal) -> None:
    elsewhere = by(NUMBER, USER)
    elsewhere = replace(elsewhere, account=replace(elsewhere.account, hotel=HotelId("other")))
    here, there = await guests_of(journal, by(NUMBER, USER), elsewhere)
    assert here != there


async def test_processes_that_meet_the_same_new_names_at_once_make_one_guest_of_each(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    """Whoever comes second finds a name taken that was free when it looked, and looks again."""
    dice = random.Random(7)
    for n in range(25):
        people = [
            (Alias(AliasKind.PHONE, f"3460000{n:02}{k}"), Alias(AliasKind.BSUID, f"ES.{n}x{k}")) for k in range(5)
        ]
        left = [by(*names) for names in people]
        right = [by(*dice.choice((names, names[:1], names[1:]))) for names in people]
        found = await asyncio.gather(journal.inbox.store(left), other.inbox.store(right[::-1]))
        [mine, theirs] = [guests(stored) for stored, _ in found]
        assert mine == theirs[::-1]
        assert len(set(mine)) == 5
    assert await tables.count("guest") == 125
    assert await tables.count("guest_alias") == 250


async def test_a_name_that_another_process_gives_away_meanwhile_is_looked_at_again(
    journal: Journal, other: Journal, tables: Tables
) -> None:
    await guests_of(other, by(OTHER_NUMBER))
    async with other.inbox._link.transaction() as open_one:
        await open_one.execute(
            "INSERT INTO guest_alias (hotel, kind, value, guest_id) SELECT 'demo', 'phone', $1, guest_id FROM guest_alias",
            NUMBER.value,
        )
        storing = asyncio.create_task(journal.inbox.store([by(NUMBER, USER)]))
        await tables.locked()
    [one] = guests((await storing)[0])
    assert [one] == await guests_of(journal, by(NUMBER)) == await guests_of(journal, by(OTHER_NUMBER))
    assert await tables.count("guest") == 1


async def test_a_known_guest_who_comes_in_another_form_is_not_taken_for_a_new_one(journal: Journal) -> None:
    [first], _ = await journal.inbox.store([by(Alias(AliasKind.PHONE, "541155550123"))])
    [other], _ = await journal.inbox.store([by(Alias(AliasKind.PHONE, "5491155550123"))])
    rows = [one.row for one in (first, other) if one is not None and one.row is not None]
    assert [row.first for row in rows] == [True, False]
    assert rows[0].shard == rows[1].shard
