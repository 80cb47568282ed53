"""Which language a message is in, and when a conversation changes it."""

import pytest

from agente_hotelero.dialogue.reading import Language
from tests.unit.dialogue.understanding.reading import EN, ES, PT, read

MESSAGES = {
    ES: [
        "hola", "buenas", "buenos dias", "¡Buenas tardes!", "gracias", "sí", "si",  "dale", "mañana", "quiero reservar", "hay lugar?",
        "cuánto sale?", "una doble para dos", "tenés disponibilidad?", "necesito una habitación", "del 3 al 5 de mayo", "somos 2 adultos y 1 niño",
        "quiero cancelar mi reserva", "donde queda el hotel", "a qué hora es el check in?", "aceptan mascotas?", "hasta luego", "no, gracias", "me llamo Ana",
        "el próximo finde", "hay wifi?", "tienen parking?", "quiero un late check out", "para este finde", "necesito hablar con alguien",
        "déjalo, da igual", "qué enchufes usáis ahí? llevo adaptador o no", "quiero salir más tarde", "puedo salir mas tarde?", "puedo dejar la habitación más tarde?",
    ],
    PT: [
        "olá", "oi", "bom dia", "boa tarde", "boa noite!", "obrigado", "obrigada", "sim", "não", "amanhã", "quero reservar", "tem vaga?", "quanto custa?",
        "um quarto duplo", "de 3 a 5 de maio", "somos 2 adultos e 1 criança", "quero cancelar minha reserva", "onde fica o hotel", "tem café da manhã?",
        "aceitam animais?", "até logo", "fechado", "beleza", "meu nome é João", "tem wifi?", "tem estacionamento?", "no próximo fim de semana",
        "qual o horário do check-in?", "preciso falar com alguém", "sexta-feira que vem", "sim por favor",
        "se eu cancelar pago multa?", "estamos presos no elevador há 20 minutos", "atendente", "quero sair mais tarde", "posso sair mais tarde?", "dá pra sair mais tarde?",
    ],
    EN: [
        "hello", "hi", "hey", "good morning", "thanks", "thank you", "yes", "yes please", "tomorrow", "I want to book a room", "any rooms?", "how much is it?",
        "a double for two", "from May 3 to May 5", "2 adults and 1 kid", "cancel my reservation", "where are you?", "what time is check in?", "do you take pets?",
        "bye", "my name is Ann", "next weekend", "is there parking?", "do you have wifi", "breakfast?", "tonight", "next friday", "sounds good",
        "tell me a joke", "we're looking for a suite", "never mind", "can I talk to someone",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("language", "message"), [(one, text) for one, texts in MESSAGES.items() for text in texts])
def test_the_words_of_a_short_message_tell_its_language(language: Language, message: str) -> None:
    assert read(message).language is language


@pytest.mark.parametrize(
    "message",
    [
        "ok",
        "no",
        "2",
        "👍",
        "?",
        "...",
        "ana@correo.com",
        "Ana Ruiz",
        "check in",
        "wifi",
        "",
        "AB12-3456",
        "www.hotel.com.br",
    ],
)
def test_a_message_without_telling_words_has_none(message: str) -> None:
    assert read(message).language is None


@pytest.mark.parametrize("prior", [ES, PT, EN])
@pytest.mark.parametrize(
    "message",
    [
        "ok",
        "2",
        "Ana Ruiz",
        "ana@mail.com",
        "check-in",
        "late check out",
        "booking",
        "wifi",
        "parking?",
        "suite",
        "hotel",
        "12/05",
        "ok ok",
    ],
)
def test_loan_words_and_names_change_no_conversation(prior: Language, message: str) -> None:
    assert read(message, prior=prior).language in {None, prior}


@pytest.mark.parametrize(
    ("prior", "message"),
    [
        (ES, "thanks"), (ES, "thank you!"), (ES, "yes"), (ES, "ok bye"), (ES, "obrigado"), (ES, "sorry"), (ES, "hello"), (ES, "suite please"), (ES, "sure"),
        (ES, "reserva"), (ES, "hotel pool"), (PT, "gracias"), (PT, "hola"), (PT, "thanks"), (PT, "reservar"), (PT, "reserva para sabado"), (PT, "dos adultos"),
        (EN, "gracias"), (EN, "hola!"), (EN, "obrigado"), (EN, "muchas gracias"), (EN, "adios"), (EN, "a double, por favor"),
    ],
)  # fmt: skip
def test_one_word_of_courtesy_does_not_change_the_language(prior: Language, message: str) -> None:
    assert read(message, prior=prior).language in {None, prior}


@pytest.mark.parametrize(
    ("prior", "message", "language"),
    [
        (ES, "do you speak English? I need a room", EN), (ES, "how much is it?", EN), (ES, "yes, please book it for me", EN), (ES, "quero um quarto", PT),
        (ES, "não, obrigado, quero outro quarto", PT), (EN, "hola, quiero una habitación", ES), (EN, "mejor en español", ES), (EN, "bom dia, tem vaga?", PT),
        (PT, "hello, do you have a room?", EN), (PT, "¿cuánto cuesta la habitación doble?", ES), (PT, "necesito una habitacion para mañana", ES),
    ],
)  # fmt: skip
def test_a_whole_sentence_changes_the_language(prior: Language, message: str, language: Language) -> None:
    assert read(message, prior=prior).language is language


@pytest.mark.parametrize("prior", [ES, PT])
def test_a_line_that_both_neighbours_would_write_stays_in_the_conversation(prior: Language) -> None:
    assert read("reservar para 2 adultos", prior=prior).language in {None, prior}


def test_an_address_is_no_word() -> None:
    assert read("ana@correo.com", prior=PT).language is None
    assert read("my mail is quiero@una.com").language is EN
