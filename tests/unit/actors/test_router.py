"""The router between HTTP, the journal and the conversations."""

import asyncio
import threading

import pytest

from agente_hotelero.actors import journal, router
from agente_hotelero.actors.conversation import ConversationActor
from agente_hotelero.actors.supervision import ChildSpec, Supervisor
from agente_hotelero.errors import StorageUnavailableError
from agente_hotelero.model.events import OtherReceived, Parsed, Unreadable
from agente_hotelero.model.ids import GuestId, OutboxId
from tests.fakes.journal import Lost
from tests.support.actors_house import House
from tests.support.actors_words import ANA, BETO, WEBCHAT, report, said
from tests.support.virtual_time import clock, in_virtual_time, until_idle

ACCOUNTS = frozenset({"100000000000001"})
LARGE = b"x" * (router.LARGE_BODY_BYTES + 1)


def everything() -> Parsed:
    return Parsed(
        events=(said("hola"), said(OtherReceived(what="image"))),
        reports=(report(OutboxId(5)),),
        unreadable=(Unreadable(channel="whatsapp", account="", reason="odd", raw=b"?"),),
    )


def accept(house: House, body: bytes) -> "asyncio.Future[journal.Accepted]":
    return asyncio.ensure_future(house.router.ask(router.AcceptWhatsApp(body=body, accounts=ACCOUNTS)))


@pytest.mark.parametrize("body", [b"{}", LARGE])
@in_virtual_time
async def test_everything_in_a_body_is_stored_and_counted_by_kind(body: bytes) -> None:
    house = await House().start()
    house.parsed[body] = everything()
    accepted = await accept(house, body)
    assert len(accepted.inbox_ids) == 2
    assert len(house.database.reports) == len(house.database.quarantined) == 1
    for kind in ("text", "other", "deliveryreport", "unreadable"):
        assert house.sample("inbound_messages_total", channel="whatsapp", kind=kind) == 1


@in_virtual_time
async def test_only_a_large_body_is_parsed_off_the_loop() -> None:
    house = await House().start()
    house.parsed = {b"{}": Parsed(), LARGE: Parsed()}
    await accept(house, b"{}")
    await accept(house, LARGE)
    here = threading.get_ident()
    assert [thread == here for thread in house.parsed_in] == [True, False]


@pytest.mark.parametrize("body", [b"{}", LARGE])
@in_virtual_time
async def test_an_empty_body_is_accepted_without_the_journal(body: bytes) -> None:
    house = await House().start()
    house.parsed[body] = Parsed()
    assert (await accept(house, body)).inbox_ids == ()
    assert "store" not in house.database.calls


@in_virtual_time
async def test_it_waits_for_nobody_and_the_journal_answers_the_asker() -> None:
    house = await House().start()
    house.database.faults.gates["store"] = asyncio.Event()
    first = asyncio.ensure_future(house.router.ask(router.AcceptEvents(events=(said("1"),))))
    await until_idle()
    others = [asyncio.ensure_future(house.router.ask(router.AcceptEvents(events=(said("2"),)))) for _ in range(20)]
    await until_idle()
    assert house.router.mailbox.depth() == 0
    assert not first.done()
    house.database.faults.gates.pop("store").set()
    await asyncio.gather(first, *others)
    assert house.database.batches[:2] == [1, 20]


@in_virtual_time
async def test_the_journals_refusal_reaches_who_asked() -> None:
    house = await House().start()
    house.database.faults.outages["store"].append(Lost.BEFORE)
    with pytest.raises(StorageUnavailableError):
        await house.router.ask(router.AcceptEvents(events=(said("1"),)))


@in_virtual_time
async def test_events_of_other_channels_are_counted_under_theirs() -> None:
    house = await House().start()
    await house.accept(said("hola", account=WEBCHAT))
    assert house.sample("inbound_messages_total", channel="webchat", kind="text") == 1
    assert house.sample("actors_alive", kind="Conversation") == 1


@in_virtual_time
async def test_rows_of_a_hotel_that_is_configured_no_more_stay_undone_and_hold_up_nobody() -> None:
    house = House()
    house.database.clean = False
    house.database.insert(said("hola"))
    await house.start(here=False)
    await asyncio.sleep(60)
    assert house.unknown_hotels == ["demo"]
    assert len(house.database.undone()) == 1
    assert house.journal_actor._holding.recovering == 0


def exhausted(house: House) -> bool:
    return house.router_actor.exhausted


async def break_conversations(house: House, monkeypatch: pytest.MonkeyPatch, *guests: str) -> None:
    """The conversations of these guests fail at their next message."""

    def fail(_self: ConversationActor, _row: object) -> None:
        raise ValueError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(ConversationActor, "_gather", fail)
        for guest in guests:
            await house.say("hola", by=guest)


@in_virtual_time
async def test_a_failed_conversations_rows_are_handed_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await House().start()
    await break_conversations(house, monkeypatch, ANA)
    assert house.sample("actor_restarts_total", kind="Conversation") == 1
    assert house.database.turns == []
    await asyncio.sleep(journal.REREAD_SECONDS + 0.5)
    assert house.heard() == [("hola",)]


