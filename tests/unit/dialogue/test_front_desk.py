"""What guests ask of a front desk: answered from the profile, or given to a person, all of it in one message."""

from dataclasses import replace
from datetime import datetime, time
from decimal import Decimal

import pytest

from agente_hotelero.dialogue.effects import GAP, HandOff, ProfileGap
from agente_hotelero.dialogue.facts import TOPICS
from agente_hotelero.dialogue.front_desk import REQUESTS
from agente_hotelero.dialogue.reading import Expecting, Intent, Language
from agente_hotelero.dialogue.texts import topics
from agente_hotelero.model.hotel import ALWAYS_SOME, Fact, HotelProfile, OpenHours, Per, Topic
from agente_hotelero.model.money import Money
from agente_hotelero.model.tone import USUAL
from agente_hotelero.wiring.understanding import reader
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, NIGHT, NOON, Guest, demo_hotel
from tests.unit.dialogue.understanding.test_intents import WANTED, table

REACHABLE = replace(demo_hotel(), person_reachable=True)
HOURS = "lun-vie 8:00-22:00, sáb-dom 9:00-20:00"
TWO_GUESTS = "una doble del 5 al 8 de mayo para 2"
ASKS = dict(reversed(table(WANTED)))


def having(*, reachable: bool = True, **facts: Fact) -> HotelProfile:
    return replace(demo_hotel(), facts=facts, person_reachable=reachable)


def says(*messages: str, hotel: HotelProfile = REACHABLE) -> str:
    guest = Guest(hotel=hotel)
    return [guest.says(message).text for message in messages][-1]


# Facts.


@pytest.mark.parametrize("intent", TOPICS)
def test_every_topic_is_answered_in_the_hotels_words_and_its_lack_is_owned_up_to(intent: Intent) -> None:
    topic = TOPICS[intent]
    told = Guest(
        hotel=having(
            reachable=True, **{topic.value: Fact(texts={"es": "Así es.", "pt": "Assim é.", "en": "So it is."})}
        )
    )
    untold = Guest(hotel=having())
    turn = told.says(ASKS[intent])
    assert turn.text.count({"es": "Así es.", "pt": "Assim é.", "en": "So it is."}[told.state.language or "es"]) == 1
    assert f"profile:facts.{topic}" in turn.facts
    turn = untold.says(ASKS[intent])
    assert f"{GAP}{topic}" in turn.facts
    assert turn.of(ProfileGap) == [ProfileGap(topic=topic)]
    assert turn.handed_off == ["question"]


@pytest.mark.parametrize("topic", sorted(set(Topic) - ALWAYS_SOME))
@pytest.mark.parametrize("language", Language)
def test_that_there_is_none_has_its_words_in_every_language(topic: Topic, language: Language) -> None:
    assert topics.none(topic, USUAL.of(language))
    assert topics.name(topic, USUAL.of(language))


@pytest.mark.parametrize(
    ("words", "reply"),
    [
        ("¿tienen gimnasio?", "No tenemos gimnasio ni spa."),
        ("vocês têm academia?", "Não temos academia nem spa."),
        ("is there a gym?", "We have neither a gym nor a spa."),
    ],
)
def test_what_there_is_not_is_said(words: str, reply: str) -> None:
    turn = Guest(hotel=REACHABLE).says(words)
    assert turn.text == reply
    assert turn.handed_off == []


def every_day(opens: int, closes: int) -> tuple[OpenHours, ...]:
    return tuple(OpenHours(weekday=day, opens=time(opens), closes=time(closes)) for day in range(7))


@pytest.mark.parametrize(
    ("fact", "reply"),
    [
        (Fact(hours=every_day(9, 20)), "Piscina: 9:00-20:00."),
        (Fact(hours=every_day(0, 0), included=True), "Piscina: 24 h, sin costo adicional."),
        (Fact(hours=every_day(9, 20)[5:]), "Piscina: sáb-dom 9:00-20:00."),
        (Fact(price=Money.of(Decimal(15), "USD"), per=Per.PERSON), "Piscina: USD 15.00 por persona."),
        (Fact(texts={"es": "Climatizada."}, price=Money.of(5, "USD")), "Climatizada.\nPiscina: USD 5.00."),
        (Fact(offered=False, texts={"es": "Está en obra hasta mayo."}), "Está en obra hasta mayo."),
    ],
)
def test_figures_are_said_in_our_words(fact: Fact, reply: str) -> None:
    assert says("¿hay pileta?", hotel=having(pool=fact)) == reply


