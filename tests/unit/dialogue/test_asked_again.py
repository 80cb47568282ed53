"""What is asked twice is asked in other words the second time, and in the first words the third, however a hotel speaks."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import Final

import pytest

from agente_hotelero.dialogue import repeating
from agente_hotelero.dialogue.reading import DateReading, DateTrouble, Expecting, Intent, Reading
from agente_hotelero.dialogue.state import NO_ASIDE, State
from agente_hotelero.dialogue.texts.again import AGAIN
from agente_hotelero.dialogue.texts.phrases import COLUMN, OTHERWISE, OTHERWISE_AGAIN, PHRASES
from agente_hotelero.model.events import ContactsReceived
from agente_hotelero.model.reminders import Reminder, Reminders
from agente_hotelero.model.speech import Unheard
from agente_hotelero.model.tone import Register, Tone
from tests.support.dialogue_guest import EVERYTHING, YES, Guest, Turn, a_reservation, demo_hotel, questions, sold_out_on

TONES: Final = {
    Register.TU: ("es", Tone()),
    Register.VOS: ("es", Tone(es=Register.VOS)),
    Register.USTED: ("es", Tone(es=Register.USTED)),
    Register.BRAZIL: ("pt", Tone()),
    Register.PORTUGAL: ("pt", Tone(pt=Register.PORTUGAL)),
    Register.ENGLISH: ("en", Tone()),
}
CODE: Final = "DEMO-7F3KMQ"
OTHER: Final = "DEMO-9GHJKM"
SAYS: Final = {
    "hello": ("hola", "olá", "hello"),
    "thanks": ("gracias", "obrigado", "thank you"),
    "wifi": ("¿hay wifi?", "tem wi-fi no hotel?", "is there wifi?"),
    "nonsense": ("asdf qwer", "asdf qwer", "asdf qwer"),
    "no": ("no", "não", "no"),
    "book": ("quiero reservar", "quero reservar", "I want to book"),
    "arrives": ("llegamos el 5 de mayo", "chegamos no dia 5 de maio", "we arrive on May 5"),
    "in may": ("quiero reservar en mayo", "quero reservar em maio", "I want to book in May"),
    "days": ("una doble del 5 al 8 de mayo", "um quarto duplo de 5 a 8 de maio", "a double from May 5 to May 8"),
    "room": (
        "¿Tienen una habitación del 5 al 8 de mayo para 2 personas?",
        "Bom dia, tem quarto de 5 a 8 de maio para 2 pessoas?",
        "Do you have a room from May 5 to May 8 for 2 people?",
    ),
    "double": (
        "una doble del 5 al 8 de mayo para 2", "um quarto duplo de 5 a 8 de maio para 2", "a double from May 5 to May 8 for 2"
    ),
    "three months": (
        "una doble del 5 de mayo al 20 de agosto para 2", "um quarto duplo de 5 de maio a 20 de agosto para 2",
        "a double from May 5 to August 20 for 2",
    ),
    "past": ("del 5 al 8 de marzo de 2030", "de 5 a 8 de março de 2030", "from March 5 to March 8, 2030"),
    "reversed": ("del 8 al 5 de mayo", "de 8 a 5 de maio", "from May 8 to May 5"),
    "impossible": ("el 31 de abril", "31 de abril", "April 31"),
    "person": ("quiero hablar con una persona", "quero falar com uma pessoa", "I want to talk to a person"),
    "thirty": ("somos 30 personas", "somos 30 pessoas", "we are 30 people"),
    "three rooms": ("2 habitaciones para 1 adulto", "2 quartos para 1 adulto", "2 rooms for 1 adult"),
    "changing rooms": ("aunque sea cambiando de habitación", "mesmo trocando de quarto", "even changing rooms"),
    "cancel": ("quiero cancelar mi reserva", "quero cancelar minha reserva", "cancel my booking"),
    "late": ("quiero salir más tarde", "posso sair mais tarde?", "late checkout please"),
    "change": ("quiero cambiar mi reserva", "quero mudar minha reserva", "I want to change my booking"),
    "to the 10th": ("del 10 al 14 de mayo", "de 10 a 14 de maio", "from May 10 to May 14"),
    "as it is": ("del 5 al 8 de mayo", "de 5 a 8 de maio", "from May 5 to May 8"),
    "eleven": ("a las 11", "às 11", "at 11"),
}  # fmt: skip
"""In Spanish, Portuguese and English, which every hotel understands alike."""


class Scene:
    """One conversation of a hotel that speaks in a register."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.language, tone = TONES[register]
        self.guest = Guest(hotel=replace(demo_hotel(), tone=tone, person_reachable=True))
        self.turns: list[Turn] = []

    def says(self, *names: str) -> None:
        column = ("es", "pt", "en").index(self.language)
        for name in names:
            self.turns.append(self.guest.says(SAYS[name][column] if name in SAYS else name))

    def does(self, *turns: Turn) -> None:
        self.turns += turns

    def books(self) -> None:
        self.guest.says(EVERYTHING[self.language])
        self.guest.says(YES[self.language])
        self.guest.confirmed()
        self.guest.waits(minutes=5)

    def wordings(self, key: str) -> list[int]:
        """Which wording of a phrase each turn had, of those that had one."""
        texts = [wording(key, self.register, again=again) for again in (False, True)]
        found = [[n for n, text in enumerate(texts, 1) if text.search(turn.text)] for turn in self.turns]
        return [n for ns in found for n in ns]


