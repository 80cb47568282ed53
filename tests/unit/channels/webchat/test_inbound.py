from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from agente_hotelero.channels.webchat.inbound import PostedMessage, client_id_of, to_event
from agente_hotelero.model.events import ChoiceReceived, TextReceived
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, HotelId

NOON = datetime(2026, 4, 15, 12, 0, tzinfo=UTC)
ID = "4f5a1c9e-63b5-4a5c-9a3e-0d6f6a2b7c11"


def posted(body: str) -> PostedMessage:
    return PostedMessage.model_validate_json(body)


def test_words_become_an_event_named_by_session_and_the_browsers_id() -> None:
    event = to_event(posted(f'{{"id":"{ID.upper()}","text":" Hola "}}'), hotel=HotelId("demo"), session="s1", now=NOON)

    assert event.account == Account(hotel=HotelId("demo"), channel=Channel.WEBCHAT, name="demo")
    assert event.alias == Alias(AliasKind.SESSION, "s1")
    assert event.address == "s1"
    assert event.external_id == f"s1:{ID}"
    assert client_id_of(event.external_id) == ID
    assert event.event == TextReceived(text="Hola")
    assert event.sent_at == NOON


def test_a_pressed_option_becomes_a_choice() -> None:
    event = to_event(
        posted(f'{{"id":"{ID}","option_id":"room:2","title":"Doble"}}'), hotel=HotelId("demo"), session="s1", now=NOON
    )

    assert event.event == ChoiceReceived(option_id="room:2", title="Doble")


@pytest.mark.parametrize(
    "fields",
    [
        "",
        ',"text":""',
        ',"text":"  \\u0000 "',
        ',"text":null',
        ',"text":7',
        ',"text":"a","option_id":"b"',
        ',"title":"Doble"',
        ',"text":"' + "x" * 2_001 + '"',
        ',"option_id":"' + "x" * 257 + '"',
        ',"text":"\\ud800"',
    ],
)
def test_what_is_no_message_is_refused(fields: str) -> None:
    with pytest.raises(ValidationError):
        posted(f'{{"id":"{ID}"{fields}}}')


@pytest.mark.parametrize("name", ["", "1", "not-a-uuid", ID[:-1]])
def test_an_id_that_is_no_uuid_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        posted(f'{{"id":"{name}","text":"Hola"}}')


def test_two_thousand_characters_pass() -> None:
    assert posted(f'{{"id":"{ID}","text":"{"ñ" * 2_000}"}}').text == "ñ" * 2_000


@given(st.text(st.characters(codec="utf-8"), max_size=100))
def test_what_passes_can_be_stored(text: str) -> None:
    try:
        message = PostedMessage.model_validate({"id": ID, "text": text})
    except ValidationError:
        return
    assert message.text
    assert "\0" not in message.text
