"""The service as most of these tests want it: over shared servers, with a port for the people on call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.conftest import emptied
from tests.fakes.graph import FakeGraph
from tests.fakes.smtp import FakeSmtp
from tests.support.databases import fresh_database
from tests.support.desk_hotel import SECRET_ENV, DeskHotel
from tests.support.dovecot import PASSWORD, ImapBox
from tests.support.mail_hotel import mail_service
from tests.support.service import Service, free_port


@pytest.fixture
async def service(database_url: str, valkey_url: str, graph: FakeGraph, tmp_path: Path) -> AsyncIterator[Service]:
    service = Service(
        database_url=database_url,
        redis_url=valkey_url,
        graph_url=graph.url,
        data_dir=tmp_path,
        ops__port=str(free_port()),
    )
    await service.start()
    yield service
    await service.kill()


@pytest.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp(password=PASSWORD) as server:
        yield server


@pytest.fixture
async def with_mail(
    database_url: str, valkey_url: str, imap: ImapBox, smtp: FakeSmtp, tmp_path: Path
) -> AsyncIterator[Service]:
    """The same with a mailbox beside."""
    service = mail_service(imap, smtp, database_url=database_url, redis_url=valkey_url, data_dir=tmp_path)
    try:
        await service.start()
        yield service
    finally:
        await service.kill()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk_hotel(
    postgres_url: str, valkey_server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[DeskHotel]:
    """One for a whole module: it takes longer to start than any test of it to run."""
    await emptied(valkey_server_url)
    async with fresh_database(postgres_url) as url:
        with pytest.MonkeyPatch.context() as environment:
            environment.setenv(SECRET_ENV, "secret of the desk's webhook")
            data_dir = tmp_path_factory.mktemp("desk")
            async with DeskHotel(database_url=url, redis_url=valkey_server_url, data_dir=data_dir) as hotel:
                yield hotel
