"""What seldom changes in a QloApps, as rows make it."""

from decimal import Decimal

import pytest

from agente_hotelero.pms.qloapps import catalogue
from agente_hotelero.pms.qloapps.catalogue import Service, cancelled_state, fees_of

CLEANING = Service(id=5, price=Decimal(250), per_night=True, separate=False, tax_group=1)
INTERNET = Service(id=6, price=Decimal(20), per_night=False, separate=True, tax_group=1)


def test_a_type_has_the_mandatory_services_that_belong_to_it_at_its_own_price() -> None:
    row = {"associations": {"services": [{"id": "6", "price": "30.000000"}, {"id": "9", "price": None}]}}

    [fee] = fees_of(row, (CLEANING, INTERNET))

    assert (fee.id, fee.price) == (6, Decimal(30))


def test_a_type_without_services_has_no_fees() -> None:
    assert fees_of({"associations": {}}, (CLEANING, INTERNET)) == ()
    assert fees_of({}, (CLEANING, INTERNET)) == ()


@pytest.mark.parametrize(
    ("states", "cancelled"),
    [
        (
            [
                {"id": 1, "name": "Pago", "template": "payment"},
                {"id": "9", "name": "Fuera", "template": "order_canceled"},
            ],
            9,
        ),
        ([{"id": 1, "name": "Awaiting", "template": ""}, {"id": 7, "name": "Anulada", "template": ""}], 7),
        ([{"id": 2, "name": [{"id": "1", "value": "Canceled"}], "template": [{"id": "1", "value": ""}]}], 2),
        ([{"id": 1, "name": "Awaiting", "template": ""}], catalogue.CANCELLED_STATE),
    ],
)
def test_the_state_that_means_cancelled_is_found_however_it_is_called(
    states: list[dict[str, object]], cancelled: int
) -> None:
    assert cancelled_state(states) == cancelled
