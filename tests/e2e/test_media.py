"""What guests send beside words: a file that staff can open, whatever happens on the way."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import orjson
import pytest
import pytest_asyncio

from agente_hotelero.model.roles import Role
from tests.conftest import emptied
from tests.support.databases import fresh_database
from tests.support.desk_hotel import SECRET_ENV, DeskHotel

# One hotel for all of them: its service takes longer to start than any of these to run.
pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("media"), pytest.mark.asyncio(loop_scope="module")]
SLIP = b"%PDF-1.4 comprobante " + bytes(range(256)) * 1200


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hotel(
    postgres_url: str, valkey_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskHotel]:
    await emptied(valkey_server_url)
    async with fresh_database(postgres_url) as url:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(SECRET_ENV, "secret of the desk's webhook")
            data_dir = tmp_path_factory.mktemp("media")
            async with DeskHotel(database_url=url, redis_url=valkey_server_url, data_dir=data_dir) as hotel:
                yield hotel


async def asked(hotel: DeskHotel, path: str, token: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(hotel.url + path) as response:
        return response.status, await response.read()


def document(media_id: str, **more: str) -> dict[str, object]:
    return {"type": "document", "document": {"id": media_id, "filename": "comprobante.pdf", **more}}


def files(hotel: DeskHotel) -> list[Path]:
    return [path for path in (hotel.data_dir / "media").rglob("*") if path.is_file()]


async def test_a_slip_reaches_the_desk_as_it_was_sent_and_the_guest_hears_no_more_than_that(hotel: DeskHotel) -> None:
    guest = hotel.guest()
    media_id = hotel.graph.media.put(SLIP, lost_addresses=1)
    await guest.sends(document(media_id, mime_type="application/pdf", caption="listo, ya pagué la reserva"))
    await hotel.until("SELECT count(*) = 1 FROM media WHERE state = 'kept'")
    await hotel.is_quiet()
    said = " ".join(guest.heard())
    assert "lo ve el equipo del hotel" in said
    assert not {"confirmado", "confirmada", "pagado", "pagada"} & set(said.lower().replace(".", " ").split())

    token = hotel.tokens[Role.OPERATOR]
    [handoff] = orjson.loads((await asked(hotel, "/admin/handoffs", token))[1])["handoffs"]
    assert handoff["reason"] == "received"
    [file] = orjson.loads((await asked(hotel, f"/admin/handoffs/{handoff['id']}", token))[1])["files"]
    assert (file["name"], file["state"], file["bytes"]) == ("comprobante.pdf", "kept", len(SLIP))
    path = f"/admin/files/{file['id']}"
    assert await asked(hotel, path, token) == (200, SLIP)
    assert (await asked(hotel, path, hotel.strangers_token))[0] == 404
    assert (await asked(hotel, path, hotel.tokens[Role.VIEWER]))[0] == 403
    [kept] = files(hotel)
    assert "comprobante" not in str(kept) + hotel.service.log()

    # What the guest takes back is gone for the desk, and from the disk.
    [[original]] = await hotel.sql("SELECT external_id FROM inbox WHERE event->>'type' = 'media'")
    await guest.sends({"type": "revoke", "revoke": {"original_message_id": original}})
    await hotel.until("SELECT count(*) = 0 FROM media")
    assert files(hotel) == []
    assert (await asked(hotel, path, token))[0] == 404


@pytest.mark.long
async def test_a_service_that_is_killed_in_the_middle_of_a_file_has_it_after_its_next_start(hotel: DeskHotel) -> None:
    media_id = hotel.graph.media.put(SLIP, stands_still=True)
    await hotel.guest().sends(document(media_id))
    await hotel.graph.media.wait_for_download(media_id)
    await hotel.service.kill()
    assert files(hotel) == []
    hotel.graph.media.held[media_id].stands_still = False
    await hotel.service.start()
    await hotel.until("SELECT count(*) = 1 FROM media WHERE state = 'kept'")
    assert [path.read_bytes() for path in files(hotel)] == [SLIP]
    assert (await hotel.sql("SELECT count(*) FROM media"))[0][0] == 1
