import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.model.phones import digits, from_channel, other_form, region_of, same, typed


@pytest.mark.parametrize(
    ("wa_id", "number", "region"),
    [
        ("5491155550123", "+54 9 11 5555-0123", "AR"),
        ("5491155550123", "011 15 5555-0123", "AR"),
        ("5491155550123", "11 5555 0123", "AR"),
        ("541155550123", "+5491155550123", "AR"),
        ("5215512345678", "+52 55 1234 5678", "MX"),
        ("551187654321", "+55 11 98765-4321", "BR"),
        ("5511987654321", "(11) 8765-4321", "BR"),
        ("34600111222", "0034 600 111 222", None),
        ("34600111222", "600 111 222", "ES"),
        ("447911123456", "+44 7911 123456", "AR"),
    ],
)
def test_one_line_in_many_forms_is_the_same(wa_id: str, number: str, region: str | None) -> None:
    assert same(wa_id, number, region=region, advanced=True)


@pytest.mark.parametrize(
    ("wa_id", "number", "region"),
    [
        ("5491155550123", "+54 9 11 5555-0124", "AR"),
        ("5491155550123", "+55 11 5555-0123", "AR"),
        ("34600111222", "600 111 222", None),
        ("34600111222", "hola", "ES"),
        ("", "", "ES"),
    ],
)
def test_other_lines_are_not(wa_id: str, number: str, region: str | None) -> None:
    assert not same(wa_id, number, region=region, advanced=True)


def test_without_the_flag_digits_are_compared_as_they_are() -> None:
    assert same("5491155550123", "+54 9 11 5555-0123", region="AR", advanced=False)
    assert not same("5491155550123", "011 15 5555-0123", region="AR", advanced=False)


def test_a_channels_number_is_shown_as_it_came_or_in_e164() -> None:
    assert from_channel("5491155550123", advanced=False) == "5491155550123"
    assert from_channel("5491155550123", advanced=True) == "+5491155550123"
    assert from_channel("US.13491208655302741918", advanced=True) == "US.13491208655302741918"


def test_a_hotels_own_phone_tells_its_country() -> None:
    assert region_of("+54 11 5555 0100") == "AR"
    assert region_of("+351 210 000 000") == "PT"
    assert region_of("4444-1234") is None
    assert region_of(None) is None


@given(st.text(), st.text(), st.sampled_from(["AR", "BR", "MX", "ES", None]))
def test_no_text_is_an_error(one: str, other: str, region: str | None) -> None:
    same(one, other, region=region, advanced=True)
    from_channel(one, advanced=True)
    assert digits(one).isdecimal() or digits(one) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5491155550123", "541155550123"),
        ("5215512345678", "525512345678"),
        ("5511987654321", "551187654321"),
        ("5562999998888", "556299998888"),
    ],
)
def test_a_channel_may_write_a_mobile_of_three_countries_in_two_ways(one: str, other: str) -> None:
    assert other_form(one) == other
    assert other_form(other) == one
    assert same(one, f"+{other}", region=None, advanced=True)


@pytest.mark.parametrize(
    "number",
    [
        "34600111222",
        "551133334444",
        "5511933334444",
        "5491155",
        "54911555501234",
        "US.134912086553",
        "",
        "5400000000000",
    ],
)
def test_other_numbers_have_one_form(number: str) -> None:
    assert other_form(number) is None


def test_a_line_at_home_in_brazil_is_not_the_mobile_with_a_nine_before_it() -> None:
    assert not same("5511933334444", "+55 11 3333-4444", region="BR", advanced=True)


@pytest.mark.parametrize(
    ("number", "region", "read_as"),
    [
        ("+54 9 11 5555-0123", "AR", "5491155550123"),
        ("11 5555-0123", "AR", "541155550123"),
        ("0034 600 111 222", "AR", "34600111222"),
        ("600 111 222", "ES", "34600111222"),
        ("+34 600 111 222", "AR", "34600111222"),
        ("34600111222", None, "34600111222"),
        ("521 55 1234 5678", None, "525512345678"),
        ("12", "AR", None),
        ("hola", "AR", None),
        ("", None, None),
        ("+999 123", "AR", None),
    ],
)
def test_a_typed_number_is_read_as_one_of_its_country_or_of_the_hotels(
    number: str, region: str | None, read_as: str | None
) -> None:
    assert typed(number, region=region) == read_as
