import json

import pytest

from agente_hotelero.config import hotels
from agente_hotelero.errors import ConfigError
from tests.unit.config.test_hotels import EXAMPLE, line_of

CREDENTIALS = json.dumps({"type": "service_account", "private_key": "a secret"})
TOPIC = "projects/hotel-1/topics/gmail"
PUSH = "{audience: https://chat.hotel.example/webhooks/gmail, service_account: Push@hotel-1.iam.gserviceaccount.com}"


def file(gmail: str) -> str:
    return EXAMPLE.replace("    pms: {kind: mock}\n", f"    pms: {{kind: mock}}\n    gmail: {gmail}\n", 1)


def gmail(**changed: str | None) -> str:
    fields = {
        "address": "Reservas@hotel.example", "credentials_env": "GMAIL", "topic": TOPIC, "push": PUSH, **changed,
    }  # fmt: skip
    return "{" + ", ".join(f"{name}: {value}" for name, value in fields.items() if value is not None) + "}"


def read(text: str, **environment: str) -> hotels.Hotels:
    return hotels.parse(text, name="hotels.yaml", environment={"GMAIL": CREDENTIALS, **environment})


def refusal(text: str, **environment: str) -> str:
    with pytest.raises(ConfigError) as refused:
        read(text, **environment)
    assert "a secret" not in str(refused.value)
    return str(refused.value)


def test_a_gmail_is_read_with_its_secret_and_shows_none_of_it() -> None:
    account = read(file(gmail(aliases="[Info@Hotel.example]"))).all()[0].gmail

    assert account is not None
    assert (account.address, account.aliases) == ("reservas@hotel.example", ("info@hotel.example",))
    assert account.authserv_ids == ("mx.google.com",)
    assert account.push is not None
    assert account.push.service_account == "push@hotel-1.iam.gserviceaccount.com"
    assert account.credentials == CREDENTIALS
    assert "a secret" not in repr(account)


def test_a_gmail_without_pushes_is_one_too() -> None:
    account = read(file(gmail(topic=None, push=None))).all()[0].gmail

    assert account is not None
    assert (account.topic, account.push) == (None, None)


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"address": "reservas"}, "gmail.address", "name@hotel.example"),
        ({"address": None}, "gmail.address", "is missing"),
        ({"credentials_env": "/etc/google.json"}, "gmail.credentials_env", "the NAME of an environment variable"),
        ({"credentials_env": "NOT_SET"}, "gmail.credentials_env", "NOT_SET is not set"),
        ({"topic": "gmail"}, "gmail.topic", "pattern"),
        ({"topic": None}, "gmail", "topic and push go together"),
        ({"push": None}, "gmail", "topic and push go together"),
        ({"push": "{audience: a}"}, "gmail.push.service_account", "is missing"),
        ({"push": "{audience: ' ', service_account: a@b.c}"}, "gmail.push.audience", "what the subscription names"),
        ({"authserv_ids": "[]"}, "gmail.authserv_ids", "at least one"),
        ({"adress": "x"}, "gmail.adress", "did you mean address?"),
    ],
)
def test_what_is_wrong_is_told_by_its_line_and_field(changed: dict[str, str | None], field: str, words: str) -> None:
    text = file(gmail(**changed))

    said = refusal(text)

    assert f":{line_of(text, 'gmail:')}: " in said or f":{line_of(text, 'gmail:')}:" in said
    assert field in said
    assert words in said


@pytest.mark.parametrize("held", ["/etc/google.json", "[]", "{}", '{"type": "external_account", "x": "a secret"}'])
def test_a_variable_with_something_else_than_credentials_is_told_and_never_shown(held: str) -> None:
    said = refusal(file(gmail()), GMAIL=held)

    assert "gmail.credentials_env" in said
    assert "GMAIL should hold the JSON that Google gave" in said


def test_one_mailbox_cant_be_read_in_two_ways() -> None:
    mailbox = (
        "{address: reservas@hotel.example, imap: {host: mail.hotel.example}, smtp: {host: mail.hotel.example},"
        " password_env: MAIL}"
    )
    text = file(f"{gmail()}\n    mailbox: {mailbox}")

    assert "mailbox reservas@hotel.example is there twice" in refusal(text, MAIL="p")
