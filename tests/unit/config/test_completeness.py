from pathlib import Path
from typing import Any

import pytest

from agente_hotelero.config import hotels
from agente_hotelero.config.completeness import doubts, require_secrets
from agente_hotelero.config.settings import Environment, LlmSettings, Settings, SmtpSettings, WhatsAppSettings
from agente_hotelero.errors import ConfigError

EXAMPLE = (Path(__file__).parents[3] / "hotels.example.yaml").read_text("utf-8")
ACCOUNT = '- phone_number_id: "100000000000001"'
OWN = f"{ACCOUNT}\n        access_token_env: A\n        app_secrets_env: [B]"


def require(env: Environment, text: str = EXAMPLE, **whatsapp: Any) -> None:
    settings = Settings.model_construct(env=env, whatsapp=WhatsAppSettings(**whatsapp))
    require_secrets(settings, hotels.parse(text, name="hotels.yaml", environment={"A": "a", "B": "b"}))


def test_production_names_every_secret_that_an_account_lacks() -> None:
    with pytest.raises(ConfigError) as refused:
        require(Environment.PRODUCTION)

    assert [line.partition(":")[0] for line in str(refused.value).splitlines()] == [
        "AGENTE_WHATSAPP__APP_SECRETS",
        "AGENTE_WHATSAPP__ACCESS_TOKEN",
        "AGENTE_WHATSAPP__VERIFY_TOKEN",
    ]


def test_defaults_or_an_account_s_own_secrets_are_enough() -> None:
    require(Environment.PRODUCTION, app_secrets="x", access_token="y", verify_token="z")
    require(Environment.PRODUCTION, EXAMPLE.replace(ACCOUNT, OWN), verify_token="z")


def test_a_hotel_without_whatsapp_needs_none_of_its_secrets() -> None:
    require(Environment.PRODUCTION, EXAMPLE.partition("    whatsapp:")[0])


@pytest.mark.parametrize("env", [Environment.DEV, Environment.TEST, Environment.STAGING])
def test_elsewhere_a_missing_secret_only_keeps_its_door_closed(env: Environment) -> None:
    require(env)


def test_staff_that_no_mail_reaches_are_a_doubt_until_there_is_a_mail_server() -> None:
    text = EXAMPLE.replace("pms: {kind: mock}", "pms: {kind: mock}\n    staff: {email: desk@hotel.example}")
    found = hotels.parse(text, name="hotels.yaml", environment={})
    server = SmtpSettings(host="smtp.hotel.example", sender="agente@hotel.example")

    assert list(doubts(Settings.model_construct(), found)) == [
        "hotel demo: no mail reaches its staff while AGENTE_SMTP__HOST is absent"
    ]
    assert list(doubts(Settings.model_construct(smtp=server), found)) == []


def test_a_language_model_takes_both_whoever_operates_and_the_hotel() -> None:
    said = LlmSettings(url="https://llm.example/v1", model="small-1")
    wanting = hotels.parse(EXAMPLE.replace("id: demo", "id: demo\n    llm: true"), name="hotels.yaml", environment={})
    unwilling = hotels.parse(EXAMPLE, name="hotels.yaml", environment={})

    assert list(doubts(Settings.model_construct(llm=said), wanting)) == []
    assert list(doubts(Settings.model_construct(), unwilling)) == []
    assert list(doubts(Settings.model_construct(), wanting)) == [
        "hotel demo: llm is true, and nobody is asked while AGENTE_LLM__URL is absent"
    ]
    assert list(doubts(Settings.model_construct(llm=said), unwilling)) == [
        "AGENTE_LLM__URL is set, and no hotel of the hotels file says llm: true"
    ]
