"""What is stored of a mail: whose conversation it joins, what it says there, and what an answer has to know."""

from datetime import UTC, datetime, timedelta

import pytest

from agente_hotelero.channels.mail.inbound import inbound
from agente_hotelero.channels.mail.own import Ours
from agente_hotelero.model.events import (
    InboundEvent,
    MailRead,
    MediaReceived,
    NoticeReceived,
    OtherReceived,
    TextReceived,
)
from agente_hotelero.model.ids import Account, Alias, AliasKind, Channel, HotelId
from agente_hotelero.model.mail import RawMail

MAILBOX = Account(HotelId("demo"), Channel.EMAIL, "reservas@hotel.example")
OURS = Ours(
    secret=b"s",
    domain="hotel.example",
    addresses=frozenset(("reservas@hotel.example",)),
    authserv_ids=frozenset(("mx.hotel.example",)),
)
NOW = datetime(2030, 5, 6, 12, 0, tzinfo=UTC)
PROVED = "Authentication-Results: mx.hotel.example; dmarc=pass header.from=guest.example"
FORGED = "Authentication-Results: mx.attacker.example; dmarc=pass header.from=guest.example"


def read(*headers: str, text: str = "hola", sender: str = "Ana Pérez <Ana@guest.example>") -> MailRead:
    lines = [*headers, f"From: {sender}", "Message-ID: <1@guest.example>", "", text, ""]
    return inbound(raw("\r\n".join(lines)), account=MAILBOX, ours=OURS, received_at=NOW)


def raw(text: str) -> RawMail:
    return RawMail(provider_id="7:1", thread="t-1", raw=text.encode())


def only(mail: MailRead) -> InboundEvent:
    [event] = mail.parsed.events
    return event


def test_a_mail_is_its_new_words_by_whoever_gets_the_answers() -> None:
    event = only(read("Subject: Consulta", "References: <a@x> <b@x>", text="hola\r\n\r\n> de antes"))
    assert event.alias == Alias(AliasKind.EMAIL, "ana@guest.example")
    assert (event.address, event.external_id, event.profile_name) == (
        "ana@guest.example", "<1@guest.example>", "Ana Pérez",
    )  # fmt: skip
    assert isinstance(event.event, TextReceived)
    assert event.event.text == "hola"
    mail = event.event.mail
    assert mail is not None
    assert (mail.message_id, mail.references, mail.subject, mail.thread) == (
        "<1@guest.example>", ("<a@x>", "<b@x>"), "Consulta", "t-1",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("headers", "address", "proved"),
    [
        ((PROVED,), "ana@guest.example", True),
        ((), "ana@guest.example", False),
        ((FORGED,), "ana@guest.example", False),
        ((PROVED, "Reply-To: eve@attacker.example"), "eve@attacker.example", False),
        (("Reply-To: eve@attacker.example",), "eve@attacker.example", False),
        ((PROVED, "Reply-To: ana@guest.example"), "ana@guest.example", True),
        ((PROVED, "Reply-To: other@guest.example"), "other@guest.example", False),
    ],
)
def test_only_the_address_that_our_server_vouches_for_and_that_is_answered_is_proved(
    headers: tuple[str, ...], address: str, proved: bool
) -> None:
    event = only(read(*headers))
    assert isinstance(event.event, TextReceived)
    assert event.event.mail is not None
    assert (event.address, event.event.mail.proved) == (address, proved)


@pytest.mark.parametrize(
    ("date", "sent_at"),
    [
        ("Mon, 06 May 2030 08:30:00 -0300", NOW - timedelta(minutes=30)),
        ("Tue, 07 May 2030 08:30:00 -0300", NOW),
        ("Thu, 01 Jan 1970 00:00:00 +0000", NOW),
        ("yesterday", NOW),
    ],
)
def test_when_it_was_written_is_the_guests_word_where_it_can_be_true(date: str, sent_at: datetime) -> None:
    assert only(read(f"Date: {date}")).sent_at == sent_at


