"""SIGKILL while mail comes in and goes out: every mail takes effect once, and only a mail in doubt goes out twice."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.smtp import FakeSmtp
from tests.support.databases import column
from tests.support.dovecot import PASSWORD, ImapBox, needs_dovecot
from tests.support.mail_guest import written
from tests.support.mail_hotel import mail_service
from tests.support.service import Service

pytestmark = [pytest.mark.timeout(300), needs_dovecot]


@pytest.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp(password=PASSWORD) as server:
        yield server


class Village:
    """Guests who each ask one thing by mail, and a service that is killed whenever it sends its n-th mail."""

    def __init__(self, imap: ImapBox, smtp: FakeSmtp, process: Service) -> None:
        self.imap = imap
        self.smtp = smtp
        self.process = process
        self.guests: list[str] = []
        self.deadly: set[int] = set()
        smtp.on_take = self._taken

    async def write(self, count: int) -> None:
        for _ in range(count):
            guest = f"guest{len(self.guests)}@guest.example"
            self.guests.append(guest)
            await self.imap.deliver(written("¿Tienen wifi?", sender=guest))

    async def answered(self) -> None:
        """Wait until everybody has an answer, with a service that is started again whenever it was killed."""
        async with asyncio.timeout(120):
            while not set(self.guests) <= {mail["To"] for mail in self.smtp.mails}:
                if self.process.exit_code is not None:
                    await self.process.start()
                await asyncio.sleep(0.05)

    async def settled(self, database_url: str) -> None:
        """Wait until nothing is on its way."""
        async with asyncio.timeout(60):
            while await column(database_url, "SELECT id FROM outbox WHERE status IN ('pending', 'sending')"):
                if self.process.exit_code is not None:
                    await self.process.start()
                await asyncio.sleep(0.05)

    async def _taken(self) -> None:
        if len(self.smtp.mails) in self.deadly:
            await self.process.kill()


async def judge(village: Village, database_url: str) -> None:
    copies = Counter(mail["Message-ID"] for mail in village.smtp.mails)
    allowed = await column(
        database_url, "SELECT provider_id || ' ' || doubts FROM outbox WHERE channel = 'email' AND status = 'sent'"
    )
    doubts = {str(one).split()[0]: int(str(one).split()[1]) for one in allowed}
    assert copies.keys() == doubts.keys(), "every mail that went out is known to have gone out, and no other is"
    assert all(count <= 1 + doubts[mail] <= 2 for mail, count in copies.items())
    assert len(copies) == len(village.guests), "one answer each"
    assert await column(database_url, "SELECT count(*) FROM inbox WHERE channel = 'email'") == [len(village.guests)]


async def test_a_service_that_is_killed_while_it_sends_answers_every_mail_once(
    database_url: str, valkey_url: str, imap: ImapBox, smtp: FakeSmtp, tmp_path: Path
) -> None:
    process = mail_service(imap, smtp, database_url=database_url, redis_url=valkey_url, data_dir=tmp_path)
    village = Village(imap, smtp, process)
    await process.start()
    village.deadly = {2}
    await village.write(4)
    async with asyncio.timeout(60):
        await process.ended()
    await village.write(1)
    await village.answered()
    await village.settled(database_url)
    await process.stop()
    await judge(village, database_url)


@pytest.mark.long
async def test_a_service_that_is_killed_again_and_again_answers_every_mail_once(
    database_url: str, valkey_url: str, imap: ImapBox, smtp: FakeSmtp, tmp_path: Path
) -> None:
    process = mail_service(imap, smtp, database_url=database_url, redis_url=valkey_url, data_dir=tmp_path)
    village = Village(imap, smtp, process)
    chance = random.Random(1)
    await process.start()
    village.deadly = {3, 9, 16, 30}
    for _ in range(8):
        await village.write(5)
        await asyncio.sleep(chance.uniform(0.0, 0.6))
        await process.kill()
        await process.start(ready=chance.random() < 0.7)
    await village.answered()
    await village.settled(database_url)
    await process.stop()
    await judge(village, database_url)
