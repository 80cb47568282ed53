"""`handoffs`: guests who wait for a person."""

from collections.abc import Awaitable, Callable
from typing import Annotated
from uuid import uuid4

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.speaking import WHO, fail, say
from agente_hotelero.model.office import HandOff
from agente_hotelero.storage.desk import PostgresDesk
from agente_hotelero.storage.links import Pool

handoffs = typer.Typer(no_args_is_help=True, help="Guests who wait for a person.")


@handoffs.command("list")
def handoffs_list() -> None:
    """Show the open ones, oldest first."""

    async def show(desk: PostgresDesk) -> None:
        for one in await desk.waiting():
            typer.echo(_row(one))

    _at_the_desk(show)


@handoffs.command("read")
def handoffs_read(number: int) -> None:
    """Show one with what was said last."""

    async def show(desk: PostgresDesk) -> None:
        one = await desk.read(number)
        if one is None:
            fail(f"there is no hand-off {number}; `agente-hotelero handoffs list` shows the open ones")
        typer.echo(f"{_row(one)}\n{one.summary}")
        for line in one.lines:
            typer.echo("\t".join((line.at.isoformat(timespec="minutes"), line.author, line.state or "-", line.body)))

    _at_the_desk(show)


@handoffs.command("reply")
def handoffs_reply(
    number: int, words: Annotated[str, typer.Argument(help="What the guest is told, as it is.")]
) -> None:
    """Answer the guest, who is taken over by it."""
    if not words.strip():
        fail("nothing is said")
    _act(number, lambda desk, one: desk.reply(one, words, key=uuid4()), "answered")


@handoffs.command("take")
def handoffs_take(number: int) -> None:
    """A person answers this guest from now on: the agent keeps quiet."""
    _act(number, PostgresDesk.take_over, "taken over")


@handoffs.command("give-back")
def handoffs_give_back(number: int) -> None:
    """The agent answers this guest again; everything of theirs is closed."""
    _act(number, PostgresDesk.give_back, "given back")


@handoffs.command("close")
def handoffs_close(number: int) -> None:
    """Settle one; with the guest's last one the agent answers them again."""
    _act(number, PostgresDesk.close, "closed")


def _row(one: HandOff) -> str:
    state = "closed" if one.closed else "taken over" if one.taken_over else "told" if one.told_at else "nobody was told"
    since = one.created_at.isoformat(timespec="minutes")
    return "\t".join((str(one.id), one.hotel, since, one.reason, state, one.guest_name or "-", one.contact or "-"))


def _act(number: int, action: Callable[[PostgresDesk, int], Awaitable[bool]], words: str) -> None:
    async def act(desk: PostgresDesk) -> None:
        if not await action(desk, number):
            fail(f"there is no open hand-off {number}; `agente-hotelero handoffs list` shows them")
        say(f"hand-off {number} is {words}")

    _at_the_desk(act)


def _at_the_desk(work: Callable[[PostgresDesk], Awaitable[None]]) -> None:
    async def run(pool: Pool) -> None:
        await work(PostgresDesk(pool, who=WHO))

    databases.with_pool(settings_in_force(), run)
