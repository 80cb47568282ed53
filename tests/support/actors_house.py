"""Everything between a webhook and a POST, real but for the database, the PMS and the channel, in virtual time."""

import asyncio
import threading
from collections.abc import Sequence
from datetime import datetime

from opentelemetry import trace

from agente_hotelero.actors import router, sender
from agente_hotelero.actors.conversation import ConversationActor, Surroundings
from agente_hotelero.actors.feature_flags import FlagView
from agente_hotelero.actors.journal import Accepted, JournalActor
from agente_hotelero.actors.pms_gateway import PmsGatewayActor
from agente_hotelero.actors.ports import Consult
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.channels.port import ChannelClient
from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.channels.whatsapp.window import TemplateWindow
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding.offline import understand
from agente_hotelero.model.events import InboundEvent, MediaReceived, Parsed, TextReceived
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account, ClientRef, GuestId, HotelId
from agente_hotelero.model.journal import Applied, Epochs, InboxRow, OutboxRow
from agente_hotelero.model.lines import Line, Purpose
from agente_hotelero.model.speech import Hearing, Unheard
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.telemetry.metrics import Metrics
from tests.fakes.channel import FakeChannel
from tests.fakes.identities import FakeCodes, FakeIdentities
from tests.fakes.journal import FakeDatabase
from tests.fakes.pms import FakePms
from tests.support.actors_words import PROFILE, WHATSAPP, plain, said
from tests.support.stays import HOTEL, ROOMS
from tests.support.virtual_time import clock, now, until_idle


class Understanding:
    """The offline one; it may fail at some words, or wait."""

    def __init__(self) -> None:
        self.troubles: dict[str, list[BaseException]] = {}
        self.gate: asyncio.Event | None = None
        self.read: list[str] = []

    async def __call__(self, text: str, context: Context) -> Reading:
        self.read.append(text)
        if self.gate is not None:
            await self.gate.wait()
        if self.troubles.get(text):
            raise self.troubles[text].pop(0)
        return understand(text, context)


class Ears:
    """Whoever listens: hears what it was told of a recording, after a while if so asked."""

    def __init__(self) -> None:
        self.hears: dict[str, Hearing] = {}
        self.seconds = 0.0
        self.trouble: Exception | None = None
        self.asked: list[tuple[str, str | None]] = []
        """Which recordings, and the hint that came with each."""

    async def __call__(
        self, account: Account, media: MediaReceived, hint: str | None, languages: Sequence[str]
    ) -> Hearing:
        assert account.hotel
        assert languages
        self.asked.append((media.media_id, hint))
        if self.trouble is not None:
            raise self.trouble
        await asyncio.sleep(self.seconds)
        return self.hears.get(media.media_id, Unheard.OFF)


