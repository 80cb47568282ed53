"""A code that is sent to what is on file proves whose a reservation is; nothing else is learned on the way."""

import pytest

from agente_hotelero.dialogue.effects import AskToTry, SameGuest, SendCode
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import SentCode, Way
from agente_hotelero.dialogue.verifying import GOOD_FOR
from agente_hotelero.model.messages import HIDDEN
from tests.support.dialogue_guest import Guest, Turn, a_reservation

CODE = "DEMO-7F3KMQ"
UNKNOWN = "DEMO-9GHJKM"
LUIS = "luis.soto@gmail.com"
MAIL = Way(channel="email", address=LUIS)
PHONE = Way(channel="whatsapp", address="5491155550142")
BOTH = ("email", "whatsapp")
SECRETS = ("Soto", "luis.soto", "300.00", "dom 5 de may", "Vas a cancelar", "0142", LUIS)


def guest_of(channel: str, *, email: str | None = LUIS, phone: str | None = None, address: str = LUIS) -> Guest:
    """Somebody whom their channel does not prove, and a reservation with these on file."""
    guest = Guest()
    guest.ways = BOTH
    guest.pms.reservations.append(a_reservation(CODE, booker="Luis Soto", email=email, phone=phone))
    if channel == "mail":
        guest.vouched, guest.answers_to = False, address
    elif channel == "whatsapp":
        guest.phone = "5491155550777"
    guest.writes_from = channel
    return guest


def asked(guest: Guest, *, code: str = CODE, wish: str = "quiero cancelar mi reserva {}") -> Turn:
    """They want something of it, and are sent a code, or seem to be."""
    before = len(guest.codes.made)
    turn = guest.says(wish.format(code))
    return turn if len(guest.codes.made) > before else guest.says("no")


def sent(turn: Turn) -> list[Way]:
    return [one.way for one in turn.of(SendCode)]


def nothing_of_it(turn: Turn) -> bool:
    return not any(part in turn.text for part in SECRETS)


@pytest.mark.parametrize("channel", ["mail", "chat", "whatsapp"])
def test_who_types_the_code_cancels_what_they_asked_to(channel: str) -> None:
    guest = guest_of(channel)
    turn = asked(guest)
    assert sent(turn) == [MAIL]
    assert nothing_of_it(turn)
    turn = guest.says(guest.codes.last)
    assert f"Vas a cancelar la reserva {CODE}" in turn.text
    assert turn.of(SameGuest) == [SameGuest(way=MAIL, code=CODE)]
    assert guest.waits(minutes=20).says("sí").cancelled == CODE


@pytest.mark.parametrize(
    "typed", ["{}", " {} ", "{a} {b}", "el código es {}, gracias", "{}.", "Código: {a}-{b}", "{s}"]
)
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    guest = guest_of("chat")
    asked(guest)
    code = guest.codes.last
    turn = guest.says(typed.format(code, a=code[:3], b=code[3:], s=" ".join(code)))
    assert f"Vas a cancelar la reserva {CODE}" in turn.text


@pytest.mark.parametrize(
    "typed",
    [
        "somos 2",
        "del 5 al 8 de mayo",
        "05/06/2030",
        "DEMO-482913",
        "+34 600 111 222",
        "USD 482913",
        "482913 y 482914",
        "48291",
        "4829130",
    ],
)
def test_other_numbers_are_no_code(typed: str) -> None:
    guest = guest_of("chat")
    asked(guest)
    assert not any(isinstance(one, AskToTry) for one in guest.says(typed).effects)


def test_the_code_stands_in_no_text_and_no_state() -> None:
    guest = guest_of("mail")
    turn = asked(guest)
    [message] = [one.message for one in turn.of(SendCode)]
    assert HIDDEN in message.body
    assert guest.codes.last not in repr((turn.effects, guest.state))
    assert "a l•••@g•••.com" in turn.text
    assert LUIS not in turn.text


def test_a_number_on_file_is_told_by_its_last_two_digits() -> None:
    guest = guest_of("mail", email=None, phone="+54 9 11 5555 0142", address="other@x.com")
    turn = guest.says(f"quiero ver mi reserva {CODE}, apellido Soto")
    assert sent(turn) == [PHONE]
    assert "el WhatsApp terminado en 42" in turn.text


