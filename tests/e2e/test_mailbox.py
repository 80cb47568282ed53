"""A guest writes to the hotel's mailbox, and is answered there: a real IMAP server, and one that takes what goes out."""

import asyncio
from email import message_from_bytes
from pathlib import Path

import pytest

from tests.fakes.smtp import FakeSmtp
from tests.support.databases import column
from tests.support.dovecot import ImapBox, needs_dovecot
from tests.support.mail_guest import ANA, answered, text_of, written
from tests.support.mail_raw import attached
from tests.support.service import Service

pytestmark = [pytest.mark.timeout(120), needs_dovecot]


@pytest.fixture
def service(with_mail: Service) -> Service:
    """Here everything comes by mail."""
    return with_mail


async def test_a_guest_asks_by_mail_gets_an_offer_answers_yes_from_a_phone_and_has_the_room(
    service: Service, imap: ImapBox, smtp: FakeSmtp, database_url: str
) -> None:
    asked = written("Hola:\n\n¿Tienen una habitación doble del 5 al 8 de mayo para 2 personas?\n\nGracias,\nAna Pérez")
    await imap.deliver(asked)
    [offer] = await smtp.wait_for(1)
    assert (offer["To"], offer["Subject"], offer["In-Reply-To"]) == (ANA, "Re: Consulta", asked["Message-ID"])
    assert "1. Habitación doble" in text_of(offer)
    await imap.deliver(answered(offer, f"La primera, por favor. A nombre de Ana Pérez, {ANA}"))
    [_, summary] = await smtp.wait_for(2)
    assert "¿Confirmo la reserva?" in text_of(summary)

    said_yes = answered(summary, "Sí")
    await imap.deliver(said_yes)

    confirmed = (await smtp.wait_for(4))[3]
    [code] = await column(database_url, "SELECT code FROM demo_reservation WHERE status = 'live'")
    assert f"¡Reserva confirmada! Código {code}" in text_of(confirmed)
    assert "Av. Libertador 1234" in text_of(confirmed), "all of a turn is one mail"
    assert confirmed["In-Reply-To"] == said_yes["Message-ID"], "also what the PMS's answer made us say"
    assert confirmed["References"].split()[0] == asked["Message-ID"]
    assert await column(database_url, "SELECT count(*) FROM guest") == [1]
    filed = [message_from_bytes(raw)["Message-ID"] for raw in await until_filed(imap, 4)]
    assert filed == [mail["Message-ID"] for mail in smtp.mails]


async def test_a_slip_that_comes_by_mail_goes_to_a_person_as_a_file(
    service: Service, imap: ImapBox, smtp: FakeSmtp, database_url: str, tmp_path: Path
) -> None:
    slip, photo = b"%PDF-1.4 " + b"x" * 1_500_000, b"\xff\xd8 dni"
    await imap.deliver(
        attached(
            ("attachment", "application/pdf", "comprobante.pdf", slip),
            ("attachment", "image/jpeg", "dni.jpg", photo),
            text="Hola, ¿hay wifi? Va el comprobante.",
            sender=ANA,
        )
    )
    [answer] = await smtp.wait_for(1)
    assert "lo ve el equipo del hotel" in text_of(answer)
    assert "wifi" in text_of(answer).lower()
    async with asyncio.timeout(30):
        while await column(database_url, "SELECT state FROM media ORDER BY n") != ["kept", "kept"]:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)
    kept = sorted(path.read_bytes() for path in (tmp_path / "media").rglob("*") if path.is_file())
    assert kept == sorted([slip, photo])
    assert await column(database_url, "SELECT name FROM media ORDER BY n") == ["comprobante.pdf", "dni.jpg"]
    assert await column(database_url, "SELECT DISTINCT reason FROM handoff") == ["received"]


async def until_filed(imap: ImapBox, count: int) -> list[bytes]:
    """What is in the folder of sent mail, once the last one has arrived there."""
    async with asyncio.timeout(30):
        while len(filed := await imap.mails("Enviados")) < count:  # noqa: ASYNC110 - a server's folder rings no bell
            await asyncio.sleep(0.05)
    return filed
