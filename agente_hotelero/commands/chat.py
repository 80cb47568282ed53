"""`chat`: talk with the demo's hotel in the terminal, or with one of a service that runs."""

import asyncio
import logging
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Final

import typer

from agente_hotelero import databases
from agente_hotelero.commands.demo import demo_settings, with_a_graph
from agente_hotelero.commands.ground import hotels_in_force
from agente_hotelero.commands.serving import first_of, import_service, run
from agente_hotelero.commands.speaking import fail, say
from agente_hotelero.config.hotels import Hotels
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.errors import AgenteError
from agente_hotelero.storage.embedded.claim import DataDirectoryInUseError

PAGE: Final = "/chat/"
"""What stands between a service's address and a hotel's in the address of its chat page."""


def chat(
    hotel: Annotated[str, typer.Option(help="By its id in the hotels file.")] = "demo",
    language: Annotated[Language | None, typer.Option(help="The hotel's own, until the guest's is known.")] = None,
    url: Annotated[
        str | None, typer.Option(help="A service that runs, or its chat page; else the demo's is started.")
    ] = None,
    quiet_seconds: Annotated[
        float, typer.Option(min=0.1, help="From a pipe: so long without a further line ends an answer.")
    ] = 1.0,
) -> None:
    """Talk with a hotel as its guest: a number chooses, /quit or Ctrl+D ends; lines of a pipe are answered in turn."""
    with suppress(KeyboardInterrupt):
        if url is None:
            _with_the_demo(hotel, language, quiet_seconds)
            return
        if language is not None:
            fail("--language is for the hotel that is started here; one that runs has its own")
        site, _, of_the_page = url.partition(PAGE)
        asyncio.run(_talk(site.rstrip("/"), of_the_page.strip("/") or hotel, quiet_seconds))


def _with_the_demo(hotel: str, language: Language | None, quiet_seconds: float) -> None:
    settings = demo_settings(0)
    hotels = _speaking(hotels_in_force(settings), hotel, language)
    if sys.stdout.isatty():
        say("One moment, the hotel opens.")
    try:
        with databases.running(settings, progress=lambda _step: None, meanwhile=import_service) as urls:
            run(
                settings,
                hotels,
                urls,
                prepare=with_a_graph(lambda _to, _words: None),
                greet=lambda _port: None,
                visit=lambda port: _talk(f"http://127.0.0.1:{port}", hotel, quiet_seconds),
                log_level=logging.ERROR,
            )
    except DataDirectoryInUseError as error:
        raise AgenteError(f"{error}, or talk with that one: --url http://127.0.0.1:8000") from None


def _speaking(hotels: Hotels, wanted: str, language: Language | None) -> Hotels:
    """The same hotels, once there is one of that name that speaks this."""
    ours = next((one for one in hotels.all() if one.profile.id == wanted), None)
    if ours is None:
        fail(f"there is no hotel {wanted!r}; there is: {', '.join(one.profile.id for one in hotels.all())}")
    if language is None:
        return hotels
    spoken = ours.profile.languages
    if language not in spoken:
        fail(f"{wanted} does not speak {language!s}; it speaks: {', '.join(spoken)}")
    first = (language.value, *(other for other in spoken if other != language))
    changed = replace(ours, profile=replace(ours.profile, languages=first))
    return Hotels([changed if one is ours else one for one in hotels.all()])


async def _talk(site: str, hotel: str, quiet_seconds: float) -> None:
    import aiohttp  # noqa: PLC0415 - see import_service

    from agente_hotelero.commands.terminal import Conversation, Keyboard  # noqa: PLC0415 - as above
    from agente_hotelero.commands.web_guest import WebGuest  # noqa: PLC0415 - as above

    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
        guest = await WebGuest(http, url=site, hotel=hotel).open()
        keyboard = Keyboard()
        if keyboard.is_terminal:
            say("A number chooses; /quit or Ctrl+D ends.\n")
        conversation = Conversation(guest, keyboard, quiet_seconds=quiet_seconds)
        await first_of(conversation.listen(), conversation.answer())
