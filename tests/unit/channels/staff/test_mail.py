from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from agente_hotelero.channels.staff.mail import MailServer, StaffMail
from agente_hotelero.channels.staff.wording import SUBJECTS
from agente_hotelero.dialogue.effects import HandOffReason
from agente_hotelero.errors import UnavailableError
from tests.fakes.smtp import FakeSmtp
from tests.unit.channels.staff.handoffs import HANDOFF

HEADERS = sorted(
    [
        "From",
        "To",
        "Subject",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]
)


@pytest.fixture
async def smtp() -> AsyncIterator[FakeSmtp]:
    async with FakeSmtp() as server:
        yield server


def mail_through(port: int) -> StaffMail:
    server = MailServer(host="127.0.0.1", port=port, security="none", sender="agente@hotel.example")
    return StaffMail(server=server, recipient="recepcion@hotel.example", hotel_name="Hotel Demo")


async def test_staff_read_who_it_is_how_to_reach_them_and_what_was_said(smtp: FakeSmtp) -> None:
    await mail_through(smtp.port).tell(HANDOFF)

    (mail,) = smtp.mails
    assert mail["To"] == "recepcion@hotel.example"
    assert mail["Subject"] == "[Hotel Demo] Un huésped pide hablar con una persona"
    words = mail.get_content()
    for part in ("João", "whatsapp +5511987654321", HANDOFF.summary, "> Huésped: quero falar com alguém\n> agora"):
        assert part in words


async def test_staff_read_that_there_are_files_and_where(smtp: FakeSmtp) -> None:
    await mail_through(smtp.port).tell(HANDOFF)
    await mail_through(smtp.port).tell(replace(HANDOFF, files=2))

    without, with_files = (mail.get_content() for mail in smtp.mails)
    assert "Archivos" not in without
    assert "Archivos del huésped: 2; se bajan en la página de recepción (/desk)." in with_files


async def test_the_same_hand_off_has_the_same_message_id_and_asks_for_no_automatic_answer(smtp: FakeSmtp) -> None:
    staff = mail_through(smtp.port)
    await staff.tell(HANDOFF)
    await staff.tell(HANDOFF)

    assert {mail["Message-ID"] for mail in smtp.mails} == {"<handoff-7@hotel.example>"}
    assert {mail["Auto-Submitted"] for mail in smtp.mails} == {"auto-generated"}


async def test_nothing_that_a_guest_wrote_becomes_a_header_or_a_line_of_ours(smtp: FakeSmtp) -> None:
    forged = "Ana\r\nBcc: todos@example.com\nContacto: whatsapp +000"
    await mail_through(smtp.port).tell(replace(HANDOFF, guest_name=forged, recent=(f"Huésped: {forged}", "\r\n.\r\n")))

    (mail,) = smtp.mails
    assert sorted(mail.keys()) == HEADERS
    lines = mail.get_content().splitlines()
    assert [line for line in lines if line.startswith(("Contacto:", "Bcc:"))] == ["Contacto: whatsapp +5511987654321"]
    assert "Huésped n.º 3: Ana Bcc: todos@example.com Contacto: whatsapp +000" in lines


@pytest.mark.parametrize("refusal", ["550 no such user recepcion@hotel.example", "451 later"])
async def test_a_refused_mail_is_to_be_told_again_and_its_error_quotes_nobody(smtp: FakeSmtp, refusal: str) -> None:
    smtp.refuse = refusal
    with pytest.raises(UnavailableError) as raised:
        await mail_through(smtp.port).tell(HANDOFF)
    assert "recepcion" not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_a_server_that_is_away_is_to_be_asked_again(smtp: FakeSmtp) -> None:
    port = smtp.port
    await smtp.__aexit__()
    with pytest.raises(UnavailableError):
        await mail_through(port).tell(HANDOFF)


def test_every_reason_has_a_subject() -> None:
    assert {reason.value for reason in HandOffReason} <= SUBJECTS.keys()
