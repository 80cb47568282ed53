"""Which days a message names, on Wednesday 15 April 2026."""

from datetime import date

import pytest

from agente_hotelero.dialogue.reading import Expecting
from agente_hotelero.dialogue.understanding.calendar_words import easter
from tests.unit.dialogue.understanding.reading import EN, ES, PT, read, stay

# What every date library gets wrong somewhere; «|» parts the readings that are right.
EXPRESSIONS = """
del 3 al 5 de mayo                           2026-05-03..2026-05-05
este finde                                   2026-04-17..2026-04-19
este fin de semana                           2026-04-17..2026-04-19
pasado mañana                                2026-04-17
mañana                                       2026-04-16
esta noche                                   2026-04-15
el próximo viernes                           2026-04-17|2026-04-24
el viernes que viene                         2026-04-17|2026-04-24
del 28 de abril al 2 de mayo                 2026-04-28..2026-05-02
entre el 10 y el 12 de junio                 2026-06-10..2026-06-12
3/5/2026                                     2026-05-03
3 de mayo por dos noches                     2026-05-03..2026-05-05
dentro de 10 días                            2026-04-25
llegamos el 24 de diciembre                  2026-12-24
el 3 de marzo                                2027-03-03
quiero una habitacion para el sabado         2026-04-18
somos 2 adultos y 1 niño                     -
cuánto cuesta?                               -
a las 15:00                                  -
next Friday for two nights                   2026-04-17..2026-04-19|2026-04-24..2026-04-26
from May 3 to May 5                          2026-05-03..2026-05-05
May 3-5                                      2026-05-03..2026-05-05
this weekend                                 2026-04-17..2026-04-19
the day after tomorrow                       2026-04-17
tonight                                      2026-04-15
Dec 30 to Jan 2                              2026-12-30..2027-01-02
checking in on the 22nd, leaving on the 25th 2026-04-22..2026-04-25
room 305 has no hot water                    -
de 3 a 5 de maio                             2026-05-03..2026-05-05
depois de amanhã                             2026-04-17
próxima sexta-feira                          2026-04-17|2026-04-24
neste fim de semana                          2026-04-17..2026-04-19
daqui a duas semanas                         2026-04-29
"""


def table(text: str) -> list[tuple[str, str]]:
    """Rows of a message and what it says, the last word of each."""
    rows = [line.rsplit(maxsplit=1) for line in text.strip().splitlines()]
    return [(message.strip(), said) for message, said in rows]


@pytest.mark.parametrize(("message", "said"), table(EXPRESSIONS))
def test_the_date_expressions_that_guests_use(message: str, said: str) -> None:
    assert (stay(message) or "-") in said.split("|")


def test_the_table_of_date_expressions_is_whole() -> None:
    assert len(table(EXPRESSIONS)) == 33


