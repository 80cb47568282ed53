"""What guests send beside words, over a real journal and the real dialogue."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from agente_hotelero.actors import router
from agente_hotelero.actors.conversation import ALBUM_SECONDS
from agente_hotelero.dialogue.timing import LATE
from agente_hotelero.model.events import (
    Event,
    InboundEvent,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    NameChanged,
    OtherReceived,
    Parsed,
    StaffTookOver,
    Unreadable,
)
from agente_hotelero.model.ids import Alias, AliasKind, GuestId
from tests.support.actors_house import House
from tests.support.actors_words import ANA, said
from tests.support.virtual_time import in_virtual_time, now, until_idle

QUESTION = "hay habitación doble del 10 al 12 de junio para 2?"
USER = Alias(AliasKind.BSUID, "AR.1")
NEW_USER = Alias(AliasKind.BSUID, "AR.2")


def picture(caption: str = "") -> MediaReceived:
    return MediaReceived(what="image", media_id="1", caption=caption)


def by_id(words: str | Event = "hola", **changes: object) -> InboundEvent:
    """A guest whose message carries no number."""
    return replace(said(words), alias=USER, address=USER.value, **changes)  # type: ignore[arg-type]  # handed on


def sent(event: InboundEvent, **ago: float) -> InboundEvent:
    return replace(event, sent_at=now() - timedelta(**ago))


def addresses(house: House) -> list[str]:
    """Where each answer went."""
    return [reply.route.address for turn in house.database.turns for reply in turn.replies]


async def in_hand(house: House, *events: InboundEvent) -> asyncio.Event:
    """A first message is in its turn, these wait; the event lets the turn go on."""
    gate = house.understanding.gate = asyncio.Event()
    await house.say("hola")
    for event in events:
        await house.accept(event)
    return gate


# Edits and revokes.


@in_virtual_time
async def test_an_edit_replaces_a_question_that_has_no_answer_yet() -> None:
    house = await House().start()
    gate = await in_hand(house, said(QUESTION, external_id="O"), said(MessageEdited(original="O", text="¿hay wifi?")))
    gate.set()
    await until_idle()
    assert QUESTION not in house.understanding.read
    assert [len(turn.inbox_ids) for turn in house.database.turns] == [1, 2]
    assert house.database.undone() == []


@in_virtual_time
async def test_an_edit_of_an_answered_question_is_answered_too() -> None:
    house = await House().start()
    await house.accept(said(QUESTION, external_id="O"))
    await house.accept(said(MessageEdited(original="O", text=QUESTION.replace("12", "13"))))
    await until_idle()
    assert [len(turn.quotes) for turn in house.database.turns] == [1, 1]
    assert "270" in house.answers()[-1]


@in_virtual_time
async def test_a_revoked_question_gets_no_answer() -> None:
    house = await House().start()
    gate = await in_hand(house, said(QUESTION, external_id="O"), said(MessageRevoked(original="O")))
    gate.set()
    await until_idle()
    assert QUESTION not in house.understanding.read
    assert [len(turn.replies) for turn in house.database.turns] == [1, 0]
    assert house.database.undone() == []


@in_virtual_time
async def test_a_revoke_of_what_was_answered_says_nothing_and_lets_go_of_who_said_it() -> None:
    house = await House().start()
    await house.accept(said(f"{QUESTION} soy Ana Ruiz ana@x.com", external_id="O"))
    await house.accept(said(MessageRevoked(original="O")))
    await until_idle()
    before, after = house.database.turns
    assert "ana@x.com" in repr(before.state)
    assert "ana@x.com" not in repr(after.state)
    assert (len(after.replies), house.database.undone()) == (0, [])


@in_virtual_time
async def test_a_question_that_failed_alone_takes_its_edit_along() -> None:
    house = await House().start()
    house.understanding.troubles = {"¿hay wifi?": [ValueError("once")]}
    gate = await in_hand(house, said("¿hay parking?", external_id="O"), said("gracias"))
    await house.accept(said(MessageEdited(original="O", text="¿hay wifi?")))
    gate.set()
    await asyncio.sleep(5)
    assert house.understanding.read.count("¿hay wifi?") == 2
    assert "¿hay parking?" not in house.understanding.read
    assert house.database.undone() == []


@in_virtual_time
async def test_a_yes_that_was_followed_by_an_edit_is_no_yes() -> None:
    house = await House().start()
    await house.accept(said(f"{QUESTION} soy Ana Ruiz ana@x.com", external_id="O"))
    gate = house.understanding.gate = asyncio.Event()
    await house.say("¿hay wifi?")
    await house.accept(
        said("no", external_id="N"), said("sí"), said(MessageEdited(original="N", text="¿aceptan mascotas?"))
    )
    gate.set()
    await until_idle()
    assert [turn.writes for turn in house.database.turns if turn.writes] == []


# Pictures.


@in_virtual_time
async def test_several_pictures_in_a_row_are_one_turn_with_one_answer() -> None:
    house = await House().start()
    for _ in range(4):
        await house.accept(said(picture()))
        await asyncio.sleep(ALBUM_SECONDS / 5)
    await asyncio.sleep(ALBUM_SECONDS)
    [turn] = house.database.turns
    assert (len(turn.inbox_ids), len(turn.replies)) == (4, 1)


@in_virtual_time
async def test_pictures_that_come_while_a_turn_is_under_way_wait_for_each_other_too() -> None:
    house = await House().start()
    gate = await in_hand(house, said(picture()))
    gate.set()
    await until_idle()
    await house.accept(said(picture()))
    await asyncio.sleep(2 * ALBUM_SECONDS)
    assert [len(turn.inbox_ids) for turn in house.database.turns] == [1, 2]


@in_virtual_time
async def test_words_after_a_picture_do_not_wait_for_more_of_them() -> None:
    house = await House().start()
    await house.accept(said(picture()))
    await house.say("¿hay wifi?")
    [turn] = house.database.turns
    assert len(turn.inbox_ids) == 2
    await asyncio.sleep(2 * ALBUM_SECONDS)
    assert len(house.database.turns) == 1


@in_virtual_time
async def test_words_below_a_picture_are_read_at_once() -> None:
    house = await House().start()
    await house.accept(said(picture("¿hay wifi?")))
    assert house.understanding.read == ["¿hay wifi?"]
    assert house.sample("intents_total", intent="wifi", language="es") == 1


# What starts no turn.


@pytest.mark.parametrize("what", ["reaction", "group", "system"])
@in_virtual_time
async def test_what_asks_for_nothing_is_stored_and_counted_and_starts_no_turn(what: str) -> None:
    house = await House().start()
    accepted = await house.accept(said(OtherReceived(what=what)))
    await asyncio.sleep(10)
    assert len(accepted.inbox_ids) == 1
    assert len(house.database.rows) == 1
    assert house.database.turns == []
    assert house.sample("inbound_messages_total", channel="whatsapp", kind=what) == 1
    await house.say("hola")
    assert len(house.database.turns) == 1


# Messages that come late.


@in_virtual_time
async def test_a_late_message_that_the_conversation_went_on_without_is_not_answered() -> None:
    house = await House().start()
    await house.say(QUESTION)
    await house.accept(sent(said("cancelar mi reserva"), hours=5))
    await until_idle()
    assert [len(turn.replies) for turn in house.database.turns] == [1, 0]
    assert [one.reason for one in house.database.handoffs] == ["came_late"]


@in_virtual_time
async def test_a_lone_late_message_is_answered() -> None:
    house = await House().start()
    await house.accept(sent(said(QUESTION), hours=5))
    await until_idle()
    assert "Perdona la demora" in house.answers()[0]
    assert house.database.handoffs == []


@in_virtual_time
async def test_all_that_comes_late_after_an_outage_is_answered_in_whichever_order() -> None:
    house = await House().start()
    await house.accept(sent(said("¿dónde queda el hotel?"), hours=3))
    await house.accept(sent(said(QUESTION), hours=5))
    await until_idle()
    assert all(turn.replies for turn in house.database.turns)
    assert house.database.handoffs == []


@in_virtual_time
async def test_beside_a_newer_one_in_the_same_turn_a_late_message_is_overtaken() -> None:
    house = await House().start()
    gate = await in_hand(house, said("¿dónde queda el hotel?"), sent(said("¿hay parking?"), hours=5))
    gate.set()
    await until_idle()
    assert [one.reason for one in house.database.handoffs] == ["came_late"]


@in_virtual_time
async def test_nobody_is_asked_about_messages_that_come_in_time() -> None:
    house = await House().start()
    await house.accept(sent(said(), seconds=LATE.total_seconds()))
    await until_idle()
    assert "went_on" not in house.database.calls


# Where answers go.


@in_virtual_time
async def test_a_guest_without_a_number_is_answered_by_id_and_one_whose_number_we_have_by_that() -> None:
    house = await House().start()
    await house.accept(by_id())
    await house.accept(replace(said(), names=(Alias(AliasKind.PHONE, ANA), USER)))
    await house.accept(by_id())
    await until_idle()
    assert addresses(house) == [USER.value, ANA, ANA]
    assert len(house.database.conversations) == 1


@in_virtual_time
async def test_after_a_change_of_id_the_old_number_is_not_written_to() -> None:
    house = await House().start()
    await house.accept(replace(said(), names=(Alias(AliasKind.PHONE, ANA), USER)))
    change = replace(by_id(NameChanged()), alias=NEW_USER, address=NEW_USER.value, names=(NEW_USER,), formerly=(USER,))
    await house.accept(change)
    assert house.database.conversations[GuestId(1)].route is not None
    await house.accept(replace(by_id(), alias=NEW_USER, address=NEW_USER.value))
    await until_idle()
    assert addresses(house) == [ANA, NEW_USER.value]
    assert len(house.database.conversations) == 1


@in_virtual_time
async def test_a_guest_without_a_number_is_asked_for_one_before_the_summary() -> None:
    house = await House().start()
    await house.accept(by_id(f"{QUESTION} soy Ana Ruiz ana@x.com"))
    await until_idle()
    assert "¿A qué número puede llamarte el hotel?" in house.answers()[-1]


@in_virtual_time
async def test_names_of_several_guests_are_flagged_and_nobody_is_merged() -> None:
    house = await House().start()
    await house.accept(said())
    await house.accept(by_id())
    with structlog.testing.capture_logs() as logs:
        await house.accept(replace(said(), names=(Alias(AliasKind.PHONE, ANA), USER)))
    assert house.sample("guest_names_in_conflict_total") == 1
    assert len(house.database.conversations) == 2
    [line] = [line for line in logs if line["event"] == "guest_names_in_conflict"]
    assert ANA not in str(line)
    assert USER.value not in str(line)


# What staff and Meta say.


@in_virtual_time
async def test_a_person_who_answers_from_the_hotels_phone_stops_the_agent() -> None:
    house = await House().start()
    await house.accept(said(StaffTookOver(text="Soy Marta")))
    await house.say(QUESTION)
    await until_idle()
    assert house.answers() == []
    assert [one.reason for one in house.database.handoffs] == ["answered"]


@pytest.mark.parametrize("urgent", [True, False])
@in_virtual_time
async def test_news_of_an_account_are_stored_and_counted_and_bad_ones_are_logged(urgent: bool) -> None:
    house = await House().start()
    piece = Unreadable(
        channel="whatsapp", account="", reason="account_update", raw=b"secret", urgent=urgent, event="ACCOUNT_DELETED"
    )
    house.parsed[b"{}"] = Parsed(unreadable=(piece,))
    with structlog.testing.capture_logs() as logs:
        await house.router.ask(router.AcceptWhatsApp(body=b"{}", accounts=frozenset({"1"})))
    assert house.database.quarantined == [piece]
    assert house.sample("account_news_total", channel="whatsapp", kind="account_update") == 1
    told = [line for line in logs if line["event"] == "account_news"]
    assert [line["what"] for line in told] == (["ACCOUNT_DELETED"] if urgent else [])
    assert "secret" not in str(logs)


@in_virtual_time
async def test_every_turn_with_a_file_or_a_revoke_is_one_of_media_and_no_other_is() -> None:
    house = await House().start()
    await house.say("hola")
    await house.accept(said(picture(), external_id="1"))
    await house.accept(said(picture(), external_id="2"))
    await asyncio.sleep(ALBUM_SECONDS + 1)
    await house.accept(said(MessageRevoked(original="1")))
    await until_idle()
    assert [turn.concerns_media for turn in house.database.turns] == [False, True, True]
    assert house.told.count("media_came") == 2
