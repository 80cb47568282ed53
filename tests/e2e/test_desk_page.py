"""The front desk's page in a real browser, over the real service: from "I want a person" to the agent's next answer."""

import json
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from agente_hotelero.model.roles import Role
from tests.support.chat_page import PATIENCE_MS, ChatPage, chromium
from tests.support.desk_hotel import PERSON, DeskHotel
from tests.support.desk_page import PHONE, DeskPage

# One hotel for all of them: its service takes longer to start than any of these to run.
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("desk"),
    pytest.mark.timeout(120),
    pytest.mark.asyncio(loop_scope="module"),
]

ATTACK = "<img src=x onerror=\"document.title='hacked'\"><script>alert(1)</script>"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened_browser() -> AsyncIterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(loop_scope="module")
async def hotel(desk_hotel: DeskHotel) -> DeskHotel:
    """Nobody waits."""
    await desk_hotel.sql("UPDATE handoff SET closed_at = now() WHERE closed_at IS NULL")
    return desk_hotel


@pytest_asyncio.fixture(loop_scope="module")
async def browser(opened_browser: Browser) -> AsyncIterator[Browser]:
    """No page is open, before and after."""
    yield opened_browser
    for context in opened_browser.contexts:
        await context.close()


async def test_a_guests_slip_is_saved_from_the_page_as_it_was_sent(browser: Browser, hotel: DeskHotel) -> None:
    slip = b"%PDF-1.4 " + b"x" * 40_000
    guest = hotel.guest("Ana Slip")
    content = {"id": hotel.graph.media.put(slip), "filename": ATTACK, "mime_type": "application/pdf"}
    await guest.sends({"type": "document", "document": content})
    await hotel.until("SELECT count(*) = 1 FROM media WHERE state = 'kept'")
    desk = await DeskPage.at(browser, hotel.url, PHONE)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.pick("Ana Slip")
    button = desk.page.get_by_role("group", name="Archivos del huésped").get_by_role("button")
    await expect(button).to_contain_text("40 kB")
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert box["x"] + box["width"] <= PHONE[0]
    async with desk.page.expect_download() as started:
        await button.click()
    saved = await started.value
    assert saved.suggested_filename.startswith("documento-")
    assert saved.suggested_filename.endswith(".pdf")
    assert (await saved.path()).read_bytes() == slip
    assert desk.mistakes() == []


async def test_a_guest_of_the_chat_gets_a_person_and_then_the_agent_again(browser: Browser, hotel: DeskHotel) -> None:
    guest = ChatPage(await browser.new_page(locale="es-AR"))
    await guest.open(f"{hotel.url}/chat/demo")
    await guest.say(PERSON)
    await guest.answered(1)

    desk = await DeskPage.at(browser, hotel.url, PHONE)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await expect(desk.cards).to_contain_text(["Huésped sin nombre"])
    await expect(desk.cards).to_contain_text(["Pide hablar con una persona"])
    assert await desk.page.title() == "(1) Recepción"
    assert await desk.fits()
    await desk.pick("Chat de la web")
    await desk.field.fill("Buenas tardes, soy Marta. ¿En qué le ayudo?")
    await desk.field.press("Control+Enter")

    await expect(guest.hotel_lines).to_have_text([re.compile("equipo"), "Buenas tardes, soy Marta. ¿En qué le ayudo?"])
    await desk.hears("soy Marta")
    assert await desk.fits()

    await guest.say("¿Hay wifi?")
    await desk.hears("¿Hay wifi?")
    await hotel.is_quiet()
    assert await guest.hotel_lines.count() == 2

    await desk.press("Devolver al agente")
    await desk.says("Nadie espera.")
    await desk.says("el agente vuelve a responder")
    assert await desk.page.title() == "Recepción"
    await guest.say("¿Hay wifi?")
    await guest.answered(3)
    await expect(guest.hotel_lines.last).to_contain_text("wifi sin cargo")
    assert desk.mistakes() == []


