"""The webhook's way in, past the table of routes: most of what comes is webhooks, and each would pay for looking it up."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from aiohttp import hdrs, web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontDoor:
    """Where an application's commonest request goes: a POST at exactly this path.

    The application has a route for it too, for whatever is not so plain: another method, a query, an `Expect`.
    """

    path: str
    answer: Answer

    def before(self, application: Answer) -> Answer:
        """Stand before the application's own handler, and pass on what is not ours."""

        def choose(request: web.Request) -> Awaitable[web.StreamResponse]:
            ours = request.raw_path == self.path and request.method == hdrs.METH_POST
            if ours and hdrs.EXPECT not in request.headers:
                return self.answer(request)
            return application(request)

        return choose


FRONT_DOOR: Final = web.AppKey("front_door", FrontDoor)
