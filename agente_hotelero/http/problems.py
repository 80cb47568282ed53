"""How a refusal looks: JSON with a code and a sentence, never what went wrong inside."""

import math
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

import orjson
from aiohttp import web

from agente_hotelero.errors import AgenteError

# The code that programs read, per status; others get their phrase in snake case.
CODES: Mapping[int, str] = MappingProxyType(
    {
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "payload_too_large",
        HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
        HTTPStatus.TOO_MANY_REQUESTS: "rate_limited",
        HTTPStatus.INTERNAL_SERVER_ERROR: "internal_error",
        HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
    }
)
# Headers of aiohttp's own refusals that mean something to the client.
KEPT_HEADERS = ("Allow", "Retry-After")


class ProblemError(AgenteError):
    """A request that ends here with this status."""

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        *,
        retry_after_seconds: float | None = None,
        challenge: str | None = None,
    ) -> None:
        """`message` is shown to strangers; `challenge` becomes WWW-Authenticate."""
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after_seconds = retry_after_seconds
        self.challenge = challenge


def unauthorized() -> ProblemError:
    """A bearer token is missing, wrong or too old: which of these is nobody's business."""
    return ProblemError(HTTPStatus.UNAUTHORIZED, "a valid bearer token is needed", challenge="Bearer")


def rate_limited(retry_after_seconds: float) -> ProblemError:
    """Too many for now."""
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS, "too many requests, wait a moment", retry_after_seconds=retry_after_seconds
    )


def unavailable(retry_after_seconds: float) -> ProblemError:
    """Nothing was stored; the same request may succeed later."""
    return ProblemError(
        HTTPStatus.SERVICE_UNAVAILABLE, "try again in a moment", retry_after_seconds=retry_after_seconds
    )


def problem_response(status: int, message: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """Build the JSON body that every refusal has."""
    return web.Response(
        status=status,
        body=orjson.dumps({"error": {"code": code_of(status), "message": message}}),
        content_type="application/json",
        headers=headers,
    )


def from_problem(problem: ProblemError) -> web.Response:
    """Answer one of our own refusals."""
    headers: dict[str, str] = {}
    if problem.retry_after_seconds is not None:
        headers["Retry-After"] = retry_after(problem.retry_after_seconds)
    if problem.challenge is not None:
        headers["WWW-Authenticate"] = problem.challenge
    return problem_response(problem.status, problem.message, headers)


def from_aiohttp(error: web.HTTPException) -> web.Response:
    """Answer aiohttp's refusals (404, 405, 413 …) in our form."""
    kept = {name: error.headers[name] for name in KEPT_HEADERS if name in error.headers}
    return problem_response(error.status, HTTPStatus(error.status).phrase.lower(), kept)


def code_of(status: int) -> str:
    """Name a status for programs."""
    return CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_").replace("-", "_")


def retry_after(seconds: float) -> str:
    """Whole seconds, at least one: RFC 9110 knows no fractions."""
    return str(max(1, math.ceil(seconds)))
