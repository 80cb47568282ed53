"""`gmail check`: whether each hotel's Gmail is ready for the agent, and what to do where it is not."""

import asyncio

import aiohttp
import typer

from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.looking import OnlyHotel, conclude, hotels_to_look_at, in_order
from agente_hotelero.commands.speaking import say
from agente_hotelero.config.gmail_accounts import GmailAccount
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.config.settings import Settings
from agente_hotelero.errors import ConfigError

CHECK_SECONDS = 60.0
"""For all that Google is asked about one mailbox."""

gmail = typer.Typer(no_args_is_help=True, help="The hotels' Gmail.")


@gmail.callback()
def about() -> None:
    """Keep `check` a command of its own: typer would make an only one the group itself."""


@gmail.command("check")
def check(hotel: OnlyHotel = None) -> None:
    """Connect to each hotel's Gmail and say what is in order and what to fix; sends nothing, and renews the watch."""
    settings = settings_in_force()
    hotels = hotels_to_look_at(settings, hotel)
    conclude([one.profile.id for one in hotels if not asyncio.run(_in_order(one, settings))])


async def _in_order(hotel: Hotel, settings: Settings) -> bool:
    say(f"{hotel.profile.id}:")
    if hotel.gmail is None:
        say("  ok    no Gmail: `gmail:` in the hotels file names none (docs/gmail.md)")
        return True
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await _examined(hotel.gmail, settings)
    except ConfigError as error:
        say(f"  fix   {error}")
    except TimeoutError:
        say(f"  fix   Google did not answer within {CHECK_SECONDS:g} seconds")
    return False


async def _examined(account: GmailAccount, settings: Settings) -> bool:
    # Here and not above: what signs and verifies takes a fifth of a second to import, which no other command needs.
    from agente_hotelero.wiring import google  # noqa: PLC0415 - see above

    say(f"  {account.address}")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        return await in_order(
            google.examine(account, session=session, settings=settings.gmail, site=settings.http.public_url)
        )
