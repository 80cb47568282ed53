"""Rooms, choices, names, addresses, numbers and codes, as guests write them."""

import pytest

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.understanding.rooms import read_room
from agente_hotelero.dialogue.understanding.slips import one_slip_apart
from tests.unit.dialogue.understanding.reading import OFFERS, read


@pytest.mark.parametrize(
    ("message", "key"),
    [
        ("la doble", "double"), ("habitación doble", "double"), ("una dovle", "double"), ("una doblle", "double"), ("dobel", "double"), ("quarto duplo", "double"), ("um duplo", "double"),
        ("a double room please", "double"), ("matrimonial", "double"), ("quarto de casal", "double"), ("dobles", "double"), ("individual", "single"), ("una indivdual", "single"),
        ("single", "single"), ("una sencilla", "single"), ("habitación simple", "single"), ("the suite", "suite"), ("la siute", "suite"), ("a suíte", "suite"), ("SUITE", "suite"),
        ("no la doble, la suite", "suite"), ("la suite, no la doble", "suite"), ("doble o suite?", None), ("una habitación", None), ("quarto", None), ("un casal", None), ("una simple pregunta", None),
        ("noble", None), ("somos un casal", None), ("sin suite", None), ("", None),
    ],
)  # fmt: skip
def test_a_room_type_by_its_name(message: str, key: str | None) -> None:
    assert read(message).room_key == key


def test_the_longer_name_wins_over_the_one_inside_it() -> None:
    names = (("suite", "Suite"), ("junior", "Junior Suite"))
    assert read_room("la junior suite".split(), names) == "junior"
    assert read_room("la suite".split(), names) == "suite"
    assert read_room("la junior".split(), names) == "junior"


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("doble", "doble", True), ("doble", "dobel", True), ("doble", "dovle", True), ("doble", "dble", True), ("doble", "doblee", True), ("doble", "dovel", False), ("doble", "dob", False), ("", "a", True)],
)  # fmt: skip
def test_a_slip_is_one_letter(one: str, other: str, apart: bool) -> None:
    assert one_slip_apart(one, other) is apart
    assert one_slip_apart(other, one) is apart


@pytest.mark.parametrize(
    ("message", "choice"),
    [
        ("1", 0), ("2", 1), ("3", 2), ("4", None), ("0", None), ("la 2", 1), ("el 2", 1), ("opción 2", 1), ("opção 2", 1), ("option 3", 2), ("número 1", 0), ("#2", 1), ("2.", 1), ("2 por favor", 1), ("2, please", 1),
        ("la 2 por favor, a nombre de Ana Ruiz", 1), ("la 2, somos 3", 1), ("2, 3", None), ("dos", 1), ("uno", 0), ("la una", 0), ("two", 1), ("três", 2), ("quiero la 2", 1), ("sí, la 2", 1), ("la primera", 0), ("la segunda", 1), ("el tercero", 2), ("a primeira", 0), ("a segunda opção", 1),
        ("the first one", 0), ("second", 1), ("third please", 2), ("la 1ra", 0), ("2da", 1), ("the 2nd one", 1), ("la última", 2), ("a última", 2), ("the last one", 2), ("la cuarta", None),
        ("la doble", 1), ("la suite porfa", 2), ("Habitación individual", 0), ("habitacion doble", 1), ("no la primera, la segunda", 1), ("la segunda, no la última", 1), ("la primera o la segunda?", None),
        ("es la primera vez que voy", None), ("el cuarto doble", 1), ("o quarto duplo", 1), ("hola", None), ("", None), ("para segunda-feira", None), ("2 personas", None), ("somos 2", None),
    ],
)  # fmt: skip
def test_a_choice_among_the_offers(message: str, choice: int | None) -> None:
    assert read(message, expecting=Expecting.OFFER, options=OFFERS).choice == choice


def test_a_chosen_number_is_no_date() -> None:
    assert read("el 2", expecting=Expecting.OFFER, options=OFFERS).dates is None


def test_new_dates_among_the_offers_are_no_choice() -> None:
    said = read("mejor del 5 al 8 de mayo", expecting=Expecting.OFFER, options=OFFERS)
    assert said.choice is None
    assert said.dates is not None


