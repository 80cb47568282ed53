"""Who signed a push of Google's Pub/Sub, and for which mailboxes they may speak.

https://docs.cloud.google.com/pubsub/docs/authenticate-push-subscriptions
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

import jwt

from agente_hotelero.channels.gmail.hints import Pusher, Refusal
from agente_hotelero.channels.gmail.keys import Keys

ISSUERS: Final = ("https://accounts.google.com", "accounts.google.com")
SKEW_SECONDS: Final = 30
TOKEN_LIMIT: Final = 8192


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
