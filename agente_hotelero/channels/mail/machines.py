"""Who wrote: a person, or something that must never be answered. The union of what mature help desks look at.

Answering a machine twice makes a loop; not answering a person loses a guest. So only signs that no person's mail carries
make a machine: Outlook, for one, adds `X-Auto-Response-Suppress: DR, RN` to everybody's mail.
"""

import re
from enum import StrEnum
from typing import Final

from agente_hotelero.channels.mail.bounces import Bounce, mail_subject, read_bounce
from agente_hotelero.channels.mail.correspondents import is_daemon, is_relay, is_unread
from agente_hotelero.channels.mail.headers import Address, Headers
from agente_hotelero.channels.mail.mime import Part
from agente_hotelero.channels.mail.own import HEADER, Ours
from agente_hotelero.model.values import value


class Kind(StrEnum):
    """What is to be done with a mail."""

    PERSON = "person"
    RELAY = "relay"
    """A portal's guest behind an alias: a person, answered at the alias."""
    NOTICE = "notice"
    """From a list, to everybody, or from where nobody reads: staff see it, no answer goes out."""
    MACHINE = "machine"
    """An automatic answer or a report: no answer, and nothing for anybody to do."""
    BOUNCE = "bounce"
    """Word of a mail of ours that did not arrive, or not yet."""
    OWN = "own"
    """We wrote it."""


@value
class Verdict:
    """What a mail is, and by which sign; only a bounce has a `bounce`."""

    kind: Kind
    sign: str
    bounce: Bounce | None = None

    @property
    def may_be_answered(self) -> bool:
        """Whether somebody would read it."""
        return self.kind in (Kind.PERSON, Kind.RELAY)


AUTOMATIC_HEADERS: Final = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply", "x-loop",
    "x-ms-exchange-inbox-rules-loop", "x-vacation",
)  # fmt: skip
AUTOMATIC_PRECEDENCE: Final = frozenset(("bulk", "junk", "auto_reply", "auto-reply"))
SUPPRESSED: Final = frozenset(("all", "autoreply", "oof"))
LIST_HEADERS: Final = (
    "list-id", "list-unsubscribe", "list-post", "list-subscribe", "list-help", "mailing-list", "x-mailing-list", "x-mlserver",
)  # fmt: skip
AUTOMATIC_SUBJECT: Final = re.compile(
    r"[\[(*\s]{0,3}(?:automatic reply|auto(?:matic)?[- ]?(?:reply|response)|respuesta autom[áa]tica|resposta autom[áa]tica"
    r"|r[ée]ponse automatique|automatische antwort|abwesenheitsnotiz|risposta automatica|automatisch antwoord|autosvar|автоответ)\b"
    # Guests write about hours outside the office's too: these count only where something else is named behind them.
    r"|[\[(*\s]{0,3}(?:out of (?:the )?office|fuera de (?:la )?oficina|fora do escrit[óo]rio|aus[eê]ncia tempor[áa]ria"
    r"|absence du bureau|fuori sede)(?:\s*[:\])–—-]|\s+re\b|\s*$)",
    re.IGNORECASE,
)


def judge(raw: bytes, mail: Part, *, sender: Address | None, reply_to: Address | None, ours: Ours) -> Verdict:
    """Judge a mail by its headers and its form; what it says never counts."""
    if sign := _own(mail.headers, sender, reply_to, ours):
        return Verdict(kind=Kind.OWN, sign=sign)
    bounce = read_bounce(raw, mail)
    if bounce is not None:
        return _of_bounce(bounce)
    if sign := _automatic(mail):
        return Verdict(kind=Kind.MACHINE, sign=sign)
    answered = reply_to or sender
    if sender and is_relay(sender.address):
        return Verdict(kind=Kind.RELAY, sign="relay")
    if sign := _notice(mail.headers, answered):
        return Verdict(kind=Kind.NOTICE, sign=sign)
    return Verdict(kind=Kind.PERSON, sign="")


def _of_bounce(bounce: Bounce) -> Verdict:
    if bounce.delivered:
        return Verdict(kind=Kind.MACHINE, sign="delivered")
    return Verdict(kind=Kind.BOUNCE, sign="permanent" if bounce.permanent else "delayed", bounce=bounce)


def _own(headers: Headers, sender: Address | None, reply_to: Address | None, ours: Ours) -> str:
    """Tell our own: by our mark, by our Message-ID, or from our address; a form on the website names its guest in Reply-To."""
    if any(ours.made(mark) for mark in headers.all(HEADER.lower())):
        return "mark"
    if ours.outbox_id(headers.first("message-id")) is not None:
        return "message-id"
    elsewhere = reply_to is not None and sender is not None and reply_to.domain != sender.domain
    return "address" if sender and sender.address in ours.addresses and not elsewhere else ""


def _automatic(mail: Part) -> str:
    """Name the first sign that nobody typed it."""
    headers = mail.headers
    suppressed = {one.strip().lower() for one in headers.first("x-auto-response-suppress").split(",")}
    signs = {
        "auto-submitted": headers.first("auto-submitted").partition(";")[0].strip().lower() not in ("", "no"),
        "precedence": headers.first("precedence").lower() in AUTOMATIC_PRECEDENCE,
        "x-auto-response-suppress": bool(suppressed & SUPPRESSED),
        "x-apple-action": headers.first("x-apple-action").lower() == "vacation",
        "report": mail.content_type == "multipart/report" or "report-type" in mail.parameters,
        "return-path": headers.first("return-path").replace(" ", "") == "<>",
        "subject": bool(AUTOMATIC_SUBJECT.match(mail_subject(headers))),
        **{name: headers.first(name).lower() not in ("", "no") for name in AUTOMATIC_HEADERS},
    }
    return next((sign for sign, is_there in signs.items() if is_there), "")


def _notice(headers: Headers, answered: Address | None) -> str:
    if headers.first("precedence").lower() == "list":
        return "precedence"
    if found := next((name for name in LIST_HEADERS if headers.has(name)), ""):
        return found
    if answered is None:
        return "no-sender"
    return "no-reply" if is_unread(answered.address) or is_daemon(answered.address) else ""
