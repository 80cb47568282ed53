"""Nothing is free: what the PMS has on the days around it, and how the guest takes that."""

from datetime import date

import pytest

from agente_hotelero.dialogue.effects import AskOffers, PmsAway, PmsRefused, Read, ReadAnswer
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.model.stays import Party
from tests.support.dialogue_guest import STAY, Guest, sold_out_on

ASKED = {
    "es": "¿Tienen una habitación del 5 al 8 de mayo para 2 personas?",
    "pt": "Bom dia, tem quarto de 5 a 8 de maio para 2 pessoas?",
    "en": "Do you have a room from May 5 to May 8 for 2 people?",
}


def full_on_the_fifth() -> Guest:
    return sold_out_on(Guest(), date(2030, 5, 5))


def asked(guest: Guest) -> list[int]:
    """The day in May of each arrival that the PMS was asked for."""
    return [read.stay.check_in.day for read in guest.pms.asked if isinstance(read, AskOffers)]


@pytest.mark.parametrize(
    ("language", "words", "title", "price"),
    [
        ("es", "No queda lugar para dom 5 de may", "lun 6 de may", "Doble · USD 270.00"),
        ("pt", "Não há vaga para dom, 5 de mai", "seg, 6 de mai", "Quarto duplo · USD 270,00"),
        ("en", "There is nothing left for Sun, May 5", "Mon, May 6", "Double room · USD 270.00"),
    ],
)
def test_who_finds_nothing_free_is_shown_the_nearest_days_that_are(
    language: str, words: str, title: str, price: str
) -> None:
    turn = full_on_the_fifth().says(ASKED[language])
    assert words in turn.text
    assert turn.titles[0] == title
    assert price.lower() in turn.text.lower().replace("habitación doble", "doble")
    assert turn.facts == {"pms:offers"}


def test_the_nearest_days_are_asked_first_and_no_more_than_needed() -> None:
    guest = full_on_the_fifth()
    turn = guest.says(ASKED["es"])
    assert asked(guest) == [5, 6, 4, 7]
    assert turn.titles == ["lun 6 de may", "mar 7 de may"]


def test_what_is_shown_is_what_the_pms_said_and_is_recorded() -> None:
    guest = full_on_the_fifth()
    turn = guest.says(ASKED["es"])
    assert [(offer.stay.check_in.day, offer.stay.nights) for offer in turn.quoted] == [(6, 3), (7, 3)]
    assert all(offer in guest.pms.said for offer in turn.quoted)


@pytest.mark.parametrize("answer", ["!press", "1", "la primera", "lun 6 de may", "el 6 de mayo"])
def test_a_day_that_is_taken_brings_its_offers_for_the_same_nights(answer: str) -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    turn = guest.presses("lun 6 de may") if answer == "!press" else guest.says(answer)
    assert "lun 6 de may → jue 9 de may (3 noches), 2 adultos" in turn.text
    assert turn.titles == ["Habitación doble", "Suite"]


def test_a_day_that_went_meanwhile_is_looked_up_anew_and_never_shown_from_memory() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    guest.pms.sell_out()
    turn = guest.waits(minutes=1).presses("lun 6 de may")
    assert turn.quoted == []
    assert "No queda lugar para lun 6 de may" in turn.text


def test_the_only_day_is_taken_by_a_yes() -> None:
    guest = sold_out_on(Guest(), *(date(2030, 5, day) for day in (2, 3, 4, 5, 7, 8)))
    guest.says("¿Tienen una habitación el 5 de mayo por una noche para 2?")
    assert guest.last.titles == ["lun 6 de may"]
    assert "lun 6 de may → mar 7 de may" in guest.says("sí").text


def test_a_yes_to_several_days_asks_which() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    assert guest.says("sí").asks("which")


def test_a_question_in_between_leaves_the_days_on_the_table() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    assert guest.says("¿hay wifi?").asks("which")
    assert "lun 6 de may" in guest.says("la primera").text


def test_none_of_these_days_asks_for_others() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    assert "¿Qué día llegas" in guest.says("no").text
    assert "vie 10 de may" in guest.says("del 10 al 12 de mayo").text


def test_other_days_said_instead_are_simply_taken() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    assert "sáb 11 de may (1 noche)" in guest.says("mejor del 10 al 11 de mayo").text


def test_the_wanted_type_is_what_is_shown_where_it_is_free() -> None:
    guest = full_on_the_fifth()
    turn = guest.says("una suite del 5 al 8 de mayo para 2")
    assert {offer.room_type.key for offer in turn.quoted} == {"suite"}


def test_another_type_on_the_wanted_days_comes_before_other_days() -> None:
    guest = sold_out_on(Guest(), date(2030, 5, 5), keys=("double",))
    turn = guest.says("una doble del 5 al 8 de mayo para 2")
    assert "no hay habitación doble" in turn.text
    assert asked(guest) == [5]


