"""What guests sent, one file at a time: to be saved by whoever may see it, never to be shown by a browser as a page of ours."""

from typing import Final

from aiohttp import web

from agente_hotelero.http.admin.door import NO_STORE, Door, nothing_there, numbered
from agente_hotelero.http.admin.ports import Backoffice
from agente_hotelero.model.roles import Role

ANY_BYTES: Final = "application/octet-stream"
"""Whatever a guest says that it is: nothing of it is ever run, or shown, in our name."""


class FileRoutes:
    """Operators get the files of their hotels' guests."""

    def __init__(self, *, door: Door, backoffice: Backoffice) -> None:
        self._door = door
        self._backoffice = backoffice

    def routes(self) -> list[web.RouteDef]:
        """The one."""
        return [web.get("/admin/files/{id}", self.save, allow_head=False)]

    async def save(self, request: web.Request) -> web.Response:
        """Give a file to be saved."""
        operator = self._door.admit(request, Role.OPERATOR)
        found = await self._backoffice.files(operator).open(numbered(request))
        if found is None:
            raise nothing_there()
        headers = {"Content-Disposition": f'attachment; filename="{found.filename}"', **NO_STORE}
        return web.Response(body=found.content, content_type=ANY_BYTES, headers=headers)
