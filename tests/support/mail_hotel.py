"""The example's hotel with a mailbox of its own, as a service that can be killed."""

from pathlib import Path
from typing import Final

from tests.fakes.smtp import FakeSmtp
from tests.support.dovecot import PASSWORD, ImapBox
from tests.support.hotels_file import HotelsFile
from tests.support.service import Service

NO_GRAPH: Final = "http://127.0.0.1:1/v25.0"


def mail_service(
    imap: ImapBox, smtp: FakeSmtp, *, database_url: str, redis_url: str, data_dir: Path, measured: bool = False
) -> Service:
    """A service that is not started yet."""
    hotels = HotelsFile(data_dir / "hotels.yaml")
    hotels.change(lambda hotel: hotel.update(mailbox=mailbox(imap, smtp)))
    service = Service(
        measured=measured,
        database_url=database_url,
        redis_url=redis_url,
        graph_url=NO_GRAPH,
        data_dir=data_dir,
        hotels_file=str(hotels.path),
    )
    service.configure(MAILBOX_PASSWORD=PASSWORD)
    return service


def mailbox(imap: ImapBox, smtp: FakeSmtp) -> dict[str, object]:
    """As the hotels file has it."""
    return {
        "address": imap.user,
        "imap": {"host": "127.0.0.1", "port": imap.port, "security": "none"},
        "smtp": {"host": "127.0.0.1", "port": smtp.port, "security": "none"},
        "password_env": "MAILBOX_PASSWORD",
        "authserv_ids": ["mx.hotel-demo.example"],
        "signature": "Hotel Demo\nReservas",
    }
