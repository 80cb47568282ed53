"""Whatever fails, in whatever order, and whenever the process dies: a guest is booked once, and told the truth."""

import asyncio
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import ClientRef
from tests.fakes.pms import Fault
from tests.support.saga_hotel import SagaHotel
from tests.support.stays import DOUBLE, SUITE
from tests.support.virtual_time import run

FINAL = {SagaOutcome.CONFIRMED, SagaOutcome.REFUSED, SagaOutcome.LOST, SagaOutcome.FAILED}
HALF_A_DAY = 43_200.0
# Of the faults at most five: a surplus reservation is cancelled in at least six attempts.
WRITE_FAULTS = st.lists(st.sampled_from(sorted(Fault)), max_size=5)
READ_FAULTS = st.lists(
    st.sampled_from([Fault.NONE, Fault.NONE, Fault.FAIL_BEFORE, Fault.HANG, Fault.BUSY, Fault.BUG, Fault.SLOW]),
    max_size=12,
)
OUTAGES = st.lists(st.sampled_from([None, None, None, True, False]), max_size=15)
MOMENTS = st.lists(st.floats(0, 150), max_size=4).map(sorted)


@dataclass
class Trouble:
    faults: list[Fault]
    read_faults: list[Fault]
    outages: list[bool | None]
    deaths: list[float]
    away: tuple[float, float]
    late_seconds: float
    guests: int


TROUBLE = st.builds(
    Trouble,
    faults=WRITE_FAULTS,
    read_faults=READ_FAULTS,
    outages=OUTAGES,
    deaths=MOMENTS,
    away=st.tuples(st.floats(0, 120), st.sampled_from([0.0, 3.0, 30.0, 700.0])),
    late_seconds=st.floats(0.1, 59),
    guests=st.integers(1, 3),
)


async def live_through(trouble: Trouble) -> SagaHotel:
    hotel = SagaHotel()
    hotel.pms.latency_seconds, hotel.journal.latency_seconds = 0.3, 0.02
    hotel.pms.late_seconds, hotel.pms.orphans_finish = trouble.late_seconds, True
    hotel.pms.faults.extend(trouble.faults)
    hotel.pms.read_faults.extend(trouble.read_faults)
    hotel.journal.outages.extend(trouble.outages)
    loop = asyncio.get_running_loop()
    begins, seconds = trouble.away
    loop.call_later(begins, setattr, hotel.pms, "away", bool(seconds))
    loop.call_later(begins + seconds, setattr, hotel.pms, "away", False)
    hotel.start()
    for n in range(trouble.guests):
        hotel.intend(ref(n), room=SUITE if n == 1 else DOUBLE)
    before = 0.0
    for moment in trouble.deaths:
        await asyncio.sleep(moment - before)
        before = moment
        await hotel.die()
        hotel.start()
    for n in range(trouble.guests):
        await hotel.settled(ref(n), within_seconds=HALF_A_DAY)
    # Whatever the PMS was still about to do is done now.
    await asyncio.sleep(200)
    return hotel


def ref(number: int) -> ClientRef:
    return ClientRef(f"ref-{number}")


@settings(max_examples=60)
@given(TROUBLE)
def test_a_guest_is_booked_once_or_not_at_all_and_hears_the_truth(trouble: Trouble) -> None:
    async def lives() -> None:
        hotel = await live_through(trouble)
        for number in range(trouble.guests):
            told = [one for one in hotel.journal.told if one.client_ref == ref(number)]
            # With deaths between them the faults may outlast all attempts to cancel a surplus order: then staff are told which.
            left_over = [one.reservation for one in told if one.outcome is SagaOutcome.LEFT_OVER]
            told = [one for one in told if one.outcome is not SagaOutcome.LEFT_OVER]
            outcomes = [one.outcome for one in told]
            live = [one for one in hotel.pms.live(ref(number)) if one not in left_over]
            assert outcomes[-1] in FINAL
            assert outcomes[:-1] in ([], [SagaOutcome.DELAYED])
            if outcomes[-1] is SagaOutcome.CONFIRMED:
                assert [told[-1].reservation] == live
            else:
                assert live == []
            assert hotel.journal.row(ref(number)).writes <= 2
        await hotel.die()

    run(lives())


@settings(max_examples=60)
@given(TROUBLE)
def test_a_cancellation_is_told_only_when_nothing_is_held_any_more(trouble: Trouble) -> None:
    async def lives() -> None:
        hotel = SagaHotel()
        hotel.pms.late_seconds, hotel.pms.orphans_finish = trouble.late_seconds, True
        hotel.start().intend(ref(0))
        await hotel.settled(ref(0))
        [booked] = hotel.pms.live(ref(0))
        hotel.pms.faults.extend(trouble.faults)
        hotel.pms.read_faults.extend(trouble.read_faults)
        hotel.journal.outages.extend(trouble.outages)
        hotel.intend_cancellation(ref(1), booked.code)
        for moment in trouble.deaths:
            await asyncio.sleep(moment / 4)
            await hotel.die()
            hotel.start()
        await hotel.settled(ref(1), within_seconds=HALF_A_DAY)
        if hotel.outcomes(ref(1))[-1] is SagaOutcome.CANCELLED:
            assert hotel.pms.live(ref(0)) == []
        else:
            assert hotel.outcomes(ref(1))[-1] is SagaOutcome.CANCEL_FAILED
        await hotel.die()

    run(lives())
