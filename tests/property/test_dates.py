"""A stay is chosen first and then written as guests write it, so that nothing here knows how dates are read."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from agente_hotelero.dialogue.reading import Context, DateReading, DateTrouble, Expecting, Language
from agente_hotelero.dialogue.understanding.offline import understand

LANGUAGES = (Language.ES, Language.PT, Language.EN)
MONTH_NAMES = {
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
    "en": "January February March April May June July August September October November December".split(),
}
DAY_NAMES = {
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(),
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo".split(),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(),
}
COUNTS = {
    "es": "cero una dos tres cuatro cinco seis siete ocho nueve diez".split(),
    "pt": "zero uma duas três quatro cinco seis sete oito nove dez".split(),
    "en": "zero one two three four five six seven eight nine ten".split(),
}
NIGHTS = {"es": ("noche", "noches"), "pt": ("noite", "noites"), "en": ("night", "nights")}
# What stands around a stay, and who comes: adults, children, total.
AROUND = {
    "es": {
        "{}": "---", "hola, {}": "---", "Hola! quiero una habitación doble {}": "---", "buenas tardes, tienen lugar {}?": "---", "{}, por favor": "---",
        "necesito una habitacion para 2 personas {}": "--2", "{} para dos adultos y un niño": "21-", "somos 3, {}": "--3", "cuánto sale {} la doble?": "---",
        "{} somos 2 adultos y 1 niño de 5 años": "21-", "busco 2 habitaciones {}, gracias": "---", "mi mail es ana.3@correo.com y sería {}": "---",
        "quisiera reservar {} a nombre de Ana Ruiz": "---", "{} con desayuno, llegamos a las 15:00": "---", "no, mejor {}": "---", "{} con mi esposa": "2--",
    },
    "pt": {
        "{}": "---", "oi, {}": "---", "Olá! quero um quarto duplo {}": "---", "boa tarde, tem vaga {}?": "---", "{}, por favor": "---",
        "preciso de um quarto para 2 pessoas {}": "--2", "{} para dois adultos e uma criança": "21-", "somos 3, {}": "--3", "quanto custa {} o duplo?": "---",
        "{} somos 2 adultos e 1 criança de 5 anos": "21-", "2 quartos {}, obrigado": "---", "meu e-mail é ana.3@correio.com e seria {}": "---",
        "gostaria de reservar {} em nome de Ana Ruiz": "---", "{} com café da manhã, chegamos às 15:00": "---", "não, melhor {}": "---", "{} com minha esposa": "2--",
    },
    "en": {
        "{}": "---", "hi, {}": "---", "Hello! I'd like a double room {}": "---", "good afternoon, do you have a room {}?": "---", "{}, please": "---",
        "I need a room for 2 people {}": "--2", "{} for two adults and a child": "21-", "we are 3, {}": "--3", "how much is the double {}?": "---",
        "{} we are 2 adults and 1 kid aged 5": "21-", "2 rooms {}, thanks": "---", "my email is ana.3@mail.com and it would be {}": "---",
        "I want to book {} under the name Ana Ruiz": "---", "{} with breakfast, around 3 pm": "---", "no, {} rather": "---", "{} with my wife": "2--",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Written:
    """A stay, and a message that says it."""

    today: date
    arrives: date
    leaves: date
    language: Language
    text: str
    who: str
    """Adults, children and total, a digit or «-» each."""


def ordinal(day: int) -> str:
    ending = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{ending}"


def d(day: date) -> str:
    return f"{day.day}"


def month(day: date, language: str) -> str:
    return MONTH_NAMES[language][day.month - 1]


def long(day: date, language: str) -> str:
    if language == "en":
        return f"{month(day, language)} {ordinal(day.day)}"
    return f"{day.day} de {month(day, language)}"


def weekday(day: date, language: str) -> str:
    return DAY_NAMES[language][day.weekday()]


def slashed(day: date) -> str:
    return f"{day:%d/%m}"


# As somebody says them, and a machine writes them down: 1 to 19, 20 and its neighbours, the tens with their ones.
ONES = {
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro"
    " veinticinco veintiséis veintisiete veintiocho veintinueve treinta treinta_y_uno",
    "pt": "primeiro dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze dezesseis dezessete dezoito dezenove vinte vinte_e_um vinte_e_dois vinte_e_três vinte_e_quatro"
    " vinte_e_cinco vinte_e_seis vinte_e_sete vinte_e_oito vinte_e_nove trinta trinta_e_um",
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
    " twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first",
}  # fmt: skip


def spoken(day: date, language: str) -> str:
    return ONES[language].split()[day.day - 1].replace("_", " ")


Writer = Callable[[date, date, str], str]
# Any two days.
FULL: dict[str, list[Writer]] = {
    "es": [
        lambda a, b, m: f"del {long(a, m)} al {long(b, m)}",
        lambda a, b, m: f"desde el {long(a, m)} hasta el {long(b, m)}",
        lambda a, b, m: f"entre el {long(a, m)} y el {long(b, m)}",
        lambda a, b, m: f"llegando el {long(a, m)} y saliendo el {long(b, m)}",
        lambda a, b, m: f"llegamos el {long(a, m)} y nos vamos el {long(b, m)}",
        lambda a, b, m: f"entrada {long(a, m)}, salida {long(b, m)}",
        lambda a, b, m: f"check in {long(a, m)} check out {long(b, m)}",
        lambda a, b, m: f"{d(a)} {month(a, m)} - {d(b)} {month(b, m)}",
        lambda a, b, m: f"{d(a)} {month(a, m)[:3]} al {d(b)} {month(b, m)[:3]}",
        lambda a, b, m: f"del {weekday(a, m)} {long(a, m)} al {weekday(b, m)} {long(b, m)}",
        lambda a, b, m: f"del {slashed(a)} al {slashed(b)}",
        lambda a, b, _: f"{slashed(a)} - {slashed(b)}",
        lambda a, b, _: f"{a.day}/{a.month}/{a.year} al {b.day}/{b.month}/{b.year}",
        lambda a, b, _: f"del {a:%d-%m-%Y} al {b:%d-%m-%Y}",
        lambda a, b, m: f"del {long(a, m)} de {a.year} al {long(b, m)} de {b.year}",
        lambda a, b, _: f"del {a.day} del {a.month} al {b.day} del {b.month}",
        lambda a, b, _: f"{a:%d/%m}-{b:%d/%m}",
        lambda a, b, _: f"{a:%d.%m} - {b:%d.%m}",
        lambda a, b, _: f"del {a.day} / {a.month} al {b.day} / {b.month}",
        lambda a, b, m: f"del {a.day}de{month(a, m)} al {b.day}de{month(b, m)}",
        lambda a, b, m: f"del {spoken(a, m)} de {month(a, m)} al {spoken(b, m)} de {month(b, m)}",
        lambda a, b, m: f"llegamos {weekday(a, m)} {long(a, m)}, nos volvemos {weekday(b, m)} {long(b, m)}",
    ],
    "pt": [
        lambda a, b, m: f"de {long(a, m)} a {long(b, m)}",
        lambda a, b, m: f"do dia {long(a, m)} até o dia {long(b, m)}",
        lambda a, b, m: f"entre {long(a, m)} e {long(b, m)}",
        lambda a, b, m: f"chegando dia {long(a, m)} e saindo dia {long(b, m)}",
        lambda a, b, m: f"entrada {long(a, m)} e saída {long(b, m)}",
        lambda a, b, m: f"check-in {long(a, m)}, check-out {long(b, m)}",
        lambda a, b, m: f"{d(a)} {month(a, m)[:3]} a {d(b)} {month(b, m)[:3]}",
        lambda a, b, m: f"de {weekday(a, m)}, {long(a, m)}, a {weekday(b, m)}, {long(b, m)}",
        lambda a, b, _: f"de {slashed(a)} a {slashed(b)}",
        lambda a, b, _: f"{a:%d/%m/%Y} até {b:%d/%m/%Y}",
        lambda a, b, _: f"{a:%d.%m.%Y} - {b:%d.%m.%Y}",
        lambda a, b, m: f"de {long(a, m)} de {a.year} a {long(b, m)} de {b.year}",
        lambda a, b, _: f"dia {a.day} do {a.month} ao dia {b.day} do {b.month}",
        lambda a, b, _: f"{a:%d/%m}-{b:%d/%m}",
        lambda a, b, m: f"do dia {spoken(a, m)} de {month(a, m)} ao dia {spoken(b, m)} de {month(b, m)}",
        lambda a, b, m: f"chegamos {long(a, m)} e vamos embora {long(b, m)}",
    ],
    "en": [
        lambda a, b, m: f"from {long(a, m)} to {long(b, m)}",
        lambda a, b, m: f"from the {ordinal(a.day)} of {month(a, m)} until the {ordinal(b.day)} of {month(b, m)}",
        lambda a, b, m: f"between {long(a, m)} and {long(b, m)}",
        lambda a, b, m: f"arriving {long(a, m)}, leaving {long(b, m)}",
        lambda a, b, m: f"checking in on {long(a, m)} and checking out on {long(b, m)}",
        lambda a, b, m: f"{d(a)} {month(a, m)} - {d(b)} {month(b, m)}",
        lambda a, b, m: f"{month(a, m)[:3]} {a.day} to {month(b, m)[:3]} {b.day}",
        lambda a, b, m: f"{weekday(a, m)} {long(a, m)} through {weekday(b, m)} {long(b, m)}",
        lambda a, b, _: f"{a.isoformat()} to {b.isoformat()}",
        lambda a, b, m: f"from {long(a, m)}, {a.year} to {long(b, m)}, {b.year}",
        lambda a, b, m: f"{month(a, m)[:3]}{a.day}-{month(b, m)[:3]}{b.day}",
        lambda a, b, m: f"in on {long(a, m)}, out on {long(b, m)}",
        lambda a, b, m: f"from the {spoken(a, m)} of {month(a, m)} to the {spoken(b, m)} of {month(b, m)}",
    ],
}
# Two days of one month, which is said once.
ONE_MONTH: dict[str, list[Writer]] = {
    "es": [
        lambda a, b, m: f"del {d(a)} al {long(b, m)}",
        lambda a, b, m: f"{d(a)} al {d(b)} {month(b, m)}",
        lambda a, b, m: f"{d(a)}-{d(b)} {month(b, m)}",
        lambda a, b, m: f"del {d(a)} hasta el {long(b, m)}",
        lambda a, b, m: f"{d(a)}al{d(b)} de {month(b, m)}",
        lambda a, b, m: f"del{d(a)} al{d(b)} de {month(b, m)}",
        lambda a, b, m: f"del {spoken(a, m)} al {spoken(b, m)} de {month(b, m)}",
        lambda a, b, _: f"{d(a)}-{d(b)}/{b.month}",
        lambda a, b, m: f"entre el {d(a)} y el {long(b, m)}",
        lambda a, b, m: f"en {month(b, m)} del {d(a)} al {d(b)}",
        lambda a, b, m: f"{month(b, m)} {d(a)} al {d(b)}",
        lambda a, b, m: f"{month(b, m)} {d(a)}-{d(b)}",
        lambda a, b, m: f"del {weekday(a, m)} {d(a)} al {weekday(b, m)} {long(b, m)}",
        lambda a, b, m: f"llego el {long(a, m)} y me voy el {d(b)}",
    ],
    "pt": [
        lambda a, b, m: f"de {d(a)} a {long(b, m)}",
        lambda a, b, m: f"do dia {d(a)} ao dia {long(b, m)}",
        lambda a, b, m: f"{d(a)}-{d(b)} de {month(b, m)}",
        lambda a, b, m: f"dias {d(a)} a {long(b, m)}",
        lambda a, b, m: f"entre {d(a)} e {long(b, m)}",
        lambda a, b, m: f"{d(a)} até {long(b, m)}",
        lambda a, b, m: f"em {month(b, m)}, de {d(a)} a {d(b)}",
    ],
    "en": [
        lambda a, b, m: f"from the {ordinal(a.day)} to the {ordinal(b.day)} of {month(b, m)}",
        lambda a, b, m: f"{month(b, m)} {d(a)}-{d(b)}",
        lambda a, b, m: f"{month(b, m)} {ordinal(a.day)} to {ordinal(b.day)}",
        lambda a, b, m: f"{d(a)}-{d(b)} {month(b, m)}",
        lambda a, b, m: f"{d(a)} to {d(b)} {month(b, m)}",
        lambda a, b, m: f"between the {ordinal(a.day)} and the {ordinal(b.day)} of {month(b, m)}",
        lambda a, b, m: f"in {month(b, m)}, from the {ordinal(a.day)} to the {ordinal(b.day)}",
        lambda a, b, m: f"arriving {long(a, m)} and leaving on the {ordinal(b.day)}",
    ],
}


def nights(count: int, language: str, *, in_words: bool) -> str:
    one, many = NIGHTS[language]
    number = COUNTS[language][count] if in_words and count <= 10 else str(count)
    return f"{number} {one if count == 1 else many}"


def with_nights(first_day: str, count: int, language: str, *, in_words: bool) -> str:
    link = {"es": "por", "pt": "por", "en": "for"}[language]
    return f"{first_day} {link} {nights(count, language, in_words=in_words)}"


@st.composite
def moods(draw: st.DrawFn, text: str, language: str) -> tuple[str, str]:
    """The same words in company, shouted, whispered, or without accents; and who comes."""
    around, who = draw(st.sampled_from(sorted(AROUND[language].items())))
    text = around.format(text)
    change = draw(st.sampled_from(["as it is", "lower", "upper", "no accents", "spaces"]))
    if change == "no accents":
        return text.translate(str.maketrans("áéíóúñçãâêô", "aeiouncaaeo")), who
    if change == "spaces":
        return text.replace(" ", "  ") + " \n", who
    return {"as it is": text, "lower": text.lower(), "upper": text.upper()}[change], who


TODAYS = st.dates(date(2025, 1, 1), date(2032, 12, 31))


@st.composite
def stays(draw: st.DrawFn) -> tuple[date, date, date]:
    """Today, and a stay that its next occurrence is: within a year, and no longer than a month."""
    today = draw(TODAYS)
    arrives = today + timedelta(days=draw(st.integers(1, 300)))
    return today, arrives, arrives + timedelta(days=draw(st.integers(1, 28)))


@st.composite
def two_days(draw: st.DrawFn) -> Written:
    today, arrives, leaves = draw(stays())
    language = draw(st.sampled_from(LANGUAGES))
    ways = list(FULL[language])
    if (arrives.year, arrives.month) == (leaves.year, leaves.month):
        ways += ONE_MONTH[language]
    text = draw(st.sampled_from(ways))(arrives, leaves, language)
    return Written(today, arrives, leaves, language, *draw(moods(text, language)))


@st.composite
def a_day_and_nights(draw: st.DrawFn) -> Written:
    today, arrives, _ = draw(stays())
    count, language = draw(st.integers(1, 14)), draw(st.sampled_from(LANGUAGES))
    article = {"es": "el ", "pt": "dia ", "en": ""}[language]
    ways = [
        f"{article}{long(arrives, language)}",
        f"{article}{d(arrives)} {month(arrives, language)}",
        f"{arrives.isoformat()}",
    ]
    text = with_nights(draw(st.sampled_from(ways)), count, language, in_words=draw(st.booleans()))
    return Written(today, arrives, arrives + timedelta(days=count), language, *draw(moods(text, language)))


@st.composite
def a_near_day_and_nights(draw: st.DrawFn) -> Written:
    """Tomorrow, in so many days or weeks, the next Friday."""
    today, language = draw(TODAYS), draw(st.sampled_from(LANGUAGES))
    days, count = draw(st.integers(0, 10)), draw(st.integers(1, 14))
    arrives = today + timedelta(days=days)
    ways = {
        "es": [f"dentro de {days} días", f"en {days} dias"],
        "pt": [f"daqui a {days} dias", f"em {days} dias"],
        "en": [f"in {days} days", f"within {days} days"],
    }[language]
    named = {
        "es": "hoy|mañana|pasado mañana",
        "pt": "hoje|amanhã|depois de amanhã",
        "en": "today|tomorrow|the day after tomorrow",
    }[language]
    if days <= 2:
        ways = [named.split("|")[days]]
    elif days == 7:
        ways += {
            "es": ["dentro de una semana", "en 1 semana"],
            "pt": ["daqui a uma semana"],
            "en": ["in a week", "in one week"],
        }[language]
    if 1 <= days <= 7:
        name = weekday(arrives, language)
        ways += {
            "es": [f"el {name}", f"este {name}", f"el {name} que viene"],
            "pt": [f"{'no' if arrives.weekday() > 4 else 'na'} {name}", f"{name} que vem"],
            "en": [f"on {name}", f"this {name}"],
        }[language]
    text = with_nights(draw(st.sampled_from(ways)), count, language, in_words=draw(st.booleans()))
    return Written(today, arrives, arrives + timedelta(days=count), language, *draw(moods(text, language)))


@st.composite
def two_weekdays(draw: st.DrawFn) -> Written:
    today, language = draw(TODAYS), draw(st.sampled_from(LANGUAGES))
    arrives = today + timedelta(days=draw(st.integers(1, 7)))
    leaves = arrives + timedelta(days=draw(st.integers(1, 6)))
    first, last = weekday(arrives, language), weekday(leaves, language)
    ways = {
        "es": [f"de {first} a {last}", f"del {first} al {last}", f"desde el {first} hasta el {last}"],
        "pt": [f"de {first} a {last}", f"de {first} até {last}", f"chegando {first} e saindo {last}"],
        "en": [
            f"from {first} to {last}",
            f"{first} to {last}",
            f"arriving {first}, leaving {last}",
            f"{first[:3]} - {last[:3]}",
        ],
    }[language]
    return Written(today, arrives, leaves, language, *draw(moods(draw(st.sampled_from(ways)), language)))


@st.composite
def a_weekend(draw: st.DrawFn) -> Written:
    today = draw(TODAYS.filter(lambda day: day.weekday() < 5))
    friday = today + timedelta(days=4 - today.weekday())
    language = draw(st.sampled_from(LANGUAGES))
    ways = {
        "es": ["este finde", "este fin de semana", "el finde"],
        "pt": ["neste fim de semana", "este fds"],
        "en": ["this weekend"],
    }[language]
    text, who = draw(moods(draw(st.sampled_from(ways)), language))
    return Written(today, friday, friday + timedelta(days=2), language, text, who)


@st.composite
def a_weekend_of_a_month(draw: st.DrawFn) -> Written:
    """The second, the last: by their Saturdays, within a year."""
    today, language = draw(TODAYS), draw(st.sampled_from(LANGUAGES))
    begins = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    first = begins + timedelta(days=31 * draw(st.integers(0, 9)))
    saturdays = [day for day in (first.replace(day=1) + timedelta(days=n) for n in range(31)) if day.weekday() == 5]
    saturdays = [day for day in saturdays if day.month == first.month]
    which = draw(st.integers(0, 3))
    saturday = saturdays[which] if which < 3 else saturdays[-1]
    names = {
        "es": ("primer", "segundo", "tercer", "último"),
        "pt": ("primeiro", "segundo", "terceiro", "último"),
        "en": ("first", "second", "third", "last"),
    }[language]
    weekend, of = {"es": ("finde", "de"), "pt": ("fim de semana", "de"), "en": ("weekend", "of")}[language]
    text, who = draw(moods(f"{names[which]} {weekend} {of} {month(first, language)}", language))
    return Written(today, saturday - timedelta(days=1), saturday + timedelta(days=1), language, text, who)


@st.composite
def a_day_counted_from_another(draw: st.DrawFn) -> Written:
    """«Two weeks from Friday», in English; «de mañana en dos semanas»."""
    today, count, weeks = draw(TODAYS), draw(st.integers(1, 14)), draw(st.integers(1, 3))
    start, language = today + timedelta(days=draw(st.integers(1, 7))), draw(st.sampled_from([Language.ES, Language.EN]))
    if language is Language.EN:
        text = f"{weeks} week{'s' * (weeks > 1)} from {weekday(start, 'en')}"
    else:
        text = f"del {weekday(start, 'es')} en {weeks} semana{'s' * (weeks > 1)}"
    arrives = start + timedelta(weeks=weeks)
    text, who = draw(moods(with_nights(text, count, language, in_words=False), language))
    return Written(today, arrives, arrives + timedelta(days=count), language, text, who)


def read(
    text: str, today: date, prior: Language | None = None, expecting: Expecting = Expecting.NOTHING
) -> DateReading | None:
    context = Context(today=today, languages=LANGUAGES, prior=prior, expecting=expecting)
    return understand(text, context).dates


def who_comes(written: Written) -> str:
    said = understand(written.text, Context(today=written.today, languages=LANGUAGES, prior=written.language))
    return "".join("-" if count is None else str(count) for count in (said.adults, said.children, said.people))


@settings(max_examples=300)
@given(
    st.one_of(
        two_days(),
        a_day_and_nights(),
        a_near_day_and_nights(),
        two_weekdays(),
        a_weekend(),
        a_weekend_of_a_month(),
        a_day_counted_from_another(),
    )
)
def test_a_stay_is_read_as_it_was_meant(written: Written) -> None:
    said = read(written.text, written.today, prior=written.language)
    assert said is not None
    assert replace(said, counted=None) == DateReading(check_in=written.arrives, check_out=written.leaves)
    assert who_comes(written) == written.who


@settings(max_examples=150)
@given(two_days(), st.sampled_from([Expecting.DATES, Expecting.CHECK_OUT, Expecting.PEOPLE, Expecting.NAME]))
def test_what_was_asked_does_not_change_a_whole_stay(written: Written, expecting: Expecting) -> None:
    said = read(written.text, written.today, prior=written.language, expecting=expecting)
    assert said is not None
    assert replace(said, counted=None) == DateReading(check_in=written.arrives, check_out=written.leaves)


@settings(max_examples=150)
@given(stays(), st.sampled_from(["es", "pt"]))
def test_a_stay_told_backwards_is_never_booked_forwards(stay: tuple[date, date, date], language: str) -> None:
    today, arrives, leaves = stay
    said = read(f"del {leaves:%d/%m/%Y} al {arrives:%d/%m/%Y}", today, prior=Language(language))
    assert said == DateReading(trouble=DateTrouble.REVERSED)


@settings(max_examples=150)
@given(TODAYS, st.integers(1, 400), st.sampled_from(["{:%d/%m/%Y}", "{:%Y-%m-%d}", "el {:%d-%m-%Y}"]))
def test_a_day_of_the_past_with_its_year_is_past(today: date, days: int, way: str) -> None:
    said = read(way.format(today - timedelta(days=days)), today, prior=Language.ES)
    assert said == DateReading(trouble=DateTrouble.PAST)


@settings(max_examples=150)
@given(
    TODAYS,
    st.sampled_from(
        ["30 de febrero", "31 de abril", "31 de junio", "31 September", "31 de novembro", "31/11", "30/2/2030"]
    ),
)
def test_a_day_that_no_calendar_has_is_impossible(today: date, text: str) -> None:
    assert read(text, today, prior=Language.ES) == DateReading(trouble=DateTrouble.IMPOSSIBLE)


NUMBERS = st.integers(1, 31)
NO_DATES = st.one_of(
    st.builds("habitación {}".format, NUMBERS),
    st.builds("room {} has no hot water".format, st.integers(1, 999)),
    st.builds("somos {} adultos y {} niños".format, NUMBERS, NUMBERS),
    st.builds("{} pessoas e {} crianças".format, NUMBERS, NUMBERS),
    st.builds("for {} people, {} nights".format, NUMBERS, NUMBERS),
    st.builds("a las {:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59)),
    st.builds("at {} pm".format, st.integers(1, 12)),
    st.builds("entre {} y {} dólares".format, NUMBERS, NUMBERS),
    st.builds("cuesta ${}.{:02}?".format, NUMBERS, st.integers(0, 99)),
    st.builds("R$ {},{:02}".format, st.integers(1, 999), st.integers(0, 99)),
    st.builds("mi teléfono es +54 11 {:04} {:04}".format, st.integers(1000, 9999), st.integers(1000, 9999)),
    st.builds("llámame al 11-{:04}-{:04}".format, st.integers(1000, 9999), st.integers(1000, 9999)),
    st.builds("mi reserva es HD{:04}".format, st.integers(1000, 9999)),
    st.builds("ana{}.{}@correo{}.com".format, NUMBERS, NUMBERS, NUMBERS),
    st.builds("www.hotel.com/{}/{}".format, NUMBERS, NUMBERS),
    st.builds("un niño de {} años".format, NUMBERS),
    st.builds("opción {}".format, NUMBERS),
    st.builds("{}% de descuento".format, NUMBERS),
)


@settings(max_examples=300)
@given(NO_DATES, TODAYS)
def test_other_numbers_are_no_dates(text: str, today: date) -> None:
    assert read(text, today) is None


@settings(max_examples=300)
@given(
    st.text(alphabet=st.sampled_from("0123456789/-. delayntoficmr°ª,:"), max_size=40),
    TODAYS,
    st.sampled_from(Expecting),
)
def test_whatever_is_written_no_stay_begins_in_the_past_or_ends_before_it_begins(
    text: str, today: date, expecting: Expecting
) -> None:
    said = read(text, today, expecting=expecting)
    if said is not None and said.check_in is not None:
        assert said.check_in >= today
        assert said.check_out is None or said.check_out > said.check_in
