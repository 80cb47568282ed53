"""What every admin route does first: who asks, may they, about what."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import orjson
from aiohttp import web

from agente_hotelero.http.bearer import Operators
from agente_hotelero.http.numbers import row_number
from agente_hotelero.http.ports import TokenInfo
from agente_hotelero.http.problems import ProblemError
from agente_hotelero.model.roles import Role

NO_STORE: Final = {"Cache-Control": "no-store"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Lets operators in as far as their role goes."""

    operators: Operators

    def admit(self, request: web.Request, role: Role) -> TokenInfo:
        """Name who asks; raises ProblemError 401, 403 and 429."""
        return self.operators.require(request, role)

    def admit_for_all(self, request: web.Request, role: Role) -> TokenInfo:
        """The same for what is not one hotel's; raises 403 for a token of one hotel too."""
        operator = self.admit(request, role)
        if operator.hotel is not None:
            raise ProblemError(HTTPStatus.FORBIDDEN, "a token for every hotel is needed")
        return operator


def answer(body: object, *, status: int = HTTPStatus.OK) -> web.Response:
    """Give JSON that no cache keeps."""
    return web.Response(status=status, body=orjson.dumps(body), content_type="application/json", headers=NO_STORE)


def listed(name: str, rows: Sequence[object]) -> web.Response:
    """Give a list under its name."""
    return answer({name: rows})


def numbered(request: web.Request) -> int:
    """Read the number in the path; what is none names nothing: ProblemError 404."""
    found = row_number(request.match_info["id"])
    if found is None:
        raise nothing_there()
    return found


def asked(request: web.Request, name: str, default: int) -> int:
    """Read a number of the query; raises ProblemError 400."""
    text = request.query.get(name)
    if text is None:
        return default
    found = row_number(text)
    if found is None:
        raise ProblemError(HTTPStatus.BAD_REQUEST, f"`{name}` is no number of a row")
    return found


async def stored(done: Awaitable[bool]) -> web.Response:
    """Say that a change is committed; raises ProblemError 404 where there was nothing to change."""
    if not await done:
        raise nothing_there()
    return answer({"status": "stored"}, status=HTTPStatus.ACCEPTED)


def nothing_there() -> ProblemError:
    """Not there, or not this operator's: which of these is nobody's business."""
    return ProblemError(HTTPStatus.NOT_FOUND, "there is no such thing, or it has changed meanwhile")
