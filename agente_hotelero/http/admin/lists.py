"""What waits, what failed, what a restore held back, and a second try for it."""

from http import HTTPStatus
from typing import Final

from aiohttp import web

from agente_hotelero.http.admin.door import Door, answer, asked, listed, numbered, stored
from agente_hotelero.http.admin.ports import Backoffice
from agente_hotelero.http.numbers import MAX_ID
from agente_hotelero.http.problems import ProblemError
from agente_hotelero.model.journal import OutboxStatus
from agente_hotelero.model.roles import Role

LOOKED_UP: Final = (OutboxStatus.PENDING, OutboxStatus.SENDING, OutboxStatus.DEAD, OutboxStatus.HELD)
"""What waits or failed; all others would be a guest's whole history."""


class ListRoutes:
    """Lists hold no guest's words or names: a viewer may see them."""

    def __init__(self, *, door: Door, backoffice: Backoffice) -> None:
        self._door = door
        self._backoffice = backoffice

    def routes(self) -> list[web.RouteDef]:
        """The lists, and the retries."""
        return [
            web.get("/admin/inbox", self.inbox),
            web.get("/admin/outbox", self.outbox),
            web.post("/admin/outbox/{id}/retry", self.retry_message),
            web.get("/admin/dead-letters", self.dead_letters),
            web.post("/admin/dead-letters/{id}/retry", self.retry_letter),
            web.get("/admin/questions", self.questions),
            web.get("/admin/unreadable", self.unreadable),
            web.get("/admin/audit", self.audit),
            web.get("/admin/held", self.held),
            web.post("/admin/held/release", self.release),
            web.post("/admin/held/drop", self.drop),
        ]

    async def inbox(self, request: web.Request) -> web.Response:
        """Events that wait for their turn, a hundred after `?after=`."""
        operator = self._door.admit(request, Role.VIEWER)
        rows = await self._backoffice.inspection(operator).inbox(after=asked(request, "after", 0))
        return listed("events", rows)

    async def outbox(self, request: web.Request) -> web.Response:
        """Messages that stand as `?status=` says, a hundred after `?after=`."""
        operator = self._door.admit(request, Role.VIEWER)
        rows = await self._backoffice.inspection(operator).outbox(_status(request), after=asked(request, "after", 0))
        return listed("messages", rows)

    async def dead_letters(self, request: web.Request) -> web.Response:
        """What failed for good, a hundred after `?after=`."""
        operator = self._door.admit(request, Role.VIEWER)
        rows = await self._backoffice.inspection(operator).dead_letters(after=asked(request, "after", 0))
        return listed("dead_letters", rows)

    async def questions(self, request: web.Request) -> web.Response:
        """What waits for the PMS to be back, a hundred after `?after=`."""
        operator = self._door.admit(request, Role.VIEWER)
        rows = await self._backoffice.inspection(operator).questions(after=asked(request, "after", 0))
        return listed("questions", rows)

    async def unreadable(self, request: web.Request) -> web.Response:
        """What could not be read, a hundred after `?after=`."""
        operator = self._door.admit_for_all(request, Role.VIEWER)
        rows = await self._backoffice.inspection(operator).unreadable(after=asked(request, "after", 0))
        return listed("unreadable", rows)

    async def audit(self, request: web.Request) -> web.Response:
        """What people changed, the newest hundred before `?before=`."""
        operator = self._door.admit_for_all(request, Role.ADMIN)
        rows = await self._backoffice.inspection(operator).audit(before=asked(request, "before", MAX_ID))
        return listed("lines", rows)

    async def retry_letter(self, request: web.Request) -> web.Response:
        """Give an event another five attempts."""
        inspection = self._backoffice.inspection(self._door.admit(request, Role.OPERATOR))
        return await stored(inspection.retry_letter(numbered(request)))

    async def retry_message(self, request: web.Request) -> web.Response:
        """Send a message again that could not be delivered."""
        inspection = self._backoffice.inspection(self._door.admit(request, Role.OPERATOR))
        return await stored(inspection.retry_message(numbered(request)))

    async def held(self, request: web.Request) -> web.Response:
        """How much a restore held back."""
        operator = self._door.admit_for_all(request, Role.VIEWER)
        return answer(await self._backoffice.held(operator).count())

    async def release(self, request: web.Request) -> web.Response:
        """Let everything go: guests hear it now."""
        operator = self._door.admit_for_all(request, Role.ADMIN)
        return answer(await self._backoffice.held(operator).release())

    async def drop(self, request: web.Request) -> web.Response:
        """Drop everything: nobody ever hears it."""
        operator = self._door.admit_for_all(request, Role.ADMIN)
        return answer(await self._backoffice.held(operator).drop())


def _status(request: web.Request) -> OutboxStatus:
    text = request.query.get("status", OutboxStatus.DEAD.value)
    if text not in LOOKED_UP:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"`status` is one of {', '.join(LOOKED_UP)}")
    return OutboxStatus(text)
