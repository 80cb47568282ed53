"""`mailbox check`: whether each hotel's mailbox can be read and written to, and what to do where it can't."""

import asyncio

import aiohttp
import typer

from agente_hotelero.channels.mailbox import checkup
from agente_hotelero.commands.ground import hotels_in_force, settings_in_force
from agente_hotelero.commands.looking import OnlyHotel, conclude, in_order
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config.mailboxes import Mailbox
from agente_hotelero.wiring.post import access

mailbox = typer.Typer(no_args_is_help=True, help="The hotels' mailboxes.")


@mailbox.callback()
def about() -> None:
    """Keep `check` a command of its own: typer would make an only one the group itself."""


@mailbox.command("check")
def check(hotel: OnlyHotel = None) -> None:
    """Sign in to each hotel's mailbox and say what is in order and what to fix; changes nothing, sends nothing."""
    hotels = [one for one in hotels_in_force(settings_in_force()).all() if hotel in {None, one.profile.id}]
    found = {one.profile.id: one.mailbox for one in hotels if one.mailbox is not None}
    if not found:
        fail("no hotel in the hotels file has a mailbox" if hotel is None else f"hotel {hotel!r} has no mailbox")
    conclude([name for name, its in found.items() if not asyncio.run(_in_order(name, its))])


async def _in_order(name: str, its: Mailbox) -> bool:
    say(f"{name}:")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        way = access(its, session=session)
        return await in_order(
            checkup.examine(way, address=its.address, authserv_ids=its.authserv_ids, files_sent=its.files_sent)
        )
