"""One guest, one conversation, one message at a time: a thin shell around the dialogue."""

import asyncio
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import structlog
from opentelemetry import trace

from agente_hotelero.actors import folding, hearing, journal, pms_gateway, ports, routes, spans
from agente_hotelero.actors.patience import AWAY
from agente_hotelero.actors.runtime import AsyncioActor, Ref, where_raised
from agente_hotelero.actors.turning import Gathering
from agente_hotelero.actors.wheel import Wheel
from agente_hotelero.config.flags import Flag
from agente_hotelero.dialogue import beyond_words, going_on, policy, timing, verifying
from agente_hotelero.dialogue.effects import (
    Answer,
    AskCodes,
    AskGuestReservations,
    AskOffers,
    AskReservation,
    AskToSend,
    AskToTry,
    CodesSent,
    MaySend,
    MayTry,
    OffersFound,
    PmsAway,
    PmsRefused,
    Question,
    Read,
    ReadAnswer,
    ReservationFound,
    ReservationsFound,
    SameGuest,
)
from agente_hotelero.dialogue.policy import Heard, World
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.state import SentCode, State, Way
from agente_hotelero.errors import RefusedError
from agente_hotelero.model import phones
from agente_hotelero.model.events import (
    Arrival,
    MediaReceived,
    MessageRevoked,
    OtherReceived,
    TextReceived,
    TimerFired,
    words_of,
)
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account, Channel, GuestId, HotelId
from agente_hotelero.model.journal import SAME_GUEST, TURN_ROWS, Committed, InboxRow, ReplyRoute, Turn, Union
from agente_hotelero.model.journal import Conversation as Stored
from agente_hotelero.model.reach import opens_window
from agente_hotelero.model.speech import Hearing, Transcript
from agente_hotelero.model.values import value
from agente_hotelero.telemetry import traceparent
from agente_hotelero.telemetry.metrics import Metrics, child

log = structlog.get_logger(__name__)
TRACER: Final = trace.get_tracer(__name__)

IN_HAND: Final = 64
"""Rows kept in memory for one guest; what comes beyond is read from the database when these are done."""
READ_SECONDS: Final = 12.0
SLOW_SECONDS: Final = 1.5
"""When the PMS takes longer, its guest sees that somebody is writing; most answers are there by then."""
ALBUM_SECONDS: Final = 1.5
"""How long a picture waits for those that are sent with it: each is a message of its own."""
LONGEST_WAIT_SECONDS: Final = 2.0
"""From the first message: who goes on writing gets an answer in between."""
RETRY_SECONDS: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
READS_PER_EVENT: Final = 10


@value
class Deliver:
    """An event of this guest is stored and waits for its turn."""

    row: InboxRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """There may be rows before those delivered: read them all first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeTurn:
    """Fold what waits."""


TAKE_TURN: Final = TakeTurn()
SurroundingsOf = Callable[[HotelId], "Surroundings | None"]
"""What a hotel's conversations share now; None where the hotel is here no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all conversations of one hotel share."""

    hotel: HotelProfile
    journal: Ref
    gateway: Ref
    understand: ports.Understand
    listen: ports.Listen
    flags: ports.Flags
    is_open: ports.IsOpen
    make_reference: ports.MakeReference
    split: ports.SplitMessage
    code_picture: ports.CodePicture
    codes: ports.Codes
    code_accounts: Mapping[str, Account]
    """Channel → the account by which this hotel sends codes there."""
    show_typing: ports.ShowTyping
    now: Callable[[], datetime]
    metrics: Metrics
    consult: ports.Consult | None = None
    """For words that may mean anything; None where the hotel wants nobody else to read them."""
    gather_seconds: float = 0.0
    """How long a short message waits for the next one, which is answered with it."""
    tracer: trace.Tracer = TRACER


