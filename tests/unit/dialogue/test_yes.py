"""Only a bare, explicit yes to a summary that still stands books."""

from dataclasses import replace

import pytest

from agente_hotelero.dialogue import policy
from agente_hotelero.dialogue.effects import AskOffers
from agente_hotelero.dialogue.reading import Expecting, Intent
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.model.events import ChoiceReceived, SagaOutcome, TextReceived
from agente_hotelero.model.money import Money
from tests.support.dialogue_guest import Guest

EVERYTHING = "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com"


def at_the_summary() -> Guest:
    guest = Guest()
    guest.says(EVERYTHING)
    return guest


@pytest.mark.parametrize("more", ["gracias", "pero somos 3", "¿hay wifi?", "no", "👍"])
def test_a_yes_followed_by_anything_in_the_same_turn_is_not_a_yes(more: str) -> None:
    guest = at_the_summary()
    turn = guest.says("sí", more)
    if more == "👍":
        # Yes, and then yes again: the second one is bare, explicit, and the last word.
        assert turn.booked is not None
        return
    assert turn.booked is None
    assert "prefiero preguntarlo otra vez" in turn.text
    assert turn.asks("summary")


def test_a_pressed_yes_followed_by_words_in_the_same_turn_is_not_a_yes() -> None:
    guest = at_the_summary()
    press = ChoiceReceived(option_id=guest.button("Sí, reservar"), title="Sí, reservar")
    assert guest.turn(press, TextReceived(text="esperen")).booked is None


def test_after_a_yes_that_was_none_a_yes_alone_books() -> None:
    guest = at_the_summary()
    guest.says("sí", "gracias")
    assert guest.says("sí").booked is not None


def test_a_yes_that_ends_its_turn_counts_whatever_came_before() -> None:
    guest = Guest()
    assert guest.says(EVERYTHING, "sí").booked is not None


@pytest.mark.parametrize("words", ["sí", "yes", "sim", "dale", "1", "👍", "confirmo"])
def test_a_yes_to_nothing_books_nothing(words: str) -> None:
    guest = Guest()
    turn = guest.says(words)
    assert turn.booked is None
    assert turn.replies


@pytest.mark.parametrize("words", ["sí", "👍", "confirmo", "1"])
def test_a_yes_before_the_summary_books_nothing(words: str) -> None:
    guest = Guest()
    for message in (
        "¿Tienen habitación?",
        words,
        "del 5 al 8 de mayo para 2",
        words,
        "la doble",
        words,
        "Ana Ruiz",
        words,
    ):
        assert guest.says(message).booked is None


@pytest.mark.parametrize(
    "words",
    [
        "sí, pero con desayuno",
        "sí, la suite",
        "sí, cambiar algo",
        "ok, cambiar",
        "sí si hay wifi",
        "no sé",
        "sí, mañana te digo",
        "sí, ana@y.com",
        "no, la primera",
    ],
)
def test_a_yes_that_says_more_books_nothing(words: str) -> None:
    guest = at_the_summary()
    turn = guest.says(words)
    assert turn.booked is None
    assert turn.replies


def test_the_price_is_asked_again_when_the_yes_comes_late() -> None:
    guest = at_the_summary()
    turn = guest.waits(minutes=10).says("sí")
    [first, again] = guest.pms.asked
    assert (
        (first.fresh, again.fresh) == (False, True)
        if isinstance(first, AskOffers) and isinstance(again, AskOffers)
        else False
    )
    assert turn.booked is not None


@pytest.mark.parametrize(("seconds", "asked"), [(20, 1), (28, 1), (29, 2)])
def test_a_quick_yes_is_not_asked_again_and_one_near_the_limit_is(seconds: int, asked: int) -> None:
    guest = at_the_summary()
    assert guest.waits(seconds=seconds).says("sí").booked is not None
    assert len(guest.pms.asked) == asked


def test_the_old_yes_does_not_book_what_was_changed_while_the_pms_was_away() -> None:
    guest = at_the_summary()
    yes = guest.button("Sí, reservar")
    guest.pms.away = True
    guest.waits(minutes=1).says("luis@y.com")
    guest.pms.away = False
    turn = guest.presses_id(yes)
    assert turn.booked is None
    assert "luis@y.com" in turn.text


@pytest.mark.parametrize("price", ["95.00", "85.00"])
def test_a_price_that_changed_between_summary_and_yes_is_summed_up_anew(price: str) -> None:
    guest = at_the_summary()
    guest.pms.reprice("double", price)
    turn = guest.waits(minutes=10).says("sí")
    assert turn.booked is None
    assert "El precio cambió" in turn.text
    total = Money.of(3 * int(price[:2]), "USD")
    assert [offer.total for offer in turn.quoted] == [total]
    booked = guest.says("sí").booked
    assert booked is not None
    assert booked.total == total


