"""A hotel's mailbox in the hotels file: where it is read, where it is written to, and as whom."""

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, model_validator

from agente_hotelero.config import fields
from agente_hotelero.config.yaml_lines import Steps

Security = Literal["tls", "starttls", "none"]
IMAP_PORTS: Final[Mapping[Security, int]] = {"tls": 993, "starttls": 143, "none": 143}
TOKEN_URLS: Final[Mapping[str, str]] = {
    "google": "https://oauth2.googleapis.com/token",
    "microsoft": "https://login.microsoftonline.com/common/oauth2/v2.0/token",
}
SMTP_PORTS: Final[Mapping[Security, int]] = {"tls": 465, "starttls": 587, "none": 25}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where one of a mailbox's two servers listens, and how it is spoken to."""

    host: str
    port: int
    security: Security


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """What tokens are had for, and from whom; a program that keeps no secret has none."""

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox with its secrets resolved; they stay out of reprs. Addresses and names of servers are in small letters."""

    address: str
    aliases: tuple[str, ...]
    imap: MailServer
    smtp: MailServer
    user: str
    password: str = field(default="", repr=False)
    token: str | None = field(default=None, repr=False)
    oauth: OAuth | None = None
    authserv_ids: tuple[str, ...] = ()
    signature: str = ""
    files_sent: bool = True


def _host(name: str) -> str:
    if "/" in name or ":" in name.strip("[]").replace("::1", "") or not name.strip():
        raise ValueError(f"a host is a name such as mail.hotel.example, not {name!r}")
    return name.strip()


def _token_url(said: str) -> str:
    url = TOKEN_URLS.get(said, said)
    parts = urlsplit(url)
    if not (parts.hostname and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname)))):
        raise ValueError(f"a token URL is {', '.join(TOKEN_URLS)} or an address that begins with https://")
    return url


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Server(fields.Strict):
    """`imap` or `smtp`; the port follows from the security where it is not named."""

    host: Annotated[str, AfterValidator(_host)]
    port: int | None = Field(default=None, ge=1, le=65_535)
    security: Security = "tls"

    @model_validator(mode="after")
    def _secret_on_the_way(self) -> "Server":
        if self.security == "none" and not _is_here(self.host):
            raise ValueError("security: none sends the password in clear; only a server on this machine may have it")
        return self


class OAuthEntry(fields.Strict):
    """`oauth`: who gives tokens, to whom, and for what."""

    token_url: Annotated[str, AfterValidator(_token_url)]
    client_id: str = Field(min_length=1, max_length=500)
    client_secret_env: fields.Variable | None = None
    refresh_token_env: fields.Variable


class MailboxEntry(fields.Strict):
    """`mailbox`: one a hotel."""

    address: fields.Mail
    aliases: tuple[fields.Mail, ...] = ()
    imap: Server
    smtp: Server
    user: str | None = None
    password_env: fields.Variable | None = None
    token_env: fields.Variable | None = None
    oauth: OAuthEntry | None = None
    authserv_ids: tuple[str, ...] = ()
    signature: str = Field(default="", max_length=2_000)
    files_sent: bool = True

    @model_validator(mode="after")
    def _one_secret(self) -> "MailboxEntry":
        if [self.password_env, self.token_env, self.oauth].count(None) != 2:  # noqa: PLR2004 - all but one
            raise ValueError("a mailbox needs one of password_env, oauth and token_env, for its secret")
        return self


MODELS: Final[tuple[type[BaseModel], ...]] = (MailboxEntry, OAuthEntry, Server)


def references(entry: MailboxEntry | None) -> Iterator[tuple[Steps, str | None]]:
    """Which fields name variables, and which ones."""
    if entry is not None:
        yield ("password_env",), entry.password_env
        yield ("token_env",), entry.token_env
    if entry is not None and entry.oauth is not None:
        yield ("oauth", "client_secret_env"), entry.oauth.client_secret_env
        yield ("oauth", "refresh_token_env"), entry.oauth.refresh_token_env


def mailbox(entry: MailboxEntry | None, environment: Mapping[str, str]) -> Mailbox | None:
    """As the channel uses it."""
    if entry is None:
        return None
    return Mailbox(
        address=entry.address.lower(),
        aliases=tuple(alias.lower() for alias in entry.aliases),
        imap=_server(entry.imap, IMAP_PORTS),
        smtp=_server(entry.smtp, SMTP_PORTS),
        user=entry.user or entry.address,
        password=environment[entry.password_env] if entry.password_env else "",
        token=environment[entry.token_env] if entry.token_env else None,
        oauth=_oauth(entry.oauth, environment),
        authserv_ids=tuple(name.lower() for name in entry.authserv_ids),
        signature=entry.signature,
        files_sent=entry.files_sent,
    )


def _oauth(entry: OAuthEntry | None, environment: Mapping[str, str]) -> OAuth | None:
    if entry is None:
        return None
    return OAuth(
        token_url=entry.token_url,
        client_id=entry.client_id,
        client_secret=environment[entry.client_secret_env] if entry.client_secret_env else "",
        refresh_token=environment[entry.refresh_token_env],
    )


def _server(entry: Server, ports: Mapping[Security, int]) -> MailServer:
    return MailServer(host=entry.host, port=entry.port or ports[entry.security], security=entry.security)