def test_several_questions_are_answered_once_each_and_then_the_open_one_again() -> None:
    guest = Guest(hotel=REACHABLE)
    guest.says("quiero una doble del 5 al 8 de mayo")
    [reply] = guest.says("¿hay wifi, gimnasio y wifi en la pileta? ¿aceptan niños?").replies
    parts = guest.last.text.split("\n\n")
    assert len(parts) == len(set(parts)) == 5
    assert parts[-1] == "¿Para cuántos sería, entre adultos y niños?"
    assert reply.facts == (
        "profile:facts.wifi",
        "profile:facts.pool",
        "profile:facts.gym_spa",
        "profile:facts.children",
    )


def test_who_asks_what_there_is_hears_of_what_is_there() -> None:
    hotel = having(pool=Fact(texts={"es": "x"}), wifi=Fact(included=True), gym_spa=Fact(offered=False))
    turn = Guest(hotel=hotel).says("¿qué servicios tienen?")
    assert turn.text == "Entre otras cosas, esto ofrece el hotel: wifi y piscina."
    assert turn.facts == {"profile:facts.wifi", "profile:facts.pool"}


# What the profile does not say.


def test_several_gaps_are_one_question_to_staff() -> None:
    guest = Guest(hotel=having(wifi=Fact(included=True)), now=NIGHT)
    turn = guest.says("¿hay pileta, wifi y cochera?")
    assert turn.text == (
        "Wifi: sin costo adicional.\n\nNo tengo estos datos del hotel: estacionamiento y piscina.\n\n"
        f"Se lo pregunto al equipo del hotel; lo leerá en su horario de atención: {HOURS}."
    )
    [hand_off] = turn.of(HandOff)
    assert hand_off.summary == (
        "El huésped preguntó y el perfil del hotel no lo dice: estacionamiento y piscina. Idioma del huésped: es."
    )


