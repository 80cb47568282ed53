import base64
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agente_hotelero.channels.webchat.tokens import LIFETIME, SessionTokens
from agente_hotelero.model.ids import HotelId

NOON = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)
DEMO = HotelId("demo")


def tokens(now: datetime = NOON, *secrets: bytes) -> SessionTokens:
    return SessionTokens(secret_keys=secrets or [b"secret"], now=lambda: now)


@pytest.mark.parametrize("hotel", ["demo", "hotel.with.dots", "hôtel-à-côté", "a/b"])
def test_a_token_speaks_for_its_session_at_its_hotel(hotel: str) -> None:
    issued = tokens().issue(HotelId(hotel))

    assert tokens().verify(issued.token, HotelId(hotel)) == issued.session
    assert tokens().verify(issued.token, HotelId("another")) is None


def test_every_session_is_new_and_a_token_never_shows_in_a_repr() -> None:
    one, other = tokens().issue(DEMO), tokens().issue(DEMO)

    assert one.session != other.session
    assert one.token not in repr(one)


def test_a_token_ends_after_thirty_days_and_can_be_renewed_before() -> None:
    issued = tokens().issue(DEMO)
    just_before = NOON + LIFETIME - timedelta(seconds=1)
    renewed = tokens(just_before).issue(DEMO, issued.session)

    assert issued.expires_at == NOON + timedelta(days=30)
    assert tokens(just_before).verify(issued.token, DEMO) == issued.session
    assert tokens(NOON + LIFETIME).verify(issued.token, DEMO) is None
    assert tokens(NOON + LIFETIME).verify(renewed.token, DEMO) == issued.session


def test_another_secret_signs_nothing_of_ours() -> None:
    assert tokens().verify(tokens(NOON, b"other").issue(DEMO).token, DEMO) is None


@given(st.data())
def test_a_token_with_any_character_changed_is_nobodys(data: st.DataObject) -> None:
    token = tokens().issue(DEMO).token
    at = data.draw(st.integers(0, len(token) - 1))
    changed = token[:at] + data.draw(st.characters().filter(lambda new: new != token[at])) + token[at + 1 :]

    assert tokens().verify(changed, DEMO) is None


@given(st.text())
def test_no_text_breaks_the_verification(token: str) -> None:
    assert tokens().verify(token, DEMO) is None
    assert tokens().verify(token + "\udcff", DEMO) is None


def test_while_a_key_is_replaced_both_are_good_and_the_first_one_signs() -> None:
    before, meanwhile, after = tokens(NOON, b"old"), tokens(NOON, b"new", b"old"), tokens(NOON, b"new")
    old, renewed = before.issue(DEMO), meanwhile.issue(DEMO, "s1")

    assert meanwhile.verify(old.token, DEMO) == old.session
    assert after.verify(renewed.token, DEMO) == "s1"
    assert before.verify(renewed.token, DEMO) is None
    assert after.verify(old.token, DEMO) is None


def test_what_another_part_signs_with_the_same_secret_opens_no_session() -> None:
    session, _, _ = tokens().issue(DEMO).token.rpartition(".")
    seal = base64.urlsafe_b64encode(hmac.digest(b"secret", session.encode(), "sha256")).rstrip(b"=").decode()

    assert tokens().verify(f"{session}.{seal}", DEMO) is None
