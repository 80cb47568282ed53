"""What the conversations of all hotels share: how they read, split, tell the time and make references."""

import asyncio
import hmac
from base64 import b32encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from agente_hotelero.actors.conversation import Surroundings
from agente_hotelero.actors.ports import Codes, Consult, Flags, Listen, ShowTyping
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.dialogue.hours import is_open
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding.answers import is_settled
from agente_hotelero.dialogue.understanding.country_days import may_name_a_holiday
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.model.events import MediaReceived
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account, ClientRef, HotelId, InboxId
from agente_hotelero.model.messages import OutboundMessage
from agente_hotelero.model.speech import Hearing
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.speech import nobody_listens

SHORT_TEXT: Final = 160
"""Read on the loop: it takes a third of a millisecond, and a thread that computes may take the interpreter's lock from
the loop at each of its system calls. A fifth more turns a second: docs/benchmarks.md."""


class Commons:
    """`site` is where channels find our pictures, `code_picture` where the one of a reservation's code is below it.

    `always_open` is the test environment's business hours; `gather_seconds` is said in place of every hotel's own; `read` is
    how guests' words are read, and `weigh` what takes milliseconds to make more of what was read.
    """

    def __init__(
        self,
        *,
        key: bytes,
        site: Callable[[], str | None],
        code_picture: Callable[[str], str | None],
        codes: Codes,
        always_open: bool,
        flags: Flags,
        metrics: Metrics,
        gather_seconds: float | None = None,
        read: Callable[[str, Context], Reading] = understand,
        weigh: Callable[[Reading, str, Context], Reading] | None = None,
    ) -> None:
        """Begin without anybody who could show a guest that they are being answered."""
        self.show_typing: ShowTyping = lambda _account, _message: None
        self.listen: Listen = nobody_listens
        self.consult: Consult | None = None
        """For the hotels that want it."""
        self._reference_key = hmac.digest(key, b"reference", "sha256")
        self._site = site
        self._code_picture = code_picture
        self.codes = codes
        self._always_open = always_open
        self._flags = flags
        self._metrics = metrics
        self._gather_seconds = gather_seconds
        self._read = read
        self._weigh = weigh
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="understanding")

    def surroundings(
        self, profile: HotelProfile, *, journal: Ref, gateway: Ref, code_accounts: Mapping[str, Account]
    ) -> Surroundings:
        """Put together what the conversations of one hotel need."""
        return Surroundings(
            hotel=profile,
            journal=journal,
            gateway=gateway,
            understand=self.understand,
            listen=self._listen,
            consult=self.consult if profile.llm else None,
            flags=self._flags,
            is_open=self._is_open,
            make_reference=self._reference,
            split=self._parts,
            code_picture=self._code_picture,
            codes=self.codes,
            code_accounts=code_accounts,
            show_typing=self._show_typing,
            now=now,
            metrics=self._metrics,
            gather_seconds=profile.gather_seconds if self._gather_seconds is None else self._gather_seconds,
        )

    def close(self) -> None:
        """End the thread; what it reads for nobody is dropped."""
        self._worker.shutdown(wait=False)

    def understand(self, text: str, context: Context) -> Awaitable[Reading]:
        """Read a guest's words; off the loop where they are long, or the first to name a holiday of the country.

        Whatever takes milliseconds is off the loop, too: what is not settled by rules, where there is a `weigh`.
        """
        if len(text) <= SHORT_TEXT and not may_name_a_holiday(text):
            return self._read_here(text, context)
        return asyncio.get_running_loop().run_in_executor(self._worker, self._read_whole, text, context)

    async def _read_here(self, text: str, context: Context) -> Reading:
        reading = self._read(text, context)
        if self._weigh is None or is_settled(reading, text, context):
            return reading
        return await asyncio.get_running_loop().run_in_executor(self._worker, self._weigh, reading, text, context)

    def _read_whole(self, text: str, context: Context) -> Reading:
        reading = self._read(text, context)
        if self._weigh is None or is_settled(reading, text, context):
            return reading
        return self._weigh(reading, text, context)

    def _listen(
        self, account: Account, media: MediaReceived, hint: str | None, languages: Sequence[str]
    ) -> Awaitable[Hearing]:
        return self.listen(account, media, hint, languages)

    def _show_typing(self, account: Account, message_id: str) -> None:
        self.show_typing(account, message_id)

    def _is_open(self, hotel: HotelProfile, at: datetime) -> bool:
        return self._always_open or is_open(hotel, at)

    def _reference(self, hotel: HotelId, row: InboxId) -> ClientRef:
        digest = blake2b(f"ref:{hotel}:{row}".encode(), key=self._reference_key, digest_size=10).digest()
        return ClientRef("AH-" + b32encode(digest).decode())

    def _parts(self, message: OutboundMessage) -> tuple[OutboundMessage, ...]:
        return compose.parts(message, site=self._site(), uploads=True)


def now() -> datetime:
    """Tell the time, with its zone."""
    return datetime.now(UTC)
