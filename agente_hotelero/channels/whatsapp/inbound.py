"""One message of a guest, or one that the hotel's staff sent from their phone, read into an event."""

from datetime import datetime
from typing import Any

from agente_hotelero.channels.whatsapp.content import content, words
from agente_hotelero.channels.whatsapp.fields import identifier, mapping, moment
from agente_hotelero.channels.whatsapp.unreadable import Reason
from agente_hotelero.channels.whatsapp.who import Contacts, Person, addressee, given_another_id, renamed, sender
from agente_hotelero.model.events import Event, InboundEvent, NameChanged, StaffTookOver
from agente_hotelero.model.ids import Account

Json = dict[str, Any]


def read_message(
    message: Json, *, contacts: Contacts, account: Account, received_at: datetime
) -> InboundEvent | Reason:
    """Read what a guest sent, or say why it can't be read."""
    changed = renamed(message, contacts) if message.get("type") == "system" else None
    if changed is not None:
        return _event(message, changed, NameChanged(), account, received_at)
    return _event(message, sender(message, contacts), content(message), account, received_at)


def read_echo(echo: Json, *, contacts: Contacts, account: Account, received_at: datetime) -> InboundEvent | Reason:
    """Read what a person of the hotel sent from the phone: from here on they answer this guest."""
    if echo.get("message_creation_type") == "created_by_1p_bot":
        return Reason.ECHO_OF_BOT
    if echo.get("group_id"):
        return Reason.ECHO_IN_GROUP
    return _event(echo, addressee(echo, contacts), StaffTookOver(text=words(echo)), account, received_at)


def read_id_update(
    update: Json, *, contacts: Contacts, account: Account, received_at: datetime
) -> InboundEvent | Reason:
    """Read that a guest has another id. It has none of its own: the same change is the same event."""
    ids = mapping(update.get("user_id"))
    named = {"id": ":".join(("user_id_update", identifier(ids.get("previous")), identifier(ids.get("current"))))}
    return _event({**update, **named}, given_another_id(update, contacts), NameChanged(), account, received_at)


def _event(
    item: Json, person: Person | None, event: Event, account: Account, received_at: datetime
) -> InboundEvent | Reason:
    external_id = identifier(item.get("id"))
    if not external_id:
        return Reason.NO_ID
    if person is None:
        return Reason.NO_SENDER
    return InboundEvent(
        account=account,
        external_id=external_id,
        alias=person.alias,
        event=event,
        sent_at=moment(item.get("timestamp"), received_at=received_at),
        address=person.alias.value,
        profile_name=person.profile_name,
        names=person.names,
        formerly=person.formerly,
    )