def test_the_button_of_a_summary_whose_price_changed_books_nothing() -> None:
    guest = at_the_summary()
    stale = guest.button("Sí, reservar")
    guest.pms.reprice("double", "95.00")
    guest.waits(minutes=10).presses_id(stale)
    turn = guest.presses_id(stale)
    assert turn.booked is None
    assert "ya no está vigente" in turn.text
    assert "USD 285.00" in turn.text


def test_the_button_of_a_summary_for_other_dates_books_nothing() -> None:
    guest = at_the_summary()
    stale = guest.button("Sí, reservar")
    guest.says("del 6 al 9 de mayo")
    turn = guest.presses_id(stale)
    assert turn.booked is None
    assert "ya no está vigente" in turn.text
    assert "lun 6 de may" in turn.text


def test_old_offers_cannot_be_chosen_after_new_ones() -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 2")
    stale = guest.button("Suite")
    guest.says("mejor del 6 al 9 de mayo")
    turn = guest.presses_id(stale)
    assert turn.text == "Esa opción ya no está vigente.\n\n¿Cuál prefieres?"
    assert guest.state.draft.chosen is None


def test_the_yes_of_a_summary_left_for_another_choice_books_nothing() -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 2")
    guest.says("la doble")
    guest.says("Ana Ruiz")
    guest.says("ana@x.com")
    stale = guest.button("Sí, reservar")
    guest.says("mejor la suite")
    assert guest.presses_id(stale).booked is None


def test_a_no_makes_the_old_yes_invalid() -> None:
    guest = at_the_summary()
    stale = guest.button("Sí, reservar")
    guest.presses("No, cambiar algo")
    turn = guest.presses_id(stale)
    assert turn.booked is None
    assert turn.asks("what_to_change")


def test_a_second_press_while_it_is_being_confirmed_books_once() -> None:
    guest = at_the_summary()
    yes = guest.button("Sí, reservar")
    assert guest.presses_id(yes).booked is not None
    again = guest.presses_id(yes)
    assert again.booked is None
    assert "Sigo confirmando" in again.text


def test_two_presses_in_one_turn_book_once() -> None:
    guest = at_the_summary()
    press = ChoiceReceived(option_id=guest.button("Sí, reservar"), title="Sí, reservar")
    assert guest.turn(press, press).booked is not None


def test_a_second_press_after_the_confirmation_says_that_it_is_done() -> None:
    guest = at_the_summary()
    yes = guest.button("Sí, reservar")
    guest.presses_id(yes)
    guest.confirmed()
    again = guest.presses_id(yes)
    assert again.booked is None
    assert again.text == "Esa reserva ya está hecha; el código es DEMO-AK7001."


def test_a_second_press_after_a_refusal_does_not_say_that_it_is_done() -> None:
    guest = at_the_summary()
    yes = guest.button("Sí, reservar")
    guest.presses_id(yes)
    guest.pms.sell_out("double")
    guest.waits(minutes=1).hears(SagaOutcome.REFUSED)
    again = guest.presses_id(yes)
    assert again.booked is None
    assert "ya no está vigente" in again.text


def test_a_button_out_of_nowhere_is_an_old_one() -> None:
    assert Guest().presses_id("yes:offer:double").text == "Esa opción ya no está vigente."


@pytest.mark.parametrize("option", ["part:dates", "day:2030-05-05", "no:cancel:DEMO-1", "x"])
def test_options_of_another_question_are_old_ones(option: str) -> None:
    guest = at_the_summary()
    turn = guest.presses_id(option)
    assert turn.booked is None
    assert "ya no está vigente" in turn.text
    assert turn.asks("summary")


def test_an_option_of_the_menu_that_is_none_is_an_old_one() -> None:
    guest = at_the_summary()
    guest.says("no")
    assert "ya no está vigente" in guest.presses_id("part:everything").text


def test_an_offer_may_be_pressed_from_the_summary_too() -> None:
    guest = Guest()
    guest.says("una habitación del 5 al 8 de mayo para 2")
    suite = guest.button("Suite")
    guest.says("la doble")
    guest.says("Ana Ruiz")
    guest.says("ana@x.com")
    assert "USD 480.00" in guest.presses_id(suite).text


def test_a_yes_without_its_summary_gets_the_summary() -> None:
    guest = at_the_summary()
    guest.state = replace(guest.state, draft=replace(guest.state.draft, summarised=False))
    turn = guest.says("sí")
    assert turn.booked is None
    assert turn.asks("summary")


def test_a_yes_is_read_in_the_light_of_the_question() -> None:
    guest = at_the_summary()
    context = policy.context_for(guest.state, guest.hotel, guest.now.date())
    assert context.expecting is Expecting.YES_NO
    assert Intent.AFFIRM in understand("sí", context).intents
