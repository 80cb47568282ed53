"""Ids of what channels were given: one for each account, good for some days."""

from dataclasses import replace

from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.uploads import PostgresUploads
from tests.support.storage_journal import WHATSAPP, Tables

PICTURE, OTHER = b"p" * 32, b"o" * 32


async def test_an_id_is_one_accounts_and_good_for_some_days(pool: Pool, tables: Tables) -> None:
    uploads = PostgresUploads(pool)
    assert await uploads.known(WHATSAPP, PICTURE) is None
    await uploads.keep(WHATSAPP, PICTURE, "1")
    await uploads.keep(WHATSAPP, PICTURE, "2")
    assert await uploads.known(WHATSAPP, PICTURE) == "2"
    assert await uploads.known(WHATSAPP, OTHER) is None
    assert await uploads.known(replace(WHATSAPP, name="200"), PICTURE) is None
    await tables.connection.execute("UPDATE media_upload SET uploaded_at = now() - interval '26 days'")
    assert await uploads.known(WHATSAPP, PICTURE) is None
    await uploads.keep(WHATSAPP, PICTURE, "3")
    assert await uploads.known(WHATSAPP, PICTURE) == "3"