@pytest.mark.parametrize(
    ("message", "said"),
    table("""
        del 3 hasta el 5 de mayo                                          2026-05-03..2026-05-05
        3-5 mayo                                                          2026-05-03..2026-05-05
        3 - 5 de mayo                                                     2026-05-03..2026-05-05
        3/5 al 5/5                                                        2026-05-03..2026-05-05
        03-05-2026 al 05-05-2026                                          2026-05-03..2026-05-05
        del 03-05 al 05-05                                                2026-05-03..2026-05-05
        3/5 - 5/5                                                         2026-05-03..2026-05-05
        del 03.05. al 05.05.2026                                          2026-05-03..2026-05-05
        2026-05-03 a 2026-05-05                                           2026-05-03..2026-05-05
        mayo 3 al 5                                                       2026-05-03..2026-05-05
        mayo del 3 al 5                                                   2026-05-03..2026-05-05
        en mayo, del 3 al 5                                               2026-05-03..2026-05-05
        3mayo al 5mayo                                                    2026-05-03..2026-05-05
        5-may-2026                                                        2026-05-05
        del tres al cinco de mayo                                         2026-05-03..2026-05-05
        primero de mayo                                                   2026-05-01
        1º de mayo al 3                                                   2026-05-01..2026-05-03
        uno de mayo                                                       2026-05-01
        del treinta y uno de mayo al dos de junio                         2026-05-31..2026-06-02
        veintidós de mayo                                                 2026-05-22
        vinte e dois de maio                                              2026-05-22
        the twenty-second of May                                          2026-05-22
        May the first                                                     2026-05-01
        May 3rd through the 5th                                           2026-05-03..2026-05-05
        in May from the 3rd to the 5th                                    2026-05-03..2026-05-05
        the 3rd to the 5th of May                                         2026-05-03..2026-05-05
        May 3rd, 2027 until May 5th, 2027                                 2027-05-03..2027-05-05
        del 28 al 2 de mayo                                               2026-04-28..2026-05-02
        del 28 de mayo al 2                                               2026-05-28..2026-06-02
        del 30 de diciembre al 2 de enero                                 2026-12-30..2027-01-02
        del 30/12/2026 al 2/1/2027                                        2026-12-30..2027-01-02
        30 al 2 de enero de 2027                                          2026-12-30..2027-01-02
        salgo el 5 de mayo y llego el 3 de mayo                           2026-05-03..2026-05-05
        el 3 de mayo llegamos y el 5 nos vamos                            2026-05-03..2026-05-05
        3 de mayo (check in) 5 de mayo (check out)                        2026-05-03..2026-05-05
        check in 3 may check out 5 may                                    2026-05-03..2026-05-05
        ingreso 3/5 egreso 5/5                                            2026-05-03..2026-05-05
        in 3/5 out 5/5                                                    2026-05-03..2026-05-05
        cuánto saldría una noche este sábado                              2026-04-18..2026-04-19
        keria reservar pa mañana                                          2026-04-16
        entrada 3/5 salida 5/5                                            2026-05-03..2026-05-05
        chegando dia 3 de maio e saindo dia 5                             2026-05-03..2026-05-05
        dias 3 a 5 de maio                                                2026-05-03..2026-05-05
        desde el 3 hasta el 5 de mayo                                     2026-05-03..2026-05-05
        del viernes 8 al domingo 10 de mayo                               2026-05-08..2026-05-10
        Fri 17 - Sun 19 April                                             2026-04-17..2026-04-19
        de viernes a domingo                                              2026-04-17..2026-04-19
        vie-dom                                                           2026-04-17..2026-04-19
        from Friday to Sunday                                             2026-04-17..2026-04-19
        de sexta a domingo                                                2026-04-17..2026-04-19
        de domingo a viernes                                              2026-04-19..2026-04-24
        de segunda a quinta-feira                                         2026-04-20..2026-04-23
        segunda que vem                                                   2026-04-20
        na sexta                                                          2026-04-17
        lunes de la semana que viene                                      2026-04-20
        friday next week                                                  2026-04-24
        mañana jueves                                                     2026-04-16
        mañana, jueves 16 de abril                                        2026-04-16
        mañana por la mañana                                              2026-04-16
        hoy a la mañana                                                   2026-04-15
        desde mañana hasta el viernes                                     2026-04-16..2026-04-17
        tomorrow for 3 nights                                             2026-04-16..2026-04-19
        amanhã por duas noites                                            2026-04-16..2026-04-18
        una semana desde el 3 de mayo                                     2026-05-03..2026-05-10
        for a week from May 3                                             2026-05-03..2026-05-10
        in a week                                                         2026-04-22
        en un mes                                                         2026-05-15
        within 2 months                                                   2026-06-15
        el finde que viene                                                2026-04-24..2026-04-26
        next weekend                                                      2026-04-24..2026-04-26
        el finde del 2 de mayo                                            2026-05-01..2026-05-03
        este finde, llegando el sábado                                    2026-04-18..2026-04-19
        el finde por 3 noches                                             2026-04-17..2026-04-20
        en navidad                                                        2026-12-25
        año nuevo por 2 noches                                            2027-01-01..2027-01-03
        semana santa                                                      2027-03-25..2027-03-28
        no carnaval                                                       2027-02-06..2027-02-10
        el 5 del mes que viene                                            2026-05-05
        on the 5th of next month                                          2026-05-05
        víspera de año nuevo                                              2026-12-31
        new year's eve 2027                                               2027-12-31
        el finde del 9                                                    2026-05-08..2026-05-10
        viernes 29                                                        2026-05-29
        29 de febrero                                                     2028-02-29
        el 31                                                             2026-05-31
        el 10                                                             2026-05-10
        el 15                                                             2026-04-15
        dia 20                                                            2026-04-20
        hasta el 20, 3 noches                                             2026-04-17..2026-04-20
        no, del 5 al 8 de mayo                                            2026-05-05..2026-05-08
        no el 3 de mayo, el 5 de mayo                                     2026-05-05
        no, mejor del 5 al 8 de mayo                                      2026-05-05..2026-05-08
        el 3 de mayo, no, mejor el 5 de mayo                              2026-05-05
        el 5 de mayo en vez del 3 de mayo                                 2026-05-05
        el 3 y 4 de mayo                                                  2026-05-03
        hoy y mañana                                                      2026-04-15
        mañana te confirmo, es del 3 al 5 de mayo                         2026-05-03..2026-05-05
        DEL 3 AL 5 DE MAYO                                                2026-05-03..2026-05-05
        ola quero de 3 a 5 de maio p 2 pessoas                            2026-05-03..2026-05-05
        2 doubles from 3 to 5 May                                         2026-05-03..2026-05-05
        5/13 to 5/15                                                      2026-05-13..2026-05-15
        03-05 al 05-05                                                    2026-05-03..2026-05-05
        5/13 to 6/2                                                       2026-05-13..2026-06-02
        del 30 de diciembre al 2 de enero de 2028                         2027-12-30..2028-01-02
        30 al 2 de mayo de 2027                                           2027-04-30..2027-05-02
        5/3 to 5/13                                                       2026-05-03..2026-05-13
    """),
)
def test_more_ways_to_say_a_stay(message: str, said: str) -> None:
    assert stay(message) == said


