"""Rules and model together: who wins, what is doubted, what is asked back."""

from collections.abc import Sequence
from datetime import date

import pytest

from agente_hotelero.dialogue.reading import Context, Expecting, Intent, Language, Reading
from agente_hotelero.dialogue.understanding.labels import INTENTS, LABEL_OF, LABELS, OUT_OF_SCOPE
from agente_hotelero.dialogue.understanding.weighing import Understanding, labels_of

ACTS_FROM = dict.fromkeys((*LABELS, OUT_OF_SCOPE), 0.6)


class Model:
    """Says what it is told to say."""

    def __init__(self, **chances: float) -> None:
        self.chances = dict.fromkeys(LABELS, 0.0) | chances
        self.asked: list[str] = []

    def __call__(self, text: str) -> Sequence[tuple[str, float]]:
        self.asked.append(text)
        return sorted(self.chances.items(), key=lambda one: -one[1])


class ByWords(Model):
    """Says of a message what it is told to say of a word, of a whole one by its first word there is."""

    def __init__(self, **words: dict[str, float]) -> None:
        super().__init__()
        self.words = words

    def __call__(self, text: str) -> Sequence[tuple[str, float]]:
        self.asked.append(text)
        said = next((chances for word, chances in self.words.items() if word in text), {})
        return sorted((self.chances | said).items(), key=lambda one: -one[1])


def read(text: str, model: Model, expecting: Expecting = Expecting.NOTHING, options: tuple[str, ...] = ()) -> Reading:
    context = Context(today=date(2026, 3, 2), languages=tuple(Language), expecting=expecting, options=options)
    return Understanding(chances=model, acts_from=ACTS_FROM)(text, context)


def test_every_label_is_an_intent_and_the_other_way_round() -> None:
    assert len(LABELS) == 45
    assert all(LABEL_OF[intent] == label for label, intent in INTENTS.items())


def test_the_model_says_what_no_rule_read() -> None:
    assert read("esta templadita el agua?", Model(pool=0.9)).intents == {Intent.POOL}


def test_it_adds_what_else_is_asked() -> None:
    assert read("tienen wifi? y esta templadita el agua?", Model(pool=0.9, wifi=0.9)).intents == {
        Intent.POOL,
        Intent.WIFI,
    }


def test_what_is_not_likely_enough_is_asked_back_the_likeliest_first() -> None:
    reading = read("esta templadita?", Model(pool=0.4, room_info=0.5, gym_spa=0.3))
    assert (reading.intents, reading.perhaps) == (frozenset(), (Intent.ROOM_INFO, Intent.POOL))


def test_what_is_hardly_likely_is_not_even_asked() -> None:
    assert read("mi gato toca el piano", Model(wifi=0.1)).perhaps == ()


@pytest.mark.parametrize(
    ("text", "label", "acts"),
    [
        ("al final anulamos lo del viernes", "cancel_reservation", True),
        ("al final no llegamos el viernes", "cancel_reservation", False),
        ("me pasan el link", "payment", True),
        ("me pasan lo otro", "payment", False),
    ],
)
def test_what_changes_something_needs_its_own_words(text: str, label: str, *, acts: bool) -> None:
    reading = read(text, Model(**{label: 0.99}))
    assert (INTENTS[label] in reading.intents) is acts
    assert acts or reading.perhaps == (INTENTS[label],)


def test_the_open_questions_answer_needs_no_model() -> None:
    model = Model(cancel_reservation=0.99)
    for text, expecting in [
        ("sí dale", Expecting.YES_NO),
        ("Ana Ruiz", Expecting.NAME),
        ("del 5 al 8", Expecting.DATES),
    ]:
        assert Intent.CANCEL_RESERVATION not in read(text, model, expecting).intents
    assert read("la segunda", model, Expecting.OFFER, ("doble", "suite")).choice == 1
    assert model.asked == []


