"""`flags`: behaviour that is switched while the service runs."""

from typing import Annotated

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import settings_in_force
from agente_hotelero.commands.speaking import WHO, fail, on_or_off, say
from agente_hotelero.config.flags import DEFAULT_FLAGS, Flag, is_flag, read_override
from agente_hotelero.config.settings import Settings
from agente_hotelero.errors import UnavailableError
from agente_hotelero.storage.flag_store import RedisFlags
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.tokens import PostgresTokens

flags = typer.Typer(no_args_is_help=True, help="Feature flags.")


@flags.command("list")
def flags_list() -> None:
    """Show every flag and where its value comes from."""

    async def show(store: RedisFlags) -> None:
        overrides = await store.read()
        for name in [*Flag, *sorted(set(overrides) - set(Flag))]:
            typer.echo("\t".join((name, *_in_force(name, overrides.get(name)))))

    databases.with_flags(settings_in_force(), show)


def _in_force(name: str, override: str | None) -> tuple[str, str]:
    """The value of a flag and where it comes from; what Redis holds and nobody can read decides nothing."""
    enabled = None if override is None else read_override(name, override)
    if enabled is not None:
        return on_or_off(enabled), "redis"
    if name not in set(Flag):
        return repr(override), "ignored: no flag, or neither on nor off"
    default = on_or_off(DEFAULT_FLAGS[Flag(name)])
    return default, "default" if override is None else f"default; redis says {override!r}, neither on nor off"


@flags.command("set")
def flags_set(name: str, value: Annotated[str, typer.Argument(help="on or off")]) -> None:
    """Switch a flag everywhere, within 30 seconds."""
    if not is_flag(name):
        fail(f"there is no flag {name}; the flags are: {', '.join(Flag)}")
    if value not in {"on", "off"}:
        fail(f"a flag is on or off, not {value}")

    async def write(store: RedisFlags) -> None:
        await store.write(name, enabled=value == "on")

    settings = settings_in_force()
    databases.with_flags(settings, write)
    say(f"{name} is {value}")
    _note(settings, name, enabled=value == "on")


def _note(settings: Settings, name: str, *, enabled: bool) -> None:
    """Keep a line of who did it; in an outage of the database a flag is switched all the same."""

    async def note(pool: Pool) -> None:
        await PostgresTokens(pool).audit(WHO, "flag_set", {"flag": name, "enabled": enabled})

    try:
        databases.with_pool(settings, note)
    except (UnavailableError, databases.NothingRunsError, databases.NotMigratedError):
        typer.echo("warning: the database is away, so the audit has no line of this", err=True)