def test_nothing_around_it_either_asks_for_other_dates() -> None:
    guest = Guest()
    guest.pms.sell_out()
    turn = guest.says(ASKED["es"])
    assert asked(guest) == [5, 6, 4, 7, 3, 8, 2]
    assert "¿Quieres probar otras fechas?" in turn.text
    assert guest.state.expecting is Expecting.DATES


def test_days_that_have_passed_are_not_looked_for() -> None:
    guest = Guest()
    guest.pms.sell_out()
    guest.says("¿Tienen una habitación hoy, una noche, para 2?")
    assert [read.stay.check_in.day for read in guest.pms.asked if isinstance(read, AskOffers)] == [1, 2, 3, 4]


@pytest.mark.parametrize("kind", [PmsAway, PmsRefused])
def test_a_pms_that_goes_or_refuses_on_the_way_spoils_nothing(kind: type[PmsAway | PmsRefused]) -> None:
    guest = full_on_the_fifth()
    answer = guest.pms.answer

    def answers(read: Read) -> ReadAnswer:
        gone = isinstance(read, AskOffers) and read.stay.check_in.day == 4
        return kind(asked=read) if gone else answer(read)

    guest.pms.answer = answers  # type: ignore[method-assign]  # this PMS goes away
    turn = guest.says(ASKED["es"])
    assert turn.titles[0] == "lun 6 de may"
    assert "no puedo consultar" not in turn.text


def test_what_is_too_old_by_the_time_it_could_be_shown_is_not_shown() -> None:
    guest = full_on_the_fifth()
    answer = guest.pms.answer

    def slow(read: Read) -> ReadAnswer:
        found = answer(read)
        guest.waits(seconds=11)
        return found

    guest.pms.answer = slow  # type: ignore[method-assign]  # this PMS is slow
    turn = guest.says(ASKED["es"])
    assert [offer.stay.check_in.day for offer in turn.quoted] == [7]


@pytest.mark.parametrize(
    ("language", "words", "price"),
    [
        ("es", "¿y para 1 persona?", "USD 180.00"),
        ("pt", "e para 1 pessoa?", "USD 180,00"),
        ("en", "and for 1 person?", "USD 180.00"),
    ],
)
def test_who_asks_for_fewer_people_after_it_was_sold_out_means_the_same_days(
    language: str, words: str, price: str
) -> None:
    guest = sold_out_on(Guest(), *(date(2030, 5, day) for day in range(1, 15)), keys=("double", "suite"))
    guest.says(ASKED[language])
    assert guest.state.expecting is Expecting.DATES
    turn = guest.says(words)
    assert price in turn.text
    assert turn.quoted[0].stay == STAY


@pytest.mark.parametrize(
    ("language", "words"), [("es", "¿y la suite?"), ("pt", "e a suíte?"), ("en", "and the suite?")]
)
def test_another_room_after_it_was_sold_out_is_looked_for_around_the_same_days(language: str, words: str) -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED[language])
    turn = guest.waits(minutes=1).says(words)
    assert asked(guest)[-4:] == [5, 6, 4, 7]
    assert {offer.room_type.key for offer in turn.quoted} == {"suite"}
    assert guest.state.expecting is Expecting.OPTION


def test_other_people_with_other_days_are_asked_for_those() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    guest.says("¿y para 1 persona del 10 al 12 de mayo?")
    assert asked(guest)[-1] == 10


def test_days_that_are_not_wanted_any_more_do_not_come_back() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    guest.says("no")
    assert guest.says("seremos 3 personas").asks("ask_dates")


def test_days_that_were_sold_out_and_have_passed_are_asked_for_anew() -> None:
    guest = full_on_the_fifth()
    guest.says(ASKED["es"])
    guest.waits(days=40)
    assert "¿Qué día llegas" in guest.says("¿y para 1 persona?").text


# More people than a room holds.


@pytest.mark.parametrize(
    ("words", "party", "total"),
    [
        (
            "una doble del 5 al 8 de mayo para 5 personas, a nombre de Ana Ruiz ana@x.com",
            "5 adultos en 3 habitaciones",
            "USD 810.00",
        ),
        (
            "um quarto duplo de 5 a 8 de maio para 5 pessoas, em nome de Ana Ruiz, ana@x.com",
            "5 adultos em 3 quartos",
            "USD 810,00",
        ),
        (
            "a double room from May 5 to May 8 for 5 people, my name is Ana Ruiz, ana@x.com",
            "5 adults in 3 rooms",
            "USD 810.00",
        ),
    ],
)
def test_more_guests_than_a_room_holds_get_as_many_rooms_as_they_need(words: str, party: str, total: str) -> None:
    guest = Guest()
    summary = guest.says(words)
    assert party in summary.text
    assert total in summary.text
    booked = guest.says("1").booked
    assert booked is not None
    assert (booked.room_type_key, booked.party) == ("double", Party(adults=5, rooms=3))
    assert str(booked.total.amount) == "810.00"
    assert party in guest.confirmed().text


