"""Codes on their way out, and two conversations that become one, over a real journal and the real dialogue."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from agente_hotelero.actors.journal import REREAD_SECONDS
from agente_hotelero.actors.sender import GRACE_SECONDS, Send
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.dialogue.effects import SameGuest
from agente_hotelero.dialogue.state import Way
from agente_hotelero.model.events import TextReceived, TimerFired
from agente_hotelero.model.ids import GuestId
from agente_hotelero.model.journal import SAME_GUEST, Conversation, Joined, OutboxRow, OutboxStatus, Union
from agente_hotelero.model.lines import ButtonForm, Line, Purpose, TemplateForm
from agente_hotelero.model.messages import HIDDEN, OneTimeCode
from tests.fakes.channel import failure
from tests.support.actors_house import House
from tests.support.actors_words import BETO, SYSTEM, WEBCHAT, on_its_way, said
from tests.support.dialogue_guest import a_reservation
from tests.support.virtual_time import in_virtual_time, now, until_idle, until_marked

FORM = TemplateForm(
    name="codigo_de_reserva",
    language="es",
    values=(("", "{code}"),),
    buttons=(ButtonForm(index=0, kind="url", value="{code}"),),
)
LINE = Line(messages_per_second=1000.0, templates={Purpose.VERIFICATION: {"es": FORM}})
WISH = TimerFired(kind=SAME_GUEST, key="1/DEMO-7F3KMQ/email/ana@x.com")


def a_code(*, minutes: float = 10) -> OutboxRow:
    message = OneTimeCode(
        body=f"{HIDDEN} es tu código",
        seed="s",
        reservation="DEMO-7F3KMQ",
        language="pt",
        until=now() + timedelta(minutes=minutes),
    )
    return replace(on_its_way(1), message=message, open_until=None)


async def sends(house: House, row: OutboxRow) -> OutboxRow:
    house.database.insert_reply(row)
    house.sender.tell(Send(rows=(row,)))
    await until_marked()
    return house.database.outbox[row.id]


@in_virtual_time
async def test_a_code_goes_out_as_its_template_whenever_the_guest_last_wrote_and_stays_hidden_where_it_is_kept() -> (
    None
):
    house = await House(line=LINE).start()
    row = await sends(house, a_code())
    assert row.status is OutboxStatus.SENT
    assert [post.body for post in house.channel.posts] == [f"«codigo_de_reserva» {HIDDEN}"]
    assert house.codes.digits("s") not in repr(house.database.outbox)
    assert "reach" not in house.database.calls


@in_virtual_time
async def test_a_code_that_is_good_no_more_is_not_sent() -> None:
    house = await House(line=LINE).start()
    row = await sends(house, a_code(minutes=0))
    assert (row.status, house.channel.posts) == (OutboxStatus.CANCELLED, [])


@in_virtual_time
async def test_a_code_without_a_template_is_a_persons() -> None:
    house = await House(line=Line(messages_per_second=1000.0)).start()
    row = await sends(house, a_code())
    assert (row.status, house.channel.posts) == (OutboxStatus.DEAD, [])


@in_virtual_time
async def test_a_code_that_may_have_been_sent_does_not_go_again_by_template() -> None:
    house = await House(line=LINE).start()
    house.channel.failures.append(failure(FailureClass.IN_DOUBT))
    await sends(house, a_code())
    await asyncio.sleep(GRACE_SECONDS + 1)
    await until_marked()
    assert [row.status for row in house.database.outbox.values()] == [OutboxStatus.DEAD]
    assert len(house.channel.posts) == 1


async def house_with_a_wish(*joined: Joined) -> House:
    house = await House().start()
    await house.say("hola")
    house.identities.joined = list(joined)
    await house.accept(replace(said(WISH), account=SYSTEM))
    await until_idle()
    return house


@in_virtual_time
async def test_a_wish_to_be_one_is_the_journals_and_no_turn() -> None:
    house = await house_with_a_wish()
    way = Way(channel="email", address="ana@x.com")
    assert house.identities.wishes == [SameGuest(way=way, code="DEMO-7F3KMQ")]
    assert len(house.database.turns) == 1


@in_virtual_time
async def test_guests_who_became_one_are_counted() -> None:
    house = await house_with_a_wish(Joined(became=Union.MADE, survivor=GuestId(1), gone=(GuestId(7), GuestId(8))))
    assert house.sample("guests_merged_total") == 2


@in_virtual_time
async def test_what_is_written_beside_a_wish_has_turns_of_its_own_in_order() -> None:
    house = await House().start()
    gate = house.understanding.gate = asyncio.Event()
    await house.say("hola")
    await house.say("¿hay wifi?")
    await house.accept(replace(said(WISH), account=SYSTEM))
    await house.say("gracias")
    gate.set()
    await asyncio.sleep(1)
    await until_idle()
    assert house.heard() == [("hola",), ("¿hay wifi?",), ("gracias",)]
    assert len(house.identities.wishes) == 1
    assert house.database.undone() == []


@in_virtual_time
async def test_what_still_comes_for_who_is_another_now_is_answered_in_that_ones_conversation() -> None:
    house = await House().start()
    await house.say("hola", by=BETO)
    await house.say("hola")
    gone, survivor = GuestId(2), GuestId(1)
    house.database.conversations[gone] = Conversation(guest_id=gone, version=9, merged_into=survivor)
    house.identities.successors[gone] = survivor
    await house.say("¿hay wifi?")
    await asyncio.sleep(REREAD_SECONDS + 1)
    await until_idle()
    assert house.database.undone() == []
    assert [turn.guest_id for turn in house.database.turns] == [survivor, gone, survivor]


@in_virtual_time
async def test_a_code_is_sent_by_the_account_of_its_channel_and_only_once() -> None:
    """Whoever chats on the page names a reservation that has a number on file."""
    house = await House(line=LINE).start()
    house.pms.reservations.append(a_reservation("DEMO-7F3KMQ", booker="Luis Soto", phone="+54 9 11 0000 0009"))
    page = replace(said("¿cómo está mi reserva DEMO-7F3KMQ?"), account=WEBCHAT)
    for words in (page, replace(page, external_id="2", event=TextReceived(text="no"))):
        await house.accept(words)
    [post] = house.channel.posts
    assert (post.address, HIDDEN in post.body) == ("5491100000009", True)
    await house.accept(replace(page, external_id="3", event=TextReceived(text=house.codes.last)))
    assert "Tu reserva DEMO-7F3KMQ" in house.answers()[-1]
    [timer] = [timer for turn in house.database.turns for timer in turn.timers]
    assert (timer.kind, timer.key.partition("/")[2]) == (SAME_GUEST, "DEMO-7F3KMQ/whatsapp/5491100000009")
    assert house.identities.used == {("send", "DEMO-7F3KMQ"): 1, ("try", "DEMO-7F3KMQ"): 1}
