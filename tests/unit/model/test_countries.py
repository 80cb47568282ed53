"""Where a hotel is, as far as its time zone tells."""

import pytest

from agente_hotelero.model.countries import of_zone


@pytest.mark.parametrize(
    ("zone", "country"),
    [
        ("America/Argentina/Cordoba", "AR"),
        ("America/Buenos_Aires", "AR"),
        ("America/Cancun", "MX"),
        ("Atlantic/Canary", "ES"),
        ("Europe/Lisbon", "PT"),
        ("America/Sao_Paulo", "BR"),
        ("America/New_York", "US"),
        ("UTC", None),
        ("Etc/UTC", None),
        ("Etc/GMT+3", None),
        ("Nowhere/At_All", None),
    ],
)
def test_a_zone_tells_the_country(zone: str, country: str | None) -> None:
    assert of_zone(zone) == country
