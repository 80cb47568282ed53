"""Budgets by day, and a share of what comes."""

from datetime import date

import pytest

from agente_hotelero.llm import budget
from agente_hotelero.llm.budget import Share, Tokens
from agente_hotelero.model.ids import GuestId, HotelId

ONE, OTHER = HotelId("one"), HotelId("other")


def test_one_hotels_tokens_are_not_anothers() -> None:
    tokens = Tokens(per_hotel=100, per_conversation=100, today=lambda: date(2026, 4, 15))
    assert tokens.reserve(ONE, GuestId(1), 100)
    assert not tokens.reserve(ONE, GuestId(2), 1)
    assert tokens.reserve(OTHER, GuestId(3), 100)


def test_what_was_reserved_and_not_taken_is_given_back() -> None:
    tokens = Tokens(per_hotel=100, per_conversation=100, today=lambda: date(2026, 4, 15))
    tokens.reserve(ONE, GuestId(1), 90)
    tokens.correct(ONE, GuestId(1), -60)
    assert tokens.reserve(ONE, GuestId(1), 70)
    assert not tokens.reserve(ONE, GuestId(1), 1)


def test_what_was_taken_yesterday_is_not_given_back_today() -> None:
    days = [date(2026, 4, 15)]
    tokens = Tokens(per_hotel=100, per_conversation=100, today=lambda: days[-1])
    tokens.reserve(ONE, GuestId(1), 90)
    days.append(date(2026, 4, 16))
    assert tokens.reserve(ONE, GuestId(1), 100)
    tokens.correct(ONE, GuestId(2), -500)
    assert not tokens.reserve(ONE, GuestId(2), 101)


def test_memory_is_bounded_however_many_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_CONVERSATIONS", 10)
    tokens = Tokens(per_hotel=10_000, per_conversation=5, today=lambda: date(2026, 4, 15))
    for guest in range(100):
        tokens.reserve(ONE, GuestId(guest), 5)
    assert len(tokens._conversations) == 10
    assert not tokens.reserve(ONE, GuestId(99), 1)


def test_what_is_saved_up_is_bounded() -> None:
    share = Share(0.5)
    for _ in range(1_000):
        share.count(ONE)
    taken = sum(share.take(ONE) for _ in range(100))
    assert taken == budget.SAVED_AT_MOST
    assert share.take(OTHER)