@pytest.mark.parametrize(
    "message",
    [
        "room 305", "habitación 12", "la habitacion 5", "a las 15:00", "de 9 a 18 hs", "at 3 pm", "3h", "de 15 a 18 horas",
        "2 adultos y 1 niño", "de 3 a 5 personas", "entre 2 y 4 personas", "2-3 people", "niños de 3 y 5 años", "entre 3 y 5 noches",
        "cuesta $120?", "entre 20 y 30 dólares", "R$ 350,50", "1.500 pesos", "20% de descuento", "entre 15 y 20 usd",
        "mi número es +54 11 5555 0100", "600 12 34 56", "11-5555-0100", "código HD-2026-05", "AB12-3456", "ana.3mayo@correo.com",
        "atienden 24/7?", "la opción 3", "opcion 2", "la segunda", "el segundo", "quinta opción", "piso 3", "3rd floor", "the 2nd room",
        "av. 9 de Julio 1234", "calle 25 de mayo 300", "soy Julio", "me llamo Abril Marzo", "vista al mar para 2", "may I book a room?",
        "you may 3 of us", "3 out of 5", "por la mañana", "buenos días", "hasta mañana", "una hora", "los viernes", "vuelo de Santo Domingo",
        "pay 12.50", "4.5 estrellas", "50/50", "1/2 pensión", "la semana que viene", "principios de mayo", "sol y playa", "the sun terrace",
        "ayer les escribí", "2 years ago", "300 mayo", "un mayo", "hotel 3 estrellas", "room for 2", "para 4", "",
    ],
)  # fmt: skip
def test_numbers_that_are_no_dates(message: str) -> None:
    assert stay(message) is None


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("el 3 de marzo de 2026", "past"),
        ("del 10/4/2026 al 12/4/2026", "past"),
        ("del 5 al 3 de mayo", "reversed"),
        ("del 5 de mayo al 3 de mayo", "reversed"),
        ("del 10 de junio al 5 de mayo", "reversed"),
        ("del 5 al 5 de mayo", "reversed"),
        ("31 de abril", "impossible"),
        ("30 de febrero", "impossible"),
        ("32 de mayo", "impossible"),
        ("31/4/2026", "impossible"),
        ("del 30 al 31 de abril", "impossible"),
        ("3 de mayo de 2095", "impossible"),
        ("sábado 17", "ambiguous 2026-04-17 2026-04-18"),
        ("mañana viernes", "ambiguous 2026-04-16 2026-04-17"),
    ],
)
def test_dates_that_cannot_be_used_say_why(message: str, said: str) -> None:
    assert stay(message) == said


