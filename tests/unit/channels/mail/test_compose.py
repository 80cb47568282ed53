from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import unquote

import pytest

from agente_hotelero.channels.mail.compose import Automatic, Letter, answer_subject, compose
from agente_hotelero.channels.mail.headers import Address
from agente_hotelero.channels.mail.machines import Kind
from agente_hotelero.channels.mail.read import read
from agente_hotelero.channels.port import FailureClass, SendFailedError
from agente_hotelero.model.messages import (
    Choices,
    ContactRequest,
    Document,
    Link,
    Location,
    LocationRequest,
    Option,
    OutboundMessage,
    Picture,
    Template,
    Text,
)
from tests.unit.channels.mail.mails import NOW, OURS

GUEST = Address(name="Begoña", address="ana@guest.example")
LETTER = Letter(
    outbox_id=7,
    messages=(Text(body="Hola, Begoña:\n\nTenemos sitio. 😊\nHasta pronto"),),
    sender=Address(name='Hotel "Mar", reservas', address="reservas@hotel.example"),
    recipient=GUEST,
    subject="Reserva",
    automatic=Automatic.ANSWER,
    signature="Hotel Mar\nTel. 600 000 000",
    language="es",
    date=NOW,
    in_reply_to="<1@guest.example>",
    references=("<0@guest.example>",),
)
ROOMS = Choices(
    body="¿Cuál prefiere?",
    options=(Option(id="a", title="Doble", description="120 €"), Option(id="b", title="Familiar")),
    menu_label="Opciones",
    photo="/photos/doble.jpg",
)


