"""Driving the front desk's page as whoever works there does: by label, role and name, in a real Chromium."""

import re
from typing import Self

from playwright.async_api import Browser, Locator, Page, expect

from tests.support.chat_page import PATIENCE_MS

PHONE = (360, 740)
DESKTOP = (1280, 800)
LOOKS_AGAIN_SECONDS = 10
EXPECTED = "Failed to load resource"
"""What Chromium writes of every refusal; anything else in its console is a mistake of the page's."""


class DeskPage:
    """The page with a clock of its own: what it does every few seconds happens when a test says so."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if said.type == "error" else None)
        self.cards = page.get_by_role("navigation").get_by_role("listitem").get_by_role("link")
        self.conversation = page.get_by_role("log", name="Conversación")
        self.field = page.get_by_role("textbox", name="Respuesta para el huésped")
        self.pending = self.conversation.locator(".pending")

    @classmethod
    async def at(cls, browser: Browser, url: str, size: tuple[int, int] = DESKTOP) -> Self:
        width, height = size
        page = await browser.new_page(viewport={"width": width, "height": height}, locale="es-AR")
        desk = cls(page)
        await page.clock.install()
        await page.goto(f"{url}/desk")
        return desk

    async def enter(self, token: str) -> None:
        await self.page.get_by_label("Token").fill(token)
        await self.press("Entrar")

    async def press(self, name: str) -> None:
        await self.button(name).click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    async def pick(self, words: str | re.Pattern[str]) -> None:
        """Open the guest whose card says so."""
        await self.cards.filter(has_text=words).click()
        await expect(self.conversation).not_to_have_attribute("aria-busy", "true", timeout=PATIENCE_MS)

    async def answer(self, words: str) -> None:
        await self.field.fill(words)
        await self.press("Enviar")

    async def later(self, seconds: float) -> None:
        """Let the page's own time pass."""
        await self.page.clock.fast_forward(int(seconds * 1000))

    async def is_looked_at(self, looked_at: bool) -> None:
        """Show the tab, or put another one before it."""
        state = "visible" if looked_at else "hidden"
        script = """state => {
          Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
          document.dispatchEvent(new Event('visibilitychange'));
        }"""
        await self.page.evaluate(script, state)

    async def says(self, words: str) -> None:
        await expect(self.page.get_by_text(words).first).to_be_visible(timeout=PATIENCE_MS)

    async def waits(self, count: int) -> None:
        """Look again, until so many guests are in the list."""
        await self.later(LOOKS_AGAIN_SECONDS)
        await expect(self.cards).to_have_count(count, timeout=PATIENCE_MS)

    async def hears(self, words: str) -> None:
        """Look again, until the conversation shows it as stored."""
        await self.later(LOOKS_AGAIN_SECONDS)
        await expect(self.line(words)).to_have_count(1, timeout=PATIENCE_MS)
        await expect(self.pending).to_have_count(0)

    def line(self, words: str) -> Locator:
        """Give a stored line of the conversation."""
        return self.conversation.locator(".line:not(.pending)").filter(has_text=words)

    async def transcript(self) -> list[tuple[str, str]]:
        """Give who said what, from top to bottom."""
        script = "lines => lines.map(line => [line.classList[1], line.querySelector('.bubble').textContent])"
        lines = await self.conversation.locator(".line").evaluate_all(script)
        return [(author, words) for author, words in lines]

    async def fits(self) -> bool:
        """Whether nothing sticks out at the side, and everything to press is large enough for a thumb."""
        script = """() => {
          const pressed = [...document.querySelectorAll('button, a, input, textarea')].filter(one => one.checkVisibility());
          const small = pressed.filter(one => one.getBoundingClientRect().height < 44);
          return small.length === 0 && document.documentElement.scrollWidth <= innerWidth;
        }"""
        return bool(await self.page.evaluate(script))

    def mistakes(self) -> list[str]:
        return [error for error in self.errors if not error.startswith(EXPECTED)]
