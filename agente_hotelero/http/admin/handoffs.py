"""Guests who wait for a person: list, read, answer, take, give back, close."""

from typing import Annotated, Final
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

from agente_hotelero.http.admin.door import Door, answer, listed, nothing_there, numbered, stored
from agente_hotelero.http.admin.ports import Backoffice, Desk
from agente_hotelero.http.posted import posted
from agente_hotelero.model.roles import Role

REPLY_CHARACTERS: Final = 4000
# Each at most twelve bytes, as \\uXXXX\\uXXXX.
REPLY_BYTES: Final = 64 * 1024


class PostedReply(BaseModel):
    """What a person says; `id` is made by the page, so that the same reply sent twice is said once."""

    model_config = ConfigDict(extra="forbid")

    id: UUID
    text: Annotated[str, Field(max_length=REPLY_CHARACTERS, pattern=r"[^\s\x00]")]


class HandOffRoutes:
    """Operators see the guests of their hotels, and nobody else's."""

    def __init__(self, *, door: Door, backoffice: Backoffice) -> None:
        self._door = door
        self._backoffice = backoffice

    def routes(self) -> list[web.RouteDef]:
        """Everything under /admin/handoffs."""
        return [
            web.get("/admin/handoffs", self.show_all),
            web.get("/admin/handoffs/{id}", self.show),
            web.post("/admin/handoffs/{id}/reply", self.reply),
            web.post("/admin/handoffs/{id}/take", self.take),
            web.post("/admin/handoffs/{id}/give-back", self.give_back),
            web.post("/admin/handoffs/{id}/close", self.close),
        ]

    async def show_all(self, request: web.Request) -> web.Response:
        """List the open ones, oldest first."""
        return listed("handoffs", await self._desk(request).waiting())

    async def show(self, request: web.Request) -> web.Response:
        """Give one with its conversation."""
        found = await self._desk(request).read(numbered(request))
        if found is None:
            raise nothing_there()
        return answer(found)

    async def reply(self, request: web.Request) -> web.Response:
        """Store a person's words; they go out in order with everything else."""
        desk = self._desk(request)
        number = numbered(request)
        said = await posted(request, PostedReply, limit_bytes=REPLY_BYTES)
        return await stored(desk.reply(number, said.text, key=said.id))

    async def take(self, request: web.Request) -> web.Response:
        """Let a person answer from here on."""
        return await stored(self._desk(request).take_over(numbered(request)))

    async def give_back(self, request: web.Request) -> web.Response:
        """Let the agent answer again."""
        return await stored(self._desk(request).give_back(numbered(request)))

    async def close(self, request: web.Request) -> web.Response:
        """Settle one."""
        return await stored(self._desk(request).close(numbered(request)))

    def _desk(self, request: web.Request) -> Desk:
        return self._backoffice.desk(self._door.admit(request, Role.OPERATOR))
