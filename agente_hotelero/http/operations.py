"""What the on-call engineer and the platform ask: alive, ready, metrics, flags."""

from collections.abc import Callable

import orjson
from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from agente_hotelero.http.ports import FlagList, FlagState, Health

ALIVE = b'{"status":"alive"}'


async def live(_request: web.Request) -> web.Response:
    """200 while the process turns; it asks nobody, so that nobody's outage gets us restarted."""
    return web.Response(body=ALIVE, content_type="application/json")


class ReadinessCheck:
    """Answers from the newest snapshot; `may_see_details` tells operators from strangers."""

    def __init__(self, *, health: Health, may_see_details: Callable[[web.Request], bool]) -> None:
        self._health = health
        self._may_see_details = may_see_details

    async def ready(self, request: web.Request) -> web.Response:
        """200 when traffic may come, else 503."""
        readiness = self._health.ready()
        body: dict[str, object] = {"ready": readiness.ready, "checks": dict(readiness.checks)}
        if self._may_see_details(request):
            body["details"] = dict(readiness.details)
        return web.Response(
            status=200 if readiness.ready else 503, body=orjson.dumps(body), content_type="application/json"
        )


class MetricsPage:
    """Prometheus's text format."""

    def __init__(self, *, registry: CollectorRegistry) -> None:
        self._registry = registry

    async def show(self, _request: web.Request) -> web.Response:
        """Give every metric of our own registry."""
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


class FlagsPage:
    """Every feature flag, in both forms that operators' tools read."""

    def __init__(self, *, flags: FlagList, authorize: Callable[[web.Request], object]) -> None:
        """Take what raises ProblemError when the request may not see them."""
        self._flags = flags
        self._authorize = authorize

    async def show(self, request: web.Request) -> web.Response:
        """Give `flags` as a map and `items` with their sources."""
        self._authorize(request)
        states = self._flags.list()
        body = {"flags": {state.flag: state.enabled for state in states}, "items": [_item(state) for state in states]}
        return web.Response(body=orjson.dumps(body), content_type="application/json")


def _item(state: FlagState) -> dict[str, object]:
    item: dict[str, object] = {"flag": state.flag, "enabled": state.enabled, "source": state.source}
    return {**item, "stale": True} if state.stale else item
