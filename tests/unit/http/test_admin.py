"""What people may see and do over HTTP: as far as their token goes, and everything in their name."""

from uuid import UUID

import pytest

from agente_hotelero.errors import UnavailableError
from agente_hotelero.http.ports import TokenInfo
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.journal import OutboxStatus
from agente_hotelero.model.roles import Role
from tests.support.http_site import DEMO, Site
from tests.unit.http.conftest import Client

KEY = UUID("7d0a44a4-4a48-4f70-9f8a-6f6a5a2c1d11")
OPERATORS = {
    "v": TokenInfo(id="1", name="vera", role=Role.VIEWER),
    "o": TokenInfo(id="2", name="olga", role=Role.OPERATOR),
    "a": TokenInfo(id="3", name="ada", role=Role.ADMIN),
    "one hotel's o": TokenInfo(id="4", name="olga of demo", role=Role.OPERATOR, hotel=HotelId("demo")),
    "one hotel's a": TokenInfo(id="5", name="ada of demo", role=Role.ADMIN, hotel=HotelId("demo")),
}
REPLY = {"id": str(KEY), "text": "Le guardo la doble."}

# What is asked, the smallest role for it, and whether a token of one hotel will do.
ROUTES = [
    ("GET", "/admin/me", Role.VIEWER, True),
    ("GET", "/admin/feature-flags", Role.VIEWER, True),
    ("GET", "/admin/inbox", Role.VIEWER, True),
    ("GET", "/admin/outbox", Role.VIEWER, True),
    ("GET", "/admin/dead-letters", Role.VIEWER, True),
    ("GET", "/admin/questions", Role.VIEWER, True),
    ("GET", "/admin/unreadable", Role.VIEWER, False),
    ("GET", "/admin/held", Role.VIEWER, False),
    ("GET", "/admin/actors", Role.VIEWER, False),
    ("GET", "/admin/handoffs", Role.OPERATOR, True),
    ("GET", "/admin/handoffs/7", Role.OPERATOR, True),
    ("GET", "/admin/files/9", Role.OPERATOR, True),
    ("POST", "/admin/handoffs/7/reply", Role.OPERATOR, True),
    ("POST", "/admin/handoffs/7/take", Role.OPERATOR, True),
    ("POST", "/admin/handoffs/7/give-back", Role.OPERATOR, True),
    ("POST", "/admin/handoffs/7/close", Role.OPERATOR, True),
    ("POST", "/admin/outbox/4/retry", Role.OPERATOR, True),
    ("POST", "/admin/dead-letters/5/retry", Role.OPERATOR, True),
    ("GET", "/admin/guests?find=ana", Role.OPERATOR, True),
    ("GET", "/admin/audit", Role.ADMIN, False),
    ("POST", "/admin/held/release", Role.ADMIN, False),
    ("POST", "/admin/held/drop", Role.ADMIN, False),
    ("POST", "/admin/reload", Role.ADMIN, False),
    ("PUT", "/admin/feature-flags/agent.paused", Role.ADMIN, False),
    ("PUT", "/admin/feature-flags/agent.paused:demo", Role.ADMIN, True),
]


@pytest.fixture
def site() -> Site:
    return Site(operators=OPERATORS)


async def ask(
    client: Client, method: str, path: str, token: str | None, json: object = None
) -> tuple[int, dict[str, object]]:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    if json is None and path.endswith("/reply"):
        json = REPLY
    if json is None and method == "PUT":
        json = {"enabled": True}
    async with client.request(method, path, headers=headers, json=json) as response:
        is_json = response.content_type == "application/json"
        return response.status, await response.json() if is_json else {"bytes": await response.read()}


