"""Until when a guest would like to stay, where they ask to leave late."""

from datetime import time

import pytest

from tests.unit.dialogue.understanding.reading import read


@pytest.mark.parametrize(
    ("message", "hour"),
    [
        ("¿puedo salir más tarde, a las 13?", time(13)),
        ("late check out hasta las 2", time(14)),
        ("late check-out hasta las dos y media", time(14, 30)),
        ("salida tarde a las 14:30", time(14, 30)),
        ("salir más tarde, tipo 13hs", time(13)),
        ("salir más tarde, a las 2 de la tarde", time(14)),
        ("quiero salir más tarde, al mediodía", time(12)),
        ("posso sair mais tarde, às 15h?", time(15)),
        ("posso sair mais tarde, até as 3 da tarde?", time(15)),
        ("can we leave later, at 1 pm?", time(13)),
        ("late checkout until noon", time(12)),
        ("late checkout at 12 am", time(0)),
        ("late checkout at 9 in the morning", time(9)),
        ("late checkout for 2 people", None),
        ("late checkout el 10 de mayo", None),
        ("late checkout para la reserva DEMO-AK7001", None),
        ("¿puedo salir más tarde?", None),
        ("check-in a las 15", None),
    ],
)
def test_the_hour_of_a_late_checkout(message: str, hour: time | None) -> None:
    assert read(message).hour == hour
