"""The only way to one hotel's PMS: cached, bounded, limited, guarded by its breakers, measured."""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from typing import Final, TypeVar

import structlog

from agente_hotelero.circuits import Permit
from agente_hotelero.errors import PmsUnavailableError, RefusedError
from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.stays import LateCheckout, Offer, Party, PmsReservation, ReservationRequest, RoomType, Stay
from agente_hotelero.pms.breaker import Breaker, Outcome
from agente_hotelero.pms.cache import AnswerCache
from agente_hotelero.pms.client import PmsBusyError, PmsClient
from agente_hotelero.pms.limiter import Bulkhead, KeptBackError, RetryBudget, TokenBucket
from agente_hotelero.telemetry.metrics import Metrics

log = structlog.get_logger(__name__)
T = TypeVar("T")

PRICE_SECONDS: Final = 25.0
OWN_TRIAL_SECONDS: Final = 2.0
"""How long a guest's question may come first."""
"""Below the 30 s that a price may be old when it is shown."""
ROOMS_SECONDS: Final = 300.0
READ_SECONDS: Final = 5.0
SLOW_READ_SECONDS: Final = 3.0
WRITE_SECONDS: Final = 75.0
"""Above the longest run of a PMS's own request (60 s), so that a late success is still heard."""
SLOW_WRITE_SECONDS: Final = 30.0
CALLS_PER_SECOND: Final = 50.0
TOKEN_SECONDS: Final = 1.0
"""How long a read waits for its turn; writes wait as long as it takes."""
RETRY_SECONDS: Final = 0.2
STATES: Final = {"closed": 0, "half_open": 1, "open": 2}
OUTCOMES: Final[tuple[tuple[type[Exception], Outcome], ...]] = (
    (RefusedError, Outcome.REFUSED),
    (PmsBusyError, Outcome.BUSY),
    (PmsUnavailableError, Outcome.UNAVAILABLE),
    (TimeoutError, Outcome.TIMEOUT),
)
"""The first that fits; what fits none is the adapter's own bug."""
BREAKERS: Final = ("read", "write")
KEPT_BACK: Final = "kept_back"
"""Calls that were not made, in the same metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsHealth:
    """What a hotel's gateway looks like now; the breakers are `closed`, `half_open` or `open`."""

    reads: str
    writes: str
    limit: int
    under_way: int
    wait_seconds: float
    """Until our own rate limit, or the PMS's Retry-After, lets the next call out."""


