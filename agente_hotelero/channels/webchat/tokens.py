"""The paper a browser shows to speak for its chat session: signed, bound to one hotel, good for thirty days."""

import base64
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from agente_hotelero.model.ids import HotelId

LIFETIME: Final = timedelta(days=30)
SESSION_BYTES: Final = 18
# A key of its own purpose: what another part signs with the same secret never passes here.
PURPOSE: Final = b"agente-hotelero/webchat-session/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedSession:
    """A session with its token, which is a secret of the browser."""

    session: str
    token: str = field(repr=False)
    expires_at: datetime


class SessionTokens:
    """Issues and verifies tokens `hotel.session.expiry.signature`, each part URL-safe."""

    __slots__ = ("_keys", "_now")

    def __init__(self, *, secret_keys: Sequence[bytes], now: Callable[[], datetime]) -> None:
        """Take the deployment's secret keys and a clock that gives aware datetimes.

        The first key signs; the others are being replaced, and what they signed is still good.
        """
        self._keys = tuple(hmac.digest(key, PURPOSE, "sha256") for key in secret_keys)
        self._now = now

    def issue(self, hotel: HotelId, session: str | None = None) -> IssuedSession:
        """Open a session, or renew one that was just verified."""
        name = session or secrets.token_urlsafe(SESSION_BYTES)
        expiry = int((self._now() + LIFETIME).timestamp())
        claims = f"{_encoded(hotel.encode())}.{name}.{expiry}"
        return IssuedSession(
            session=name,
            token=f"{claims}.{_signature(self._keys[0], claims).decode()}",
            expires_at=datetime.fromtimestamp(expiry, UTC),
        )

    def verify(self, token: str, hotel: HotelId) -> str | None:
        """Name the session that this token speaks for; None when it is forged, too old or another hotel's."""
        claims, _, signature = token.rpartition(".")
        # Compared before anything is read, and as bytes: compare_digest refuses text beyond ASCII. With every key, so that
        # time does not tell which one it was.
        given = signature.encode(errors="replace")
        genuine = [hmac.compare_digest(_signature(key, claims), given) for key in self._keys]
        if not any(genuine):
            return None
        owner, session, expiry = claims.split(".")
        if owner != _encoded(hotel.encode()) or int(expiry) <= self._now().timestamp():
            return None
        return session


def _signature(key: bytes, claims: str) -> bytes:
    return _encoded(hmac.digest(key, claims.encode(errors="replace"), "sha256")).encode()


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