async def test_the_door_opens_for_who_may_see_guests_and_closes_when_a_token_dies(
    browser: Browser, hotel: DeskHotel
) -> None:
    guest = await hotel.guest_who_waits()
    desk = await DeskPage.at(browser, hotel.url)
    await desk.enter("agente_wrong")
    await desk.says("Ese token no vale")
    await desk.enter(hotel.tokens[Role.VIEWER])
    await desk.says("no alcanza")
    await expect(desk.cards).to_have_count(0)

    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.says("Hotel Demo del Parque")
    await desk.pick("Ana Ruiz")
    await desk.field.fill("A medio escribir")
    await desk.page.reload()
    await expect(desk.field).to_have_value("A medio escribir")
    assert "agente_" not in desk.page.url
    assert guest.number not in desk.page.url

    await desk.page.route("**/admin/**", lambda route: route.fulfill(status=401, json={}))
    await desk.later(10)
    await desk.says("El token dejó de valer")
    assert await desk.page.get_by_text("Ana Ruiz").count() == 0
    await desk.page.unroute("**/admin/**")
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await expect(desk.field).to_have_value("A medio escribir")

    await desk.press("Salir")
    await desk.page.reload()
    await expect(desk.page.get_by_label("Token")).to_be_visible()
    assert await desk.page.evaluate("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)") == "{}{}"
    assert desk.mistakes() == []


async def test_what_a_guest_writes_stays_text_and_what_has_no_words_is_shown_as_it_is(
    browser: Browser, hotel: DeskHotel
) -> None:
    guest = hotel.guest(name=ATTACK)
    await guest.sends({"type": "image", "image": {"id": "1"}})
    await guest.asks_for_a_person()
    await guest.writes(ATTACK)
    await hotel.sql("UPDATE handoff SET reason = 'reason_of_tomorrow' WHERE closed_at IS NULL")
    desk = await DeskPage.at(browser, hotel.url)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await expect(desk.cards).to_contain_text(["reason_of_tomorrow"])
    await desk.pick(ATTACK)

    said = [words for author, words in await desk.transcript() if author == "guest"]
    assert said == ["(imagen)", PERSON, ATTACK]
    await expect(desk.page.get_by_role("heading", name=ATTACK)).to_be_visible()
    number = desk.page.get_by_role("link", name=f"WhatsApp +{guest.number}", exact=True)
    await expect(number).to_have_attribute("href", f"tel:+{guest.number}")
    assert await desk.page.locator("main img, main script").count() == 0
    assert await desk.page.title() == "(1) Recepción"
    assert desk.mistakes() == []


async def test_a_reply_whose_answer_was_lost_reaches_the_guest_once(browser: Browser, hotel: DeskHotel) -> None:
    guest = await hotel.guest_who_waits()
    desk = await DeskPage.at(browser, hotel.url)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.pick("Ana Ruiz")
    ids: list[str] = []

    async def lose_the_first_answer(route: Route) -> None:
        ids.append(json.loads(route.request.post_data or "")["id"])
        response = await route.fetch()
        await (route.abort() if len(ids) == 1 else route.fulfill(response=response))

    await desk.page.route("**/reply", lose_the_first_answer)
    await desk.field.fill("Ya la llamo")
    await desk.button("Enviar").dblclick()
    await desk.says("Sin conexión con el servidor")
    await desk.page.reload()
    await desk.hears("Ya la llamo")

    await hotel.is_quiet()
    assert len(ids) >= 2
    assert len(set(ids)) == 1
    assert guest.heard()[1:] == ["Ya la llamo"]
    assert desk.mistakes() == []


async def test_a_reply_that_is_refused_goes_back_to_where_it_was_written(browser: Browser, hotel: DeskHotel) -> None:
    await hotel.guest_who_waits()
    desk = await DeskPage.at(browser, hotel.url)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.pick("Ana Ruiz")
    await desk.field.fill("x" * 4001)
    await expect(desk.button("Enviar")).to_be_disabled()
    await desk.says("Sobran 1 caracteres de 4000")

    await desk.page.route("**/reply", lambda route: route.fulfill(status=404, json={}))
    await desk.answer("Ya la llamo")
    await desk.says("El servidor no aceptó la respuesta")
    await expect(desk.field).to_have_value("Ya la llamo")
    await expect(desk.pending).to_have_count(0)


async def test_a_reply_that_never_arrives_says_so(browser: Browser, hotel: DeskHotel) -> None:
    guest = await hotel.guest_who_waits()
    await hotel.is_quiet()
    desk = await DeskPage.at(browser, hotel.url)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.pick("Ana Ruiz")
    hotel.graph.fail(status=400, code=131021, to=guest.number)
    await desk.answer("Ya la llamo")
    await desk.hears("Ya la llamo")
    await hotel.is_quiet()
    await desk.hears("No le llegó")

    await expect(desk.line("Ya la llamo")).to_contain_text("No le llegó")
    await desk.waits(2)
    await expect(desk.cards.last).to_contain_text("Un mensaje no le pudo llegar")
    assert desk.mistakes() == []