def test_a_subject_alone_is_what_the_guest_says() -> None:
    event = only(read("Subject: ¿Tienen wifi?", text="")).event
    assert isinstance(event, TextReceived)
    assert event.text == "¿Tienen wifi?"


def with_file(text: str, content_type: str = "application/pdf", disposition: str = "attachment") -> MailRead:
    body = f"""From: ana@guest.example
Message-ID: <1@guest.example>
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

{text}
--b
Content-Type: {content_type}
Content-Disposition: {disposition}; filename=x

JVBERi0=
--b--
"""
    return inbound(raw(body), account=MAILBOX, ours=OURS, received_at=NOW)


def test_a_file_comes_before_the_words_so_that_a_yes_stays_a_yes() -> None:
    file, words = with_file("sí").parsed.events
    assert (file.external_id, words.external_id) == ("<1@guest.example>#files", "<1@guest.example>")
    assert isinstance(file.event, MediaReceived)
    assert (file.event.what, file.event.media_id, file.event.filename) == ("document", "7:1", "x")
    assert file.event.mail == getattr(words.event, "mail", None)
    assert isinstance(words.event, TextReceived)


@pytest.mark.parametrize(
    ("content_type", "disposition"), [("image/png", "inline"), ("application/pkcs7-signature", "attachment")]
)
def test_logos_and_signatures_are_no_files(content_type: str, disposition: str) -> None:
    assert isinstance(only(with_file("sí", content_type, disposition)).event, TextReceived)


def test_a_file_alone_is_what_it_is() -> None:
    [event] = with_file("", "image/jpeg").parsed.events
    assert isinstance(event.event, MediaReceived)
    assert (event.event.what, event.event.mime) == ("image", "image/jpeg")


def test_nothing_at_all_is_something_unreadable() -> None:
    event = only(read(text="")).event
    assert isinstance(event, OtherReceived)
    assert event.what == "mail"


def test_a_list_is_for_staff() -> None:
    event = only(read("List-Id: <news.example>", text="Ofertas")).event
    assert isinstance(event, NoticeReceived)
    assert (event.why, event.text) == ("notice", "Ofertas")


def test_a_portals_guest_is_a_person_at_an_alias() -> None:
    event = only(read(sender="x-1@guest.booking.com"))
    assert (event.address, event.event.type) == ("x-1@guest.booking.com", "text")


@pytest.mark.parametrize("permanent", [True, False])
def test_a_bounce_reports_on_our_message_unless_the_server_still_tries(permanent: bool) -> None:
    status = "failed" if permanent else "delayed"
    report = f"""From: MAILER-DAEMON@mx.example
Message-ID: <b@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: message/delivery-status

Final-Recipient: rfc822; ana@guest.example
Action: {status}

--b
Content-Type: text/rfc822-headers

Message-ID: {OURS.message_id(41)}
--b--
"""
    read = inbound(raw(report), account=MAILBOX, ours=OURS, received_at=NOW)
    assert read.kind == "bounce"
    assert [one.outbox_id for one in read.parsed.reports] == ([41] if permanent else [])
    assert read.parsed.events == ()


def test_a_bounce_of_what_is_not_ours_reports_nothing() -> None:
    read = inbound(
        raw(
            "From: MAILER-DAEMON@mx.example\r\nReturn-Path: <>\r\n\r\nMessage-ID: <41.abc@hotel.example>\r\n550 no\r\n"
        ),
        account=MAILBOX,
        ours=OURS,
        received_at=NOW,
    )
    assert (read.kind, read.parsed.reports, read.parsed.events) == ("bounce", (), ())


def test_what_has_nobody_to_answer_to_is_kept_as_bytes() -> None:
    [kept] = inbound(raw(""), account=MAILBOX, ours=OURS, received_at=NOW).parsed.unreadable
    assert (kept.channel, kept.account) == ("email", "reservas@hotel.example")
