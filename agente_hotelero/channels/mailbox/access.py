"""How a mailbox is reached: where its servers are, and as whom."""

import base64
import ssl
from dataclasses import dataclass, field
from typing import Literal, Protocol

Security = Literal["tls", "starttls", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A host; `security` is TLS from the start, STARTTLS on an open port, or none (on this machine)."""

    host: str
    port: int
    security: Security


class TokenSource(Protocol):
    """Gives OAuth tokens."""

    async def token(self) -> str:
        """Give one that is good for a while; raises TokenError."""
        ...

    def forget(self, token: str) -> bool:
        """Use this one no more: it was refused. Tells whether there may be another."""
        ...


@dataclass(frozen=True, slots=True)
class Fixed:
    """A token that somebody else keeps fresh."""

    value: str = field(repr=False)

    async def token(self) -> str:
        """Give it, whatever became of it."""
        return self.value

    def forget(self, token: str) -> bool:  # noqa: ARG002 - there is only one
        """Have no other."""
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Both servers, and the name and secret for them; `tokens` (OAuth) go before a password."""

    imap: Server
    smtp: Server
    user: str
    password: str = field(default="", repr=False)
    tokens: TokenSource | None = field(default=None, repr=False)


def xoauth2(user: str, token: str) -> str:
    """Give the first answer of SASL XOAUTH2 (https://developers.google.com/workspace/gmail/imap/xoauth2-protocol)."""
    return base64.b64encode(f"user={user}\x01auth=Bearer {token}\x01\x01".encode()).decode("ascii")


def tls(server: Server) -> ssl.SSLContext | None:
    """Check certificates wherever there are any."""
    return None if server.security == "none" else ssl.create_default_context()