def written(letter: Letter) -> EmailMessage:
    """What another program reads in it."""
    message = message_from_bytes(compose(letter, ours=OURS), policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    return message


def test_what_nobody_asked_for_says_how_to_end_it_and_an_answer_does_not() -> None:
    unasked = written(replace(LETTER, automatic=Automatic.UNASKED, unsubscribe=True))
    ended = unasked["List-Unsubscribe"].removeprefix("<mailto:reservas@hotel.example?subject=").removesuffix(">")
    assert OURS.unsubscribes(unquote(ended))
    assert unasked["Auto-Submitted"] == "auto-generated"
    assert written(LETTER)["List-Unsubscribe"] is None


def body(letter: Letter, kind: str) -> str:
    part = written(letter).get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def saying(*messages: OutboundMessage, site: str | None = None) -> Letter:
    return replace(LETTER, messages=messages, site=site, signature="")


def test_an_answer_joins_the_thread_and_says_that_it_is_automatic() -> None:
    message = written(LETTER)

    assert message["Subject"] == "Re: Reserva"
    assert message["In-Reply-To"] == "<1@guest.example>"
    assert str(message["References"]).split() == ["<0@guest.example>", "<1@guest.example>"]
    assert message["Message-ID"] == OURS.message_id(7)
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert message["Date"] == "Mon, 13 Apr 2026 08:15:00 +0000"
    assert [(one.display_name, one.addr_spec) for one in message["From"].addresses] == [
        ('Hotel "Mar", reservas', "reservas@hotel.example")
    ]
    assert [(one.display_name, one.addr_spec) for one in message["To"].addresses] == [("Begoña", "ana@guest.example")]


def test_a_mail_that_answers_nothing_begins_its_own_thread() -> None:
    message = written(replace(LETTER, in_reply_to=None, automatic=Automatic.UNASKED, subject="Su llegada"))

    assert (message["Subject"], message["Auto-Submitted"]) == ("Su llegada", "auto-generated")
    assert (message["In-Reply-To"], message["References"]) == (None, None)


def test_both_forms_say_the_same() -> None:
    assert (
        body(LETTER, "plain")
        == "Hola, Begoña:\n\nTenemos sitio. 😊\nHasta pronto\n\n-- \nHotel Mar\nTel. 600 000 000\n"
    )
    assert "<p>Hola, Begoña:</p>\n<p>Tenemos sitio. 😊<br>\nHasta pronto</p>" in body(LETTER, "html")
    assert "Hotel Mar<br>\nTel. 600 000 000" in body(LETTER, "html")


def test_options_are_counted_so_that_a_number_answers() -> None:
    assert body(saying(ROOMS), "plain") == "¿Cuál prefiere?\n\n1. Doble — 120 €\n2. Familiar\n"
    html = body(saying(ROOMS, site="https://hotel.example"), "html")
    assert "<ol><li>Doble — 120 €</li><li>Familiar</li></ol>" in html
    assert 'src="https://hotel.example/photos/doble.jpg"' in html


@pytest.mark.parametrize(
    ("message", "plain", "html"),
    [
        (Link(body="Pague aquí", title="Pagar", url="https://pay.example/?a=1&b=2"), "Pague aquí\nhttps://pay.example/?a=1&b=2",
         '<a href="https://pay.example/?a=1&amp;b=2">Pagar</a>'),
        (Link(body="Nada", title="x", url="javascript:alert(1)"), "Nada", "<p>Nada</p>"),
        (Location(latitude=36.5, longitude=-4.25, name="Hotel Mar", address="Calle 1"),
         "Hotel Mar\nCalle 1\nhttps://www.google.com/maps/search/?api=1&query=36.500000%2C-4.250000", "query=36.500000%2C-4.250000"),
        (Picture(source="https://hotel.example/a.png", caption="La doble"), "La doble\nhttps://hotel.example/a.png", 'alt="La doble"'),
        (Picture(source="/a.png", caption="La doble"), "La doble", "<p>La doble</p>"),
        (Document(source="https://hotel.example/m.pdf", filename="Menú.pdf", caption="La carta"),
         "La carta\nhttps://hotel.example/m.pdf", '<a href="https://hotel.example/m.pdf">Menú.pdf</a>'),
        (LocationRequest(body="¿Dónde está?"), "¿Dónde está?", "<p>¿Dónde está?</p>"),
        (ContactRequest(body="¿Su teléfono?"), "¿Su teléfono?", "<p>¿Su teléfono?</p>"),
        (Template(name="x", language="es", words="Hola, Ana"), "Hola, Ana", "<p>Hola, Ana</p>"),
        (Text(body="<b>a & b</b>"), "<b>a & b</b>", "<p>&lt;b&gt;a &amp; b&lt;/b&gt;</p>"),
    ],
)  # fmt: skip
def test_everything_we_say_has_a_form(message: OutboundMessage, plain: str, html: str) -> None:
    assert body(saying(message), "plain") == f"{plain}\n"
    assert html in body(saying(message), "html")


def test_several_messages_are_one_mail() -> None:
    assert body(saying(Text(body="uno"), Text(body="dos")), "plain") == "uno\n\ndos\n"


def test_a_calendar_comes_along() -> None:
    (attachment,) = written(replace(LETTER, calendar="BEGIN:VCALENDAR\r\nñ\r\n")).iter_attachments()

    assert (attachment.get_content_type(), attachment.get_filename()) == ("text/calendar", "stay.ics")
    assert attachment.get_payload(decode=True) == "BEGIN:VCALENDAR\r\nñ\r\n".encode()


@pytest.mark.parametrize("calendar", [None, "BEGIN:VCALENDAR"])
def test_the_same_letter_is_the_same_bytes(calendar: str | None) -> None:
    letter = replace(LETTER, calendar=calendar)

    assert compose(letter, ours=OURS) == compose(letter, ours=OURS)
    assert compose(letter, ours=OURS) != compose(replace(letter, outbox_id=8), ours=OURS)


def test_every_line_is_ascii_ends_as_it_must_and_is_short_enough() -> None:
    long = replace(
        LETTER,
        subject="ñ" * 400,
        messages=(Text(body=("palabra ñ " * 300) + "\n.\nFrom mí"),),
        references=tuple(f"<{'x' * 100}{n}@g>" for n in range(50)),
    )

    raw = compose(long, ours=OURS)

    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 150
    assert body(long, "plain").startswith("palabra ñ palabra")
    assert "\n.\nFrom mí" in body(long, "plain")


INJECTIONS = [
    "x\r\nBcc: evil@x.example",
    "x\nBcc: evil@x.example",
    "x\r\n\r\n<script>",
    "x\x00\x0b\x0c\u2028\u0085Bcc: a",
    "=?utf-8?q?x=0D=0ABcc:_a?=",
    "\ud800x",
    "\"<evil@x.example>, '",
]


@pytest.mark.parametrize("in_reply_to", [LETTER.in_reply_to, None])
@pytest.mark.parametrize("evil", INJECTIONS)
def test_nobody_s_words_begin_a_header(evil: str, in_reply_to: str | None) -> None:
    usual = replace(LETTER, in_reply_to=in_reply_to)
    letter = replace(
        usual, subject=evil, signature=evil, messages=(Text(body=evil),), recipient=replace(GUEST, name=evil), sender=replace(LETTER.sender, name=evil),
        references=(f"<a{evil}@b>", evil),
    )  # fmt: skip

    message = written(letter)

    assert sorted(message.keys()) == sorted(written(usual).keys())
    assert [one.addr_spec for one in message["To"].addresses] == ["ana@guest.example"]
    assert [one.addr_spec for one in message["From"].addresses] == ["reservas@hotel.example"]


@pytest.mark.parametrize("message_id", ["<a b@c>", "<a@b>\r\nBcc: x@y.example", "a@b", "<ñ@b>", "<<a@b>>", ""])
def test_an_id_that_is_none_ends_up_in_no_header(message_id: str) -> None:
    message = written(replace(LETTER, in_reply_to=message_id))

    assert (message["In-Reply-To"], message["Bcc"]) == (None, None)


def test_an_endless_thread_keeps_its_first_and_its_last_mails() -> None:
    references = str(written(replace(LETTER, references=tuple(f"<{n}@b>" for n in range(90))))["References"]).split()

    assert (len(references), references[0], references[1], references[-1]) == (
        20,
        "<0@b>",
        "<72@b>",
        "<1@guest.example>",
    )


@pytest.mark.parametrize(
    "address",
    ["no-reply@x.example", "MAILER-DAEMON@x.example", "", "ana", "ana@x", "a b@x.example", "ana@x.example\r\nBcc: b@x.example", "ñ@x.example", "<a@b.example>"],
)  # fmt: skip
def test_no_letter_goes_where_it_can_t_or_must_not(address: str) -> None:
    with pytest.raises(SendFailedError) as raised:
        compose(replace(LETTER, recipient=Address(name="", address=address)), ours=OURS)

    assert raised.value.failure is FailureClass.RECIPIENT


@pytest.mark.parametrize(
    "letter", [saying(Text(body=" \n ")), replace(LETTER, sender=GUEST.__class__(name="", address="hotel"))]
)
def test_a_letter_that_we_built_badly_is_our_bug(letter: Letter) -> None:
    with pytest.raises(SendFailedError) as raised:
        compose(letter, ours=OURS)

    assert raised.value.failure is FailureClass.OUR_BUG


@pytest.mark.parametrize(
    ("subject", "answer"),
    [("Reserva", "Re: Reserva"), ("Re: Reserva", "Re: Reserva"), ("RE: Reserva", "RE: Reserva"), ("RES: Reserva", "RES: Reserva"),
     ("Re[2]: x", "Re[2]: x"), ("", "Re:"), ("Reserva: mayo", "Re: Reserva: mayo"), ("Fwd: x", "Re: Fwd: x")],
)  # fmt: skip
def test_an_answer_has_one_re(subject: str, answer: str) -> None:
    assert answer_subject(subject) == answer


def test_what_we_wrote_is_read_as_ours_and_says_what_we_said() -> None:
    letter = replace(LETTER, messages=(ROOMS,), calendar="BEGIN:VCALENDAR")

    read_mail = read(compose(letter, ours=OURS), ours=OURS)

    assert read_mail.verdict.kind is Kind.OWN
    assert read_mail.text == "¿Cuál prefiere?\n\n1. Doble — 120 €\n2. Familiar"
    assert [one.name for one in read_mail.attachments] == ["stay.ics"]
