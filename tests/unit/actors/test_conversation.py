"""One guest's conversation over a real journal and the real dialogue, whatever fails around it."""

import asyncio
import gc
import logging
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest

from agente_hotelero.actors import conversation, journal
from agente_hotelero.actors.conversation import IN_HAND, SLOW_SECONDS, CatchUp, ConversationActor, Deliver
from agente_hotelero.actors.wheel import Wheel
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.config.flags import Flag
from agente_hotelero.dialogue import effects, policy
from agente_hotelero.dialogue.state import State
from agente_hotelero.model.events import (
    OtherReceived,
    PreferenceChanged,
    ReservationSettled,
    SagaOutcome,
    StaffGaveBack,
    StaffReplied,
    StaffTookOver,
    TimerFired,
)
from agente_hotelero.model.ids import Channel, ClientRef, GuestId, OutboxId
from agente_hotelero.model.journal import TURN_ROWS, Conversation, OutboxStatus, ReplyRoute
from agente_hotelero.model.messages import Picture
from agente_hotelero.storage import codec
from tests.fakes.channel import failure
from tests.fakes.journal import FakeDatabase, Lost
from tests.fakes.pms import Fault
from tests.support.actors_house import House
from tests.support.actors_words import ANA, BETO, SYSTEM, WEBCHAT, WHATSAPP, plain, said
from tests.support.dialogue_guest import a_reservation
from tests.support.virtual_time import in_virtual_time, now, until_idle, until_marked

QUESTION = "hay habitación doble del 10 al 12 de junio para 2?"


async def in_hand(house: House, *words: str) -> asyncio.Event:
    """A first message is in its turn, these wait; the event lets the turn go on."""
    gate = house.understanding.gate = asyncio.Event()
    await house.say("hola")
    for text in words:
        await house.say(text)
    return gate


# Turns.


@in_virtual_time
async def test_a_message_becomes_a_turn_with_an_answer_on_its_way() -> None:
    house = await House().start()
    await house.say(QUESTION)
    await until_marked()
    [answer] = house.answers()
    assert "180" in answer
    assert house.channel.bodies(ANA) == [answer]
    assert house.database.ended(OutboxStatus.SENT) == list(house.database.outbox)
    [turn] = house.database.turns
    assert [quote.offer.room_type.key for quote in turn.quotes] == ["double"]
    assert house.sample("turns_total", outcome="committed") == 1
    assert house.sample("turn_seconds_count", channel="whatsapp", outcome="committed") == 1


@in_virtual_time
async def test_a_guest_who_was_not_known_before_has_no_conversation_to_load() -> None:
    house = await House().start()
    await house.say("hola")
    await until_idle()
    assert "load" not in house.database.calls
    house.router_actor._conversations.drop_all()
    await house.say("hola")
    await until_idle()
    assert house.database.calls.count("load") == 1
    assert house.heard() == [("hola",), ("hola",)]


@in_virtual_time
async def test_one_turn_takes_all_that_waits_in_order() -> None:
    house = await House().start()
    gate = await in_hand(house, "uno", "dos", "tres")
    gate.set()
    await until_idle()
    assert house.heard() == [("hola",), ("uno", "dos", "tres")]


@in_virtual_time
async def test_a_flood_is_answered_in_between() -> None:
    house = await House().start()
    gate = await in_hand(house, *(str(n) for n in range(TURN_ROWS + 5)))
    gate.set()
    await until_idle()
    assert [len(turn) for turn in house.heard()] == [1, TURN_ROWS, 5]


@in_virtual_time
async def test_beyond_what_it_may_hold_it_falls_behind_and_catches_up_in_order_with_none_lost() -> None:
    house = await House().start()
    words = [str(n) for n in range(IN_HAND + 30)]
    gate = await in_hand(house, *words)
    gate.set()
    gate.clear()
    await until_idle()
    # Some had their turn, and there would be room again, but rows before this one are only in the database.
    await house.say("último")
    gate.set()
    await until_idle()
    assert [text for turn in house.heard() for text in turn] == ["hola", *words, "último"]
    assert house.database.undone() == []


