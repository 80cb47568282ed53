import pytest

from agente_hotelero.channels.mail.machines import Kind
from agente_hotelero.channels.mail.read import read
from tests.unit.channels.mail import mails
from tests.unit.channels.mail.mails import OURS, multipart

MACHINES = [
    "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated (failure)", "Auto-submitted: auto-notified; owner-email=x",
    "X-Autoreply: yes", "X-Autorespond: Reserva", "X-Autoresponder: x", "X-Loop: ana@guest.example", "X-Apple-Action: VACATION",
    "X-MS-Exchange-Inbox-Rules-Loop: ana@guest.example", "Precedence: bulk", "Precedence: junk", "Precedence: auto_reply",
    "X-Auto-Response-Suppress: All", "X-Auto-Response-Suppress: DR, OOF, AutoReply", "Return-Path: <>",
    'Content-Type: multipart/report; report-type=disposition-notification; boundary="x"',
    "Content-Type: multipart/report; report-type=feedback-report; boundary=x",
    "Subject: Automatic reply: Su reserva", "Subject: Respuesta automática: Su reserva", "Subject: Out of Office: x",
    "Subject: =?utf-8?q?Resposta_autom=C3=A1tica=3A_x?=", "Subject: Fuera de la oficina", "Subject: [Auto-Reply] x",
]  # fmt: skip
LISTS = [
    "List-Id: <viajes.lists.example>", "List-Unsubscribe: <https://x.example>", "Precedence: list", "Mailing-List: x",
]  # fmt: skip
PEOPLE = [
    "X-Auto-Response-Suppress: DR, RN, NRN", "Auto-Submitted: no", "Precedence: normal", "X-Autoreply: no", "Return-Path: <ana@guest.example>",
    "Return-Path: <bounces+12-reservas=hotel.example@em.form.example>", "Subject: Re: Respuesta automática: Su reserva",
    "Subject: ¿Fuera de la oficina?", "Subject: Out of office hours arrival", "X-Mailer: Outlook", "Importance: high", "Sender: postmaster@host.example",
]  # fmt: skip


def kind(*headers: str, sender: str = "Ana <ana@guest.example>") -> Kind:
    return mails.of("Hola", *headers, sender=sender).verdict.kind


@pytest.mark.parametrize("header", MACHINES)
def test_a_machine_is_never_answered(header: str) -> None:
    assert kind(header) is Kind.MACHINE


@pytest.mark.parametrize("header", LISTS)
def test_mail_to_many_goes_to_staff(header: str) -> None:
    assert kind(header) is Kind.NOTICE


@pytest.mark.parametrize("header", PEOPLE)
def test_people_are_people_whatever_their_program_adds(header: str) -> None:
    verdict = mails.of("Hola", header).verdict

    assert verdict.kind is Kind.PERSON
    assert verdict.may_be_answered


@pytest.mark.parametrize(
    "address",
    ["no-reply@x.example", "noreply@x.example", "avisos-noreply@x.example", "do_not_reply@x.example", "no-responder@x.example",
     "nao-responda@x.example", "noreply+77@x.example", "donotreply2@x.example", "bounces+1@x.example"],
)  # fmt: skip
def test_who_reads_no_answers_gets_none(address: str) -> None:
    assert kind(sender=address) is Kind.NOTICE
    assert kind(f"Reply-To: {address}") is Kind.NOTICE


@pytest.mark.parametrize(
    "address", ["norberto@x.example", "antonio.replysson@x.example", "noa@x.example", "bouncer@x.example"]
)
def test_a_name_that_only_looks_like_it_is_a_person(address: str) -> None:
    assert kind(sender=address) is Kind.PERSON


def test_a_form_on_a_website_is_the_guest_that_it_names() -> None:
    assert kind("Reply-To: ana@guest.example", sender="noreply@hotel.example") is Kind.PERSON
    assert kind("Reply-To: ana@guest.example", sender="reservas@hotel.example") is Kind.PERSON


@pytest.mark.parametrize(
    "address", ["1234-abc@guest.booking.com", "x@guest.airbnb.com", "a-1@m.expediapartnercentral.com"]
)
def test_a_portal_s_guest_is_a_person_behind_an_alias(address: str) -> None:
    read_mail = mails.of("Hola", "List-Unsubscribe: <https://x.example>", sender=f"Ana <{address}>")

    assert read_mail.verdict.kind is Kind.RELAY
    assert read_mail.verdict.may_be_answered
    assert read_mail.answer_address == address


def test_an_automatic_answer_that_a_portal_passes_on_stays_one() -> None:
    assert kind("Auto-Submitted: auto-replied", sender="1@guest.booking.com") is Kind.MACHINE
    assert kind(sender="1@guest.booking.com.evil.example") is Kind.PERSON


