"""Amounts with their currency, exact to the currency's exponent."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Self

# ISO 4217 exponents that differ from two, for the currencies of the hotels we serve.
EXPONENTS: Final = {"CLP": 0, "PYG": 0, "COP": 2, "JPY": 0, "KRW": 0, "TND": 3, "KWD": 3}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount at its currency's exponent; `currency` is an ISO 4217 code."""

    amount: Decimal
    currency: str

    @classmethod
    def of(cls, amount: Decimal | int | str, currency: str) -> Self:
        """Round half up to the currency's exponent."""
        exponent = Decimal(1).scaleb(-EXPONENTS.get(currency, 2))
        return cls(Decimal(amount).quantize(exponent, ROUND_HALF_UP), currency)

    def __add__(self, other: "Money") -> "Money":
        """Sum of two amounts of one currency; raises ValueError otherwise."""
        if other.currency != self.currency:
            msg = f"can't add {other.currency} to {self.currency}"
            raise ValueError(msg)
        return Money(self.amount + other.amount, self.currency)
