"""What guests send beside words, in three languages."""

import pytest

from agente_hotelero.dialogue.effects import HandOff
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.model.events import (
    ContactsReceived,
    Event,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    NameChanged,
    OtherReceived,
    TextReceived,
)
from agente_hotelero.model.messages import Location
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, YES, Guest

HELLO = {"es": "hola, buenas tardes", "pt": "oi, boa tarde, tudo bem?", "en": "hello, good afternoon"}
CANT_SEE = {
    "es": "No puedo ver lo que enviaste",
    "pt": "Não consigo ver o que você enviou",
    "en": "I can't see what you sent",
}
CANT_READ = {"es": "Todavía no puedo leer", "pt": "Ainda não consigo ler", "en": "I can't read that kind"}
FOR_THE_TEAM = {"es": "lo ve el equipo", "pt": "a equipe do hotel vai ver", "en": "the hotel's team will look"}
SURE = {"es": "prefiero preguntarlo otra vez", "pt": "prefiro perguntar de novo", "en": "I'd rather ask once more"}
WIFI = {"es": "¿hay wifi?", "pt": "tem wi-fi?", "en": "do you have wifi?"}


def a_guest(language: str) -> Guest:
    guest = Guest()
    guest.says(HELLO[language])
    return guest


def image(caption: str = "", what: str = "image") -> MediaReceived:
    return MediaReceived(what=what, media_id="m1", caption=caption)


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_below_a_picture_are_answered_and_the_picture_is_not_said_to_be_seen(language: str) -> None:
    turn = a_guest(language).turn(image(WIFI[language]))
    assert CANT_SEE[language] in turn.text
    assert "profile:facts.wifi" in turn.facts
    assert turn.handed_off == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["caption", "edit"])
def test_a_yes_in_passing_books_nothing_and_is_asked_for_again(language: str, how: str) -> None:
    guest = Guest()
    guest.says(EVERYTHING[language])
    yes = YES[language]
    turn = guest.turn(image(yes) if how == "caption" else MessageEdited(original="wamid.O", text=yes))
    assert turn.booked is None
    assert SURE[language] in turn.text
    assert guest.state.expecting is Expecting.YES_NO
    assert guest.says(yes).booked is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_edit_of_what_was_answered_is_a_new_message(language: str) -> None:
    guest = Guest()
    guest.says(EVERYTHING[language])
    turn = guest.turn(MessageEdited(original="wamid.O", text=EVERYTHING[language].replace("8", "9")))
    [offer] = turn.quoted
    assert offer.stay.check_out.day == 9
    assert turn.booked is None


def test_an_edit_of_what_was_booked_books_no_second_time() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    assert guest.says("sí").booked is not None
    assert guest.turn(MessageEdited(original="wamid.O", text="sí, por favor")).booked is None
    guest.confirmed()
    for words in ("sí", "sí, por favor"):
        assert guest.turn(MessageEdited(original="wamid.O", text=words)).booked is None


def test_an_edit_into_what_cannot_be_read_is_answered_as_that() -> None:
    turn = Guest().turn(MessageEdited(original="wamid.O", text="", what="image"))
    assert CANT_READ["es"] in turn.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pictures_that_follow_one_another_get_one_answer_and_call_nobody(language: str) -> None:
    guest = a_guest(language)
    assert CANT_READ[language] in guest.turn(image()).text
    for _ in range(4):
        turn = guest.waits(seconds=20).turn(image())
        assert turn.effects == []
    assert guest.waits(seconds=61).turn(image()).asks("cant_read")
    assert guest.last.handed_off == ["unreadable"]


