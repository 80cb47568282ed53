import pytest

from agente_hotelero.channels.mail import quotes
from tests.unit.channels.mail import mails


def new_words(text: str) -> str:
    return quotes.new_words(text, answers=True)


ANSWER = "Sí, la doble por favor.\n¿El desayuno está incluido?"
OFFER = "Tenemos la doble a 120 € y la familiar a 160 €.\n\nUn saludo,\nHotel Mar"
QUOTED = "\n".join(f"> {line}".rstrip() for line in OFFER.split("\n"))

GMAIL = {
    "gmail-es": "El lun, 13 abr 2026 a las 10:15, Hotel Mar (<reservas@hotel.example>) escribió:",
    "gmail-es-folded": "El lun, 13 abr 2026 a las 10:15, Reservas del Hotel Mar (<\nreservas@hotel.example>) escribió:",
    "gmail-es-old": "El 13 de abril de 2026, 10:15, Hotel Mar <reservas@hotel.example> escribió:",
    "gmail-pt-br": "Em seg., 13 de abr. de 2026 às 10:15, Hotel Mar <reservas@hotel.example>\nescreveu:",
    "gmail-pt": "Hotel Mar <reservas@hotel.example> escreveu (segunda, 13/04/2026 à(s) 10:15):",
    "gmail-pt-verb-first": "Hotel Mar <reservas@hotel.example> escreveu no dia segunda, 13/04/2026 à(s)\n10:15:",
    "gmail-en": "On Mon, Apr 13, 2026 at 10:15 AM Hotel Mar <reservas@hotel.example> wrote:",
    "gmail-en-folded": "On Mon, Apr 13, 2026 at 10:15 AM Hotel Mar <\nreservas@hotel.example> wrote:",
    "iphone-es": "El 13 abr 2026, a las 10:15, Hotel Mar <reservas@hotel.example> escribió:",
    "iphone-pt": "No dia 13/04/2026, às 10:15, Hotel Mar <reservas@hotel.example> escreveu:",
    "iphone-en": "On 13 Apr 2026, at 10:15, Hotel Mar <reservas@hotel.example> wrote:",
    "yahoo-es": "El lunes, 13 de abril de 2026, 10:15:22 CEST, Hotel Mar <reservas@hotel.example> escribió:",
    "thunderbird-es": "El 13/4/26 a las 10:15, Hotel Mar escribió:",
    "thunderbird-pt": "Em 13/04/2026 10:15, Hotel Mar escreveu:",
    "catalan": "El dl., 13 d’abr. 2026 a les 10:15, Hotel Mar <reservas@hotel.example> va escriure:",
    "french": "Le lun. 13 avr. 2026 à 10:15, Hotel Mar <reservas@hotel.example> a écrit :",
    "german": "Am Mo., 13. Apr. 2026 um 10:15 Uhr schrieb Hotel Mar <reservas@hotel.example>:",
    "italian": "Il giorno lun 13 apr 2026 alle ore 10:15 Hotel Mar <reservas@hotel.example> ha scritto:",
    "dutch": "Op ma 13 apr 2026 om 10:15 schreef Hotel Mar <reservas@hotel.example>:",
    "russian": "пн, 13 апр. 2026 г. в 10:15, Hotel Mar <reservas@hotel.example>:",
}  # fmt: skip
ANSWERING = "In-Reply-To: <1.a@m7f3.hotel.example>"
RULE = "________________________________"
OUTLOOK = {
    "outlook-es": f"{RULE}\nDe: Hotel Mar <reservas@hotel.example>\nEnviado: lunes, 13 de abril de 2026 10:15\nPara: Ana\nAsunto: Su oferta",
    "outlook-es-desktop": "De: Hotel Mar [mailto:reservas@hotel.example]\nEnviado el: lunes, 13 de abril de 2026 10:15\nPara: Ana\nAsunto: Su oferta",
    "outlook-pt": f"{RULE}\nDe: Hotel Mar <reservas@hotel.example>\nEnviado: segunda-feira, 13 de abril de 2026 10:15\nPara: Ana\nAssunto: Oferta",
    "outlook-pt-br": "De: Hotel Mar <reservas@hotel.example>\nEnviada em: segunda-feira, 13 de abril de 2026 10:15\nPara: Ana\nAssunto: Oferta",
    "outlook-en": f"{RULE}\nFrom: Hotel Mar <reservas@hotel.example>\nSent: Monday, April 13, 2026 10:15 AM\nTo: Ana\nSubject: Your offer",
    "outlook-bold": "*De:* Hotel Mar <reservas@hotel.example>\n*Fecha:* 13 de abril de 2026, 10:15\n*Para:* Ana\n*Asunto:* Su oferta",
    "original-es": "-----Mensaje original-----\nDe: Hotel Mar\nEnviado: lunes\nPara: Ana\nAsunto: Su oferta",
    "original-pt": "-------- Mensagem original --------\nDe: Hotel Mar\nData: 13/04/26\nPara: Ana\nAssunto: Oferta",
    "original-en": "-----Original Message-----\nFrom: Hotel Mar\nSent: Monday\nTo: Ana\nSubject: Your offer",
}  # fmt: skip


