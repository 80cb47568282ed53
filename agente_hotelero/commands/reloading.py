"""`reload`: the hotels file, read anew by the service that runs."""

from collections.abc import Iterator

from agente_hotelero import databases
from agente_hotelero.commands.ground import hotels_in_force, settings_in_force, warn
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.reloads import ANSWER_SECONDS, Answer, Outcome, PostgresReloads, Reloaded


def reload() -> None:
    """Let the running service read the hotels file anew; an invalid one changes nothing."""
    settings = settings_in_force()
    hotels = hotels_in_force(settings)
    warn(settings, hotels)

    async def ask(pool: Pool) -> None:
        reloaded = await PostgresReloads(pool).everywhere("command line")
        for answer in reloaded.answers:
            say(f"{answer.who}: {_words(answer)}")
        if wrong := "; ".join(_wrong(reloaded)):
            fail(wrong)

    databases.with_pool(settings, ask)


def _words(answer: Answer) -> str:
    match answer.outcome:
        case Outcome.RELOADED:
            return f"reloaded: {answer.hotels} hotel{'' if answer.hotels == 1 else 's'}"
        case Outcome.REFUSED:
            return f"refused, the old file goes on:\n{answer.error}"
        case Outcome.FAILED:
            return f"failed, the old file goes on: {answer.error}"
        case Outcome.LEAVING:
            return "is about to end, and keeps the old file"


def _wrong(reloaded: Reloaded) -> Iterator[str]:
    stay = [answer for answer in reloaded.answers if answer.outcome is not Outcome.LEAVING]
    if not stay and not reloaded.silent:
        yield "no service runs over this database; the file is read when one starts"
    if any(answer.outcome is not Outcome.RELOADED for answer in stay):
        yield "the file is not in force everywhere"
    if reloaded.silent:
        yield f"{reloaded.silent} of {reloaded.silent + len(reloaded.answers)} did not answer within {ANSWER_SECONDS:g} s"
