"""How a mailbox is reached: where its servers are, and as whom."""

import base64
import ssl
from dataclasses import dataclass, field
from typing import Literal

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A host; `security` is TLS from the start, STARTTLS on an open port, or none (on this machine)."""

    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Both servers, and the name and secret for them; a `token` (OAuth) goes before a password."""

    imap: Server
    smtp: Server
    user: str
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)


def xoauth2(user: str, token: str) -> str:
    """Give the first answer of SASL XOAUTH2 (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol)."""
    return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode()).decode("ascii")


def tls(server: Server) -> ssl.SSLContext | None:
    """Check certificates wherever there are any."""
    return None if server.security == "none" else ssl.create_default_context()
