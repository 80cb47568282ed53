"""Gmail on loopback: a mailbox with a history, which checks what it is asked, and breaks on demand.

gmail = FakeGmail()
await gmail.start()          # gmail.url, gmail.token_url and gmail.keys_url go into AGENTE_GMAIL__…
gmail.deliver(raw)
gmail.lose_answer("users.messages.send")
"""

import asyncio
import base64
import itertools
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default as rfc5322
from typing import Any, Final, Self

import orjson
from aiohttp import web

from tests.fakes.gmail_rules import METHODS, Method, check_answer, wrong_request
from tests.fakes.google import FakeKeys, FakeTokens

Json = dict[str, Any]
Answer = Callable[[web.Request, Any], Json]

ADDRESS: Final = "reservas@hotel.example"
TOPIC: Final = "projects/hotel/topics/gmail"
FIRST_HISTORY: Final = 2**63 + 1000
"""More than a signed 64-bit number holds: what reads it as one shows here."""


@dataclass(slots=True, kw_only=True)
class Kept:
    """A message in the mailbox."""

    id: str
    thread: str
    labels: list[str]
    raw: bytes

    def header(self, name: str) -> str:
        return str(message_from_bytes(self.raw, policy=rfc5322)[name] or "")

    def brief(self) -> Json:
        return {"id": self.id, "threadId": self.thread, "labelIds": self.labels}


@dataclass(slots=True, kw_only=True)
class _Fault:
    """How the next requests of a method go wrong; `accepting` ones take effect all the same."""

    method: str | None
    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    drop: bool = False
    hang: bool = False
    accepting: bool = False
    times: int | None = None