def test_where_two_of_the_largest_are_not_there_three_smaller_ones_are_looked_for() -> None:
    guest = Guest()
    turn = guest.says("¿Tienen lugar del 5 al 8 de mayo para 6 personas?")
    rooms = [read.party.rooms for read in guest.pms.asked if isinstance(read, AskOffers)]
    assert rooms == [2, 3]
    assert turn.titles == ["Habitación doble"]


def test_where_several_rooms_are_not_there_either_a_person_can_be_had() -> None:
    turn = Guest().says("¿Tienen lugar del 5 al 8 de mayo para 12 personas?")
    assert "12 adultos en 3 habitaciones" in turn.text
    assert "+54 11 5555 0100" in turn.text


@pytest.mark.parametrize("words", ["dos habitaciones", "2 quartos", "two rooms"])
def test_as_many_rooms_as_are_asked_for_are_offered(words: str) -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 2")
    guest.says(words)
    assert guest.pms.asked[-1] == AskOffers(stay=STAY, party=Party(adults=2, rooms=2))
    assert [offer.total.amount for offer in guest.last.quoted][-1:] == [540]


def test_one_room_after_all_is_one_room() -> None:
    guest = Guest()
    guest.says("2 habitaciones dobles del 5 al 8 de mayo para 2 personas")
    guest.says("mejor una sola habitación")
    assert guest.pms.asked[-1] == AskOffers(stay=STAY, party=Party(adults=2))


@pytest.mark.parametrize("words", ["2 habitaciones para 1 persona", "3 habitaciones para 2 adultos y 2 niños"])
def test_no_room_is_without_an_adult(words: str) -> None:
    turn = Guest().says(f"{words} del 5 al 8 de mayo")
    assert "tiene que haber un adulto" in turn.text
    assert "+54 11 5555 0100" in turn.text
    assert turn.quoted == []


@pytest.mark.parametrize(
    ("wish", "again"),
    [
        ("2 habitaciones del 5 al 8 de mayo para 1 adulto y 3 niños", "2 adultos y 2 niños"),
        ("2 quartos de 5 a 8 de maio para 1 adulto e 3 crianças", "2 adultos e 2 crianças"),
        ("2 rooms from May 5 to May 8 for 1 adult and 3 children", "2 adults and 2 children"),
    ],
)
def test_who_counts_again_keeps_the_rooms_that_were_said(wish: str, again: str) -> None:
    guest = Guest()
    guest.says(wish)
    guest.says(again)
    assert guest.pms.asked == [AskOffers(stay=STAY, party=Party(adults=2, children=2, rooms=2))]


def test_who_counts_again_may_want_one_room_after_all() -> None:
    guest = Guest()
    guest.says("2 habitaciones del 5 al 8 de mayo para 1 adulto y 3 niños")
    guest.says("1 adulto y 3 niños en una sola habitación")
    assert guest.pms.asked == [AskOffers(stay=STAY, party=Party(adults=1, children=3))]


def test_more_rooms_than_the_agent_books_are_a_persons() -> None:
    turn = Guest().says("5 habitaciones del 5 al 8 de mayo para 10 personas")
    assert "hasta 3 habitaciones" in turn.text
    assert "+54 11 5555 0100" in turn.text


def test_a_price_of_several_rooms_that_changed_is_summed_up_anew() -> None:
    guest = Guest()
    guest.says("una doble del 5 al 8 de mayo para 5 personas, a nombre de Ana Ruiz ana@x.com")
    guest.pms.reprice("double", "100.00")
    turn = guest.waits(minutes=1).says("sí")
    assert turn.booked is None
    assert "El precio cambió" in turn.text
    assert "USD 900.00" in turn.text
    booked = guest.says("sí").booked
    assert booked is not None
    assert (booked.party.rooms, str(booked.total.amount)) == (3, "900.00")


def test_the_button_of_two_rooms_does_not_book_three() -> None:
    guest = Guest()
    guest.says("2 habitaciones dobles del 5 al 8 de mayo para 4 personas, a nombre de Ana Ruiz ana@x.com")
    stale = guest.button("Sí, reservar")
    # Three rooms now cost what two did.
    guest.pms.reprice("double", "60.00")
    assert "USD 540.00" in guest.says("mejor 3 habitaciones").text
    assert guest.presses_id(stale).booked is None


def test_the_rooms_can_be_changed_with_the_people() -> None:
    guest = Guest()
    guest.says("2 habitaciones dobles del 5 al 8 de mayo para 4 personas, a nombre de Ana Ruiz ana@x.com")
    guest.says("no")
    guest.says("las personas")
    guest.says("2")
    assert guest.pms.asked[-1] == AskOffers(stay=STAY, party=Party(adults=2))
