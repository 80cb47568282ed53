"""Links to the picture of a reservation's code: whoever has one knows the code, and nobody can make one up."""

import base64
import binascii
import hmac
from collections.abc import Sequence
from typing import Final

ROUTE: Final = "/codes/{token}.png"
# A key of its own purpose: what another part signs with the same secret never passes here.
PURPOSE: Final = b"agente-hotelero/code-picture/1"
CODE_BYTES: Final = 40
"""More than any PMS's codes have."""
TOKEN_LETTERS: Final = 98
"""So many bytes and a signature, encoded, with a dot between."""


class CodeLinks:
    """Makes and reads tokens `code.signature`, both URL-safe. They hold nothing but the code, and are good while its key is."""

    __slots__ = ("_keys",)

    def __init__(self, *, secret_keys: Sequence[bytes]) -> None:
        """The first key signs; the others are being replaced, and what they signed is still good."""
        self._keys = tuple(hmac.digest(key, PURPOSE, "sha256") for key in secret_keys)

    def path(self, code: str) -> str | None:
        """Where the picture is, below the site; None for what is too long for one."""
        if not 1 <= len(code.encode()) <= CODE_BYTES:
            return None
        claim = _encoded(code.encode())
        return ROUTE.replace("{token}", f"{claim}.{_signature(self._keys[0], claim)}")

    def code(self, token: str) -> str | None:
        """Read a token; None for what we never signed."""
        if len(token) > TOKEN_LETTERS or not token.isascii():
            return None
        claim, _, given = token.partition(".")
        # With every key, so that time does not tell which one it was; nothing is read before.
        genuine = [hmac.compare_digest(_signature(key, claim), given) for key in self._keys]
        return _decoded(claim) if any(genuine) else None


def _signature(key: bytes, claim: str) -> str:
    return _encoded(hmac.digest(key, claim.encode(), "sha256"))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(claim: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(claim + "=" * (-len(claim) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