class ConversationActor(AsyncioActor):
    """Folds events through `dialogue.policy.decide` and commits; whatever fails, the database knows what is left."""

    def __init__(self, *, guest_id: GuestId, surroundings: Surroundings, newest: SurroundingsOf, wheel: Wheel) -> None:
        """Each turn begins with the `newest` surroundings, and ends with those that it began with."""
        super().__init__()
        self._guest = guest_id
        self._around = surroundings
        self._newest = newest
        self._waiting: list[InboxRow] = []
        self._stored: Stored | None = None
        self._turn_due = False
        self._wheel = wheel
        self._on_wheel = False
        self._held_since: float | None = None
        """Since when (the loop's seconds) the turn waits for what the guest may still write, and until when."""
        self._held_until = 0.0
        self._behind = False
        self._failures = 0
        self._consulted = False
        """Whether this turn has waited for a second opinion."""

    @property
    def resting(self) -> bool:
        """Whether nothing is in hand, so that passivation loses nothing."""
        return not (self._waiting or self._behind or self._turn_due)

    def on_receive(self, message: Any) -> Any:
        """Events gather until the turn that takes them all."""
        match message:
            case Deliver(row=row):
                return self._gather(row)
            case CatchUp():
                return self._forget_rows()
            case TakeTurn():
                return self._take_turn()
            case _:
                raise TypeError(f"ConversationActor does not take {type(message).__name__}")

    def _gather(self, row: InboxRow) -> None:
        if self._behind or len(self._waiting) >= IN_HAND:
            # Once a row was left in the database, so are all after it, until they are read in order.
            self._behind = True
        elif all(row.id != waiting.id for waiting in self._waiting):
            self._waiting.append(row)
        if self._turn_due:
            return
        pause = 0.0 if self._behind else self._pause_after(row)
        if pause:
            self._hold(pause)
        else:
            self._wake()

    def _pause_after(self, row: InboxRow) -> float:
        """How long the next message is waited for."""
        if beyond_words.is_bare_media(row.event):
            return ALBUM_SECONDS
        usual = self._around.gather_seconds
        if not usual or not going_on.may_go_on(row.event):
            return 0.0
        # What waited elsewhere has waited here.
        age = (self._around.now() - row.received_at).total_seconds()
        return min(usual, max(0.0, usual - age))

    def _hold(self, pause: float) -> None:
        now = asyncio.get_running_loop().time()
        if self._held_since is None:
            self._held_since = now
        self._held_until = min(now + pause, self._held_since + LONGEST_WAIT_SECONDS)
        if not self._on_wheel:
            self._on_wheel = True
            self._wheel.put(self._held_until - now, self._wheel_came)

    def _wheel_came(self) -> None:
        """The wait is over, or was prolonged, or somebody else ended it."""
        self._on_wheel = False
        if self._held_since is None:
            return
        left = self._held_until - asyncio.get_running_loop().time()
        if left > 0:
            self._on_wheel = True
            self._wheel.put(left, self._wheel_came)
        else:
            self._wake()

    def _wake(self, delay_seconds: float = 0.0) -> None:
        self._held_since = None
        if self._turn_due:
            return
        self._turn_due = True
        if delay_seconds:
            asyncio.get_running_loop().call_later(delay_seconds, self._tell_turn)
        else:
            self._tell_turn()

    def _tell_turn(self) -> None:
        if self.actor_ref.is_alive():
            self.actor_ref.tell(TAKE_TURN)

    async def _take_turn(self) -> None:
        self._turn_due = False
        self._held_since = None
        around = self._newest(self._around.hotel.id)
        if around is None:
            self._leave()
            return
        self._around = around
        rows: Sequence[InboxRow] = ()
        try:
            if self._behind and not self._waiting:
                await self._catch_up()
            rows = self._portion()
            if rows and unites(rows[0]):
                await self._unite(rows[0])
            elif rows:
                await self._turn(rows)
            else:
                self._failures = 0
        except AWAY:
            # Not this guest's fault and nothing is lost: the rows stay undone until the dependency is back.
            self._lose_count()
        except Exception as error:  # noqa: BLE001 - one guest's trouble stays theirs: counted, retried alone, then buried
            with spans.resumed(rows[-1].traceparent if rows else None):
                await self._count_failure(rows, error)
        if self._waiting or self._behind:
            self._wake(RETRY_SECONDS[min(self._failures, len(RETRY_SECONDS)) - 1] if self._failures else 0.0)

    async def _catch_up(self) -> None:
        """Read from the database what is undone; what comes meanwhile waits in the mailbox, and is among it or after it."""
        rows = await self._around.journal.ask(journal.ReadGuest(guest_id=self._guest))
        self._waiting = list(rows[:IN_HAND])
        self._behind = len(rows) > IN_HAND

    def _portion(self) -> Sequence[InboxRow]:
        """Everything that waits, but a row that was in a failed turn goes alone; with each what changes it."""
        waiting = self._waiting
        if waiting and waiting[0].attempts:
            return folding.with_revisions(waiting[:1], waiting)
        if waiting and unites(waiting[0]):
            return waiting[:1]
        clean = next((n for n, row in enumerate(waiting) if row.attempts or unites(row)), len(waiting))
        return folding.with_revisions(waiting[: min(clean, TURN_ROWS)], waiting)

    async def _turn(self, rows: Sequence[InboxRow]) -> None:
        started = time.perf_counter()
        with spans.follow(
            self._around.tracer,
            "turn",
            rows[-1].traceparent,
            others=[row.traceparent for row in rows[:-1]],
            attributes={
                "channel": rows[-1].account.channel.value,
                "events": len(rows),
                "attempt": rows[0].attempts + 1,
            },
        ) as span:
            turn = await self._decide(rows)
            if turn is None:
                await self._forward()
                return
            committed = await self._around.journal.ask(journal.Commit(turn=turn))
            span.set_attribute("passed", committed.passed)
            self._settle(turn, committed)
        self._measure(rows, time.perf_counter() - started, passed=committed.passed)

    async def _unite(self, row: InboxRow) -> None:
        """Become one with whoever is the same guest; what both have in hand is read again by who goes on."""
        wish = _wish(row)
        joined = await self._around.journal.ask(journal.Unite(row=row, wish=wish))
        if joined.became is Union.MADE:
            self._around.metrics.guests_merged_total.inc(len(joined.gone))
        self._lose_count()
        self._failures = 0

    async def _forward(self) -> None:
        """Somebody else goes on with this conversation: what came for it since is theirs."""
        await self._around.journal.ask(journal.Forward(guest_id=self._guest))
        self._lose_count()
        self._failures = 0

    def _settle(self, turn: Turn, committed: Committed) -> None:
        if not committed.passed:
            # Another turn came first (a person took over, another process): decide again on what is there now.
            log.info("turn_overtaken")
            self._lose_count()
            return
        self._failures = 0
        for reminder, outcome in turn.reminders:
            child(self._around.metrics.proactive_total, reminder, outcome).inc()
        done = set(turn.inbox_ids)
        self._waiting = [row for row in self._waiting if row.id not in done]
        self._stored = Stored(guest_id=self._guest, version=turn.version + 1, state=turn.state, route=turn.route)

    async def _decide(self, rows: Sequence[InboxRow]) -> Turn | None:
        """None where this conversation goes on as another's."""
        if self._stored is None:
            self._stored = (
                Stored(guest_id=self._guest)
                if rows[0].first
                else await self._around.journal.ask(journal.Load(guest_id=self._guest))
            )
        stored = self._stored
        if stored.merged_into is not None:
            return None
        self._consulted = False
        hotel = self._around.hotel
        state = stored.state if isinstance(stored.state, State) else policy.initial()
        gathering = Gathering(
            guest_id=self._guest,
            hotel=hotel.id,
            route=stored.route,
            interactive=self._around.flags.enabled(Flag.INTERACTIVE_MESSAGES, hotel=hotel.id),
            split=self._around.split,
            code_accounts=self._around.code_accounts,
            now=self._around.now(),
            concerns_media=any(isinstance(row.event, MediaReceived | MessageRevoked) for row in rows),
        )
        # What waits for the next turn was written after this one's last word too.
        more = self._behind or len(self._waiting) > len(rows)
        newest = rows[-1].id
        for fold in folding.folds(rows, joins=self._around.gather_seconds > 0):
            overtaken = await self._is_overtaken(fold.row, rows)
            last = fold.up_to == newest and not more
            state = await self._fold(state, fold.row, gathering, last=last, overtaken=overtaken)
        return gathering.turn(
            shard=rows[0].shard,
            version=stored.version,
            state=state,
            inbox_ids=[row.id for row in rows],
            traceparent=traceparent.current() or rows[-1].traceparent,
        )

    async def _is_overtaken(self, row: InboxRow, rows: Sequence[InboxRow]) -> bool:
        """Tell whether a message that comes late was written before others that came in time."""
        if row.account.channel is Channel.SYSTEM or not self._is_late(row):
            return False
        if any(other.sent_at > row.sent_at and not self._is_late(other) for other in rows):
            return True
        question = journal.WentOn(guest_id=self._guest, after=row.sent_at, in_time=timing.LATE)
        went_on: bool = await self._around.journal.ask(question)
        return went_on

    def _is_late(self, row: InboxRow) -> bool:
        return timing.is_late(sent_at=row.sent_at, now=self._around.now())

    async def _fold(self, state: State, row: InboxRow, gathering: Gathering, *, last: bool, overtaken: bool) -> State:
        gathering.turn_to(routes.after(row, gathering.route), open_until=routes.open_until(row))
        patience = self._patience(row) if hearing.waits(row) else None
        before = state
        try:
            spoken = await self._listen(state, row)
            world = self._world(row, gathering.route, last=last, overtaken=overtaken)
            reading = await self._read(state, row, spoken)
            heard: Heard | Answer = Heard(arrival=self._arrival(row, world), reading=reading, spoken=spoken)
            for _ in range(READS_PER_EVENT):
                state, effects = policy.decide(state, heard, world)
                read = gathering.add(effects)
                if read is None:
                    return state
                patience = patience or self._patience(row)
                heard = await self._answer(read)
                # The answer took time: what is valid is judged by the clock after it.
                world = replace(world, now=self._around.now(), before=before)
        finally:
            if patience is not None:
                patience.cancel()
        raise RuntimeError("the dialogue asks the PMS without end")

    async def _listen(self, state: State, row: InboxRow) -> Hearing | None:
        heard = await hearing.hear(row, listen=self._around.listen, hotel=self._around.hotel, language=state.language)
        if isinstance(heard, Transcript) and not hearing.is_kept(row):
            await self._around.journal.ask(journal.KeepTranscript(row=row.id, text=heard.text))
        return heard

    async def _read(self, state: State, row: InboxRow, spoken: Hearing | None) -> Reading | None:
        words = spoken.text if isinstance(spoken, Transcript) else words_of(row.event)
        if words is None:
            return None
        hotel = self._around.hotel
        context = policy.context_for(state, hotel, row.sent_at.astimezone(hotel.zone).date())
        reading = await self._around.understand(words, context)
        consult = self._around.consult
        if consult is not None and not self._consulted:
            reading = await self._consult(consult, words, context, reading)
        for intent in reading.intents:
            child(self._around.metrics.intents_total, intent, reading.language or "none").inc()
        return reading

    async def _consult(self, consult: ports.Consult, words: str, context: Context, reading: Reading) -> Reading:
        """Wait for a second opinion, once a turn: who floods doesn't wait longer."""
        opinion = consult(self._around.hotel.id, self._guest, words, context, reading)
        if opinion is None:
            return reading
        self._consulted = True
        with spans.within(self._around.tracer, "llm"):
            return await opinion

    def _world(self, row: InboxRow, route: ReplyRoute | None, *, last: bool, overtaken: bool) -> World:
        around = self._around
        now = around.now()
        return World(
            hotel=around.hotel,
            now=now,
            open_now=around.is_open(around.hotel, now),
            paused=around.flags.enabled(Flag.AGENT_PAUSED, hotel=around.hotel.id),
            last_of_turn=last,
            client_ref=around.make_reference(around.hotel.id, row.id),
            phone=self._phone(route),
            overtaken=overtaken,
            asks_phone=routes.has_no_number(route),
            email=row.address if _is_proved(row) else None,
            vouched=route is None or route.account.channel is not Channel.EMAIL or _is_proved(row),
            code_picture=around.code_picture,
            answers_to=row.address.lower() if row.account.channel is Channel.EMAIL else None,
            writes_from=routes.in_a_word(route),
            ways=around.code_accounts,
            make_seed=around.codes.make_seed,
            fits=around.codes.fits,
        )

    def _phone(self, route: ReplyRoute | None) -> str | None:
        """The number that answers go to: a timer's or a saga's event comes from none."""
        if route is None or route.account.channel is not Channel.WHATSAPP or not routes.is_number(route.address):
            return None
        return phones.from_channel(route.address, advanced=self._around.flags.enabled(Flag.PHONE_NORMALIZATION))

    def _arrival(self, row: InboxRow, world: World) -> Arrival:
        return Arrival(inbox_id=row.id, account=row.account, event=row.event, sent_at=row.sent_at, now=world.now)

    async def _answer(self, read: Question) -> Answer:
        match read:
            case AskToSend(code=code, ref=ref):
                may = await self._around.journal.ask(
                    journal.MaySendCode(hotel=self._around.hotel.id, code=code, ref=ref)
                )
                return MaySend(asked=read, may=may)
            case AskToTry(sent=sent, ref=ref):
                question = journal.MayTryCode(hotel=self._around.hotel.id, code=sent.code, ref=ref)
                left = await self._around.journal.ask(question)
                return MayTry(asked=read, may=left is not None, left=left or 0)
            case AskCodes(way=way):
                return CodesSent(asked=read, codes=await self._codes_sent_to(way))
            case _:
                return await self._ask_pms(read)

    async def _codes_sent_to(self, way: Way) -> tuple[SentCode, ...]:
        since = self._around.now() - verifying.GOOD_FOR
        account = self._around.code_accounts[way.channel]
        found = await self._around.journal.ask(journal.CodesSent(account=account, address=way.address, since=since))
        return tuple(SentCode(code=one.reservation, seed=one.seed, until=one.until, way=way) for one in found)

    async def _ask_pms(self, read: Read) -> ReadAnswer:
        try:
            with spans.within(self._around.tracer, "pms", attributes={"operation": type(read).__name__}):
                return await self._ask_gateway(read)
        except RefusedError:
            return PmsRefused(asked=read)
        except AWAY:
            return PmsAway(asked=read)

    def _patience(self, row: InboxRow) -> asyncio.TimerHandle | None:
        """Show a guest whose question takes its time that it is being answered: once, also if the turn has to be taken again."""
        first = row.attempts == 0 and self._failures == 0
        if not first or row.account.channel is Channel.SYSTEM or not opens_window(row.event):
            return None
        show = self._around.show_typing
        return asyncio.get_running_loop().call_later(SLOW_SECONDS, show, row.account, row.external_id)

    async def _ask_gateway(self, read: Read) -> ReadAnswer:
        gateway = self._around.gateway
        match read:
            case AskOffers(stay=stay, party=party, fresh=fresh):
                question = pms_gateway.FindOffers(stay=stay, party=party, fresh=fresh)
                offers = await gateway.ask(question, timeout=READ_SECONDS)
                return OffersFound(asked=read, offers=offers)
            case AskReservation(code=code):
                found = await gateway.ask(pms_gateway.FindReservation(code=code), timeout=READ_SECONDS)
                return ReservationFound(asked=read, reservation=found)
            case AskGuestReservations(email=email):
                on_file = await gateway.ask(pms_gateway.FindByGuest(email=email), timeout=READ_SECONDS)
                return ReservationsFound(asked=read, reservations=on_file)

    def _lose_count(self) -> None:
        self._stored = None
        self._forget_rows()
        self._failures += 1

    def _leave(self) -> None:
        """The hotel is here no more: what waits stays stored, for when it is again."""
        self._waiting.clear()
        self._behind = False
        self._stored = None
        self._failures = 0
        self._around.journal.tell(journal.SetAside(guest_id=self._guest))

    def _forget_rows(self) -> None:
        self._waiting.clear()
        self._behind = True

    async def _count_failure(self, rows: Sequence[InboxRow], error: Exception) -> None:
        attempts, where = [row.attempts for row in rows], where_raised(error)
        log.error("turn_failed", events=len(rows), error=type(error).__name__, where=where, attempts=attempts)
        self._around.metrics.turns_total.labels(outcome="failed").inc()
        self._lose_count()
        # Frames without values: a traceback's last line may quote the guest.
        frames = "".join(traceback.format_tb(error.__traceback__)[-12:])
        try:
            ids = tuple(row.id for row in rows)
            fail = journal.Fail(guest_id=self._guest, ids=ids, error=f"{type(error).__name__}\n{frames}")
            await self._around.journal.ask(fail)
        except AWAY:
            return

    def _measure(self, rows: Sequence[InboxRow], seconds: float, *, passed: bool) -> None:
        metrics = self._around.metrics
        outcome = "committed" if passed else "overtaken"
        child(metrics.turn_seconds, rows[-1].account.channel, outcome).observe(seconds)
        child(metrics.turns_total, outcome).inc()


def unites(row: InboxRow) -> bool:
    """Whether it asks for two guests to become one, and nothing else."""
    return isinstance(row.event, TimerFired) and row.event.kind == SAME_GUEST


def _wish(row: InboxRow) -> SameGuest:
    assert isinstance(row.event, TimerFired)
    _, code, channel, address = row.event.key.split("/", 3)
    return SameGuest(way=Way(channel="email" if channel == "email" else "whatsapp", address=address), code=code or None)


def _is_proved(row: InboxRow) -> bool:
    """Whether it is a mail whose sender our own server vouches for."""
    mail = row.event.mail if isinstance(row.event, TextReceived | MediaReceived | OtherReceived) else None
    return mail is not None and mail.proved
