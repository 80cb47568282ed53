"""`pms check`: whether each hotel's PMS is ready for the agent, and what to do where it is not."""

import asyncio
from datetime import UTC, datetime

import aiohttp
import typer

from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.looking import OnlyHotel, conclude, hotels_to_look_at, in_order
from agente_hotelero.commands.speaking import say
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.pms.qloapps import checkup
from agente_hotelero.pms.qloapps.checkup import Expected
from agente_hotelero.pms.qloapps.webservice import Webservice

CHECK_SECONDS = 30.0
"""For all that one PMS is asked."""

pms = typer.Typer(no_args_is_help=True, help="The hotels' PMS.")


@pms.callback()
def about() -> None:
    """Keep `check` a command of its own: typer would make an only one the group itself."""


@pms.command("check")
def check(hotel: OnlyHotel = None) -> None:
    """Connect to each hotel's PMS and say what is in order and what to fix; writes nothing there."""
    hotels = hotels_to_look_at(settings_in_force(), hotel)
    conclude([one.profile.id for one in hotels if not asyncio.run(_in_order(one))])


async def _in_order(hotel: Hotel) -> bool:
    say(f"{hotel.profile.id}:")
    if hotel.pms.kind == "mock":
        say("  ok    the demo PMS, in our own database")
        return True
    profile = hotel.profile
    expected = Expected(
        hotel_id=hotel.pms.property_id,
        currency=profile.currency,
        rooms={room.key: room.capacity for room in profile.rooms},
    )
    timeout = aiohttp.ClientTimeout(total=CHECK_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        webservice = Webservice(session=session, url=hotel.pms.url, key=hotel.pms.key)
        return await in_order(checkup.examine(webservice, expected, now=datetime.now(UTC)))
