"""Who an operator is: a bearer token, compared in constant time, and counted."""

import hashlib
import hmac
from collections.abc import Mapping
from http import HTTPStatus

from aiohttp import web

from agente_hotelero.http.limits import SlidingWindow
from agente_hotelero.http.ports import TokenInfo, Tokens
from agente_hotelero.http.problems import ProblemError, rate_limited, unauthorized
from agente_hotelero.model.roles import Role
from agente_hotelero.telemetry.metrics import Metrics


def bearer_token(request: web.Request) -> str | None:
    """Read `Authorization: Bearer …`; None when it isn't there."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


class HashedTokens:
    """Tokens known by their SHA-256: they are long random strings, so no slower digest is needed."""

    __slots__ = ("_known",)

    def __init__(self, *, known: Mapping[bytes, TokenInfo]) -> None:
        """Take digest → whose it is."""
        self._known = tuple(known.items())

    def check(self, token: str) -> TokenInfo | None:
        """Compare with every known digest, so that time tells nothing."""
        digest = token_digest(token)
        found: TokenInfo | None = None
        for known, info in self._known:
            if hmac.compare_digest(known, digest):
                found = info
        return found


def token_digest(token: str) -> bytes:
    """Give the form in which a token is kept."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()


class Operators:
    """Lets operators in, each so many times a minute."""

    def __init__(self, *, tokens: Tokens, window: SlidingWindow, metrics: Metrics) -> None:
        self._tokens = tokens
        self._window = window
        self._refused = metrics.rate_limited_total.labels(where="admin").inc

    def require(self, request: web.Request, role: Role = Role.VIEWER) -> TokenInfo:
        """Name the operator; raises ProblemError 401, 403 where the role is too small, and 429."""
        info = self.known(request)
        if info is None:
            raise unauthorized()
        if not info.role.covers(role):
            raise ProblemError(HTTPStatus.FORBIDDEN, f"a token with the role {role.value} is needed")
        if wait := self._window.spend(info.id):
            self._refused()
            raise rate_limited(wait)
        return info

    def known(self, request: web.Request) -> TokenInfo | None:
        """Name the operator if there is one."""
        token = bearer_token(request)
        return None if token is None else self._tokens.check(token)