@pytest.mark.parametrize("channel", ["chat", "whatsapp", "mail"])
def test_a_reservation_that_is_none_sounds_like_one_that_is_somebody_elses(channel: str) -> None:
    there, nowhere = guest_of(channel, address="other@x.com"), guest_of(channel, address="other@x.com")
    for words in ("¿cómo está mi reserva {}?", "no", "000000", "otro código", "000001", "no me llegó", "000002"):
        one, other = there.says(words.format(CODE)), nowhere.says(words.format(UNKNOWN))
        assert (one.text, one.facts, one.handed_off) == (
            other.text.replace(UNKNOWN, CODE),
            other.facts,
            other.handed_off,
        )
        assert nothing_of_it(one)
    assert len(there.codes.made) == len(nowhere.codes.made) == 3


@pytest.mark.parametrize("wish", ["cancelar", "ver", "cambiar"])
def test_without_anything_on_file_a_person_takes_over(wish: str) -> None:
    guest = guest_of("mail", email=None, address="other@x.com")
    turn = guest.says(f"quiero {wish} mi reserva {CODE}, apellido Soto")
    assert sent(turn) == []
    assert turn.handed_off == ["not_proved"]
    assert guest.state.looking_for is None
    assert not guest.state.draft.begun


def test_without_anything_on_file_a_chat_guest_hears_no_difference_and_staff_do() -> None:
    guest = guest_of("chat", email=None)
    turn = asked(guest)
    assert "Si existe esa reserva" in turn.text
    assert (sent(turn), turn.handed_off) == ([], ["not_proved"])


def test_a_hotel_that_can_send_no_code_goes_on_as_ever() -> None:
    guest = guest_of("chat")
    guest.ways = ()
    assert guest.says(f"quiero cancelar mi reserva {CODE}").text == "¿Y el apellido del titular de la reserva?"
    assert guest.says("no").handed_off == ["asked"]


def test_five_wrong_codes_lock_the_reservation_for_an_hour_for_everybody() -> None:
    guest = guest_of("chat")
    asked(guest)
    for left in (4, 3, 2, 1):
        assert f"intentos que quedan: {left}" in guest.says(guest.codes.wrong).text
    turn = guest.says(guest.codes.wrong)
    assert "demasiados intentos" in turn.text
    assert turn.handed_off == ["not_proved"]
    guest.waits(minutes=30)
    asked(guest)
    assert "demasiados intentos" in guest.says(guest.codes.last).text
    guest.waits(minutes=31)
    guest.says(f"quiero cancelar mi reserva {CODE}")
    guest.says("no")
    assert "Vas a cancelar" in guest.says(guest.codes.last).text


def test_an_old_code_is_worth_nothing_and_a_new_one_is_sent_when_asked_for() -> None:
    guest = guest_of("mail")
    asked(guest)
    old = guest.codes.last
    guest.waits(minutes=10)
    assert "ya venció" in guest.says(old).text
    assert sent(guest.says("otro código")) == [MAIL]
    assert "intentos que quedan" in guest.says(old).text
    assert "Vas a cancelar" in guest.says(guest.codes.last).text


def test_three_codes_an_hour_are_enough_for_one_guest_and_for_one_reservation() -> None:
    guest = guest_of("chat")
    asked(guest)
    for _ in range(2):
        assert sent(guest.says("no me llegó el código")) == [MAIL]
    turn = guest.says("otro código")
    assert "no puedo enviar más códigos" in turn.text
    assert turn.handed_off == ["not_proved"]
    other = guest_of("whatsapp")
    other.codes.used, other._events = guest.codes.used, 100
    asked_again = other.says(f"quiero cancelar mi reserva {CODE}"), other.says("no")
    assert "no puedo enviar más códigos" in asked_again[1].text
    assert sent(asked_again[1]) == []


def test_asked_again_it_goes_the_other_way_where_there_are_two() -> None:
    guest = guest_of("chat", phone="+54 9 11 5555 0142")
    assert sent(asked(guest)) == [MAIL]
    assert sent(guest.says("otro código")) == [PHONE]
    assert sent(guest.says("reenviar el código")) == [MAIL]