class House:
    """One hotel's service. Durable: `database`, `pms`, `channel`. The actors live from `start` to `die`."""

    def __init__(
        self,
        *,
        idle_seconds: float = 900.0,
        capacity: int = 1_000,
        tracer: trace.Tracer | None = None,
        line: Line | None = None,
        client: ChannelClient | None = None,
        windowed: bool = True,
        gather_seconds: float = 0.0,
        profile: HotelProfile = PROFILE,
    ) -> None:
        """`windowed` says that guests may be written to only for a while after their own messages."""
        self.client = client
        self.windowed = windowed
        self.gather_seconds = gather_seconds
        self.profile = profile
        self.line = line or Line(messages_per_second=1000.0, guest_burst=1000)
        self.database = FakeDatabase(now=now)
        self.identities = FakeIdentities(self.database)
        self.codes = FakeCodes()
        self.pms = FakePms(room_types=ROOMS, now=now)
        self.channel = FakeChannel(clock=clock)
        self.understanding = Understanding()
        self.ears = Ears()
        self.consult: Consult | None = None
        self.flags = FlagView()
        self.metrics = Metrics()
        self.parsed: dict[bytes, Parsed] = {}
        self.parsed_in: list[int] = []
        self.unknown_hotels: list[HotelId] = []
        self.told: list[str] = []
        self.hotels: dict[HotelId, Surroundings] = {}
        self._idle_seconds = idle_seconds
        self._capacity = capacity
        self._tracer = tracer or trace.NoOpTracer()
        self.router: Ref
        self.journal: Ref
        self.sender: Ref

    async def start(self, *, here: bool = True) -> "House":
        """Start the process, and own the shards; `here` says whether the hotel is."""
        wired = asyncio.Event()
        self.journal_actor = JournalActor(
            inbox=self.database,
            reader=self.database,
            turns=self.database,
            outbox=self.database,
            ownership=self.database,
            identities=self.identities,
            outlets=self,
            metrics=self.metrics,
            notify_owner=self._notify,
            replaced=lambda: self.told.append("replaced"),
            wired=wired,
        )
        self.journal_actor._start_actor_loop()
        self.journal = self.journal_actor.actor_ref
        gateway = PmsGatewayActor(gateway=PmsGateway(hotel=HOTEL, client=self.pms, clock=clock, metrics=self.metrics))
        gateway._start_actor_loop()
        self.surroundings = self._surroundings(gateway.actor_ref)
        self.hotels = {HOTEL: self.surroundings} if here else {}
        self.router_actor = router.ChannelRouterActor(
            journal_ref=self.journal,
            parse_whatsapp=self._parse,
            surroundings=self.hotels.get,
            metrics=self.metrics,
            idle_seconds=self._idle_seconds,
            capacity=self._capacity,
            on_unknown_hotel=self.unknown_hotels.append,
        )
        self.router_actor._start_actor_loop()
        self.router = self.router_actor.actor_ref
        self.sender_actor = sender.SenderActor(
            account=WHATSAPP,
            client=self.client or self.channel,
            journal_ref=self.journal,
            now=now,
            metrics=self.metrics,
            tracer=self._tracer,
            line=self.line,
            digits_of=self.codes.digits,
            window=TemplateWindow(self.line, hotel=PROFILE.name, language="es", clock=clock) if self.windowed else None,
        )
        self.sender_actor._start_actor_loop()
        self.sender = self.sender_actor.actor_ref
        wired.set()
        await until_idle()
        return self

    async def stop(self) -> None:
        for ref in (self.router, self.sender, self.journal):
            await ref.stop()

    async def say(self, *words: str, **more: str) -> Accepted:
        """A guest writes, in one webhook."""
        return await self.accept(*(said(text, **more) for text in words))  # type: ignore[arg-type]  # handed on

    async def accept(self, *events: InboundEvent) -> Accepted:
        accepted = await self.router.ask(router.AcceptEvents(events=events))
        await until_idle()
        return accepted

    def conversation(self, guest: int = 1) -> ConversationActor:
        """The living conversation of a guest."""
        actor = self.router_actor._conversations._members[GuestId(guest)].actor
        assert isinstance(actor, ConversationActor)
        return actor

    def heard(self) -> list[tuple[str, ...]]:
        """The words of each turn, in the order in which turns passed."""
        return [
            tuple(
                event.text if isinstance(event := self.database.rows[row].event, TextReceived) else event.type
                for row in turn.inbox_ids
            )
            for turn in self.database.turns
        ]

    def answers(self) -> list[str]:
        """What turns said, in order."""
        return [plain(reply.message) for turn in self.database.turns for reply in turn.replies]

    def sample(self, name: str, **labels: str) -> float:
        return self.metrics.registry.get_sample_value(name, labels) or 0.0

    def _surroundings(self, gateway: Ref) -> Surroundings:
        return Surroundings(
            hotel=self.profile,
            journal=self.journal,
            gateway=gateway,
            understand=self.understanding,
            listen=self.ears,
            consult=self.consult,
            flags=self.flags,
            is_open=lambda _hotel, _at: True,
            make_reference=lambda hotel, row: ClientRef(f"{hotel}-{row}"),
            split=compose.parts,
            code_picture="/codes/{}.png".format,
            codes=self.codes,
            code_accounts={"whatsapp": WHATSAPP} if self.line.templates.get(Purpose.VERIFICATION) else {},
            show_typing=self._show_typing,
            now=now,
            metrics=self.metrics,
            gather_seconds=self.gather_seconds,
            tracer=self._tracer,
        )

    def _parse(self, body: bytes, accounts: frozenset[str]) -> Parsed:
        assert accounts
        self.parsed_in.append(threading.get_ident())
        return self.parsed[body]

    async def _notify(self) -> None:
        self.told.append("notified")

    def _show_typing(self, account: Account, message_id: str) -> None:
        self.sender.tell(sender.ShowTyping(message_id=message_id))

    def upgraded(self, account: Account) -> None:
        self.sender.tell(sender.Upgraded())

    # Outlets, as the composition root wires them.

    def deliver(self, rows: Sequence[InboxRow]) -> None:
        self.router.tell(router.DeliverRows(rows=rows))

    def send(self, rows: Sequence[OutboxRow]) -> None:
        if rows:
            self.sender.tell(sender.Send(rows=tuple(rows)))

    def sends_at_once(self, account: Account, guest: GuestId) -> bool:
        return account == self.sender_actor._account and self.sender_actor.sends_at_once(guest)

    def reported(self, moved: Sequence[Applied]) -> None:
        self.sender.tell(sender.Reported(moved=tuple(moved)))

    def wake_sagas(self, hotels: frozenset[HotelId] | None) -> None:
        self.told.append(f"sagas {hotels}")

    def arm(self, due_at: datetime | None) -> None:
        self.told.append(f"arm {due_at}")

    def handed_off(self) -> None:
        self.told.append("handed_off")

    def media_came(self) -> None:
        self.told.append("media_came")

    def claimed(self, epochs: Epochs) -> None:
        self.told.append(f"claimed {len(epochs)}")

    def dropped(self) -> None:
        self.router.tell(router.DropAll())
        self.sender.tell(sender.Dropped())
