import base64

import pytest

from agente_hotelero.channels.mail import mime
from agente_hotelero.channels.mail.read import content_of, read
from tests.unit.channels.mail import mails
from tests.unit.channels.mail.mails import multipart

HTML = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>Hola en <b>HTML</b></p>"
PLAIN = "Content-Type: text/plain; charset=utf-8\r\n\r\nHola"


def test_of_two_forms_the_plain_one_is_read() -> None:
    assert mails.of(*multipart("alternative", PLAIN, HTML)).text == "Hola"


@pytest.mark.parametrize(
    "stub", ["", "  \r\n", "This message is in HTML; please view it in a browser.", "Su programa no muestra HTML."]
)
def test_a_plain_form_that_only_points_at_the_other_is_passed_over(stub: str) -> None:
    plain = f"Content-Type: text/plain; charset=utf-8\r\n\r\n{stub}"

    assert mails.of(*multipart("alternative", plain, HTML)).text == "Hola en HTML"


def test_texts_one_after_the_other_are_one_text() -> None:
    assert mails.of(*multipart("mixed", PLAIN, HTML, PLAIN)).whole_text == "Hola\n\nHola en HTML\n\nHola"


def test_an_attachment_is_listed_and_its_bytes_are_at_hand() -> None:
    picture = bytes(range(256)) * 3
    encoded = base64.encodebytes(picture).decode()
    part = f'Content-Type: image/png; name="dni.png"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n{encoded}'
    raw = mails.raw(*multipart("mixed", PLAIN, part))

    (attachment,) = read(raw, ours=mails.OURS).attachments

    assert (attachment.name, attachment.content_type, attachment.size_bytes, attachment.inline) == (
        "dni.png",
        "image/png",
        768,
        False,
    )
    assert content_of(raw, attachment) == picture


def test_a_picture_inside_the_words_is_inline_and_has_its_id() -> None:
    picture = "Content-Type: image/gif\r\nContent-ID: <logo@x>\r\n\r\nGIF89a"
    body, header = multipart("related", HTML, picture)

    (attachment,) = mails.of(body, header).attachments

    assert (attachment.content_id, attachment.inline, attachment.size_bytes) == ("logo@x", True, 6)


def test_an_invitation_is_an_attachment_even_among_alternatives() -> None:
    calendar = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR"

    read_mail = mails.of(*multipart("alternative", PLAIN, HTML, calendar))

    assert [one.content_type for one in read_mail.attachments] == ["text/calendar"]
    assert read_mail.text == "Hola"


def test_a_forwarded_mail_is_one_attachment_and_none_of_its_words_are_the_guest_s() -> None:
    inner = "Content-Type: message/rfc822\r\n\r\nFrom: x@y.example\r\nSubject: viejo\r\n\r\nviejo"

    read_mail = mails.of(*multipart("mixed", PLAIN, inner))

    assert read_mail.text == "Hola"
    assert [one.content_type for one in read_mail.attachments] == ["message/rfc822"]


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("attachment; filename*=utf-8''pasaporte%20%C3%B1.pdf", "pasaporte ñ.pdf"),
        ("attachment; filename*0*=iso-8859-1'es'pasa%20; filename*1*=%F1%20; filename*2=o.pdf", "pasa ñ o.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ("attachment; filename=viejo.pdf; filename*=UTF-8''nuevo%C3%B1.pdf", "nuevoñ.pdf"),
        ('attachment; filename="=?utf-8?B?w7Eu?= =?utf-8?Q?pdf?="', "ñ.pdf"),
        ('attachment; filename="a \\"b\\"; c.pdf"', 'a "b"; c.pdf'),
        ("attachment; filename=con espacios.pdf", "con espacios.pdf"),
        ("attachment; filename=ñ.pdf", "ñ.pdf"),
        ("attachment; filename*=bogus'x'%zz%E1.pdf", "%zzá.pdf"),
        ('attachment; filename="sin fin.pdf', "sin fin.pdf"),
    ],
)
def test_file_names_are_read_however_they_are_written(header: str, name: str) -> None:
    part = f"Content-Type: application/pdf\r\nContent-Disposition: {header}\r\n\r\n%PDF"

    assert mails.of(*multipart("mixed", PLAIN, part)).attachments[0].name == name


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", "añó €".encode(), "añó €"),
        ("", "añó €".encode(), "añó €"),
        ("iso-8859-1", "añó “€”".encode("cp1252"), "añó “€”"),
        ("iso-8859-1", "añó".encode(), "añó"),
        ("us-ascii", "añó".encode("latin-1"), "añó"),
        ("utf-8", "añó".encode("latin-1"), "añó"),
        ("iso-8859-15", "10 €".encode("iso8859-15"), "10 €"),
        ("gb2312", "镕 你好".encode("gb18030"), "镕 你好"),
        ("iso-2022-jp", "予約".encode("iso-2022-jp"), "予約"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("utf-16", "hola".encode("utf-16"), "hola"),
        ("utf-7", b"+ADw-script+AD4- hola", "+ADw-script+AD4- hola"),
        ("unicode_escape", b"\\u0041", "\\u0041"),
        ("zip", "añó".encode(), "añó"),
        ("x-unknown-8bit", "añó".encode("cp1252"), "añó"),
        ('"UTF-8" (letters)', "añó".encode(), "añó"),
        ("gb18030", b"\xff\xff hola", "\ufffd\ufffd hola"),
    ],
)
def test_letters_are_read_whatever_the_label_claims(charset: str, data: bytes, text: str) -> None:
    header = f"Content-Type: text/plain; charset={charset}" if charset else "Content-Type: text/plain"

    assert mails.of(data, header).text == text


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        ("base64", "SG9s!!\r\nYSwg w7\r\n%FsYQ", "Hola, ñla"),
        ("base64", "SG9sYQ", "Hola"),
        ("base64", "SG9sY", "Hol"),
        ("BASE64 ;", "SG9sYQ==", "Hola"),
        ("quoted-printable", "Hola=20=C3=B1=\r\nandu =", "Hola ñandu"),
        ("quoted-printable", "100 =ZZ % =", "100 =ZZ %"),
        ("x-uuencode", "begin 644 a.txt\n$2&]L80``\n`\nend\n", "Hola"),
        ("x-uuencode", "begin 644 a\n\x07~~~\n$2&]L80``\nend", "Hola"),
        ("8bit", "Hola", "Hola"),
        ("nonsense", "Hola", "Hola"),
    ],
)
def test_bodies_are_read_however_they_travelled(encoding: str, body: str, text: str) -> None:
    assert mails.of(body, f"Content-Transfer-Encoding: {encoding}").text == text


