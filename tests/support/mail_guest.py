"""Somebody who writes to a hotel from a mail program, and answers as phones do: on top, all the rest quoted below."""

import itertools
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Final

HOTEL: Final = "reservas@hotel-demo.example"
ANA: Final = "ana.perez@guest.example"
_numbers = itertools.count(1)


def new_id() -> str:
    return f"<{next(_numbers)}.{datetime.now(UTC):%H%M%S%f}@guest.example>"


def written(
    text: str, *, sender: str = ANA, name: str = "Ana Pérez", subject: str = "Consulta", **headers: str
) -> EmailMessage:
    """A first mail; `headers` with underscores for hyphens."""
    mail = EmailMessage()
    mail["From"] = f'"{name}" <{sender}>'
    mail["To"] = HOTEL
    mail["Subject"] = subject
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = new_id()
    for header, value in headers.items():
        del mail[header.replace("_", "-")]
        mail[header.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def answered(answer: EmailMessage, text: str, *, sender: str = ANA, **headers: str) -> EmailMessage:
    """An answer to a mail of the hotel's, from an iPhone in Spanish."""
    quoted = "\n".join(f"> {line}" for line in _plain(answer).splitlines())
    whole = f"{text}\n\nEnviado desde mi iPhone\n\n> El 20 abr 2026, a las 10:15, Hotel Demo <{HOTEL}> escribió:\n> \n{quoted}\n"
    references = f"{answer['References'] or ''} {answer['Message-ID']}".strip()
    return written(
        whole,
        sender=sender,
        subject=f"Re: {answer['Subject']}",
        In_Reply_To=answer["Message-ID"],
        References=references,
        **headers,
    )


def _plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    content: str = body.get_content()
    return content


def text_of(mail: EmailMessage) -> str:
    """What a mail says."""
    return _plain(mail)