def test_our_own_mail_is_known_by_mark_by_id_and_by_address() -> None:
    assert kind(f"X-Agente-Hotelero: {OURS.mark(7)}") is Kind.OWN
    assert kind(sender="reservas@hotel.example") is Kind.OWN
    raw = mails.raw().replace(b"<1@guest.example>", OURS.message_id(7).encode())
    assert read(raw, ours=OURS).verdict.kind is Kind.OWN


@pytest.mark.parametrize("mark", ["", "7", f"8.{OURS.mark(7).partition('.')[2]}", f"7.{'0' * 32}", OURS.message_id(7)])
def test_a_mark_that_we_did_not_make_makes_nothing_ours(mark: str) -> None:
    assert kind(f"X-Agente-Hotelero: {mark}") is Kind.PERSON


# Bounces.

NOTE = (
    "Content-Type: text/plain\r\n\r\nThis is the mail system at host mx.example. Your message could not be delivered."
)
ORIGINAL = (
    f"Content-Type: message/rfc822\r\n\r\nFrom: reservas@hotel.example\r\nMessage-ID: {OURS.message_id(7)}\r\n\r\nHola"
)
DAEMON = "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>"


def status(action: str, code: str) -> str:
    return (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; ana@guest.example\r\nAction: {action}\r\nStatus: {code}"
    )


def report(action: str, code: str, *parts: str) -> tuple[str, str]:
    body, header = multipart("report", NOTE, status(action, code), *parts)
    return body, f"{header}; report-type=delivery-status"


@pytest.mark.parametrize(
    ("action", "code", "permanent"),
    [
        ("failed", "5.1.1", True),
        ("failed", "4.4.7", True),
        ("failed (bounced)", "5.0.0", True),
        ("delayed", "4.4.1", False),
    ],
)
def test_a_bounce_names_the_mail_and_whether_it_is_final(action: str, code: str, permanent: bool) -> None:
    verdict = mails.of(*report(action, code, ORIGINAL), sender=DAEMON).verdict

    assert verdict.kind is Kind.BOUNCE
    assert verdict.bounce is not None
    assert (verdict.bounce.message_ids, verdict.bounce.permanent) == ((OURS.message_id(7),), permanent)
    assert OURS.outbox_id(verdict.bounce.message_ids[0]) == 7


def test_headers_alone_are_original_enough() -> None:
    headers = f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {OURS.message_id(7)}\r\nSubject: x"

    bounce = mails.of(*report("failed", "5.1.1", headers), sender=DAEMON).verdict.bounce

    assert bounce is not None
    assert bounce.message_ids == (OURS.message_id(7),)


@pytest.mark.parametrize(
    ("words", "permanent"),
    [
        (f"550 5.1.1 User unknown\n\n--- The original:\nMessage-ID: {OURS.message_id(7)}\nSubject: x", True),
        (f"The mailbox is full.\n\n> Message-Id: {OURS.message_id(7)}", True),
        (
            f"THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nMessage-ID: {OURS.message_id(7)}",
            False,
        ),
    ],
)
def test_a_bounce_that_is_only_words_is_read_too(words: str, permanent: bool) -> None:
    bounce = mails.of(words, "Subject: Undelivered Mail Returned to Sender", sender=DAEMON).verdict.bounce

    assert bounce is not None
    assert (bounce.message_ids, bounce.permanent) == ((OURS.message_id(7),), permanent)


@pytest.mark.parametrize(
    "headers",
    [
        ("X-Failed-Recipients: ana@guest.example",),
        ("Return-Path: <>", "Subject: Delivery Status Notification (Failure)"),
        ("Return-Path: <MAILER-DAEMON>",),
        ("Return-Path: <>", "Subject: =?utf-8?q?No_se_ha_podido_entregar=3A_x?="),
    ],
)
def test_each_sign_of_a_bounce_is_enough(headers: tuple[str, ...]) -> None:
    assert kind(*headers) is Kind.BOUNCE


def test_an_answer_from_a_postmaster_s_desk_is_word_of_no_failure() -> None:
    answering = f"In-Reply-To: {OURS.message_id(7)}"
    desk, server = (
        mails.of(words, answering, sender="postmaster@x.example").verdict.bounce
        for words in ("Le contestaremos pronto.", "Your message could not be delivered.")
    )

    assert desk is not None
    assert server is not None
    assert (desk.message_ids, server.message_ids) == ((), (OURS.message_id(7),))


def test_word_of_an_arrival_is_no_bounce() -> None:
    assert mails.of(*report("delivered", "2.0.0", ORIGINAL), sender=DAEMON).verdict.kind is Kind.MACHINE


def test_a_forged_bounce_names_no_row_of_the_outbox() -> None:
    assert [OURS.outbox_id(one) for one in (f"<7@{OURS.domain}>", f"<7.{'0' * 32}@{OURS.domain}>", "<1@x>", "")] == [
        None
    ] * 4
    assert OURS.outbox_id(OURS.message_id(7).replace(OURS.domain, "evil.example")) is None
    assert OURS.outbox_id(OURS.message_id(7).replace("<7.", "<8.")) is None
    assert "secret" not in repr(OURS).replace("secrets", "")