def test_every_admin_route_is_in_the_table(site: Site) -> None:
    table = {(method, path.partition("?")[0]) for method, path, _, _ in ROUTES}
    numbers = {
        "/admin/handoffs/7": "/admin/handoffs/{id}",
        "/admin/files/9": "/admin/files/{id}",
        "/4/": "/{id}/",
        "/5/": "/{id}/",
        "agent.paused:demo": "{flag}",
    }
    for number, name in (*numbers.items(), ("agent.paused", "{flag}")):
        table = {(method, path.replace(number, name)) for method, path in table}
    routes = {
        (route.method, resource.canonical)
        for resource in site.public().router.resources()
        for route in resource
        if resource.canonical.startswith("/admin") and route.method != "HEAD"
    }
    assert table == routes


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route[0]} {route[1]}")
async def test_a_route_takes_whoever_may_and_nobody_else(
    site: Site, client: Client, route: tuple[str, str, Role, bool]
) -> None:
    method, path, role, one_hotel = route
    assert (await ask(client, method, path, None))[0] == 401
    assert (await ask(client, method, path, "nobody's"))[0] == 401
    for token, operator in OPERATORS.items():
        site.office.done.clear()
        status, body = await ask(client, method, path, token)
        if operator.role.covers(role) and (one_hotel or operator.hotel is None):
            assert status in {200, 202}, (token, body)
            assert {name for name, *_ in site.office.done} <= {operator.name}
        else:
            assert status == 403, token
            assert site.office.done == []


@pytest.mark.parametrize(("method", "path"), [route[:2] for route in ROUTES])
async def test_an_outage_is_503(site: Site, client: Client, method: str, path: str) -> None:
    site.office.failure = UnavailableError("postgres")
    asks_nobody = path in {"/admin/me", "/admin/feature-flags", "/admin/actors"}
    assert (await ask(client, method, path, "a"))[0] == (200 if asks_nobody else 503)


async def test_a_guests_file_is_to_be_saved_and_never_shown(site: Site, client: Client) -> None:
    headers = {"Authorization": "Bearer o"}
    async with client.get("/admin/files/9", headers=headers) as response:
        assert (response.status, await response.read()) == (200, b"<script>")
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["Content-Disposition"] == 'attachment; filename="documento-9.pdf"'
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert response.headers["Cache-Control"] == "no-store"
    assert (await ask(client, "GET", "/admin/files/8", "o"))[0] == 404
    assert (await ask(client, "GET", "/admin/files/x", "o"))[0] == 404
    assert site.office.done == [("olga", "file", 9), ("olga", "file", 8)]


async def test_a_persons_words_are_passed_on_with_their_key(site: Site, client: Client) -> None:
    assert await ask(client, "POST", "/admin/handoffs/7/reply", "o", REPLY) == (202, {"status": "stored"})
    assert site.office.done == [("olga", "reply", 7, "Le guardo la doble.", KEY)]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": str(KEY)},
        {"text": "Hola"},
        {"id": "7", "text": "Hola"},
        {"id": str(KEY), "text": ""},
        {"id": str(KEY), "text": " \n"},
        {"id": str(KEY), "text": "x" * 4001},
        {"id": str(KEY), "text": "Hola", "to": "somebody else"},
        {"id": str(KEY), "text": 7},
        [],
    ],
)
async def test_what_is_no_reply_is_refused(site: Site, client: Client, body: object) -> None:
    status, answer = await ask(client, "POST", "/admin/handoffs/7/reply", "o", body)
    assert status == 400
    assert "Hola" not in str(answer)
    assert site.office.done == []


async def test_half_a_character_is_refused(site: Site, client: Client) -> None:
    body = b'{"id": "%s", "text": "Hola \\ud83d"}' % str(KEY).encode()
    headers = {"Authorization": "Bearer o", "Content-Type": "application/json"}
    async with client.post("/admin/handoffs/7/reply", data=body, headers=headers) as response:
        assert response.status == 400
    assert site.office.done == []


@pytest.mark.parametrize("number", ["8", "x", "-7", "7.0", "٧", "9" * 19, "9" * 400, "%00"])
async def test_what_is_not_there_is_404(client: Client, number: str) -> None:
    for path in (
        f"/admin/handoffs/{number}/take",
        f"/admin/outbox/{number}/retry",
        f"/admin/dead-letters/{number}/retry",
    ):
        assert (await ask(client, "POST", path, "a"))[0] == 404
    assert (await ask(client, "GET", f"/admin/handoffs/{number}", "a"))[0] == 404


