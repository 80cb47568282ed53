"""What a guest speaks is read back before anything is done, and a spoken yes does nothing, in three languages."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agente_hotelero.dialogue.effects import AskOffers, IntendLateCheckout
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.model.events import MediaReceived, TextReceived
from agente_hotelero.model.speech import Unheard
from agente_hotelero.storage import codec
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, YES, Guest, Turn, a_reservation

HELLO = {"es": "hola, buenas tardes", "pt": "oi, boa tarde, tudo bem?", "en": "hello, good afternoon"}
ROOM = {
    "es": "quiero una habitación del 3 al 5 de mayo para dos personas",
    "pt": "quero um quarto de 3 a 5 de maio para duas pessoas",
    "en": "I would like a room from May 3 to May 5 for two people",
}
DAYS = {"es": "vie 3 de may → dom 5 de may", "pt": "sex, 3 de mai → dom, 5 de mai", "en": "Fri, May 3 → Sun, May 5"}
LATER = {"es": "no, del 4 al 6", "pt": "não, de 4 a 6 de maio", "en": "no, from May 4 to May 6"}
LATER_DAYS = {"es": "sáb 4 de may → lun 6", "pt": "sáb, 4 de mai → seg, 6", "en": "Sat, May 4 → Mon, May 6"}
IS_IT = {"es": "¿Es así?", "pt": "É isso?", "en": "Is that right?"}
IS_IT_SO = {"es": "¿Entendí bien?", "pt": "Entendi certo?", "en": "Did I get that right?"}
NO = {"es": "no", "pt": "não", "en": "no"}
WRITE = {"es": "¿Me lo escribes", "pt": "Pode escrever", "en": "Could you write it"}
WHAT = {"es": "¿Cómo era?", "pt": "Como era?", "en": "What was it?"}
IN_WRITING = {"es": "por escrito", "pt": "por escrito", "en": "in writing"}
WIFI = {"es": "¿hay wifi?", "pt": "tem wi-fi?", "en": "do you have wifi?"}
YES_BUTTON = {"es": "Sí, es así", "pt": "Sim, é isso", "en": "Yes, that's right"}


def a_guest(language: str = "es") -> Guest:
    guest = Guest()
    guest.says(HELLO[language])
    return guest.waits(minutes=1)


def who_spoke(words: str, language: str = "es") -> Guest:
    guest = a_guest(language)
    guest.speaks(words)
    return guest.waits(minutes=1)


def with_a_summary(language: str) -> Guest:
    guest = Guest()
    guest.says(EVERYTHING[language])
    assert guest.state.draft.summarised
    return guest.waits(seconds=5)


def stay_of(guest: Guest) -> str:
    return f"{guest.state.draft.check_in}..{guest.state.draft.check_out}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_heard_is_read_back_and_nothing_is_asked_of_the_pms(language: str) -> None:
    guest = a_guest(language)
    turn = guest.speaks(ROOM[language])
    assert DAYS[language] in turn.text
    assert IS_IT[language] in turn.text
    assert turn.of(AskOffers) == []
    assert guest.state.draft.check_in is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["words", "number", "button", "voice"])
def test_after_a_yes_it_is_as_if_it_had_been_written(language: str, how: str) -> None:
    guest, writer = who_spoke(ROOM[language], language), a_guest(language)
    agree: dict[str, Callable[[], Turn]] = {
        "words": lambda: guest.says(YES[language]),
        "number": lambda: guest.says("1"),
        "button": lambda: guest.presses(YES_BUTTON[language]),
        "voice": lambda: guest.speaks(YES[language]),
    }
    turn, written = agree[how](), writer.says(ROOM[language])
    assert [offer.total for offer in turn.quoted] == [offer.total for offer in written.quoted] != []
    assert DAYS[language] in turn.text
    assert guest.state.aside.spoken is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_in_writing_changes_what_it_says_and_keeps_the_rest(language: str) -> None:
    guest = who_spoke(ROOM[language], language)
    turn = guest.says(LATER[language])
    assert LATER_DAYS[language] in turn.text
    assert turn.quoted
    assert guest.state.draft.adults == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spoken_correction_is_read_back_too(language: str) -> None:
    guest = who_spoke(ROOM[language], language)
    turn = guest.speaks(LATER[language])
    assert LATER_DAYS[language] in turn.text
    assert turn.asks("heard")
    assert turn.quoted == []
    assert guest.waits(seconds=20).says(YES[language]).quoted


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("how", ["words", "2"])
def test_after_a_no_the_guest_is_asked_to_write_and_nothing_of_it_stays(language: str, how: str) -> None:
    guest = who_spoke(ROOM[language], language)
    turn = guest.says(NO[language] if how == "words" else how)
    assert WHAT[language] in turn.text
    assert stay_of(guest) == "None..None"
    assert guest.says(ROOM[language]).quoted


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_in_between_is_answered_and_what_was_heard_is_asked_about_again(language: str) -> None:
    guest = who_spoke(ROOM[language], language)
    turn = guest.says(WIFI[language])
    assert "profile:facts.wifi" in turn.facts
    assert turn.text.count(IS_IT_SO[language]) == 1
    assert guest.says(YES[language]).quoted


def test_a_written_wish_for_something_else_leaves_it_behind() -> None:
    guest = who_spoke(ROOM["es"])
    guest.says("quiero cancelar mi reserva")
    assert guest.state.aside.spoken is None
    assert guest.state.looking_for == "cancel"


def test_an_old_button_does_nothing_about_a_later_note() -> None:
    guest = who_spoke(ROOM["es"])
    old = guest.button(YES_BUTTON["es"])
    guest.speaks("quiero una habitación del 10 al 12 de mayo para dos personas")
    turn = guest.presses_id(old)
    assert turn.quoted == []
    assert stay_of(guest) == "None..None"


def test_a_yes_the_next_day_is_to_something_else() -> None:
    guest = who_spoke(ROOM["es"]).waits(hours=25)
    assert guest.says("sí").quoted == []


# A spoken yes.


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spoken_yes_books_nothing_and_a_written_one_still_does(language: str) -> None:
    guest = with_a_summary(language)
    turn = guest.speaks(YES[language])
    assert turn.booked is None
    assert IN_WRITING[language] in turn.text
    assert guest.says(YES[language]).booked is not None


def test_a_spoken_yes_with_more_in_it_books_nothing_even_once_it_was_agreed_to() -> None:
    guest = with_a_summary("es")
    assert guest.speaks("sí, resérvala, somos 3").booked is None
    turn = guest.waits(seconds=5).says("sí")
    assert turn.booked is None
    assert guest.state.draft.adults == 3


def test_the_yes_to_what_was_heard_is_none_to_the_summary_before_it() -> None:
    guest = with_a_summary("es")
    guest.speaks("quiero la suite")
    turn = guest.waits(seconds=5).says("sí")
    assert turn.booked is None
    assert guest.state.draft.room_key == "suite"


def test_the_button_of_a_summary_that_a_note_came_after_is_asked_again() -> None:
    guest = with_a_summary("es")
    button = guest.button("Sí, reservar")
    guest.speaks("somos 3")
    turn = guest.waits(seconds=5).presses_id(button)
    assert turn.booked is None
    assert "prefiero preguntarlo otra vez" in turn.text


def test_a_written_yes_is_asked_for_again_where_what_was_heard_was_read_back_since() -> None:
    guest = a_guest()
    guest.pms.reservations.append(a_reservation())
    guest.says("quiero cambiar la reserva DEMO-7F3KMQ, apellido Ruiz, a la suite")
    guest.says("la suite")
    guest.says("ana@example.com")
    assert guest.state.draft.summarised
    guest.waits(seconds=5).speaks("una doble del 5 al 8 de mayo para 2")
    # A person makes such a stay: the note is left behind, and nothing is asked about.
    guest.waits(seconds=5).says("del 5 al 8 de mayo para 2, aunque sea cambiando de habitación")
    turn = guest.waits(seconds=5).says("sí")
    assert turn.booked is None
    assert "prefiero preguntarlo otra vez" in turn.text
    booked = guest.waits(seconds=5).says("sí").booked
    assert booked is not None
    assert booked.replaces == "DEMO-7F3KMQ"


def test_a_spoken_yes_cancels_nothing() -> None:
    guest = a_guest()
    guest.pms.reservations.append(a_reservation())
    guest.says("quiero cancelar la reserva DEMO-7F3KMQ, apellido Ruiz")
    assert guest.state.cancelling is not None
    assert guest.waits(seconds=5).speaks("sí, cancélala").cancelled is None
    assert guest.waits(seconds=5).says("sí").cancelled is None
    turn = guest.waits(seconds=5).speaks("sí")
    assert turn.cancelled is None
    assert "por escrito" in turn.text
    assert guest.waits(seconds=5).says("sí").cancelled == "DEMO-7F3KMQ"


def test_a_cancellation_that_was_spoken_is_read_back_before_it_is_looked_up() -> None:
    guest = a_guest()
    turn = guest.speaks("quiero cancelar mi reserva")
    assert "• Cancelar una reserva" in turn.text
    assert guest.state.looking_for is None
    guest.waits(minutes=1).says("sí")
    assert guest.state.looking_for == "cancel"


def test_a_spoken_yes_asks_for_no_late_checkout() -> None:
    guest = a_guest()
    guest.pms.reservations.append(a_reservation())
    guest.says("quiero salir tarde, reserva DEMO-7F3KMQ, apellido Ruiz")
    turn = guest.waits(seconds=5).speaks("sí")
    assert turn.of(IntendLateCheckout) == []


# What needs no agreement.


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_spoken_question_is_answered_with_what_was_heard_above_it(language: str) -> None:
    turn = a_guest(language).speaks(WIFI[language])
    assert WIFI[language] in turn.text
    assert "profile:facts.wifi" in turn.facts
    assert IS_IT[language] not in turn.text


@pytest.mark.parametrize(
    ("words", "reason"), [("quiero hablar con una persona", "asked"), ("ayuda, hay un incendio", "emergency")]
)
def test_a_person_is_called_at_once(words: str, reason: str) -> None:
    assert a_guest().speaks(words).handed_off == [reason]


def test_days_that_there_are_none_of_are_asked_for_again_at_once() -> None:
    assert "no existe en el calendario" in a_guest().speaks("una habitación del 31 de abril al 2 de mayo").text


def test_days_that_passed_before_the_yes_are_asked_for_again() -> None:
    guest = a_guest().waits(hours=30)
    guest.speaks("quiero una habitación del 2 al 5 de abril para dos personas")
    guest.waits(hours=20)
    turn = guest.says("sí")
    assert "ya pasaron" in turn.text
    assert turn.quoted == []


# What nobody understood.


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("why", Unheard)
def test_whatever_was_not_heard_is_asked_for_in_writing_at_once(language: str, why: Unheard) -> None:
    turn = a_guest(language).speaks(why)
    assert WRITE[language] in turn.text
    assert turn.handed_off == []


def test_a_guest_who_goes_on_speaking_gets_a_person() -> None:
    guest = a_guest()
    guest.speaks(Unheard.NO_SPEECH)
    assert guest.waits(seconds=20).speaks(Unheard.NO_SPEECH).handed_off == ["unreadable"]


def test_two_notes_in_one_breath_get_one_answer() -> None:
    guest = a_guest()
    assert guest.speaks(Unheard.UNCLEAR).replies
    guest.late = timedelta(seconds=5)
    assert guest.speaks(Unheard.UNCLEAR).replies == []


def test_a_note_that_nobody_understands_leaves_the_open_question_open() -> None:
    guest = a_guest()
    guest.says("una doble del 5 al 8 de mayo")
    turn = guest.speaks(Unheard.UNCLEAR)
    assert "¿" in turn.text.split("por favor?")[1]
    assert guest.state.expecting is Expecting.PEOPLE


def test_words_that_say_nothing_are_asked_for_in_writing() -> None:
    assert WRITE["es"] in a_guest().speaks("los trenes verdes cantan").text


def test_a_note_and_a_text_in_one_turn_are_read_back_together() -> None:
    guest = a_guest()
    guest.speaks("una habitación del 3 al 5 de mayo")
    guest.late = timedelta(seconds=5)
    turn = guest.turn(TextReceived(text="para dos personas"))
    assert "Personas: 2" in turn.text
    assert turn.quoted == []
    guest.late = timedelta(0)
    assert guest.waits(minutes=1).says("sí").quoted


# Around it.


def test_what_was_heard_is_still_known_after_a_restart() -> None:
    guest = who_spoke("del 3 al 5 de mayo, dos adultos y un niño, a las 15")
    kept = codec.read_state(codec.text(guest.state))
    assert kept == guest.state
    assert kept.aside.spoken is not None


def test_a_conversation_without_voice_carries_nothing_of_it() -> None:
    guest = a_guest()
    guest.says(EVERYTHING["es"])
    assert b"spoken" not in codec.dump(guest.state)


def test_a_picture_is_not_listened_to() -> None:
    turn = a_guest().turn(MediaReceived(what="image", media_id="1"))
    assert "audio" not in turn.text


def test_a_surname_that_was_asked_for_before_is_looked_up_and_the_voice_message_left() -> None:
    guest = a_guest()
    guest.pms.reservations.append(a_reservation(booker="Luis Soto"))
    guest.says("quiero cambiar mi reserva DEMO-7F3KMQ")
    guest.speaks("una habitación del 5 al 8 de mayo para 2")
    turn = guest.says("Soto")
    assert guest.state.expecting is Expecting.DATES
    assert "audio" not in turn.text
    assert guest.state.aside.spoken is None
