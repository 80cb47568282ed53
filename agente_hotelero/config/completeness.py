"""What the settings and the hotels file must hold together, before anything starts in production."""

import difflib
from collections.abc import Iterator

from agente_hotelero.config.hotels import Hotels, WhatsAppAccount
from agente_hotelero.config.settings import Environment, Settings, WhatsAppSettings
from agente_hotelero.errors import ConfigError
from agente_hotelero.model.hotel import Topic


def require_secrets(settings: Settings, hotels: Hotels) -> None:
    """In production, raise ConfigError with one line per secret that is missing; elsewhere a closed door is enough."""
    if settings.env is not Environment.PRODUCTION:
        return
    accounts = [account for hotel in hotels.all() for account in hotel.whatsapp]
    missing = [line for account in accounts for line in _missing(account, settings.whatsapp)]
    if accounts and settings.whatsapp.verify_token is None:
        missing.append("AGENTE_WHATSAPP__VERIFY_TOKEN: Meta's handshake cannot be answered without it")
    if missing:
        raise ConfigError("\n".join(missing))


def doubts(settings: Settings, hotels: Hotels) -> Iterator[str]:
    """What is allowed and probably not meant, one line each."""
    for hotel in hotels.all():
        if hotel.staff.email is not None and settings.smtp.host is None:
            yield f"hotel {hotel.profile.id}: no mail reaches its staff while AGENTE_SMTP__HOST is absent"
        if hotel.profile.llm and settings.llm.url is None:
            yield f"hotel {hotel.profile.id}: llm is true, and nobody is asked while AGENTE_LLM__URL is absent"
        for topic in hotel.profile.facts.keys() - set(Topic):
            close = difflib.get_close_matches(topic, list(Topic), n=1)
            meant = f"; did you mean {close[0]}?" if close else ""
            yield f"hotel {hotel.profile.id}: no guest is understood to ask for facts.{topic}{meant}"
    if settings.llm.url is not None and not any(hotel.profile.llm for hotel in hotels.all()):
        yield "AGENTE_LLM__URL is set, and no hotel of the hotels file says llm: true"


def _missing(account: WhatsAppAccount, defaults: WhatsAppSettings) -> Iterator[str]:
    number = account.phone_number_id
    if not account.app_secrets and not defaults.app_secrets:
        yield f"AGENTE_WHATSAPP__APP_SECRETS: account {number} has none, here or by app_secrets_env in the hotels file"
    if account.access_token is None and defaults.access_token is None:
        yield f"AGENTE_WHATSAPP__ACCESS_TOKEN: account {number} has none, here or by access_token_env in the hotels file"
