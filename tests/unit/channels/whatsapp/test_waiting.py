import pytest

from agente_hotelero.channels.whatsapp.waiting import busy_percent, wait_seconds

DATE = "Fri, 20 Jun 2025 12:00:00 GMT"
USAGE = '{"102290129340398": [{"type": "messaging", "call_count": 100, "estimated_time_to_regain_access": %s}]}'


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "999999"}, 3600.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Fri, 20 Jun 2025 12:00:30 GMT", "Date": DATE}, 30.0),
        ({"Retry-After": "Fri, 20 Jun 2025 11:59:00 GMT", "Date": DATE}, None),
        ({"Retry-After": "Fri, 20 Jun 2025 12:00:30 GMT"}, None),
        ({"Retry-After": "Fri, 20 Jun 2025 12:00:30", "Date": DATE}, None),
        ({"x-business-use-case-usage": USAGE % 2}, 120.0),
        ({"x-business-use-case-usage": USAGE % 0}, None),
        ({"x-business-use-case-usage": USAGE % '"2"'}, None),
        ({"x-business-use-case-usage": "{"}, None),
        ({"x-business-use-case-usage": "[]"}, None),
        ({"x-app-usage": '{"call_count": 100, "estimated_time_to_regain_access": 1}'}, 60.0),
        ({"Retry-After": "3", "x-business-use-case-usage": USAGE % 2}, 3.0),
    ],
)
def test_the_wait_that_meta_asks_for_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_seconds(headers) == seconds


@pytest.mark.parametrize(
    ("headers", "percent"),
    [
        ({}, 0.0),
        ({"x-app-usage": '{"call_count": 12, "total_time": 81.5, "total_cputime": 3}'}, 81.5),
        ({"x-business-use-case-usage": USAGE % 0}, 100.0),
        ({"x-app-usage": '{"call_count": 5}', "x-business-use-case-usage": USAGE % 0}, 100.0),
        ({"x-app-usage": '{"call_count": "90"}'}, 0.0),
        ({"x-app-usage": "{"}, 0.0),
        ({"x-app-usage": "[90]"}, 0.0),
    ],
)
def test_how_much_of_what_is_allowed_is_used_is_the_largest_share(headers: dict[str, str], percent: float) -> None:
    assert busy_percent(headers) == percent
