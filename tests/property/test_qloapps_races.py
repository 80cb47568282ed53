"""Guests race for the last rooms of a QloApps while its front desk writes behind the agent's back, and it goes wrong as it does."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import Stay
from tests.fakes.qloapps import demo
from tests.fakes.qloapps.books import RoomLine
from tests.fakes.qloapps.faults import Fault
from tests.fakes.qloapps.server import FakeQloApps
from tests.fakes.sagas import Told
from tests.support import qloapps_hotel
from tests.support.qloapps_hotel import DOUBLE_ID
from tests.support.saga_hotel import SagaHotel
from tests.support.stays import BOOKER, STAY, a_request
from tests.support.virtual_time import LoopbackTimeLoop, clock, now, run

Act = Literal["book", "cancel", "nothing"]
BELIEVES = {SagaOutcome.CONFIRMED, SagaOutcome.SOLD_TWICE}
HALF_A_DAY = 43_200.0

FAULTS = st.lists(
    st.one_of(
        st.builds(
            Fault,
            st.sampled_from(["empty_500", "html_500", "fatal_200", "error_429", "error_503_retry_after"]),
            st.just("POST"),
            st.just("bookings"),
            after=st.booleans(),
        ),
        st.builds(
            Fault,
            st.sampled_from(["hang", "hang_after", "reset", "reset_after", "wrong_json"]),
            st.just("POST"),
            st.sampled_from(["bookings", "order_histories"]),
        ),
        st.builds(Fault, st.just("done_late"), st.just("POST"), st.just("bookings"), st.floats(0.1, 59)),
        st.builds(
            Fault,
            st.sampled_from(["html_500", "reset", "hang", "wrong_json"]),
            st.just("GET"),
            st.sampled_from(["orders", "room_bookings", "customers"]),
        ),
    ),
    max_size=5,
)


@dataclass(frozen=True)
class AtTheDesk:
    """Somebody who does not ask us books or cancels; `shift` is in days, and overlaps or not."""

    at: float
    does: Act
    shift: int


@dataclass(frozen=True)
class Evening:
    """What happens to one hotel."""

    version: Literal["1.6.1", "1.7.0"]
    notices: bool
    races: list[Literal["silent_loser", "double_sale", "refused"]]
    faults: list[Fault]
    rooms: int
    guests: int
    desk: list[AtTheDesk]
    deaths: list[float]
    in_between: list[Act]
    """What the desk does between a booking's check and its insert, one booking after the other."""


EVENINGS = st.builds(
    Evening,
    version=st.sampled_from(["1.6.1", "1.7.0"]),
    notices=st.booleans(),
    races=st.lists(st.sampled_from(["silent_loser", "double_sale", "refused"]), min_size=1, max_size=4),
    faults=FAULTS,
    rooms=st.integers(1, 2),
    guests=st.integers(1, 4),
    desk=st.lists(
        st.builds(AtTheDesk, st.floats(0, 8), st.sampled_from(["book", "book", "cancel"]), st.integers(-3, 3)),
        max_size=4,
    ),
    deaths=st.lists(st.floats(0, 90), max_size=3).map(sorted),
    in_between=st.lists(st.sampled_from(["book", "book", "cancel", "nothing"]), max_size=6),
)


class Truth:
    """What is in the books, for whoever was told something."""

    def __init__(self, qlo: FakeQloApps) -> None:
        self._books = qlo.books
        self.lies: list[Told] = []

    def told(self, told: Told) -> None:
        """At this very moment."""
        if told.outcome in BELIEVES and self.rooms_of(told.client_ref) < 1:
            self.lies.append(told)

    def rooms_of(self, ref: ClientRef) -> int:
        """How many live lines hold a room that nobody had before them."""
        robbed = {max(pair, key=_age).id for pair in self._books.overbooked()}
        return sum(line.id not in robbed for line in self._books.live_lines(source=ref))

    def open_orders(self, ref: ClientRef) -> int:
        """How many orders are not cancelled, whether they hold a room or only seem to."""
        return sum(order.state != demo.CANCELLED for order in self._books.orders_by_source(ref))


def _age(line: RoomLine) -> int:
    return line.id


@asynccontextmanager
async def hotel_of(evening: Evening) -> AsyncIterator[tuple[FakeQloApps, SagaHotel]]:
    async with FakeQloApps(
        version=evening.version, notices=evening.notices, rooms_per_type=evening.rooms, now=now
    ) as qlo:
        qloapps_hotel.furnish(qlo)
        qlo.race = itertools.cycle(evening.races)
        acts = iter(evening.in_between)

        async def meanwhile() -> None:
            await asyncio.sleep(0.1)
            at_the_desk(qlo, AtTheDesk(at=0, does=next(acts, "nothing"), shift=0))

        qlo.meanwhile = meanwhile
        qlo.faults.extend(evening.faults)
        async with qloapps_hotel.adapter(qlo, now=now, clock=clock) as client:
            yield qlo, SagaHotel(client)


async def live_through(evening: Evening, qlo: FakeQloApps, hotel: SagaHotel) -> None:
    loop = asyncio.get_running_loop()
    for act in evening.desk:
        loop.call_later(act.at, at_the_desk, qlo, act)
    hotel.start()
    for n in range(evening.guests):
        # No two have an address in common, or their number.
        booker = replace(BOOKER, email=f"guest{n}@example.com", phone=f"54911000000{n:02}")
        hotel.intend_request(replace(a_request(ref(n), stay=STAY), room_type_key=str(DOUBLE_ID), booker=booker))
    before = 0.0
    for moment in evening.deaths:
        await asyncio.sleep(moment - before)
        before = moment
        await hotel.die()
        hotel.start()
    for n in range(evening.guests):
        await hotel.closed(ref(n), within_seconds=HALF_A_DAY, every=20.0)
    await hotel.die()


def at_the_desk(qlo: FakeQloApps, act: AtTheDesk) -> None:
    shifted = Stay(
        check_in=STAY.check_in + timedelta(days=act.shift), check_out=STAY.check_out + timedelta(days=act.shift)
    )
    if act.does == "book":
        qlo.front_desk.book(DOUBLE_ID, shifted.check_in, shifted.check_out)
        return
    own = [line.order_id for line in qlo.books.live_lines(source="front desk")]
    if act.does == "cancel" and own:
        qlo.front_desk.cancel(own[0])


def ref(number: int) -> ClientRef:
    return ClientRef(f"ref-{number}")


def check(evening: Evening) -> None:
    async def lives() -> None:
        async with hotel_of(evening) as (qlo, hotel):
            truth = Truth(qlo)
            hotel.journal.on_told = truth.told
            await live_through(evening, qlo, hotel)
            assert truth.lies == []
            for n in range(evening.guests):
                believes = hotel.outcomes(ref(n))[-1] in BELIEVES
                assert truth.rooms_of(ref(n)) == believes, hotel.outcomes(ref(n))
                assert truth.open_orders(ref(n)) == believes, hotel.outcomes(ref(n))

    run(lives(), loop=LoopbackTimeLoop)


@settings(max_examples=20, deadline=None)
@given(EVENINGS)
def test_nobody_is_told_confirmed_without_a_room_and_no_order_is_left_over(evening: Evening) -> None:
    check(evening)


@pytest.mark.long
@pytest.mark.timeout(1800)
@settings(max_examples=400, deadline=None)
@given(EVENINGS)
def test_in_very_many_evenings_nobody_is_told_confirmed_without_a_room(evening: Evening) -> None:
    check(evening)
