"""`chat`: a whole booking through a pipe, and a terminal whose guest types, pastes, chooses and leaves."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agente_hotelero.http.listener import Listener
from agente_hotelero.model.events import ChoiceReceived, InboundEvent, TextReceived
from agente_hotelero.model.messages import Choices, Option, Text
from tests.support.command_line import ROOT, CommandLine
from tests.support.environment import inherited
from tests.support.http_site import DEMO, Site
from tests.support.pty_guest import Terminal

SECONDS = 60.0
BOOKING = "una doble del 5 al 8 de mayo para 2\n1\nAna Ruiz\n\nana@example.com\n1\n/quit\nnever said\n"
ROOMS = Choices(
    body="\x1b[31mWhich one?",
    options=(Option(id="a", title="Small"), Option(id="b", title="Big", description="100 USD")),
    menu_label="Options",
)


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    return CommandLine(directory=tmp_path, settings={"AGENTE_GATHER_MS": "0"}, stdin=asyncio.subprocess.PIPE)


async def test_a_booking_through_a_pipe_is_answered_line_by_line_to_its_code(
    command: CommandLine, database_url: str, valkey_url: str
) -> None:
    servers = {"AGENTE_DATABASE_URL": database_url, "AGENTE_REDIS_URL": valkey_url}
    async with (
        command.started("chat", "--quiet-seconds", "1.5", **servers) as process,
        asyncio.timeout(SECONDS),
    ):
        out, err = await process.communicate(BOOKING.encode())

    said = out.decode()
    assert (process.returncode, err) == (0, b"")
    steps = [
        "  1. Habitación doble — USD",
        "¿A nombre de quién",
        "¿A qué correo",
        "  1. Sí, reservar",
        "¡Reserva confirmada!",
    ]
    assert sorted(steps, key=said.index) == steps
    assert re.search(r"Código DEMO-\w{6}", said)
    assert said.count("¿A nombre de quién") == 1
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--hotel", "ritz"), "there is no hotel 'ritz'; there is: demo"),
        (("--url", "http://127.0.0.1:9/chat/demo"), "http://127.0.0.1:9 is unavailable: "),
        (("--url", "http://127.0.0.1:9", "--language", "pt"), "--language is for the hotel that is started here"),
    ],
    ids=" ".join,
)
def test_what_can_t_be_talked_with_is_one_line(command: CommandLine, words: tuple[str, ...], error: str) -> None:
    assert command.run_here("chat", *words).error.startswith(error)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


@pytest.fixture
async def site() -> AsyncIterator[tuple[Site, str]]:
    site = Site()
    listener = await Listener.open(site.public(), host="127.0.0.1", port=0)
    yield site, f"http://127.0.0.1:{listener.port}"
    await listener.close()


def answering(site: Site, with_what: Callable[[str], object]) -> list[TextReceived | ChoiceReceived]:
    """What the guest sends, each answered as it comes."""
    heard: list[TextReceived | ChoiceReceived] = []

    def hear(event: InboundEvent) -> None:
        assert isinstance(event.event, TextReceived | ChoiceReceived)
        heard.append(event.event)
        with_what(event.alias.value)

    site.intake.on_event = hear
    return heard


@asynccontextmanager
async def sitting_at(terminal: Terminal, *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run `chat` there; when the work with it is done, it must end by itself with 0."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agente_hotelero", "chat", *words,
        env={**inherited("COVERAGE_"), "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        stdin=terminal.end,
        stdout=terminal.end,
    )  # fmt: skip
    try:
        await terminal.shows("> ")
        yield process
        async with asyncio.timeout(SECONDS):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_in_a_terminal_lines_pasted_together_are_one_message_a_number_chooses_and_ctrl_d_ends(
    site: tuple[Site, str], terminal: Terminal
) -> None:
    hotel, url = site
    heard = answering(hotel, lambda session: hotel.feed.add(DEMO, session, ROOMS))
    async with sitting_at(terminal, "--url", url):
        terminal.types("hello,\nwe are two\n")
        shown = await terminal.shows("2. Big — 100 USD")
        chosen = answering(hotel, lambda session: hotel.feed.add(DEMO, session, Text(body="Big it is")))
        terminal.types("2\n")
        await terminal.shows("Big it is")
        terminal.types("\x04")

    assert heard == [TextReceived(text="hello,\nwe are two")]
    assert chosen == [ChoiceReceived(option_id="b", title="Big")]
    assert "[31mWhich one?" in shown
    assert "\x1b" not in shown


@pytest.mark.long
async def test_ctrl_c_ends_it_without_a_word(site: tuple[Site, str], terminal: Terminal) -> None:
    async with sitting_at(terminal, "--url", site[1]) as process:
        process.send_signal(signal.SIGINT)
    os.write(terminal.end, b"|")

    assert (await terminal.shows("|")).endswith("ends.\r\n\r\n> |")
