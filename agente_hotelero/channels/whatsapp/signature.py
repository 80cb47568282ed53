"""Whose webhook is this? Meta signs the raw bytes with the app's secret, and the signature alone decides."""

import hmac
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from agente_hotelero.errors import ConfigError

PREFIX: Final = b"sha256="


class Signatures:
    """The app secrets of all accounts; an app, and so a secret, may serve many accounts."""

    def __init__(self, *, secrets: Mapping[str, tuple[str, ...]]) -> None:
        """`secrets`: phone_number_id → its app secrets, several while one is being replaced.

        An account without secrets is never verified. Raises ConfigError for a blank secret, with which anybody could sign.
        """
        signers: defaultdict[bytes, set[str]] = defaultdict(set)
        for account, own in secrets.items():
            for secret in own:
                if not secret.strip():
                    raise ConfigError(f"WhatsApp account {account} has a blank app secret")
                signers[secret.encode()].add(account)
        self._signers = {secret: frozenset(accounts) for secret, accounts in signers.items()}

    def verify(self, body: bytes, header: str | None) -> frozenset[str]:
        """Name the accounts whose secret signed these raw bytes; empty is nobody's, whatever the header holds."""
        given = _bytes(header or "")
        signed: frozenset[str] = frozenset()
        for secret, accounts in self._signers.items():
            if hmac.compare_digest(PREFIX + hmac.digest(secret, body, "sha256").hex().encode(), given):
                signed |= accounts
        return signed


def challenge(params: Mapping[str, str], verify_token: str) -> str | None:
    """Answer what Meta asks to be echoed when the callback is set up, as text/plain; None is a refusal."""
    given = _bytes(params.get("hub.verify_token", ""))
    known = hmac.compare_digest(given, _bytes(verify_token)) and bool(verify_token)
    if not known or params.get("hub.mode") != "subscribe":
        return None
    return params.get("hub.challenge")


def _bytes(text: str) -> bytes:
    # compare_digest refuses non-ASCII strings, and aiohttp hands undecodable header bytes on as lone surrogates.
    return text.encode("utf-8", "surrogatepass")
