"""A real IMAP server on loopback: Debian's dovecot, as a plain user, with its mails in a directory of its own."""

import asyncio
import grp
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from typing import Final

import pytest

from tests.support.service import free_port

PASSWORD: Final = "mailbox-secret"
START_SECONDS: Final = 20.0
PROGRAM: Final = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
needs_dovecot = pytest.mark.dovecot
"""Skipped with the command that installs it, where there is none: see conftest.py."""
# Of each version of the configuration's language: https://doc.dovecot.org/latest/installation/upgrade/2.3-to-2.4.html
CONFIG_2_3: Final = """
disable_plaintext_auth = no
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/mail/%u
}}
"""
CONFIG_2_4: Final = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
auth_allow_cleartext = yes
ssl_server_cert_file = {home}/cert.pem
ssl_server_key_file = {home}/key.pem
mail_driver = maildir
mail_home = {home}/mail/%{{user}}
mail_path = {home}/mail/%{{user}}
mail_uid = {user}
mail_gid = {group}
passdb static {{
  password = {password}
}}
"""
CONFIG: Final = """
protocols = imap
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
ssl = yes
auth_mechanisms = plain login
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
first_valid_uid = 1
first_valid_gid = 1
namespace inbox {{
  inbox = yes
  mailbox Enviados {{
    auto = create
    special_use = \\Sent
  }}
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
"""


class Dovecot:
    """One server for all mailboxes of a run; as root it becomes nobody, as it would not let root's mail be read."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="imap-", dir="/tmp"))
        self.port, self.tls_port = free_port(), free_port()
        self._owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert PROGRAM is not None
        owner = self._owner
        names = {"user": owner.pw_name, "group": grp.getgrgid(owner.pw_gid).gr_name}
        version = subprocess.run([PROGRAM, "--version"], check=True, capture_output=True, text=True).stdout
        # 2.4 wants its version in the first line.
        template = (CONFIG_2_3 if version.startswith("2.3") else CONFIG_2_4) + CONFIG
        config = template.format(home=self.home, port=self.port, tls_port=self.tls_port, password=PASSWORD, **names)
        if not self.certificate.exists():
            self._certify()
        (self.home / "dovecot.conf").write_text(config, "utf-8")
        command = [PROGRAM, "-F", "-c", str(self.home / "dovecot.conf")]
        if os.geteuid() == 0:
            for path in (self.home, self.certificate, self.home / "key.pem"):
                os.chown(path, owner.pw_uid, owner.pw_gid)
            self._process = subprocess.Popen(command, user=owner.pw_uid, group=owner.pw_gid, extra_groups=[])
        else:
            self._process = subprocess.Popen(command)
        deadline = time.monotonic() + START_SECONDS
        while not self._listens():
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.02)

    @property
    def certificate(self) -> Path:
        """What it shows, and what signed that."""
        return self.home / "cert.pem"

    def _certify(self) -> None:
        subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
        usage = ["-addext", "keyUsage=critical,keyCertSign,digitalSignature"]
        key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", str(self.home / "key.pem")]
        command = ["openssl", "req", "-x509", "-days", "2", *key, *subject, *usage, "-out", str(self.certificate)]
        subprocess.run(command, check=True, capture_output=True)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self) -> str:
        path = self.home / "log"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True


class ImapBox:
    """One mailbox there; what these do, its hotel's mail server and its staff would do."""

    def __init__(self, server: Dovecot, user: str) -> None:
        self._server = server
        self.user = user
        self.port, self.tls_port = server.port, server.tls_port
        self.certificate = server.certificate

    async def deliver(self, mail: EmailMessage | bytes) -> None:
        """Put a mail into it, as its server does with what comes in."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        await asyncio.to_thread(self._append, raw)

    async def mails(self, folder: str) -> list[bytes]:
        """What is in a folder, in order."""
        return await asyncio.to_thread(self._fetch, folder)

    async def unseen(self) -> int:
        """How many mails nobody read."""
        return await asyncio.to_thread(self._count, "UNSEEN")

    async def renumber(self) -> None:
        """Lose all numbers, as a mailbox that was moved or restored does; it keeps its mails."""
        await asyncio.to_thread(self._server.stop)
        for path in (self._server.home / "mail" / self.user).glob("dovecot*"):
            path.unlink()
        # Numbering begins with the time in seconds: the next one must be another.
        await asyncio.sleep(1.1)
        await asyncio.to_thread(self._server.start)

    def _append(self, raw: bytes) -> None:
        with self._client() as client:
            status, _ = client.append("INBOX", "", "", raw)
            assert status == "OK"

    def _fetch(self, folder: str) -> list[bytes]:
        with self._client() as client:
            client.select(folder, readonly=True)
            _, numbers = client.search(None, "ALL")
            return [client.fetch(number, "(BODY.PEEK[])")[1][0][1] for number in numbers[0].split()]  # type: ignore[index,misc]  # imaplib's

    def _count(self, which: str) -> int:
        with self._client() as client:
            client.select("INBOX", readonly=True)
            return len(client.search(None, which)[1][0].split())

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(self.user, PASSWORD)
        return client