def test_staff_are_asked_once_and_again_after_they_gave_the_guest_back() -> None:
    guest = Guest(hotel=having())
    assert guest.says("¿hay pileta?").handed_off == ["question"]
    again = guest.says("¿hay pileta?")
    assert again.handed_off == []
    assert "ya se lo pregunté" in again.text
    assert again.of(ProfileGap)
    guest.given_back()
    assert guest.says("¿hay pileta?").handed_off == ["question"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_nobody_to_tell_a_gap_says_how_to_reach_somebody(language: str) -> None:
    words = {"es": "¿hay pileta?", "pt": "tem piscina?", "en": "is there a pool?"}[language]
    turn = Guest(hotel=having(reachable=False)).says(words)
    assert "+54 11 5555 0100" in turn.text
    assert turn.handed_off == []
    assert turn.of(ProfileGap)


def test_hours_and_terms_that_are_missing_are_counted_too() -> None:
    guest = Guest(hotel=replace(REACHABLE, business_hours=(), cancellation_policy={}))
    assert guest.says("¿cuál es el horario de la recepción?").of(ProfileGap) == [ProfileGap(topic=Topic.HOURS)]
    assert guest.says("¿cuál es la política de cancelación?").of(ProfileGap) == [ProfileGap(topic=Topic.CANCELLATION)]


# What a person has to see to.


@pytest.mark.parametrize("intent", REQUESTS)
@pytest.mark.parametrize(("now", "promise"), [(NOON, "una persona te responderá por aquí"), (NIGHT, HOURS)])
def test_what_only_a_person_can_do_goes_to_one_who_reads_it_when_we_say(
    intent: Intent, now: datetime, promise: str
) -> None:
    turn = Guest(hotel=having(), now=now).says(ASKS[intent])
    assert turn.handed_off == [REQUESTS[intent].reason.value]
    # An hour of arrival is noted, and asks for no answer.
    assert (promise if now == NIGHT or intent is not Intent.ARRIVAL_NOTICE else "22:00") in turn.text
    assert turn.booked is None


@pytest.mark.parametrize(
    ("words", "summary"),
    [
        ("no funciona el aire de la habitación doble", "El huésped avisa de un problema o se queja. Habitación: Habitación doble."),
        (
            "somos un grupo de 30 personas del 5 al 8 de mayo, queremos reservar",
            "El huésped pregunta por un grupo o un evento. Fechas: dom 5 de may → mié 8 de may (3 noches). Personas: 30.",
        ),
        ("quiero mi reembolso de la reserva DEMO-7F3KMQ", "El huésped pregunta por un reembolso o lo pide. Reserva: DEMO-7F3KMQ."),
    ],
)  # fmt: skip
def test_staff_read_what_was_said_of_it_and_nothing_else(words: str, summary: str) -> None:
    [hand_off] = Guest(hotel=REACHABLE).says(words).of(HandOff)
    assert hand_off.summary == f"{summary} Idioma del huésped: es."


def test_a_group_is_not_told_that_it_does_not_fit() -> None:
    guest = Guest(hotel=REACHABLE)
    assert "Nuestra habitación más grande" not in guest.says("somos un grupo de 30 del 5 al 8 de mayo").text
    assert guest.state.expecting is Expecting.NOTHING


def test_who_complains_is_not_asked_for_their_dates() -> None:
    guest = Guest(hotel=REACHABLE)
    guest.says(TWO_GUESTS)
    turn = guest.says("la habitación está sucia y no hay agua caliente")
    assert turn.handed_off == ["complaint"]
    assert "¿Te sirve" not in turn.text
    assert guest.state.expecting is Expecting.OFFER


def test_a_wish_beside_a_stay_goes_to_staff_and_the_stay_goes_on() -> None:
    turn = Guest(hotel=REACHABLE).says("una doble del 5 al 8 de mayo para 2, es nuestra luna de miel")
    assert turn.handed_off == ["special_request"]
    assert "USD 270.00" in turn.text


def test_a_wish_beside_a_question_has_one_promise() -> None:
    guest = Guest(hotel=having())
    turn = guest.says("¿hay pileta? y necesito más toallas")
    assert turn.handed_off == ["housekeeping", "question"]
    assert turn.text.count("equipo del hotel") == 1


@pytest.mark.parametrize(
    ("words", "reply", "reasons"),
    [
        ("¿hay room service?", "Servicio a la habitación: 7:00-23:00.", []),
        ("me suben un café a la habitación?", "Anoto tu pedido", ["room_service"]),
        ("¿hasta qué hora hay servicio a la habitación?", "7:00-23:00", []),
    ],
)
def test_what_is_asked_about_is_answered_and_what_is_ordered_goes_to_staff(
    words: str, reply: str, reasons: list[str]
) -> None:
    turn = Guest(hotel=REACHABLE).says(words)
    assert reply in turn.text
    assert turn.handed_off == reasons


def test_discounts_are_a_persons_unless_the_profile_answers() -> None:
    assert Guest(hotel=having()).says("¿tienen descuento?").handed_off == ["discount"]
    told = Guest(hotel=having(discounts=Fact(offered=False))).says("¿tienen descuento?")
    assert (told.text, told.handed_off) == ("Por ahora no tenemos descuentos ni promociones.", [])


def test_an_order_while_a_reservation_is_being_made_reaches_staff() -> None:
    guest = Guest(hotel=REACHABLE)
    guest.says(EVERYTHING["es"])
    guest.says("sí")
    assert guest.says("necesito toallas").handed_off == ["housekeeping"]
    assert guest.state.pending is not None


def test_a_price_of_something_else_begins_no_search_for_a_room() -> None:
    guest = Guest(hotel=REACHABLE)
    assert "USD 45.00 por viaje" in guest.says("¿cuánto sale el traslado?").text
    assert guest.state.expecting is Expecting.NOTHING


@pytest.mark.parametrize(
    ("words", "parts", "reasons"),
    [
        ("quiero una doble del 5 al 8 de mayo para 2 y saber si aceptan mascotas", ("mascotas de hasta", "USD 270.00"), []),
        ("how much is a double from May 5 to 8 for 2, what's the cancellation policy and is breakfast included?",
         ("Free cancellation", "Breakfast is included", "USD 270.00"), []),
        ("no funciona el aire y a qué hora es el desayuno?", ("7:00 a 10:30", "Siento mucho"), ["complaint"]),
        ("the shower is broken and what time is check out?", ("11:00", "sorry"), ["complaint"]),
        ("necesito toallas y a qué hora cierra la pileta?", ("9:00 a 20:00", "Anoto tu pedido"), ["housekeeping"]),
        ("quero cancelar minha reserva e saber se tem estacionamento", ("estacionamento próprio", "código da reserva"), []),
        ("¿tienen descuento? y ¿cuánto sale una doble del 5 al 8 de mayo para 2?", ("Los descuentos", "USD 270.00"), ["discount"]),
        ("quiero late check out y a qué hora es el desayuno", ("7:00 a 10:30", "hasta las 14:00"), []),
    ],
)  # fmt: skip
def test_several_wishes_of_one_message_are_all_answered(words: str, parts: tuple[str, ...], reasons: list[str]) -> None:
    guest = Guest(hotel=REACHABLE)
    guest.understand = reader()
    turn = guest.says(words)
    assert [part for part in parts if turn.text.count(part) != 1] == []
    assert turn.handed_off == reasons


# The hotel's own questions.


def test_a_question_of_the_hotels_own_is_answered_in_the_guests_language() -> None:
    turn = Guest().says("do you rent bikes?")
    assert turn.text == "Yes, we have bikes for guests; ask at the reception."
    assert turn.facts == {"profile:faq.0"}


def test_it_comes_after_flows_and_facts() -> None:
    guest = Guest()
    guest.says(TWO_GUESTS)
    assert "bicicletas" not in guest.says("sí").text
    assert guest.says("¿alquilan bicicletas?").text.endswith("¿Qué nombre y apellido pongo en la reserva?")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("¿hay wifi? ¿alquilan bicis?", ("wifi sin cargo", "bicicletas para huéspedes")),
        ("hola, alquilan bicis y a qué hora es el check out", ("bicicletas para huéspedes", "11:00")),
        ("do you have parking and do you rent bikes", ("free parking", "bikes for guests")),
        ("tem piscina? alugam bicicleta? que tomada vocês usam?", ("terraço", "bicicletas", "tomadas")),
    ],
)
def test_it_is_answered_beside_what_else_is_asked(words: str, parts: tuple[str, ...]) -> None:
    turn = Guest(hotel=REACHABLE).says(words)
    assert all(turn.text.count(part) == 1 for part in parts)
    assert turn.handed_off == []


