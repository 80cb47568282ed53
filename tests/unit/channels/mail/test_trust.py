import pytest

from agente_hotelero.channels.mail.trust import Means
from tests.unit.channels.mail import mails

PASS = "Authentication-Results: mx.hotel.example; dmarc=pass header.from=guest.example"
FOREIGN = "Authentication-Results: mx.evil.example; dmarc=pass header.from=guest.example"


def by(*headers: str, sender: str = "ana@guest.example") -> Means | None:
    return mails.of("Hola", *headers, sender=sender).authentication.by


def results(text: str) -> str:
    return f"Authentication-Results: mx.hotel.example; {text}"


@pytest.mark.parametrize(
    ("header", "means"),
    [
        (PASS, Means.DMARC),
        (
            results(
                "dkim=pass header.d=x.example; spf=pass; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=guest.example"
            ),
            Means.DMARC,
        ),
        ("Authentication-Results: MX.hotel.example 1; dmarc=pass", Means.DMARC),
        (results("dkim=pass header.i=@guest.example header.s=a; spf=fail"), Means.DKIM),
        (results("dkim=fail header.d=guest.example; dkim=pass header.d=guest.example"), Means.DKIM),
        (results("spf=pass smtp.mailfrom=bounce@guest.example; dkim=none"), Means.SPF),
        (results("spf=pass smtp.mailfrom=guest.example; dmarc=none header.from=guest.example"), Means.SPF),
    ],
)
def test_our_own_server_s_word_is_taken(header: str, means: Means) -> None:
    assert by(header) is means


@pytest.mark.parametrize(
    "header",
    [
        "X-Nothing: x",
        FOREIGN,
        "Authentication-Results: mx.hotel.example.evil.example; dmarc=pass",
        "Authentication-Results: ; dmarc=pass",
        "ARC-Authentication-Results: i=1; mx.hotel.example; dmarc=pass header.from=guest.example",
        results("none"),
        results(
            "dmarc=fail header.from=guest.example; dkim=pass header.d=guest.example; spf=pass smtp.mailfrom=guest.example"
        ),
        results("dmarc=temperror; spf=pass smtp.mailfrom=a@guest.example"),
        results("dmarc=pass header.from=other.example"),
        results("dmarc=pass header.from=guest.example; dmarc=fail header.from=guest.example"),
        results("dkim=pass header.d=evil.example header.i=@guest.example"),
        results("dkim=pass header.d=mail.guest.example"),
        results("dkim=pass header.d=example"),
        results("dkim=pass"),
        results("dkim=pass header.d=notguest.example"),
        results("spf=pass smtp.mailfrom=guest.example@evil.example"),
        results("spf=softfail smtp.mailfrom=guest.example"),
        results("spf=fail (dmarc=pass; dmarc=pass) smtp.mailfrom=x@evil.example"),
        results('spf=fail smtp.mailfrom="x; dmarc=pass header.from=guest.example; "@evil.example'),
        results('spf=fail smtp.mailfrom="x(\\"; dmarc=pass'),
        results('spf=fail (a ")" ; dmarc=pass'),
        results("spf=fail (a (b) ; dmarc=pass"),
        results('x=y reason="\\"; dmarc=pass;"; spf=fail'),
    ],
)
def test_nothing_else_proves_anything(header: str) -> None:
    assert by(header) is None


def test_only_the_topmost_of_ours_counts() -> None:
    fail = results("dmarc=fail header.from=guest.example")

    assert by(fail, PASS) is None
    assert by(PASS, fail) is Means.DMARC
    assert by(FOREIGN, fail, PASS) is None


def test_a_subdomain_is_covered_by_its_parent_s_signature() -> None:
    assert by(results("dkim=pass header.d=guest.example"), sender="ana@mail.guest.example") is Means.DKIM


@pytest.mark.parametrize(
    "sender", ["a@guest.example, b@guest.example", "nobody", "a@guest.example\r\nFrom: b@guest.example"]
)
def test_a_mail_from_several_or_from_none_is_never_believed(sender: str) -> None:
    assert by(PASS, sender=sender) is None


@pytest.mark.parametrize(
    ("reply_to", "suspicious"),
    [
        ("ana@guest.example", False),
        ("ana@mail.guest.example", False),
        ("ana@evil.example", True),
        ("a@guest.example.evil.example", True),
    ],
)
def test_an_answer_that_would_go_elsewhere_is_suspicious(reply_to: str, suspicious: bool) -> None:
    authentication = mails.of("Hola", PASS, f"Reply-To: {reply_to}").authentication

    assert authentication.passed
    assert authentication.suspicious_reply_to is suspicious


def test_without_a_name_of_our_own_server_nobody_is_believed() -> None:
    assert by("Authentication-Results: dmarc=pass") is None


def test_who_is_proved_is_who_wrote_and_not_where_the_answer_goes() -> None:
    proved = mails.of("Hola", PASS, "Reply-To: otra@guest.example")
    claimed = mails.of("Hola", FOREIGN)

    assert (proved.proved_address, proved.answer_address) == ("ana@guest.example", "otra@guest.example")
    assert (claimed.proved_address, claimed.answer_address) == (None, "ana@guest.example")
