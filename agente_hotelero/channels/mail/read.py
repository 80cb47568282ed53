"""A mail as the rest of us know it: what is new in it, who wrote it, whether that is believed, and whether to answer."""

import hashlib
import re
from datetime import datetime
from typing import Final

import structlog

from agente_hotelero.channels.mail import mime
from agente_hotelero.channels.mail.headers import ID_LIMIT, Address, Headers, addresses, ids, moment, words
from agente_hotelero.channels.mail.html_text import Rendered, render
from agente_hotelero.channels.mail.machines import Kind, Verdict, judge
from agente_hotelero.channels.mail.mime import Part
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.mail.quotes import new_words
from agente_hotelero.channels.mail.trust import Authentication, authenticate
from agente_hotelero.model.values import value

log = structlog.get_logger()

SUBJECT_LIMIT: Final = 500
NAME_LIMIT: Final = 200
ATTACHMENTS_LIMIT: Final = 100
EXTERNAL_ID_LIMIT: Final = 250
STUB_LIMIT: Final = 400
STUB: Final = re.compile(
    r"\bhtml\b|view (?:this|it) (?:email |message )?(?:in|online)|ver (?:este|en el|no) (?:correo|mensaje|navegador)",
    re.IGNORECASE,
)
ANSWERING: Final = re.compile(
    r"(?:re|res|ref|rif|aw|antw|sv|vs|odp|rv|fwd?|enc|tr|wg|i)(?:\[\d{1,3}\])?\s?[:：]", re.IGNORECASE
)
"""An answer or something forwarded, in the words of many mail programs."""
MARKUP: Final = re.compile(r"\s*<(?:!doctype html|html)\b", re.IGNORECASE)


@value
class Attachment:
    """What came along; `index` leads to its bytes (see `content_of`), `inline` says that the words show it."""

    index: int
    name: str
    content_type: str
    size_bytes: int
    content_id: str
    inline: bool


@value
class ReadMail:
    """One mail.

    `external_id` is the Message-ID, or a hash where there is none that could serve. `text` has only the new words,
    `whole_text` also what is quoted. Addresses are in small letters.
    """

    external_id: str
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    from_address: str
    from_name: str
    reply_to: str | None
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    text: str
    whole_text: str
    attachments: tuple[Attachment, ...]
    verdict: Verdict
    authentication: Authentication

    @property
    def answer_address(self) -> str:
        """Where an answer goes; not who is proved (see `proved_address`)."""
        return self.reply_to or self.from_address

    @property
    def proved_address(self) -> str | None:
        """Who may be believed to have written: From, never Reply-To, which anybody may set to anything."""
        return self.from_address if self.authentication.passed else None


def read(raw: bytes, *, ours: Ours) -> ReadMail:
    """Read a mail of any quality; never raises.

    A usual mail takes a millisecond, the worst a megabyte can hold about one second: what is long goes to a worker.
    """
    try:
        return _read(raw, ours)
    except Exception as error:  # noqa: BLE001 - one mail that we can't read must not keep its mailbox from all the others
        # Neither message nor traceback: they may quote the guest.
        log.error("mail_unreadable", error=type(error).__name__)  # noqa: TRY400 - a traceback would quote the guest
        return _unreadable(raw)


def content_of(raw: bytes, attachment: Attachment) -> bytes:
    """Give an attachment's bytes out of the mail that it came in."""
    leaves = tuple(mime.parse(raw).leaves())
    return mime.content(raw, leaves[attachment.index])


