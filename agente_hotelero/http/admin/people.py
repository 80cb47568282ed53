"""Who asks, who is meant, how the actors are, and what is switched on."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, StrictBool

from agente_hotelero.config.flags import Flag, is_flag
from agente_hotelero.errors import ConfigError
from agente_hotelero.http.admin.door import Door, answer, listed
from agente_hotelero.http.admin.ports import Backoffice
from agente_hotelero.http.ports import TokenInfo
from agente_hotelero.http.posted import posted
from agente_hotelero.http.problems import ProblemError
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.roles import Role

FLAG_BYTES: Final = 1024
WORDS: Final = 200


class PostedFlag(BaseModel):
    """On or off."""

    model_config = ConfigDict(extra="forbid")

    enabled: StrictBool


class PeopleRoutes:
    """The rest of what operators ask."""

    def __init__(self, *, door: Door, backoffice: Backoffice, hotels: Mapping[HotelId, HotelProfile]) -> None:
        self._door = door
        self._backoffice = backoffice
        self._hotels = hotels

    def routes(self) -> list[web.RouteDef]:
        """Everything here."""
        return [
            web.get("/admin/me", self.me),
            web.get("/admin/actors", self.actors),
            web.get("/admin/guests", self.guests),
            web.put("/admin/feature-flags/{flag}", self.set_flag),
            web.post("/admin/reload", self.reload),
        ]

    async def me(self, request: web.Request) -> web.Response:
        """Say whose token it is and what it is good for."""
        operator = self._door.admit(request, Role.VIEWER)
        profile = None if operator.hotel is None else self._hotels.get(operator.hotel)
        return answer(
            {
                "name": operator.name,
                "role": operator.role,
                "hotel": operator.hotel,
                "hotel_name": None if profile is None else profile.name,
            }
        )

    async def actors(self, request: web.Request) -> web.Response:
        """Give the supervisors' trees."""
        self._door.admit_for_all(request, Role.VIEWER)
        return answer(self._backoffice.actors())

    async def guests(self, request: web.Request) -> web.Response:
        """Find guests by `?find=`: a number, a mail, a reservation code."""
        operator = self._door.admit(request, Role.OPERATOR)
        words = request.query.get("find", "").strip()
        if not words or len(words) > WORDS or "\0" in words:
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "`find` is a phone number, an e-mail address or a reservation code"
            )
        return listed("guests", await self._backoffice.find_guests(operator, words.encode("utf-8", "replace").decode()))

    async def set_flag(self, request: web.Request) -> web.Response:
        """Switch a flag everywhere, within seconds."""
        operator = self._door.admit(request, Role.ADMIN)
        flag = request.match_info["flag"]
        self._may_switch(operator, flag)
        wanted = await posted(request, PostedFlag, limit_bytes=FLAG_BYTES)
        await self._backoffice.set_flag(operator, flag, enabled=wanted.enabled)
        return answer({"flag": flag, "enabled": wanted.enabled})

    async def reload(self, request: web.Request) -> web.Response:
        """Let every process read the hotels file anew; 422 names line and field of what is wrong with it."""
        operator = self._door.admit_for_all(request, Role.ADMIN)
        try:
            done = await self._backoffice.reload(operator)
        except ConfigError as error:
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        return answer({"everywhere": done.everywhere, "silent": done.silent, "answers": done.answers})

    def _may_switch(self, operator: TokenInfo, flag: str) -> None:
        _, _, hotel = flag.partition(":")
        if not is_flag(flag) or (hotel and hotel not in self._hotels):
            raise ProblemError(HTTPStatus.NOT_FOUND, "there is no such flag")
        if operator.hotel is not None and flag != f"{Flag.AGENT_PAUSED.value}:{operator.hotel}":
            raise ProblemError(HTTPStatus.FORBIDDEN, "a token for every hotel is needed")
