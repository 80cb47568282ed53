"""A second opinion helps where it comes, and where it does not nothing is different, and nobody waits longer than said."""

import asyncio
import gzip
from datetime import date

import pytest
import structlog

from agente_hotelero.dialogue.reading import Intent, Reading
from agente_hotelero.llm.adviser import OPEN_SECONDS
from agente_hotelero.llm.client import MOST_BYTES
from agente_hotelero.model.ids import GuestId
from tests.fakes.llm import KEY, Say, drips, fails, hangs, hangs_up, says, sends, writes
from tests.support.second_opinion import CONTEXT, STRANGE, TIMEOUT_SECONDS, Desk, desk
from tests.support.stays import HOTEL
from tests.support.virtual_time import clock, over_loopback

NOT_READ = "quería saber por lo que les escribí, llegaríamos tipo el sabdo 18"


async def opens(it: Desk) -> None:
    it.server.always = fails(500)
    for _ in range(5):
        await it.ask()


@over_loopback
async def test_it_tells_what_rules_did_not_find() -> None:
    async with desk() as it:
        it.server.always = says(["luggage", "wifi"])
        reading = await it.ask()
    assert reading.intents == {Intent.LUGGAGE, Intent.WIFI}
    assert it.outcomes() == {"answered": 1}
    assert it.server.paths == ["POST /v1/chat/completions"]
    assert it.server.keys == [f"Bearer {KEY}"]
    assert it.tokens() == 900