def test_a_picture_after_words_is_one_of_its_own() -> None:
    guest = Guest()
    guest.turn(image())
    guest.says("¿hay wifi?")
    assert CANT_READ["es"] in guest.turn(image()).text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "event",
    [
        image(what="document"),
        FormReceived(what="nfm_reply", text="llegada: 18:00"),
        FormReceived(what="order", text="1 × SPA"),
    ],
)
def test_what_a_person_must_look_at_goes_to_one_and_is_not_called_paid(language: str, event: Event) -> None:
    guest = a_guest(language)
    turn = guest.turn(event)
    assert FOR_THE_TEAM[language] in turn.text
    assert turn.handed_off == ["received"]
    [hand_off] = turn.of(HandOff)
    assert "SPA" not in hand_off.summary
    assert not {"paga", "paid"} & set(turn.text.lower().split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_below_a_document_are_answered_too_and_the_document_goes_to_a_person(language: str) -> None:
    turn = a_guest(language).turn(image(WIFI[language], what="document"))
    assert FOR_THE_TEAM[language] in turn.text
    assert "profile:facts.wifi" in turn.facts
    assert turn.handed_off == ["received"]


@pytest.mark.parametrize(
    ("caption", "filename"),
    [
        ("Te paso el comprobante de la transferencia", ""),
        ("segue o comprovante do PIX", ""),
        ("Here's the payment receipt", ""),
        ("mi DNI", ""),
        ("", "Passaporte_Ana.jpg"),
        ("", "comprobante-2030.png"),
    ],
)
def test_a_picture_that_is_called_a_paper_goes_to_a_person(caption: str, filename: str) -> None:
    picture = MediaReceived(what="image", media_id="m1", caption=caption, filename=filename)
    turn = Guest().turn(picture)
    assert turn.handed_off == ["received"]
    assert any(words in turn.text for words in FOR_THE_TEAM.values())


def test_a_picture_that_only_sounds_like_a_paper_is_a_picture() -> None:
    assert Guest().turn(image("la pixelada vista del cuarto")).handed_off == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_document_that_follows_a_picture_is_not_passed_over(language: str) -> None:
    guest = a_guest(language)
    guest.turn(image())
    turn = guest.waits(seconds=20).turn(image(what="document"))
    assert FOR_THE_TEAM[language] in turn.text
    assert turn.handed_off == ["received"]


def test_a_yes_below_a_document_books_nothing() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    turn = guest.turn(image("sí", what="document"))
    assert turn.booked is None
    assert turn.handed_off == ["received"]
    assert guest.says("sí").booked is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pin_is_answered_with_the_way_to_the_hotel(language: str) -> None:
    guest = a_guest(language)
    turn = guest.turn(LocationReceived(latitude=-34.6, longitude=-58.4))
    assert guest.hotel.address in turn.text
    assert any(isinstance(reply.message, Location) for reply in turn.replies)
    assert turn.handed_off == []


def test_a_pin_in_between_leaves_the_question_open() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    assert guest.turn(LocationReceived(latitude=-34.6, longitude=-58.4)).asks("summary")
    assert guest.says("sí").booked is not None


def test_who_opens_the_chat_is_greeted_and_said_hello_to_once() -> None:
    guest = Guest()
    turn = guest.turn(OtherReceived(what="request_welcome"))
    assert guest.hotel.name in turn.text
    assert guest.hotel.name not in guest.says("hola").text


@pytest.mark.parametrize(
    ("language", "words"), [("es", "solo por escrito"), ("pt", "só por escrito"), ("en", "only answer in writing")]
)
def test_a_permission_to_call_is_thanked_for_and_calls_nobody(language: str, words: str) -> None:
    turn = a_guest(language).turn(OtherReceived(what="call_permission_reply"))
    assert words in turn.text
    assert turn.handed_off == []


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "No guardo tarjetas"), ("pt", "Não guardo cartões"), ("en", "I don't keep contact cards")],
)
def test_cards_of_others_are_not_kept_and_the_guest_hears_so(language: str, words: str) -> None:
    assert words in a_guest(language).turn(ContactsReceived()).text


@pytest.mark.parametrize("event", [NameChanged(), OtherReceived(what="revoke")])
def test_a_new_number_and_what_another_took_back_say_nothing(event: Event) -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    before = guest.state
    assert guest.turn(event).effects == []
    assert guest.state == before
    assert guest.turn(TextReceived(text="sí"), event).booked is None


@pytest.mark.parametrize(
    "event",
    [image(), image("hola"), image(what="document"), FormReceived(what="order", text="x"), ContactsReceived()],
)
def test_while_a_person_answers_nothing_of_it_is_answered_by_the_agent(event: Event) -> None:
    guest = Guest()
    guest.taken_over()
    assert guest.turn(event).effects == []
    guest.given_back()
    guest.paused = True
    assert guest.turn(event).handed_off == ["paused"]
