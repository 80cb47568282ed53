"""A push of Google's Pub/Sub: who signed it, for which mailboxes they may speak, and what it hints at.

https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

import base64
import binascii
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

import jwt
import orjson

from agente_hotelero.channels.gmail.keys import Keys
from agente_hotelero.channels.gmail.shapes import history_id
from agente_hotelero.model.values import value

ISSUERS: Final = ("https://accounts.google.com", "accounts.google.com")
SKEW_SECONDS: Final = 30
TOKEN_LIMIT: Final = 8192
ADDRESS_LIMIT: Final = 320


@dataclass(frozen=True, slots=True)
class Pusher:
    """Who pushes for a mailbox: a service account, in a token made for this audience."""

    audience: str
    service_account: str


class Refusal(Enum):
    """Why a push is not let in."""

    UNKNOWN = "the token is missing, or none that Google signed for us"
    NOT_ALLOWED = "the token is Google's, and not the push service account's"


@value
class Hint:
    """There may be news in a mailbox; nothing else of a push is believed. `address` is in small letters."""

    address: str
    history_id: int


class Pushers:
    """All that may push, and for which mailboxes; given the hotels that are in force."""

    def __init__(self, *, keys: Keys, mailboxes: Iterable[tuple[str, Pusher]]) -> None:
        """Take pairs of a mailbox's address and who pushes for it."""
        self._keys = keys
        self._mailboxes: defaultdict[Pusher, set[str]] = defaultdict(set)
        for address, pusher in mailboxes:
            self._mailboxes[pusher].add(address.lower())

    async def verify(self, token: str | None) -> frozenset[str] | Refusal:
        """Name the mailboxes that the signer may speak for; raises UnavailableError while Google's keys can't be had."""
        # Nobody is asked for keys while there is nobody whom they could let in.
        if not self._mailboxes or token is None or len(token) > TOKEN_LIMIT:
            return Refusal.UNKNOWN
        claims = await self._claims(token)
        if claims is None or claims["aud"] not in {pusher.audience for pusher in self._mailboxes}:
            return Refusal.UNKNOWN
        pusher = Pusher(claims["aud"], str(claims.get("email")))
        if claims.get("email_verified") is not True or pusher not in self._mailboxes:
            return Refusal.NOT_ALLOWED
        return frozenset(self._mailboxes[pusher])

    async def _claims(self, token: str) -> dict[str, Any] | None:
        try:
            header = jwt.get_unverified_header(token)
            kid = header.get("kid")
            # Before its key is looked for: the algorithm is ours to choose, not the token's.
            if header.get("alg") != "RS256" or not isinstance(kid, str):
                return None
            key = await self._keys.key(kid)
            return None if key is None else _decoded(token, key)
        except (jwt.PyJWTError, ValueError, TypeError):
            # Whatever is wrong with a stranger's token is the stranger's business.
            return None


def _decoded(token: str, key: jwt.PyJWK) -> dict[str, Any] | None:
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=["RS256"],
        issuer=ISSUERS,
        leeway=SKEW_SECONDS,
        # The audience decides whose push it is, and is compared above.
        options={"require": ["aud", "exp", "iat", "iss"], "verify_aud": False},
    )
    return claims if isinstance(claims["aud"], str) else None


def read_hint(body: bytes) -> Hint | None:
    """Read `{"message": {"data": base64 of {"emailAddress", "historyId"}}}`; None for anything else."""
    try:
        message = _field(orjson.loads(body), "message")
        data = orjson.loads(_decoded_data(_field(message, "data")))
    except (orjson.JSONDecodeError, binascii.Error, ValueError):
        return None
    address, number = _field(data, "emailAddress"), history_id(_field(data, "historyId"))
    if not isinstance(address, str) or not 0 < len(address) <= ADDRESS_LIMIT or number is None:
        return None
    return Hint(address=address.lower(), history_id=number)


def _field(said: object, name: str) -> object:
    return said.get(name) if isinstance(said, dict) else None


def _decoded_data(data: object) -> bytes:
    # Documented as base64, seen as URL-safe base64 too.
    text = data.replace("-", "+").replace("_", "/") if isinstance(data, str) else ""
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
