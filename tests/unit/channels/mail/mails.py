"""Mails as they arrive, built line by line, and the mailbox that gets them."""

from datetime import UTC, datetime

from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.channels.mail.read import ReadMail, read

OURS = Ours(
    secret=b"a secret of thirty-two octets ...",
    domain="m7f3.hotel.example",
    addresses=frozenset({"reservas@hotel.example"}),
    authserv_ids=frozenset({"mx.hotel.example"}),
)
NOW = datetime(2026, 4, 13, 8, 15, tzinfo=UTC)
PLAIN = "Content-Type: text/plain; charset=utf-8"


def raw(body: str | bytes = "Hola", *headers: str, sender: str = "Ana <ana@guest.example>") -> bytes:
    """Build one; `headers` stand above what every mail has."""
    own = [
        *headers,
        f"From: {sender}",
        "To: reservas@hotel.example",
        "Subject: Reserva",
        "Message-ID: <1@guest.example>",
    ]
    if not any(line.lower().startswith("content-type:") for line in headers):
        own.append(PLAIN)
    block = "\r\n".join(own).encode("utf-8", "surrogateescape")
    return block + b"\r\n\r\n" + (body.encode() if isinstance(body, str) else body)


def of(body: str | bytes = "Hola", *headers: str, sender: str = "Ana <ana@guest.example>") -> ReadMail:
    return read(raw(body, *headers, sender=sender), ours=OURS)


def multipart(kind: str, *parts: str) -> tuple[str, str]:
    """A body and the header that goes with it."""
    inside = "".join(f"--frontera\r\n{part}\r\n" for part in parts)
    return f"{inside}--frontera--\r\n", f'Content-Type: multipart/{kind}; boundary="frontera"'
