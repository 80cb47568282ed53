"""The chat page in a real browser: nothing that a guest says or hears is lost or doubled."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Browser, Route, expect

from agente_hotelero.channels.webchat.tokens import LIFETIME
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.http.application import Limits
from agente_hotelero.model.messages import Link, Location, Picture, Text
from tests.support.chat_hotel import ChatHotel
from tests.support.chat_page import ChatPage, chromium, talk_choose_and_reload
from tests.support.http_site import Site

pytestmark = pytest.mark.browser

QUESTION = "¿Tienen habitación del 3 al 5 de mayo para dos?"


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as started:
        yield started


@pytest.fixture
async def hotel() -> AsyncIterator[ChatHotel]:
    hotel = ChatHotel(Site(limits=Limits(address_burst=1_000, session_burst=20), now=datetime.now(UTC)))
    yield hotel
    await hotel.stop()


async def test_a_guest_talks_chooses_and_reloads(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")
    url = await hotel.start()

    chat = await talk_choose_and_reload(page, url, question=QUESTION, option="Doble con vistas 236,00 € · 2 noches")

    assert len(await chat.transcript()) == 4
    await expect(chat.conversation.get_by_role("img", name="Foto")).to_be_visible()
    assert len(hotel.site.intake.events) == 2
    await expect(chat.conversation.get_by_role("button", disabled=False)).to_have_count(0)
    while await hotel.site.feed.deliveries.get() < 4:
        """The page tells how far it has shown the conversation."""


async def test_the_page_is_named_for_screen_readers_in_the_guests_language(browser: Browser, hotel: ChatHotel) -> None:
    url = await hotel.start()
    for locale, field, button, lang in (
        ("es-AR", "Tu mensaje", "Enviar", "es"),
        ("pt-BR", "Sua mensagem", "Enviar", "pt"),
        ("en-GB", "Your message", "Send", "en"),
        ("fr-FR", "Tu mensaje", "Enviar", "es"),
    ):
        page = await browser.new_page(locale=locale)
        await ChatPage(page).open(url)
        await expect(page.get_by_role("textbox", name=field)).to_be_visible()
        await expect(page.get_by_role("button", name=button)).to_be_visible()
        await expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")
        await expect(page.locator("html")).to_have_attribute("lang", lang)
        await page.close()


async def test_a_message_whose_answer_was_lost_is_sent_again_and_counts_once(
    browser: Browser, hotel: ChatHotel
) -> None:
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    await chat.open(await hotel.start())
    lost: list[int] = []

    async def lose_the_first_answer(route: Route) -> None:
        response = await route.fetch()
        lost.append(response.status)
        await (route.abort() if len(lost) == 1 else route.fulfill(response=response))

    await page.route("**/messages", lose_the_first_answer)
    await chat.say("¿Tienen piscina?")
    await chat.answered(1)

    assert lost[0] == 202
    assert await chat.transcript() == [("guest", "¿Tienen piscina?"), ("hotel", "Usted dijo: ¿Tienen piscina?")]
    assert len(hotel.site.intake.events) == 1


async def test_what_cant_be_sent_waits_through_a_reload_and_goes_when_it_can(
    browser: Browser, hotel: ChatHotel
) -> None:
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    await chat.open(await hotel.start())
    hotel.site.intake.failure = StorageUnavailableError("Postgres")
    await chat.say("primero")
    await chat.say("segundo")
    await expect(page.get_by_text("Sin conexión")).to_be_visible()

    await page.reload()
    await expect(chat.pending).to_have_count(2)
    assert hotel.site.intake.events == {}
    hotel.site.intake.failure = None
    await chat.answered(2)

    assert [words for author, words in await chat.transcript() if author == "guest"] == ["primero", "segundo"]
    assert len(hotel.site.intake.events) == 2


async def test_a_deploy_loses_nothing_that_was_said_meanwhile(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    await chat.open(await hotel.start())
    await chat.say("antes")
    await chat.answered(1)

    await hotel.stop()
    (visit,) = hotel.site.feed.lines
    hotel.site.feed.add(*visit, Text(body="Su habitación está lista"))
    await chat.say("después")
    await hotel.start_again()
    await chat.answered(3)
    await chat.settled()

    said = [words for _, words in await chat.transcript()]
    assert said[:3] == ["antes", "Usted dijo: antes", "Su habitación está lista"]
    assert said[3:] == ["después", "Usted dijo: después"]


async def test_a_stream_that_repeats_itself_doubles_nothing(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")

    async def forget_where_it_was(route: Route) -> None:
        await route.continue_(headers={**route.request.headers, "last-event-id": "0"})

    await page.route("**/events", forget_where_it_was)
    chat = ChatPage(page)
    await chat.open(await hotel.start())
    await chat.say("uno")
    await chat.answered(1)
    await hotel.stop()
    await hotel.start_again()
    await chat.say("dos")
    await chat.answered(2)
    await chat.settled()

    said = [words for _, words in await chat.transcript()]
    assert said == ["uno", "Usted dijo: uno", "dos", "Usted dijo: dos"]


async def test_a_line_that_comes_late_stands_where_it_belongs(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    hotel.answers = False
    hotel.site.feed.overlap = 10
    await chat.open(await hotel.start())
    await chat.say("uno")
    await expect(chat.pending).to_have_count(0)
    (visit,) = hotel.site.feed.lines
    hotel.site.feed.add(*visit, Text(body="tres"), n=3)
    await chat.answered(1)
    hotel.site.feed.add(*visit, Text(body="dos"), n=2)
    await chat.answered(2)

    assert [words for _, words in await chat.transcript()] == ["uno", "dos", "tres"]


async def test_too_many_messages_wait_for_their_turn(browser: Browser) -> None:
    site = Site(limits=Limits(session_burst=1), now=datetime.now(UTC))
    hotel = ChatHotel(site)
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    try:
        await chat.open(await hotel.start())
        await chat.say("uno")
        await chat.answered(1)
        await chat.say("dos")
        await expect(page.get_by_text("Un momento")).to_be_visible()
        site.later(2)
        await chat.answered(2)
    finally:
        await hotel.stop()

    assert len(site.intake.events) == 2


async def test_words_never_become_markup(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    chat = ChatPage(page)
    await chat.open(await hotel.start())
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>alert(1)</script>"
    await chat.say(attack)
    await chat.answered(1)
    await chat.reload()

    assert await chat.transcript() == [("guest", attack), ("hotel", f"Usted dijo: {attack}")]
    assert await page.locator("#conversation img, #conversation script").count() == 0
    assert await page.title() == "Hotel <Mar> & Sol"
    assert errors == []


async def test_a_confirmation_shows_the_way_its_code_and_where_to_pay(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    hotel.answers = False
    await chat.open(await hotel.start())
    await chat.say("sí")
    await expect(chat.pending).to_have_count(0)
    (visit,) = hotel.site.feed.lines
    code = hotel.site.code_links.path("DEMO-1") or ""
    for message in (
        Location(latitude=-34.5, longitude=-58.4, name="Hotel Demo", address="Calle 1"),
        Picture(source=code, caption="Código DEMO-1, para mostrar al llegar."),
        Link(body="Puedes pagar aquí.", title="Página de pago", url="https://pay.example/1"),
        Link(body="Nunca es un enlace.", title="Pagar", url="javascript:document.title='hacked'"),
    ):
        hotel.site.feed.add(*visit, message)
    await chat.answered(4)

    for name, address in (
        ("Ver en el mapa", "https://www.google.com/maps/search/?api=1&query=-34.500000%2C-58.400000"),
        ("Página de pago", "https://pay.example/1"),
    ):
        way = chat.conversation.get_by_role("link", name=name, exact=True)
        await expect(way).to_have_attribute("href", address)
        await expect(way).to_have_attribute("rel", "noopener noreferrer")
    await expect(chat.conversation.get_by_role("link")).to_have_count(2)
    # Shown whole, since a reader needs its edges.
    picture = chat.conversation.get_by_role("img", name="Imagen")
    await expect(picture).to_have_js_property("naturalWidth", 232)
    box = await picture.bounding_box()
    assert box is not None
    assert box["width"] == box["height"]


async def test_two_tabs_of_one_guest_show_the_same(browser: Browser, hotel: ChatHotel) -> None:
    context = await browser.new_context(locale="es-ES")
    url = await hotel.start()
    one, other = ChatPage(await context.new_page()), ChatPage(await context.new_page())
    await one.open(url)
    await other.open(url)
    await one.say(QUESTION)
    await other.answered(1)
    await other.option("Suite").click()
    await one.answered(2)

    assert await one.transcript() == await other.transcript()
    await expect(one.conversation.get_by_role("button", disabled=False)).to_have_count(0)


async def test_the_hotel_is_seen_typing_until_it_answers(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    hotel.answers = False
    await chat.open(await hotel.start())
    await chat.say("Hola")
    await expect(page.get_by_text("Escribiendo…")).to_be_attached()
    await chat.reload()
    await expect(page.get_by_text("Escribiendo…")).to_be_attached()

    (event,) = hotel.site.intake.events.values()
    hotel.answer(event)
    await chat.answered(1)
    await expect(page.get_by_text("Escribiendo…")).not_to_be_attached()


async def test_a_session_that_came_to_its_end_goes_on_as_a_new_one(browser: Browser, hotel: ChatHotel) -> None:
    page = await browser.new_page(locale="es-ES")
    chat = ChatPage(page)
    await chat.open(await hotel.start())
    await chat.say("hace un mes")
    await chat.answered(1)

    hotel.site.later(LIFETIME.total_seconds())
    await chat.say("hoy")
    await expect(chat.hotel_lines.last).to_have_text("Usted dijo: hoy")
    await chat.reload()

    assert await chat.transcript() == [("guest", "hoy"), ("hotel", "Usted dijo: hoy")]
