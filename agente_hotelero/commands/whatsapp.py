"""`whatsapp check`: whether each hotel's numbers are ready for the agent, and what to do where they are not."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import aiohttp
import typer

from agente_hotelero.channels.whatsapp import checkup
from agente_hotelero.channels.whatsapp.checkup import Graph, Number
from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.looking import OnlyHotel, conclude, hotels_to_look_at, in_order
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.config.settings import WhatsAppSettings
from agente_hotelero.dialogue import purposes

CHECK_SECONDS: Final = 30.0
"""For each question to Meta."""

whatsapp = typer.Typer(no_args_is_help=True, help="The hotels' WhatsApp numbers.")


@whatsapp.callback()
def about() -> None:
    """Keep `check` a command of its own: typer would make an only one the group itself."""


@whatsapp.command("check")
def check(hotel: OnlyHotel = None) -> None:
    """Ask Meta about each number and say what is in order and what to fix; writes and sends nothing."""
    settings = settings_in_force()
    hotels = hotels_to_look_at(settings, hotel)
    if not any(one.whatsapp for one in hotels):
        fail("no WhatsApp number in the hotels file: whatsapp: [{phone_number_id: …}]")
    conclude(asyncio.run(_check_all(hotels, settings.whatsapp)))


async def _check_all(hotels: Sequence[Hotel], defaults: WhatsAppSettings) -> list[str]:
    """Check every number; answers those with something to fix."""
    timeout = aiohttp.ClientTimeout(total=CHECK_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        graph = Graph(session, base_url=defaults.graph_url)
        return [
            number.phone_number_id
            for hotel in hotels
            for number in _numbers(hotel, defaults)
            if not await _in_order(graph, hotel.profile.id, number)
        ]


def _numbers(hotel: Hotel, defaults: WhatsAppSettings) -> list[Number]:
    token = defaults.access_token.get_secret_value() if defaults.access_token else ""
    secrets = tuple(secret.get_secret_value() for secret in defaults.app_secrets)
    return [
        Number(
            phone_number_id=account.phone_number_id,
            access_token=account.access_token or token,
            app_secrets=account.app_secrets or secrets,
            unsaid=purposes.without_a_template(hotel.profile, account.line),
        )
        for account in hotel.whatsapp
    ]


async def _in_order(graph: Graph, hotel: str, number: Number) -> bool:
    say(f"{hotel}, {number.phone_number_id}:")
    return await in_order(checkup.examine(graph, number, now=datetime.now(UTC)))