def wording(key: str, register: Register, *, again: bool) -> re.Pattern[str]:
    parts = re.split(r"\{\w+\}", text_of(key, register, again=again))
    return re.compile(".*?".join(map(re.escape, parts)), re.DOTALL)


def text_of(key: str, register: Register, *, again: bool) -> str:
    texts, otherwise = (AGAIN, OTHERWISE_AGAIN) if again else (PHRASES, OTHERWISE)
    return otherwise.get(register, {}).get(key) or texts[key][COLUMN[register]]


def _says(*names: str) -> Callable[[Scene], None]:
    return lambda scene: scene.says(*names)


def _booked_and(*names: str) -> Callable[[Scene], None]:
    def play(scene: Scene) -> None:
        scene.books()
        scene.says(*names)

    return play


def _at_the_summary(scene: Scene) -> None:
    scene.says(EVERYTHING[scene.language], "wifi", "wifi")


def _part_to_change(scene: Scene) -> None:
    scene.says(EVERYTHING[scene.language], "no", "wifi", "wifi")


def _dates_of_either_month(scene: Scene) -> None:
    days = (date(2030, 5, 6), date(2030, 6, 5))
    dates = DateReading(trouble=DateTrouble.AMBIGUOUS, alternatives=days)
    scene.says("hello")
    scene.guest.understand = lambda _text, _context: Reading(dates=dates)
    scene.says("5/6", "5/6")


def _gone(scene: Scene) -> None:
    scene.guest.pms.sell_out("double")
    scene.says("double", "double")


def _nearby(scene: Scene) -> None:
    sold_out_on(scene.guest, date(2030, 5, 5))
    scene.says("room", "room", "room")


def _sold_out(scene: Scene) -> None:
    scene.guest.pms.sell_out()
    scene.says("room", "room", "room")


def _split(scene: Scene) -> None:
    sold_out_on(scene.guest, date(2030, 5, 7), keys=("double",))
    sold_out_on(scene.guest, date(2030, 5, 5), keys=("suite",))
    scene.says("room", "changing rooms", "wifi", "wifi")


def _of_somebody(scene: Scene) -> None:
    scene.guest.pms.reservations.append(a_reservation(CODE, booker="Luis Soto", email="luis@y.com", phone=None))


def _surname(scene: Scene) -> None:
    _of_somebody(scene)
    scene.says("cancel", CODE, "wifi", "wifi")


def _code_alone(scene: Scene) -> None:
    scene.says("cancel", "Soto", "wifi", "wifi")


def _surname_or_code(scene: Scene) -> None:
    scene.guest.ways = ("email",)
    _surname(scene)


def _one_time_code(scene: Scene) -> None:
    scene.guest.ways = ("email",)
    _of_somebody(scene)
    scene.says("cancel", CODE, "no", "wifi", "wifi", "wifi")


