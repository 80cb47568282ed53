"""One mail to what is stored of it: an event of whoever gets the answers, a report on a mail of ours, or nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from agente_hotelero.channels.mail import files
from agente_hotelero.channels.mail.charsets import one_line
from agente_hotelero.channels.mail.machines import Kind
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.mail.read import Attachment, ReadMail, read
from agente_hotelero.model.events import (
    DeliveryReport,
    DeliveryState,
    Event,
    InboundEvent,
    MailRead,
    MediaReceived,
    NoticeReceived,
    OtherReceived,
    Parsed,
    TextReceived,
    Unreadable,
)
from agente_hotelero.model.ids import Account, Alias, AliasKind
from agente_hotelero.model.mail import Letterhead, RawMail

TEXT_LIMIT: Final = 8_000
"""Letters of the new words: more than any guest writes by hand."""
RAW_LIMIT_BYTES: Final = 64 * 1024
"""Of a mail that is kept for a person: its headers and its beginning."""
REFERENCES_LIMIT: Final = 20
STALE: Final = timedelta(days=9)
"""A Date header older than that is a clock that was never set."""


def inbound(mail: RawMail, *, account: Account, ours: Ours, received_at: datetime) -> MailRead:
    """Read it; never raises, and takes about a second for the worst megabyte."""
    got = read(mail.raw, ours=ours)
    return MailRead(kind=got.verdict.kind.value, parsed=_parsed(mail, got, account, ours, received_at))


def _parsed(mail: RawMail, got: ReadMail, account: Account, ours: Ours, received_at: datetime) -> Parsed:
    match got.verdict.kind:
        case Kind.OWN | Kind.MACHINE:
            return Parsed()
        case Kind.BOUNCE:
            return Parsed(reports=tuple(_reports(got, account, ours, received_at)))
        case Kind.PERSON | Kind.RELAY | Kind.NOTICE if not got.answer_address:
            # Nobody to talk with, and perhaps no mail at all.
            kept = mail.raw[:RAW_LIMIT_BYTES]
            return Parsed(
                unreadable=(
                    Unreadable(channel=account.channel, account=account.name, reason="mail_without_sender", raw=kept),
                )
            )
        case Kind.PERSON | Kind.RELAY | Kind.NOTICE:
            return Parsed(events=tuple(_events(mail, got, account, received_at)))


def _reports(got: ReadMail, account: Account, ours: Ours, received_at: datetime) -> Iterator[DeliveryReport]:
    """Say which of our mails did not arrive; a server that still tries has nothing to report yet."""
    bounce = got.verdict.bounce
    if bounce is None or not bounce.permanent:
        return
    for message_id in bounce.message_ids:
        outbox_id = ours.outbox_id(message_id)
        if outbox_id is not None:
            yield DeliveryReport(
                account=account, provider_id=message_id, state=DeliveryState.FAILED, at=received_at, outbox_id=outbox_id
            )


def _events(mail: RawMail, got: ReadMail, account: Account, received_at: datetime) -> Iterator[InboundEvent]:
    for external_id, event in _contents(mail, got):
        yield InboundEvent(
            account=account,
            external_id=external_id,
            # Who gets the answers is who is talked with: a forged From, and a form's, lead to nobody else's conversation.
            alias=Alias(AliasKind.EMAIL, got.answer_address),
            event=event,
            sent_at=_sent_at(got.date, received_at),
            address=got.answer_address,
            profile_name=one_line(got.from_name) or None if got.answer_address == got.from_address else None,
        )


def _contents(mail: RawMail, got: ReadMail) -> Iterator[tuple[str, Event]]:
    """Give what came along, then the words: a yes counts only where nothing follows it."""
    head = _letterhead(mail, got)
    words = got.text[:TEXT_LIMIT].strip()
    if got.verdict.kind is Kind.NOTICE:
        yield got.external_id, NoticeReceived(why="notice", text=words or got.subject, mail=head)
        return
    attachments = files.attached(got.attachments)
    words = words or ("" if got.in_reply_to else got.subject)
    if attachments:
        yield f"{got.external_id}#files", _media(mail, attachments, head)
    if words or not attachments:
        yield got.external_id, TextReceived(text=words, mail=head) if words else OtherReceived(what="mail", mail=head)


def _letterhead(mail: RawMail, got: ReadMail) -> Letterhead:
    above = [*(got.references or got.in_reply_to)]
    return Letterhead(
        message_id=got.message_id,
        references=tuple(above[:1] + above[1:][-(REFERENCES_LIMIT - 1) :]),
        subject=got.subject,
        thread=mail.thread,
        proved=got.proved_address == got.answer_address,
    )


def _first(attachments: Sequence[Attachment]) -> Attachment:
    """Choose which file a mail is answered for: a document goes to a person, whatever came before it."""
    return next((one for one in attachments if files.what(one) == files.DOCUMENT), attachments[0])


def _media(mail: RawMail, attachments: Sequence[Attachment], head: Letterhead) -> MediaReceived:
    """All of them in one: a mail is fetched again as a whole, and then shows what else is in it."""
    first = _first(attachments)
    return MediaReceived(
        what=files.what(first),
        media_id=mail.provider_id,
        mime=first.content_type[: files.NAME_LIMIT],
        filename=files.name(first),
        mail=head,
    )


def _sent_at(date: datetime | None, received_at: datetime) -> datetime:
    """Take the guest's word for when they wrote, where it can be true: «mañana» is read by it."""
    return date if date is not None and received_at - STALE <= date <= received_at else received_at
