"""A mail of ours as RFC 5322 bytes, the same bytes however often it is made.

Written by hand, header by header: each value is one line of checked letters before it gets there, so that nobody's name
or subject can begin a header of its own. (The standard library's generator draws its boundaries by lot, and breaks
long Message-IDs into encoded words, which ends the thread.)
"""

import base64
import binascii
import re
from dataclasses import field
from datetime import datetime
from email.header import Header
from email.utils import format_datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import quote

from agente_hotelero.channels.mail import body
from agente_hotelero.channels.mail.charsets import clean, one_line
from agente_hotelero.channels.mail.correspondents import is_daemon, is_unread
from agente_hotelero.channels.mail.headers import Address
from agente_hotelero.channels.mail.own import HEADER, Ours
from agente_hotelero.channels.port import FailureClass, SendFailedError
from agente_hotelero.model.messages import OutboundMessage
from agente_hotelero.model.values import value

SUBJECT_LIMIT: Final = 300
NAME_LIMIT: Final = 100
REFERENCES_LIMIT: Final = 20
LINE_LENGTH: Final = 75
ADDRESS: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,10}")
MESSAGE_ID: Final = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>")
ANSWERING: Final = re.compile(r"(?:re|res|ref|rif|rv|aw|antw|sv|vs|odp)(?:\[\d{1,3}\])?\s?[:：]", re.IGNORECASE)


class Automatic(StrEnum):
    """RFC 3834's words for why a mail goes out without a person's hand."""

    ANSWER = "auto-replied"
    UNASKED = "auto-generated"


@value
class Letter:
    """One mail to a guest. `messages` stand one below the other; a calendar (RFC 5545) comes along as a file.

    With `in_reply_to`, the guest's Message-ID, it joins their thread. `site` is where pictures with a path of ours are.
    """

    outbox_id: int
    messages: tuple[OutboundMessage, ...]
    sender: Address
    recipient: Address
    subject: str
    automatic: Automatic
    signature: str
    language: str
    date: datetime
    unsubscribe: bool = False
    """Whether it says how to end such mails."""
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    site: str | None = None
    calendar: str | None = field(default=None, repr=False)


def compose(letter: Letter, *, ours: Ours) -> bytes:
    """Write it; raises SendFailedError for an address that takes no answers (RECIPIENT), and for no words (OUR_BUG)."""
    _check(letter)
    subject = answer_subject(letter.subject) if letter.in_reply_to else letter.subject
    lines = [
        f"From: {_mailbox(letter.sender)}",
        f"To: {_mailbox(letter.recipient)}",
        f"Subject: {_words(subject, 'Subject')}",
        f"Date: {format_datetime(letter.date)}",
        f"Message-ID: {ours.message_id(letter.outbox_id)}",
        *_threading(letter),
        f"Auto-Submitted: {letter.automatic}",
        *_unsubscribing(letter, ours),
        "X-Auto-Response-Suppress: All",
        f"{HEADER}: {ours.mark(letter.outbox_id)}",
        "MIME-Version: 1.0",
    ]
    return ("\r\n".join(lines) + "\r\n" + _content(letter, ours)).encode("ascii")


def answer_subject(subject: str) -> str:
    """Give the subject of an answer: one «Re:», whatever the guest's program calls it."""
    words = one_line(subject)
    return words if ANSWERING.match(words) else f"Re: {words}".strip()


def _check(letter: Letter) -> None:
    if not ADDRESS.fullmatch(letter.sender.address):
        raise SendFailedError(FailureClass.OUR_BUG)
    recipient = letter.recipient.address
    if not ADDRESS.fullmatch(recipient) or is_unread(recipient) or is_daemon(recipient):
        raise SendFailedError(FailureClass.RECIPIENT)


def _mailbox(who: Address) -> str:
    name = one_line(who.name)[:NAME_LIMIT]
    if not name:
        return who.address
    if name.isascii() and "=?" not in name:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}" <{who.address}>'
    return f"{_words(name, 'From')} <{who.address}>"


def _words(text: str, header: str) -> str:
    """Fold, and encode where letters need it, or would be taken for something encoded."""
    words = one_line(text)[:SUBJECT_LIMIT]
    charset = "us-ascii" if words.isascii() and "=?" not in words else "utf-8"
    return Header(words, charset, header_name=header, maxlinelen=LINE_LENGTH).encode(linesep="\r\n")


def _threading(letter: Letter) -> list[str]:
    """Name what is answered, and all above it; what is no proper id would break the header for everybody."""
    if letter.in_reply_to is None or not MESSAGE_ID.fullmatch(letter.in_reply_to):
        return []
    above = dict.fromkeys(one for one in (*letter.references, letter.in_reply_to) if MESSAGE_ID.fullmatch(one))
    # The first makes the thread, the last ones its branch (RFC 5322, 3.6.4).
    kept = [*above][:1] + [*above][1:][-(REFERENCES_LIMIT - 1) :]
    return [f"In-Reply-To: {letter.in_reply_to}", "References: " + "\r\n ".join(kept)]


def _unsubscribing(letter: Letter, ours: Ours) -> list[str]:
    """Let who did not ask for it end such mails by a mail (RFC 2369); most programs show that as a button."""
    if not letter.unsubscribe:
        return []
    subject = quote(ours.unsubscribing(letter.outbox_id))
    return [f"List-Unsubscribe: <mailto:{letter.sender.address}?subject={subject}>"]


def _content(letter: Letter, ours: Ours) -> str:
    text = body.plain(letter.messages, signature=letter.signature, site=letter.site)
    if not text:
        raise SendFailedError(FailureClass.OUR_BUG)
    html = body.page(letter.messages, signature=letter.signature, site=letter.site, language=letter.language)
    mark = sha256(ours.message_id(letter.outbox_id).encode()).hexdigest()
    both = _multipart("alternative", f"=_a{mark[:30]}", [_printable("text/plain", text), _printable("text/html", html)])
    if letter.calendar is None:
        return both
    return _multipart("mixed", f"=_m{mark[30:60]}", [both, _calendar(letter.calendar)])


def _multipart(kind: str, boundary: str, parts: list[str]) -> str:
    inside = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inside}--{boundary}--\r\n'


def _printable(content_type: str, text: str) -> str:
    encoded = binascii.b2a_qp(clean(text).encode(), istext=True).decode("ascii").replace("\n", "\r\n")
    return (
        f"Content-Type: {content_type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{encoded}"
    )


def _calendar(calendar: str) -> str:
    encoded = base64.encodebytes(calendar.encode()).decode("ascii").replace("\n", "\r\n")
    return (
        "Content-Type: text/calendar; charset=utf-8; method=PUBLISH; name=stay.ics\r\n"
        "Content-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename=stay.ics\r\n\r\n{encoded}"
    )
