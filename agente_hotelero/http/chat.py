"""The web chat's endpoints: a session, what the guest says, and what was said before."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import orjson
from aiohttp import web

from agente_hotelero.channels.webchat.inbound import PostedAck, PostedMessage, to_event
from agente_hotelero.channels.webchat.render import render
from agente_hotelero.channels.webchat.tokens import SessionTokens
from agente_hotelero.http.addresses import ClientAddresses
from agente_hotelero.http.bearer import bearer_token
from agente_hotelero.http.limits import TokenBuckets
from agente_hotelero.http.numbers import row_number
from agente_hotelero.http.pages import Page
from agente_hotelero.http.ports import ChatFeed, ChatLine, Intake
from agente_hotelero.http.posted import posted
from agente_hotelero.http.problems import ProblemError, rate_limited, unauthorized
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import HotelId
from agente_hotelero.telemetry import traceparent
from agente_hotelero.telemetry.metrics import Metrics

# 2,000 characters are at most 24 kB as \uXXXX escapes.
MESSAGE_BYTES: Final = 32 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """Who asks, once the session token was verified."""

    hotel: HotelId
    session: str


class ChatDoor:
    """Knows hotels and sessions, and keeps anybody from asking too much."""

    def __init__(
        self,
        *,
        profiles: Mapping[HotelId, HotelProfile],
        tokens: SessionTokens,
        addresses: ClientAddresses,
        per_session: TokenBuckets,
        per_address: TokenBuckets,
        reading: TokenBuckets,
        metrics: Metrics,
    ) -> None:
        self._profiles = profiles
        self.tokens = tokens
        self._addresses = addresses
        self._per_session = per_session
        self._per_address = per_address
        self._reading = reading
        self._refused = metrics.rate_limited_total

    def hotel(self, request: web.Request) -> HotelProfile:
        """Find the hotel of the path; raises ProblemError 404."""
        profile = self._profiles.get(HotelId(request.match_info["hotel"]))
        if profile is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such hotel")
        return profile

    def visit(self, request: web.Request) -> Visit:
        """Verify the session token; raises ProblemError 404 and 401."""
        hotel = self.hotel(request).id
        session = self.session(request, hotel)
        if session is None:
            raise unauthorized()
        return Visit(hotel=hotel, session=session)

    def session(self, request: web.Request, hotel: HotelId) -> str | None:
        """Name the session that the request's token speaks for."""
        token = bearer_token(request)
        return None if token is None else self.tokens.verify(token, hotel)

    def address(self, request: web.Request) -> str:
        """Name whose request it is."""
        return self._addresses.of(request)

    def count_address(self, request: web.Request) -> None:
        """Spend one of the address; raises ProblemError 429."""
        self._spend(self._per_address, self.address(request), where="chat_address")

    def count_session(self, visit: Visit) -> None:
        """Spend one of the session; raises ProblemError 429."""
        self._spend(self._per_session, visit.session, where="chat_session")

    def count_reading(self, visit: Visit) -> None:
        """Spend one of what a session may ask the database without saying anything; raises ProblemError 429."""
        self._spend(self._reading, visit.session, where="chat_reading")

    def _spend(self, buckets: TokenBuckets, key: str, *, where: str) -> None:
        if wait := buckets.spend(key):
            self._refused.labels(where=where).inc()
            raise rate_limited(wait)


class Chat:
    """Handlers of everything but the event stream."""

    def __init__(
        self, *, door: ChatDoor, intake: Intake, feed: ChatFeed, page: Page, now: Callable[[], datetime]
    ) -> None:
        self._door = door
        self._intake = intake
        self._feed = feed
        self._page = page
        self._now = now

    async def page(self, request: web.Request) -> web.Response:
        """Show the chat page."""
        profile = self._door.hotel(request)
        return self._page.response(hotel=profile.id, name=profile.name, languages=" ".join(profile.languages))

    async def open_session(self, request: web.Request) -> web.Response:
        """Give a session's token; a token that is still good is renewed, so that a guest who returns keeps theirs."""
        hotel = self._door.hotel(request).id
        self._door.count_address(request)
        issued = self._door.tokens.issue(hotel, self._door.session(request, hotel))
        return _json({"token": issued.token, "expires_at": issued.expires_at})

    async def post_message(self, request: web.Request) -> web.Response:
        """202: stored now. 200: it was stored before. Anything else: not stored."""
        visit = self._door.visit(request)
        self._door.count_address(request)
        self._door.count_session(visit)
        said = await posted(request, PostedMessage, limit_bytes=MESSAGE_BYTES)
        event = to_event(
            said, hotel=visit.hotel, session=visit.session, now=self._now(), traceparent=traceparent.current()
        )
        accepted = await self._intake.accept_events((event,))
        status = HTTPStatus.ACCEPTED if accepted.inbox_ids else HTTPStatus.OK
        return _json({"status": "stored"}, status=status)

    async def history(self, request: web.Request) -> web.Response:
        """Give the lines after `?after=n`, for a reload."""
        visit = self._door.visit(request)
        self._door.count_reading(visit)
        lines = await self._feed.history(visit.hotel, visit.session, resume_point(request.query.get("after")))
        return _json({"lines": [line_json(line) for line in lines]})

    async def acknowledge(self, request: web.Request) -> web.Response:
        """Take the page's word that it has shown everything up to n."""
        visit = self._door.visit(request)
        self._door.count_reading(visit)
        ack = await posted(request, PostedAck, limit_bytes=MESSAGE_BYTES)
        await self._feed.delivered(visit.hotel, visit.session, ack.n)
        return web.Response(status=HTTPStatus.NO_CONTENT)


def line_json(line: ChatLine) -> dict[str, object]:
    """Give a line the form that the page reads, in history and stream alike."""
    return {
        "n": line.n,
        "author": line.author,
        "at": line.at,
        "client_id": line.client_id,
        **render(line.message, interactive=line.interactive),
    }


def resume_point(text: str | None) -> int:
    """Read it; whatever can't be one means the beginning."""
    return row_number(text) or 0


def _json(body: object, *, status: int = HTTPStatus.OK) -> web.Response:
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json")
