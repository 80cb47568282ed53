"""What guests and channels say, in the fewest words."""

import itertools
from collections.abc import Callable
from datetime import datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from agente_hotelero.channels.whatsapp import compose
from agente_hotelero.model.events import DeliveryReport, DeliveryState, Event, InboundEvent, TextReceived
from agente_hotelero.model.hotel import Fact, HotelProfile, OpenHours, RoomProfile
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, GuestId, InboxId, OutboxId
from agente_hotelero.model.journal import OutboxRow, OutboxStatus, ReplyDraft, ReplyRoute, Turn
from agente_hotelero.model.messages import OneTimeCode, OutboundMessage, Several, Text, parts_of
from agente_hotelero.model.reach import WINDOW
from tests.fakes.journal import SHARD
from tests.support.stays import HOTEL
from tests.support.virtual_time import now

WHATSAPP: Final = Account(HOTEL, Channel.WHATSAPP, "100000000000001")
WEBCHAT: Final = Account(HOTEL, Channel.WEBCHAT, HOTEL)
SYSTEM: Final = Account(HOTEL, Channel.SYSTEM, HOTEL)
ANA: Final = "5491100000001"
BETO: Final = "5491100000002"
PROFILE: Final = HotelProfile(
    id=HOTEL,
    name="Hotel Demo",
    zone=ZoneInfo("America/Argentina/Buenos_Aires"),
    currency="USD",
    languages=("es", "pt", "en"),
    address="Av. Libertador 1234",
    phone="+54 11 5555 0100",
    check_in_from=time(15),
    check_out_until=time(11),
    business_hours=tuple(OpenHours(weekday=day, opens=time(8), closes=time(20)) for day in range(7)),
    rooms=(
        RoomProfile(key="single", names={"es": "habitación individual", "en": "single room"}, capacity=1),
        RoomProfile(key="double", names={"es": "habitación doble", "en": "double room"}, capacity=2),
        RoomProfile(key="suite", names={"es": "suite", "en": "suite"}, capacity=4),
    ),
    facts={"wifi": Fact(included=True), "parking": Fact(offered=False)},
    person_reachable=True,
)

_numbers = itertools.count(1)


def said(
    words: str | Event = "hola",
    *,
    by: str = ANA,
    account: Account = WHATSAPP,
    external_id: str | None = None,
    traceparent: str | None = None,
) -> InboundEvent:
    """A guest's words, or another event, on their way in."""
    return InboundEvent(
        account=account,
        external_id=external_id or f"wamid.{next(_numbers)}",
        alias=Alias(AliasKind.PHONE, by),
        event=TextReceived(text=words) if isinstance(words, str) else words,
        sent_at=now(),
        address=by,
        traceparent=traceparent,
    )


def report(
    row: OutboxRow | OutboxId, state: DeliveryState = DeliveryState.SENT, *, code: int | None = None
) -> DeliveryReport:
    """The channel says what became of a message of ours."""
    row_id = row.id if isinstance(row, OutboxRow) else row
    return DeliveryReport(
        account=WHATSAPP, provider_id=f"wamid.out.{row_id}", state=state, at=now(), outbox_id=row_id, error_code=code
    )


def a_turn(guest: int, *rows: int, version: int = 0, says: tuple[str, ...] = ("hola",), **more: object) -> Turn:
    """What a conversation would commit."""
    route = ReplyRoute(account=WHATSAPP, address=ANA)
    fields: dict[str, object] = {
        "guest_id": GuestId(guest),
        "hotel": HOTEL,
        "shard": SHARD,
        "version": version,
        "state": {"after": rows},
        "route": route,
        "inbox_ids": tuple(InboxId(row) for row in rows),
        "replies": tuple(ReplyDraft(route=route, message=Text(body=body), interactive=True) for body in says),
    }
    make: Callable[..., Turn] = Turn
    return make(**{**fields, **more})


def on_its_way(
    row_id: int,
    body: str = "hola",
    *,
    guest: int = 1,
    cause: int = 1,
    status: OutboxStatus = OutboxStatus.PENDING,
    interactive: bool = True,
    doubts: int = 0,
    account: Account = WHATSAPP,
    traceparent: str | None = None,
    open_until: datetime | None = None,
) -> OutboxRow:
    """A message in the outbox, whose guest wrote this moment unless it is said until when they may be written to."""
    return OutboxRow(
        id=OutboxId(row_id),
        guest_id=GuestId(guest),
        shard=SHARD,
        route=ReplyRoute(account=account, address=f"guest {guest}"),
        cause=InboxId(cause),
        message=Text(body=body),
        interactive=interactive,
        status=status,
        doubts=doubts,
        open_until=open_until or now() + WINDOW,
        traceparent=traceparent,
    )


def plain(message: OutboundMessage | Several | OneTimeCode) -> str:
    """What it says; of several, one below the other."""
    if isinstance(message, OneTimeCode):
        return message.body
    return "\n\n".join(compose.plain(part) for part in parts_of(message))