def test_a_question_in_between_is_answered_and_the_code_asked_for_again() -> None:
    guest = guest_of("mail")
    asked(guest)
    turn = guest.says("¿hay wifi?")
    assert "Hay wifi" in turn.text
    assert "escribe el código de 6 dígitos" in turn.text
    assert "Vas a cancelar" in guest.says(guest.codes.last).text


def test_two_mails_make_no_two_codes() -> None:
    guest = guest_of("mail")
    asked(guest)
    turn = guest.says(f"quiero cancelar mi reserva {CODE}")
    assert sent(turn) == []
    assert "escribe el código" in turn.text


def test_in_a_chat_the_surname_may_come_after_all() -> None:
    guest = guest_of("chat")
    asked(guest)
    assert "Vas a cancelar" in guest.says("Soto").text


def test_a_code_typed_while_the_agent_is_paused_or_a_person_answers_is_theirs_to_read() -> None:
    guest = guest_of("chat")
    asked(guest)
    guest.paused = True
    assert guest.says(guest.codes.last).handed_off == ["paused"]
    guest.paused = False
    guest.taken_over()
    assert guest.says(guest.codes.last).effects == []


def test_what_was_proved_stays_so_for_an_hour() -> None:
    guest = guest_of("mail")
    asked(guest, wish="¿cómo está mi reserva {}?")
    assert f"Tu reserva {CODE}" in guest.says(guest.codes.last).text
    assert "Vas a cancelar" in guest.waits(minutes=50).says(f"cancela la reserva {CODE}").text
    guest.waits(minutes=11)
    assert sent(guest.says(f"quiero ver mi reserva {CODE}")) == [MAIL]


def test_a_code_that_comes_in_the_other_conversation_proves_that_one() -> None:
    """Its guest answers the mail that brought it; whoever asked for it is perhaps somebody else."""
    guest = guest_of("mail")
    guest.codes.made.append("theirs")
    guest.codes.to_here = [SentCode(code=CODE, seed="theirs", until=guest.now + GOOD_FOR, way=MAIL)]
    assert "no es el que envié" in guest.says(guest.codes.wrong).text
    turn = guest.says(guest.codes.last)
    assert f"Tu reserva {CODE}" in turn.text
    assert turn.of(SameGuest) == [SameGuest(way=MAIL, code=CODE)]


def test_six_digits_that_are_nobodys_code_are_words_like_others() -> None:
    guest = guest_of("mail")
    assert "No te entendí" in guest.says("482913").text


def test_who_has_no_code_at_hand_is_found_by_the_address_that_their_mail_is_answered_at() -> None:
    guest = guest_of("mail")
    guest.says("quiero cancelar mi reserva")
    turn = guest.says("no tengo el código")
    assert sent(turn) == [MAIL]
    assert nothing_of_it(turn)
    assert "Vas a cancelar" in guest.says(guest.codes.last).text


def test_a_change_goes_on_with_what_was_said_of_it() -> None:
    guest = guest_of("mail")
    asked(guest, wish="quiero cambiar mi reserva {} al 10 de mayo")
    turn = guest.says(guest.codes.last)
    assert "10 de may" in turn.text
    assert guest.state.draft.replaces is not None


def test_a_mail_that_is_vouched_for_says_that_its_guest_may_be_known_elsewhere() -> None:
    guest = guest_of("mail")
    guest.vouched, guest.email = True, LUIS
    turn = guest.says(f"¿cómo está mi reserva {CODE}?")
    assert f"Tu reserva {CODE}" in turn.text
    assert turn.of(SameGuest) == [SameGuest(way=MAIL, code=None)]


def test_the_pms_is_away_when_the_code_is_right_and_no_second_one_is_needed() -> None:
    guest = guest_of("mail")
    asked(guest)
    guest.pms.away = True
    assert "Ahora no puedo consultar" in guest.says(guest.codes.last).text
    guest.pms.away = False
    assert "Vas a cancelar" in guest.waits(minutes=5).is_woken().text
    assert guest.state.expecting is Expecting.YES_NO
