"""A real IMAP server on loopback: Debian's dovecot, as a plain user, with its mails in a directory of its own."""

import asyncio
import imaplib
import os
import pwd
import shutil
import tempfile
from contextlib import suppress
from email.message import EmailMessage
from pathlib import Path
from typing import Final, Self

import pytest

from tests.support.service import free_port

PASSWORD: Final = "mailbox-secret"
USER: Final = "reservas@hotel-demo.example"
START_SECONDS: Final = 20.0
PROGRAM: Final = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
needs_dovecot = pytest.mark.dovecot
"""Skipped with the command that installs it, where there is none: see conftest.py."""
CONFIG: Final = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  mailbox Enviados {{
    auto = create
    special_use = \\Sent
  }}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
"""


class Dovecot:
    """One server; as root it becomes nobody, as it would not let root's mail be read."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))
        self.port = free_port()
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    async def start(self) -> None:
        assert PROGRAM is not None
        group = str(self._owner.pw_gid)
        config = CONFIG.format(
            home=self.home,
            port=self.port,
            user=self._owner.pw_name,
            group=_group(self._owner.pw_gid),
            password=PASSWORD,
        )
        (self.home / "dovecot.conf").write_text(config, "utf-8")
        if os.geteuid() == 0:
            for path in (self.home, *self.home.rglob("*")):
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)
        as_nobody = {"user": self._owner.pw_uid, "group": int(group), "extra_groups": []} if os.geteuid() == 0 else {}
        self._process = await asyncio.create_subprocess_exec(
            PROGRAM, "-F", "-c", str(self.home / "dovecot.conf"), **as_nobody, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(START_SECONDS):
            while not await self._listens():
                assert self._process.returncode is None, self.log()
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    def log(self) -> str:
        path = self.home / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    async def renumber(self) -> None:
        """Lose all numbers, as a mailbox that was moved or restored does; it keeps its mails."""
        await self.stop()
        for path in (self.home / "mail" / USER).glob("dovecot*"):
            path.unlink()
        # Numbering begins with the time in seconds: the next one must be another.
        await asyncio.sleep(1.1)
        await self.start()

    async def deliver(self, mail: EmailMessage | bytes, *, folder: str = "INBOX") -> None:
        """Put a mail into the mailbox, as its server does with what comes in."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        await asyncio.to_thread(self._append, raw, folder)

    async def mails(self, folder: str) -> list[bytes]:
        """What is in a folder, in order."""
        return await asyncio.to_thread(self._fetch, folder)

    async def _listens(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
        return True

    def _append(self, raw: bytes, folder: str) -> None:
        with self._client() as client:
            status, _ = client.append(folder, "", "", raw)
            assert status == "OK"

    def _fetch(self, folder: str) -> list[bytes]:
        with self._client() as client:
            client.select(folder, readonly=True)
            _, numbers = client.search(None, "ALL")
            return [client.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers[0].split()]  # type: ignore[index,misc]  # imaplib's

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(USER, PASSWORD)
        return client


def _group(gid: int) -> str:
    import grp  # noqa: PLC0415

    return grp.getgrgid(gid).gr_name
