import pytest

from agente_hotelero.channels.mail import quotes
from agente_hotelero.channels.mail.html_text import render
from tests.unit.channels.mail import mails

ANSWERING = "In-Reply-To: <1.a@m7f3.hotel.example>"
HTML = "Content-Type: text/html; charset=utf-8"


def text(html: str) -> str:
    return render(html).whole


@pytest.mark.parametrize(
    ("html", "seen"),
    [
        ("uno<br>dos<br/>tres", "uno\ndos\ntres"),
        ("<p>uno</p><p>dos</p>", "uno\n\ndos"),
        ("<div>uno</div><div>dos<div>tres</div></div>", "uno\ndos\ntres"),
        ("<ul><li>uno</li><li>dos</ul>", "- uno\n- dos"),
        ("<table><tr><td>Entrada</td><td>3 de mayo</td></tr><tr><td>Salida</td><td>5</td></tr></table>", "Entrada 3 de mayo\nSalida 5"),
        ("a  \n b&nbsp;&amp;&nbsp;c &#8364; &euro; &lt;d&gt; &#x1F44D;", "a b & c € € <d> 👍"),
        ("<b>dos</b> <i>noches</i>, <a href='https://x.example'>aquí</a>", "dos noches, aquí"),
        ("<pre>uno\n  dos</pre>", "uno\n  dos"),
        ("<title>no</title><style>p{}</style><script>if(a<b)</script>sí", "sí"),
        ("<div style='display:none'>oculto</div>sí", "sí"),
        ("<span style='font-size:0px;mso-hide:all'>oculto</span>sí", "sí"),
        ("<div style='font-size:0.9em;opacity:0.8'>sí</div>", "sí"),
        ("<!-- no --><![if mso]>sí<![endif]><!doctype html>", "sí"),
        ("sí<img src='https://t.example/p.gif' width=1 height=1 alt=''><img alt='😊'>", "sí😊"),
        ("1 < 2 y 3 > 2 <3", "1 < 2 y 3 > 2 <3"),
        ('<div title="a > b">sí</div>', "sí"),
        ("<div><p>abierto<p>también<div>y más", "abierto\n\ntambién\n\ny más"),
        ("</div></p></table>sí</b>", "sí"),
        ("<<<div>>sí<", "<<\n>sí<"),
        ("sí<div", "sí<div"),
        ("sí<!-- ", "sí"),
        ("sí<style>", "sí"),
        ("a<script>b</script >c<style>d</STYLE>e", "ace"),
        ("&#0;&#xD800;&#99999999999;&bogus;sí\x00", "���&bogus;sí"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_reads_as_it_is_seen(html: str, seen: str) -> None:
    assert text(html) == seen


def test_elements_that_close_each_other_wrongly_quote_no_more_than_they_should() -> None:
    html = "<div>sí<blockquote><table><tr><td>viejo</div></td></tr></table>más viejo</blockquote>abajo</div>"

    assert text(html) == "sí\n\n> viejo\n>\n> más viejo\n\nabajo"


WRAPPERS = {
    "gmail": '<div dir="ltr">{}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">จ. 13 เม.ย.: Hotel<br></div>'
    '<blockquote class="gmail_quote">oferta</blockquote></div>',
    "gmail-old": '{}<div class="gmail_extra"><div class="gmail_quote">El 13 de abril de 2026, 10:15, Hotel <span>&lt;<a>r@h.example</a>&gt;</span> escribió:<br>'
    "<blockquote>oferta</blockquote></div></div>",
    "outlook-web": '<div>{}</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Da:</b> Hotel</div><div>oferta</div>',
    "outlook-web-again": '<div>{}</div><div id="x_divRplyFwdMsg">Van: Hotel</div><div>oferta</div>',
    "outlook-desktop": '<p class="MsoNormal">{}</p><div style="border:none;border-top:solid #E1E1E1 1.0pt"><p><b>发件人:</b> Hotel</p></div><p>oferta</p>',
    "thunderbird": '{}<div class="moz-cite-prefix">13/4/26, Hotel:<br></div><blockquote type="cite">oferta</blockquote>',
    "apple": '{}<br><blockquote type="cite"><div>On 13 Apr 2026, at 10:15, Hotel wrote:</div>oferta</blockquote>',
    "yahoo": '{}<div id="ydp1" class="yahoo_quoted"><div>En lunes, Hotel:</div>oferta</div>',
    "signature": '{}<div><div class="gmail_signature" data-smartmail="gmail_signature">Ana Gil<br>600 000 000</div></div>',
    "phone": '{}<div id="ms-outlook-mobile-signature">Obtener Outlook para iOS</div>',
}  # fmt: skip


@pytest.mark.parametrize("wrapper", WRAPPERS.values(), ids=WRAPPERS.keys())
def test_what_mail_programs_put_around_an_answer_goes_in_any_language(wrapper: str) -> None:
    assert mails.of(wrapper.format("Sí, la doble."), ANSWERING, HTML).text == "Sí, la doble."


@pytest.mark.parametrize("name", ["outlook-web", "outlook-desktop", "gmail", "signature"])
def test_a_mail_with_nothing_else_keeps_its_words(name: str) -> None:
    assert mails.of(WRAPPERS[name].format(""), ANSWERING, HTML).text.strip() != ""


def test_answers_between_quotes_stay() -> None:
    html = "Aquí:<blockquote type=cite>¿Noches?</blockquote>tres<blockquote type=cite>¿Personas?</blockquote><div>dos</div>"

    assert quotes.new_words(text(html), answers=True) == "Aquí:\n\ntres\n\ndos"
