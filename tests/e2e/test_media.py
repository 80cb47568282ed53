"""What guests send beside words: a file that staff can open, whatever happens on the way."""

from pathlib import Path

import aiohttp
import orjson
import pytest

from agente_hotelero.model.roles import Role
from tests.support.desk_hotel import DeskHotel

# One hotel for all of them: its service takes longer to start than any of these to run.
pytestmark = [pytest.mark.timeout(120), pytest.mark.xdist_group("media"), pytest.mark.asyncio(loop_scope="module")]
SLIP = b"%PDF-1.4 comprobante " + bytes(range(256)) * 1200


async def asked(desk_hotel: DeskHotel, path: str, token: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(desk_hotel.url + path) as response:
        return response.status, await response.read()


def document(media_id: str, **more: str) -> dict[str, object]:
    return {"type": "document", "document": {"id": media_id, "filename": "comprobante.pdf", **more}}


def files(desk_hotel: DeskHotel) -> list[Path]:
    return [path for path in (desk_hotel.data_dir / "media").rglob("*") if path.is_file()]


async def test_a_slip_reaches_the_desk_as_it_was_sent_and_the_guest_hears_no_more_than_that(
    desk_hotel: DeskHotel,
) -> None:
    guest = desk_hotel.guest()
    media_id = desk_hotel.graph.media.put(SLIP, lost_addresses=1)
    await guest.sends(document(media_id, mime_type="application/pdf", caption="listo, ya pagué la reserva"))
    await desk_hotel.until("SELECT count(*) = 1 FROM media WHERE state = 'kept'")
    await desk_hotel.is_quiet()
    said = " ".join(guest.heard())
    assert "lo ve el equipo del hotel" in said
    assert not {"confirmado", "confirmada", "pagado", "pagada"} & set(said.lower().replace(".", " ").split())

    token = desk_hotel.tokens[Role.OPERATOR]
    [handoff] = orjson.loads((await asked(desk_hotel, "/admin/handoffs", token))[1])["handoffs"]
    assert handoff["reason"] == "received"
    [file] = orjson.loads((await asked(desk_hotel, f"/admin/handoffs/{handoff['id']}", token))[1])["files"]
    assert (file["name"], file["state"], file["bytes"]) == ("comprobante.pdf", "kept", len(SLIP))
    path = f"/admin/files/{file['id']}"
    assert await asked(desk_hotel, path, token) == (200, SLIP)
    assert (await asked(desk_hotel, path, desk_hotel.strangers_token))[0] == 404
    assert (await asked(desk_hotel, path, desk_hotel.tokens[Role.VIEWER]))[0] == 403
    [kept] = files(desk_hotel)
    assert "comprobante" not in str(kept) + desk_hotel.service.log()

    # What the guest takes back is gone for the desk, and from the disk.
    [[original]] = await desk_hotel.sql("SELECT external_id FROM inbox WHERE event->>'type' = 'media'")
    await guest.sends({"type": "revoke", "revoke": {"original_message_id": original}})
    await desk_hotel.until("SELECT count(*) = 0 FROM media")
    assert files(desk_hotel) == []
    assert (await asked(desk_hotel, path, token))[0] == 404


@pytest.mark.long
async def test_a_service_that_is_killed_in_the_middle_of_a_file_has_it_after_its_next_start(
    desk_hotel: DeskHotel,
) -> None:
    media_id = desk_hotel.graph.media.put(SLIP, stands_still=True)
    await desk_hotel.guest().sends(document(media_id))
    await desk_hotel.graph.media.wait_for_download(media_id)
    await desk_hotel.service.kill()
    assert files(desk_hotel) == []
    desk_hotel.graph.media.held[media_id].stands_still = False
    await desk_hotel.service.start()
    await desk_hotel.until("SELECT count(*) = 1 FROM media WHERE state = 'kept'")
    assert [path.read_bytes() for path in files(desk_hotel)] == [SLIP]
    assert (await desk_hotel.sql("SELECT count(*) FROM media"))[0][0] == 1
