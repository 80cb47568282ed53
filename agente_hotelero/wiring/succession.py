"""One directory after another: the new are hired first, one assignment changes everything, the old are let go."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from typing import Final

import structlog

from agente_hotelero.actors import router
from agente_hotelero.actors.conversation import Surroundings
from agente_hotelero.actors.runtime import ActorStoppedError, AskTimeoutError, note_failure
from agente_hotelero.errors import UnavailableError
from agente_hotelero.model.ids import Account, HotelId
from agente_hotelero.model.lines import USUAL
from agente_hotelero.storage.demo_inventory import Seed
from agente_hotelero.wiring.commons import Commons
from agente_hotelero.wiring.directory import Directory
from agente_hotelero.wiring.outlets import Outlets
from agente_hotelero.wiring.pms import seeds
from agente_hotelero.wiring.roster import Desk, InForce, Roster
from agente_hotelero.wiring.teams import Seat, Teams

log = structlog.get_logger(__name__)

SeedAll = Callable[[Mapping[HotelId, Sequence[Seed]]], Awaitable[None]]
"""Tells the demo PMS what each hotel sells, all or none."""
PREPARE_SECONDS: Final = 4.0
"""What new hotels and accounts may take to be ready; whoever asked waits, and nothing has changed yet."""


class LeavingError(UnavailableError):
    """This process is about to end: it keeps what it has."""


class Succession:
    """Changes follow each other one at a time."""

    def __init__(self, *, in_force: InForce, teams: Teams, commons: Commons, outlets: Outlets, seed: SeedAll) -> None:
        self._in_force = in_force
        self._teams = teams
        self._commons = commons
        self._outlets = outlets
        self._seed = seed
        self._turn = asyncio.Lock()
        self._goodbyes: asyncio.Task[None] | None = None
        self._closed = False

    async def begin(self, directory: Directory) -> None:
        """Bring the first one in force."""
        await self._exchange(directory, within=None)
        await self._teams.read(directory.mailboxes)

    async def follow(self, directory: Directory) -> None:
        """Bring another one in force; raises UnavailableError and whatever a start raises, and then nothing changed.

        Those that are gone finish what they have in hand after this returns.
        """
        async with self._turn:
            if self._goodbyes is not None:
                await asyncio.wait([self._goodbyes])
            if self._closed:
                raise LeavingError("this process")
            try:
                old = await self._exchange(directory, within=PREPARE_SECONDS)
            except TimeoutError:
                raise UnavailableError("what new hotels or accounts need") from None
            self._announce(old, self._in_force.roster)
            await self._teams.read(directory.mailboxes)
            log.info("hotels_changed", hotels=len(directory.hotels), accounts=len(directory.ways))
            self._goodbyes = asyncio.create_task(self._let_go(old, self._in_force.roster))

    async def close(self) -> None:
        """Change nothing any more; a change that is under way is waited for."""
        self._closed = True
        self._cut_goodbyes()
        async with self._turn:
            self._cut_goodbyes()

    def _cut_goodbyes(self) -> None:
        """Everybody is about to be stopped, those that are gone among them."""
        if self._goodbyes is not None:
            self._goodbyes.cancel()

    async def _exchange(self, directory: Directory, *, within: float | None) -> Roster:
        old = self._in_force.roster
        async with AsyncExitStack() as undo, asyncio.timeout(within):
            desks = {
                hotel.profile.id: old.desks.get(hotel.profile.id) or await self._teams.open_desk(hotel, undo)
                for hotel in directory.hotels
            }
            senders = {
                account: old.senders.get(account) or await self._teams.hire_sender(_seat(directory, account), undo)
                for account in directory.ways
            }
            await self._seed({hotel.profile.id: seeds(hotel) for hotel in directory.hotels})
            # From here on nothing can fail, and nobody comes between.
            undo.pop_all()
            self._in_force.roster = Roster(
                directory=directory,
                desks=desks,
                senders=senders,
                surroundings=self._surroundings(directory, desks),
            )
        return old

    def _surroundings(self, directory: Directory, desks: Mapping[HotelId, Desk]) -> Mapping[HotelId, Surroundings]:
        return {
            hotel: self._commons.surroundings(
                profile,
                journal=self._outlets.journal,
                gateway=desks[hotel].gateway_ref,
                code_accounts=directory.code_accounts(hotel),
            )
            for hotel, profile in directory.profiles.items()
        }

    def _announce(self, old: Roster, new: Roster) -> None:
        for account in new.directory.ways:
            seat = _seat(new.directory, account)
            if account in old.senders and seat != _seat(old.directory, account):
                self._teams.renew(seat, new.senders[account])
        before = {hotel.profile.id: hotel for hotel in old.directory.hotels}
        for hotel in new.directory.hotels:
            desk = new.desks[hotel.profile.id]
            if hotel != before.get(hotel.profile.id, hotel):
                # Its connection, or the zone and the country that its client was given.
                self._teams.reconnect(hotel, desk)
            desk.gateway.forget()
        self._outlets.hotels_changed()

    async def _let_go(self, old: Roster, new: Roster) -> None:
        accounts = [account for account in old.senders if account not in new.senders]
        hotels = [hotel for hotel in old.desks if hotel not in new.desks]
        try:
            for account in accounts:
                await self._teams.dismiss_sender(account)
            if hotels:
                await self._turns_in_hand()
            for hotel in hotels:
                await self._teams.close_desk(hotel, old.desks[hotel])
            # Only here, and not when this process ends: then the next one wants to be woken.
            await self._teams.unwatch(old.directory.mailboxes, new.directory.mailboxes)
        except Exception as error:  # noqa: BLE001 - nobody is sent to them any more; what they hold is stored
            note_failure("not_let_go", error)

    async def _turns_in_hand(self) -> None:
        """Wait: they may still ask the PMS of a hotel that is gone."""
        with suppress(ActorStoppedError, AskTimeoutError):
            await self._outlets.router.ask(router.FinishTurns())


def _seat(directory: Directory, account: Account) -> Seat:
    profile = directory.profiles[account.hotel]
    return Seat(
        account=account,
        way=directory.ways[account],
        line=directory.lines.get(account, USUAL),
        hotel=profile.name,
        language=profile.languages[0],
    )
