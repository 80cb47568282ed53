"""Which messages are read by another thread, so that nobody waits for them."""

import threading
from collections.abc import Iterator
from datetime import date

import pytest

from agente_hotelero.actors.feature_flags import FlagView
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding import country_days
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring import commons
from tests.fakes.identities import FakeCodes

CONTEXT = Context(today=date(2026, 4, 15), languages=())


@pytest.fixture
def readers() -> list[threading.Thread]:
    """The threads that read, in order."""
    return []


@pytest.fixture
def wired(readers: list[threading.Thread], monkeypatch: pytest.MonkeyPatch) -> Iterator[commons.Commons]:
    """Of a process that needed no calendar yet."""

    def read(_text: str, _context: Context) -> Reading:
        readers.append(threading.current_thread())
        return Reading()

    monkeypatch.setattr(country_days, "_is_loaded", lambda: False)
    made = commons.Commons(
        key=b"k",
        site=lambda: None,
        code_picture=lambda _code: None,
        codes=FakeCodes(),
        always_open=True,
        flags=FlagView(),
        metrics=Metrics(),
        read=read,
    )
    yield made
    made.close()


async def test_whoever_names_the_first_holiday_waits_alone(
    readers: list[threading.Thread], wired: commons.Commons
) -> None:
    for text in ("del 3 al 5 de mayo, muchas gracias", "puente de diciembre", "x" * (commons.SHORT_TEXT + 1)):
        await wired.understand(text, CONTEXT)
    here = threading.current_thread()
    assert [thread is here for thread in readers] == [True, False, False]
