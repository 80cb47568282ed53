import pytest

from agente_hotelero.channels.port import FailureClass as Class
from agente_hotelero.channels.whatsapp.failures import classify


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (0, Class.AUTH),
        (1, Class.RETRY_SOON),
        (4, Class.RATE_LIMITED),
        (100, Class.OUR_BUG),
        (190, Class.AUTH),
        (200, Class.AUTH),
        (299, Class.AUTH),
        (131000, Class.RETRY_SOON),
        (131026, Class.RECIPIENT),
        (131042, Class.AUTH),
        (131047, Class.WINDOW_SHUT),
        (131049, Class.QUALITY),
        (131056, Class.PAIR_LIMITED),
        (130429, Class.RATE_LIMITED),
        (132000, Class.OUR_BUG),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 403, 429, 500, 504])
def test_metas_code_decides_whatever_the_status(code: int, status: int, expected: Class) -> None:
    assert classify(code=code, status=status) is expected


def test_an_invalid_parameter_with_subcode_33_is_a_number_that_the_token_may_not_use() -> None:
    assert classify(code=100, subcode=33) is Class.AUTH


def test_an_unknown_code_is_retried_only_if_meta_calls_it_transient() -> None:
    assert classify(code=999_999, is_transient=True) is Class.RETRY_SOON
    assert classify(code=999_999) is Class.OUR_BUG


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (302, Class.RETRY_SOON),
        (400, Class.OUR_BUG),
        (401, Class.AUTH),
        (403, Class.AUTH),
        (404, Class.AUTH),
        (408, Class.RETRY_SOON),
        (413, Class.OUR_BUG),
        (429, Class.RATE_LIMITED),
        (500, Class.RETRY_SOON),
        (502, Class.IN_DOUBT),
        (503, Class.RETRY_SOON),
        (504, Class.IN_DOUBT),
        (700, Class.IN_DOUBT),
    ],
)
@pytest.mark.parametrize("code", [None, 999_999])
def test_without_a_known_code_the_status_decides(code: int | None, status: int, expected: Class) -> None:
    assert classify(code=code, status=status) is expected
