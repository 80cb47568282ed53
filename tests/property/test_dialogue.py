"""Thousands of random conversations: no booking without a yes, no price that the PMS did not say, no dead end."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from agente_hotelero.dialogue.policy import SILENT
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.model.events import (
    ContactsReceived,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
)
from agente_hotelero.model.speech import Unheard
from agente_hotelero.model.tone import Register, Tone
from tests.support.dialogue_guest import sold_out_on
from tests.support.dialogue_judge import POLITE, YES, JudgedConversation

WISHES: Final = (
    "una doble del 5 al 8 de mayo para 2, a nombre de Ana Ruiz ana@x.com",
    "um quarto duplo de 5 a 8 de maio para 2, em nome de Ana Ruiz, ana@x.com",
    "a double room from May 5 to May 8 for 2, my name is Ana Ruiz, ana@x.com",
    "¿Tienen una habitación del 5 al 8 de mayo para 2?",
    "Do you have a room from May 5 to May 8 for 2 people?",
    "Bom dia, tem quarto de 5 a 8 de maio para 2 pessoas?",
)
ANSWERS: Final = (
    "del 5 al 8 de mayo", "hasta el 8", "somos 2", "2 adultos y 1 niño", "la suite", "la primera", "2", "Ana Ruiz",
    "ana@x.com", "luis@y.com", "a nombre de Luis Paz", "la doble", "los datos", "las fechas", "a segunda", "outro quarto",
)  # fmt: skip
CHANGES: Final = (
    "no", "não", "no, mejor del 6 al 9 de mayo", "sí, pero somos 3", "la otra", "mejor la suite", "yes, but for 3 people",
    "sim, mas com café da manhã", "ok pero otra fecha", "4 noches", "para 7 personas", "2 habitaciones", "somos 5", "three rooms", "mejor una sola habitación", "no, gracias",
    "la segunda, pero del 6 al 9 de mayo", "olvídalo", "cancelar", "deixa pra lá", "never mind", "mañana", "el 31 de abril", "on 5/6/2030", "del 8 al 5 de mayo",
    "del 5 de mayo al 20 de agosto", "¿cuánto cuesta?", "how much is it?", "un single para mí solo",
)  # fmt: skip
SPLITS: Final = (
    "aunque sea cambiando de habitación", "mesmo trocando de quarto", "yes, changing rooms",
    "del 5 al 8 de mayo para 2, aunque sea cambiando de habitación", "del 5 al 9 de mayo para 3, aunque sea cambiando de habitación",
)  # fmt: skip
QUESTIONS: Final = (
    "hola", "hello", "olá", "chau", "¿hay wifi?", "is there parking?", "aceitam animais?", "¿a qué hora es el check-in?",
    "¿dónde queda?", "¿qué puedes hacer?", "what time do you open the reception?", "quiero hablar con una persona",
    "talk to a person", "¡hay un incendio!", "asdf qwer", "zzz", "?", "", "🦄", "no sé", "esperen",
)  # fmt: skip
RESERVATIONS: Final = (
    "cancelar mi reserva", "cancel my booking", "quero cancelar minha reserva", "tengo una reserva", "DEMO-7F3KMQ",
    "DEMO-7F3KMQ Soto", "DEMO-9XXXXX Soto", "Soto", "Pérez", "quiero cambiar mi reserva", "cancelar DEMO-7F3KMQ",
    "quiero cambiar mi reserva al 10 de mayo", "change my booking to May 10", "mudar minha reserva para a suíte", "no tengo el código",
    "¿puedo salir más tarde?", "late check out", "posso sair mais tarde, às 16h?", "mi correo es luis@y.com", "cambiar la reserva DEMO-7F3KMQ",
)  # fmt: skip
POOL: Final = YES + POLITE + WISHES + ANSWERS + CHANGES + SPLITS + QUESTIONS + RESERVATIONS
MESSAGE: Final = st.one_of(
    st.sampled_from(POOL),
    st.sampled_from(YES + WISHES + ANSWERS),
    st.lists(st.sampled_from(POOL), min_size=2, max_size=3).map(", ".join),
    st.text(max_size=30),
)
SENSIBLE: Final = {
    Expecting.CHECK_OUT: "hasta el 8 de mayo",
    Expecting.PEOPLE: "somos 2",
    Expecting.OFFER: "1",
    Expecting.OPTION: "1",
    Expecting.NAME: "Ana Ruiz",
    Expecting.EMAIL: "ana@x.com",
    Expecting.PHONE: "+34 600 111 222",
    Expecting.YES_NO: "sí",
    Expecting.CODE: "DEMO-7F3KMQ Soto",
}
OTHERS: Final = ("image", "audio", "location", "unsupported", *sorted(SILENT))
KEYS: Final = (("double",), ("suite",), ("single", "double", "suite"))
PRICES: Final = ("60.00", "90.00", "99.50", "1160.00")
WITHOUT_NUMBER: Final = 4
"""One guest in so many is known by an id only."""
PAUSES: Final = (1.0, 20.0, 29.0, 31.0, 300.0, 7200.0, 90_000.0, 4_000_000.0)
MORE: Final = ("gracias", "pero somos 3", "sí", "no")


TONES: Final = (Tone(), Tone(es=Register.VOS, pt=Register.PORTUGAL), Tone(es=Register.USTED, pt=Register.PORTUGAL))


def sensible(talk: JudgedConversation, wish: str) -> str:
    """What answers the open question, so that most conversations come to a summary."""
    return SENSIBLE.get(talk.guest.state.expecting, wish)


# Most of a random walk goes on towards a booking; what happens beside it is rarer, and what silences rarest.


def _goes_on(talk: JudgedConversation, dice: random.Random) -> None:
    more = [dice.choice(MORE)] if dice.random() < 0.15 else []
    talk.says(sensible(talk, dice.choice(WISHES)), *more)


def _says_anything(talk: JudgedConversation, dice: random.Random) -> None:
    talk.says(*dice.choices(POOL, k=dice.choice((1, 1, 1, 2, 3))))


def _mixes(talk: JudgedConversation, dice: random.Random) -> None:
    talk.says(dice.choice((", ", " ", ". ", " pero ")).join(dice.choices(POOL, k=2)))


def _presses(talk: JudgedConversation, dice: random.Random) -> None:
    talk.presses(dice.choice((0, 1, 1, 2, 3, 7, 20)), *([dice.choice(MORE)] if dice.random() < 0.2 else []))


def _changes_its_mind(talk: JudgedConversation, dice: random.Random) -> None:
    talk.says(dice.choice(CHANGES))


def _looks_for_a_reservation(talk: JudgedConversation, dice: random.Random) -> None:
    talk.says(dice.choice(RESERVATIONS))


def _world_moves(talk: JudgedConversation, dice: random.Random) -> None:
    match dice.randrange(4):
        case 0:
            talk.guest.pms.reprice(dice.choice(("single", "double", "suite")), dice.choice(PRICES))
        case 1:
            talk.rooms_go_or_come(dice.choice(KEYS), dice.choice((0, 3)))
        case 2:
            talk.guest.pms.away = not talk.guest.pms.away and dice.random() < 0.3
        case _:
            talk.guest.waits(seconds=dice.choice(PAUSES))


def _is_interrupted(talk: JudgedConversation, dice: random.Random) -> None:
    """A person takes over or the hotel pauses, and something comes in meanwhile."""
    paused = dice.random() < 0.5
    talk.guest.paused = paused
    if not paused:
        talk.staff_come_or_go()
    for happens in dice.choices(
        (_goes_on, _says_anything, _presses, _settles, _is_answered_by_a_person), k=dice.randrange(4)
    ):
        happens(talk, dice)
    talk.guest.paused = False
    if talk.guest.state.taken_over:
        talk.staff_come_or_go()


def _is_answered_by_a_person(talk: JudgedConversation, _dice: random.Random) -> None:
    talk.is_answered()


def _settles(talk: JudgedConversation, dice: random.Random) -> None:
    talk.settles(dice.choice((0, 0, 1, 2, 3)))


def _is_woken(talk: JudgedConversation, dice: random.Random) -> None:
    """The PMS goes while something is asked, and is back or not when the clock asks again."""
    if ("pms_retry", "") not in talk.guest.timers:
        talk.guest.waits(seconds=60)
        talk.guest.pms.away = True
        _goes_on(talk, dice)
    talk.guest.pms.away = dice.random() < 0.4
    talk.is_woken()
    talk.guest.pms.away = False


def _is_delayed(talk: JudgedConversation, dice: random.Random) -> None:
    talk.is_delayed()


def _hesitates(talk: JudgedConversation, dice: random.Random) -> None:
    """Meanwhile the price may change, or the room go."""
    if talk.guest.state.expecting is Expecting.YES_NO:
        talk.guest.pms.reprice(dice.choice(("double", "suite")), dice.choice(PRICES))
        talk.rooms_go_or_come(("double",), dice.choice((0, 3, 3, 3)))
        talk.guest.waits(seconds=dice.choice((20.0, 29.0, 60.0)))
        talk.says("sí")


def _changes_something_while_the_pms_is_away(talk: JudgedConversation, dice: random.Random) -> None:
    """And presses, once it is back, what was shown before."""
    talk.guest.waits(seconds=60)
    talk.guest.pms.away = True
    talk.says(dice.choice(("luis@y.com", "a nombre de Luis Paz", *CHANGES)))
    talk.guest.pms.away = False
    talk.presses(dice.choice((0, 1, 2, 3)))


def _would_change_rooms(talk: JudgedConversation, dice: random.Random) -> None:
    """Of a stay whose nights are taken here and there; what is said next may be a yes, late or not."""
    if talk.guest.state.pending is not None:
        return
    for key in ("double", "suite"):
        sold_out_on(talk.guest, date(2030, 5, dice.choice((5, 6, 7))), keys=(key,))
    talk.guest.waits(seconds=60)
    talk.says(dice.choice(SPLITS))
    talk.guest.waits(seconds=dice.choice(PAUSES[:5]))
    dice.choice((_presses, _goes_on, _says_anything, _changes_its_mind))(talk, dice)


def _sends(talk: JudgedConversation, dice: random.Random) -> None:
    talk.sends(dice.choice(OTHERS))


def _sends_beside_words(talk: JudgedConversation, dice: random.Random) -> None:
    words = dice.choice((*YES, *POOL))
    talk.sends_beside_words(
        dice.choice(
            (
                MediaReceived(what="image", media_id="1", caption=words),
                MediaReceived(what=dice.choice(("image", "document", "audio")), media_id="1"),
                MessageEdited(original="wamid.O", text=words),
                LocationReceived(latitude=-34.6, longitude=-58.4),
                ContactsReceived(own_phone=dice.choice((None, "34600111222"))),
                FormReceived(what="order", text="1 × SPA"),
            )
        )
    )


def _speaks(talk: JudgedConversation, dice: random.Random) -> None:
    """Then goes on, or not: a yes may be to what was read back."""
    talk.speaks(dice.choice((*YES, *POOL, *WISHES, *CHANGES, *Unheard)))
    talk.guest.waits(seconds=dice.choice(PAUSES[:5]))
    if dice.random() < 0.7:
        dice.choice((_agrees, _agrees, _goes_on, _presses, _says_anything))(talk, dice)


def _agrees(talk: JudgedConversation, dice: random.Random) -> None:
    talk.says(dice.choice(YES))


def _says_late(talk: JudgedConversation, dice: random.Random) -> None:
    talk.says_late(dice.choice((*YES, *POOL)), overtaken=dice.random() < 0.5)


HAPPENS: Final[tuple[tuple[Callable[[JudgedConversation, random.Random], None], int], ...]] = (
    (_goes_on, 40),
    (_says_anything, 12),
    (_mixes, 8),
    (_presses, 12),
    (_changes_its_mind, 6),
    (_looks_for_a_reservation, 6),
    (_world_moves, 12),
    (_settles, 12),
    (_hesitates, 6),
    (_changes_something_while_the_pms_is_away, 3),
    (_is_woken, 6),
    (_would_change_rooms, 3),
    (_is_delayed, 2),
    (_sends, 3),
    (_is_interrupted, 3),
    (_sends_beside_words, 4),
    (_says_late, 3),
    (_speaks, 5),
)


def walk(seed: int, *, steps: int = 25) -> JudgedConversation:
    """One random conversation to its end; the same for the same seed."""
    dice = random.Random(seed)
    talk = JudgedConversation()
    if seed % WITHOUT_NUMBER == 0:
        talk.has_no_number()
    if seed % 2:
        talk.guest.ways = ("email", "whatsapp")
    talk.guest.hotel = replace(talk.guest.hotel, tone=TONES[seed % len(TONES)])
    moves, weights = zip(*HAPPENS, strict=True)
    for move in dice.choices(moves, weights, k=steps):
        move(talk, dice)
    return talk


@pytest.mark.parametrize("first", range(0, 250, 125))
def test_whatever_happens_in_a_conversation_no_promise_breaks(first: int) -> None:
    for seed in range(first, first + 125):
        try:
            walk(seed).finds_a_way_out()
        except Exception as error:
            error.add_note(f"walk({seed})")
            raise


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_in_very_many_conversations_no_promise_breaks() -> None:
    for seed in range(10_000, 60_000):
        try:
            walk(seed).finds_a_way_out()
        except Exception as error:
            error.add_note(f"walk({seed})")
            raise


class Conversation(RuleBasedStateMachine):
    """The same, with hypothesis choosing: rarer, stranger words, and small examples when something fails."""

    def __init__(self) -> None:
        super().__init__()
        self.talk = JudgedConversation()

    @rule(messages=st.lists(MESSAGE, min_size=1, max_size=3))
    def says(self, messages: list[str]) -> None:
        self.talk.says(*messages)

    @rule(wish=st.sampled_from(WISHES))
    def goes_on(self, wish: str) -> None:
        self.talk.says(sensible(self.talk, wish))

    @rule(back=st.integers(0, 20), then=st.sampled_from([None, *MORE]))
    def presses(self, back: int, then: str | None) -> None:
        self.talk.presses(back, *([then] if then else []))

    @rule(what=st.sampled_from(OTHERS), which=st.integers(0, 3))
    def something_comes(self, what: str, which: int) -> None:
        self.talk.settles(which)
        self.talk.sends(what)

    @rule(heard=st.one_of(MESSAGE.filter(str.strip), st.sampled_from(Unheard)))
    def speaks(self, heard: str | Unheard) -> None:
        self.talk.speaks(heard)

    @rule(seconds=st.sampled_from(PAUSES), away=st.booleans())
    def time_passes(self, seconds: float, away: bool) -> None:
        self.talk.guest.waits(seconds=seconds)
        self.talk.guest.pms.away = away

    @rule(
        key=st.sampled_from(["double", "suite"]),
        price=st.sampled_from(PRICES),
        keys=st.sampled_from(KEYS),
        left=st.integers(0, 3),
    )
    def the_pms_changes(self, key: str, price: str, keys: Sequence[str], left: int) -> None:
        self.talk.guest.pms.reprice(key, price)
        self.talk.rooms_go_or_come(keys, left)

    @rule(away=st.booleans())
    def the_clock_asks_again(self, away: bool) -> None:
        self.talk.guest.pms.away = away
        self.talk.is_woken()

    @rule(paused=st.booleans())
    def staff_come_or_go(self, paused: bool) -> None:
        self.talk.guest.paused = paused
        self.talk.staff_come_or_go()

    def teardown(self) -> None:
        self.talk.finds_a_way_out()


LIMITS: Final = settings(deadline=None, suppress_health_check=list(HealthCheck), stateful_step_count=20)


def test_no_strange_conversation_breaks_a_promise() -> None:
    # Without shrinking, which takes minutes here: the long test makes what it finds small.
    quick = settings(LIMITS, max_examples=80, phases=[Phase.explicit, Phase.reuse, Phase.generate])
    run_state_machine_as_test(Conversation, settings=quick)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_no_strange_conversation_of_very_many_breaks_a_promise() -> None:
    run_state_machine_as_test(Conversation, settings=settings(LIMITS, max_examples=10_000))