def test_a_yes_is_never_a_matter_of_likelihood() -> None:
    reading = read("mmm capaz", Model(affirm=0.99, deny=0.9))
    assert (reading.intents, reading.perhaps) == (frozenset(), ())


def test_what_rules_read_is_dropped_where_the_model_finds_it_absurd() -> None:
    assert read("vendo cochera", Model(out_of_scope=0.9, parking=0.05)).intents == frozenset()
    assert read("vendo cochera", Model(parking=0.3)).intents == {Intent.PARKING}


def test_beside_what_it_believes_less_is_absurd() -> None:
    assert read("tienen pileta y aceptan perros?", Model(pets=0.99, pool=0.04)).intents == {Intent.PETS, Intent.POOL}


def test_of_several_things_that_are_plainly_said_none_is_absurd() -> None:
    assert read("tienen pileta y cochera? voy con un perro", Model(pets=0.99, pool=0.0, parking=0.5)).intents == {
        *(Intent.PETS, Intent.POOL, Intent.PARKING)
    }


def test_what_nobody_named_must_be_likelier_beside_what_they_did_name() -> None:
    assert read("aceptan tarjeta?", Model(payment=0.9, check_in_info=0.7)).intents == {Intent.PAYMENT}
    assert read("sirven la cena? tienen restaurante?", Model(restaurant=0.9, breakfast=0.9)).intents == {
        Intent.RESTAURANT
    }


def test_a_complaint_that_rules_and_model_think_of_is_heard() -> None:
    doubtful = Model(out_of_scope=0.2, report_problem=0.3)
    assert read("les pongo una estrella, el aire no anda hace dos días", doubtful).intents == {Intent.REPORT_PROBLEM}


def test_what_is_broken_is_not_asked_for() -> None:
    broken = Model(report_problem=0.9, wifi=0.9, breakfast=0.9)
    assert read("el wifi va fatal en la 305", broken).intents == {Intent.REPORT_PROBLEM}
    assert read("el wifi va fatal. y el desayuno hasta qué hora es?", broken).intents == {
        *(Intent.REPORT_PROBLEM, Intent.BREAKFAST)
    }


@pytest.mark.parametrize(
    ("text", "model", "expecting"),
    [
        ("olvídalo", Model(lost_item=0.9), Expecting.NOTHING),
        ("não, fica como está", Model(location=0.9), Expecting.YES_NO),
        ("de 8 a 5 de maio", Model(event_group=0.9), Expecting.NOTHING),
        ("¿dónde está la salida de emergencia?", Model(location=0.9), Expecting.NOTHING),
    ],
)
def test_what_says_all_by_itself_is_not_weighed(text: str, model: Model, expecting: Expecting) -> None:
    wishes = {Intent.LOST_ITEM, Intent.ADDRESS, Intent.EVENT_GROUP}
    assert not read(text, model, expecting, options=("Sí", "No")).intents & wishes


def test_what_seems_to_be_for_somebody_else_must_be_surer() -> None:
    assert read("se me rompio la ducha en casa", Model(out_of_scope=0.4, report_problem=0.8)).intents == frozenset()
    assert read("se me rompio la ducha en casa", Model(out_of_scope=0.4, report_problem=0.95)).intents == {
        Intent.REPORT_PROBLEM
    }


@pytest.mark.parametrize("text", ["hay fuego en la habitación", "quiero hablar con una persona"])
def test_emergencies_and_people_never_wait_for_a_model(text: str) -> None:
    sure = {Intent.EMERGENCY, Intent.PERSON}
    assert read(text, Model(out_of_scope=0.99)).intents & sure


def test_a_price_is_told_from_a_vacancy() -> None:
    assert labels_of(read("cuánto sale la noche", Model(ask_price=0.9, check_availability=0.1))) == {"ask_price"}
    assert labels_of(read("hay lugar el viernes", Model(ask_price=0.1, check_availability=0.9))) == {
        "check_availability"
    }


