import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.channels.mail.html_text import render
from agente_hotelero.channels.mail.quotes import new_words
from agente_hotelero.channels.mail.read import ATTACHMENTS_LIMIT, EXTERNAL_ID_LIMIT, SUBJECT_LIMIT, content_of, read
from tests.unit.channels.mail.mails import OURS

PIECES = [
    b"From: ", b"To: ", b"Subject: ", b"Date: ", b"Content-Type: ", b"Content-Transfer-Encoding: base64", b"quoted-printable",
    b"multipart/mixed; boundary=b", b"multipart/report; report-type=delivery-status; boundary=b", b"message/delivery-status", b"text/html",
    b"text/plain; format=flowed; delsp=yes; charset=", b"utf-7", b"iso-2022-jp", b"gb2312", b"utf-16", b"\n--b\n", b"\n--b--\n", b"\r\n\r\n", b"\n",
    b"=?utf-8?B?w7E=?= ", b"=?utf-8?Q?", b"?=", b"<a@b.c>", b"<", b">", b'"', b"(", b";", b",", b"=", b"&#x41;", b"<div>", b"</div>", b"<blockquote>",
    b"<!--", b"> ", b"On 1 May 2026, a@b.c wrote:", b"Action: failed", b"Message-ID: <1@b>", b"Authentication-Results: mx.hotel.example; dmarc=pass",
    b"filename*0*=utf-8''%C3", b"-- \n", b"\x00", b"\xff\xfe", "ñ€".encode(), b"begin 644 a\n", b"\x1b$B", b"~{", b" ", b"\t",
]  # fmt: skip
mail_like = st.lists(st.sampled_from(PIECES) | st.binary(max_size=12), max_size=60).map(b"".join)


@given(mail_like | st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_within_the_caps(raw: bytes) -> None:
    mail = read(raw, ours=OURS)

    assert mail.verdict.sign != "unreadable"
    assert 0 < len(mail.external_id) <= EXTERNAL_ID_LIMIT
    assert len(mail.subject) <= SUBJECT_LIMIT
    assert len(mail.attachments) <= ATTACHMENTS_LIMIT
    assert all(len(content_of(raw, one)) == one.size_bytes <= 2 * len(raw) for one in mail.attachments)
    assert not any(hidden in mail.subject + mail.text + mail.whole_text + mail.from_name for hidden in "\x00\r\u202e")
    (mail.whole_text + mail.subject + mail.external_id).encode()


LINES = [
    "Hola",
    "> viejo",
    "El 5 mayo 2026, a@b.c escribió:",
    "De: a@b.c",
    "Fecha: 5 mayo 2026",
    "Asunto: x",
    "--",
    "_____",
    "Enviado desde mi iPhone",
    "",
    " ",
]


@given(st.lists(st.sampled_from(LINES), max_size=25).map("\n".join))
@settings(max_examples=300, deadline=None)
def test_new_words_are_words_of_the_mail_and_never_nothing_where_there_was_something(text: str) -> None:
    words = new_words(text, answers=True)

    assert bool(words) == bool(text.strip())
    assert {line.strip() for line in words.split("\n")} <= {line.strip() for line in text.split("\n")} | {""}


@given(st.text(st.sampled_from("<>/ab \"'=&;p-!divtdqo\n"), max_size=200))
@settings(max_examples=150, deadline=None)
def test_what_is_fresh_in_a_page_is_part_of_the_whole(html: str) -> None:
    page = render(f"{html}<div class=gmail_signature>{html}</div>{html}")

    assert set(page.fresh.split("\n")) <= set(page.whole.split("\n")) | {""}


SIZE = 50_000
BUDGET_SECONDS = 10.0
"""Fifty times what they take: what is not linear in them takes minutes."""


def plain(filling: bytes) -> bytes:
    return b"In-Reply-To: <1@b>\nContent-Type: text/plain\n\n" + filling * (SIZE // len(filling))


def html(filling: bytes) -> bytes:
    return b"Content-Type: text/html\n\n" + filling * (SIZE // len(filling))


def header(filling: bytes) -> bytes:
    return b"From: " + filling * (SIZE // len(filling)) + b"\n\nx"


def daemon(filling: bytes) -> bytes:
    return b"From: MAILER-DAEMON\n\n" + filling * (SIZE // len(filling))


def multipart(filling: bytes) -> bytes:
    return b"Content-Type: multipart/mixed; boundary=b\n\n" + filling * (SIZE // len(filling))


HOSTILE: list[tuple[Callable[[bytes], bytes], list[bytes]]] = [
    (html, [b"<div>", b"<div", b"<a ", b"<!--", b'<a b="', b"<p>", b"</p>", b"<td><div></p>", b"<blockquote>", b"&", b"<style>", b'</a b="><']),
    (plain, [b">", b">\n", b"\n", b" ", b"--\n", b"On 1 May <a@b.cc> wrote wrote\n", b"2026 10:10 <a@b.c>:\nx\n", b"De: a@b.c\nA:\n", b"wrote "]),
    (header, [b"a", b"<", b'"', b"(", b"=?a?q?", b"=?utf-8?b?w6E=?= ", b"a<b@c>,", b"\n <a@b.c>", b";a*0*=%"]),
    (daemon, [b"\n", b">", b"Message-ID: <a\n", b"delivery "]),
    (multipart, [b"--b", b"--b\n\n\n", b"--b\nContent-Type: multipart/mixed; boundary=b\n\n", b"\n--b   "]),
]  # fmt: skip


@pytest.mark.parametrize(("shape", "fillings"), HOSTILE, ids=lambda one: getattr(one, "__name__", ""))
def test_no_filling_takes_more_time_than_its_length(shape: Callable[[bytes], bytes], fillings: list[bytes]) -> None:
    for filling in fillings:
        started = time.process_time()
        assert read(shape(filling), ours=OURS).verdict.sign != "unreadable"
        assert time.process_time() - started < BUDGET_SECONDS, filling


@pytest.mark.long
@pytest.mark.parametrize(("shape", "fillings"), HOSTILE, ids=lambda one: getattr(one, "__name__", ""))
def test_a_megabyte_of_anything_is_read(shape: Callable[[bytes], bytes], fillings: list[bytes]) -> None:
    for filling in fillings:
        started = time.process_time()
        read(shape(filling) * (1_000_000 // SIZE), ours=OURS)
        assert time.process_time() - started < BUDGET_SECONDS, filling
