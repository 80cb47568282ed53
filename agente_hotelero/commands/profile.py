"""`profile`: what the hotels file says of each hotel, and what guests ask and it does not."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Annotated

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import hotels_in_force, settings_in_force
from agente_hotelero.config.settings import Settings
from agente_hotelero.dialogue.texts import topics
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.hotel import BESIDE_OTHERS, HotelProfile, Topic
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.tone import USUAL
from agente_hotelero.storage import gaps
from agente_hotelero.storage.links import Pool

profile = typer.Typer(no_args_is_help=True, help="What the hotel tells of itself.")
Asked = Mapping[tuple[HotelId, str], int]


@profile.callback()
def about() -> None:
    """What the hotel tells of itself."""


@profile.command("check")
def profile_check(
    days: Annotated[int, typer.Option(min=1, max=400, help="Count questions of so many days.")] = 90,
) -> None:
    """List the facts that are missing, the most asked for first; ends with 1 while guests ask for one of them."""
    settings = settings_in_force()
    hotels = hotels_in_force(settings)
    asked = _asked(settings, days)
    if asked is None:
        typer.echo("No hay un servicio en marcha: no se sabe cuántas veces preguntaron.", err=True)
    wanting = False
    for hotel in hotels.all():
        lacking = missing(hotel.profile, asked or {})
        wanting = wanting or any(times or asked is None for _, times in lacking)
        for line in _told(hotel.profile, lacking, days if asked is not None else None):
            typer.echo(line)
    raise typer.Exit(int(wanting))


def missing(hotel: HotelProfile, asked: Asked) -> list[tuple[Topic, int]]:
    """Topics that the profile says nothing of, with how often guests asked, the most wanted first."""
    there = {Topic.HOURS: hotel.business_hours, Topic.CANCELLATION: hotel.cancellation_policy}
    lacking = [
        (topic, asked.get((hotel.id, topic.value), 0))
        for topic in Topic
        if not (topic in hotel.facts or there.get(topic))
    ]
    return sorted([one for one in lacking if one[1] or one[0] not in BESIDE_OTHERS], key=lambda one: -one[1])


def untranslated(hotel: HotelProfile) -> Iterator[tuple[str, str]]:
    """Facts in the hotel's words that lack one of its languages: its guests read them in another."""
    for topic, fact in hotel.facts.items():
        lacking = [language for language in hotel.languages if fact.texts and language not in fact.texts]
        if lacking:
            yield topic, ", ".join(lacking)


def _told(hotel: HotelProfile, lacking: list[tuple[Topic, int]], days: int | None) -> Iterator[str]:
    if not lacking:
        yield f"{hotel.id}: no falta ningún dato."
    else:
        yield f"{hotel.id}: {'falta 1 dato' if len(lacking) == 1 else f'faltan {len(lacking)} datos'}."
    for topic, times in lacking:
        how_often = "" if days is None else f"\tpreguntas en {days} días: {times}"
        yield f"{hotel.id}\t{topic.value}\t{topics.name(topic, USUAL.es)}{how_often}"
    for name, languages in untranslated(hotel):
        yield f"{hotel.id}\t{name}\tsin texto en: {languages}"


def _asked(settings: Settings, days: int) -> Asked | None:
    """None where no database answers: the file can be read all the same."""
    found: dict[tuple[HotelId, str], int] = {}

    async def count(pool: Pool) -> None:
        found.update(await gaps.asked(pool, within=timedelta(days=days)))

    with suppress(UnavailableError, databases.NothingRunsError):
        databases.with_pool(settings, count)
        return found
    return None
