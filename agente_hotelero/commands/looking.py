"""What the commands share that look at somebody else's system: whose, and how the report is told."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import typer

from agente_hotelero.commands.ground import hotels_in_force
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.config.settings import Settings
from agente_hotelero.model.findings import Finding, Grade

OnlyHotel = Annotated[str | None, typer.Option(help="Only this one, by its id in the hotels file.")]


def hotels_to_look_at(settings: Settings, only: str | None) -> Sequence[Hotel]:
    """All of the file, or the one that is named; ends the command where there is none."""
    hotels = [one for one in hotels_in_force(settings).all() if only in {None, one.profile.id}]
    if not hotels:
        fail(f"the hotels file has no hotel {only!r}")
    return hotels


async def in_order(findings: AsyncIterator[Finding]) -> bool:
    """Show each line of the report; tells whether nothing is to be fixed."""
    fine = True
    async for finding in findings:
        say(f"  {finding.grade:<5} {finding.words}")
        fine = fine and finding.grade is not Grade.FIX
    return fine


def conclude(wrong: Sequence[str]) -> None:
    """End the command with an error that names those with something to fix, if there are any."""
    if wrong:
        fail(f"to be fixed: {', '.join(wrong)}")
