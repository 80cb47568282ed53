"""`guest`: who it is that writes."""

from typing import Annotated

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import secrets_in_force, settings_in_force
from agente_hotelero.commands.speaking import fail
from agente_hotelero.config import hotels as hotels_file
from agente_hotelero.config.flags import Flag
from agente_hotelero.config.settings import Settings
from agente_hotelero.errors import ConfigError
from agente_hotelero.model import phones
from agente_hotelero.model.ids import HotelId
from agente_hotelero.storage.guests import PostgresGuests
from agente_hotelero.storage.links import Pool

guest = typer.Typer(no_args_is_help=True, help="Guests.")


@guest.command("find")
def guest_find(
    words: Annotated[str, typer.Argument(help="A phone number, an e-mail address or a reservation code.")],
) -> None:
    """Find guests by number, mail or reservation."""
    settings = settings_in_force()
    advanced = databases.flag_is_on(settings, Flag.PHONE_NORMALIZATION)
    region_of = _regions(settings).get if advanced else None

    async def find(pool: Pool) -> None:
        found = await PostgresGuests(pool).find(words, region_of=region_of)
        for one in found:
            seen = one.last_seen.isoformat(timespec="minutes") if one.last_seen else "-"
            typer.echo(
                f"{one.id}\t{one.hotel}\t{one.name or '-'}\t{', '.join(one.aliases)}\t{', '.join(one.codes) or '-'}\t{seen}"
            )
        if not found:
            fail("nobody found")

    databases.with_pool(settings, find)


def _regions(settings: Settings) -> dict[HotelId, str | None]:
    """Where each hotel's staff type numbers: where its own phone is."""
    try:
        hotels = hotels_file.load(settings.hotels_file, environment=secrets_in_force()).all()
    except ConfigError:
        # Numbers are then compared as international ones only.
        return {}
    return {hotel.profile.id: phones.region_of(hotel.profile.phone) for hotel in hotels}
