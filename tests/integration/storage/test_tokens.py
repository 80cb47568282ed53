"""Operators' tokens: readable once, kept as hashes, useless after their revocation; each change leaves a trail."""

import hashlib

import pytest

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.roles import Role
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.tokens import PostgresTokens
from tests.support.storage_journal import Tables


@pytest.fixture
def tokens(pool: Pool) -> PostgresTokens:
    return PostgresTokens(pool)


async def test_a_token_is_shown_once_and_kept_as_its_hash(tokens: PostgresTokens, tables: Tables) -> None:
    token = await tokens.create("grafana", role=Role.VIEWER)

    [known] = await tokens.known()
    assert (known.name, known.hash) == ("grafana", hashlib.sha256(token.encode()).digest())
    everything = await tables.value("SELECT string_agg(t::text, '') FROM (SELECT t FROM token t) t")
    assert token not in everything + str(await tables.rows("SELECT * FROM audit"))


async def test_tokens_are_long_random_and_recognisable(tokens: PostgresTokens) -> None:
    made = {await tokens.create(f"t{n}", role=Role.VIEWER) for n in range(5)}
    assert len(made) == 5
    assert all(token.startswith("agente_") and len(token) >= 50 for token in made)


async def test_a_name_is_given_once(tokens: PostgresTokens, tables: Tables) -> None:
    await tokens.create("grafana", role=Role.VIEWER)
    with pytest.raises(RefusedError, match="grafana"):
        await tokens.create("grafana", role=Role.VIEWER)
    assert await tables.count("audit") == 1
    await tokens.revoke("grafana")
    with pytest.raises(RefusedError):
        await tokens.create("grafana", role=Role.VIEWER)  # the trail names it for ever


async def test_a_token_is_good_for_what_it_was_made_for(tokens: PostgresTokens) -> None:
    await tokens.create("ana", role=Role.OPERATOR, hotel=HotelId("demo"))
    await tokens.create("guardia", role=Role.ADMIN)
    assert [(one.role, one.hotel) for one in await tokens.known()] == [(Role.OPERATOR, "demo"), (Role.ADMIN, None)]


async def test_a_revoked_token_is_known_no_more(tokens: PostgresTokens) -> None:
    await tokens.create("grafana", role=Role.VIEWER)
    await tokens.create("cron", role=Role.VIEWER)
    assert await tokens.revoke("grafana")
    assert [one.name for one in await tokens.known()] == ["cron"]
    assert not await tokens.revoke("grafana")
    assert not await tokens.revoke("nobody")


async def test_every_change_leaves_one_line_of_trail(tokens: PostgresTokens, tables: Tables) -> None:
    await tokens.create("grafana", role=Role.VIEWER)
    await tokens.revoke("grafana")
    await tokens.revoke("grafana")
    await tokens.audit("ana", "flag_set", {"flag": "agent.paused"})
    assert await tables.rows("SELECT who, action, detail::jsonb::text AS detail FROM audit ORDER BY id") == [
        {
            "who": "command line",
            "action": "token_created",
            "detail": '{"name": "grafana", "role": "viewer", "hotel": null}',
        },
        {"who": "command line", "action": "token_revoked", "detail": '{"name": "grafana"}'},
        {"who": "ana", "action": "flag_set", "detail": '{"flag": "agent.paused"}'},
    ]


async def test_a_token_without_its_trail_is_not_made(tokens: PostgresTokens, tables: Tables) -> None:
    await tables.connection.execute("ALTER TABLE audit ADD CHECK (action <> 'token_created')")
    with pytest.raises(Exception, match="violates check constraint"):
        await tokens.create("grafana", role=Role.VIEWER)
    assert await tokens.known() == []
