"""What a turn gathers."""

from datetime import timedelta

from agente_hotelero.actors.turning import Gathering
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.dialogue import effects
from agente_hotelero.model.hotel import Topic
from agente_hotelero.model.ids import Account, Channel, ClientRef, GuestId, InboxId
from agente_hotelero.model.journal import ReplyRoute
from agente_hotelero.model.messages import Location, Several, Text
from tests.support.actors_words import ANA, WEBCHAT, WHATSAPP
from tests.support.stays import COUPLE, HOTEL, STAY, a_request
from tests.support.virtual_time import BEGINNING


def gathering(route: ReplyRoute | None) -> Gathering:
    return Gathering(
        guest_id=GuestId(1),
        hotel=HOTEL,
        route=route,
        interactive=True,
        split=compose.parts,
        code_accounts={"email": MAILBOX, "whatsapp": WHATSAPP},
        now=BEGINNING,
    )


MAILBOX = Account(HOTEL, Channel.EMAIL, "reservas@hotel.example")


def whatsapp() -> Gathering:
    return gathering(ReplyRoute(account=WHATSAPP, address=ANA))


def test_everything_that_commits_is_in_the_turn() -> None:
    gathered = whatsapp()
    request = a_request("r")
    read = gathered.add(
        (
            effects.Reply(message=Text(body="hola"), facts=("profile:address",)),
            effects.IntendReservation(request=request),
            effects.IntendCancellation(client_ref=ClientRef("c"), code="AB12"),
            effects.HandOff(reason=effects.HandOffReason.ASKED, summary="…"),
            effects.CancelPendingReplies(),
            effects.CloseHandOffs(),
            effects.ProfileGap(topic=Topic.POOL),
        )
    )
    turn = gathered.turn(shard=7, version=3, state="s", inbox_ids=[InboxId(1), InboxId(2)], traceparent=None)
    assert read is None
    assert [(reply.message, reply.facts) for reply in turn.replies] == [(Text(body="hola"), ("profile:address",))]
    assert [(write.client_ref, write.request, write.code) for write in turn.writes] == [
        ("r", request, None),
        ("c", None, "AB12"),
    ]
    assert [handoff.reason for handoff in turn.handoffs] == ["asked"]
    assert turn.cancels_pending
    assert turn.closes_handoffs
    assert turn.gaps == ("pool",)
    assert (turn.version, turn.inbox_ids, turn.hotel) == (3, (1, 2), HOTEL)


def test_a_read_is_answered_to_the_shell_and_commits_nothing() -> None:
    gathered = whatsapp()
    ask = effects.AskOffers(stay=STAY, party=COUPLE)
    assert gathered.add((ask,)) == ask
    turn = gathered.turn(shard=7, version=0, state=None, inbox_ids=[InboxId(1)], traceparent=None)
    assert [*turn.replies, *turn.writes, *turn.timers, *turn.quotes, *turn.handoffs] == []
    assert not turn.cancels_pending


def test_of_a_timer_only_the_last_word_counts() -> None:
    gathered = whatsapp()
    due = BEGINNING + timedelta(hours=1)
    set_timer = effects.SetTimer(kind="nudge", key="1", due_at=due, not_after=due)
    gathered.add((set_timer, effects.ClearTimer(kind="nudge", key="1")))
    gathered.add((effects.ClearTimer(kind="nudge", key="2"), effects.SetTimer(kind="nudge", key="2", due_at=due)))
    turn = gathered.turn(shard=7, version=0, state=None, inbox_ids=[InboxId(1)], traceparent=None)
    assert [(timer.key, timer.due_at) for timer in turn.timers] == [("1", None), ("2", due)]


def test_a_long_answer_is_split_for_whatsapp_and_not_for_web_chat() -> None:
    long = effects.Reply(message=Text(body="palabra " * 1_000))
    posted, shown = whatsapp(), gathering(ReplyRoute(account=WEBCHAT, address="s"))
    posted.add((long,))
    shown.add((long,))
    assert len(posted.replies) == 2
    assert [reply.immediate for reply in posted.replies] == [False, False]
    assert [reply.immediate for reply in shown.replies] == [True]


def test_a_guest_who_never_wrote_can_not_be_answered() -> None:
    silent = gathering(None)
    silent.add((effects.Reply(message=Text(body="hola")),))
    assert silent.replies == []


def test_all_that_a_turn_says_to_a_mail_address_is_one_message_whatever_its_length() -> None:
    account = Account(HOTEL, Channel.EMAIL, "reservas@hotel.example")
    gathered = gathering(ReplyRoute(account=account, address="ana@guest.example"))
    long = Text(body="uno " * 5000)
    place = Location(latitude=1.0, longitude=2.0, name="Hotel", address="Calle 1")
    for message, fact in ((long, "a"), (place, "b"), (Text(body="tres"), "c")):
        gathered.add((effects.Reply(message=message, facts=(fact,)),))
    [reply] = gathered.turn(shard=7, version=0, state="s", inbox_ids=[InboxId(1)], traceparent=None).replies
    assert reply.message == Several(parts=(long, place, Text(body="tres")))
    assert reply.facts == ("a", "b", "c")


def test_elsewhere_each_message_goes_by_itself_and_a_single_one_stays_what_it_is() -> None:
    two = whatsapp()
    two.add((effects.Reply(message=Text(body="uno")), effects.Reply(message=Text(body="dos"))))
    turn = two.turn(shard=7, version=0, state="s", inbox_ids=[InboxId(1)], traceparent=None)
    assert [reply.message for reply in turn.replies] == [Text(body="uno"), Text(body="dos")]
    one = gathering(ReplyRoute(account=Account(HOTEL, Channel.EMAIL, "r@x.example"), address="ana@guest.example"))
    one.add((effects.Reply(message=Text(body="uno")),))
    turn = one.turn(shard=7, version=0, state="s", inbox_ids=[InboxId(1)], traceparent=None)
    assert [reply.message for reply in turn.replies] == [Text(body="uno")]