@pytest.mark.parametrize("announcement", GMAIL.values(), ids=GMAIL.keys())
def test_a_quote_below_the_answer_goes_with_its_announcement(announcement: str) -> None:
    assert new_words(f"{ANSWER}\n\n{announcement}\n\n{QUOTED}\n") == ANSWER


@pytest.mark.parametrize("announcement", GMAIL.values(), ids=GMAIL.keys())
def test_a_quote_without_marks_goes_too(announcement: str) -> None:
    assert new_words(f"{ANSWER}\n\n{announcement}\n\n{OFFER}\n") == ANSWER


@pytest.mark.parametrize("announcement", GMAIL.values(), ids=GMAIL.keys())
def test_an_answer_below_the_quote_stays(announcement: str) -> None:
    assert new_words(f"{announcement}\n{QUOTED}\n\n{ANSWER}\n") == ANSWER


@pytest.mark.parametrize("announcement", GMAIL.values(), ids=GMAIL.keys())
@pytest.mark.parametrize(
    "words",
    [
        "La doble, por favor",
        "El 5 mayo a las 15:00 llegamos",
        "Em 2026 somos 3 pessoas.",
        "On 3 May 2026, then!",
        "a 5",
    ],
)
def test_words_right_above_the_announcement_are_no_part_of_it(words: str, announcement: str) -> None:
    assert new_words(f"{words}\n{announcement}\n{QUOTED}\n") == words


@pytest.mark.parametrize("block", OUTLOOK.values(), ids=OUTLOOK.keys())
def test_what_stands_below_a_header_block_goes(block: str) -> None:
    assert new_words(f"{ANSWER}\n\n{block}\n\n{OFFER}\n") == ANSWER


@pytest.mark.parametrize("block", OUTLOOK.values(), ids=OUTLOOK.keys())
def test_a_mail_with_nothing_above_the_block_is_not_cut_to_nothing(block: str) -> None:
    assert new_words(f"{block}\n\n{ANSWER}\n") == ANSWER


def test_answers_between_the_quoted_questions_stay_in_order() -> None:
    mail = "> ¿Cuántas noches serían?\nTres.\n> ¿Y cuántas personas?\n\nDos adultos y un niño\n\n> ¿Desayuno?\nsí"

    assert new_words(f"Aquí van:\n\n{mail}").split("\n") == [
        "Aquí van:", "", "Tres.", "", "Dos adultos y un niño", "", "sí",
    ]  # fmt: skip


def test_a_quoted_line_that_was_wrapped_is_no_answer() -> None:
    quoted = "> Le confirmamos que la habitación familiar con vistas al mar sigue libre para esas\nfechas y ese precio\n> Un saludo"

    assert new_words(f"De acuerdo\n\n{quoted}") == "De acuerdo"


def test_an_answer_in_small_letters_below_a_long_question_stays() -> None:
    quoted = "> ¿Prefiere la habitación doble con vistas al mar o la sencilla sin ellas?\nla doble\n> Un saludo"

    assert new_words(f"Hola:\n\n{quoted}") == "Hola:\n\nla doble"


SIGNATURES = [
    "Enviado desde mi iPhone", "Enviado desde mi Samsung Mobile de Movistar", "Enviado desde Outlook para Android", "Enviado con Proton Mail",
    "Obtener Outlook para iOS<https://aka.example/1>", "Obtén Outlook para Android", "Enviado do meu iPhone", "Enviada a partir do meu telemóvel",
    "Enviado do meu Galaxy", "Obter o Outlook para Android", "Baixe o Outlook para iOS", "Sent from my iPhone", "Sent from Yahoo Mail on Android",
    "Get Outlook for iOS", "Sent via Samsung Galaxy", "Envoyé de mon iPhone", "Von meinem iPhone gesendet", "Inviato da iPhone", "Verzonden vanaf mijn iPhone",
    "-- \nAna Gil\nTel. 600 000 000", "--\nAna", "———\nAna Gil\nCalle Mayor 1",
    "Este mensaje y sus adjuntos son confidenciales y se dirigen solo a su destinatario.\nSi no lo es, bórrelo.",
    "AVISO LEGAL: la información es confidencial.", "Antes de imprimir este mensaje, piense en los árboles.",
    "Esta mensagem é confidencial e destina-se apenas ao seu destinatário.",
    "This e-mail is confidential and intended only for its recipient.",
    "____________________________________\nviajeros mailing list\nhttps://lists.example/viajeros",
]  # fmt: skip


