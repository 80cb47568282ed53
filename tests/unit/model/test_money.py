"""Amounts keep their currency's exponent."""

from decimal import Decimal

import pytest

from agente_hotelero.model.money import Money


@pytest.mark.parametrize(
    ("amount", "currency", "kept"),
    [("10.005", "USD", "10.01"), ("10.5", "CLP", "11"), ("1.2345", "KWD", "1.235"), (7, "EUR", "7.00")],
)
def test_an_amount_is_rounded_half_up_to_its_currency(amount: str, currency: str, kept: str) -> None:
    assert Money.of(amount, currency) == Money(Decimal(kept), currency)


def test_currencies_are_never_mixed() -> None:
    with pytest.raises(ValueError, match="can't add EUR to USD"):
        Money.of(1, "USD") + Money.of(1, "EUR")
