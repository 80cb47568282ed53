"""Codes that only whoever has the key can make, or try."""

import hmac
from collections import Counter

import pytest

from agente_hotelero.wiring.one_time import OneTimeCodes

OLD, NEW = b"the key that goes", b"the key that comes"


def test_a_code_fits_its_seed_and_no_other() -> None:
    codes = OneTimeCodes(keys=[OLD])
    seed, other = codes.make_seed(), codes.make_seed()
    assert seed != other
    assert codes.fits(seed, codes.digits(seed))
    assert not codes.fits(other, codes.digits(seed))
    assert not codes.fits(seed, "")
    assert not codes.fits(seed, codes.digits(seed)[:5])


def test_codes_have_six_digits_and_each_is_as_likely() -> None:
    codes = OneTimeCodes(keys=[OLD])
    made = [codes.digits(str(n)) for n in range(2_000)]
    assert {len(one) for one in made} == {6}
    first = Counter(one[0] for one in made)
    assert all(120 < first[str(digit)] < 290 for digit in range(10))


def test_while_the_key_is_replaced_codes_of_both_are_good() -> None:
    before, both, after = (OneTimeCodes(keys=keys) for keys in ([OLD], [NEW, OLD], [NEW]))
    seed = before.make_seed()
    assert both.fits(seed, before.digits(seed))
    assert both.digits(seed) == after.digits(seed)
    assert not after.fits(seed, before.digits(seed))


def test_every_key_is_tried_in_constant_time_whichever_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[bytes] = []
    real = hmac.compare_digest

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return real(one, other)

    codes = OneTimeCodes(keys=[NEW, OLD])
    digits = codes.digits("s")
    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert codes.fits("s", digits)
    assert len(compared) == 2


def test_a_seed_alone_tells_nothing_of_its_code() -> None:
    assert OneTimeCodes(keys=[OLD]).digits("s") != OneTimeCodes(keys=[NEW]).digits("s")