@pytest.mark.parametrize("signature", SIGNATURES)
def test_signatures_and_footers_go(signature: str) -> None:
    assert new_words(f"{ANSWER}\n\n{signature}\n") == ANSWER


@pytest.mark.parametrize("signature", SIGNATURES)
def test_a_signature_above_the_quote_goes_too(signature: str) -> None:
    assert new_words(f"{ANSWER}\n\n{signature}\n\n{GMAIL['gmail-es']}\n{QUOTED}") == ANSWER


@pytest.mark.parametrize(
    "words",
    [
        "Hola, quería reservar:\n\nDe: 3 de mayo\nA: 5 de mayo\nPersonas: 2\nCorreo: ana@guest.example",
        "El 5 de mayo llega mi hermana. Me escribió: «llego tarde».",
        "Mi agencia escribió:\nque hay sitio para dos",
        "Fechas:\n----\n3 a 5 de mayo\n----\nDos personas",
        "-- mejor del 5 al 8\n-- con desayuno",
        "La reserva fue enviada desde mi iPhone ayer.\n¿Les llegó?",
        "Sent from my heart: thank you\nA room for two, please.",
        "¿Les llegó la señal?\nEnviado por transferencia ayer",
        "Did you get the deposit?\nSent by bank transfer",
        "Sent via bank transfer yesterday",
        "From 3 to 5 May.\nTo: two people",
        "Gracias.\n\nUn saludo,\nAna Gil\nhttps://guest.example/wrote:",
        "On 3 May we arrive at 15:30, my wife wrote: two people",
        "Le escribo por la reserva 2026.\nSon dos noches: 3 y 4.",
    ],
)
def test_a_guest_s_own_words_are_left_alone(words: str) -> None:
    assert new_words(words) == words


@pytest.mark.parametrize("text", ["> Hola", "Enviado desde mi iPhone", "-- \nAna", f"{GMAIL['gmail-es']}\n{QUOTED}"])
def test_a_mail_of_nothing_else_is_kept_whole(text: str) -> None:
    assert new_words(text) == text


def test_blank_is_blank() -> None:
    assert new_words(" \n\t\n") == ""


@pytest.mark.parametrize(
    "marker",
    [
        "---------- Forwarded message ---------",
        "---------- Mensaje reenviado ----------",
        "Inicio del mensaje reenviado:",
    ],
)
def test_a_note_above_something_forwarded_stands_alone(marker: str) -> None:
    block = "De: Portal <a@portal.example>\nDate: 1 abr 2026\nSubject: Reserva\nTo: Ana <ana@guest.example>"

    assert new_words(f"¿Es correcta?\n\n{marker}\n{block}\n\nSu código es 77") == "¿Es correcta?"
    assert new_words(f"{marker}\n{block}\n\nSu código es 77") == "Su código es 77"


def test_a_whole_thread_on_a_telephone_leaves_the_yes() -> None:
    earlier = f"{QUOTED}\n>\n> {GMAIL['gmail-es']}\n>> Hola, ¿tienen sitio?"

    assert (
        mails.of(f"Sí\r\n\r\nEnviado desde mi iPhone\r\n\r\n> {GMAIL['iphone-es']}\r\n> \r\n{earlier}", ANSWERING).text
        == "Sí"
    )


FORM = "Nombre: Ana\nDe: ana@guest.example\nFecha: 3 de mayo\nPara: 2 personas\nAsunto: Reserva\n\nMensaje: ¿hay sitio?"


@pytest.mark.parametrize("form", [FORM, FORM.replace("Fecha: 3 de mayo\n", "")])
def test_a_form_s_fields_are_no_quote_s_header(form: str) -> None:
    assert mails.of(form).text == form


def test_what_was_certainly_sent_is_a_quote_even_where_the_headers_tell_of_no_answer() -> None:
    assert mails.of(f"{ANSWER}\n\n{OUTLOOK['outlook-es']}\n\n{OFFER}").text == ANSWER


@pytest.mark.parametrize(
    "header",
    ["In-Reply-To: <1@x.example>", "References: <1@x.example>", "Subject: Fwd: Reserva", "Subject: RV: Reserva"],
)
def test_in_an_answer_they_are(header: str) -> None:
    assert mails.of(FORM, header).text == "Nombre: Ana"
