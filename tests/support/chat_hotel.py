"""A hotel of a few sentences behind the real HTTP application: stands in for the whole process in the page's tests."""

import asyncio
from datetime import UTC, datetime

from agente_hotelero.http.listener import Listener
from agente_hotelero.model.events import ChoiceReceived, InboundEvent
from agente_hotelero.model.messages import Choices, Option, OutboundMessage, Text
from tests.support.http_site import DEMO, Site

OFFERS = Choices(
    body="Del 3 al 5 de mayo hay estas habitaciones para 2 personas. ¿Cuál prefiere?",
    options=(
        Option(id="room:1", title="Doble estándar", description="180,00 € · 2 noches"),
        Option(id="room:2", title="Doble con vistas", description="236,00 € · 2 noches"),
        Option(id="room:3", title="Suite", description="410,00 € · 2 noches"),
    ),
    menu_label="Opciones",
    photo="/static/chat.svg",
)
THINKING_SECONDS = 0.05


class ChatHotel:
    """Answers each guest's message a moment later: rooms to questions, a thank-you to choices, an echo to the rest."""

    def __init__(self, site: Site) -> None:
        self.site = site
        site.intake.on_event = self._heard
        self.listener: Listener | None = None
        self.answers = True

    async def start(self, port: int = 0) -> str:
        self.listener = await Listener.open(self.site.public(), host="127.0.0.1", port=port)
        return f"http://127.0.0.1:{self.listener.port}/chat/{DEMO}"

    async def stop(self) -> None:
        if self.listener is not None:
            await self.listener.close()

    async def start_again(self) -> None:
        """Take the same port again, as a deploy does."""
        assert self.listener is not None
        await self.start(self.listener.port)

    def _heard(self, event: InboundEvent) -> None:
        self.site.feed.add_guest(event, at=datetime.now(UTC))
        if self.answers:
            asyncio.get_running_loop().call_later(THINKING_SECONDS, self.answer, event)

    def answer(self, event: InboundEvent) -> None:
        self.site.feed.add(event.account.hotel, event.address, reply_to(event), at=datetime.now(UTC))


def reply_to(event: InboundEvent) -> OutboundMessage:
    match event.event:
        case ChoiceReceived(title=title):
            return Text(body=f"Perfecto: {title}. ¿A nombre de quién hago la reserva?")
        case heard if "habitación" in (words := getattr(heard, "text", "")):
            return OFFERS
        case _:
            return Text(body=f"Usted dijo: {words}")