def test_it_is_answered_beside_a_stay_and_beside_a_complaint() -> None:
    stay = Guest(hotel=REACHABLE).says("una doble del 5 al 8 de mayo para 2, alquilan bicis?")
    assert stay.text.index("bicicletas para huéspedes") < stay.text.index("USD 270.00")
    complaint = Guest(hotel=REACHABLE).says("el aire no funciona. ¿alquilan bicis?")
    assert "bicicletas para huéspedes" in complaint.text
    assert complaint.handed_off == ["complaint"]


def test_a_gap_beside_it_is_owned_up_to() -> None:
    turn = Guest(hotel=having()).says("¿alquilan bicis? ¿hay pileta?")
    assert "bicicletas para huéspedes" in turn.text
    assert turn.of(ProfileGap) == [ProfileGap(topic=Topic.POOL)]


def test_it_fills_a_gap_of_the_profile() -> None:
    faq = replace(
        REACHABLE.faq[0], questions=("¿Se puede usar la pileta en invierno?",), answer={"es": "Solo en verano."}
    )
    turn = Guest(hotel=replace(having(), faq=(faq,))).says("¿se puede usar la pileta en invierno?")
    assert turn.text == "Solo en verano."
    assert (turn.handed_off, turn.of(ProfileGap)) == ([], [])