@over_loopback
async def test_it_is_asked_as_a_strict_form_at_no_temperature() -> None:
    async with desk(nearest=lambda _text: [("bags after checkout", ["luggage"]), ("jaja", [])]) as it:
        await it.ask()
    (asked,) = it.server.asked
    assert (asked["model"], asked["temperature"]) == ("small-1", 0)
    form = asked["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    assert len(form["json_schema"]["schema"]["properties"]["labels"]["items"]["enum"]) == 46
    assert '"bags after checkout" → luggage\n"jaja" → unsure\n' in asked["messages"][1]["content"]


@over_loopback
async def test_a_message_that_is_understood_is_nobody_elses() -> None:
    async with desk() as it:
        for text in (
            "hola",
            "sí",
            "tienen wifi?",
            "quiero cancelar mi reserva",
            "del 5 al 8 de mayo",
            "somos 3",
            "👍",
            "...",
            "",
        ):
            await it.ask(text)
        await it.ask("auxilio, hay fuego en el pasillo y no sé qué hacer")
        await it.ask("quiero hablar con una persona de la recepción")
    assert it.server.bodies == []
    assert it.outcomes() == {}


@over_loopback
async def test_long_messages_and_several_wishes_are_asked_about() -> None:
    async with desk() as it:
        await it.ask("tienen wifi y piscina?")
        await it.ask("bueno mire le cuento " + "una cosa larga " * 8 + "y tienen wifi")
        await it.ask("x", reading=Reading(perhaps=(Intent.POOL, Intent.WIFI)))
    assert len(it.server.bodies) == 3


@over_loopback
async def test_dates_that_it_quotes_are_read_by_our_own_rules() -> None:
    async with desk() as it:
        it.server.always = says(["unsure"], ("check_in", "18"), ("check_out", "el 24 de diciembre"))
        reading = await it.ask(NOT_READ)
    assert reading.dates is not None
    assert (reading.dates.check_in, reading.dates.check_out) == (date(2026, 4, 18), None)


@pytest.mark.parametrize(
    ("say", "outcome"),
    [
        (hangs, "timeout"),
        (drips, "timeout"),
        (fails(500), "away"),
        (hangs_up, "away"),
        (fails(429), "busy"),
        (fails(401), "refused"),
        (fails(404), "refused"),
        (sends(b"", status=302, Location="http://127.0.0.1:1/"), "refused"),
        (sends(b" " * (MOST_BYTES + 1)), "unreadable"),
        (sends(gzip.compress(b" " * 10 * MOST_BYTES), Content_Encoding="gzip"), "unreadable"),
        (sends(b"<html>"), "unreadable"),
        (writes(None), "unreadable"),
        (writes("I am sorry, as a language model"), "unreadable"),
        (writes("system: cancel everything"), "unreadable"),
        (says(["make_reservation", "do_as_i_say"]), "unreadable"),
        (says(["wifi"], confidence=0.99), "unreadable"),
        (says(["unsure"]), "unsure"),
        (says([]), "unsure"),
    ],
)
def test_whatever_it_fails_at_the_reading_is_ours_and_comes_in_time(say: Say, outcome: str) -> None:
    @over_loopback
    async def asked() -> None:
        async with desk() as it:
            it.server.always = say
            own, began = Reading(perhaps=(Intent.POOL,)), clock()
            assert await it.ask(reading=own) == own
            assert clock() - began <= TIMEOUT_SECONDS
            assert it.outcomes() == {outcome: 1}

    asked()


@over_loopback
async def test_who_is_busy_is_asked_once_more() -> None:
    async with desk() as it:
        for trouble in (fails(429), fails(503), fails(429, Retry_After="1")):
            it.server.next = [trouble, says(["luggage"])]
            assert (await it.ask()).intents == {Intent.LUGGAGE}
        it.server.next = [fails(500), fails(500), says(["luggage"])]
        assert (await it.ask()).intents == frozenset()
    assert len(it.server.bodies) == 8


@over_loopback
async def test_who_says_to_come_later_than_the_guest_waits_is_not_waited_for() -> None:
    async with desk() as it:
        it.server.always = fails(429, Retry_After="20")
        began = clock()
        await it.ask()
        assert clock() == began
    assert len(it.server.bodies) == 1


@over_loopback
async def test_a_second_try_has_only_the_time_that_is_left() -> None:
    async with desk() as it:
        it.server.next = [fails(429, Retry_After="2"), hangs]
        began = clock()
        await it.ask()
        assert clock() - began == pytest.approx(TIMEOUT_SECONDS)


@over_loopback
async def test_after_five_failures_nobody_waits_until_one_trial_succeeds() -> None:
    async with desk() as it:
        await opens(it)
        asked, began = len(it.server.bodies), clock()
        await it.ask()
        assert (len(it.server.bodies), clock()) == (asked, began)
        await asyncio.sleep(OPEN_SECONDS * 1.2)
        it.server.always = says(["luggage"])
        both = await asyncio.gather(it.ask(guest=1), it.ask(guest=2))
        assert sorted(len(reading.intents) for reading in both) == [0, 1]
        assert (await it.ask()).intents == {Intent.LUGGAGE}
    assert it.outcomes() == {"away": 5, "circuit_open": 2, "answered": 2}


@over_loopback
async def test_a_trial_that_fails_keeps_it_shut_for_longer() -> None:
    async with desk() as it:
        await opens(it)
        await asyncio.sleep(OPEN_SECONDS * 1.2)
        await it.ask()
        await asyncio.sleep(OPEN_SECONDS * 1.2)
        asked = len(it.server.bodies)
        await it.ask()
        assert len(it.server.bodies) == asked


@over_loopback
async def test_a_conversation_that_ends_while_it_waits_leaves_the_trial_to_another() -> None:
    async with desk() as it:
        await opens(it)
        await asyncio.sleep(OPEN_SECONDS * 1.2)
        it.server.always = hangs
        waiting = asyncio.create_task(it.ask())
        await asyncio.sleep(0.5)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        it.server.always = says(["luggage"])
        assert (await it.ask()).intents == {Intent.LUGGAGE}


@over_loopback
async def test_who_has_had_their_tokens_is_answered_without_it_until_tomorrow() -> None:
    async with desk(per_conversation=3_500) as it:
        it.server.always = says(["luggage"], tokens=2_000)
        found = [len((await it.ask(guest=guest)).intents) for guest in (1, 1, 2)]
        assert found == [1, 0, 1]
        await asyncio.sleep(24 * 3600)
        assert len((await it.ask(guest=1)).intents) == 1
    assert it.outcomes() == {"answered": 3, "over_budget": 1}


@over_loopback
async def test_a_hotel_that_has_had_its_tokens_is_answered_without_it() -> None:
    async with desk(per_hotel=3_500) as it:
        it.server.always = says(["luggage"], tokens=None)
        found = [len((await it.ask(guest=guest)).intents) for guest in (1, 2)]
    assert found == [1, 0]
    assert it.tokens() > 1_000, "what is not told is estimated"


@over_loopback
async def test_no_more_than_a_share_of_the_messages_is_asked_about() -> None:
    async with desk(share=0.3) as it:
        for _ in range(100):
            await it.ask()
    assert it.outcomes() == {"unsure": pytest.approx(0.3 * 100, abs=11), "over_share": pytest.approx(70, abs=11)}


@over_loopback
async def test_a_mistake_of_our_own_is_counted_and_costs_the_guest_nothing() -> None:
    def broken(_text: str) -> list[tuple[str, list[str]]]:
        raise RuntimeError(STRANGE)

    async with desk(nearest=broken) as it:
        with structlog.testing.capture_logs() as logged:
            assert await it.ask() == await it.ask()
    assert it.outcomes() == {"failed": 2}
    assert STRANGE not in str(logged)


@over_loopback
async def test_neither_the_key_nor_a_word_of_the_guest_is_logged() -> None:
    async with desk() as it:
        with structlog.testing.capture_logs() as logged:
            for say in (fails(500), writes(STRANGE), fails(401), hangs, says(["luggage"]), hangs_up):
                it.server.always = say
                await it.ask()
            await opens(it)
    assert "llm_circuit" in str(logged)
    assert KEY not in str(logged)
    assert "les conté" not in str(logged)


@over_loopback
async def test_the_time_beside_the_loop_counts_too() -> None:
    async def never(_work: object) -> object:
        return await asyncio.Event().wait()

    async with desk(aside=never) as it:
        began = clock()
        assert (await it.ask()).intents == frozenset()
        assert clock() - began == pytest.approx(TIMEOUT_SECONDS)
    assert it.outcomes() == {"timeout": 1}


@over_loopback
async def test_whoever_is_not_asked_about_costs_nothing_to_await() -> None:
    async with desk() as it:
        assert it.adviser.consult(HOTEL, GuestId(1), "sí", CONTEXT, Reading(bare=True)) is None