@in_virtual_time
async def test_a_row_delivered_twice_has_one_turn() -> None:
    house = await House().start()
    gate = await in_hand(house, "uno")
    first, second = house.database.undone()
    house.conversation().actor_ref.tell(Deliver(row=second))
    gate.set()
    await until_idle()
    assert house.heard() == [("hola",), ("uno",)]
    assert house.sample("turns_total", outcome="overtaken") == 0
    house.conversation().actor_ref.tell(Deliver(row=first))
    await house.say("dos")
    await asyncio.sleep(1)
    assert house.heard() == [("hola",), ("uno",), ("dos",)]


@in_virtual_time
async def test_an_overtaken_turn_decides_again_on_what_is_there_now() -> None:
    house = await House().start()
    gate = await in_hand(house)
    taken_over = State(taken_over=True)
    route = ReplyRoute(account=WHATSAPP, address=ANA)
    house.database.conversations[GuestId(1)] = Conversation(
        guest_id=GuestId(1), version=1, state=taken_over, route=route
    )
    gate.set()
    await asyncio.sleep(1)
    assert house.heard() == [("hola",)]
    assert house.answers() == []
    assert house.database.conversations[GuestId(1)].version == 2
    assert house.sample("turns_total", outcome="overtaken") == 1


@in_virtual_time
async def test_a_person_who_takes_over_stops_pending_replies_and_the_agent_until_they_give_back() -> None:
    house = await House().start()
    pending = house.database.next_outbox_id()
    await house.say("hola")
    [answered] = house.database.outbox.values()
    waits = type(answered)(
        id=pending,
        guest_id=answered.guest_id,
        shard=answered.shard,
        route=answered.route,
        cause=answered.cause,
        message=answered.message,
        interactive=False,
    )
    house.database.insert_reply(waits)
    await house.accept(said(StaffTookOver(), account=SYSTEM))
    assert house.database.outbox[OutboxId(pending)].status is OutboxStatus.CANCELLED
    said_so_far = len(house.answers())
    await house.say("seguís ahí?")
    assert len(house.answers()) == said_so_far
    await house.accept(said(StaffGaveBack(), account=SYSTEM))
    await house.say("hola")
    assert len(house.answers()) > said_so_far


@in_virtual_time
async def test_a_persons_reply_goes_out_in_order_and_silences_the_agent() -> None:
    house = await House().start()
    await house.say("hola")
    greeting = house.answers()
    await house.accept(said(StaffReplied(text="Soy Ana, de recepción."), account=SYSTEM))
    await house.say("gracias!")
    assert house.answers() == [*greeting, "Soy Ana, de recepción."]
    assert [plain(row.message) for row in house.database.outbox.values()] == house.answers()


@in_virtual_time
async def test_a_confirmation_brings_its_code_from_where_the_house_keeps_its_pictures() -> None:
    house = await House().start()
    await house.accept(said("hola", account=WEBCHAT))
    settled = ReservationSettled(
        client_ref=ClientRef("AH-1"), outcome=SagaOutcome.CONFIRMED, reservation=a_reservation("DEMO-1")
    )
    await house.accept(said(settled, account=SYSTEM))

    assert [row.message.source for row in house.database.outbox.values() if isinstance(row.message, Picture)] == [
        "/codes/DEMO-1.png"
    ]


@in_virtual_time
async def test_a_reply_to_a_guest_whose_only_message_was_buried_goes_where_they_wrote() -> None:
    house = await House().start()
    await house.accept(said(StaffReplied(text="Recibimos su mensaje.", account=WHATSAPP, address=ANA), account=SYSTEM))
    [row] = house.database.outbox.values()
    assert row.route == ReplyRoute(account=WHATSAPP, address=ANA)
    assert house.answers() == ["Recibimos su mensaje."]


@in_virtual_time
async def test_a_yes_that_is_followed_by_what_still_waits_is_not_the_last_word() -> None:
    house = await House().start()
    worlds: list[bool] = []
    gate = await in_hand(house, *(f"{n}" for n in range(TURN_ROWS + 1)))
    original = policy.decide

    def watched(state: State, heard: policy.Heard | effects.ReadAnswer, world: policy.World) -> object:
        if isinstance(heard, policy.Heard):
            worlds.append(world.last_of_turn)
        return original(state, heard, world)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy, "decide", watched)
        gate.set()
        await until_idle()
    assert worlds == [True] + [False] * TURN_ROWS + [True]


