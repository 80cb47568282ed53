"""A server's word that a mail did not arrive: of which mail, and whether for good (RFC 3464, and all who never read it)."""

import re
from collections.abc import Iterator
from typing import Final

from agente_hotelero.channels.mail import mime
from agente_hotelero.channels.mail.charsets import decode
from agente_hotelero.channels.mail.correspondents import is_daemon
from agente_hotelero.channels.mail.headers import Headers, ids, read_block, words
from agente_hotelero.channels.mail.mime import Part
from agente_hotelero.model.values import value

REPORT_LIMIT_BYTES: Final = 64 * 1024
ORIGINALS: Final = frozenset(("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"))
STATUSES: Final = frozenset(("message/delivery-status", "message/global-delivery-status"))
QUOTED_ID: Final = re.compile(r"^[> \t]*Message-ID:[ \t]*(<[^<>\s]{1,996}>)", re.IGNORECASE | re.MULTILINE)
FAILED: Final = re.compile(
    r"undeliver|delivery (?:status notification|has failed|failure|report|status)|delivery.{0,20}(?:fail|error)|returned? (?:mail|to sender)|returning message"
    r"|failure notice|mail (?:system error|failure)|message delivery has failed|could not (?:send|be delivered)|no se (?:ha podido|pudo) entregar"
    r"|mensaje no entregado|não (?:foi )?entregue|no entregado|n[ãa]o p[ôo]de ser entregue|nicht zugestellt|non remis",
    re.IGNORECASE,
)
WAITING: Final = re.compile(
    r"\bdelay|\bwarning\b|will (?:be retried|keep trying|continue to)|not need to resend|still being retried|temporar(?:y|ily) (?:fail|problem)"
    r"|retras|se (?:volver[áa] a intentar|seguir[áa] intentando)|tentar novamente|(?:atrasad|adiad)[oa]",
    re.IGNORECASE,
)
REFUSED_FOR_GOOD: Final = re.compile(r"\b55[0-4][ -]|\b5\.\d{1,3}\.\d{1,3}\b")


@value
class Bounce:
    """What a server could not deliver: the ids of the original, as far as it tells them.

    `permanent` is false while the server still tries; `delivered` says that the report is of a success.
    """

    message_ids: tuple[str, ...]
    permanent: bool
    delivered: bool


def read_bounce(raw: bytes, mail: Part) -> Bounce | None:
    """Read a report about a mail of ours; None of whatever is no such report."""
    leaves = tuple(mail.leaves())
    reports = tuple(_report(raw, leaf) for leaf in leaves if leaf.content_type in STATUSES)
    if not reports and not _speaks_of_failure(mail):
        return None
    actions = {action.partition(" ")[0] for report in reports for action in _values(report, "action")}
    return Bounce(
        message_ids=tuple(dict.fromkeys(_original_ids(raw, mail, leaves))),
        permanent=_is_permanent(raw, mail, leaves, actions),
        delivered=bool(actions) and actions <= {"delivered", "relayed", "expanded"},
    )


def _speaks_of_failure(mail: Part) -> bool:
    headers = mail.headers
    if headers.has("x-failed-recipients") or headers.has("x-ms-embedded-report"):
        return True
    if is_delivery_report(mail):
        return True
    nobody = headers.first("return-path").replace(" ", "") == "<>"
    daemon = any(is_daemon(_mailbox(headers.first(name))) for name in ("from", "return-path"))
    return daemon or (nobody and bool(FAILED.search(mail_subject(headers))))


def is_delivery_report(mail: Part) -> bool:
    """Say whether it calls itself one."""
    return mail.parameters.get("report-type", "").lower() == "delivery-status"


def mail_subject(headers: Headers) -> str:
    """Give the beginning of the subject."""
    return words(headers.first("subject")[:500])


def _mailbox(body: str) -> str:
    """Give what may be an address, though `MAILER-DAEMON` alone is none."""
    angled = re.search(r"<([^<>]*)>", body)
    return (angled[1] if angled and angled[1] else body).split(" ")[0].strip("<>\"' ").lower()


def _report(raw: bytes, leaf: Part) -> tuple[Headers, ...]:
    """Read a delivery status: one block of fields for the mail, one for each recipient."""
    blocks = re.split(rb"\n\r?\n", mime.content(raw, leaf, REPORT_LIMIT_BYTES))
    return tuple(read_block(block) for block in blocks)


def _values(report: tuple[Headers, ...], name: str) -> Iterator[str]:
    for block in report:
        yield from (body.strip().lower() for body in block.all(name))


def _is_permanent(raw: bytes, mail: Part, leaves: tuple[Part, ...], actions: set[str]) -> bool:
    """Decide by the server's own word; where it only writes to people, it is final unless it says otherwise."""
    if actions:
        return "failed" in actions
    told = " ".join(_told(raw, leaves))
    if REFUSED_FOR_GOOD.search(told):
        return True
    return not WAITING.search(f"{mail_subject(mail.headers)} {told}")


def _told(raw: bytes, leaves: tuple[Part, ...]) -> Iterator[str]:
    return (mime.text(raw, leaf)[:8000] for leaf in leaves[:5] if leaf.content_type == "text/plain")


def _original_ids(raw: bytes, mail: Part, leaves: tuple[Part, ...]) -> Iterator[str]:
    """Look in the original that comes along, in the report's own fields, then among its words."""
    for leaf in leaves:
        if leaf.content_type in ORIGINALS:
            block = re.split(rb"\n\r?\n", mime.content(raw, leaf, REPORT_LIMIT_BYTES).lstrip(), maxsplit=1)[0]
            yield from ids(read_block(block).first("message-id"))
    for leaf in leaves[:10]:
        if leaf.content_type in STATUSES or leaf.content_type == "text/plain":
            yield from QUOTED_ID.findall(decode(mime.content(raw, leaf, REPORT_LIMIT_BYTES), ""))
    # A person's mail program sets these too, and a postmaster may be a person.
    told = f"{mail_subject(mail.headers)} {' '.join(_told(raw, leaves))}"
    if FAILED.search(told) or REFUSED_FOR_GOOD.search(told):
        yield from ids(mail.headers.first("in-reply-to"))
        yield from ids(mail.headers.first("references"))