def test_nothing_is_chosen_where_nothing_was_offered() -> None:
    assert read("la segunda").choice is None
    assert read("2", expecting=Expecting.OFFER, options=()).choice is None


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("Ana Ruiz", "Ana Ruiz"), ("ana ruiz", "Ana Ruiz"), ("ANA RUIZ", "Ana Ruiz"), ("Ana", "Ana"), ("José María de la Fuente", "José María de la Fuente"), ("Jean-Luc O'Neill", "Jean-Luc O'Neill"),
        ("McDonald", "McDonald"), ("João da Silva", "João da Silva"), ("me llamo Ana Ruiz", "Ana Ruiz"), ("Mi nombre es ana ruiz", "Ana Ruiz"), ("soy Ana Ruiz", "Ana Ruiz"), ("soy ana", "Ana"),
        ("a nombre de Ana Ruiz por favor", "Ana Ruiz"), ("meu nome é João Silva", "João Silva"), ("sou o João", "João"), ("em nome de Maria Souza", "Maria Souza"), ("My name is Ann Lee", "Ann Lee"),
        ("I'm Ann Lee", "Ann Lee"), ("it's Ann", "Ann"), ("Ana Ruiz, ana@correo.com", "Ana Ruiz"), ("Ana Ruiz ana@correo.com", "Ana Ruiz"), ("Ana Ruiz\nana@correo.com", "Ana Ruiz"), ("Ana Ruiz.", "Ana Ruiz"),
        ("nombre: Ana Ruiz", "Ana Ruiz"), ("me llamo Ana Ruiz y mi mail es ana@correo.com", "Ana Ruiz"), ("Wang Li", "Wang Li"), ("Müller", "Müller"), ("Юлия Иванова", "Юлия Иванова"), ("Ortega y Gasset", "Ortega y Gasset"),
        ("a nombre de mi esposo Juan Pérez", "Juan Pérez"), ("para mi hermano Luis Gómez", "Luis Gómez"), ("es Ana Ruiz", "Ana Ruiz"), ("Señora Ana Ruiz", "Ana Ruiz"), ("Sr. Luis Gómez", "Luis Gómez"),
        ("es para mañana", None), ("para dos", None), ("de", None), ("no", None), ("sí", None), ("ok", None), ("cuánto cuesta?", None), ("mañana te digo", None), ("quiero cambiar las fechas", None), ("somos 3", None), ("2", None), ("", None), ("...", None), ("ana@correo.com", None),
        ("hola", None), ("gracias", None), ("no quiero", None), ("tiene desayuno?", None), ("por qué?", None), ("uno dos tres cuatro cinco seis siete", None), ("👍", None),
        ("Ana Ruiz. ¿Hay ascensor?", "Ana Ruiz"), ("ana ruiz, gracias. hay piscina?", "Ana Ruiz"), ("Wolfgang Schäuble\nis there a pool?", "Wolfgang Schäuble"),
        ("Ana Ruiz?", None), ("Pileta Climatizada, hay?", None), ("Una pregunta, hay piscina?", None), ("Ana, hay wifi?", None),
    ],
)  # fmt: skip
def test_a_name_where_one_was_asked(message: str, name: str | None) -> None:
    assert read(message, expecting=Expecting.NAME).name == name


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("me llamo Ana Ruiz y quiero una doble", "Ana Ruiz"), ("me llamo ana ruiz y quiero una doble", "Ana Ruiz"), ("hola, soy Ana Ruiz, necesito una habitación", "Ana Ruiz"), ("a nombre de Juan Pérez del 3 al 5 de mayo", "Juan Pérez"),
        ("hola soy ana", "Ana"), ("hola, soy ana ruiz y quiero una doble", "Ana Ruiz"), ("oi, sou o joão", "João"), ("hi this is mike, we land at 9", "Mike"), ("soy vegana", None), ("i'm super late", None), ("soy ana la de la reserva de ayer", "Ana"),
        ("reserva a nombre de ana ruiz y necesito cambiarla", "Ana Ruiz"), ("a nombre de José Ortega y Gasset", "José Ortega y Gasset"), ("my booking is under ann lee and I need to change it", "Ann Lee"), ("is it free for kids under 5?", None),
        ("Ann Lee here, is my room ready?", "Ann Lee"), ("anyone here?", None), ("parking here, please", None), ("Anyone here?", None), ("Parking here, please", None), ("on behalf of Ann Lee", "Ann Lee"),
        ("under the name John Smith from May 3 to 5", "John Smith"), ("my name is john smith", "John Smith"), ("es para el sábado, me llamo Ana Ruiz", "Ana Ruiz"), ("quiero factura a nombre de Empresa SA", None), ("soy celíaca", None), ("soy de Córdoba", None), ("I'm looking for a room", None), ("I'm late", None), ("it's for two", None),
        ("una doble para 2, Juan Rojas, jrojas@x.com", "Juan Rojas"), ("a double for two, name Harriet Cole, h@x.com", "Harriet Cole"), ("reservas, jrojas@x.com", None), ("Hola Ana, jrojas@x.com", None),
        ("em nome de Ana Dias, ana@x.com", "Ana Dias"), ("perdona, el nombre es Javier Pons", "Javier Pons"), ("no nome do meu marido, Paulo Dias", "Paulo Dias"), ("my name is spelled wrong", None),
        ("this is urgent", None), ("sou vegetariano", None), ("Ana Ruiz", None), ("quiero reservar", None), ("I am interested", None), ("es para mi esposa", None),
    ],
)  # fmt: skip
def test_a_name_that_is_said_plainly(message: str, name: str | None) -> None:
    assert read(message).name == name