def test_english_may_put_the_month_first_so_we_ask() -> None:
    assert stay("I want a room on 5/6", prior=EN) == "ambiguous 2026-05-06 2026-06-05"


def test_english_pairs_are_read_the_way_that_makes_a_likely_stay() -> None:
    assert stay("from 05/04 to 05/06 please", prior=EN) == "2026-05-04..2026-05-06"
    assert stay("from 03/05 to 05/05 please", prior=EN) == "2026-05-03..2026-05-05"


def test_an_english_pair_with_a_day_that_is_none_is_impossible() -> None:
    assert stay("from 30/2 to 2/3 please", prior=EN) == "impossible"


def test_english_says_no_month_first_where_that_day_is_past() -> None:
    assert stay("I want a room on 5/6/2026", prior=EN, today=date(2026, 5, 20)) == "2026-06-05"
    assert stay("I want a room on 5/6/2025", prior=EN) == "past"


def test_spanish_and_portuguese_put_the_day_first() -> None:
    assert stay("para el 5/6", prior=ES) == "2026-06-05"
    assert stay("no dia 5/6", prior=PT) == "2026-06-05"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("3", "2026-05-03"), ("el 3", "2026-05-03"), ("3 por favor", "2026-05-03"), ("3-5", "2026-05-03..2026-05-05"), ("3 a 5", "2026-05-03..2026-05-05"),
        ("3 to 5", "2026-05-03..2026-05-05"), ("03.05.", "2026-05-03"), ("ayer", "past"), ("sí", None), ("20, somos 3", None), ("99", None),
    ],
)  # fmt: skip
def test_a_bare_number_is_a_day_where_dates_were_asked(message: str, said: str | None) -> None:
    assert stay(message, expecting=Expecting.DATES) == said


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("el 8", "..2026-05-08"), ("8", "..2026-05-08"), ("hasta el 8", "..2026-05-08"), ("el 2", "..2026-06-02"), ("el viernes", "..2026-05-08"),
        ("8 de mayo", "..2026-05-08"), ("el 3 de mayo", "..2027-05-03"), ("3/5/2026", "reversed"), ("llego el 6 y me voy el 8", "2026-05-06..2026-05-08"),
        ("llego el 6 de mayo", "2026-05-06"),
    ],
)  # fmt: skip
def test_a_day_is_the_departure_where_that_was_asked(message: str, said: str) -> None:
    assert stay(message, expecting=Expecting.CHECK_OUT, check_in=date(2026, 5, 3)) == said


def test_until_says_departure_even_when_nothing_was_asked() -> None:
    assert stay("mejor hasta el 8", check_in=date(2026, 5, 3)) == "..2026-05-08"
    assert stay("nos vamos el 8 de mayo") == "..2026-05-08"
    assert stay("hasta el 3 de mayo de 2025") == "past"


def test_a_departure_in_english_is_the_nearer_reading() -> None:
    said = stay("I leave on 5/6", prior=EN, expecting=Expecting.CHECK_OUT, check_in=date(2026, 5, 3))
    assert said == "..2026-05-06"


def test_opening_hours_are_no_stay() -> None:
    assert stay("¿A qué hora atienden de lunes a viernes?") is None


