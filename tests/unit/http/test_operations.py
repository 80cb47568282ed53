import pytest

from agente_hotelero.http.ports import Readiness
from tests.fakes.http_ports import OPERATOR_TOKEN, FakeFlag
from tests.support.http_site import Site
from tests.unit.http.conftest import Client, Serve

OPERATOR = {"Authorization": f"Bearer {OPERATOR_TOKEN}"}


async def test_live_touches_nothing(site: Site, client: Client) -> None:
    site.intake.failure = site.feed.failure = RuntimeError("everything is away")
    site.health.readiness = Readiness(ready=False, checks={"postgres": False})

    response = await client.get("/health/live")

    assert response.status == 200
    assert await response.json() == {"status": "alive"}
    assert site.health.asked == 0
    assert site.feed.reads == 0


async def test_ready_is_200_with_its_checks_and_no_details_for_strangers(client: Client) -> None:
    response = await client.get("/health/ready")

    assert response.status == 200
    assert await response.json() == {"ready": True, "checks": {"postgres": True}}


async def test_not_ready_is_503_and_says_what_is_missing(site: Site, client: Client) -> None:
    site.health.readiness = Readiness(ready=False, checks={"postgres": "away", "redis": True})

    response = await client.get("/health/ready")

    assert response.status == 503
    assert await response.json() == {"ready": False, "checks": {"postgres": "away", "redis": True}}


async def test_an_operator_sees_readiness_details(client: Client) -> None:
    response = await client.get("/health/ready", headers=OPERATOR)

    assert (await response.json())["details"] == {"journal": "running"}


async def test_flags_come_in_both_forms(client: Client) -> None:
    response = await client.get("/admin/feature-flags", headers=OPERATOR)

    assert response.status == 200
    assert await response.json() == {
        "flags": {"agent.paused": False, "features.interactive_messages": True},
        "items": [
            {"flag": "agent.paused", "enabled": False, "source": "default"},
            {"flag": "features.interactive_messages", "enabled": True, "source": "redis"},
        ],
    }


async def test_a_flag_says_when_redis_is_away(site: Site, client: Client) -> None:
    site.flags.states = [FakeFlag(flag="agent.paused", enabled=True, source="redis", stale=True)]
    response = await client.get("/admin/feature-flags", headers=OPERATOR)

    assert (await response.json())["items"] == [
        {"flag": "agent.paused", "enabled": True, "source": "redis", "stale": True}
    ]


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", f"Basic {OPERATOR_TOKEN}", "Bearer ñ\udcff", OPERATOR_TOKEN],
)
async def test_flags_need_a_known_token(client: Client, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    response = await client.get("/admin/feature-flags", headers=headers)

    assert response.status == 401
    assert response.headers["WWW-Authenticate"] == "Bearer"
    body = await response.text()
    assert "agent.paused" not in body
    assert OPERATOR_TOKEN not in body


async def test_the_sixty_first_question_of_a_minute_is_429(site: Site, client: Client) -> None:
    statuses = [(await client.get("/admin/feature-flags", headers=OPERATOR)).status for _ in range(60)]
    site.later(20)
    refused = await client.get("/admin/feature-flags", headers=OPERATOR)
    site.later(40)
    again = await client.get("/admin/feature-flags", headers=OPERATOR)

    assert statuses == [200] * 60
    assert (refused.status, refused.headers["Retry-After"]) == (429, "40")
    assert (await refused.json())["error"]["code"] == "rate_limited"
    assert again.status == 200
    assert site.sample("rate_limited_total", where="admin") == 1


async def test_metrics_are_on_the_public_port_only_where_there_is_no_private_one(serve: Serve) -> None:
    shown = await (await serve(Site(show_metrics=True).public())).get("/metrics")
    hidden = await (await serve(Site(show_metrics=False).public())).get("/metrics")

    assert shown.status == 200
    assert shown.headers["Content-Type"].startswith("text/plain; version=")
    assert "http_requests_total" in await shown.text()
    assert hidden.status == 404


async def test_the_private_port_needs_no_token(site: Site, serve: Serve) -> None:
    private = await serve(site.private())

    assert (await private.get("/metrics")).status == 200
    assert (await private.get("/health/live")).status == 200
    assert (await (await private.get("/health/ready")).json())["details"] == {"journal": "running"}
    assert (await private.get("/admin/feature-flags")).status == 200
    assert (await private.post("/webhooks/whatsapp", data=b"")).status == 404
    assert (await private.get("/chat/demo")).status == 404