def _not_found(scene: Scene) -> None:
    scene.says("cancel", f"{OTHER} Pérez", f"{OTHER} Gómez", f"{OTHER} Pérez")


def _address(scene: Scene) -> None:
    scene.guest.phone = "5491155550777"
    scene.says("cancel", "no", "wifi", "wifi")


def _which_own(scene: Scene) -> None:
    scene.books()
    scene.books()
    scene.says("cancel", "wifi", "wifi")


def _new_dates(scene: Scene) -> None:
    scene.books()
    scene.says("change", "wifi", "wifi")


def _same_dates(scene: Scene) -> None:
    scene.books()
    scene.says("change", "as it is", "as it is")


def _change(scene: Scene) -> None:
    scene.books()
    scene.says("change", "to the 10th", "wifi", "wifi")


def _heard(scene: Scene) -> None:
    scene.does(scene.guest.speaks(EVERYTHING[scene.language]))
    scene.says("wifi", "wifi")


def _which_half(scene: Scene) -> None:
    scene.guest.hotel = replace(scene.guest.hotel, reminders=Reminders(at={Reminder.ARRIVAL_TIME: time(10)}))
    scene.books()
    while not scene.guest.is_reminded().replies:
        pass
    scene.says("eleven", "eleven")


def _neither(scene: Scene) -> None:
    scene.says("hello")
    scene.guest.understand = lambda _text, _context: Reading(perhaps=(Intent.POOL, Intent.PETS))
    scene.says("nonsense")
    scene.does(scene.guest.presses_id("means:neither"), scene.guest.presses_id("means:neither"))


def _phone(*names: str) -> Callable[[Scene], None]:
    def play(scene: Scene) -> None:
        scene.guest.asks_phone = True
        scene.says(EVERYTHING[scene.language], *names)

    return play


def _at_night(*names: str) -> Callable[[Scene], None]:
    def play(scene: Scene) -> None:
        scene.guest.waits(hours=13)
        scene.says(*names)

    return play


def _unread(scene: Scene) -> None:
    scene.says("hello")
    scene.does(scene.guest.sends("unsupported"), scene.guest.sends("unsupported"))


def _cards(scene: Scene) -> None:
    scene.says("hello")
    scene.does(scene.guest.turn(ContactsReceived()), scene.guest.turn(ContactsReceived()))


def _unheard(why: Unheard) -> Callable[[Scene], None]:
    def play(scene: Scene) -> None:
        scene.says("hello")
        scene.does(scene.guest.speaks(why), scene.guest.waits(minutes=1).speaks(why))

    return play


SCENES: Final[dict[str, Callable[[Scene], None]]] = {
    "hello_again": _says("hello", "hello", "hello", "hello"),
    "ask_dates": _says("book", "wifi", "wifi"),
    "ask_days": _says("in may", "wifi", "wifi"),
    "ask_check_out": _says("arrives", "wifi", "wifi"),
    "ask_people": _says("days", "wifi", "wifi"),
    "ask_name": _says("double", "1", "wifi", "wifi"),
    "ask_email": _says("double", "1", "Ana Ruiz", "wifi", "wifi"),
    "bad_email": _says("double", "1", "Ana Ruiz", "nonsense", "nonsense"),
    "bad_name": _says("double", "1", "no", "no"),
    "dates_past": _says("past", "past", "past"),
    "dates_reversed": _says("reversed", "reversed", "reversed"),
    "dates_impossible": _says("impossible", "impossible", "impossible"),
    "dates_ambiguous": _dates_of_either_month,
    "offers": _says("room", "room", "room"),
    "offers_other": _gone,
    "which": _says("room", "wifi", "wifi", "wifi"),
    "nearby": _nearby,
    "offer": _says("double", "to the 10th", "as it is"),
    "suits": _says("double", "wifi", "wifi"),
    "sold_out": _sold_out,
    "stay_refused": _says("three months", "three months", "three months"),
    "too_many": _says("days", "thirty", "thirty"),
    "rooms_and_people": _says("days", "three rooms", "three rooms"),
    "summary": _at_the_summary,
    "what_to_change": _part_to_change,
    "ask_code": _says("cancel", "wifi", "wifi"),
    "ask_surname": _surname,
    "ask_surname_or_code": _surname_or_code,
    "ask_code_only": _code_alone,
    "which_own": _which_own,
    "not_found": _not_found,
    "ask_one_time_code": _one_time_code,
    "cancel_summary": _booked_and("cancel", "wifi", "wifi"),
    "ask_address": _address,
    "ask_new_dates": _new_dates,
    "change_same": _same_dates,
    "change_summary": _change,
    "split": _split,
    "late_summary": _booked_and("late", "wifi", "wifi"),
    "heard": _heard,
    "arrival_which_half": _which_half,
    "anything_else": _says("thanks", "thanks", "thanks"),
    "tell_me_more": _neither,
    "ask_phone": _phone("wifi", "wifi"),
    "bad_phone": _phone("nonsense", "nonsense"),
    "not_understood": _says("hello", "nonsense", "nonsense"),
    "cant_read": _unread,
    "no_cards": _cards,
    "person_now": _says("person", "person"),
    "person_later": _at_night("person", "person"),
    "voice_off": _unheard(Unheard.OFF),
    "voice_not_now": _unheard(Unheard.BUSY),
    "voice_too_long": _unheard(Unheard.TOO_LONG),
    "voice_unclear": _unheard(Unheard.UNCLEAR),
}


