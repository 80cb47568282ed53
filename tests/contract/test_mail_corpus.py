"""Mails that others collected, from telephones, servers and parsers' own tests; they lie outside the project."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from agente_hotelero.channels.mail.machines import Kind
from agente_hotelero.channels.mail.read import ReadMail, read
from tests.unit.channels.mail.mails import OURS

MATERIAL = os.environ.get("AGENTE_CONFORMANCE_DIR")
CORPUS = Path(MATERIAL or ".", "corpora", "email")

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="AGENTE_CONFORMANCE_DIR names no folder with corpora/email")

LEAST_EXACT = 0.9
HUMAN = ("reply", "reply-html", "signature")
UNANSWERED = ("bounce", "auto-reply", "feedback-report")
READ_DIFFERENTLY = {
    # The other parser takes the day of its run where there is no date that can be read, or none from such a clock.
    ("mikel-rfc2822-example13.eml", "date"),
    ("mikel-plain_emails-raw_email_with_bad_date.eml", "date"),
    ("mikel-error_emails-trademark_character_in_subject.eml", "date"),
    # It shows the server's own status among the words; to us it is something that came along.
    ("mikel-mime_emails-raw_email_with_mimepart_without_content_type.eml", "text"),
    ("mikel-mime_emails-raw_email_with_mimepart_without_content_type.eml", "attachments"),
    # It guesses a type from a file's name, and leaves out a letter that its charset has not.
    ("mikel-attachment_emails-attachment_with_encoded_name.eml", "attachments"),
    # Big5 without a label is unreadable to both; we leave out the soft hyphens of what it seems to be.
    ("mikel-error_emails-content_transfer_encoding_empty.eml", "subject"),
    ("mikel-error_emails-content_transfer_encoding_empty.eml", "text"),
    # UTF-8 with a western label: it shows «Ã†», we «Æ».
    ("mikel-error_emails-content_transfer_encoding_7-bit.eml", "text"),
}


def mails(*kinds: str) -> list[tuple[dict[str, Any], ReadMail]]:
    rows = json.loads((CORPUS / "MANIFEST.json").read_text("utf-8"))
    return [
        (row, read((CORPUS / row["file"]).read_bytes(), ours=OURS))
        for row in rows
        if row["kind"] in (kinds or (row["kind"],))
    ]


def squeezed(text: str) -> str:
    return " ".join(text.split())


def as_expected(expect: dict[str, Any], text: str) -> bool:
    whole = squeezed(text) == squeezed(expect["visible_text"]) if "visible_text" in expect else True
    there = all(piece in text for piece in expect.get("must_contain", ()))
    return whole and there and not any(piece in text for piece in expect.get("must_not_contain", ()))


def test_every_mail_is_read() -> None:
    read_mails = mails()

    assert len(read_mails) > 200
    assert [row["file"] for row, mail in read_mails if mail.verdict.sign == "unreadable"] == []
    assert [row["file"] for row, mail in read_mails if len(mail.external_id) < 5 or len(mail.external_id) > 250] == []


def test_no_machine_is_answered() -> None:
    assert [(row["file"], mail.verdict.sign) for row, mail in mails(*UNANSWERED) if mail.verdict.may_be_answered] == []


def test_no_person_is_taken_for_a_machine() -> None:
    assert [
        (row["file"], mail.verdict.sign) for row, mail in mails(*HUMAN) if mail.verdict.kind is not Kind.PERSON
    ] == []


def test_bounces_are_known_as_such_and_name_the_original_where_it_is_in_them() -> None:
    bounces = [mail.verdict.bounce for _, mail in mails("bounce")]
    known = [bounce for bounce in bounces if bounce is not None]

    assert len(known) >= len(bounces) - 1  # one comes from a mailing list's manager
    # The eleven others hold no id of the original, if only because it was taken out.
    assert sum(bool(bounce.message_ids) for bounce in known) >= len(bounces) - 12


def test_the_new_words_are_found() -> None:
    replies = mails("reply")
    missed = [row["file"] for row, mail in replies if not as_expected(row["expect"], mail.text)]

    assert len(missed) <= len(replies) * (1 - LEAST_EXACT), missed


def test_the_new_words_are_found_in_html() -> None:
    found = [
        ("".join(row["expect"]["visible_text"].split()), "".join(mail.text.split()))
        for row, mail in mails("reply-html")
    ]

    assert [mail for expected, mail in found if mail != expected] == []


def test_an_empty_reply_to_leaves_the_sender() -> None:
    rows = [(row["expect"], mail) for row, mail in mails("mime-error") if "reply_address" in row["expect"]]

    assert [(mail.answer_address, mail.text) for _, mail in rows] == [
        (e["reply_address"], e["visible_text"]) for e, _ in rows
    ]


def test_an_independent_parser_reads_the_same() -> None:
    differing = {
        (row["file"], what)
        for row, mail in mails("mime", "mime-error", "reply", "signature")
        for what, ours, theirs in compared(mail, row["mailparser"])
        if ours != theirs
    }

    assert differing - READ_DIFFERENTLY == set()


def compared(mail: ReadMail, other: dict[str, Any]) -> list[tuple[str, object, object]]:
    name, address = other["from"][0] if other["from"] else ("", "")
    attached = [(one["filename"] or "", one["type"], one["size"]) for one in other["attachments"]]
    text = hashlib.sha256(squeezed(mail.whole_text).encode()).hexdigest() if mail.whole_text.strip() else None
    return [
        ("subject", squeezed(mail.subject), squeezed(other["subject"] or "")),
        ("from", (mail.from_name, mail.from_address), (name, address.lower())),
        ("message_id", mail.message_id, "".join((other["message_id"] or "").split())),
        ("date", mail.date and f"{mail.date:%Y-%m-%dT%H:%M:%S}", other["date"] and other["date"][:19]),
        ("references", " ".join(mail.references), references(other["references"])),
        ("attachments", [(one.name, one.content_type, one.size_bytes) for one in mail.attachments], attached),
        # Of a mail that is HTML only, every renderer makes its own text.
        *([("text", text, other["text_sha256"])] if not other["has_html"] or mail.whole_text == "" else []),
    ]


def references(theirs: str | list[str] | None) -> str:
    return " ".join(theirs) if isinstance(theirs, list) else theirs or ""
