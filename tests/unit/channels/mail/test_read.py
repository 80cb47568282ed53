import pytest
from structlog.testing import capture_logs

from agente_hotelero.channels.mail import read as door
from agente_hotelero.channels.mail.machines import Kind
from tests.unit.channels.mail import mails


def test_a_fault_of_ours_in_one_mail_leaves_it_to_staff_and_its_words_out_of_the_log(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("Ana quiere una doble")

    monkeypatch.setattr(door, "judge", broken)

    with capture_logs() as logs:
        mail = mails.of("Ana quiere una doble")

    assert (mail.verdict.kind, mail.verdict.sign, mail.verdict.may_be_answered) == (Kind.NOTICE, "unreadable", False)
    assert mail.external_id.startswith("sha256:")
    assert logs == [{"event": "mail_unreadable", "error": "ValueError", "log_level": "error"}]


def test_a_first_mail_is_read_with_its_greeting_and_its_name() -> None:
    body = "Hola, ¿tienen una doble del 3 al 5 de mayo?\r\n\r\nUn saludo,\r\nAna"

    mail = mails.of(body, "Date: Mon, 13 Apr 2026 10:15:00 +0200")

    assert mail.text == body.replace("\r\n", "\n")
    assert (mail.subject, mail.from_name, mail.verdict.kind) == ("Reserva", "Ana", Kind.PERSON)
    assert mail.date == mails.NOW
