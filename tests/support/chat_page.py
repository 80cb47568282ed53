"""Driving the chat page as a guest does: by label, role and name, in a real Chromium."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

HOW_TO_GET_ONE = (
    "no Chromium found; run `apt-get install chromium` or `.venv/bin/python -m playwright install chromium`"
)
PATIENCE_MS = 20_000


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Start the system's Chromium, or Playwright's own; a skip names the command that installs one."""
    async with async_playwright() as playwright:
        path = _installed(playwright.chromium.executable_path)
        if path is None:
            pytest.skip(HOW_TO_GET_ONE)
        # Chromium refuses its sandbox to root, as in most containers.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = await playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


def _installed(playwrights_own: str) -> str | None:
    named = os.environ.get("AGENTE_CHROMIUM")
    candidates = [named, *map(shutil.which, ("chromium", "chromium-browser", "google-chrome")), playwrights_own]
    return next((path for path in candidates if path and Path(path).exists()), None)


class ChatPage:
    """The page through what a guest, or their screen reader, can perceive."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.set_default_timeout(PATIENCE_MS)
        self.conversation = page.get_by_role("log")
        self.field = page.get_by_role("textbox")
        self.hotel_lines = self.conversation.locator(".line.hotel .bubble")
        self.guest_lines = self.conversation.locator(".line.guest .bubble")
        self.pending = self.conversation.locator(".pending")

    async def open(self, url: str) -> None:
        await self.page.goto(url)
        await self.settled()

    async def reload(self) -> None:
        await self.page.reload()
        await self.settled()

    async def settled(self) -> None:
        """Wait until the past is on the screen and the stream is open."""
        await expect(self.conversation).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE_MS)
        await expect(self.page.locator("#status")).to_have_attribute("data-state", "online", timeout=PATIENCE_MS)

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")
        await expect(self.guest_lines.last).to_have_text(text)

    async def answered(self, count: int) -> None:
        """Wait until the hotel has said so many lines."""
        await expect(self.hotel_lines.nth(count - 1)).to_be_visible(timeout=PATIENCE_MS)
        await expect(self.pending).to_have_count(0)

    def option(self, name: str | None = None) -> Locator:
        """Give a button that may be pressed: one by its name, or the first."""
        group = self.conversation.get_by_role("group").last
        return group.get_by_role("button", name=name, disabled=False).first

    async def transcript(self) -> list[tuple[str, str]]:
        """Give who said what, from top to bottom."""
        script = "lines => lines.map(l => [l.classList.contains('guest') ? 'guest' : 'hotel', l.querySelector('.bubble').textContent])"
        lines = await self.conversation.locator(".line").evaluate_all(script)
        return [(author, words) for author, words in lines]


async def talk_choose_and_reload(page: Page, url: str, *, question: str, option: str | None = None) -> ChatPage:
    """Ask something that is answered with options, press one, reload: nothing is lost, nothing is doubled."""
    chat = ChatPage(page)
    await chat.open(url)
    await chat.say(question)
    await expect(chat.option(option)).to_be_enabled(timeout=PATIENCE_MS)
    said = await chat.hotel_lines.count()
    pressed = chat.option(option)
    label = await pressed.get_attribute("data-title")
    await pressed.click()
    await expect(chat.guest_lines.last).to_have_text(label or "")
    await chat.answered(said + 1)

    before = await chat.transcript()
    await chat.reload()
    after = await chat.transcript()

    assert [words for author, words in before if author == "guest"] == [question, label]
    # The hotel may have gone on talking meanwhile.
    assert after[: len(before)] == before
    return chat
