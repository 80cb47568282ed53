"""Whose names count for how much, and which events of a batch must wait for others."""

from dataclasses import replace

import pytest

from agente_hotelero.model.events import InboundEvent
from agente_hotelero.model.ids import Alias, AliasKind
from agente_hotelero.storage import persons
from agente_hotelero.storage.persons import Acquaintances, may_meet, names_of, rounds
from tests.support.storage_journal import an_event

NUMBER, OTHER = Alias(AliasKind.PHONE, "34600111222"), Alias(AliasKind.PHONE, "34600999888")
USER, PARENT = Alias(AliasKind.BSUID, "ES.1"), Alias(AliasKind.PARENT, "ES.ENT.1")
LONG, SHORT = Alias(AliasKind.PHONE, "5491155550123"), Alias(AliasKind.PHONE, "541155550123")


def by(*names: Alias, formerly: tuple[Alias, ...] = ()) -> InboundEvent:
    return replace(an_event("x"), alias=names[0], names=names if len(names) > 1 or formerly else (), formerly=formerly)


@pytest.mark.parametrize(
    ("event", "ranked"),
    [
        (by(NUMBER), [(NUMBER, 2, True)]),
        (by(NUMBER, PARENT, USER), [(USER, 0, True), (PARENT, 0, True), (NUMBER, 2, True)]),
        (by(LONG), [(LONG, 2, True), (SHORT, 3, False)]),
        (by(NUMBER, formerly=(OTHER,)), [(OTHER, 1, False), (NUMBER, 2, True)]),
        (by(LONG, USER, formerly=(SHORT,)), [(USER, 0, True), (SHORT, 1, False), (LONG, 2, True)]),
    ],
)
def test_the_most_exact_name_comes_first_and_only_present_ones_are_kept(
    event: InboundEvent, ranked: list[tuple[Alias, int, bool]]
) -> None:
    assert [(name.alias, name.rank, name.kept) for name in names_of(event)] == ranked


@pytest.mark.parametrize(
    ("events", "parts"),
    [
        ([by(NUMBER), by(OTHER), by(NUMBER)], [(0, 1, 2)]),
        ([by(NUMBER, USER), by(NUMBER, USER)], [(0, 1)]),
        ([by(NUMBER, USER), by(USER), by(OTHER)], [(0, 2), (1,)]),
        ([by(NUMBER), by(NUMBER, USER), by(NUMBER)], [(0,), (1,), (2,)]),
        ([by(LONG), by(SHORT)], [(0,), (1,)]),
        ([], []),
    ],
)
def test_who_shares_a_name_but_not_all_of_them_waits(events: list[InboundEvent], parts: list[tuple[int, ...]]) -> None:
    assert [part.numbers for part in rounds(events)] == parts


def test_only_numbers_that_end_alike_may_be_one_line() -> None:
    assert may_meet([by(LONG), by(SHORT)])
    assert not may_meet([by(LONG), by(LONG), by(NUMBER)])


def test_no_more_acquaintances_are_remembered_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(persons, "REMEMBERED", 2)
    known = Acquaintances()
    events = [by(Alias(AliasKind.PHONE, str(n)), USER) for n in range(3)]
    for event in events:
        assert known.needs_a_look(event)
        known.remember(event)
    assert [known.needs_a_look(event) for event in events] == [True, False, False]
    assert known.needs_a_look(by(NUMBER, formerly=(OTHER,)))
    assert not known.needs_a_look(by(NUMBER))