@pytest.mark.parametrize(
    "query",
    [
        "outbox?status=sent",
        "outbox?status=",
        "inbox?after=x",
        "inbox?after=-1",
        "audit?before=1e9",
        "guests",
        "guests?find=%20",
    ],
)
async def test_a_question_that_makes_no_sense_is_400(client: Client, query: str) -> None:
    assert (await ask(client, "GET", f"/admin/{query}", "a"))[0] == 400


async def test_lists_go_on_where_the_last_page_ended(site: Site, client: Client) -> None:
    await ask(client, "GET", "/admin/inbox?after=30", "v")
    await ask(client, "GET", "/admin/outbox?status=held&after=31", "v")
    await ask(client, "GET", "/admin/audit?before=32", "a")
    assert site.office.done == [
        ("vera", "inbox", 30),
        ("vera", "outbox", OutboxStatus.HELD, 31),
        ("ada", "audit", 32),
    ]


async def test_a_flag_is_switched_in_the_name_of_who_did(site: Site, client: Client) -> None:
    answer = await ask(client, "PUT", "/admin/feature-flags/features.interactive_messages", "a", {"enabled": False})
    assert answer == (200, {"flag": "features.interactive_messages", "enabled": False})
    assert site.office.done == [("ada", "flag", "features.interactive_messages", False)]


@pytest.mark.parametrize(
    "flag", ["nothing", "features.interactive_messages:demo", "agent.paused:nowhere", "agent.paused:"]
)
async def test_a_flag_that_is_none_is_404(client: Client, flag: str) -> None:
    assert (await ask(client, "PUT", f"/admin/feature-flags/{flag}", "a"))[0] == 404


@pytest.mark.parametrize("body", [{}, {"enabled": 1}, {"enabled": "on"}, {"enabled": True, "x": 1}])
async def test_a_flag_is_on_or_off(site: Site, client: Client, body: object) -> None:
    assert (await ask(client, "PUT", "/admin/feature-flags/agent.paused", "a", body))[0] == 400
    assert site.office.done == []


async def test_a_reload_says_what_each_process_made_of_it(client: Client) -> None:
    assert await ask(client, "POST", "/admin/reload", "a") == (
        200,
        {
            "everywhere": True,
            "silent": 0,
            "answers": [{"who": "process 1", "outcome": "reloaded", "hotels": 2, "error": None}],
        },
    )


async def test_an_invalid_hotels_file_is_named_by_line_and_field(site: Site, client: Client) -> None:
    site.office.mistake = "hotels.yaml:7: hotels.0.currency: three letters are needed"
    status, refused = await ask(client, "POST", "/admin/reload", "a")
    assert (status, refused["error"]) == (422, {"code": "invalid", "message": site.office.mistake})


async def test_one_hotels_admin_pauses_no_other_hotel(client: Client) -> None:
    assert (await ask(client, "PUT", "/admin/feature-flags/agent.paused:otro", "one hotel's a"))[0] == 403


async def test_who_asks_hears_what_their_token_is_good_for(client: Client) -> None:
    assert await ask(client, "GET", "/admin/me", "one hotel's o") == (
        200,
        {"name": "olga of demo", "role": "operator", "hotel": DEMO, "hotel_name": "Hotel <Mar> & Sol"},
    )


async def test_a_token_may_ask_so_often_a_minute(site: Site, client: Client) -> None:
    statuses = [(await ask(client, "GET", "/admin/me", "v"))[0] for _ in range(site.limits.desk_per_minute + 1)]
    assert statuses == [200] * site.limits.desk_per_minute + [429]
    assert (await ask(client, "GET", "/admin/me", "o"))[0] == 200
    # Flags have a minute of their own.
    assert (await ask(client, "GET", "/admin/feature-flags", "v"))[0] == 200
