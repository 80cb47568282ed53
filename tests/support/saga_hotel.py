"""One hotel's saga with everything around it, in virtual time; its process may die and start again."""

import asyncio
from datetime import datetime, time

from agente_hotelero.actors.pms_gateway import PmsGatewayActor
from agente_hotelero.actors.reservations import CheckDue, ReservationActor, Rest, Wake
from agente_hotelero.actors.runtime import AsyncioActor, Ref
from agente_hotelero.model.events import SagaOutcome
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import ReservationRequest, RoomType
from agente_hotelero.pms.client import PmsClient
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.pms import FakePms
from tests.fakes.sagas import FakeSagaJournal
from tests.support.stays import DOUBLE, HOTEL, ROOMS, a_request
from tests.support.virtual_time import clock, now

REF = ClientRef("ref-1")


class SagaHotel:
    """Durable: `pms` and `journal` with its timers. The actors live from `start` to `die`."""

    def __init__(self, client: PmsClient | None = None) -> None:
        """`client` in the place of the PMS in memory."""
        self.pms = FakePms(room_types=ROOMS, now=now)
        self._client = client or self.pms
        self.journal = FakeSagaJournal(hotel=HOTEL, now=now)
        self.metrics = Metrics()
        self.bells = 0
        self.actor: ReservationActor | None = None
        self._parts: list[AsyncioActor] = []
        self._armed: dict[tuple[ClientRef, int], datetime] = {}

    def start(self) -> "SagaHotel":
        """Start the process, own the shards, and look at what the last one left."""
        gateway = PmsGatewayActor(
            gateway=PmsGateway(hotel=HOTEL, client=self._client, clock=clock, metrics=self.metrics)
        )
        gateway._start_actor_loop()
        self.actor = ReservationActor(
            hotel=HOTEL,
            journal=self.journal,
            gateway=gateway.actor_ref,
            now=now,
            rows_stored=self._ring,
            handle_timers=self._arm,
            metrics=self.metrics,
        )
        self.actor._start_actor_loop()
        self._parts = [self.actor, gateway]
        self._arm()
        self.wake()
        return self

    @property
    def ref(self) -> Ref:
        assert self.actor is not None
        return self.actor.actor_ref

    async def die(self) -> None:
        """Everything that is only in memory is gone; a saga's timer that fired into it, too."""
        for part in self._parts:
            await part.actor_ref.stop()
        self._parts, self.actor = [], None
        self._armed.clear()
        await asyncio.sleep(0)

    def intend(self, ref: ClientRef = REF, *, room: RoomType = DOUBLE) -> None:
        """A guest said yes, and the turn committed."""
        self.intend_request(a_request(ref, room=room))

    def intend_request(self, request: ReservationRequest) -> None:
        """The same, whatever they said yes to."""
        self.journal.intend(request.client_ref, request=request)
        self.wake()

    def intend_cancellation(self, ref: ClientRef, code: str) -> None:
        """A guest wants out."""
        self.journal.intend(ref, code=code)
        self.wake()

    def intend_late_checkout(self, ref: ClientRef, code: str, until: time) -> None:
        """A guest wants to sleep in."""
        self.journal.intend(ref, code=code, leaves_at=until)
        self.wake()

    def wake(self) -> None:
        if self.actor is not None:
            self.ref.tell(Wake())

    def rest(self) -> None:
        self.ref.tell(Rest())

    def outcomes(self, ref: ClientRef = REF) -> list[SagaOutcome]:
        return self.journal.outcomes(ref)

    def counted(self, outcome: str) -> float:
        return self.metrics.registry.get_sample_value("reservations_total", {"outcome": outcome}) or 0.0

    async def settled(self, ref: ClientRef = REF, *, within_seconds: float = 7_200) -> float:
        """Wait until the guest was told how it ended; answers when that was."""
        end = clock() + within_seconds
        while not self.journal.told_how_it_ended(ref):
            assert clock() < end, f"not settled: {self.journal.row(ref)}"
            await asyncio.sleep(0.25)
        return clock()

    async def closed(self, ref: ClientRef = REF, *, within_seconds: float = 7_200, every: float = 0.25) -> float:
        """Wait until nobody looks after it any more; answers when that was."""
        end = clock() + within_seconds
        while not self.journal.settled(ref):
            assert clock() < end, f"not closed: {self.journal.row(ref)}"
            await asyncio.sleep(every)
        return clock()

    def _ring(self) -> None:
        self.bells += 1

    def _arm(self) -> None:
        """The scheduler: each timer fires once, into whatever process there is."""
        for key, due_at in self.journal.timers.items():
            if self._armed.get(key) != due_at:
                self._armed[key] = due_at
                seconds = max(0.0, (due_at - now()).total_seconds())
                asyncio.get_running_loop().call_later(seconds, self._fire, key, due_at)

    def _fire(self, key: tuple[ClientRef, int], due_at: datetime) -> None:
        if self.actor is not None and self.journal.timers.get(key) == due_at and self._armed.get(key) == due_at:
            del self.journal.timers[key]
            self.ref.tell(CheckDue(client_ref=key[0], step=key[1]))
