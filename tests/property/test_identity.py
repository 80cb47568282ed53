"""Whatever somebody types who is not known: no reservation is shown or changed before the right code, and no text holds one."""

import random
from typing import Final

import pytest

from agente_hotelero.dialogue.effects import (
    HandOff,
    IntendCancellation,
    IntendLateCheckout,
    IntendReservation,
    Reply,
    SameGuest,
    SendCode,
)
from agente_hotelero.storage import codec
from tests.property.test_dialogue import CHANGES, QUESTIONS, RESERVATIONS
from tests.support.dialogue_guest import Guest, Turn, a_reservation, written
from tests.support.dialogue_judge import YES

CODE: Final = "DEMO-7F3KMQ"
UNKNOWN: Final = "DEMO-9XXXXX"
EMAIL: Final = "luis.soto@gmail.com"
CHANNELS: Final = ("chat", "whatsapp", "mail", "mail_of_the_booker")
WISHES: Final = (
    f"quiero cancelar mi reserva {CODE}", f"¿cómo está mi reserva {CODE}?", f"cambiar la reserva {CODE} al 10 de mayo",
    f"cancel my booking {CODE}", f"posso sair mais tarde? reserva {CODE}", CODE, f"quiero cancelar mi reserva {UNKNOWN}", UNKNOWN,
)  # fmt: skip
CODES: Final = (
    "no", "não", "no", "otro código", "send me a code", "não recebi o código", "no me llegó", "código", "no sé el apellido",
)  # fmt: skip
NUMBERS: Final = ("000000", "123 456", "050530", "el código es 482913", "1 2 3 4 5 6", "4829134", "12345", "10/05/2030")
SURNAMES: Final = ("Soto", "apellido Soto", "Pérez")
"""In a chat code and surname are proof enough: there they are not said."""
SECRETS: Final = (
    "Luis Soto",
    EMAIL,
    "luis.soto",
    "300.00",
    "dom 5 de may",
    "Sun, May 5",
    "dom. 5 de mai",
    "Vas a cancelar",
    "0142",
)


def stranger(channel: str) -> Guest:
    guest = Guest()
    guest.ways = ("email", "whatsapp")
    guest.pms.reservations.append(a_reservation(CODE, booker="Luis Soto", email=EMAIL, phone="+54 9 11 5555 0142"))
    guest.writes_from = channel
    if channel == "whatsapp":
        guest.phone = "5491155550777"
    elif channel.startswith("mail"):
        guest.vouched = False
        guest.answers_to = EMAIL if channel == "mail_of_the_booker" else "other@x.com"
    return guest


def words(dice: random.Random, guest: Guest) -> str:
    pools = [WISHES, WISHES, CODES, CODES, NUMBERS, YES, CHANGES, QUESTIONS, RESERVATIONS[:1]]
    if not guest.vouched:
        pools.append(SURNAMES)
    said = [dice.choice(dice.choice(pools)) for _ in range(dice.choice((1, 1, 1, 2)))]
    return ", ".join(said)


def judge(guest: Guest, turn: Turn, typed: str) -> None:
    """Nothing of it, to anybody, in any words."""
    right = {guest.codes.digits(seed) for seed in guest.codes.made}
    for effect in turn.effects:
        assert not isinstance(effect, IntendCancellation | IntendLateCheckout | SameGuest)
        assert not (isinstance(effect, IntendReservation) and effect.request.replaces is not None)
        if isinstance(effect, Reply):
            assert not any(secret in written(effect) for secret in SECRETS), written(effect)
        text = repr(effect) if isinstance(effect, Reply | HandOff | SendCode) else ""
        assert not any(code in text and code not in typed for code in right)
    stored = codec.dump(guest.state).decode()
    assert not any(code in stored for code in right)


def walk(seed: int, channel: str) -> Guest:
    dice = random.Random(f"{seed} {channel}")
    guest = stranger(channel)
    for _ in range(12):
        guest.waits(seconds=dice.choice((1, 5, 60, 700, 3700)))
        said = [words(dice, guest) for _ in range(dice.choice((1, 1, 2)))]
        judge(guest, guest.says(*said), " ".join(said))
        if dice.random() < 0.1:
            guest.waits(seconds=1)
            press = dice.choice((f"yes:cancel:{CODE}", f"yes:late:{CODE}:14:00:20.00"))
            judge(guest, guest.presses_id(press), "")
    return guest


@pytest.mark.parametrize("channel", CHANNELS)
def test_without_the_code_nothing_is_shown_or_changed_whatever_is_typed(channel: str) -> None:
    sent = 0
    for seed in range(25):
        try:
            sent += len(walk(seed, channel).codes.made)
        except Exception as error:
            error.add_note(f"walk({seed}, {channel!r})")
            raise
    assert sent > 12, "walks that come to no code show nothing"


@pytest.mark.parametrize("channel", CHANNELS)
def test_from_everywhere_the_right_code_opens_it(channel: str) -> None:
    opened = 0
    for seed in range(10):
        guest = walk(seed, channel)
        guest.waits(hours=2).says("olvídalo")
        guest.says(f"¿cómo está mi reserva {CODE}?")
        if channel == "mail":
            guest.says("Soto")
        elif not channel.startswith("mail"):
            guest.says("no")
        opened += CODE in guest.says(guest.codes.last).text
    assert opened == 10