class PmsGateway:
    """Reads in the order: deadline, cache and single-flight, place, token, permission, timeout, report, retry.

    Writes go one at a time, have a breaker of their own and are never retried here: the saga decides, after
    reading back. Every call raises PmsUnavailableError or RefusedError, nothing else.
    """

    def __init__(
        self,
        *,
        hotel: HotelId,
        client: PmsClient,
        clock: Callable[[], float],
        metrics: Metrics,
        read_seconds: float = READ_SECONDS,
        write_seconds: float = WRITE_SECONDS,
        calls_per_second: float = CALLS_PER_SECOND,
    ) -> None:
        """Take `clock` in monotonic seconds."""
        self._hotel = hotel
        self._client = client
        self._clock = clock
        self._metrics = metrics
        self._read_seconds = read_seconds
        self._write_seconds = write_seconds
        self._reads = self._breaker("read", min(SLOW_READ_SECONDS, read_seconds))
        self._writes = self._breaker("write", min(SLOW_WRITE_SECONDS, write_seconds))
        self._bulkhead = Bulkhead(limit=16, most=64, clock=clock, calm_seconds=read_seconds)
        self._bucket = TokenBucket(per_second=calls_per_second, burst=calls_per_second, clock=clock)
        self._retries = RetryBudget()
        self._prices = AnswerCache(fresh_seconds=PRICE_SECONDS, clock=clock)
        self._rooms = AnswerCache(fresh_seconds=ROOMS_SECONDS, clock=clock)
        metrics.pms_limit.labels(hotel=hotel).set_function(lambda: self._bulkhead.limit)
        metrics.pms_under_way.labels(hotel=hotel).set_function(lambda: self._bulkhead.under_way)
        self._writing = asyncio.Lock()
        self._opened = asyncio.Event()
        """Set while reads are not simply let through."""

    @property
    def health(self) -> PmsHealth:
        """What readiness and staff may see."""
        return PmsHealth(
            reads=self._reads.state,
            writes=self._writes.state,
            limit=self._bulkhead.limit,
            under_way=self._bulkhead.under_way,
            wait_seconds=round(self._bucket.wait_seconds, 3),
        )

    @property
    def available(self) -> bool:
        """Whether reads are let through."""
        return self._reads.state != "open"

    async def heal(self) -> None:
        """Find out that the PMS is back also while no guest asks: else readiness and alerts would say for ever that it is away.

        Runs until cancelled, and asks nothing while the circuit is closed.
        """
        while True:
            await self._opened.wait()
            await asyncio.sleep(self._reads.wait_seconds + OWN_TRIAL_SECONDS)
            if self._reads.state != "open" or not self._reads.ready:
                # A guest's question is the better trial: ours may be answered where theirs is not.
                continue
            with suppress(PmsUnavailableError, RefusedError):
                await self._guarded("ping", self._client.ping, math.inf)

    @property
    def writable(self) -> bool:
        """Whether a write asked now would go out, and about at once."""
        return self._writes.ready and self._bucket.wait_seconds <= TOKEN_SECONDS and not self._writing.locked()

    def serve(self, client: PmsClient) -> None:
        """Ask by another client from the next call on."""
        self._client = client
        self.forget()

    def forget(self) -> None:
        """Ask anew whatever is asked next: somebody changed the PMS."""
        self._prices.forget()
        self._rooms.forget()

    def retire(self) -> None:
        """Show no breakers any more: the hotel is here no longer, and nobody would see them close."""
        for operation_class in BREAKERS:
            self._metrics.pms_breaker_state.remove(self._hotel, operation_class)
        self._metrics.pms_limit.remove(self._hotel)
        self._metrics.pms_under_way.remove(self._hotel)

    async def rooms(self, *, within: float = math.inf) -> tuple[RoomType, ...]:
        """Room types; an old answer is good enough while the PMS is away."""
        kept: tuple[RoomType, ...] | None = self._rooms.fresh("rooms")
        if kept is not None:
            self._answered("fresh")
            return kept
        try:
            return await self._shared(self._rooms, "rooms", "rooms", self._client.rooms, within)
        except PmsUnavailableError:
            stale: tuple[RoomType, ...] | None = self._rooms.stale("rooms")
            if stale is None:
                raise
            self._answered("stale")
            return stale

    async def find_offers(
        self, stay: Stay, party: Party, *, fresh: bool = False, within: float = math.inf
    ) -> tuple[Offer, ...]:
        """What is free, cheapest first; `fresh` asks even if it was asked a moment ago.

        `within` seconds the asker will have left: no call begins after that.
        """
        key = (stay, party)
        kept: tuple[Offer, ...] | None = None if fresh else self._prices.fresh(key)
        if kept is not None:
            self._answered("fresh")
            return kept
        return await self._shared(
            self._prices, key, "find_offers", lambda: self._client.find_offers(stay, party), within
        )

    async def find_by_code(self, code: str, *, within: float = math.inf) -> PmsReservation | None:
        """A reservation by the guest's code; never from a cache."""
        return await self._read("find_by_code", lambda: self._client.find_by_code(code), within)

    async def find_by_reference(self, client_ref: ClientRef, *, within: float = math.inf) -> tuple[PmsReservation, ...]:
        """Reservations that carry our reference, lowest serial first; never from a cache."""
        return tuple(await self._read("find_by_reference", lambda: self._client.find_by_reference(client_ref), within))

    async def find_by_guest(self, email: str, *, within: float = math.inf) -> tuple[PmsReservation, ...]:
        """Reservations on file for an address, the next arrival first; never from a cache."""
        return tuple(await self._read("find_by_guest", lambda: self._client.find_by_guest(email), within))

    async def reserve(self, request: ReservationRequest) -> None:
        """Write a reservation, once. PmsUnavailableError says that nobody knows."""
        await self._write("reserve", lambda: self._client.reserve(request))

    async def cancel(self, code: str) -> None:
        """Write a cancellation, once."""
        await self._write("cancel", lambda: self._client.cancel(code))

    async def late_checkout(self, code: str, until: time) -> LateCheckout:
        """Write a late check-out, and read it back."""
        return await self._write("late_checkout", lambda: self._client.late_checkout(code, until))

    async def note(self, code: str, text: str) -> None:
        """Leave staff a note."""
        await self._write("note", lambda: self._client.note(code, text))

    async def _shared(
        self,
        cache: AnswerCache,
        key: Hashable,
        operation: str,
        ask: Callable[[], Awaitable[Sequence[T]]],
        within: float,
    ) -> tuple[T, ...]:
        asked = False

        async def read() -> tuple[T, ...]:
            nonlocal asked
            asked = True
            return tuple(await self._read(operation, ask, within))

        answer: tuple[T, ...] = await cache.once(key, read)
        self._answered("asked" if asked else "shared")
        return answer

    async def _read(self, operation: str, ask: Callable[[], Awaitable[T]], within: float) -> T:
        deadline = self._clock() + within
        self._retries.asked()
        try:
            return await self._guarded(operation, ask, deadline)
        except KeptBackError:
            # Our own limits said no: asking again would only add to what they hold back.
            raise
        except PmsUnavailableError:
            if self._reads.state != "closed" or not self._retries.spend():
                raise
        self._metrics.pms_retries_total.labels(hotel=self._hotel).inc()
        await asyncio.sleep(random.uniform(0.0, RETRY_SECONDS))  # noqa: S311 - full jitter
        return await self._guarded(operation, ask, deadline)

    async def _guarded(self, operation: str, ask: Callable[[], Awaitable[T]], deadline: float) -> T:
        try:
            async with self._bulkhead.place():
                await self._token(TOKEN_SECONDS)
                self._refuse_after(deadline)
                return await self._call(self._reads, operation, ask, self._read_seconds)
        except KeptBackError:
            self._count(operation, KEPT_BACK)
            raise

    def _refuse_after(self, deadline: float) -> None:
        if self._clock() >= deadline:
            raise KeptBackError("the PMS (nobody waits any more)")

    async def _write(self, operation: str, ask: Callable[[], Awaitable[T]]) -> T:
        async with self._writing:
            await self._token(math.inf)
            try:
                return await self._call(self._writes, operation, ask, self._write_seconds)
            except KeptBackError:
                self._count(operation, KEPT_BACK)
                raise
            finally:
                # Also after a failure: it may have taken the room.
                self._prices.forget()

    async def _token(self, within: float) -> None:
        try:
            wait = self._bucket.take(within=within)
        except KeptBackError:
            self._metrics.rate_limited_total.labels(where="pms").inc()
            raise
        if wait > 0:
            self._metrics.rate_limited_total.labels(where="pms").inc()
            await asyncio.sleep(wait)

    async def _call(self, breaker: Breaker, operation: str, ask: Callable[[], Awaitable[T]], seconds: float) -> T:
        permit = breaker.permission()
        began = self._clock()
        try:
            async with asyncio.timeout(seconds):
                answer = await ask()
        except asyncio.CancelledError:
            breaker.give_back(permit)
            raise
        except Exception as error:
            outcome = _outcome(error)
            self._report(breaker, permit, operation, outcome, began)
            if isinstance(error, PmsBusyError):
                self._bucket.push_back(error.retry_after_seconds)
            if isinstance(error, (RefusedError, PmsUnavailableError)):
                raise
            # A timeout, or an adapter's own bug: either way nobody knows what the PMS did.
            log.warning(
                "pms_failed", hotel=self._hotel, operation=operation, outcome=outcome, error=type(error).__name__
            )
            raise PmsUnavailableError("the PMS") from error
        self._report(breaker, permit, operation, Outcome.OK, began)
        return answer

    def _report(self, breaker: Breaker, permit: Permit, operation: str, outcome: Outcome, began: float) -> None:
        seconds = self._clock() - began
        failed = breaker.report(permit, outcome, seconds=seconds)
        if breaker is self._reads:
            (self._bulkhead.badly if failed else self._bulkhead.well)()
        self._metrics.pms_request_seconds.labels(hotel=self._hotel, operation=operation).observe(seconds)
        self._count(operation, outcome)

    def _answered(self, source: str) -> None:
        self._metrics.pms_answers_total.labels(hotel=self._hotel, source=source).inc()

    def _count(self, operation: str, outcome: str) -> None:
        self._metrics.pms_requests_total.labels(hotel=self._hotel, operation=operation, outcome=outcome).inc()

    def _breaker(self, operation_class: str, slow_seconds: float) -> Breaker:
        gauge = self._metrics.pms_breaker_state.labels(hotel=self._hotel, operation_class=operation_class)
        gauge.set(STATES["closed"])

        def changed(state: str) -> None:
            gauge.set(STATES[state])
            if operation_class == "read":
                (self._opened.clear if state == "closed" else self._opened.set)()
            log.warning("pms_circuit", hotel=self._hotel, operation_class=operation_class, state=state)

        return Breaker(clock=self._clock, slow_seconds=slow_seconds, on_change=changed)


def _outcome(error: Exception) -> Outcome:
    return next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), Outcome.ERROR)