@pytest.mark.parametrize(
    ("today", "message", "said"),
    [
        (date(2026, 4, 18), "este finde", "2026-04-18..2026-04-19"),
        (date(2026, 4, 19), "este finde", "2026-04-24..2026-04-26"),
        (date(2026, 4, 19), "el próximo finde", "2026-04-24..2026-04-26"),
        (date(2026, 4, 17), "el viernes", "2026-04-24"),
        (date(2026, 12, 30), "mañana por 3 noches", "2026-12-31..2027-01-03"),
        (date(2026, 1, 31), "en un mes", "2026-02-28"),
        (date(2028, 2, 29), "hoy", "2028-02-29"),
        (date(2026, 4, 3), "semana santa", "2026-04-03..2026-04-05"),
        (date(2026, 12, 20), "el 5 del próximo mes", "2027-01-05"),
    ],
)
def test_the_day_that_it_is_said_on_counts(today: date, message: str, said: str) -> None:
    assert stay(message, today=today) == said


@pytest.mark.parametrize(
    "sunday",
    [date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25), date(2285, 3, 22)],
)
def test_easter_falls_where_the_church_says(sunday: date) -> None:
    assert easter(sunday.year) == sunday


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("no, mejor del 6 al 9", "2026-06-06..2026-06-09"),
        ("não, melhor de 7 a 10", "2026-06-07..2026-06-10"),
        ("actually 6 to 9", "2026-06-06..2026-06-09"),
        ("¿el desayuno es de 7 a 10?", None),
        ("mejor de 2 a 3 personas", None),
        ("na verdade de 6 a 9", "2026-06-06..2026-06-09"),
        ("melhor do dia 6 ao dia 9", "2026-06-06..2026-06-09"),
        ("actually from the 6th to the 9th", "2026-06-06..2026-06-09"),
        ("mejor llegamos el 28", "2026-06-28"),
        ("del 28 al 2", "2026-06-28..2026-07-02"),
        ("mejor del 6 al 9 de mayo", "2026-05-06..2026-05-09"),
        ("no, en abril: del 20 al 22", "2026-04-20..2026-04-22"),
        ("mejor mañana", "2026-04-16"),
        ("mejor el viernes", "2026-04-17"),
        ("hasta el 9", "..2026-06-09"),
        ("hasta el 9 de julio", "..2026-07-09"),
    ],
)
@pytest.mark.parametrize("known", ["check_in", "near"])
def test_a_day_without_a_month_is_of_the_month_that_is_talked_about(known: str, message: str, said: str | None) -> None:
    assert stay(message, **{known: date(2026, 6, 5)}) == said


def test_long_before_the_day_that_is_talked_about_the_month_after_is_meant() -> None:
    assert stay("mejor del 2 al 5", check_in=date(2026, 5, 30)) == "2026-06-02..2026-06-05"
    assert stay("mejor del 20 al 22", check_in=date(2026, 5, 30)) == "2026-05-20..2026-05-22"


def test_of_the_month_that_is_talked_about_no_day_is_past() -> None:
    assert stay("mejor del 6 al 9", check_in=date(2026, 4, 20)) == "2026-05-06..2026-05-09"


@pytest.mark.parametrize("weekday", ["viernes 8", "friday the 8th"])
def test_a_weekday_tells_the_month_before_anything_else(weekday: str) -> None:
    assert stay(weekday, check_in=date(2026, 6, 5)) == "2026-05-08"


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("el 8", "2026-06-08"),
        ("la del 8", "2026-06-08"),
        ("el lunes", "2026-06-08"),
        ("na quarta", "2026-06-10"),
        ("Wednesday", "2026-06-10"),
        ("wednesday the 10th", "2026-06-10"),
        ("el 12", "2026-05-12"),
        ("el jueves", "2026-04-16"),
        ("el 8 de mayo", "2026-05-08"),
    ],
)
def test_a_day_that_was_offered_is_the_one_that_is_meant(message: str, said: str) -> None:
    days = (date(2026, 6, 8), date(2026, 6, 10))
    assert stay(message, expecting=Expecting.OPTION, days=days, options=("lun 8 de jun", "mié 10 de jun")) == said


def test_what_no_month_tells_is_said_so() -> None:
    for message, unsaid in (("llegamos el 6", True), ("llegamos el 6 de mayo", False), ("mañana", False)):
        dates = read(message).dates
        assert dates is not None
        assert dates.month_unsaid == unsaid
