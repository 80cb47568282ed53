"""The only way to the PMS: one mailbox per hotel in front of its gateway, many calls under way."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import time
from typing import Any, Protocol

from agente_hotelero.actors.runtime import AsyncioActor, Request, seconds_left
from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.stays import LateCheckout, Offer, Party, PmsReservation, ReservationRequest, RoomType, Stay


class Gateway(Protocol):
    """What the actor stands in front of; every call raises PmsUnavailableError or RefusedError.

    `within` is how many seconds the asker still waits.
    """

    @property
    def health(self) -> object:
        """What it looks like now, without asking anybody."""
        ...

    async def heal(self) -> None:
        """Find out by itself that the PMS is back, until cancelled."""
        ...

    @property
    def writable(self) -> bool:
        """Whether a write asked now would go out."""
        ...

    async def rooms(self, *, within: float) -> tuple[RoomType, ...]:
        """All room types."""
        ...

    async def find_offers(self, stay: Stay, party: Party, *, fresh: bool, within: float) -> tuple[Offer, ...]:
        """What is free."""
        ...

    async def find_by_code(self, code: str, *, within: float) -> PmsReservation | None:
        """By the guest's code."""
        ...

    async def find_by_reference(self, client_ref: ClientRef, *, within: float) -> tuple[PmsReservation, ...]:
        """By our reference."""
        ...

    async def find_by_guest(self, email: str, *, within: float) -> tuple[PmsReservation, ...]:
        """On file for an address."""
        ...

    async def reserve(self, request: ReservationRequest) -> None:
        """Write a reservation, once."""
        ...

    async def cancel(self, code: str) -> None:
        """Write a cancellation, once."""
        ...

    async def late_checkout(self, code: str, until: time) -> LateCheckout:
        """Write a late check-out, and read it back."""
        ...

    async def note(self, code: str, text: str) -> None:
        """Leave staff a note."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FindOffers(Request[tuple[Offer, ...]]):
    """What is free for a stay, and what it costs; `fresh` asks the PMS even if it was asked a moment ago."""

    stay: Stay
    party: Party
    fresh: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FindReservation(Request[PmsReservation | None]):
    """A reservation by the code that a guest names."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindByGuest(Request[tuple[PmsReservation, ...]]):
    """Reservations on file for an address, the next arrival first."""

    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rooms(Request[tuple[RoomType, ...]]):
    """All room types, with their photos."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindByReference(Request[tuple[PmsReservation, ...]]):
    """Reservations that carry our reference. For the saga, as all below."""

    client_ref: ClientRef


@dataclass(frozen=True, slots=True, kw_only=True)
class CanWrite(Request[bool]):
    """Whether a write asked now would go out: worth knowing before one is recorded as begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reserve(Request[None]):
    """Write a reservation, once."""

    request: ReservationRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel(Request[None]):
    """Write a cancellation, once."""

    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteLateCheckout(Request[LateCheckout]):
    """Write a late check-out, and read it back; harmless to repeat."""

    code: str
    until: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Request[None]):
    """Leave staff a note in the PMS; harmless to repeat."""

    code: str
    text: str


class PmsGatewayActor(AsyncioActor):
    """Concurrent by declaration: each call is a task, so a hanging PMS holds up no other question."""

    mailbox_limit = 2_000

    def __init__(self, *, gateway: Gateway) -> None:
        """Stand in front of one hotel's gateway."""
        super().__init__()
        self._gateway = gateway
        self._under_way: set[asyncio.Task[Any]] = set()

    @property
    def health(self) -> object:
        """The gateway's state; plain, so that reading it waits for no mailbox."""
        return self._gateway.health

    async def started(self) -> None:
        """Look after an open circuit from here on."""
        self._keep(self._gateway.heal())

    async def stopped(self) -> None:
        """Leave nothing running; a write that is cut off here is searched for by its saga."""
        for task in self._under_way:
            task.cancel()

    def on_receive(self, message: Any) -> Any:
        """One task each; it goes on when the asker leaves, so that breaker and cache learn from it."""
        if isinstance(message, CanWrite):
            return self._gateway.writable
        return self._keep(self._read(message) or self._write(message))

    def _keep(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    def _read(self, message: Any) -> Coroutine[Any, Any, Any] | None:
        gateway, within = self._gateway, seconds_left()
        match message:
            case FindOffers(stay=stay, party=party, fresh=fresh):
                return gateway.find_offers(stay, party, fresh=fresh, within=within)
            case FindReservation(code=code):
                return gateway.find_by_code(code, within=within)
            case Rooms():
                return gateway.rooms(within=within)
            case FindByGuest(email=email):
                return gateway.find_by_guest(email, within=within)
            case FindByReference(client_ref=client_ref):
                return gateway.find_by_reference(client_ref, within=within)
            case _:
                return None

    def _write(self, message: Any) -> Coroutine[Any, Any, Any]:
        gateway = self._gateway
        match message:
            case Reserve(request=request):
                return gateway.reserve(request)
            case Cancel(code=code):
                return gateway.cancel(code)
            case WriteLateCheckout(code=code, until=until):
                return gateway.late_checkout(code, until)
            case Note(code=code, text=text):
                return gateway.note(code, text)
            case _:
                raise TypeError(f"PmsGatewayActor does not take {type(message).__name__}")