def test_soft_line_breaks_are_none() -> None:
    flowed = "Content-Type: text/plain; charset=utf-8; format=flowed"

    assert (
        mails.of("Somos dos \r\nadultos.\r\n\r\n espaciado\r\n-- \r\nAna", flowed).text
        == "Somos dos adultos.\n\nespaciado"
    )
    assert mails.of("habi \r\ntación\r\n", f"{flowed}; delsp=yes").text == "habitación"
    assert mails.of("> uno \r\n> dos\r\n>> tres \r\n> cuatro", flowed).whole_text == "> uno dos\n>> tres \n> cuatro"


@pytest.mark.parametrize(
    "body",
    [
        "--otra\r\nContent-Type: text/plain\r\n\r\nHola\r\n--otra--\r\n",
        "--frontera\r\nContent-Type: text/plain\r\n\r\nHola",
        "--frontera\r\nContent-Type: text/plain\r\n\r\nHola\r\n--frontera",
        "--frontera  \n\nHola\n--frontera--junk\n",
        "--frontera\r\n\r\nHola\r\n--frontera\r\n",
    ],
)
def test_a_boundary_that_is_wrong_or_missing_hides_nothing(body: str) -> None:
    assert "Hola" in mails.of(body, 'Content-Type: multipart/mixed; boundary="frontera"').text


def test_a_multipart_without_any_boundary_is_text() -> None:
    assert mails.of("Hola", "Content-Type: multipart/mixed").text == "Hola"


def test_thirty_multiparts_in_each_other_are_read_and_three_thousand_do_no_harm() -> None:
    def nested(depth: int) -> str:
        return (
            "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(depth))
            + "\r\nHola\r\n"
        )

    def depth(part: mime.Part) -> int:
        return 1 + max(map(depth, part.parts), default=0)

    assert read(nested(30).encode(), ours=mails.OURS).text == "Hola"
    assert read(nested(3000).encode(), ours=mails.OURS).verdict.sign != "unreadable"
    assert depth(mime.parse(nested(3000).encode())) <= mime.DEPTH_LIMIT + 1


def test_parts_and_headers_beyond_the_caps_are_left_out() -> None:
    body, header = multipart("mixed", *["Content-Type: image/png\r\n\r\nx"] * (mime.PARTS_LIMIT * 2))
    raw = mails.raw(body, header)

    assert len(tuple(mime.parse(raw).leaves())) < mime.PARTS_LIMIT
    assert len(mails.of(body, header).attachments) == 100


def test_ten_megabytes_of_headers_leave_the_body_readable() -> None:
    raw = (
        b"From: ana@guest.example\r\nSubject: Hola\r\n"
        + b"".join([b"X-Relleno: " + b"a" * 70 + b"\r\n"] * 120_000)
        + b"Cc: late@guest.example\r\n\r\nHola\r\n"
    )

    read_mail = read(raw, ours=mails.OURS)

    assert (read_mail.from_address, read_mail.subject, read_mail.text) == ("ana@guest.example", "Hola", "Hola")
    assert read_mail.cc == ()


def test_one_endless_field_hides_those_below_it_and_no_words() -> None:
    read_mail = mails.of("Hola", f"X-Relleno: {'a' * 300_000}")

    assert (read_mail.from_address, read_mail.text) == ("", "Hola")


@pytest.mark.parametrize(
    "start",
    [
        "\r\n\r\n",
        "From MAILER Mon Sep 20 19:29:27 2021\r\n",
        "esto no es nada\r\n",
        "nada\r\n  \xff\xfe: ñ\r\n",
        " continúa\r\n",
    ],
)
def test_junk_above_the_headers_is_passed_over(start: str) -> None:
    assert read(start.encode() + mails.raw("Hola"), ours=mails.OURS).from_address == "ana@guest.example"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", b"\x00" * 100, b":", b"a", b"Hola\n\nadios", b"--\n--\n", b"Content-Type: multipart/x; boundary=\n\n"],
)
def test_what_is_no_mail_is_read_all_the_same(raw: bytes) -> None:
    assert read(raw, ours=mails.OURS).verdict.sign == "no-sender"
