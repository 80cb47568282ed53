"""Which messages are read by another thread, so that nobody waits for them."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agente_hotelero.actors.feature_flags import FlagView
from agente_hotelero.dialogue.reading import Context, Expecting, Reading
from agente_hotelero.dialogue.understanding import country_days
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring import commons
from tests.fakes.identities import FakeCodes

Wire = Callable[..., commons.Commons]
CONTEXT = Context(today=date(2026, 4, 15), languages=())


class Reader:
    """Which threads read, and which weigh, in order."""

    def __init__(self) -> None:
        self.read_by: list[threading.Thread] = []
        self.weighed_by: list[threading.Thread] = []

    def read(self, text: str, _context: Context) -> Reading:
        self.read_by.append(threading.current_thread())
        return Reading(adults=2 if text == "2" else None)

    def weigh(self, reading: Reading, _text: str, _context: Context) -> Reading:
        self.weighed_by.append(threading.current_thread())
        return reading


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Reader:
    """That of a process that needed no calendar yet."""
    monkeypatch.setattr(country_days, "_is_loaded", lambda: False)
    return Reader()


@pytest.fixture
def wire(reader: Reader) -> Iterator[Wire]:
    made: list[commons.Commons] = []

    def _wire(weigh: Callable[[Reading, str, Context], Reading] | None = None) -> commons.Commons:
        made.append(_commons(read=reader.read, weigh=weigh))
        return made[-1]

    yield _wire
    for one in made:
        one.close()


def _commons(**how: Any) -> commons.Commons:
    return commons.Commons(
        key=b"k",
        site=lambda: None,
        code_picture=lambda _code: None,
        codes=FakeCodes(),
        always_open=True,
        flags=FlagView(),
        metrics=Metrics(),
        **how,
    )


TEXTS = ("del 3 al 5 de mayo, muchas gracias", "puente de diciembre", "x" * (commons.SHORT_TEXT + 1))


async def test_whoever_names_the_first_holiday_waits_alone(reader: Reader, wire: Wire) -> None:
    wired = wire()
    for text in TEXTS:
        await wired.understand(text, CONTEXT)
    here = threading.current_thread()
    assert [thread is here for thread in reader.read_by] == [True, False, False]


async def test_what_takes_milliseconds_is_never_weighed_on_the_loop(reader: Reader, wire: Wire) -> None:
    wired = wire(reader.weigh)
    for text in TEXTS:
        await wired.understand(text, CONTEXT)
    assert len(reader.weighed_by) == len(TEXTS)
    assert threading.current_thread() not in reader.weighed_by


async def test_an_answer_to_what_was_asked_waits_for_no_other_thread(reader: Reader, wire: Wire) -> None:
    reading = await wire(reader.weigh).understand("2", replace(CONTEXT, expecting=Expecting.PEOPLE))
    assert reading.adults == 2
    assert not reader.weighed_by