def test_a_question_in_the_middle_of_another_is_heard() -> None:
    assert Intent.POOL in read("esta templadita el agua?", Model(pool=0.9), Expecting.EMAIL).intents


ROOM_FIRST = {"check_availability": 0.8, "wifi": 0.2, "accessibility": 0.04}
"""What a model says of a message about a room and something else."""


@pytest.mark.parametrize("text", ["una doble del 5 al 8 de mayo para 2, ¿hay wifi?", "una doble el 5 y hay wifi"])
def test_what_is_faint_beside_a_room_is_sure_in_its_part(text: str) -> None:
    model = ByWords(doble=ROOM_FIRST, wifi={"wifi": 0.99})
    assert read(text, model).intents == {Intent.AVAILABILITY, Intent.WIFI}


@pytest.mark.parametrize("text", ["una doble el 5. el ascensor llega?", "una doble el 5, el ascensor llega"])
def test_a_wish_of_a_part_may_have_no_word_of_any_rule(text: str) -> None:
    model = ByWords(doble=ROOM_FIRST, ascensor={"accessibility": 0.9})
    assert read(text, model).intents == {Intent.AVAILABILITY, Intent.ACCESSIBILITY}


def test_a_clause_must_be_surer_than_a_sentence_and_not_quite_absurd_in_the_whole() -> None:
    half_sure, absurd = {"accessibility": 0.75}, {"check_availability": 0.8, "accessibility": 0.01}
    for of_the_whole, of_the_part, sentence, clause in (
        (ROOM_FIRST, half_sure, True, False),
        (absurd, {"accessibility": 0.9}, True, False),
        (ROOM_FIRST, {"accessibility": 0.5}, False, False),
    ):
        model = ByWords(doble=of_the_whole, ascensor=of_the_part)
        assert (Intent.ACCESSIBILITY in read("una doble el 5. el ascensor llega", model).intents) is sentence
        assert (Intent.ACCESSIBILITY in read("una doble el 5, el ascensor llega", model).intents) is clause


def test_no_part_changes_anything() -> None:
    for label in ("cancel_reservation", "make_reservation", "modify_reservation", "refund", "human_handoff", "affirm"):
        model = ByWords(doble=ROOM_FIRST, ascensor={label: 0.99})
        assert read("una doble el 5. el ascensor llega", model).intents == {Intent.AVAILABILITY}


def test_a_complaint_is_heard_beside_a_question() -> None:
    model = ByWords(ducha={"breakfast": 0.8, "report_problem": 0.1}, pierde={"report_problem": 0.95})
    model.words = {"pierde agua,": model.words["ducha"], **model.words, "ducha": {"report_problem": 0.95}}
    reading = read("la ducha pierde agua, a que hora es el desayuno?", model)
    assert reading.intents == {Intent.REPORT_PROBLEM, Intent.BREAKFAST}


def test_what_a_part_is_sure_of_saves_what_the_whole_found_absurd() -> None:
    model = ByWords(necesito={"make_reservation": 0.2, "parking": 0.05}, cochera={"parking": 0.99})
    reading = read("necesito una habitacion, cuentan con cochera?", model)
    assert reading.intents == {Intent.BOOK, Intent.PARKING}


def test_whoever_tells_days_and_people_writes_to_a_hotel() -> None:
    model = ByWords(double={"out_of_scope": 0.3, "check_availability": 0.7}, dogs={"pets": 0.9})
    assert Intent.PETS in read("a double May 5 to 8 for 2, do you take dogs?", model).intents


def test_a_part_says_nothing_new_where_it_is_about_what_is_acted_on() -> None:
    same = ByWords(doble=ROOM_FIRST, sale={"ask_price": 0.9})
    assert read("una doble el 5. cuanto sale eso", same).intents == {Intent.AVAILABILITY}
    both = ByWords(doble=ROOM_FIRST, vista={"room_info": 0.9, "check_availability": 0.3})
    assert read("una doble el 5. con vista al mar", both).intents == {Intent.AVAILABILITY}


