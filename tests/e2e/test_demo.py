"""`make demo`'s program as its user meets it: the curl, the chat page, whoever they are, and after a crash."""

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.support.chat_page import ChatPage, chromium
from tests.support.demo import NOBODY, Demo, alive, as_plain_user, owners
from tests.support.without_namespaces import UNSHARE

# One at a time: each brings servers of its own, and start-up times are measured.
pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(180)]
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root has the choice to become somebody else")

Start = Callable[..., Awaitable[Demo]]


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a demo over `tmp_path`; it is gone after the test."""
    started: list[Demo] = []

    async def begin(*, place: Path = tmp_path, **how: object) -> Demo:
        demo = Demo(place / "data", **how)  # type: ignore[arg-type]  # handed on
        started.append(demo)
        await demo.start()
        return demo

    yield begin
    for demo in started:
        await demo.kill()


@pytest.fixture
def nobodys(tmp_path: Path) -> Path:
    """A directory of a plain user's."""
    os.chown(tmp_path, NOBODY, NOBODY)
    return tmp_path


@pytest.fixture
def open_to_all(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)


async def pasted(command: str) -> str:
    """What a shell prints for it."""
    shell = await asyncio.create_subprocess_shell(command, stdout=asyncio.subprocess.PIPE)
    out, _ = await shell.communicate()
    return out.decode()


async def answers_a_webhook(demo: Demo) -> None:
    assert await pasted(demo.curl()) == '{"status":"ok"}'
    said = await demo.says("WhatsApp to +5491155550123:")
    assert "USD" in said.split("WhatsApp to")[1]


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here to paste into; apt-get install curl")
async def test_the_printed_curl_is_answered_with_a_price(start: Start) -> None:
    await answers_a_webhook(await start())


async def test_the_second_start_takes_less_than_five_seconds_and_a_crash_is_no_obstacle(start: Start) -> None:
    demo = await start()
    servers = await demo.children()
    assert len(servers) >= 2
    await demo.kill()
    for _ in range(500):
        if not alive(servers):
            break
        await asyncio.sleep(0.02)
    assert alive(servers) == []

    # The best of three: other tests share the machine, and the first start mends what the crash left.
    seconds = []
    for _ in range(3):
        seconds.append(await demo.start())
        assert await demo.interrupt() == 0
    assert min(seconds) < 5


async def test_ctrl_c_leaves_nothing_behind(start: Start) -> None:
    demo = await start()
    servers = await demo.children()

    assert await demo.interrupt() == 0
    assert alive(servers) == []


@ROOT_ONLY
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv here; apt-get install util-linux")
async def test_a_plain_user_runs_it_too(start: Start, nobodys: Path) -> None:
    way = as_plain_user(nobodys / "python")
    if way is None:
        pytest.skip("no Python here that a plain user may run, and no leave to mount ours where they may")
    python, become = way

    demo = await start(place=nobodys, python=python, command=become)

    await answers_a_webhook(demo)
    assert owners(await demo.children()) == {NOBODY}


@ROOT_ONLY
@pytest.mark.skipif(platform.machine() not in UNSHARE, reason="the filter is written for x86_64 and aarch64")
@pytest.mark.usefixtures("open_to_all")
async def test_root_runs_it_where_user_namespaces_are_refused(start: Start) -> None:
    refusing = [sys.executable, "-m", "tests.support.without_namespaces"]

    demo = await start(command=refusing)

    await answers_a_webhook(demo)
    assert NOBODY in owners(await demo.children())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "talk", "confirmed"),
    [
        ("es-AR", ("una doble del 5 al 8 de mayo para 2", "Ana Ruiz", "ana@example.com"), "¡Reserva confirmada!"),
        pytest.param(
            "pt-BR",
            ("um quarto duplo de 12 a 14 de maio para 2", "Ana Souza", "ana@example.com"),
            "Reserva confirmada!",
            marks=pytest.mark.long,
        ),
        pytest.param(
            "en-GB",
            ("a double room from May 19 to May 21 for 2", "Ann Smith", "ann@example.com"),
            "Reservation confirmed!",
            marks=pytest.mark.long,
        ),
    ],
)
async def test_a_guest_books_a_room_on_the_chat_page(
    start: Start, locale: str, talk: tuple[str, str, str], confirmed: str
) -> None:
    demo = await start()
    question, name, email = talk
    async with chromium() as browser:
        chat = ChatPage(await browser.new_page(locale=locale))
        await chat.open(demo.chat_url)
        await chat.say(question)
        await chat.answered(1)
        await chat.option().click()
        await chat.answered(2)
        await chat.say(name)
        await chat.answered(3)
        await chat.say(email)
        await chat.answered(4)
        await chat.option().click()
        await expect(chat.hotel_lines.filter(has_text=confirmed)).to_have_count(1)
        # The last that comes with it: its code, in a picture that the browser could read.
        await expect(chat.conversation.locator("img.picture")).to_have_js_property("naturalWidth", 232)

        before = await chat.transcript()
        await chat.reload()
        assert await chat.transcript() == before