@in_virtual_time
async def test_what_comes_after_a_failure_does_not_overtake_what_was_in_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    house = await House().start()
    house.database.faults.gates["store"] = asyncio.Event()
    second = asyncio.ensure_future(house.accept(said("segundo")))
    await until_idle()
    first = house.database.insert(said("primero"))
    house.journal_actor._holding.take([first])

    def fail(_self: ConversationActor, _row: object) -> None:
        monkeypatch.undo()
        house.database.faults.gates.pop("store").set()
        raise ValueError("broken")

    monkeypatch.setattr(ConversationActor, "_gather", fail)
    house.router.tell(router.DeliverRows(rows=[first]))
    await second
    await asyncio.sleep(journal.REREAD_SECONDS + 0.5)
    assert [text for turn in house.heard() for text in turn] == ["primero", "segundo"]


@in_virtual_time
async def test_while_the_budget_is_spent_rows_are_let_go_and_handed_out_later_in_order(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = await House().start()
    await break_conversations(house, monkeypatch, *(f"54{n}" for n in range(router.INTENSITY + 1)))
    assert exhausted(house)
    await house.say("primero", by=BETO)
    assert house.database.turns == []
    await asyncio.sleep(9.5)
    await house.say("segundo", by=BETO)
    await asyncio.sleep(0.6)
    assert not exhausted(house)
    await house.say("tercero", by=BETO)
    await asyncio.sleep(5)
    mine = [turn for turn in house.heard() if "hola" not in turn]
    assert [text for turn in mine for text in turn] == ["primero", "segundo", "tercero"]
    assert house.database.undone() == []


@in_virtual_time
async def test_when_the_shards_are_lost_no_conversation_stays() -> None:
    house = await House().start()
    gate = house.understanding.gate = asyncio.Event()
    await house.say("hola")
    house.router.tell(router.DropAll())
    await until_idle()
    assert list(house.router_actor._conversations) == []
    assert house.sample("actors_alive", kind="Conversation") == 0
    gate.set()
    await until_idle()
    assert house.database.turns == []


@in_virtual_time
async def test_after_the_shards_were_lost_and_claimed_again_everything_has_its_turn_once() -> None:
    house = await House().start()
    gate = house.understanding.gate = asyncio.Event()
    await house.say("hola")
    await house.say("segundo")
    house.database.lost.set()
    await until_idle()
    gate.set()
    await asyncio.sleep(10)
    assert [text for turn in house.heard() for text in turn] == ["hola", "segundo"]
    assert len(house.channel.posts) == len(house.database.outbox)


@in_virtual_time
async def test_a_router_that_begins_again_takes_up_everything_in_order() -> None:
    house = await House().start()
    root = Supervisor(name="root", on_exhausted=lambda _name: None)

    def make() -> router.ChannelRouterActor:
        return router.ChannelRouterActor(
            journal_ref=house.journal,
            parse_whatsapp=house._parse,
            surroundings=house.hotels.get,
            metrics=house.metrics,
        )

    house.router = await root.start_child(ChildSpec(name="router", factory=make))
    gate = house.understanding.gate = asyncio.Event()
    await house.say("primero")
    await house.say("sin más", by=BETO)
    house.router.tell("nonsense")
    # Told to the router that is gone, taken by the one that follows it.
    second = house.database.insert(said("segundo"))
    house.journal_actor._holding.take([second])
    house.router.tell(router.DeliverRows(rows=[second]))
    await until_idle()
    gate.set()
    await asyncio.sleep(5)
    await house.say("tercero")
    by_ana = [text for turn in house.heard() for text in turn if text != "sin más"]
    assert by_ana == ["primero", "segundo", "tercero"]
    assert house.database.undone() == []
    await root.stop()


@in_virtual_time
async def test_idle_conversations_are_put_aside_and_come_back() -> None:
    house = await House(idle_seconds=5.0).start()
    await house.say("hola")
    await asyncio.sleep(10)
    assert GuestId(1) not in list(house.router_actor._conversations)
    await house.say("gracias")
    assert [turn.version for turn in house.database.turns] == [0, 1]
    await house.stop()


@in_virtual_time
async def test_a_drain_lets_the_turn_in_hand_be_answered() -> None:
    house = await House().start()
    house.understanding.gate = asyncio.Event()
    await house.say("hola")
    stopping = asyncio.create_task(house.stop())
    await until_idle()
    assert not stopping.done()

    house.understanding.gate.set()
    await stopping

    assert len(house.channel.posts) == 1


@in_virtual_time
async def test_a_drain_waits_no_longer_than_it_may_and_the_turn_is_decided_again() -> None:
    house = await House().start()
    house.understanding.gate = asyncio.Event()
    await house.say("hola")

    before = clock()
    await house.stop()

    assert clock() - before == pytest.approx(router.FINISH_SECONDS)
    assert [row for row in house.database.rows.values() if row.id not in house.database.done] != []