def test_who_writes_to_somebody_else_has_no_wishes_in_parts() -> None:
    stray = ByWords(roofer={"out_of_scope": 0.5}, techo={"room_info": 0.99})
    assert read("necesito un roofer. el techo se cayó", stray).intents == frozenset()


def test_there_is_room_for_three() -> None:
    words = {"uno": {"wifi": 0.9}, "dos": {"pool": 0.8}, "tres": {"pets": 0.95}, "cuatro": {"invoice": 0.99}}
    assert read("la uno. la dos. la tres. la cuatro", ByWords(**words)).intents == {
        *(Intent.WIFI, Intent.PETS, Intent.INVOICE)
    }


def test_a_place_inside_is_no_address_in_any_part() -> None:
    model = ByWords(salida={"location": 0.99}, curiosidad={"location": 0.9})
    assert Intent.ADDRESS not in read("¿dónde está la salida de emergencia? es por curiosidad", model).intents


@pytest.mark.parametrize(
    ("text", "expecting"),
    [
        ("Ana Ruiz. ¿el ascensor llega?", Expecting.NAME),
        ("Ana Ruiz, ¿el ascensor llega?", Expecting.NAME),
        ("somos 2. ¿el ascensor llega?", Expecting.PEOPLE),
        ("del 5 al 8 de mayo. ¿el ascensor llega?", Expecting.DATES),
        ("la segunda. ¿el ascensor llega?", Expecting.OFFER),
    ],
)
def test_an_answer_does_not_hide_what_is_asked_beside_it(text: str, expecting: Expecting) -> None:
    model = ByWords(ascensor={"accessibility": 0.9}, Ana={"human_handoff": 0.99})
    options = ("doble", "suite") if expecting is Expecting.OFFER else ()
    alone = read(text.partition(" ¿")[0].rstrip(".,"), model, expecting, options)
    reading = read(text, model, expecting, options)
    assert reading.intents == alone.intents | {Intent.ACCESSIBILITY}
    assert (reading.name, reading.adults, reading.people, reading.dates, reading.choice) == (
        *(alone.name, alone.adults, alone.people, alone.dates, alone.choice),
    )


@pytest.mark.parametrize("label", ["check_availability", "ask_price", "cancel_reservation", "human_handoff"])
def test_beside_an_answer_no_room_is_asked_for_anew(label: str) -> None:
    model = ByWords(ascensor={label: 0.99})
    assert read("del 5 al 8 de mayo. ¿el ascensor llega?", model, Expecting.DATES).intents == frozenset()


def test_what_is_told_beside_an_answer_is_no_question() -> None:
    model = ByWords(ascensor={"accessibility": 0.9})
    assert read("del 5 al 8 de mayo. el ascensor llega.", model, Expecting.DATES).intents == frozenset()
    assert not model.asked


def test_whoever_wants_to_see_it_sees_the_same_beside_an_answer() -> None:
    context = Context(today=date(2026, 3, 2), languages=tuple(Language), expecting=Expecting.DATES)
    seeing = Understanding(chances=ByWords(ascensor={"accessibility": 0.9}), acts_from=ACTS_FROM)
    assert seeing.parse("del 5 al 8 de mayo. ¿el ascensor llega?", context).labels == (("accessibility", 1.0),)


def test_two_things_that_look_strange_together_are_not_for_somebody_else() -> None:
    together = {"out_of_scope": 0.2, "pool": 0.7, "pets": 0.7}
    apart = ByWords(**{"piscina? e o": together, "piscina": {"pool": 0.99}, "gatinho": {"pets": 0.99}})
    assert read("a que horas abre a piscina? e o meu gatinho pode ficar?", apart).intents == {Intent.POOL, Intent.PETS}
    strays = ByWords(**{"piscina? e o": together, "piscina": {"pool": 0.99}, "gatinho": {"out_of_scope": 0.5}})
    assert read("a que horas abre a piscina? e o meu gatinho pode ficar?", strays).intents == frozenset()
