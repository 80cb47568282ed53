"""Feasts that another country keeps on another day, and the long weekends of its holidays."""

import subprocess
import sys
from datetime import date

import pytest

from agente_hotelero.dialogue.understanding import country_days
from tests.unit.dialogue.understanding.reading import stay

TODAY = date(2026, 4, 15)


@pytest.mark.parametrize(
    ("country", "day"),
    [("AR", "2026-10-18"), ("MX", "2026-05-10"), ("ES", "2026-05-03"), ("PT", "2026-05-03"), ("BR", "2026-05-10"), ("DO", "2026-05-31"), ("PA", "2026-12-08"), ("US", "2026-05-10"), (None, None), ("XX", None)],
)  # fmt: skip
def test_mothers_have_their_day_by_country_and_nobody_guesses_it(country: str | None, day: str | None) -> None:
    for said in ("el día de la madre", "dia das maes", "mother's day"):
        assert stay(said, country=country) == day


def test_a_feast_that_was_kept_this_year_is_next_years() -> None:
    assert stay("día de la madre", country="MX", today=date(2026, 5, 11)) == "2027-05-10"
    assert stay("viernes santo", today=date(2026, 4, 3)) == "2026-04-03"
    assert stay("viernes santo", today=date(2026, 4, 4)) == "2027-03-26"
    assert stay("navidad", today=date(2026, 12, 26)) == "2027-12-25"


@pytest.mark.parametrize(
    ("day", "weekend"),
    [
        (date(2026, 5, 25), ("2026-05-22", "2026-05-25")),
        (date(2026, 12, 8), ("2026-12-04", "2026-12-08")),
        (date(2026, 7, 9), ("2026-07-09", "2026-07-12")),
        (date(2026, 5, 1), ("2026-04-30", "2026-05-03")),
        (date(2026, 6, 20), ("2026-06-19", "2026-06-21")),
        (date(2026, 11, 15), ("2026-11-13", "2026-11-15")),
    ],
)
def test_a_holiday_makes_a_weekend_from_the_evening_before_it(day: date, weekend: tuple[str, str]) -> None:
    assert tuple(map(str, country_days.around(day))) == weekend


def test_bridges_that_touch_are_one_long_weekend() -> None:
    """In Argentina Monday the 7th bridges to Tuesday the 8th of December."""
    weekends = country_days.long_weekends(today=TODAY, country="AR", month=12)
    assert weekends == ((date(2026, 12, 4), date(2026, 12, 8)),)


def test_a_month_without_a_long_weekend_names_no_day() -> None:
    assert stay("el puente de diciembre", country="MX") is None
    assert stay("el feriado largo", country=None) is None
    assert stay("el feriado largo", country="ZZ") is None


def test_a_month_with_two_long_weekends_is_asked_about() -> None:
    assert stay("feriadão de novembro", country="BR") == "ambiguous 2026-10-30 2026-11-19"


def test_christmas_is_no_bridge_of_december() -> None:
    assert stay("puente de diciembre", country="ES") == "2026-12-04..2026-12-08"


def test_what_is_free_is_the_observed_day_only_where_the_feast_moves() -> None:
    assert stay("san pedro y san pablo", country="CO", today=date(2027, 1, 1)) == "2027-07-05"
    assert stay("independence day", country="US") == "2026-07-04"


def test_the_same_words_of_two_countries_are_asked_about() -> None:
    assert stay("labor day", country="MX") == "ambiguous 2026-05-01 2026-09-07"
    assert stay("día del trabajo", country="MX") == "2026-05-01"


def test_every_holiday_is_foreseen_before_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(country_days, "_is_loaded", lambda: False)
    books = (country_days.NAMED, country_days.LONG_WEEKEND)
    phrases = [" ".join(phrase) for book in books for named in book.values() for phrase in named]
    assert [one for one in phrases if not country_days.may_name_a_holiday(f"Hola, para {one.upper()}?")] == []
    for accented in (
        "ACCIÓN DE GRACIAS",
        "Día de la Asunción",
        "Consciência Negra",
        "Batalla de Boyacá",
        "Benito Juárez",
    ):
        assert country_days.may_name_a_holiday(accented)


def test_thanks_and_weekdays_name_no_holiday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(country_days, "_is_loaded", lambda: False)
    for text in ("muchas gracias", "today or Monday", "obrigado", "del 3 al 5 de mayo", "hola, buen día"):
        assert not country_days.may_name_a_holiday(text)


def test_the_calendar_is_loaded_by_the_first_message_that_needs_it() -> None:
    """A third of a second that no start and no other message pays for."""
    script = (
        "import sys; from datetime import date; from agente_hotelero.dialogue.reading import Context\n"
        "from agente_hotelero.dialogue.understanding.offline import understand\n"
        "from agente_hotelero.dialogue.understanding.country_days import may_name_a_holiday\n"
        "context = Context(today=date(2026, 4, 15), languages=(), country='AR')\n"
        "for text in ('del 3 al 5 de mayo', 'este finde', 'navidad', 'dos adultos con desayuno'):\n"
        "    assert not may_name_a_holiday(text); understand(text, context)\n"
        "assert 'holidays' not in sys.modules\n"
        "assert may_name_a_holiday('puente de diciembre'); understand('puente de diciembre', context)\n"
        "assert 'holidays' in sys.modules and not may_name_a_holiday('puente de diciembre')\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
