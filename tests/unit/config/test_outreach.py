"""What the hotels file says of pace and templates, and how a mistake in it is named."""

from datetime import time

import pytest

from agente_hotelero.config.hotels import WhatsAppAccount, parse
from agente_hotelero.errors import ConfigError
from agente_hotelero.model.lines import ButtonForm, Purpose, TemplateForm
from agente_hotelero.model.reminders import NONE, Reminder, Reminders
from tests.unit.config.test_hotels import EXAMPLE

ACCOUNT = '- phone_number_id: "100000000000001"\n'


def account(more: str) -> WhatsAppAccount:
    """The example's number, with these lines below it."""
    lines = "".join(f"        {line}\n" for line in more.strip().splitlines())
    [hotel] = parse(EXAMPLE.replace(ACCOUNT, ACCOUNT + lines), name="hotels.yaml", environment={}).all()
    return hotel.whatsapp[0]


def refusal(more: str) -> str:
    with pytest.raises(ConfigError) as refused:
        account(more)
    return str(refused.value)


def test_a_number_has_the_usual_pace_and_no_templates() -> None:
    found = account("")
    assert (found.paced, found.line.may_grow, found.line.templates) == (False, True, {})


@pytest.mark.parametrize(
    ("more", "per_second", "may_grow"),
    [("messages_per_second: 1000", 1000, True), ("coexistence: true", 20, False)],
)
def test_a_number_may_have_a_pace_of_its_own(more: str, per_second: float, may_grow: bool) -> None:
    found = account(more)
    assert found.paced
    assert (found.line.messages_per_second, found.line.may_grow) == (per_second, may_grow)


def test_templates_are_found_by_purpose_and_language() -> None:
    found = account(
        """
templates:
  reservation:
    es: {name: novedades, language: es_AR, parameters: ["{guest}", "{text}"]}
    pt: {name: novidades, language: pt_BR, parameters: {hospede: "{guest}"}, buttons: [{index: 1, kind: url, value: x}]}
  marketing:
    en: {name: spring, language: en}
"""
    )
    templates = found.line.templates
    assert templates[Purpose.RESERVATION]["es"] == TemplateForm(
        name="novedades", language="es_AR", values=(("", "{guest}"), ("", "{text}"))
    )
    assert templates[Purpose.RESERVATION]["pt"] == TemplateForm(
        name="novidades",
        language="pt_BR",
        values=(("hospede", "{guest}"),),
        buttons=(ButtonForm(index=1, kind="url", value="x"),),
    )
    assert templates[Purpose.MARKETING]["en"].values == ()


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("messages_per_second: 0", "messages_per_second: Input should be greater than"),
        ("messages_per_second: 1001", "messages_per_second: Input should be less than"),
        ("coexistence: true\nmessages_per_second: 80", "a number that a phone shares"),
        ("business_account_id: abc", "business_account_id: String should match"),
        ("templates: {news: {}}", "templates.news: Input should be 'answer', 'reservation'"),
        ("templates: {answer: {fr: {name: n, language: fr}}}", "templates.answer.fr: Input should be 'es', 'pt' or 'en'"),
        ("templates: {answer: {es: {name: 'No Va', language: es}}}", "answer.es.name: String should match"),
        ("templates: {answer: {es: {name: n, language: spanish}}}", "answer.es.language: String should match"),
        ("templates: {answer: {es: {name: n}}}", "answer.es.language: is missing"),
        ("templates: {answer: {es: {name: n, language: es, parameters: ['']}}}", "Meta takes no empty value"),
        ('templates: {answer: {es: {name: n, language: es, parameters: ["a\\nb"]}}}', "Meta takes no empty value"),
        ("templates: {answer: {es: {name: n, language: es, parameters: ['{codigo}']}}}", "may name {text}, {guest} and"),
        ("templates: {answer: {es: {name: n, language: es, parameters: ['{code}']}}}", "a template of verification names {code}"),
        ("templates: {verification: {es: {name: n, language: es, parameters: ['{text}']}}}", "a template of verification names {code}"),
        ("templates: {verification: {es: {name: n, language: es, parameters: ['{code} {guest}']}}}", "and no {text} or {guest}"),
        ("templates: {verification: {es: {name: n, language: es}}}", "a template of verification names {code}"),
        ("templates: {answer: {es: {name: n, language: es, parameters: {Ana: x}}}}", "written as in the template"),
        ("templates: {answer: {es: {name: n, language: es, buttons: [{index: 10, kind: url, value: x}]}}}", "index: Input"),
        ("templates: {answer: {es: {name: n, language: es, button: []}}}", "unknown field; did you mean buttons?"),
        ("template: {}", "unknown field; did you mean templates?"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_would_be_right(more: str, words: str) -> None:
    told = refusal(more)
    assert words in told
    assert "hotels.0.whatsapp.0" in told


def reminders(more: str) -> Reminders:
    """Of the example's hotel, with these lines below `reminders`."""
    lines = "".join(f"      {line}\n" for line in more.strip().splitlines())
    text = EXAMPLE.replace("    rooms:  ", f"    reminders:\n{lines}    rooms:  ", 1)
    [hotel] = parse(text, name="hotels.yaml", environment={}).all()
    return hotel.profile.reminders


def test_nobody_is_written_to_unasked_unless_the_hotel_says_so() -> None:
    [hotel] = parse(EXAMPLE, name="hotels.yaml", environment={}).all()
    assert hotel.profile.reminders == NONE
    assert reminders("week_before: false\nquiet_hours: 22:00-08:00").at == {}


def test_each_of_them_is_switched_on_by_itself_with_its_hour() -> None:
    found = reminders(
        """
week_before: true
day_before: {at: "18:30"}
in_stay: {day: next_day, at: "12:00"}
review: {link: "https://g.page/r/demo/review"}
"""
    )
    assert found.at == {
        Reminder.WEEK_BEFORE: time(10),
        Reminder.DAY_BEFORE: time(18, 30),
        Reminder.IN_STAY: time(12),
        Reminder.REVIEW: time(11),
    }
    assert (found.in_stay_day, found.review_url) == (1, "https://g.page/r/demo/review")
    assert (found.quiet_from, found.quiet_until) == (time(21), time(9))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ('day_before: {at: "22:00"}', "day_before: 22:00 is in the quiet hours, 21:00-09:00"),
        ('quiet_hours: "18:00-09:00"\nin_stay: true', "in_stay: 19:00 is in the quiet hours"),
        ("review: true", "reminders.review.link: is missing"),
        ("review: {link: http://g.page/x}", "a review link looks like https://"),
        ('review: {link: "https://user:secret@g.page/x"}', "a review link looks like https://"),
        ("in_stay: {day: someday}", "reminders.in_stay.day: Input should be 'first_evening' or 'next_day'"),
        ("month_before: true", "reminders.month_before: unknown field"),
        ("day_before: {at: 10}", "a time of day looks like"),
    ],
)
def test_a_mistake_in_what_is_said_unasked_is_named(more: str, words: str) -> None:
    with pytest.raises(ConfigError) as refused:
        reminders(more)
    assert words in str(refused.value)
