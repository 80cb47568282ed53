"""When a person takes it from here: asked for, needed, or already there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agente_hotelero.dialogue.effects import CancelPendingReplies, CloseHandOffs, HandOff, SetTimer
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.state import NO_ASIDE
from agente_hotelero.model.events import TimerFired
from agente_hotelero.model.hotel import Fact, HotelProfile
from tests.support.dialogue_guest import NIGHT, NOON, Guest, demo_hotel

HOURS = "lun-vie 8:00-22:00, sáb-dom 9:00-20:00"
ASK = {"es": "quiero hablar con una persona", "pt": "quero falar com uma pessoa", "en": "can I talk to a person?"}
EVERYTHING = "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com"


def hotel(**fields: object) -> HotelProfile:
    return replace(demo_hotel(), **fields)  # type: ignore[arg-type]  # handed on


REACHABLE = hotel(person_reachable=True)
BY_PHONE = demo_hotel()
BY_MAIL = hotel(phone=None)
NOT_AT_ALL = hotel(phone=None, email=None)


@pytest.mark.parametrize(
    ("language", "now", "later"),
    [
        ("es", "una persona te responderá por aquí", "lo leerá en su horario de atención: lun-vie 8:00-22:00"),
        ("pt", "uma pessoa vai responder por aqui", "será lido no horário de atendimento: seg-sex 8:00-22:00"),
        ("en", "a person will answer you here", "they will read it in their hours: Mon-Fri 8:00-22:00"),
    ],
)
def test_a_person_is_promised_for_when_one_is_there(language: str, now: str, later: str) -> None:
    by_day = Guest(hotel=REACHABLE, now=NOON).says(ASK[language])
    by_night = Guest(hotel=REACHABLE, now=NIGHT).says(ASK[language])
    assert now in by_day.text
    assert later in by_night.text
    assert by_day.handed_off == by_night.handed_off == ["asked"]


@pytest.mark.parametrize(
    ("where", "reply", "facts"),
    [
        (
            BY_PHONE,
            f"Para hablar con una persona: +54 11 5555 0100. Horario: {HOURS}.",
            {"profile:phone", "profile:business_hours"},
        ),
        (hotel(business_hours=()), "Para hablar con una persona: +54 11 5555 0100.", {"profile:phone"}),
        (BY_MAIL, "Para hablar con una persona puedes escribir a reservas@hotel-demo.example.", {"profile:email"}),
        (NOT_AT_ALL, "Para hablar con una persona, acércate a la recepción del hotel.", set()),
        (
            hotel(person_reachable=True, business_hours=()),
            "Le avisé al equipo del hotel; una persona te responderá por aquí.",
            set(),
        ),
    ],
)
def test_a_person_is_offered_only_as_far_as_one_is_reachable(where: HotelProfile, reply: str, facts: set[str]) -> None:
    turn = Guest(hotel=where).says(ASK["es"])
    assert turn.text == reply
    assert turn.facts == facts
    assert turn.handed_off == ["asked"]


def test_staff_read_in_spanish_what_it_is_about_and_nothing_of_the_guest() -> None:
    guest = Guest()
    guest.says("a double from May 5 to May 8 for 2, my name is Ana Ruiz, ana@x.com")
    [hand_off] = guest.says(ASK["en"]).of(HandOff)
    assert hand_off.summary == "El huésped pide hablar con una persona. Idioma del huésped: en."


def test_a_promise_made_twice_is_made_in_other_words_and_still_says_when() -> None:
    guest = Guest(hotel=REACHABLE, now=NIGHT)
    said = [guest.says(words).text for words in ("no funciona el aire", "tampoco hay agua caliente", ASK["es"])]
    assert all(HOURS in text for text in said)
    assert "ya lo tiene" in said[1]
    assert [text.count("Le avisé al equipo") for text in said] == [1, 0, 1]


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("¿hola?", "¡Hola!\n\nEl equipo del hotel ya lo tiene"),
        ("asdf qwer?", "El equipo del hotel ya lo tiene"),
        ("ok", "¡Perfecto! Aquí estoy"),
    ],
)
@pytest.mark.parametrize(("now", "when"), [(NIGHT, HOURS), (NOON, "una persona contesta por aquí")])
def test_who_was_promised_a_person_and_asks_again_hears_when_and_calls_nobody_twice(
    words: str, reply: str, now: datetime, when: str
) -> None:
    guest = Guest(hotel=REACHABLE, now=now)
    guest.says(ASK["es"])
    turn = guest.says(words)
    assert turn.text.startswith(reply)
    assert (when in turn.text) == (words != "ok")
    assert turn.handed_off == []


def test_once_they_were_given_back_a_hello_is_one() -> None:
    guest = Guest(hotel=REACHABLE)
    guest.says(ASK["es"])
    guest.taken_over()
    guest.given_back()
    assert "¿En qué te ayudo?" in guest.says("hola").text


def test_a_question_beside_the_wish_for_a_person_is_answered() -> None:
    turn = Guest(hotel=REACHABLE).says("quiero hablar con una persona. ¿hay wifi? ¿alquilan bicis?")
    assert turn.handed_off == ["asked"]
    assert all(words in turn.text for words in ("wifi sin cargo", "bicicletas", "una persona te responderá"))


@pytest.mark.parametrize("now", [NOON, NIGHT])
@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("¡hay un incendio!", "llama ya"),
        ("socorro, uma emergência", "ligue já"),
        ("help, this is an emergency", "call the local emergency services"),
    ],
)
def test_an_emergency_is_told_at_any_hour(now: datetime, words: str, reply: str) -> None:
    turn = Guest(now=now).says(words)
    assert reply in turn.text
    assert "+54 11 5555 0100" in turn.text
    assert turn.facts == {"profile:phone"}
    assert turn.handed_off == ["emergency"]


def test_an_emergency_without_a_telephone_names_none() -> None:
    turn = Guest(hotel=NOT_AT_ALL).says("¡emergencia!")
    assert "la recepción." in turn.text
    assert turn.facts == set()


def test_an_emergency_is_heard_while_paused_and_while_a_person_talks() -> None:
    guest = Guest()
    guest.paused = True
    assert guest.says("¡emergencia!").handed_off == ["emergency"]
    assert "servicios de emergencia" in guest.last.text
    guest.paused = False
    guest.taken_over()
    assert guest.says("¡emergencia!").handed_off == ["emergency"]
    assert guest.last.replies == []


def test_the_first_misunderstanding_says_what_helps() -> None:
    turn = Guest().says("asdf qwer")
    assert "No te entendí bien." in turn.text
    assert "Puedo buscar disponibilidad" in turn.text
    assert turn.handed_off == []


@pytest.mark.parametrize(
    ("where", "now", "reply"),
    [
        (REACHABLE, NOON, "una persona te responderá por aquí"),
        (REACHABLE, NIGHT, f"lo leerá en su horario de atención: {HOURS}"),
        (BY_PHONE, NOON, "+54 11 5555 0100"),
        (BY_MAIL, NOON, "reservas@hotel-demo.example"),
        (NOT_AT_ALL, NOON, "acércate a la recepción"),
    ],
)
def test_the_second_misunderstanding_in_a_row_brings_a_person(where: HotelProfile, now: datetime, reply: str) -> None:
    guest = Guest(hotel=where, now=now)
    guest.says("asdf qwer")
    turn = guest.says("zxcv uiop")
    assert reply in turn.text
    assert turn.handed_off == ["not_understood"]


def test_misunderstandings_with_something_understood_between_them_do_not_add_up() -> None:
    guest = Guest()
    for _ in range(3):
        assert guest.says("asdf qwer").handed_off == []
        assert guest.says("¿hay wifi?").handed_off == []


@pytest.mark.parametrize(
    ("steps", "question"), [(["1"], "solo el nombre"), (["1", "Ana Ruiz"], "No reconozco un correo")]
)
def test_who_cannot_answer_a_question_gets_a_person_too(steps: list[str], question: str) -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 2")
    for step in steps:
        guest.says(step)
    assert question in guest.says("12345").text
    assert guest.says("67890").handed_off == ["not_understood"]


@pytest.mark.parametrize("words", ["no", "no tengo"])
def test_who_has_no_address_is_asked_once_more_and_then_gets_a_person(words: str) -> None:
    guest = Guest()
    for message in ("una habitación del 5 al 8 de mayo para 2", "1", "Ana Ruiz"):
        guest.says(message)
    guest.says(words)
    assert guest.says(words).handed_off == ["not_understood"]


@pytest.mark.parametrize("what", ["image", "audio", "video", "location", "contacts", "unsupported", "sticker"])
def test_what_cannot_be_read_is_answered_politely(what: str) -> None:
    guest = Guest()
    turn = guest.sends(what)
    assert turn.text == "Todavía no puedo leer ese tipo de mensaje. ¿Me lo escribes en texto?"
    assert guest.sends(what).handed_off == ["unreadable"]


def test_what_cannot_be_read_in_between_leaves_the_question_open() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    turn = guest.sends("image")
    assert "Todavía no puedo leer" in turn.text
    assert turn.asks("summary")
    assert guest.says("sí").booked is not None


@pytest.mark.parametrize("what", ["reaction", "system", "revoke", "group"])
@pytest.mark.parametrize("paused", [True, False])
def test_what_asks_for_no_answer_gets_none(what: str, paused: bool) -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    guest.paused = paused
    before = guest.state
    assert guest.sends(what).effects == []
    assert guest.state == before


def test_a_timer_says_nothing_yet() -> None:
    assert Guest().turn(TimerFired(kind="any", key="1")).effects == []


def test_a_person_who_takes_over_silences_what_was_still_to_be_sent() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    assert guest.taken_over().of(CancelPendingReplies)
    assert guest.last.replies == []
    for turn in (guest.says("sí"), guest.says("¿hay wifi?"), guest.presses_id("x"), guest.sends("image")):
        assert turn.effects == []


def test_a_persons_words_go_out_as_they_are_and_take_over() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    turn = guest.is_answered("Le guardo la doble. Ana, recepción")
    assert turn.text == "Le guardo la doble. Ana, recepción"
    assert turn.facts == {"staff"}
    assert turn.of(CancelPendingReplies)
    assert guest.says("sí").effects == []
    # Who has taken over already cancels nothing of their own.
    assert not guest.is_answered("¿Algo más?").of(CancelPendingReplies)


def test_who_answers_from_the_hotels_phone_finds_the_guest_at_the_desk_once() -> None:
    guest = Guest()
    guest.from_phone = True
    assert guest.taken_over().handed_off == ["answered"]
    assert guest.taken_over().handed_off == []
    assert guest.says("hola").effects == []


def test_what_was_never_taken_over_is_not_given_back() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    assert guest.given_back().effects == []
    assert guest.says("sí").booked is not None


def test_a_person_who_gives_back_leaves_no_old_yes_behind() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    yes = guest.button("Sí, reservar")
    guest.taken_over()
    assert guest.given_back().replies == []
    assert guest.says("sí").booked is None
    guest.taken_over()
    guest.given_back()
    turn = guest.presses_id(yes)
    assert turn.booked is None
    assert "¿Confirmo la reserva?" in turn.text
    assert guest.says("sí").booked is not None


def test_a_person_who_gives_back_leaves_no_cancellation_behind() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    guest.says("sí")
    guest.confirmed()
    guest.says("cancelar mi reserva")
    guest.taken_over()
    guest.given_back()
    assert guest.says("sí").cancelled is None
    assert guest.state.expecting is Expecting.NOTHING


def test_paused_is_told_once_and_every_message_is_handed_off() -> None:
    guest = Guest(hotel=REACHABLE)
    guest.paused = True
    first = guest.says("hola")
    assert (
        first.text
        == "El asistente está en pausa por ahora.\n\nLe avisé al equipo del hotel; una persona te responderá por aquí."
    )
    assert first.handed_off == ["paused"]
    for turn in (guest.says("una doble del 5 al 8 de mayo"), guest.presses_id("x"), guest.sends("image")):
        assert turn.replies == []
        assert turn.handed_off == ["paused"]


def test_paused_with_nobody_to_tell_gives_the_telephone() -> None:
    guest = Guest()
    guest.paused = True
    assert "+54 11 5555 0100" in guest.says("hola").text


def test_after_a_pause_the_next_one_is_told_again() -> None:
    guest = Guest()
    guest.paused = True
    guest.says("hola")
    guest.paused = False
    guest.says("hola")
    guest.paused = True
    assert "en pausa" in guest.says("hola").text


def test_a_pause_does_not_keep_a_confirmation_from_the_guest() -> None:
    guest = Guest()
    guest.says(EVERYTHING)
    guest.says("sí")
    guest.paused = True
    assert "¡Reserva confirmada!" in guest.confirmed().text


def test_what_the_hotel_does_not_say_is_not_said_and_a_person_is_named() -> None:
    turn = Guest(hotel=hotel(facts={})).says("¿tienen pileta?")
    assert (
        turn.text == f"No tengo ese dato del hotel.\n\nPara hablar con una persona: +54 11 5555 0100. Horario: {HOURS}."
    )
    assert turn.handed_off == []


def test_where_a_person_can_be_told_an_unknown_fact_is_asked_of_them() -> None:
    turn = Guest(hotel=replace(REACHABLE, facts={})).says("¿tienen pileta?")
    assert (
        turn.text
        == "No tengo ese dato del hotel.\n\nSe lo pregunto al equipo del hotel; una persona te responderá por aquí."
    )
    assert turn.handed_off == ["question"]


def test_a_fact_in_another_language_is_better_than_none() -> None:
    turn = Guest(hotel=hotel(facts={"pool": Fact(texts={"es": "Hay piscina."})})).says("is there a swimming pool?")
    assert turn.text == "Hay piscina."


def test_hours_that_are_not_known_are_not_invented() -> None:
    assert (
        Guest(hotel=hotel(business_hours=())).says("¿cuál es el horario de la recepción?").text
        == "No tengo el horario de atención."
    )


def test_a_sunday_morning_is_read_in_the_hotels_own_time() -> None:
    # 11:30 UTC is 8:30 in Buenos Aires: half an hour before Sunday's opening.
    sunday = datetime(2030, 4, 7, 11, 30, tzinfo=UTC)
    assert "lo leerá" in Guest(hotel=REACHABLE, now=sunday).says(ASK["es"]).text


def test_who_took_over_and_says_nothing_more_gives_the_guest_back() -> None:
    guest = Guest(hotel=hotel(gives_back_after=timedelta(hours=6)))
    guest.taken_over()
    assert guest.says("¿hay wifi?").effects == []
    assert guest.is_woken("give_back").replies == []
    assert "wifi" in guest.says("¿hay wifi?").text


@pytest.mark.parametrize("words", [None, "gracias!", "ok, gracias", "chau"])
def test_whom_a_person_answered_waits_at_the_desk_no_longer(words: str | None) -> None:
    guest = Guest()
    guest.taken_over()
    guest.says("¿me guardan las valijas?")
    guest.is_answered("Sí, claro. Ana")
    if words is not None:
        guest.says(words)
    assert guest.is_woken("give_back").of(CloseHandOffs)
    assert guest.state.aside == NO_ASIDE


@pytest.mark.parametrize("answered", [False, True])
def test_whom_nobody_answered_still_waits_there(answered: bool) -> None:
    guest = Guest()
    guest.taken_over()
    if answered:
        guest.is_answered("Sí, claro. Ana")
        guest.says("¿y la bici también?")
    assert not guest.is_woken("give_back").of(CloseHandOffs)
    assert guest.state.aside == NO_ASIDE


def test_whom_the_hotels_phone_answered_waits_no_longer() -> None:
    guest = Guest()
    guest.from_phone = True
    guest.taken_over()
    guest.from_phone = False
    assert guest.is_woken("give_back").of(CloseHandOffs)


def test_each_word_of_a_person_keeps_the_agent_quiet_for_as_long_again() -> None:
    guest = Guest(hotel=hotel(gives_back_after=timedelta(hours=6)))
    guest.taken_over()
    guest.waits(hours=5).is_answered("Ya lo veo. Ana")
    assert guest.timers["give_back", ""] == guest.now + timedelta(hours=6)
    # The first one fired all the same, while the answer was on its way.
    guest.waits(hours=1).turn(TimerFired(kind="give_back", key=""))
    assert guest.state.taken_over
    guest.is_woken("give_back")
    assert not guest.state.taken_over


def test_who_gives_back_by_hand_leaves_no_timer_behind() -> None:
    guest = Guest()
    guest.taken_over()
    guest.given_back()
    assert guest.timers == {}
    assert guest.state.aside == NO_ASIDE


def test_a_hotel_may_keep_its_guests_until_somebody_gives_them_back() -> None:
    guest = Guest(hotel=hotel(gives_back_after=None))
    assert guest.taken_over().effects == [CancelPendingReplies()]
    assert guest.is_answered("Hola, soy Ana.").of(SetTimer) == []
