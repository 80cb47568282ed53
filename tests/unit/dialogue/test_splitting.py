"""A stay with a change of rooms: looked for where the guest would take it, and a person's once they said yes."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.dialogue import splitting
from agente_hotelero.dialogue.effects import (
    AskOffers,
    HandOff,
    IntendCancellation,
    IntendLateCheckout,
    IntendReservation,
    PmsAway,
    PmsRefused,
    Read,
    ReadAnswer,
)
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.model.stays import Party
from tests.support.dialogue_guest import EVERYTHING, LANGUAGES, STAY, YES, Guest, Turn, sold_out_on

ASKED = {
    "es": "¿Tienen una habitación del 5 al 8 de mayo para 2 personas?",
    "pt": "Bom dia, tem quarto de 5 a 8 de maio para 2 pessoas?",
    "en": "Do you have a room from May 5 to May 8 for 2 people?",
}
WISH = {
    "es": "aunque sea cambiando de habitación",
    "pt": "mesmo trocando de quarto",
    "en": "even if we have to change rooms",
}
NO = {"es": "no, gracias", "pt": "não, obrigado", "en": "no thanks"}
AGREED = {"es": "sí, cambiando de habitación", "pt": "sim, trocando de quarto", "en": "yes, changing rooms"}
BUTTON = {"es": "Sí, la quiero así", "pt": "Sim, quero assim", "en": "Yes, this way"}
AT_ONCE = "del 5 al 8 de mayo para 2, aunque sea cambiando de habitación"
BY_TEAM = "la arma el equipo"
WRITES = (IntendReservation, IntendCancellation, IntendLateCheckout)


def may(*days: int) -> list[date]:
    return [date(2030, 5, day) for day in days]


def two_parts(guest: Guest | None = None) -> Guest:
    """The double is free until the 7th, the suite from the 6th on: two nights and one, or one and two."""
    guest = sold_out_on(guest or Guest(), *may(7), keys=("double",))
    return sold_out_on(guest, *may(5), keys=("suite",))


def offered(language: str = "es", guest: Guest | None = None) -> Guest:
    guest = two_parts(guest)
    guest.says(ASKED[language])
    guest.says(WISH[language])
    assert guest.state.expecting is Expecting.YES_NO
    return guest


def asked(guest: Guest) -> list[tuple[int, int]]:
    """The days in May of each stay that the PMS was asked for."""
    stays = [read.stay for read in guest.pms.asked if isinstance(read, AskOffers)]
    return [(stay.check_in.day, stay.check_out.day) for stay in stays]


def for_staff(turn: Turn) -> str:
    [hand_off] = turn.of(HandOff)
    return hand_off.summary


def answers_otherwise(guest: Guest, kind: type[PmsAway | PmsRefused], stay: tuple[int, int]) -> None:
    """This PMS goes away, or refuses, when it is asked for one stay."""
    answer = guest.pms.answer

    def answers(read: Read) -> ReadAnswer:
        found = answer(read)
        return kind(asked=read) if asked(guest)[-1] == stay else found

    guest.pms.answer = answers  # type: ignore[method-assign]  # as said


# What is offered.


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "es",
            (
                "Para dom 5 de may → mié 8 de may (3 noches), 2 adultos, no queda lugar sin cambiar de habitación",
                "Primero: Habitación doble, dom 5 de may → mar 7 de may (2 noches), USD 180.00",
                "Después: Suite, mar 7 de may → mié 8 de may (1 noche), USD 160.00",
                "Total con impuestos: USD 340.00",
                "las hace juntas el equipo del hotel",
            ),
        ),
        (
            "pt",
            (
                "Para dom, 5 de mai → qua, 8 de mai (3 noites), 2 adultos, não há vaga sem trocar de quarto",
                "Primeiro: Quarto duplo, dom, 5 de mai → ter, 7 de mai (2 noites), USD 180,00",
                "Depois: Suíte, ter, 7 de mai → qua, 8 de mai (1 noite), USD 160,00",
                "Total com impostos: USD 340,00",
                "feitas juntas pela equipe do hotel",
            ),
        ),
        (
            "en",
            (
                "For Sun, May 5 → Wed, May 8 (3 nights), 2 adults, there is nothing left without a change of rooms",
                "First: Double room, Sun, May 5 → Tue, May 7 (2 nights), USD 180.00",
                "Then: Suite, Tue, May 7 → Wed, May 8 (1 night), USD 160.00",
                "Total including taxes: USD 340.00",
                "The hotel's team makes both reservations together",
            ),
        ),
    ],
)
def test_who_would_change_rooms_is_told_both_parts_and_asked(language: str, lines: tuple[str, ...]) -> None:
    turn = offered(language).last
    assert all(line in turn.text for line in lines)
    assert turn.titles[0] == BUTTON[language]
    assert turn.facts == {"pms:offers"}
    assert turn.handed_off == []
    assert not any(turn.of(kind) for kind in WRITES)


def test_what_is_shown_is_what_the_pms_said_and_is_recorded() -> None:
    guest = offered()
    assert [(offer.room_type.key, offer.stay.nights) for offer in guest.last.quoted] == [("double", 2), ("suite", 1)]
    assert all(offer in guest.pms.said for offer in guest.last.quoted)


def test_the_whole_is_looked_for_first_and_then_the_longest_first_part() -> None:
    guest = two_parts()
    guest.says(AT_ONCE)
    assert asked(guest) == [(5, 8), (5, 7), (7, 8)]


def test_a_first_part_that_is_not_free_costs_no_second_question() -> None:
    guest = sold_out_on(Guest(), *may(6, 7), keys=("double",))
    sold_out_on(guest, *may(5), keys=("suite",))
    turn = guest.says(AT_ONCE)
    assert asked(guest) == [(5, 8), (5, 7), (5, 6), (6, 8)]
    assert [offer.stay.nights for offer in turn.quoted] == [1, 2]


def test_the_cheapest_that_is_free_for_a_part_is_taken() -> None:
    guest = sold_out_on(two_parts(), *may(6), keys=("single",))
    turn = guest.says("del 5 al 8 de mayo para 1, aunque sea cambiando de habitación")
    assert [(one.room_type.key, one.stay.check_in.day) for one in turn.quoted] == [("double", 5), ("single", 7)]


def test_the_named_type_comes_first_in_each_part_that_it_is_free_for() -> None:
    guest = sold_out_on(two_parts(), *may(6), keys=("single",))
    turn = guest.says("una suite del 5 al 8 de mayo para 1, aunque sea cambiando de habitación")
    assert [(one.room_type.key, one.stay.check_in.day) for one in turn.quoted] == [("double", 5), ("suite", 7)]


def test_several_rooms_change_together() -> None:
    guest = two_parts()
    guest.pms._counts["suite"] = 2
    turn = guest.says("2 habitaciones del 5 al 8 de mayo para 4 personas, aunque sea cambiando de habitación")
    assert {one.party for one in turn.quoted} == {Party(adults=4, rooms=2)}
    assert "4 adultos en 2 habitaciones" in turn.text
    assert "USD 680.00" in turn.text


def is_free(taken: dict[str, set[int]], first: int, last: int) -> bool:
    """Whether a room of any type is free from one night to another."""
    return any(not gone & set(range(first, last)) for gone in taken.values())


@settings(max_examples=150, deadline=None)
@given(
    nights=st.integers(2, 12),
    doubles=st.sets(st.integers(0, 11), max_size=4),
    suites=st.sets(st.integers(0, 11), max_size=4),
)
def test_the_parts_cover_exactly_the_asked_nights_and_are_found_wherever_there_are_such(
    nights: int, doubles: set[int], suites: set[int]
) -> None:
    arrival = date(2030, 5, 5)
    taken = {"double": doubles, "suite": suites}
    guest = Guest()
    for key, gone in taken.items():
        sold_out_on(guest, *(arrival + timedelta(days=n) for n in gone), keys=(key,))
    turn = guest.says(f"del 5 al {5 + nights} de mayo para 2, aunque sea cambiando de habitación")
    there_are = not is_free(taken, 0, nights) and any(
        is_free(taken, 0, n) and is_free(taken, n, nights) for n in range(1, nights)
    )
    split = splitting.offered(guest.state)
    assert (split is not None) == there_are
    assert len(guest.pms.asked) <= 1 + splitting.MOST_QUESTIONS
    if split is not None:
        first, second = turn.quoted
        assert (first.stay.check_in, second.stay.check_out) == (arrival, arrival + timedelta(days=nights))
        assert first.stay.check_out == second.stay.check_in


# When it is looked for.


@pytest.mark.parametrize(
    ("language", "dates", "party"),
    [
        ("es", "del 5 al 8 de mayo", "somos 2"),
        ("pt", "de 5 a 8 de maio", "somos 2"),
        ("en", "May 5 to May 8", "2 adults"),
    ],
)
def test_a_wish_without_days_and_people_is_kept_until_they_are_known(language: str, dates: str, party: str) -> None:
    guest = two_parts()
    assert guest.says(WISH[language]).handed_off == []
    questions = [guest.state.expecting]
    guest.says(dates)
    assert [*questions, guest.state.expecting] == [Expecting.DATES, Expecting.PEOPLE]
    assert BUTTON[language] in guest.says(party).titles


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "No hace falta cambiar de habitación"), ("pt", "Não é preciso trocar"), ("en", "no need to change rooms")],
)
def test_a_whole_stay_that_is_free_in_one_room_is_offered_as_usual(language: str, words: str) -> None:
    guest = two_parts()
    guest.says(ASKED[language])
    del guest.pms._left  # everybody cancelled
    turn = guest.waits(minutes=1).says(WISH[language])
    assert words in turn.text
    assert turn.facts == {"pms:offers"}
    assert {offer.stay for offer in turn.quoted} == {STAY}
    assert guest.state.expecting is Expecting.OFFER
    assert not guest.state.aside.would_change_rooms


def test_who_never_asked_for_it_is_offered_other_days_and_no_change_of_rooms() -> None:
    guest = two_parts()
    turn = guest.says(ASKED["es"])
    assert all(last - first == 3 for first, last in asked(guest))
    assert "No queda lugar" in turn.text


def test_a_chosen_room_is_looked_for_anew_with_the_wish() -> None:
    guest = Guest()
    guest.says(ASKED["es"])
    guest.says("la doble")
    turn = guest.says("¿y cambiando de habitación a mitad de la estadía?")
    assert "No hace falta cambiar de habitación" in turn.text
    assert turn.handed_off == []


def test_a_yes_with_the_wish_does_not_take_the_only_other_day() -> None:
    guest = sold_out_on(Guest(), *may(2, 3, 4, 5, 7, 8, 9, 10))
    guest.says("¿Tienen una habitación el 5 de mayo por una noche para 2?")
    assert guest.last.titles == ["lun 6 de may"]
    guest.waits(minutes=1).says("sí, aunque sea cambiando de habitación")
    assert asked(guest)[-7] == (5, 6)
    assert guest.state.expecting is Expecting.OPTION


def test_a_yes_with_the_wish_does_not_take_the_only_offer() -> None:
    guest = Guest()
    guest.says("una doble del 5 al 8 de mayo para 2")
    guest.says("sí, aunque sea cambiando de habitación")
    assert guest.state.draft.chosen is None
    assert guest.state.expecting is Expecting.OFFER


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "Busqué también con un cambio de habitación, y tampoco"),
        ("pt", "Procurei também com uma troca de quarto"),
        ("en", "I also looked with one change of rooms"),
    ],
)
def test_where_a_change_of_rooms_does_not_help_that_is_said_with_the_way_to_other_days_and_a_person(
    language: str, words: str
) -> None:
    guest = Guest()
    guest.pms.sell_out()
    guest.says(ASKED[language])
    before = len(guest.pms.asked)
    turn = guest.says(WISH[language])
    assert words in turn.text
    assert "+54 11 5555 0100" in turn.text
    assert turn.handed_off == []
    assert guest.state.expecting is Expecting.DATES
    assert len(guest.pms.asked) - before <= 1 + splitting.MOST_QUESTIONS


def test_where_a_change_of_rooms_does_not_help_other_days_are_shown_in_the_same_turn() -> None:
    guest = sold_out_on(Guest(), *may(5))
    turn = guest.says(AT_ONCE)
    assert "tampoco hay lugar para todas las noches" in turn.text
    assert turn.titles[0] == "lun 6 de may"
    assert asked(guest) == [(5, 8), (5, 7), (5, 6), (6, 9), (4, 7), (7, 10)]
    assert "Suite" in guest.says("la primera").text


def test_other_people_after_that_are_of_the_same_days() -> None:
    guest = Guest()
    guest.pms.sell_out("double", "suite")
    guest.says(AT_ONCE)
    assert guest.says("¿y para 1 persona?").quoted[0].stay == STAY


def test_a_single_night_is_never_split() -> None:
    guest = Guest()
    guest.pms.sell_out()
    turn = guest.says("el 5 de mayo por una noche para 2, aunque sea cambiando de habitación")
    assert all(last - first == 1 for first, last in asked(guest))
    assert "cambio de habitación" not in turn.text
    assert "¿Quieres probar otras fechas?" in turn.text


def test_more_nights_than_can_be_looked_through_are_a_persons() -> None:
    guest = Guest()
    guest.pms.sell_out()
    turn = guest.says("del 5 de mayo al 10 de junio para 2, aunque sea cambiando de habitación")
    assert len(guest.pms.asked) == 1
    assert turn.handed_off == ["asked"]
    assert BY_TEAM in turn.text


# The yes and the no.


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", ["word", "button", "title", "both"])
def test_the_yes_hands_all_that_is_needed_to_a_person_and_books_nothing(language: str, by: str) -> None:
    guest = offered(language)
    turn = {
        "word": lambda: guest.says(YES[language]),
        "button": lambda: guest.presses(BUTTON[language]),
        "title": lambda: guest.says(BUTTON[language]),
        "both": lambda: guest.says(AGREED[language]),
    }[by]()
    assert turn.handed_off == ["asked"]
    assert not any(turn.of(kind) for kind in WRITES)
    summary = for_staff(turn)
    assert "dom 5 de may → mié 8 de may (3 noches), 2 adultos" in summary
    assert "Primera parte: Habitación doble, dom 5 de may → mar 7 de may (2 noches), USD 180.00" in summary
    assert "Segunda parte: Suite, mar 7 de may → mié 8 de may (1 noche), USD 160.00" in summary
    assert "Total con impuestos: USD 340.00 (visto en el PMS el lun 1 de abr a las 12:00)" in summary
    assert "A nombre de" not in summary
    assert {"es": "Todavía no hay nada", "pt": "Ainda não há nada", "en": "Nothing is booked yet"}[
        language
    ] in turn.text
    assert [guest.pms.count(write) for write in ("reserve", "cancel")] == [0, 0]


def test_a_known_name_is_told_to_staff() -> None:
    guest = two_parts()
    guest.says(EVERYTHING["es"])
    guest.says(WISH["es"])
    assert "A nombre de Ana Ruiz." in for_staff(guest.says("sí"))


def test_after_the_yes_nothing_is_in_the_making_and_a_second_press_hands_over_nothing() -> None:
    guest = offered()
    button = guest.button(BUTTON["es"])
    guest.presses_id(button)
    assert guest.presses_id(button).handed_off == []
    assert guest.says("gracias").text == "¡Con gusto!\n\n¿Algo más?"
    turn = guest.says("una habitación del 10 al 12 de mayo para 2")
    assert turn.quoted
    assert "cambi" not in turn.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_no_leaves_it_and_asks_for_other_days(language: str) -> None:
    guest = offered(language)
    turn = guest.says(NO[language])
    assert {"es": "otras fechas", "pt": "outras datas", "en": "other dates"}[language] in turn.text
    assert turn.handed_off == []
    assert guest.state.expecting is Expecting.DATES
    assert guest.says(
        {"es": "del 10 al 12 de mayo", "pt": "de 10 a 12 de maio", "en": "May 10 to May 12"}[language]
    ).quoted


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "no, es muy caro"), ("pt", "não, muito caro"), ("en", "no, that's too expensive"), ("es", WISH["es"])],
)
def test_a_no_with_its_reason_is_one_and_the_wish_said_again_is_no_yes(language: str, words: str) -> None:
    turn = offered(language).says(words)
    assert turn.handed_off == []
    assert (BUTTON[language] in turn.titles) == (words == WISH[language])


@pytest.mark.parametrize("words", ["sí, ¿y hay wifi?", "sí, pero somos 3", "no sé", "quizás", "sí, pero más barato"])
def test_what_is_more_or_less_than_a_yes_hands_over_nothing(words: str) -> None:
    assert offered().says(words).handed_off == []


def test_the_no_by_its_button_keeps_the_days_for_other_people() -> None:
    guest = offered()
    guest.presses("No, gracias")
    assert guest.state.aside.split is None
    turn = guest.says("¿y para 1 persona?")
    assert turn.quoted[0].stay == STAY
    assert "cambi" not in turn.text


def test_another_wish_goes_on_and_the_old_yes_counts_no_more() -> None:
    guest = offered()
    button = guest.button(BUTTON["es"])
    assert "vie 10 de may" in guest.says("mejor del 10 al 12 de mayo").text
    turn = guest.presses_id(button)
    assert "ya no está vigente" in turn.text
    assert turn.handed_off == []


def test_other_people_are_looked_for_on_the_same_days_and_the_old_yes_counts_no_more() -> None:
    guest = offered()
    button = guest.button(BUTTON["es"])
    turn = guest.waits(minutes=1).says("seremos 3 personas")
    assert AskOffers(stay=STAY, party=Party(adults=3)) in guest.pms.asked
    assert "tampoco hay lugar para todas las noches" in turn.text
    assert guest.presses_id(button).handed_off == []


def test_another_arrival_alone_makes_the_old_yes_count_no_more() -> None:
    guest = offered()
    button = guest.button(BUTTON["es"])
    guest.says("mejor a partir del 10 de mayo")
    assert guest.state.expecting is Expecting.CHECK_OUT
    assert guest.presses_id(button).handed_off == []


def test_another_room_that_could_not_be_asked_for_makes_the_old_yes_count_no_more() -> None:
    guest = offered()
    button = guest.button(BUTTON["es"])
    guest.pms.away = True
    guest.waits(minutes=1).says("mejor la suite")
    assert guest.presses_id(button).handed_off == []


def test_the_yes_by_its_button_ends_what_was_looked_for_in_between() -> None:
    guest = offered()
    button = guest.button(BUTTON["es"])
    guest.says("quiero ver mi reserva")
    assert guest.state.expecting is Expecting.CODE
    assert guest.presses_id(button).handed_off == ["asked"]
    assert guest.state.looking_for is None


def test_a_question_in_between_leaves_it_on_the_table() -> None:
    guest = offered()
    turn = guest.says("¿hay wifi?")
    assert "wifi" in turn.text
    assert "Primero: Habitación doble" in turn.text
    assert guest.says("sí").handed_off == ["asked"]


def test_never_mind_drops_the_wish_too() -> None:
    guest = offered()
    guest.says("olvídalo")
    assert guest.state.aside.split is None
    assert not guest.state.aside.would_change_rooms
    assert guest.says("sí").handed_off == []


def test_a_yes_to_something_else_that_was_asked_since_is_not_one_to_this() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    guest.says("sí")
    code = guest.confirmed().text.split("Código ")[1].split()[0]
    two_parts(guest)
    guest.waits(minutes=1).says("otra habitación " + AT_ONCE)
    assert guest.state.expecting is Expecting.YES_NO
    guest.says(f"cancelar mi reserva {code}")
    turn = guest.says("sí")
    assert turn.cancelled == code
    assert turn.handed_off == []


def test_a_yes_with_more_behind_it_is_asked_again() -> None:
    guest = offered()
    turn = guest.says("sí", "¿hay wifi?")
    assert "prefiero preguntarlo otra vez" in turn.text
    assert turn.handed_off == []
    assert guest.says("sí").handed_off == ["asked"]


def test_after_a_person_gave_the_guest_back_the_old_yes_counts_no_more() -> None:
    guest = offered()
    button = guest.button(BUTTON["es"])
    guest.taken_over()
    guest.given_back()
    assert guest.presses_id(button).handed_off == []


# Prices get old, and the PMS goes away.


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "son de cuando te los mostré"), ("pt", "são de quando mostrei"), ("en", "from when I showed them")],
)
def test_a_late_yes_is_told_from_when_the_prices_are_and_hears_none_again(language: str, words: str) -> None:
    guest = offered(language)
    guest.pms.reprice("double", "99.00")
    turn = guest.waits(minutes=5).says(YES[language])
    assert words in turn.text
    assert "USD" not in turn.text
    assert "USD 340.00 (visto en el PMS el lun 1 de abr a las 12:00)" in for_staff(turn)


def test_a_yes_in_time_needs_no_such_word() -> None:
    assert "mostré" not in offered().waits(seconds=20).says("sí").text


def test_a_yes_much_later_is_looked_up_anew_and_asked_again() -> None:
    guest = offered()
    guest.pms.reprice("double", "99.00")
    turn = guest.waits(minutes=20).says("sí")
    assert turn.handed_off == []
    assert "USD 358.00" in turn.text
    assert "USD 358.00" in for_staff(guest.says("sí"))


def test_a_yes_much_later_may_find_it_gone() -> None:
    guest = offered()
    guest.pms.sell_out()
    turn = guest.waits(minutes=20).says("sí")
    assert turn.handed_off == []
    assert "tampoco hay lugar para todas las noches" in turn.text


def slow(guest: Guest, seconds: float) -> Guest:
    answer = guest.pms.answer

    def slowly(read: Read) -> ReadAnswer:
        found = answer(read)
        guest.waits(seconds=seconds)
        return found

    guest.pms.answer = slowly  # type: ignore[method-assign]  # this PMS is slow
    return guest


def five_nights() -> Guest:
    """Of a PMS that takes ten seconds: the double is free for three of them, the suite but for the first."""
    guest = sold_out_on(Guest(), *may(8), keys=("double",))
    return slow(sold_out_on(guest, *may(5), keys=("suite",)), 10)


def test_a_price_that_got_too_old_on_the_way_is_asked_again() -> None:
    guest = five_nights()
    turn = guest.says("del 5 al 10 de mayo para 2, aunque sea cambiando de habitación")
    assert asked(guest) == [(5, 10), (5, 8), (5, 9), (8, 10), (5, 8)]
    assert "USD 590.00" in turn.text
    assert all(guest.now - offer.fetched_at <= timedelta(seconds=28) for offer in turn.quoted)


def test_a_first_part_that_went_on_the_way_is_looked_for_shorter() -> None:
    guest = five_nights()
    answer = guest.pms.answer

    def answers(read: Read) -> ReadAnswer:
        if asked(guest)[-1:] == [(8, 10)]:
            sold_out_on(guest, *may(7), keys=("double",))
        return answer(read)

    guest.pms.answer = answers  # type: ignore[method-assign]  # somebody else takes a room meanwhile
    turn = guest.says("del 5 al 10 de mayo para 2, aunque sea cambiando de habitación")
    assert [(one.stay.check_in.day, one.stay.check_out.day) for one in turn.quoted] == [(5, 7), (7, 10)]


@pytest.mark.parametrize("seconds", [20, 29])
def test_a_pms_that_is_too_slow_for_it_leaves_it_to_a_person_and_no_old_price_is_said(seconds: int) -> None:
    guest = slow(two_parts(), seconds)
    turn = guest.says(AT_ONCE)
    assert "USD" not in turn.text
    assert turn.handed_off == ["asked"]
    assert len(guest.pms.asked) == 1 + splitting.MOST_QUESTIONS


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pms_that_goes_on_the_way_leaves_it_to_a_person_who_knows_the_days(language: str) -> None:
    guest = two_parts()
    guest.says(ASKED[language])
    answers_otherwise(guest, PmsAway, (5, 7))
    turn = guest.says(WISH[language])
    said = {"es": "ahora no puedo ver si lo hay", "pt": "não consigo ver se há", "en": "I can't see whether there is"}
    assert said[language] in turn.text
    assert turn.handed_off == ["asked"]
    assert "dom 5 de may → mié 8 de may (3 noches), 2 adultos" in for_staff(turn)
    assert guest.timers == {}
    assert guest.says(
        {"es": "del 10 al 12 de mayo", "pt": "de 10 a 12 de maio", "en": "May 10 to May 12"}[language]
    ).quoted


def test_a_part_that_the_pms_does_not_sell_is_not_free() -> None:
    guest = two_parts()
    answers_otherwise(guest, PmsRefused, (5, 7))
    turn = guest.says(AT_ONCE)
    assert [(one.stay.check_in.day, one.stay.check_out.day) for one in turn.quoted] == [(5, 6), (6, 8)]


def test_where_the_pms_is_away_the_wish_waits_for_it() -> None:
    guest = two_parts()
    guest.pms.away = True
    turn = guest.says(AT_ONCE)
    assert "Ahora no puedo consultar el sistema del hotel" in turn.text
    assert turn.handed_off == []
    guest.pms.away = False
    turn = guest.is_woken()
    assert turn.text.startswith("¡Ya pude consultar!")
    assert BUTTON["es"] in turn.titles


def test_where_it_stays_away_staff_read_of_the_wish() -> None:
    guest = two_parts()
    guest.pms.away = True
    guest.says(AT_ONCE)
    turn = guest.waits(hours=30).is_woken()
    assert "(3 noches), aunque sea cambiando de habitación." in for_staff(turn)


# What is booked.


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_change_of_a_reservation_a_person_changes_rooms(language: str) -> None:
    guest = Guest()
    guest.says(EVERYTHING[language])
    guest.says(YES[language])
    guest.confirmed()
    guest.waits(minutes=5).says(
        {"es": "quiero cambiar mi reserva", "pt": "quero mudar minha reserva", "en": "I want to change my booking"}[
            language
        ]
    )
    before = len(guest.pms.asked)
    turn = guest.says(WISH[language])
    assert {"es": BY_TEAM, "pt": "montada pela equipe", "en": "by the hotel's team"}[language] in turn.text
    assert turn.handed_off == ["asked"]
    assert "DEMO-AK7001" in for_staff(turn)
    assert guest.state.draft.replaces is not None
    assert len(guest.pms.asked) == before


def test_who_has_booked_and_wants_nothing_more_means_what_is_booked() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    guest.says("sí")
    guest.confirmed()
    turn = guest.says("¿podemos dividir la estadía?")
    assert turn.handed_off == ["asked"]
    assert BY_TEAM in turn.text


def test_a_wish_for_one_more_stay_is_none_for_the_change_of_another() -> None:
    guest = Guest()
    guest.says(EVERYTHING["es"])
    guest.says("sí")
    guest.confirmed()
    sold_out_on(guest, *may(14), keys=("double",))
    sold_out_on(guest, *may(12), keys=("suite",))
    guest.waits(minutes=5).says("otra habitación del 12 al 15 de mayo para 2, aunque sea cambiando de habitación")
    assert guest.state.aside.split is not None
    before = len(guest.pms.asked)
    guest.waits(minutes=1).says("quiero cambiar mi reserva al 12 de mayo")
    assert (12, 15) in asked(guest)[before:]
    assert all(last - first == 3 for first, last in asked(guest)[before:])
    assert guest.state.aside.split is None
