"""Everything behind the admin routes, in memory: what operators did, and what they shall see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from agente_hotelero.errors import ConfigError
from agente_hotelero.http.ports import TokenInfo
from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.journal import OutboxStatus
from agente_hotelero.model.office import (
    AuditLine,
    DeadLetter,
    FoundGuest,
    HandOff,
    OpenedFile,
    OpenQuestion,
    OutgoingMessage,
    ReadHandOff,
    SaidLine,
    UnreadableBody,
    WaitingEvent,
)
from agente_hotelero.storage.held import Held
from agente_hotelero.storage.reloads import Answer, Outcome, Reloaded
from tests.fakes.http_ports import NOON

DEMO = HotelId("demo")
WAITS = {
    "id": 7, "hotel": DEMO, "reason": "asked", "summary": "Quiere hablar.", "created_at": NOON, "told_at": None,
    "guest_name": "Ana", "contact": "whatsapp 549", "taken_over": False, "unanswered": True, "closed": False,
}  # fmt: skip


@dataclass
class FakeOffice:
    """`failure` is raised instead of whatever was asked; `done` keeps who did what, to what."""

    failure: Exception | None = None
    done: list[tuple[object, ...]] = field(default_factory=list)
    mistake: str | None = None
    """What is wrong with the hotels file."""

    def desk(self, operator: TokenInfo) -> "FakeDesk":
        return FakeDesk(self, operator)

    def files(self, operator: TokenInfo) -> "FakeFiles":
        return FakeFiles(self, operator)

    def inspection(self, operator: TokenInfo) -> "FakeInspection":
        return FakeInspection(self, operator)

    def held(self, operator: TokenInfo) -> "FakeHeld":
        return FakeHeld(self, operator)

    async def find_guests(self, operator: TokenInfo, words: str) -> Sequence[FoundGuest]:
        self.note(operator, "find", words)
        return [FoundGuest(id=GuestId(1), hotel=DEMO, name="Ana", aliases=("phone 549",), codes=(), last_seen=NOON)]

    async def set_flag(self, operator: TokenInfo, flag: str, *, enabled: bool) -> None:
        self.note(operator, "flag", flag, enabled)

    async def reload(self, operator: TokenInfo) -> Reloaded:
        self.note(operator, "reload")
        if self.mistake is not None:
            raise ConfigError(self.mistake)
        return Reloaded(answers=(Answer(who="process 1", outcome=Outcome.RELOADED, hotels=2),), silent=0)

    def actors(self) -> Mapping[str, object]:
        return {"standing": "owning", "actors": []}

    def note(self, operator: TokenInfo, *what: object) -> None:
        if self.failure is not None:
            raise self.failure
        self.done.append((operator.name, *what))


@dataclass
class FakeDesk:
    office: FakeOffice
    operator: TokenInfo

    async def waiting(self) -> Sequence[HandOff]:
        self.office.note(self.operator, "waiting")
        return [HandOff(**WAITS)]  # type: ignore[arg-type]  # one table for two classes

    async def read(self, handoff: int) -> ReadHandOff | None:
        self.office.note(self.operator, "read", handoff)
        lines = (SaidLine(author="guest", at=NOON, body="Hola", state=None),)
        return ReadHandOff(**WAITS, lines=lines) if handoff == WAITS["id"] else None  # type: ignore[arg-type]  # as above

    async def take_over(self, handoff: int) -> bool:
        return self._did("take", handoff)

    async def reply(self, handoff: int, text: str, *, key: UUID) -> bool:
        return self._did("reply", handoff, text, key)

    async def give_back(self, handoff: int) -> bool:
        return self._did("give-back", handoff)

    async def close(self, handoff: int) -> bool:
        return self._did("close", handoff)

    def _did(self, what: str, handoff: int, *more: object) -> bool:
        self.office.note(self.operator, what, handoff, *more)
        return handoff == WAITS["id"]


@dataclass
class FakeFiles:
    office: FakeOffice
    operator: TokenInfo

    async def open(self, file: int) -> OpenedFile | None:
        self.office.note(self.operator, "file", file)
        return OpenedFile(filename="documento-9.pdf", content=b"<script>") if file == 9 else None


@dataclass
class FakeInspection:
    office: FakeOffice
    operator: TokenInfo

    async def inbox(self, *, after: int) -> Sequence[WaitingEvent]:
        self.office.note(self.operator, "inbox", after)
        return [
            WaitingEvent(id=3, hotel=DEMO, guest_id=1, channel="whatsapp", kind="text", received_at=NOON, attempts=0)
        ]

    async def outbox(self, status: OutboxStatus, *, after: int) -> Sequence[OutgoingMessage]:
        self.office.note(self.operator, "outbox", status, after)
        return [
            OutgoingMessage(
                id=4, hotel=DEMO, guest_id=1, channel="whatsapp", status=status.value, delivery=None, attempts=1,
                created_at=NOON, next_at=NOON, error=None,
            )
        ]  # fmt: skip

    async def dead_letters(self, *, after: int) -> Sequence[DeadLetter]:
        self.office.note(self.operator, "dead_letters", after)
        return [
            DeadLetter(
                id=5, inbox_id=3, guest_id=1, hotel=DEMO, channel=None, kind=None, error="ValueError", created_at=NOON
            )
        ]

    async def questions(self, *, after: int) -> Sequence[OpenQuestion]:
        self.office.note(self.operator, "questions", after)
        return [OpenQuestion(id=8, hotel=DEMO, guest_id=1, again_at=NOON)]

    async def unreadable(self, *, after: int) -> Sequence[UnreadableBody]:
        self.office.note(self.operator, "unreadable", after)
        return [UnreadableBody(id=6, channel="whatsapp", account="1", reason="json", bytes=12, received_at=NOON)]

    async def audit(self, *, before: int) -> Sequence[AuditLine]:
        self.office.note(self.operator, "audit", before)
        return [AuditLine(id=1, at=NOON, who="ana", action="flag_set", detail="{}")]

    async def retry_letter(self, letter: int) -> bool:
        self.office.note(self.operator, "retry_letter", letter)
        return letter == 5

    async def retry_message(self, message: int) -> bool:
        self.office.note(self.operator, "retry_message", message)
        return message == 4


@dataclass
class FakeHeld:
    office: FakeOffice
    operator: TokenInfo

    async def count(self) -> Held:
        return self._did("count")

    async def release(self) -> Held:
        return self._did("release")

    async def drop(self) -> Held:
        return self._did("drop")

    def _did(self, what: str) -> Held:
        self.office.note(self.operator, what)
        return Held(messages=1, timers=2, oldest=NOON)