def test_every_second_wording_has_its_scene() -> None:
    assert set(SCENES) == set(AGAIN)


@pytest.mark.parametrize("register", Register)
def test_what_is_asked_twice_is_asked_in_other_words(register: Register) -> None:
    wrong: dict[str, object] = {}
    for key, play in SCENES.items():
        scene = Scene(register)
        play(scene)
        wordings = scene.wordings(key)
        if {*wordings} != {1, 2} or any(one == other for one, other in pairwise(wordings)):
            wrong[key] = (wordings, [turn.text for turn in scene.turns])
        if repeated(scene.turns):
            wrong[key] = (sorted(repeated(scene.turns)), [turn.text for turn in scene.turns])
    assert wrong == {}


def test_who_answers_each_question_at_once_leaves_no_note_of_any() -> None:
    scene = Scene(Register.TU)
    for words in ("hello", "room", "1", "Ana Ruiz", "ana@x.com"):
        scene.says(words)
        assert scene.guest.state.kept_aside is None


def test_the_note_of_a_second_wording_goes_with_the_third() -> None:
    scene = Scene(Register.TU)
    scene.says("book", "wifi")
    assert scene.guest.state.aside.reworded == ("dates",)
    scene.says("wifi")
    assert scene.guest.state.kept_aside is None


def test_a_question_that_the_pms_had_to_be_asked_for_is_no_second_one() -> None:
    # Its code is in the state by then, as it would be had the surname been asked for before.
    scene = Scene(Register.TU)
    scene.guest.phone = "5491155550777"
    _of_somebody(scene)
    scene.says("cancel", CODE)
    assert scene.wordings("ask_surname") == [1]


def test_two_questions_of_one_message_are_both_remembered() -> None:
    state = State(expecting=Expecting.PEOPLE, kept_aside=replace(NO_ASIDE, reworded=("heard", "people")))
    assert repeating.in_other_words("ask_people", replace(state, kept_aside=None))
    assert not repeating.in_other_words("ask_people", state)


def test_phrases_that_ask_the_same_question_do_not_share_words_across_wordings() -> None:
    for register in Register:
        for question in {*repeating.OF.values()}:
            keys = [key for key, of in repeating.OF.items() if of == question]
            first, second = (
                {one for key in keys for one in questions(text_of(key, register, again=again))}
                for again in (False, True)
            )
            assert not first & second, (register, question)


def test_every_question_knows_when_it_was_asked() -> None:
    assert {*repeating.OF.values()} == {*repeating.ASKED}
    assert {*repeating.OF} | repeating.COUNTED | repeating.TRACELESS == {*AGAIN}


def repeated(turns: Sequence[Turn]) -> set[str]:
    """Questions of one message that stood in the one before."""
    asked = [set(questions(turn.text)) for turn in turns]
    return {question for one, other in pairwise(asked) for question in one & other}