async def test_who_is_told_to_wait_waits_so_long(browser: Browser, hotel: DeskHotel) -> None:
    desk = await DeskPage.at(browser, hotel.url, PHONE)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.says("Nadie espera.")
    asked: list[str] = []

    async def too_many(route: Route) -> None:
        asked.append(route.request.url)
        await route.fulfill(status=429, headers={"Retry-After": "60"}, json={})

    await desk.page.route("**/admin/**", too_many)
    await desk.later(10)
    await desk.says("Demasiadas consultas por ahora. Se reintenta en 60 s.")
    await expect(desk.button("Reintentar")).to_be_hidden()
    await desk.later(50)
    await desk.page.evaluate("dispatchEvent(new Event('online')); fetch('/health/live')")
    assert len(asked) == 1

    await desk.page.unroute("**/admin/**")
    await hotel.guest_who_waits()
    await desk.waits(1)
    await expect(desk.page.get_by_text("Demasiadas consultas")).to_be_hidden()
    assert await desk.fits()


async def test_a_page_that_nobody_looks_at_asks_nothing(browser: Browser, hotel: DeskHotel) -> None:
    desk = await DeskPage.at(browser, hotel.url)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.says("Nadie espera.")
    asked: list[str] = []
    desk.page.on("request", lambda request: asked.append(request.url))

    await desk.is_looked_at(False)
    for _ in range(3):
        await desk.later(60)
    assert asked == []
    async with desk.page.expect_request("**/admin/handoffs"):
        await desk.is_looked_at(True)


async def test_new_lines_do_not_move_what_is_being_read(browser: Browser, hotel: DeskHotel) -> None:
    guest = hotel.guest()
    await guest.writes("Le cuento:\n" + "\n".join("y además, " * 3 for _ in range(60)))
    await guest.asks_for_a_person()
    desk = await DeskPage.at(browser, hotel.url, PHONE)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.pick("Ana Ruiz")
    await expect(desk.line(PERSON)).to_be_in_viewport()

    await desk.line("Le cuento").evaluate("line => line.scrollIntoView()")
    await guest.writes("¿Hay alguien?")
    await desk.hears("¿Hay alguien?")
    await expect(desk.line("¿Hay alguien?")).not_to_be_in_viewport()
    await desk.press("Hay mensajes nuevos")
    await expect(desk.line("¿Hay alguien?")).to_be_in_viewport()
    await expect(desk.button("Hay mensajes nuevos")).to_be_hidden()
    await guest.writes("¿Hola?")
    await desk.hears("¿Hola?")
    await expect(desk.line("¿Hola?")).to_be_in_viewport()


async def test_a_guest_is_taken_over_and_closed_by_the_keyboard_alone(browser: Browser, hotel: DeskHotel) -> None:
    await hotel.guest_who_waits()
    desk = await DeskPage.at(browser, hotel.url)
    await desk.page.keyboard.type(hotel.tokens[Role.OPERATOR])
    await desk.page.keyboard.press("Enter")
    await desk.cards.focus()
    await desk.page.keyboard.press("Enter")
    await expect(desk.page.get_by_role("heading", name="Ana Ruiz")).to_be_focused()
    await desk.button("Atiendo yo").press("Enter")
    await expect(desk.button("Devolver al agente")).to_be_visible()
    await desk.button("Cerrar").press("Enter")
    await desk.says("si era el último de este huésped, el agente vuelve a responderle")
    await expect(desk.button("No")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await expect(desk.button("Cerrar")).to_be_focused()
    await desk.page.keyboard.press("Enter")
    await desk.button("Sí, cerrar").press("Enter")

    await desk.says("Nadie espera.")
    await expect(desk.page.get_by_role("heading", name="Esperan a una persona")).to_be_focused()
    assert await hotel.sql("SELECT 1 FROM handoff WHERE closed_at IS NULL") == []
    assert desk.mistakes() == []


async def test_who_waits_for_the_pms_is_told_and_needs_nobody(browser: Browser, hotel: DeskHotel) -> None:
    desk = await DeskPage.at(browser, hotel.url, PHONE)
    await desk.enter(hotel.tokens[Role.OPERATOR])
    await desk.says("Nadie espera.")
    await hotel.sql(
        "INSERT INTO timer (guest_id, shard, hotel, kind, key, due_at)"
        " SELECT guest, 1, 'demo', 'pms_retry', '', now() + interval '1 hour' FROM generate_series(900001, 900002) AS guest"
    )

    await desk.later(11)
    await desk.says("2 huéspedes esperan a que el PMS responda: se les escribirá solos.")
    await desk.waits(0)
    assert await desk.fits()

    await hotel.sql("DELETE FROM timer WHERE guest_id >= 900001")
    await desk.later(11)
    await expect(desk.page.get_by_text("esperan a que el PMS")).to_have_count(0)
    assert desk.mistakes() == []
