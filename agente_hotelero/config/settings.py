"""Settings from the environment (and `.env` outside production), validated before anything starts."""

import secrets
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from agente_hotelero.errors import ConfigError

GRAPH_URL: Final = "https://graph.facebook.com/v25.0"
SECRET_FILE: Final = "secret.key"  # noqa: S105 - the name of a file
SHORTEST_SECRET: Final = 16
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class Environment(StrEnum):
    """Where we run."""

    DEV = "dev"
    TEST = "test"
    STAGING = "staging"
    PRODUCTION = "production"


def on_loopback(url: str) -> bool:
    """Tell whether a URL leads to this machine."""
    return urlsplit(url).hostname in LOOPBACK


def _site(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and on_loopback(url))
    if not secure or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("it looks like https://chat.hotel.example, and only this machine's own may be http")
    return url.rstrip("/")


class HttpSettings(BaseModel):
    """The public listener."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    public_url: Annotated[str | None, AfterValidator(_site)] = None
    """Where guests and channels reach this service, such as https://chat.hotel.example: links to photos begin with it."""

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_list(value)


class OpsSettings(BaseModel):
    """The private listener; absent, the public port serves metrics too, except in production."""

    port: int | None = Field(default=None, ge=0, le=65535)
    host: str = "127.0.0.1"


class WhatsAppSettings(BaseModel):
    """Defaults for accounts that name no secrets of their own."""

    verify_token: SecretStr | None = None
    app_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    access_token: SecretStr | None = None
    graph_url: str = GRAPH_URL
    doubt_grace_seconds: float = Field(default=60.0, gt=0)

    @field_validator("app_secrets", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_list(value)


class SmtpSettings(BaseModel):
    """How mail to staff leaves; absent, hotels that have only an e-mail address for hand-offs have nobody to tell."""

    host: str | None = None
    port: int = Field(default=587, ge=1, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    sender: str | None = None

    @model_validator(mode="after")
    def _complete(self) -> "SmtpSettings":
        if self.host is not None and "@" not in (self.sender or ""):
            raise ValueError("a mail server needs AGENTE_SMTP__SENDER, an address such as agente@hotel.example")
        if self.host is not None and self.security == "none" and self.host not in LOOPBACK:
            raise ValueError("AGENTE_SMTP__SECURITY=none is for a server on this machine only")
        return self


class ReadinessSettings(BaseModel):
    """Which dependencies decide whether traffic may come."""

    postgres: bool = True
    redis: bool = True
    pms: bool = False


class OtelSettings(BaseModel):
    """Where traces go; absent, tracing is off."""

    endpoint: str | None = None


class Settings(BaseSettings):
    """Everything that the environment decides; the names are AGENTE_<FIELD>, nested by `__`."""

    model_config = SettingsConfigDict(
        env_prefix="AGENTE_", env_nested_delimiter="__", extra="ignore", frozen=True, env_ignore_empty=True
    )

    env: Environment = Environment.DEV
    data_dir: Path = Path(".data")
    embedded: bool = False
    database_url: SecretStr | None = None
    redis_url: SecretStr | None = None
    hotels_file: Path = Path("hotels.yaml")
    secret_key: SecretStr | None = None
    http: HttpSettings = HttpSettings()
    ops: OpsSettings = OpsSettings()
    whatsapp: WhatsAppSettings = WhatsAppSettings()
    smtp: SmtpSettings = SmtpSettings()
    readiness: ReadinessSettings = ReadinessSettings()
    otel: OtelSettings = OtelSettings()

    @model_validator(mode="after")
    def _production_is_complete(self) -> "Settings":
        if self.env is not Environment.PRODUCTION:
            return self
        if self.database_url is None and not self.embedded:
            raise ValueError("AGENTE_DATABASE_URL is required in production (or AGENTE_EMBEDDED=true)")
        if self.redis_url is None and not self.embedded:
            raise ValueError("AGENTE_REDIS_URL is required in production (or AGENTE_EMBEDDED=true)")
        if self.secret_key is None:
            raise ValueError("AGENTE_SECRET_KEY is required in production")
        if len(self.secret_key.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"AGENTE_SECRET_KEY needs at least {SHORTEST_SECRET} characters")
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings hands these by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - as above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then `.env`."""
        return init_settings, env_settings, dotenv_settings


def load(*, env_file: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings; raises ConfigError with one line per problem, never with a value."""
    try:
        return Settings(_env_file=env_file, **overrides)
    except ValidationError as error:
        raise ConfigError("\n".join(_line(problem) for problem in error.errors(include_input=False))) from None


def secret_key(settings: Settings) -> bytes:
    """The key that signs cookies and links: the setting, or one made once and kept in the data directory."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = settings.data_dir / SECRET_FILE
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32), "ascii")
    return path.read_text("ascii").strip().encode()


def masked(settings: Settings) -> Mapping[str, Any]:
    """Everything as it is in force, secrets as stars."""
    shown: dict[str, Any] = settings.model_dump(mode="json")
    return shown


def split_list(value: object) -> object:
    """Read "a, b" as a list; other things are for the validator."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _line(problem: Any) -> str:
    name = "__".join(str(part) for part in problem["loc"]).upper()
    words = problem["msg"].removeprefix("Value error, ")
    return f"AGENTE_{name}: {words}" if name else words
