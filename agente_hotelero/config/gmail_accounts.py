"""A hotel's Gmail in the hotels file: whose mailbox, what opens it, and who pushes for it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, Field, model_validator

from agente_hotelero.config import fields
from agente_hotelero.config.yaml_lines import Steps

AUTHSERV_IDS: Final = ("mx.google.com",)
KINDS: Final = ("service_account", "authorized_user")


@dataclass(frozen=True, slots=True, kw_only=True)
class GmailPush:
    """Who pushes: a service account of Google's, in a token made for this audience."""

    audience: str
    service_account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GmailAccount:
    """A Gmail mailbox with its secret resolved; `credentials` is the JSON that Google gave. Addresses are in small letters."""

    address: str
    aliases: tuple[str, ...]
    credentials: str = field(repr=False)
    topic: str | None = None
    push: GmailPush | None = None
    authserv_ids: tuple[str, ...] = AUTHSERV_IDS
    signature: str = ""


def _audience(said: str) -> str:
    if not said.strip() or said != said.strip():
        raise ValueError(
            "an audience is what the subscription names, such as https://chat.hotel.example/webhooks/gmail"
        )
    return said


class Push(fields.Strict):
    """`push`: what Pub/Sub signs its pushes as."""

    audience: Annotated[str, AfterValidator(_audience)]
    service_account: fields.Mail


class GmailEntry(fields.Strict):
    """`gmail`: one a hotel."""

    address: fields.Mail
    aliases: tuple[fields.Mail, ...] = ()
    credentials_env: fields.Variable
    topic: Annotated[str | None, Field(pattern=r"^projects/[a-z0-9.:-]+/topics/[A-Za-z][A-Za-z0-9._~+%-]{2,254}$")] = (
        None
    )
    push: Push | None = None
    authserv_ids: tuple[str, ...] = Field(default=AUTHSERV_IDS, min_length=1)
    signature: str = Field(default="", max_length=2_000)

    @model_validator(mode="after")
    def _heard(self) -> "GmailEntry":
        if (self.topic is None) != (self.push is None):
            raise ValueError("topic and push go together: Gmail tells the topic, and its subscription pushes to us")
        return self


MODELS: Final[tuple[type[BaseModel], ...]] = (GmailEntry, Push)


def references(entry: GmailEntry | None) -> Iterator[tuple[str, str | None]]:
    """Which fields name variables, and which ones."""
    if entry is not None:
        yield "credentials_env", entry.credentials_env


def wrong(entry: GmailEntry | None, environment: Mapping[str, str]) -> Iterator[tuple[Steps, str]]:
    """Say what the variable lacks, never what it holds."""
    text = environment.get(entry.credentials_env, "") if entry is not None else ""
    if entry is not None and text and _kind(text) not in KINDS:
        words = (
            f"{entry.credentials_env} should hold the JSON that Google gave, of a service account or an authorized user"
        )
        yield ("credentials_env",), words


def account(entry: GmailEntry | None, environment: Mapping[str, str]) -> GmailAccount | None:
    """As the channel uses it."""
    if entry is None:
        return None
    return GmailAccount(
        address=entry.address.lower(),
        aliases=tuple(alias.lower() for alias in entry.aliases),
        credentials=environment[entry.credentials_env],
        topic=entry.topic,
        push=_push(entry.push),
        authserv_ids=tuple(name.lower() for name in entry.authserv_ids),
        signature=entry.signature,
    )


def _push(push: Push | None) -> GmailPush | None:
    return None if push is None else GmailPush(audience=push.audience, service_account=push.service_account.lower())


def _kind(text: str) -> object:
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document.get("type") if isinstance(document, dict) else None
