"""Judges a conversation, turn by turn, by what its guest saw before: what books, what is priced, what is answered."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

from agente_hotelero.dialogue.effects import (
    Effect,
    HandOff,
    HandOffReason,
    IntendCancellation,
    IntendLateCheckout,
    IntendReservation,
    RecordQuote,
    Reply,
)
from agente_hotelero.dialogue.policy import SILENT
from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.reading_back import HEARD as READ_BACK
from agente_hotelero.dialogue.state import State
from agente_hotelero.model.events import (
    ChoiceReceived,
    ContactsReceived,
    Event,
    FormReceived,
    LocationReceived,
    MediaReceived,
    MessageEdited,
    OtherReceived,
    ReservationSettled,
    SagaOutcome,
    TextReceived,
    words_of,
)
from agente_hotelero.model.journal import FROM_STAFF
from agente_hotelero.model.messages import Choices
from agente_hotelero.model.speech import Unheard
from agente_hotelero.model.stays import Offer, ReservationRequest
from agente_hotelero.storage import codec
from tests.support.dialogue_guest import Guest, Turn, a_reservation, note, options_of, questions, written

# What is a yes and nothing but a yes. Whatever else a guest says, in whatever words, must never book.
YES: Final = (
    "sí", "Si!", "dale", "ok", "sí, por favor", "yes", "yes please", "sim", "claro", "👍", "1", "Sí, reservar",
    "Sim, reservar", "Yes, book it", "Sí, cancelarla", "Sim, cancelar", "Yes, cancel it", "Sí, cambiarla", "Sim, mudar",
    "Yes, change it", "Sí, pedirla", "Sim, pedir", "Yes, ask for it",
)  # fmt: skip
POLITE: Final = ("gracias", "obrigada", "thank you")
BOOKED: Final = (SagaOutcome.CONFIRMED, SagaOutcome.REFUSED, SagaOutcome.LOST, SagaOutcome.FAILED)
CANCELLED: Final = (SagaOutcome.CANCELLED, SagaOutcome.CANCEL_FAILED)
BY_GUEST: Final = (
    TextReceived, ChoiceReceived, OtherReceived, MediaReceived, LocationReceived, ContactsReceived, FormReceived, MessageEdited,
)  # fmt: skip
LATE: Final = (SagaOutcome.LATE_HELD, SagaOutcome.LATE_NOTED, SagaOutcome.LATE_FAILED)
PRICE: Final = re.compile(r"USD ([\d.,]*\d)")
CENT: Final = Decimal("0.01")
FEE: Final = "profile:policies.cancellation_fee"
PRICED: Final = frozenset({"pms:offers", "pms:reservation", "profile:late_checkout"})
WRITES: Final = (IntendReservation, IntendCancellation, IntendLateCheckout)
MOST_SECONDS: Final = 30
MONTHS: Final = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
SAYS_CONFIRMED: Final = re.compile(r"confirmada!|confirmed!")
BACK: Final = ("¡Ya pude", "Já consegui", "I could look", "En todo este", "Em todo esse", "In all this")
BY_TELEPHONE: Final = "DEMO-7F3KMQ"


def is_yes(text: str) -> bool:
    """Whether a person would take the whole message for a yes: words of a yes, polite ones, and nothing else."""
    words = _words(text)
    return bool(words & YES_WORDS) and words <= YES_WORDS | POLITE_WORDS


def _words(*texts: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", " ".join(texts).lower())
    return set(re.findall(r"\w+|👍", "".join(one for one in plain if not unicodedata.combining(one))))


YES_WORDS: Final = _words(*YES, "una uno um uma one")
POLITE_WORDS: Final = _words(*POLITE, "hola hello ola")


def amount(text: str) -> Decimal:
    digits = re.sub(r"\D", "", text)
    return Decimal(digits).scaleb(-2)


def yes_to(request: ReservationRequest) -> str:
    rooms = f"x{request.party.rooms}" if request.party.rooms > 1 else ""
    party = f"{request.party.adults}+{request.party.children}{rooms}"
    stay = f"{request.stay.check_in}:{request.stay.check_out}"
    change = f"change:{request.replaces}:" if request.replaces is not None else ""
    return f"yes:{change}offer:{request.room_type_key}:{stay}:{party}:{request.total.amount}"


def _whole(reply: Reply) -> str:
    return str(getattr(reply.message, "body", ""))


class JudgedConversation:
    """A guest, a PMS that changes under way, and staff."""

    def __init__(self) -> None:
        self.guest = Guest()
        self.guest.phone = "5491155550123"
        self.guest.pms.reservations.append(
            a_reservation(BY_TELEPHONE, booker="Luis Soto", email="luis@y.com", phone="+54 9 11 5555 0199")
        )
        self.buttons: list[str] = ["nonsense"]
        self.table: Reply | None = None
        """The last question with options that the guest saw."""
        self.summaries: dict[str, str] = {}
        """Each yes that was offered, and what it was offered for; the last words count."""
        self.heard = ""
        self.asked: set[str] = set()
        """The questions of the last message."""

    # What happens.

    def says(self, *texts: str) -> Turn:
        return self._turn(*(TextReceived(text=text) for text in texts))

    def presses(self, back: int, *then: str) -> Turn:
        """Press a button that was shown, however long ago."""
        press = ChoiceReceived(option_id=self.buttons[-1 - back % len(self.buttons)], title="?")
        return self._turn(press, *(TextReceived(text=text) for text in then))

    def sends(self, what: str) -> Turn:
        return self._turn(OtherReceived(what=what))

    def sends_beside_words(self, event: Event) -> Turn:
        """A picture, a pin, a card, a message written anew."""
        return self._turn(event)

    def speaks(self, *heard: str | Unheard) -> Turn:
        """What somebody heard, or did not: no yes of it does anything."""
        turn = self._turn(*map(note, heard))
        assert not any(turn.of(kind) for kind in WRITES)
        return turn

    def says_late(self, text: str, *, overtaken: bool) -> None:
        """It comes hours after it was written, and others that were written later may have been answered."""
        self.guest.late, self.guest.overtaken = timedelta(hours=5), overtaken
        turn = self.says(text)
        self.guest.late, self.guest.overtaken = timedelta(0), False
        assert not any(turn.of(kind) for kind in WRITES)

    def has_no_number(self) -> None:
        """Their channel gives an id only."""
        self.guest.phone, self.guest.asks_phone = None, True

    def settles(self, which: int) -> None:
        """The pending write ends, in a way that is honest."""
        if self.guest.state.pending is not None:
            self._turn(self._news(which))

    def is_woken(self) -> None:
        """The clock asks again what the PMS could not answer."""
        if ("pms_retry", "") not in self.guest.timers:
            return
        before = self.guest.state
        turn = self.guest.is_woken()
        self._judge(turn, before)
        assert not any(turn.of(kind) for kind in WRITES)
        if turn.replies:
            assert written(turn.replies[0]).startswith(BACK)

    def is_delayed(self) -> None:
        if self.guest.state.pending is not None:
            self._turn(ReservationSettled(client_ref=self.guest.state.pending, outcome=SagaOutcome.DELAYED))

    def staff_come_or_go(self) -> None:
        turn = self.guest.given_back() if self.guest.state.taken_over else self.guest.taken_over()
        self._judge(turn, self.guest.state)
        # Whatever was agreed with a person, no yes of before counts for it.
        self.table = None
        self.asked = set()
        self.summaries.clear()

    def is_answered(self) -> None:
        """A person says what the agent never would."""
        was_taken_over = self.guest.state.taken_over
        turn = self.guest.is_answered("El precio es 1.00 USD. Ana")
        assert [written(reply) for reply in turn.replies] == ["El precio es 1.00 USD. Ana"]
        assert turn.facts == {"staff"}
        assert self.guest.state.taken_over
        if not was_taken_over:
            self.table = None
            self.summaries.clear()

    def rooms_go_or_come(self, keys: Sequence[str], left: int) -> None:
        for key in keys:
            self.guest.pms._counts[key] = left

    def finds_a_way_out(self) -> None:
        self._a_person_can_be_had()
        self._a_room_can_be_had()

    # What must hold.

    def _turn(self, *events: Event) -> Turn:
        before = self.guest.state
        turn = self.guest.turn(*events)
        self._judge(turn, before)
        return turn

    def _judge(self, turn: Turn, before: State) -> None:
        taken_over, paused = before.taken_over, self.guest.paused
        for number, (event, effects) in enumerate(turn.by_event):
            last = number == len(turn.by_event) - 1
            said = event.transcript if isinstance(event, MediaReceived) else ""
            self.heard += f" {words_of(event) or said}"
            self._judge_writes(event, effects, last=last, quiet=taken_over or paused, free=before.pending is None)
            self._judge_answer(event, effects, before, quiet=taken_over, paused=paused)
            self._see(effects)
        self._judge_prices(turn)
        self._judge_sources(turn)
        self._judge_questions(turn)
        state = self.guest.state
        assert codec.STATE.validate_json(codec.dump(state)) == state
        assert sum(len(turn.of(kind)) for kind in WRITES) <= 1
        # Whoever was promised an answer has a clock that brings it; nobody else has one.
        assert (state.aside.retry is not None) == (("pms_retry", "") in self.guest.timers)

    def _judge_writes(self, event: Event, effects: Sequence[Effect], *, last: bool, quiet: bool, free: bool) -> None:
        for effect in effects:
            match effect:
                case IntendCancellation(code=code) if isinstance(event, ReservationSettled):
                    # The second half of a change: the new one is there, and this is the one that it replaces.
                    assert event.outcome is SagaOutcome.CONFIRMED
                    assert self.guest.requests[event.client_ref].replaces == code
                case IntendReservation(request=request):
                    self._judge_yes(event, yes_to(request))
                    self._judge_request(request, self.summaries[yes_to(request)])
                case IntendCancellation(code=code):
                    self._judge_yes(event, f"yes:cancel:{code}")
                    assert code != BY_TELEPHONE or "Soto" in self.heard
                case IntendLateCheckout(code=code, until=until):
                    self._judge_yes(event, f"yes:late:{code}:{until:%H:%M}:20.00")
                    assert code != BY_TELEPHONE or "Soto" in self.heard
                case _:
                    pass
            if isinstance(effect, WRITES) and not isinstance(event, ReservationSettled):
                assert last
                assert not quiet
                assert free

    def _judge_request(self, request: ReservationRequest, summary: str) -> None:
        guest = self.guest
        assert request.stay.check_in >= guest.now.astimezone(guest.hotel.zone).date()
        assert any(self._is_offer_of(offer, request) for offer in guest.pms.said)
        if request.replaces is None:
            assert request.booker.name in summary
            assert request.booker.email in summary
            number = request.booker.phone
            assert number is None or number == guest.phone or f"+{number}" in summary
            return
        assert request.replaces != BY_TELEPHONE or "Soto" in self.heard
        [old] = [one for one in guest.pms.reservations if one.code == request.replaces]
        assert request.booker.name == old.booker_name
        assert request.booker.email == old.booker_email
        assert {old.total.amount, request.total.amount} <= {amount(found) for found in PRICE.findall(summary)}

    def _judge_yes(self, event: Event, button: str) -> None:
        if isinstance(event, ChoiceReceived):
            assert event.option_id == button
            assert button in self.summaries
            return
        assert isinstance(event, TextReceived)
        assert is_yes(event.text)
        assert self.table is not None
        assert options_of(self.table)[0].id == button

    def _is_offer_of(self, offer: Offer, request: ReservationRequest) -> bool:
        same = (offer.room_type.key, offer.stay, offer.party, offer.total)
        wanted = (request.room_type_key, request.stay, request.party, request.total)
        return same == wanted and self.guest.now - offer.fetched_at <= timedelta(seconds=MOST_SECONDS)

    def _judge_answer(
        self, event: Event, effects: Sequence[Effect], before: State, *, quiet: bool, paused: bool
    ) -> None:
        replies = [effect for effect in effects if isinstance(effect, Reply)]
        assert all(written(reply).strip() for reply in replies)
        confirmed = isinstance(event, ReservationSettled) and event.outcome is SagaOutcome.CONFIRMED
        assert confirmed or not any(SAYS_CONFIRMED.search(written(reply)) for reply in replies)
        handed_off = [effect.reason for effect in effects if isinstance(effect, HandOff)]
        if quiet or (isinstance(event, OtherReceived) and event.what in SILENT):
            assert replies == []
        elif paused and isinstance(event, BY_GUEST):
            assert handed_off
        elif self.guest.overtaken and HandOffReason.EMERGENCY not in handed_off:
            assert (replies, handed_off) == ([], [HandOffReason.CAME_LATE])
        elif isinstance(event, MediaReceived) and not event.caption:
            # One that follows another has had its answer.
            assert replies or before.aside.attached is not None or before.aside.unheard is not None
        elif isinstance(event, (*BY_GUEST, ReservationSettled)):
            assert replies

    def _see(self, effects: Sequence[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, Reply) and isinstance(effect.message, Choices):
                self.table = effect
                ids = [option.id for option in effect.message.options]
                assert len(set(ids)) == len(ids)
                self.buttons += ids
                self.summaries |= {one: effect.message.body for one in ids if one.startswith("yes:")}

    def _judge_questions(self, turn: Turn) -> None:
        """Nobody is asked in the same words twice in a row."""
        for reply in turn.replies:
            asked = set() if FROM_STAFF in reply.facts else set(questions(_whole(reply)))
            assert not asked & self.asked, f"asked twice in the same words: {sorted(asked & self.asked)}"
            self.asked = asked

    def _judge_prices(self, turn: Turn) -> None:
        quoted = {offer.total.amount for offer in turn.quoted} | set(self._sums_of_two_parts(turn))
        read_back = {one.total.amount for one in self.guest.pms.reservations}
        for reply in turn.replies:
            prices = {amount(found) for found in PRICE.findall(written(reply))}
            known = {"pms:reservation": read_back, FEE: self._fees(), "profile:late_checkout": {Decimal("20.00")}}
            known |= {
                f"profile:facts.{topic}": {fact.price.amount}
                for topic, fact in self.guest.hotel.facts.items()
                if fact.price is not None
            }
            assert prices <= quoted.union(*(known.get(fact, set()) for fact in reply.facts))
        for record in turn.of(RecordQuote):
            assert record.shown_at == self.guest.now
            for offer in record.offers:
                assert offer in self.guest.pms.said
                assert record.shown_at - offer.fetched_at <= timedelta(seconds=MOST_SECONDS)

    def _sums_of_two_parts(self, turn: Turn) -> Iterator[Decimal]:
        """What a stay with a change of rooms costs: the parts were recorded together, the second where the first ends."""
        for record in turn.of(RecordQuote):
            match record.offers:
                case (first, second) if first.stay.check_out == second.stay.check_in:
                    yield first.total.amount + second.total.amount
                case _:
                    pass

    def _fees(self) -> set[Decimal]:
        """The first night of each reservation: the example hotel's terms."""
        return {(one.total.amount / one.stay.nights).quantize(CENT) for one in self.guest.pms.reservations}

    def _judge_sources(self, turn: Turn) -> None:
        """Where something of the profile or the PMS is said, the reply names it."""
        hotel = self.guest.hotel
        sources = {
            str(hotel.phone): "profile:phone",
            hotel.address: "profile:address",
            "15:00": "profile:check_in_from",
            "14:00": "profile:late_checkout",
        }
        sources |= {
            text: f"profile:facts.{topic}" for topic, fact in hotel.facts.items() for text in fact.texts.values()
        }
        sources |= dict.fromkeys(hotel.cancellation_policy.values(), "profile:policies.cancellation")
        sources |= {"8:00-22:00": "profile:business_hours", "DEMO-": "pms:reservation", hotel.name: "profile:name"}
        for reply in turn.replies:
            text = written(reply)
            own = self.heard.casefold() if READ_BACK in reply.facts else ""
            named = {fact for words, fact in sources.items() if words in text and words.casefold() not in own}
            # The hour of an arrival may be any.
            named -= {"profile:late_checkout", "profile:check_in_from"} if "guest:arrival" in reply.facts else set()
            assert named <= set(reply.facts)
            priced = [fact for fact in reply.facts if fact in PRICED or fact.startswith("profile:facts.")]
            assert priced or not PRICE.search(text)
            # Nobody reads of somebody else's reservation before they named its surname.
            assert "Soto" in self.heard or own or not (BY_TELEPHONE in text or "Luis Soto" in text)

    # From everywhere there is a way out.

    def _a_person_can_be_had(self) -> None:
        if self.guest.state.taken_over:
            return
        turn = self.guest.says("quiero hablar con una persona")
        assert turn.handed_off
        assert turn.replies or self.guest.paused

    def _a_room_can_be_had(self) -> None:
        guest = self.guest
        guest.paused, guest.pms.away = False, False
        guest.pms.reservations.clear()
        for key in ("single", "double", "suite"):
            guest.pms._counts[key] = 3
        if guest.state.taken_over:
            guest.given_back()
        if guest.state.pending is not None:
            guest.hears(self._outcomes()[-1])
        # What the PMS said of these days before is remembered for a while.
        guest.waits(minutes=1).says("olvídalo")
        first, last = guest.now + timedelta(days=40), guest.now + timedelta(days=43)
        stay = " al ".join(f"{day.day} de {MONTHS[day.month - 1]} de {day.year}" for day in (first, last))
        guest.says(f"una doble del {stay} para 2 personas, a nombre de Ana Ruiz ana@x.com")
        if guest.state.expecting is Expecting.PHONE:
            guest.says("+34 600 111 222")
        booked = guest.says("sí").booked
        assert booked is not None, guest.last.text
        assert booked.stay.nights == 3

    def _outcomes(self) -> Sequence[SagaOutcome]:
        state = self.guest.state
        if state.aside.late_code is not None:
            return LATE
        return BOOKED if state.cancelling_code is None else CANCELLED

    def _news(self, which: int) -> ReservationSettled:
        """What a saga could honestly answer."""
        guest = self.guest
        ref, code = guest.state.pending, guest.state.cancelling_code
        assert ref is not None
        outcomes = self._outcomes()
        outcome = outcomes[which % len(outcomes)]
        reservation = None
        if outcome is SagaOutcome.CONFIRMED:
            guest.pms._counts[guest.requests[ref].room_type_key] = 99
            reservation = guest.pms.book(guest.requests[ref])
        elif outcome is SagaOutcome.LOST:
            reservation = replace(a_reservation(live=False), client_ref=ref)
        elif outcome is SagaOutcome.CANCELLED and code is not None:
            reservation = guest.pms.drop(code)
        return ReservationSettled(client_ref=ref, outcome=outcome, reservation=reservation)