@in_virtual_time
async def test_an_event_of_ours_does_not_change_where_answers_go() -> None:
    house = await House().start()
    await house.accept(said("hola", account=WEBCHAT))
    await house.accept(said(TimerFired(kind="nudge", key="1"), account=SYSTEM))
    route = house.database.conversations[GuestId(1)].route
    assert route is not None
    assert route.account.channel is Channel.WEBCHAT


@in_virtual_time
async def test_an_event_of_ours_knows_the_number_that_the_guest_writes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await House().start()
    decide = policy.decide
    numbers: list[str | None] = []

    def watched(state: State, heard: policy.Heard | effects.ReadAnswer, world: policy.World) -> object:
        numbers.append(world.phone)
        return decide(state, heard, world)

    monkeypatch.setattr(policy, "decide", watched)
    await house.say("hola")
    await house.accept(said(TimerFired(kind="nudge", key="1"), account=SYSTEM))
    assert numbers == [ANA, ANA]


@in_virtual_time
async def test_what_the_pms_answers_is_decided_on_with_what_the_message_found(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await House().start()
    decide = policy.decide
    found: list[tuple[State, State | None]] = []

    def watched(state: State, heard: policy.Heard | effects.ReadAnswer, world: policy.World) -> object:
        found.append((state, world.before))
        return decide(state, heard, world)

    monkeypatch.setattr(policy, "decide", watched)
    await house.say(QUESTION)
    [(first, _), (_, before)] = found
    assert before is first


@in_virtual_time
async def test_a_question_that_the_pms_could_not_answer_is_answered_when_its_timer_fires() -> None:
    house = await House().start()
    house.pms.away = True
    await house.say(QUESTION)
    await asyncio.sleep(5)
    [timer] = house.database.turns[-1].timers
    assert (timer.kind, timer.not_after) == ("pms_retry", None)
    house.pms.away = False
    await asyncio.sleep(30)
    await house.accept(said(TimerFired(kind=timer.kind, key=timer.key), account=SYSTEM))
    await asyncio.sleep(5)
    assert len(house.database.turns) == 2
    assert "¡Ya pude consultar!" in str(house.database.turns[-1].replies[0].message)
    assert house.database.turns[-1].quotes


@in_virtual_time
async def test_web_chat_is_answered_by_the_commit_itself() -> None:
    house = await House().start()
    await house.accept(said("hola", account=WEBCHAT))
    assert house.database.ended(OutboxStatus.SENT) == list(house.database.outbox)
    assert house.channel.posts == []


@in_virtual_time
async def test_an_event_without_words_is_not_read() -> None:
    house = await House().start()
    await house.accept(said(OtherReceived(what="image")))
    assert house.understanding.read == []
    assert len(house.answers()) == 1


@in_virtual_time
async def test_intents_are_counted_by_language() -> None:
    house = await House().start()
    await house.say("good morning, do you have wifi?")
    assert house.sample("intents_total", intent="wifi", language="en") == 1


@in_virtual_time
async def test_each_turn_goes_on_from_the_committed_state_without_reading_it_again() -> None:
    house = await House().start()
    await house.say(QUESTION)
    await house.say("la 1")
    await house.say("gracias")
    assert [turn.version for turn in house.database.turns] == [0, 1, 2]
    assert house.database.calls.count("load") == 0


@in_virtual_time
async def test_a_guest_books_and_the_turn_only_intends() -> None:
    house = await House().start()
    for words in (QUESTION, "la 1", "me llamo Ana Ruiz", "ana@example.com", "sí"):
        await house.say(words)
        await asyncio.sleep(1)
    [write] = house.database.turns[-1].writes
    yes = max(house.database.rows)
    assert write.client_ref == f"demo-{yes}"
    assert write.request is not None
    assert "reserve" not in [entry.operation for entry in house.pms.ledger]
    assert "sagas frozenset({'demo'})" in house.told


# Storage fails.


@in_virtual_time
async def test_while_storage_is_away_turns_wait_and_no_attempt_is_counted() -> None:
    house = await House().start()
    gate = await in_hand(house, "segundo")
    house.database.faults.away = True
    gate.set()
    await asyncio.sleep(120)
    assert 40 < house.database.calls.count("read_guests") < 120
    house.database.faults.away = False
    await asyncio.sleep(3)
    assert house.heard() == [("hola", "segundo")]
    assert "fail" not in house.database.calls
    assert house.sample("turns_total", outcome="failed") == 0


@pytest.mark.parametrize("lost", list(Lost))
@in_virtual_time
async def test_a_commit_of_unknown_outcome_answers_once(lost: Lost) -> None:
    house = await House().start()
    house.database.faults.outages["commit"].append(lost)
    await house.say("hola")
    await asyncio.sleep(10)
    assert house.heard() == [("hola",)]
    assert len(house.channel.posts) == 1


# Turns fail.


@in_virtual_time
async def test_a_failing_turn_is_tried_again_one_message_at_a_time() -> None:
    house = await House().start()
    gate = await in_hand(house, "uno", "dos", "tres")
    house.understanding.troubles["dos"] = [ValueError("dos")]
    gate.set()
    await asyncio.sleep(5)
    assert house.heard() == [("hola",), ("uno",), ("dos",), ("tres",)]
    assert house.database.dead_letters == {}


@in_virtual_time
async def test_a_message_that_always_fails_is_buried_and_the_next_go_on() -> None:
    house = await House().start()
    gate = await in_hand(house, "uno", "veneno", "tres")
    house.understanding.troubles["veneno"] = [ValueError("veneno") for _ in range(9)]
    gate.set()
    await asyncio.sleep(20)
    await house.say("cuatro")
    assert [text for turn in house.heard() for text in turn] == ["hola", "uno", "tres", "cuatro"]
    assert [house.database.rows[row].event for row in house.database.dead_letters] == [said("veneno").event]
    assert house.sample("turns_total", outcome="failed") == 5
    assert "dead_letter" in [handoff.reason for handoff in house.database.handoffs]


@in_virtual_time
async def test_a_dead_letter_shows_where_it_failed_and_not_what_the_guest_wrote(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = await House().start()
    secret = "mi tarjeta es 4111 1111"
    house.understanding.troubles[secret] = [ValueError(secret) for _ in range(9)]
    with caplog.at_level(logging.DEBUG):
        await house.say(secret)
        await asyncio.sleep(20)
    [error] = house.database.dead_letters.values()
    assert error.startswith("ValueError\n")
    assert "actors_house.py" in error
    assert "4111" not in error + caplog.text


@in_virtual_time
async def test_a_neighbour_whose_turn_the_database_refuses_is_not_blamed_on_others() -> None:
    house = await House().start()
    house.database.faults.refuses = lambda call, item: call == "commit" and getattr(item, "guest_id", 0) == 1
    await asyncio.gather(house.say("veneno", by=ANA), house.say("hola", by=BETO))
    await asyncio.sleep(20)
    assert house.heard() == [("hola",)]
    assert [house.database.rows[row].guest_id for row in house.database.dead_letters] == [1]


@in_virtual_time
async def test_a_failure_that_can_not_be_counted_is_tried_again() -> None:
    house = await House().start()
    house.understanding.troubles["hola"] = [ValueError()]
    house.database.faults.outages["fail"].append(Lost.BEFORE)
    await house.say("hola")
    await asyncio.sleep(5)
    assert house.heard() == [("hola",)]


@in_virtual_time
async def test_rows_that_it_can_not_read_are_left_alone_for_another_process() -> None:
    house = await House().start()
    gate = await in_hand(house)
    house.understanding.troubles["hola"] = [ValueError()]
    house.database.faults.refuses = lambda call, _item: call == "read_guests"
    gate.set()
    await asyncio.sleep(60)
    assert house.database.dead_letters == {}
    assert [row.attempts for row in house.database.undone()] == [1]


@in_virtual_time
async def test_a_conversation_whose_journal_is_gone_fails_nobodys_message() -> None:
    house = await House().start()
    gate = await in_hand(house)
    actor = house.conversation()
    await house.journal.stop()
    gate.set()
    await asyncio.sleep(5)
    assert not actor.resting
    assert house.sample("turns_total", outcome="failed") == 0


# The PMS fails.


@in_virtual_time
async def test_while_the_pms_is_away_the_guest_is_told_in_the_same_turn() -> None:
    house = await House().start()
    house.pms.away = True
    await house.say(QUESTION)
    await asyncio.sleep(30)
    [answer] = house.answers()
    assert "USD" not in answer
    assert house.heard() == [(QUESTION,)]


@in_virtual_time
async def test_a_hanging_pms_holds_up_only_who_asked() -> None:
    house = await House().start()
    house.pms.read_faults.extend([Fault.HANG] * 9)
    await house.say(QUESTION, by=ANA)
    await house.say("a qué hora es el check-in?", by=BETO)
    assert [turn.guest_id for turn in house.database.turns] == [2]
    await asyncio.sleep(60)
    assert [turn.guest_id for turn in house.database.turns] == [2, 1]


@in_virtual_time
async def test_a_gateway_that_is_gone_is_a_pms_that_is_away() -> None:
    house = await House().start()
    await house.surroundings.gateway.stop()
    await house.say(QUESTION)
    assert len(house.answers()) == 1
    assert house.sample("turns_total", outcome="failed") == 0


@in_virtual_time
async def test_a_refused_question_is_answered_and_not_buried() -> None:
    house = await House().start()
    house.pms.read_faults.extend([Fault.REFUSE] * 9)
    await house.say(QUESTION)
    await asyncio.sleep(5)
    assert len(house.answers()) == 1
    await house.say("quiero ver mi reserva AB12CD34")
    await house.say("AB12CD34 Pérez")
    await asyncio.sleep(5)
    assert [entry.operation for entry in house.pms.ledger] == ["find_offers", "find_by_code", "find_by_code"]
    assert house.database.dead_letters == {}
    assert house.sample("turns_total", outcome="failed") == 0


@in_virtual_time
async def test_what_is_valid_is_judged_by_the_clock_after_the_answer() -> None:
    house = await House().start()
    house.pms.read_faults.append(Fault.SLOW)
    asked_at = now()
    await house.say(QUESTION)
    await asyncio.sleep(5)
    [turn] = house.database.turns
    assert turn.quotes[0].shown_at >= asked_at + timedelta(seconds=house.pms.slow_seconds)


@in_virtual_time
async def test_a_dialogue_that_asks_without_end_fails_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await House().start()
    ask = effects.AskReservation(code="X")
    monkeypatch.setattr(policy, "decide", lambda state, _heard, _world: (state, (ask,)))
    await house.say("hola")
    await asyncio.sleep(20)
    assert len(house.database.dead_letters) == 1
    assert len(house.pms.ledger) == conversation.READS_PER_EVENT * 5


# Rest.


@in_virtual_time
async def test_it_may_be_put_aside_only_with_nothing_in_hand() -> None:
    house = await House(idle_seconds=1.0).start()
    gate = await in_hand(house)
    actor = house.conversation()
    await asyncio.sleep(10)
    assert house.conversation() is actor
    house.database.faults.outages["commit"].append(Lost.BEFORE)
    gate.set()
    await until_idle()
    assert not actor.resting
    await asyncio.sleep(10)
    assert list(house.router_actor._conversations) == []
    await house.say("gracias")
    assert house.heard() == [("hola",), ("gracias",)]


@in_virtual_time
async def test_one_that_rests_weighs_at_most_three_kilobytes() -> None:
    house = await House().start()
    for words in ("hay lugar del 10 al 12 de junio para 2?", "la 1", "me llamo Ana Ruiz", "ana@example.com"):
        await house.say(words)
        await asyncio.sleep(1)
    stored = house.database.conversations[GuestId(1)]
    assert isinstance(stored.state, State)
    assert (len(stored.state.draft.offers), stored.state.draft.summarised) == (2, True)
    document = codec.dump(stored.state)
    many = [GuestId(1_000 + n) for n in range(300)]
    gc.collect()
    tracemalloc.start()
    house.router_actor._around = house.surroundings
    for guest in many:
        house.router_actor._conversations.ref(guest)
        # As it is after it was read back: nothing is shared with another conversation.
        house.conversation(guest)._stored = Conversation(
            guest_id=guest,
            version=4,
            state=codec.read_state(document),
            route=ReplyRoute(account=replace(WHATSAPP), address=f"54911{guest}"),
        )
    gc.collect()
    weight = tracemalloc.get_traced_memory()[0] / len(many)
    tracemalloc.stop()
    assert all(house.conversation(guest).resting for guest in many)
    assert weight <= 3_000


@in_virtual_time
async def test_one_that_is_told_to_catch_up_reads_before_it_takes() -> None:
    database = FakeDatabase(now=now)
    house = House()
    house.database = database
    await house.start()
    database.faults.gates["waiting"] = asyncio.Event()
    first, second = database.insert(said("primero")), database.insert(said("segundo"))
    actor = ConversationActor(
        guest_id=GuestId(1), surroundings=house.surroundings, newest=house.hotels.get, wheel=Wheel()
    )
    actor._start_actor_loop()
    actor.actor_ref.tell(CatchUp())
    actor.actor_ref.tell(Deliver(row=second))
    await until_idle()
    assert house.heard() == [("primero", "segundo")]
    assert first.id in database.done


@in_virtual_time
async def test_it_takes_no_strangers_messages() -> None:
    house = await House().start()
    await house.say("hola")
    with pytest.raises(TypeError):
        await house.conversation().actor_ref.ask(journal.Load(guest_id=GuestId(1)))


@pytest.mark.parametrize("advanced", [False, True])
@in_virtual_time
async def test_the_pms_gets_the_guests_number_as_the_flag_has_it(advanced: bool) -> None:
    house = await House().start()
    house.flags.replace({Flag.PHONE_NORMALIZATION.value: advanced})
    for words in ("una doble del 5 al 8 de mayo para 2", "1", "Ana Ruiz", "ana@example.com", "sí"):
        await house.say(words)
        await asyncio.sleep(1)

    [write] = [write for turn in house.database.turns for write in turn.writes]

    assert write.request is not None
    assert write.request.booker.phone == ("+" if advanced else "") + ANA


# What a guest sees while we ask.


@in_virtual_time
async def test_a_guest_whose_question_takes_its_time_sees_that_it_is_being_answered_once() -> None:
    house = await House().start()
    house.pms.latency_seconds = 4.0
    await house.accept(said(QUESTION, external_id="wamid.in.1"))
    await asyncio.sleep(8)
    assert house.channel.typing == [("wamid.in.1", SLOW_SECONDS)]
    assert len(house.channel.posts) == 1


@in_virtual_time
async def test_nothing_is_shown_where_the_answer_is_quick_or_nobody_wrote() -> None:
    house = await House().start()
    house.pms.latency_seconds = SLOW_SECONDS - 0.1
    await house.say(QUESTION)
    await asyncio.sleep(8)
    house.pms.latency_seconds, house.pms.away = 0.0, True
    await house.say("y del 15 al 18 de junio?")
    await asyncio.sleep(1)
    house.pms.latency_seconds, house.pms.away = 4.0, False
    await house.accept(said(TimerFired(kind="pms_retry", key=""), by=ANA, account=SYSTEM))
    await asyncio.sleep(8)
    assert house.channel.typing == []


@pytest.mark.parametrize("hangs", [True, False])
@in_virtual_time
async def test_what_is_shown_meanwhile_holds_up_nobody_and_harms_nothing_if_it_fails(hangs: bool) -> None:
    house = await House().start()
    house.pms.latency_seconds = 4.0
    house.channel.typing_gate = asyncio.Event() if hangs else None
    house.channel.typing_failure = failure(FailureClass.AUTH, code=190)
    await house.say(QUESTION)
    await asyncio.sleep(8)
    assert len(house.channel.typing) == 1
    assert len(house.channel.posts) == 1
    assert not house.sender_actor.road.refused
    await house.stop()


@in_virtual_time
async def test_while_the_account_is_stopped_nothing_is_shown() -> None:
    house = await House().start()
    house.pms.latency_seconds = 4.0
    house.sender_actor.road.stop(190)
    await house.say(QUESTION)
    await asyncio.sleep(8)
    assert house.channel.typing == []


@in_virtual_time
async def test_what_a_guest_told_whatsapp_changes_neither_where_answers_go_nor_until_when() -> None:
    house = await House().start()
    await house.say("hola")
    await house.accept(said(PreferenceChanged(stopped=True), by=ANA))
    first, second = house.database.turns
    assert (second.route, second.opts_out, second.replies) == (first.route, True, ())


@in_virtual_time
async def test_a_turn_that_is_taken_again_shows_nothing_again() -> None:
    house = await House().start()
    house.pms.latency_seconds = 4.0
    house.database.faults.outages["commit"].append(Lost.BEFORE)
    await house.say(QUESTION)
    await asyncio.sleep(60)
    assert (len(house.database.turns), len(house.channel.typing)) == (1, 1)
