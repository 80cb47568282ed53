"""What is somebody's own is in no request, however it is written; and what the message is about still is."""

import time
from dataclasses import replace

import orjson
import pytest

from agente_hotelero.dialogue.reading import Expecting, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.llm.masking import masked
from agente_hotelero.llm.prompt import BEGIN, LONGEST_MESSAGE
from tests.support.second_opinion import CONTEXT, desk
from tests.support.virtual_time import over_loopback

SECRETS = [
    *("+54 9 11 5555-0100", "5491155550100", "(011) 4555 0100", "11.5555.0100", "555 0100", "5 5 5 5 0 1 0 0", "５５５５０１００"),
    *("4111 1111 1111 1111", "4111-1111-1111-1111", "4111111111111111", "3782 822463 10005", "4️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣1️⃣"),
    *("123.456.789-09", "12345678909", "30.123.456", "12.345.678-K", "X1234567L", "AB123456", "GHJ12345", "20-30123456-7", "ES9121000418450200051332"),
    *("ana.ruiz@gmail.com", "ANA.RUIZ+viaje@mail.hotel.com.ar", "ana.ruiz arroba gmail punto com", "ana.ruiz(at)gmail.com", "ana punto ruiz arroba gmail punto com"),
    *("ana.ruiz at gmail dot com", "ana guion bajo ruiz @ gmail . com", "https://x.example/pay?who=ana", "482913"),
    *("DEMO-KMQFTR", "demo-kmqftr", "DEMO-7KQ2TR", "UKVXGCHNB", "RES4821KX"),
]  # fmt: skip
AROUND = ("oigan {} sigue igual?", "{}", "lo que les conté sigue igual, soy el de {}.", "conté:{},sigue igual")


@pytest.mark.parametrize("secret", SECRETS)
def test_no_part_of_it_is_left(secret: str) -> None:
    for frame in AROUND:
        text = frame.format(secret)
        left = masked(text, Reading(), CONTEXT)
        assert secret not in left
        assert not [piece for piece in pieces(secret) if piece in left], left


def pieces(secret: str) -> list[str]:
    """Any four letters or digits of it in a row, but for what stands in many."""
    return [
        secret[at : at + 4]
        for at in range(len(secret) - 3)
        if secret[at : at + 4].isalnum() and "demo" not in secret[at : at + 5].lower()
    ]


@pytest.mark.parametrize(
    "text",
    [
        "llegamos el 5 y nos vamos el 8 de mayo, 2 adultos y 1 niño de 4 años",
        "del 5/8 al 9/8 una doble con desayuno",
        "check-in a las 15:30, late check-out a las 2pm",
        "all-inclusive or half-board? non-smoker room 304",
        "de sexta-feira a domingo, quarto 12, R$ 350",
        "¿cuánto sale? tengo USD 250 para 3 noches",
        "QUIERO CANCELADO AHORA MISMO",
    ],
)
def test_what_a_stay_is_about_is_still_there(text: str) -> None:
    assert masked(text, Reading(), CONTEXT) == text


def test_a_name_that_was_read_is_taken_out() -> None:
    text = "hola, me llamo Ana Ruiz y quería saber lo de ayer. ana"
    assert masked(text, understand(text, CONTEXT), CONTEXT) == (
        "hola, me llamo [name] [name] y quería saber lo de ayer. [name]"
    )


@over_loopback
async def test_none_of_it_is_in_a_request() -> None:
    async with desk() as it:
        for secret in SECRETS:
            await it.ask(
                f"oigan, lo que les conté sigue igual? soy el de {secret}, y lo de mi hermano, de {secret}",
                reading=Reading(),
            )
    assert len(it.server.bodies) == len(SECRETS)
    for body, secret in zip(it.server.bodies, SECRETS, strict=True):
        said = orjson.loads(body)["messages"][1]["content"].partition(BEGIN)[2]
        assert "sigue igual" in said
        assert not [piece for piece in pieces(secret) if piece in said]


@over_loopback
async def test_what_stands_where_a_long_message_is_cut_is_taken_out_too() -> None:
    async with desk() as it:
        for begins in range(LONGEST_MESSAGE - 24, LONGEST_MESSAGE, 3):
            await it.ask(
                "bla " * (begins // 4) + "x" * (begins % 4) + " ana.ruiz@guest.example +5491155550100",
                reading=Reading(),
            )
    for body in it.server.bodies:
        assert b"ana." not in body
        assert b"5491" not in body


@pytest.mark.parametrize("asked", [Expecting.NAME, Expecting.EMAIL, Expecting.PHONE, Expecting.CODE])
def test_what_was_asked_for_and_is_somebodys_own_is_not_sent_at_all(asked: Expecting) -> None:
    @over_loopback
    async def answered() -> None:
        async with desk() as it:
            await it.ask(
                "pues ponga rosa del campo pero con zeta, o como sea que se escriba",
                context=replace(CONTEXT, expecting=asked),
            )
        assert it.server.bodies == []

    answered()


def test_no_text_keeps_it_busy() -> None:
    began = time.process_time()
    for piece in ("1 ", "a@", "a.", "arroba ", "A1-", "at x ", "x punto ", "((((", "aaaaaaaaaaaaaaaa"):
        masked((piece * 2_000)[:2_000], Reading(), CONTEXT)
    assert time.process_time() - began < 2
