"""What every request passes: its span, its metrics, a JSON answer for whatever went wrong, and what every answer carries."""

from contextlib import AbstractContextManager
from time import perf_counter
from typing import Final

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from multidict import CIMultiDict
from opentelemetry.trace import Span, SpanKind, Tracer

from agente_hotelero.actors import spans
from agente_hotelero.actors.deadlines import AskTimeoutError
from agente_hotelero.errors import UnavailableError
from agente_hotelero.http.failures import report_failure
from agente_hotelero.http.headers import defaults
from agente_hotelero.http.problems import ProblemError, from_aiohttp, from_problem, problem_response, unavailable
from agente_hotelero.telemetry.metrics import Metrics, child

UNMATCHED: Final = "unmatched"
"""The route label of everything that has no route: raw paths are endless."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""aiohttp takes any token as a method; others are counted as OTHER."""


class Boundary:
    """Wraps handlers; one middleware rather than five, since the webhook pays for each."""

    def __init__(self, *, metrics: Metrics, tracer: Tracer | None, headers: CIMultiDict[str] | None = None) -> None:
        """`headers` are what every answer carries that does not say otherwise."""
        self._metrics = metrics
        self._tracer = tracer
        self._headers = defaults(https=False) if headers is None else headers

    def middleware(self) -> Middleware:
        """Give the form that aiohttp wants."""

        @web.middleware
        async def boundary(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self.around(request, handler, route_of(request))

        return boundary

    async def around(self, request: web.Request, handler: Handler, route: str) -> web.StreamResponse:
        """Answer a request whose route is known."""
        started = perf_counter()
        method = request.method if request.method in METHODS else "OTHER"
        if self._tracer is None:
            response = await _answer(request, handler, route)
        else:
            with self._span(self._tracer, method, route) as span:
                response = await _answer(request, handler, route)
                span.set_attribute("http.response.status_code", response.status)
        self._measure(route, method, response, perf_counter() - started)
        if not response.prepared:
            # In C: six headers cost a webhook less than a microsecond.
            response.headers.merge(self._headers)
        return response

    def _span(self, tracer: Tracer, method: str, route: str) -> AbstractContextManager[Span]:
        attributes = {"http.request.method": method, "http.route": route}
        return spans.begin(tracer, f"{method} {route}", kind=SpanKind.SERVER, attributes=attributes)

    def _measure(self, route: str, method: str, response: web.StreamResponse, seconds: float) -> None:
        child(self._metrics.http_requests_total, route, method, str(response.status)).inc()
        # A stream that was open for an hour was not an hour slow.
        if not response.prepared:
            child(self._metrics.http_request_seconds, route).observe(seconds)


def route_of(request: web.Request) -> str:
    """Name the request's route template."""
    resource = request.match_info.route.resource
    return UNMATCHED if resource is None else resource.canonical


async def _answer(request: web.Request, handler: Handler, route: str) -> web.StreamResponse:
    try:
        return await handler(request)
    except ProblemError as problem:
        return from_problem(problem)
    except web.HTTPException as error:
        return from_aiohttp(error)
    except UnavailableError as error:
        return from_problem(unavailable(error.retry_after_seconds))
    except AskTimeoutError:
        return from_problem(unavailable(1.0))
    except Exception as error:  # noqa: BLE001 - the boundary of a request: whatever it was, strangers get a bare 500
        report_failure(error, route=route)
        return problem_response(web.HTTPInternalServerError.status_code, "something went wrong on our side")