@pytest.mark.parametrize(
    ("message", "email"),
    [
        ("ana@correo.com", "ana@correo.com"), ("Ana.Ruiz+hotel@Correo.com.AR", "ana.ruiz+hotel@correo.com.ar"), ("mi mail es ana@correo.com.", "ana@correo.com"), ("<ana@correo.com>", "ana@correo.com"),
        ("ana arroba correo.com", "ana@correo.com"), ("ana (at) correo.com", "ana@correo.com"), ("ana[at]correo.com", "ana@correo.com"), ("ana @ correo.com", "ana@correo.com"), ("ana arroba correo punto com", "ana@correo.com"),
        ("joao arroba correio ponto com", "joao@correio.com"), ("mailto:ana@correo.com", "ana@correo.com"), ("ana@correo", None), ("@ana", None), ("ana@", None), ("correo.com", None), ("meet me at booking.com", None), ("", None), ("a@b@c", None),
    ],
)  # fmt: skip
def test_an_address(message: str, email: str | None) -> None:
    assert read(message).email == email


@pytest.mark.parametrize(
    ("message", "email"),
    [
        ("ann at mail dot com", "ann@mail.com"),
        ("ana arroba correo punto com punto ar", "ana@correo.com.ar"),
        ("no tengo", None),
        ("después te lo paso", None),
    ],
)
def test_a_spoken_address_where_one_was_asked(message: str, email: str | None) -> None:
    assert read(message, expecting=Expecting.EMAIL).email == email


@pytest.mark.parametrize(
    ("message", "phone"),
    [
        ("+54 11 5555 0100", "+541155550100"), ("mi teléfono es 11-5555-0100", "1155550100"), ("(011) 5555-0100", "01155550100"), ("600 12 34 56", "600123456"), ("+55 (11) 91234-5678", "+5511912345678"),
        ("llámame al 1155550100", "1155550100"), ("del 3 al 5 de mayo", None), ("habitación 305", None), ("$ 1.500", None), ("ana12345678@correo.com", None), ("12345", None), ("", None),
    ],
)  # fmt: skip
def test_a_phone_number(message: str, phone: str | None) -> None:
    assert read(message).phone == phone


@pytest.mark.parametrize(
    ("message", "code"),
    [("HD-AB12CD", "HD-AB12CD"),
        ("DEMO-KMQFTR", "DEMO-KMQFTR"),
        ("SEXTA-FEIRA", None),
        ("Gomez-Lopez", None), ("mi reserva es QX7K2M9P", "QX7K2M9P"), ("código AH-2026 gracias", "AH-2026"), ("hd-ab12cd", "HD-AB12CD"), ("ver mi reserva demo-7f3kmq", "DEMO-7F3KMQ"), ("qx7k2m9p", None), ("demo-kmqftr", None), ("check-in", None),
        ("mayo-2030", None), ("segunda-feira", None), ("late-check", None), ("HOTEL", None), ("GRACIAS", None), ("123456", None), ("ABC123@CORREO.COM", None), ("", None)],
)  # fmt: skip
def test_a_reservation_code(message: str, code: str | None) -> None:
    assert read(message).code == code