def _read(raw: bytes, ours: Ours) -> ReadMail:
    mail = mime.parse(raw)
    headers = mail.headers
    sender = next(iter(addresses(headers.first("from")) or addresses(headers.first("sender"))), None)
    # Who names our own address there, by mistake or not, would have us talk to ourselves.
    reply_to = next((one for one in addresses(headers.first("reply-to")) if one.address not in ours.addresses), None)
    words_of = _words(raw, mail)
    message_id = _message_id(headers)
    subject = words(headers.first("subject"))[:SUBJECT_LIMIT]
    answers = bool(headers.first("in-reply-to") or headers.first("references") or ANSWERING.match(subject))
    return ReadMail(
        external_id=message_id if 0 < len(message_id) <= EXTERNAL_ID_LIMIT else _hash(raw),
        message_id=message_id,
        in_reply_to=ids(headers.first("in-reply-to")),
        references=ids(headers.first("references")),
        from_address=sender.address if sender else "",
        from_name=sender.name[:NAME_LIMIT] if sender else "",
        reply_to=reply_to.address if reply_to else None,
        to=addresses(headers.first("to")),
        cc=addresses(headers.first("cc")),
        subject=subject,
        date=moment(headers.first("date")),
        text=new_words(words_of.fresh, answers=answers) or new_words(words_of.whole, answers=answers),
        whole_text=words_of.whole,
        attachments=attachments_of(raw, mail),
        verdict=judge(raw, mail, sender=sender, reply_to=reply_to, ours=ours),
        authentication=authenticate(headers, sender=sender, reply_to=reply_to, ours=ours),
    )


def _message_id(headers: Headers) -> str:
    """Take the id as it should be, or what stands in its place, in brackets."""
    body = headers.first("message-id")
    bare = "".join(body.split()).strip("<>")
    return next(iter(ids(body)), "") or (f"<{bare}>" if 0 < len(bare) < ID_LIMIT - 2 else "")


def _hash(raw: bytes) -> str:
    """Name a mail by all of its bytes: what servers wrote above it tells two equal ones apart."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _words(raw: bytes, mail: Part) -> Rendered:
    """Read the words of every part that is shown, one below the other."""
    read_parts = [one for one in (_part_words(raw, part) for part in _shown(raw, mail)) if one.whole.strip()]
    return Rendered(
        whole="\n\n".join(one.whole.strip("\n") for one in read_parts)[: mime.TEXT_LIMIT_BYTES],
        fresh="\n\n".join(one.fresh.strip("\n") for one in read_parts)[: mime.TEXT_LIMIT_BYTES],
    )


def _part_words(raw: bytes, part: Part) -> Rendered:
    text = mime.text(raw, part)
    if part.content_type == "text/html" or MARKUP.match(text):
        return render(text)
    return Rendered(whole=text, fresh=text)


def _shown(raw: bytes, part: Part) -> tuple[Part, ...]:
    """List the parts that a mail program shows: of alternatives the plain one, unless it only points at the other."""
    if not part.parts:
        return (part,) if part.is_text else ()
    shown = tuple(_shown(raw, one) for one in part.parts)
    if part.content_type != "multipart/alternative":
        return tuple(leaf for leaves in shown for leaf in leaves)[:50]
    plain = next((leaves for leaves in shown if leaves and leaves[0].content_type == "text/plain"), ())
    html = next((leaves for leaves in shown if leaves and leaves[0].content_type == "text/html"), ())
    return html if not plain or (html and _is_stub(mime.text(raw, plain[0]))) else plain


def _is_stub(text: str) -> bool:
    letters = text.strip()
    return not letters or (len(letters) < STUB_LIMIT and bool(STUB.search(letters)))


def attachments_of(raw: bytes, mail: Part) -> tuple[Attachment, ...]:
    """List what came along."""
    found = [
        Attachment(
            index=index,
            name=leaf.name,
            content_type=leaf.content_type,
            size_bytes=mime.size(raw, leaf),
            content_id=leaf.headers.first("content-id").strip("<> "),
            inline=leaf.disposition == "inline" or (leaf.related and leaf.disposition != "attachment"),
        )
        for index, leaf in enumerate(mail.leaves())
        if not leaf.is_text
    ]
    return tuple(found[:ATTACHMENTS_LIMIT])


def _unreadable(raw: bytes) -> ReadMail:
    """Make of a mail that is beyond us what staff can look for in the mailbox."""
    return ReadMail(
        external_id=_hash(raw), message_id="", in_reply_to=(), references=(), from_address="", from_name="", reply_to=None,
        to=(), cc=(), subject="", date=None, text="", whole_text="", attachments=(),
        verdict=Verdict(kind=Kind.NOTICE, sign="unreadable"),
        authentication=Authentication(by=None, suspicious_reply_to=False),
    )  # fmt: skip