class FakeGmail:
    """One mailbox; `calls` counts its methods, `wrong` keeps what Google would not have taken."""

    def __init__(self, *, address: str = ADDRESS, port: int = 0) -> None:
        self.address = address
        self.tokens = FakeTokens(mailbox=address)
        self.keys = FakeKeys()
        self.messages: dict[str, Kept] = {}
        self.sent: list[Kept] = []
        self.watches: list[Json] = []
        self.calls: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.page_size = 100
        self.unsearchable = False
        """The index lags behind: nothing is found."""
        self.inclusive = False
        """The history begins with the step that it was asked to begin after."""
        self.history_id = FIRST_HISTORY
        self._steps: list[tuple[int, list[Kept]]] = []
        self._oldest = 0
        self._numbers = itertools.count(1)
        self._faults: list[_Fault] = []
        self._news = asyncio.Condition()
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None
        self._port = port

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def token_url(self) -> str:
        return f"{self.url}/token"

    @property
    def keys_url(self) -> str:
        return f"{self.url}/certs"

    async def start(self) -> None:
        """Listen; after a stop, on the same port again."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_post("/token", self.tokens.grant)
        app.router.add_get("/certs", self.keys.list)
        users = "/gmail/v1/users/me"
        app.router.add_get(f"{users}/profile", self._method("users.getProfile", self._profile))
        app.router.add_post(f"{users}/watch", self._method("users.watch", self._watch))
        app.router.add_post(f"{users}/stop", self._method("users.stop", self._stop_watch))
        app.router.add_get(f"{users}/history", self._method("users.history.list", self._history))
        app.router.add_get(f"{users}/messages", self._method("users.messages.list", self._list))
        app.router.add_get(f"{users}/messages/{{id}}", self._method("users.messages.get", self._get))
        app.router.add_post(f"{users}/messages/send", self._method("users.messages.send", self._send))
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        self.reset()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        assert self.wrong == []

    # What happens in the mailbox.

    def deliver(self, raw: bytes, *, labels: tuple[str, ...] = ("INBOX", "UNREAD"), thread: str = "") -> Kept:
        """A mail comes in."""
        number = f"{0x19A0000000000000 + next(self._numbers):x}"
        kept = Kept(id=number, thread=thread or number, labels=list(labels), raw=raw)
        self.messages[kept.id] = kept
        self.note(kept)
        return kept

    def note(self, *kept: Kept) -> None:
        """The history says that they were added, in one step: also of what it said before."""
        self.pass_by()
        self._steps.append((self.history_id, list(kept)))

    def pass_by(self, steps: int = 3) -> None:
        """Other things happen: the history goes on."""
        self.history_id += steps

    def forget_history(self) -> None:
        """What was before is known no more."""
        self.pass_by()
        self._oldest = self.history_id
        self._steps.clear()

    # How it breaks.

    def fail(
        self,
        method: str | None = None,
        *,
        status: int = 503,
        reason: str | None = None,
        message: str = "not for the log",
        retry_after: float | None = None,
        body: bytes | None = None,
        location: str | None = None,
        accepting: bool = False,
        times: int | None = None,
    ) -> None:
        """Refuse with this answer; without `reason` and `body` it is the HTML of a gateway."""
        error = {"code": status, "message": message, "errors": [{"reason": reason, "domain": "global"}]}
        told = orjson.dumps({"error": error}) if reason is not None else b"<html>Sorry</html>"
        headers = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
        if location is not None:
            headers["Location"] = location
        self._faults.append(
            _Fault(
                method=method, status=status, body=told if body is None else body, headers=headers, accepting=accepting,
                times=times,
            )
        )  # fmt: skip

    def drop(self, method: str | None = None, *, accepting: bool = False, times: int | None = None) -> None:
        """Cut the connection after the request was read: with `accepting` only the answer is lost."""
        self._faults.append(_Fault(method=method, drop=True, accepting=accepting, times=times))

    def hang(self, method: str | None = None, *, accepting: bool = False, times: int | None = None) -> None:
        """Never answer."""
        self._faults.append(_Fault(method=method, hang=True, accepting=accepting, times=times))

    def reset(self) -> None:
        """Be well again; requests that hang are cut."""
        self._faults.clear()
        self._released.set()
        self._released = asyncio.Event()

    async def wait_for(self, count: int, *, timeout_seconds: float = 30.0) -> list[Kept]:
        """Wait until so many mails were sent in all."""
        await self.until(lambda: len(self.sent) >= count, timeout_seconds=timeout_seconds)
        return list(self.sent)

    async def until(self, happened: Callable[[], bool], *, timeout_seconds: float = 30.0) -> None:
        """Wait until the requests so far have made something true."""
        async with asyncio.timeout(timeout_seconds), self._news:
            await self._news.wait_for(happened)

    # The methods.

    def _method(self, name: str, answer: Answer) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        method = METHODS[name]

        async def handle(request: web.Request) -> web.StreamResponse:
            self.calls[name] += 1
            if not self.tokens.knows(request.headers.get("Authorization", "")):
                return _error(401, "authError")
            body = await request.read()
            document = orjson.loads(body) if body else None
            if wrong := wrong_request(method, request.query, document):
                self.wrong.append(wrong)
                return _error(400, "invalidArgument")
            return await self._answered(request, method, answer, document)

        return handle

    async def _answered(
        self, request: web.Request, method: Method, answer: Answer, document: Any
    ) -> web.StreamResponse:
        fault = self._fault_for(method.name)
        if fault is not None:
            if fault.accepting:
                answer(request, document)
            await self._tell()
            return await self._broken(request, fault)
        try:
            told = check_answer(method, answer(request, document))
        except web.HTTPException as refused:
            return _error(refused.status, refused.text or "notFound")
        await self._tell()
        return web.json_response(told) if method.answers else web.Response(status=204)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def _fault_for(self, method: str) -> _Fault | None:
        fault = next((one for one in self._faults if one.method in (None, method)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return fault

    async def _broken(self, request: web.Request, fault: _Fault) -> web.StreamResponse:
        if fault.hang:
            await self._released.wait()
        if fault.hang or fault.drop:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        return web.Response(status=fault.status, body=fault.body, headers=fault.headers)

    def _profile(self, _request: web.Request, _body: Any) -> Json:
        return {"emailAddress": self.address, "historyId": str(self.history_id), "messagesTotal": len(self.messages)}

    def _watch(self, _request: web.Request, body: Json) -> Json:
        self.watches.append(body)
        return {"historyId": str(self.history_id), "expiration": str(int((time.time() + 7 * 86_400) * 1000))}

    def _stop_watch(self, _request: web.Request, _body: Any) -> Json:
        self.watches.clear()
        return {}

    def _history(self, request: web.Request, _body: Any) -> Json:
        since = int(request.query["startHistoryId"])
        if since < self._oldest:
            raise web.HTTPNotFound(text="notFound")
        label = request.query.get("labelId")
        steps = [
            (number, [one for one in added if label is None or label in one.labels])
            for number, added in self._steps
            if number > since or (self.inclusive and number == since)
        ]
        told = [
            {"id": str(number), "messages": [], "messagesAdded": [{"message": one.brief()} for one in added]}
            for number, added in steps
            if added
        ]
        page, following = self._page(request, told)
        answer: Json = {"historyId": str(self.history_id), **following}
        # As Google does: where nothing happened, the list itself is missing.
        return {**answer, "history": page} if page else answer

    def _list(self, request: web.Request, _body: Any) -> Json:
        found = [one for one in reversed(self.messages.values()) if self._fits(one, request.query)]
        page, following = self._page(request, [{"id": one.id, "threadId": one.thread} for one in found])
        answer: Json = {"resultSizeEstimate": len(found), **following}
        return {**answer, "messages": page} if page else answer

    def _fits(self, one: Kept, query: Any) -> bool:
        if "labelIds" in query and query["labelIds"] not in one.labels:
            return False
        search = query.get("q", "")
        if search.startswith("rfc822msgid:"):
            return not self.unsearchable and one.header("Message-ID") == f"<{search.removeprefix('rfc822msgid:')}>"
        return bool(search == "newer_than:7d")

    def _page(self, request: web.Request, everything: list[Json]) -> tuple[list[Json], Json]:
        start = int(request.query.get("pageToken", "0"))
        end = start + min(self.page_size, int(request.query.get("maxResults", "100")))
        return everything[start:end], {"nextPageToken": str(end)} if end < len(everything) else {}

    def _get(self, request: web.Request, _body: Any) -> Json:
        kept = self.messages.get(request.match_info["id"])
        if kept is None:
            raise web.HTTPNotFound(text="notFound")
        raw = base64.urlsafe_b64encode(kept.raw).decode()
        return {**kept.brief(), "historyId": str(self.history_id), "sizeEstimate": len(kept.raw), "raw": raw}

    def _send(self, _request: web.Request, body: Json) -> Json:
        thread = body.get("threadId", "")
        if thread and not any(one.thread == thread for one in self.messages.values()):
            raise web.HTTPNotFound(text="notFound")
        kept = self.deliver(base64.urlsafe_b64decode(body["raw"]), labels=("SENT",), thread=thread)
        self.sent.append(kept)
        return kept.brief()


def _error(status: int, reason: str) -> web.Response:
    error = {"code": status, "message": "not for the log", "errors": [{"reason": reason, "domain": "global"}]}
    return web.json_response({"error": error}, status=status)