@pytest.mark.parametrize(
    ("message", "code", "name"),
    [
        ("hd-ab12cd", "HD-AB12CD", None), ("HD-AB12CD Ruiz", "HD-AB12CD", "Ruiz"), ("ruiz hd-ab12cd", "HD-AB12CD", "Ruiz"), ("qx7k2m9p, Ruiz", "QX7K2M9P", "Ruiz"), ("Ruiz", None, "Ruiz"), ("de la Fuente", None, "de la Fuente"),
        ("Gomez-Lopez", None, "Gomez-Lopez"),
        ("mi código es hd-ab12cd y el apellido es ruiz", "HD-AB12CD", "Ruiz"),
        ("demo-kmqftr ruiz", "DEMO-KMQFTR", "Ruiz"), ("no lo tengo", None, None), ("me llamo Ana Ruiz", None, "Ana Ruiz"),
    ],
)  # fmt: skip
def test_code_and_surname_where_they_were_asked(message: str, code: str | None, name: str | None) -> None:
    said = read(message, expecting=Expecting.CODE)
    assert (said.code, said.name) == (code, name)


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("DEMO-7F3KMQ Ruiz", "Ruiz"),
        ("ver mi reserva DEMO-7F3KMQ, Ruiz", "Ruiz"),
        ("minha reserva DEMO-7F3KMQ, da Silva", None),
        ("demo-7f3kmq Ruiz Soto", "Ruiz Soto"),
        ("cancelar DEMO-7F3KMQ por favor", None),
        ("change DEMO-7F3KMQ to May 10", None),
        ("DEMO-7F3KMQ. Gracias", None),
        ("DEMO-7F3KMQ", None),
    ],
)
def test_a_surname_behind_a_code_that_nobody_asked_for(message: str, name: str | None) -> None:
    assert read(message).name == name


@pytest.mark.parametrize(
    "name",
    ["Domingo Pérez", "Plácido Domingo", "Domingo Sábado da Silva", "Abril García", "Oliver Pool"],
)
def test_the_words_of_a_name_say_nothing_else(name: str) -> None:
    reading = read(name, expecting=Expecting.NAME)
    assert (reading.name, reading.dates, reading.month, reading.intents) == (name, None, None, frozenset())


@pytest.mark.parametrize("text", ["deixa pra lá", "próximo domingo", "el sábado"])
def test_what_is_no_name_is_read_as_what_it_says(text: str) -> None:
    reading = read(text, expecting=Expecting.NAME)
    assert reading.dates is not None or reading.intents


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Soy Alejandro, apellido Niño de Guzmán", "Alejandro Niño de Guzmán"),
        ("nombre: Ana, apellido: Ruiz", "Ana Ruiz"),
        ("apellido Soto", "Soto"),
    ],
)
def test_a_given_name_and_a_surname_are_one_name(text: str, name: str) -> None:
    assert read(text, expecting=Expecting.NAME).name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("DEMO-7F3KMQ, Soto", "Soto"),
        ("cambiar mi reserva DEMO-7F3KMQ, Soto, para del 6 al 9 de mayo", "Soto"),
        ("cambiar mi reserva DEMO-7F3KMQ Soto para del 6 al 9 de mayo", "Soto"),
        ("my booking is DEMO-7F3KMQ, Soto. can I check in at noon?", "Soto"),
        ("DEMO-7F3KMQ Quisiera cambiarla", None),
        ("DEMO-7F3KMQ, Gracias", None),
        ("DEMO-7F3KMQ para el 5", None),
    ],
)
def test_a_surname_behind_a_code_ends_where_something_else_begins(text: str, name: str | None) -> None:
    assert read(text).name == name


@pytest.mark.parametrize(
    ("text", "choice"), [("1 y hay wifi?", 0), ("2 please and is there wifi?", 1), ("1 y 2", None), ("2, 3", None)]
)
def test_a_number_may_be_followed_by_something_else(text: str, choice: int | None) -> None:
    assert read(text, expecting=Expecting.OFFER, options=OFFERS).choice == choice
