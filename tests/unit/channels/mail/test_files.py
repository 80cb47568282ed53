"""What came along with a mail, once the whole mail is here."""

from typing import Final

import pytest

from agente_hotelero.channels.mail import mime
from agente_hotelero.channels.mail.files import FILES_LIMIT, files_of
from tests.support.mail_raw import attached as mail_with

MOST: Final = 1000


def test_files_come_with_their_names_and_bytes_and_what_is_shown_in_the_words_does_not() -> None:
    raw = mail_with(
        ("attachment", "application/pdf", "comprobante .pdf", b"%PDF"),
        ("inline", "image/png", "logo.png", b"PNG"),
        ("attachment", "application/pkcs7-signature", "smime.p7s", b"key"),
        ("attachment", "image/jpeg", "dni.jpg", b"JPEG"),
    )
    assert [(one.name, one.mime, one.content, one.refused) for one in files_of(raw, most_bytes=MOST)] == [
        ("comprobante .pdf", "application/pdf", b"%PDF", None),
        ("dni.jpg", "image/jpeg", b"JPEG", None),
    ]


def test_one_that_is_too_large_or_empty_comes_without_bytes_and_the_others_with_theirs() -> None:
    raw = mail_with(
        ("attachment", "video/mp4", "film.mp4", b"x" * (MOST + 1)),
        ("attachment", "application/pdf", "nada.pdf", b""),
        ("attachment", "application/pdf", "slip.pdf", b"%PDF"),
    )
    assert [(one.content, one.refused) for one in files_of(raw, most_bytes=MOST)] == [
        (None, "too_large"),
        (None, "empty"),
        (b"%PDF", None),
    ]


def test_nobody_keeps_a_hundred_files_of_one_mail() -> None:
    raw = mail_with(*[("attachment", "application/pdf", f"{n}.pdf", b"%PDF") for n in range(100)])
    assert len(files_of(raw, most_bytes=MOST)) == FILES_LIMIT


def test_a_file_that_the_mails_end_cut_off_is_not_taken_for_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = mail_with(
        ("attachment", "application/pdf", "slip.pdf", b"%PDF"), ("attachment", "image/jpeg", "dni.jpg", b"J" * 500)
    )
    monkeypatch.setattr(mime, "RAW_LIMIT_BYTES", len(raw) - 200)
    first, last = files_of(raw, most_bytes=MOST)
    assert (first.content, last.content, last.refused) == (b"%PDF", None, "too_large")


def test_a_mail_without_files_has_none() -> None:
    assert files_of(b"Subject: hola\n\nhola", most_bytes=MOST) == []
    assert files_of(b"", most_bytes=MOST) == []
