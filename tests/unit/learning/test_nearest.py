"""Phrases that are like a message, for whoever has to see what labels look like."""

from functools import cache

from agente_hotelero.learning.nearest import MOST, OF_A_KIND, Nearest
from tests.support.second_opinion import some_phrases


@cache
def nearest() -> Nearest:
    return Nearest(some_phrases())


def test_a_misspelt_message_is_near_to_what_it_means() -> None:
    for text, label in (
        ("hay piscna climatisada??", "pool"),
        ("onde deixo minha bagagen", "luggage"),
        ("is there parkin for my car", "parking"),
    ):
        found = nearest()(text)
        assert label in {name for _, labels in found[:3] for name in labels}, (text, found)


def test_there_are_some_and_of_several_kinds() -> None:
    found = nearest()("quiero saber si puedo cancelar mi reserva y cuánto me devuelven")
    assert len(found) == MOST
    assert len({tuple(labels) for _, labels in found}) > MOST // (OF_A_KIND + 1)
    assert max(sum(labels == other for _, other in found) for _, labels in found) <= OF_A_KIND


def test_what_shares_nothing_with_any_phrase_is_near_to_none() -> None:
    assert nearest()("") == []
    assert nearest()("👍👍") == []
    assert nearest()("日本語") == []
