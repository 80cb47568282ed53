"""What a hotel charges whoever cancels, and whoever leaves later than the others."""

from decimal import Decimal
from typing import Final, Literal

from pydantic import BaseModel, Field, model_validator

from agente_hotelero.config import fields
from agente_hotelero.model.hotel import CancellationFee, LateCheckoutTerms
from agente_hotelero.model.money import Money


class Fee(fields.Strict):
    """`cancellation_fee`: free until so many hours before the check-in, and then one of three prices."""

    free_until_hours: int = Field(ge=0, le=8_760)
    fee: Literal["first_night"] | None = None
    percent: Decimal | None = Field(default=None, gt=0, le=100)
    amount: Decimal | None = Field(default=None, gt=0, le=1_000_000_000)

    @model_validator(mode="after")
    def _one_price(self) -> "Fee":
        if sum(price is not None for price in (self.fee, self.percent, self.amount)) != 1:
            raise ValueError('says what it costs in one way: fee: first_night, percent: 50, or amount: "30.00"')
        return self


class Policies(fields.Strict):
    """`policies`: the words for guests, and what the agent counts with."""

    cancellation: fields.Texts = Field(default_factory=dict)
    cancellation_fee: Fee | None = None


class LateCheckout(fields.Strict):
    """`late_checkout`: one hour, one price."""

    until: fields.Clock
    price: Decimal = Field(ge=0, le=1_000_000_000)


MODELS: Final[tuple[type[BaseModel], ...]] = (Policies, Fee, LateCheckout)


def fee(terms: Fee | None, currency: str) -> CancellationFee | None:
    """As the dialogue counts with it."""
    if terms is None:
        return None
    amount = None if terms.amount is None else Money.of(terms.amount, currency)
    return CancellationFee(free_until_hours=terms.free_until_hours, percent=terms.percent, amount=amount)


def late_checkout(terms: LateCheckout | None, currency: str) -> LateCheckoutTerms | None:
    """As the dialogue offers it."""
    return None if terms is None else LateCheckoutTerms(until=terms.until, price=Money.of(terms.price, currency))
