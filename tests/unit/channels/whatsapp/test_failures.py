import pytest

from agente_hotelero.channels.port import FailureClass as Class
from agente_hotelero.channels.whatsapp.failures import CODES, classify

# As Meta's pages and those who met them tell what each needs.
TABLE = {
    Class.RETRY_SOON: [1, 2, 131000, 131016, 133004, 135000, 131057],
    Class.RATE_LIMITED: [4, 80007, 130429],
    Class.PAIR_LIMITED: [131056],
    Class.WINDOW_SHUT: [131047],
    Class.UNREACHABLE: [131026],
    Class.RECIPIENT: [131030, 131021, 130472, 131062, 137000],
    Class.QUALITY: [131048, 131049, 131050, 131064],
    Class.AUTH: [0, 3, 10, 190, *range(200, 300), 131005, 33, 131045, 131042, 131031, 368, 130497, 131037, 133010],
    Class.OUR_BUG: [100, 131008, 131009, 131051, 132000, 132005, 132007, 132008, 132012, 132018, 131053, 131052],
    Class.TEMPLATE: [132001, 132015, 132016, 132068, 132069],
}


def test_every_code_of_the_table_has_its_class_whether_it_comes_as_an_answer_or_late() -> None:
    expected = {code: kind for kind, codes in TABLE.items() for code in codes}
    assert {code: classify(code=code) for code in expected} == expected
    assert {code: classify(code=code, status=500, is_transient=True) for code in expected} == expected
    assert set(CODES) == set(expected)


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
        (131026, Class.UNREACHABLE),
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
