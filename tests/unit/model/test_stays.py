"""A stay has at least one night."""

from datetime import date

import pytest

from agente_hotelero.model.stays import Party, Stay


def test_nights_are_counted_from_check_in_to_check_out() -> None:
    assert Stay(check_in=date(2026, 12, 30), check_out=date(2027, 1, 2)).nights == 3


@pytest.mark.parametrize("check_out", [date(2026, 5, 3), date(2026, 5, 2)])
def test_a_stay_without_a_night_is_refused(check_out: date) -> None:
    with pytest.raises(ValueError, match="check_out must be after check_in"):
        Stay(check_in=date(2026, 5, 3), check_out=check_out)


def test_children_need_beds_too() -> None:
    assert Party(adults=2, children=1).people == 3
