from datetime import UTC, datetime

import pytest

from agente_hotelero.channels.mail.headers import addresses, ids, moment, words
from agente_hotelero.channels.mail.read import read
from tests.unit.channels.mail import mails


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("=?utf-8?B?UmVzZXJ2YSDDsQ==?=", "Reserva ñ"),
        ("=?iso-8859-1?q?Habitaci=F3n_doble?=", "Habitación doble"),
        ("=?utf-8?B?w7HDsQ==?= =?utf-8?B?w7E=?=", "ñññ"),
        ("=?utf-8?B?4oI=?= =?utf-8?B?rA==?=", "€"),
        ("=?utf-8?Q?=E2=82?= =?utf-8?Q?=AC?= y =?utf-8?Q?m=C3=A1s?=", "€ y más"),
        ("antes =?utf-8?q?=C3=B1?= después", "antes ñ después"),
        ("=?utf-8*es?q?a=C3=B1o?=", "año"),
        ("=?utf-8?B?SG9s!!YQ?=", "Hola"),
        ("=?bogus?q?a=F1o?=", "año"),
        ("=?utf-8?x?no?=", "=?utf-8?x?no?="),
        ("=?utf-8?q?sin fin", "=?utf-8?q?sin fin"),
        ("=?utf-8?Q?=0D=0ABcc:_x@y.example?=", "Bcc: x@y.example"),
        ("=?utf-8?Q?a=00b=E2=80=AEc?=", "abc"),
        ("Ana & Luis", "Ana & Luis"),
        ("", ""),
    ],
)
def test_encoded_words_are_read(body: str, text: str) -> None:
    assert words(body) == text


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Ana Gil <Ana@Guest.example>", [("Ana Gil", "ana@guest.example")]),
        ('"Gil, Ana" <a@b.example>, c@d.example', [("Gil, Ana", "a@b.example"), ("", "c@d.example")]),
        ("=?utf-8?q?Bego=C3=B1a?= <b@b.example>", [("Begoña", "b@b.example")]),
        ('"=?utf-8?B?w7E=?=" <b@b.example>', [("ñ", "b@b.example")]),
        ("a@b.example (Ana (la de arriba))", [("Ana", "a@b.example")]),
        ("a@b.example (Ana)", [("Ana", "a@b.example")]),
        ("a@b.example; c@d.example", [("", "a@b.example"), ("", "c@d.example")]),
        ("undisclosed-recipients:;", []),
        ("Equipo: Ana <a@b.example>, c@d.example;", [("Ana", "a@b.example"), ("", "c@d.example")]),
        ("evil@x.example <a@b.example>", [("evil@x.example", "a@b.example")]),
        ("a@b.example <a@b.example>", [("", "a@b.example")]),
        ('<"">', []),
        ("<>", []),
        ("MAILER-DAEMON", []),
        ("Ana <a@b@c.example>", []),
        ('"abierto <a@b.example>', [("abierto", "a@b.example")]),
        ("<a@b.example", [("", "a@b.example")]),
        (f"<{'a' * 300}@b.example>", []),
    ],
)
def test_addresses_are_read_however_they_are_written(body: str, found: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in addresses(body)] == found


def test_ids_lose_their_blanks_and_an_endless_list_its_beginning() -> None:
    assert ids("<a@b> junk < c @ d > <> <unclosed") == ("<a@b>", "<c@d>")
    assert ids("".join(f"<{n}@b>" for n in range(500)))[-1] == "<499@b>"
    assert len(ids("".join(f"<{n}@b>" for n in range(500)))) == 100


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("Mon, 13 Apr 2026 10:15:00 +0200", datetime(2026, 4, 13, 8, 15, tzinfo=UTC)),
        ("13 Apr 2026 10:15 (CEST)", datetime(2026, 4, 13, 10, 15, tzinfo=UTC)),
        ("Mon, 99 Apr 2026 10:15:00 +0200", None),
        ("Mon, 13 Apr 2026 10:15:00 +9999999", None),
        ("lunes", None),
        ("", None),
    ],
)
def test_dates_are_read_or_left_out(body: str, expected: datetime | None) -> None:
    assert moment(body) == expected


def test_a_mail_is_known_by_its_message_id_or_by_its_bytes() -> None:
    raw = mails.raw("Hola")
    nameless = raw.replace(b"Message-ID: <1@guest.example>\r\n", b"")

    assert read(raw, ours=mails.OURS).external_id == "<1@guest.example>"
    assert read(nameless, ours=mails.OURS).external_id == read(nameless, ours=mails.OURS).external_id
    assert read(nameless, ours=mails.OURS).external_id.startswith("sha256:")
    assert read(nameless + b"x", ours=mails.OURS).external_id != read(nameless, ours=mails.OURS).external_id
    assert read(raw.replace(b"<1@", b"<" + b"1" * 600 + b"@"), ours=mails.OURS).external_id.startswith("sha256:")


def test_what_stands_above_is_told_in_order() -> None:
    read_mail = mails.of(
        "Sí",
        "In-Reply-To: <2@h>",
        "References: <1@h>\r\n <2@h>",
        "Cc: otro@guest.example",
        "Reply-To: Ana <casa@guest.example>",
    )

    assert (read_mail.in_reply_to, read_mail.references) == (("<2@h>",), ("<1@h>", "<2@h>"))
    assert (read_mail.from_name, read_mail.from_address) == ("Ana", "ana@guest.example")
    assert (read_mail.reply_to, read_mail.answer_address) == ("casa@guest.example", "casa@guest.example")
    assert [one.address for one in read_mail.to] == ["reservas@hotel.example"]
    assert [one.address for one in read_mail.cc] == ["otro@guest.example"]


def test_letters_without_any_encoding_in_a_header_are_read() -> None:
    raw = "Subject: Habitación\r\nFrom: Begoña <b@b.example>\r\n\r\nx"

    assert (
        read(raw.encode(), ours=mails.OURS).subject
        == read(raw.encode("latin-1"), ours=mails.OURS).subject
        == "Habitación"
    )


def test_an_empty_reply_to_is_none() -> None:
    read_mail = mails.of("Hola", 'Reply-To: <"">')

    assert (read_mail.reply_to, read_mail.answer_address) == (None, "ana@guest.example")


def test_a_reply_to_that_names_ourselves_is_passed_over() -> None:
    assert mails.of("Hola", "Reply-To: Reservas@hotel.example").answer_address == "ana@guest.example"
    assert mails.of("Hola", "Reply-To: reservas@hotel.example, b@guest.example").answer_address == "b@guest.example"
