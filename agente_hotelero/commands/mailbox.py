"""`mailbox check`: whether each hotel's mailbox can be read and written to, and what to do where it can't."""

import asyncio
from typing import Annotated

import typer

from agente_hotelero.channels.mailbox import checkup
from agente_hotelero.commands.ground import hotels_in_force, settings_in_force
from agente_hotelero.commands.speaking import fail, say, tell
from agente_hotelero.config.mailboxes import Mailbox
from agente_hotelero.model.findings import Grade
from agente_hotelero.wiring.post import access

mailbox = typer.Typer(no_args_is_help=True, help="The hotels' mailboxes.")


@mailbox.callback()
def about() -> None:
    """Keep `check` a command of its own: typer would make an only one the group itself."""


@mailbox.command("check")
def check(
    hotel: Annotated[str | None, typer.Option(help="Only this one, by its id in the hotels file.")] = None,
) -> None:
    """Sign in to each hotel's mailbox and say what is in order and what to fix; changes nothing, sends nothing."""
    hotels = [one for one in hotels_in_force(settings_in_force()).all() if hotel in {None, one.profile.id}]
    found = {one.profile.id: one.mailbox for one in hotels if one.mailbox is not None}
    if not found:
        fail("no hotel in the hotels file has a mailbox" if hotel is None else f"hotel {hotel!r} has no mailbox")
    wrong = []
    for name, its in found.items():
        say(f"{name}:")
        if not asyncio.run(_in_order(its)):
            wrong.append(name)
    if wrong:
        fail(f"to be fixed: {', '.join(wrong)}")


async def _in_order(its: Mailbox) -> bool:
    fine = True
    findings = checkup.examine(
        access(its), address=its.address, authserv_ids=its.authserv_ids, files_sent=its.files_sent
    )
    async for finding in findings:
        tell(finding)
        fine = fine and finding.grade is not Grade.FIX
    return fine
