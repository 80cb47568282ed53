"""`pms check`: whether each hotel's PMS is ready for the agent, and what to do where it is not."""

import asyncio
from datetime import UTC, datetime
from typing import Annotated

import aiohttp
import typer

from agente_hotelero.commands.ground import hotels_in_force, settings_in_force
from agente_hotelero.commands.speaking import fail, say, tell
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.model.findings import Grade
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
def check(
    hotel: Annotated[str | None, typer.Option(help="Only this one, by its id in the hotels file.")] = None,
) -> None:
    """Connect to each hotel's PMS and say what is in order and what to fix; writes nothing there."""
    hotels = [one for one in hotels_in_force(settings_in_force()).all() if hotel in {None, one.profile.id}]
    if not hotels:
        fail(f"the hotels file has no hotel {hotel!r}")
    wrong = [one.profile.id for one in hotels if not asyncio.run(_in_order(one))]
    if wrong:
        fail(f"to be fixed: {', '.join(wrong)}")


async def _in_order(hotel: Hotel) -> bool:
    say(f"{hotel.profile.id}:")
    if hotel.pms.kind == "mock":
        say("  ok    the demo PMS, in our own database")
        return True
    profile, fine = hotel.profile, True
    expected = Expected(
        hotel_id=hotel.pms.property_id,
        currency=profile.currency,
        rooms={room.key: room.capacity for room in profile.rooms},
    )
    timeout = aiohttp.ClientTimeout(total=CHECK_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as session:
        webservice = Webservice(session=session, url=hotel.pms.url, key=hotel.pms.key)
        async for finding in checkup.examine(webservice, expected, now=datetime.now(UTC)):
            tell(finding)
            fine = fine and finding.grade is not Grade.FIX
    return fine
