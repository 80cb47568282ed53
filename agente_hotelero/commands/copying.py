"""`backup`, `restore`, and what a restore held back."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.speaking import WHO, say
from agente_hotelero.config.flags import read_override
from agente_hotelero.storage import copies
from agente_hotelero.storage.backup import back_up
from agente_hotelero.storage.held import Held, PostgresHeld
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.restore import restore as restore_copy

held = typer.Typer(no_args_is_help=True, help="What a restore held back.")


def backup(
    into: Annotated[Path, typer.Argument(help="The directory that copies are kept in.")],
    keep: Annotated[int, typer.Option(min=1, help="How many of the newest copies stay.")] = 7,
) -> None:
    """Copy the database, media, the flags and the hotels file; the service may run meanwhile."""
    settings = settings_in_force()
    overrides = databases.overrides(settings)

    async def copy(url: str) -> None:
        made = await back_up(
            url,
            flags=overrides,
            hotels_file=settings.hotels_file,
            media=settings.media_dir,
            into=into,
            program=version("agente-hotelero"),
            progress=say,
        )
        for gone in copies.keep_newest(into, keep):
            say(f"removed {gone.name}")
        say(f"made {made}")

    databases.with_database(settings, copy)


def restore(
    copy: Annotated[Path, typer.Argument(help="One copy: a directory that `backup` made.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what the database holds.")] = False,
    older_than_hours: Annotated[
        float, typer.Option(min=0, help="Messages and timers that are older wait for a person.")
    ] = 1.0,
) -> None:
    """Bring a copy back while no service runs; nothing old is said to anybody."""
    settings = settings_in_force()
    with databases.started(settings, progress=say) as (database_url, redis_url):
        done = asyncio.run(
            restore_copy(
                database_url,
                copy,
                media=settings.media_dir,
                older_than=timedelta(hours=older_than_hours),
                force=force,
                progress=say,
            )
        )
        _restore_flags(copy, redis_url)
    say(
        f"restored {sum(done.manifest.rows.values())} rows of {done.manifest.made_at:%Y-%m-%d %H:%M} UTC\n"
        f"held back: {done.held_messages} messages, {done.held_timers} timers (`held list`, `held release`, `held drop`)\n"
        f"handed to staff: {done.handed_over} events without an answer\n"
        f"searched for at the PMS before anything is written: {done.searched} bookings"
    )
    if copies.part(copy / copies.HOTELS) != _part_if_there(settings.hotels_file):
        say(f"the hotels file differs from the copy's: {copy / copies.HOTELS}")


def _restore_flags(copy: Path, redis_url: str) -> None:
    saved = json.loads((copy / copies.FLAGS).read_text("utf-8"))
    databases.set_overrides(
        redis_url,
        {name: enabled for name, value in saved.items() if (enabled := read_override(name, value)) is not None},
    )


def _part_if_there(path: Path) -> copies.FilePart | None:
    return copies.part(path) if path.is_file() else None


@held.command("list")
def held_list() -> None:
    """Show how much waits."""

    async def show(pool: Pool) -> None:
        found = await _held(pool).count()
        since = f", the oldest since {found.oldest:%Y-%m-%d %H:%M} UTC" if found.oldest else ""
        say(f"{found.messages} messages and {found.timers} timers are held back{since}")

    databases.with_pool(settings_in_force(), show)


@held.command("release")
def held_release() -> None:
    """Let everything go: guests hear it now."""
    _deal_with_held(PostgresHeld.release, "released")


@held.command("drop")
def held_drop() -> None:
    """Drop everything: nobody ever hears it."""
    _deal_with_held(PostgresHeld.drop, "dropped")


def _deal_with_held(action: Callable[[PostgresHeld], Awaitable[Held]], word: str) -> None:
    async def act(pool: Pool) -> None:
        found = await action(_held(pool))
        say(f"{word} {found.messages} messages and {found.timers} timers")

    databases.with_pool(settings_in_force(), act)


def _held(pool: Pool) -> PostgresHeld:
    return PostgresHeld(pool, who=WHO)
