"""What a sender does beside its sending; if it comes to nothing, nobody is harmed."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from agente_hotelero.actors import journal
from agente_hotelero.actors.patience import AWAY
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.channels.port import ChannelClient, FailureClass, SendFailedError
from agente_hotelero.model.ids import Account, GuestId
from agente_hotelero.model.reach import Quiet

log = structlog.get_logger(__name__)

ASK_AGAIN_SECONDS: Final = (5.0, 30.0, 120.0, 600.0, 3600.0)
"""Until it is known; after that the account goes on at its usual pace, and hears of an upgrade when there is one."""
PASSING: Final = frozenset({FailureClass.RETRY_SOON, FailureClass.RATE_LIMITED, FailureClass.IN_DOUBT})


class Aside:
    """Of one account."""

    def __init__(self, account: Account, *, journal_ref: Ref, now: Callable[[], datetime]) -> None:
        self._account = account
        self._journal = journal_ref
        self._now = now
        self._tasks: set[asyncio.Task[None]] = set()

    def show_typing(self, client: ChannelClient, message_id: str) -> None:
        """Show a guest that their message is being answered."""
        self._do(_type(client, message_id))

    def quieten(self, client: ChannelClient, guest: GuestId, code: int) -> None:
        """Remember whom the channel wants left in peace, if that is what a code says."""
        self._do(self._quieten(client, guest, code))

    def learn_upgrade(self, client: ChannelClient, told: Callable[[], None]) -> None:
        """Find out whether the account was upgraded before we were there to hear of it."""
        self._do(self._learn_upgrade(client, told))

    def cut(self) -> None:
        """End what is not done."""
        for task in self._tasks:
            task.cancel()

    async def _learn_upgrade(self, client: ChannelClient, told: Callable[[], None]) -> None:
        for seconds in ASK_AGAIN_SECONDS:
            try:
                if await client.upgraded():
                    told()
            except SendFailedError as error:
                if error.failure not in PASSING:
                    log.info("upgrade_not_known", account_channel=self._account.channel.value, code=error.code)
                    return
                await asyncio.sleep(seconds)
            else:
                return

    async def _quieten(self, client: ChannelClient, guest: GuestId, code: int) -> None:
        asked = client.quiet_for(code)
        if asked is None:
            return
        log.warning("channel_wants_quiet", account_channel=self._account.channel.value, code=code, one=asked.guest_only)
        until = None if asked.seconds is None else self._now() + timedelta(seconds=asked.seconds)
        whom = guest if asked.guest_only else None
        # Of what is not kept the channel says the same next time.
        with suppress(*AWAY):
            quiet = Quiet(account=self._account, guest_id=whom, reason=str(code), at=self._now(), until=until)
            await self._journal.ask(journal.Quieten(quiet=quiet))

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, context=contextvars.Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _type(client: ChannelClient, message_id: str) -> None:
    with suppress(SendFailedError):
        await client.show_typing(message_id)
