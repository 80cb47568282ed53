"""Settings from the environment (and `.env` outside production), validated before anything starts."""

import difflib
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from agente_hotelero.errors import ConfigError

PREFIX: Final = "AGENTE_"
GRAPH_URL: Final = "https://graph.facebook.com/v25.0"
SECRET_FILE: Final = "secret.key"  # noqa: S105 - the name of a file
SHORTEST_SECRET: Final = 16
META_HOSTS: Final = ("lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net")
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def _address(*schemes: str) -> AfterValidator:
    """Check the form of an address without ever quoting it: it may hold a password."""

    def check(value: Any) -> Any:
        try:
            parts = urlsplit(value.get_secret_value() if isinstance(value, SecretStr) else value)
            whole = parts.scheme in schemes and bool(parts.netloc or parts.path.strip("/") or parts.query)
        except ValueError:
            whole = False
        if not whole:
            raise ValueError(f"an address begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        return value

    return AfterValidator(check)


WebAddress = Annotated[str, _address("http", "https")]
DatabaseAddress = Annotated[SecretStr, _address("postgresql", "postgres")]
RedisAddress = Annotated[SecretStr, _address("redis", "rediss", "unix")]


MediaHost = Annotated[str, Field(pattern=r"^\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$")]


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


def _provider(url: str | None) -> str | None:
    if url is None:
        return None
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and on_loopback(url))
    if not secure or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError(
            "it looks like https://llm.example/v1, without a name, a password or a ?; only this machine's own may be http"
        )
    return url.rstrip("/")


class HttpSettings(BaseModel):
    """The public listener."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    client_ip_header: Annotated[str | None, Field(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")] = None
    """Where a trusted proxy names its client, alone, such as Fly-Client-IP; absent, X-Forwarded-For is read."""
    public_url: Annotated[str | None, AfterValidator(_site)] = None
    """Where guests and channels reach this service, such as https://chat.hotel.example: links to photos begin with it."""

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_list(value)

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            ip_network(proxy)  # Its ValueError says what is wrong.
        return proxies


class OpsSettings(BaseModel):
    """The private listener; absent, the public port serves metrics too, except in production."""

    port: int | None = Field(default=None, ge=0, le=65535)
    host: str = "127.0.0.1"


class WhatsAppSettings(BaseModel):
    """Defaults for accounts that name no secrets of their own."""

    verify_token: SecretStr | None = None
    app_secrets: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    access_token: SecretStr | None = None
    graph_url: WebAddress = GRAPH_URL
    doubt_grace_seconds: float = Field(default=60.0, gt=0)
    messages_per_second: int = Field(default=80, ge=1, le=100_000)
    guest_burst: int = Field(default=45, ge=1)
    media_hosts: Annotated[tuple[MediaHost, ...], NoDecode] = META_HOSTS
    """Where Meta gives out what guests sent, by https; one that begins with a dot stands for all below it."""

    @field_validator("app_secrets", "media_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_list(value)


class MediaSettings(BaseModel):
    """What guests send beside words: how large a file may be, and how long it stays."""

    most_megabytes: int = Field(default=25, ge=1, le=100)
    """WhatsApp's own limit is 100; a slip or a passport has one or two."""
    days: int = Field(default=30, ge=1, le=365)


class GmailSettings(BaseModel):
    """Where Google is, and how much it may be asked; the mailboxes are in the hotels file."""

    api_url: WebAddress = "https://gmail.googleapis.com"
    oauth_url: WebAddress = "https://oauth2.googleapis.com/token"
    keys_url: WebAddress = "https://www.googleapis.com/oauth2/v3/certs"
    units_per_minute: int = Field(default=6_000, ge=200)
    """Google's quota for one user; a send takes 100."""


class AudioSettings(BaseModel):
    """Who listens to voice notes; without a model or a worker nobody does, and guests are asked to write."""

    model: str | None = None
    """A directory, or a name that `agente-hotelero voice fetch` has fetched; absent, the one that the image carries, if any."""
    workers: int = Field(default=1, ge=0, le=16)
    threads: int = Field(default=1, ge=1, le=16)
    """Of each worker."""
    most_waiting: int = Field(default=10, ge=0, le=1000)
    most_seconds: int = Field(default=120, ge=1, le=900)
    most_kilobytes: int = Field(default=4096, ge=1, le=16384)
    deadline_seconds: float = Field(default=30.0, gt=0, le=300)
    threshold: float = Field(default=0.5, ge=0.3, le=1.0)
    """How sure the model must be of its words."""


class LlmSettings(BaseModel):
    """A language model that is asked what guests may want, of the hotels that say `llm: true`; without an address nobody is."""

    url: Annotated[str | None, AfterValidator(_provider)] = None
    """What /chat/completions stands below, such as https://llm.example/v1."""
    model: str | None = None
    api_key: SecretStr | None = None
    timeout_seconds: float = Field(default=2.5, gt=0, le=10)
    """All that a guest waits for it, a second try included."""
    most_share: float = Field(default=0.3, ge=0, le=1)
    """Of a hotel's messages."""
    tokens_per_day: int = Field(default=500_000, ge=0)
    """Of a hotel."""
    tokens_per_conversation: int = Field(default=20_000, ge=0)
    """Of a day."""

    @model_validator(mode="after")
    def _complete(self) -> "LlmSettings":
        if self.url is not None and not self.model:
            raise ValueError("AGENTE_LLM__URL needs AGENTE_LLM__MODEL, the name of the model there")
        return self


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

    endpoint: WebAddress | None = None
    # All of them: a hotel's guests write a few messages a second at most, and it is the odd one that is asked about.
    sample_ratio: float = Field(default=1.0, ge=0.0, le=1.0, allow_inf_nan=False)


class Settings(BaseSettings):
    """Everything that the environment decides; the names are AGENTE_<FIELD>, nested by `__`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="ignore", frozen=True, env_ignore_empty=True
    )

    env: Environment = Environment.DEV
    data_dir: Path = Path(".data")
    embedded: bool = False
    database_url: DatabaseAddress | None = None
    redis_url: RedisAddress | None = None
    hotels_file: Path = Path("hotels.yaml")
    gather_ms: Annotated[int | None, Field(ge=0, le=2_000)] = None
    """In place of every hotel's own; in the test environment 0, unless it is said."""
    secret_key: SecretStr | None = None
    http: HttpSettings = HttpSettings()
    ops: OpsSettings = OpsSettings()
    whatsapp: WhatsAppSettings = WhatsAppSettings()
    media: MediaSettings = MediaSettings()
    gmail: GmailSettings = GmailSettings()
    smtp: SmtpSettings = SmtpSettings()
    audio: AudioSettings = AudioSettings()
    llm: LlmSettings = LlmSettings()
    readiness: ReadinessSettings = ReadinessSettings()
    otel: OtelSettings = OtelSettings()

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and any(len(one) < SHORTEST_SECRET for one in _keys(key) or ("",)):
            raise ValueError(f"needs at least {SHORTEST_SECRET} characters, such as those of `openssl rand -hex 32`")
        return key

    @model_validator(mode="after")
    def _production_is_complete(self) -> "Settings":
        if self.env is Environment.PRODUCTION and (missing := list(self._missing())):
            raise ValueError("\n".join(missing))
        return self

    def _missing(self) -> Iterator[str]:
        for name, url in (("DATABASE_URL", self.database_url), ("REDIS_URL", self.redis_url)):
            if url is None and not self.embedded:
                yield f"{PREFIX}{name} is required in production (or {PREFIX}EMBEDDED=true)"
        if self.secret_key is None:
            yield f"{PREFIX}SECRET_KEY is required in production"

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

    @property
    def gather_seconds(self) -> float | None:
        """How long short messages wait for the next in every hotel; None where each decides for itself."""
        if self.gather_ms is None:
            return 0.0 if self.env is Environment.TEST else None
        return self.gather_ms / 1000

    @property
    def models_dir(self) -> Path:
        """Where the models are that were fetched by name."""
        return self.data_dir / "models"

    @property
    def media_dir(self) -> Path:
        """Where what guests send, and what they are shown, is kept."""
        return self.data_dir / "media"


def load(*, env_file: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings; raises ConfigError with one line per problem, never with a value.

    In production the environment is all there is: a file that was forgotten there decides nothing.
    """
    read = _readable(env_file)
    try:
        settings = Settings(_env_file=read, _env_file_encoding="utf-8", **overrides)
    except ValidationError as error:
        raise ConfigError("\n".join(_line(problem) for problem in error.errors(include_input=False))) from None
    except SettingsError as error:
        name = str(error).partition('"')[2].partition('"')[0].upper()
        raise ConfigError(
            f"{PREFIX}{name}: set its parts by name, such as {PREFIX}{name}__…; this is no JSON"
        ) from None
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{read} cannot be read; it is UTF-8 text, readable by us") from None
    if read is not None and settings.env is Environment.PRODUCTION:
        raise ConfigError(f"{PREFIX}ENV=production belongs in the environment: {read} is not read in production")
    return settings


def variables(*, env_file: Path | None = None) -> Mapping[str, str]:
    """Everything that a reference in the hotels file may name: the environment, and outside production `.env`."""
    read = _readable(env_file)
    kept = {} if read is None else _kept(read)
    return {**{name: value for name, value in kept.items() if value is not None}, **os.environ}


def unknown(names: Mapping[str, str]) -> list[str]:
    """One line per variable that looks like a setting and is none: probably a slip of the pen."""
    known = {PREFIX + "__".join(path).upper() for path in paths(Settings)} | {
        PREFIX + field.upper() for field in Settings.model_fields
    }
    strangers = sorted(name for name in names if name.upper().startswith(PREFIX) and name.upper() not in known)
    return [f"{name} is no setting{_did_you_mean(name, known)}" for name in strangers]


def paths(model: type[BaseModel]) -> Iterator[tuple[str, ...]]:
    """The path of every single setting, such as ("http", "port")."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from ((name, *rest) for rest in paths(field.annotation))
        else:
            yield (name,)


def secret_keys(settings: Settings) -> tuple[bytes, ...]:
    """The keys by which what we signed is known again; the first one signs, the others are being replaced."""
    if settings.secret_key is not None:
        return tuple(key.encode() for key in _keys(settings.secret_key))
    return (_made_key(settings),)


def _keys(secret: SecretStr) -> tuple[str, ...]:
    return tuple(part.strip() for part in secret.get_secret_value().split(",") if part.strip())


def _made_key(settings: Settings) -> bytes:
    """One that is made once and kept in the data directory."""
    path = settings.data_dir / SECRET_FILE
    if not path.exists():
        _keep_new_key(path)
    key = path.read_bytes().strip()
    if len(key) < SHORTEST_SECRET:
        raise ConfigError(f"{path} holds no key; remove it, and a new one is made (chat sessions begin anew)")
    return key


def _keep_new_key(path: Path) -> None:
    """Whole or not at all, and once: of two that start together both use the first one's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.touch(mode=0o600)
    fresh.write_text(secrets.token_hex(32), "ascii")
    with suppress(FileExistsError):
        path.hardlink_to(fresh)
    fresh.unlink()


def masked(settings: Settings) -> Mapping[str, Any]:
    """Everything as it is in force, secrets as stars, also those within addresses."""
    shown: dict[str, Any] = _without_passwords(settings.model_dump(mode="json"))
    return shown


def split_list(value: object) -> object:
    """Read "a, b" as a list; other things are for the validator."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


def _readable(env_file: Path | None) -> Path | None:
    """The file, where it is to be read."""
    production = os.environ.get(f"{PREFIX}ENV") == Environment.PRODUCTION.value
    return None if production or env_file is None or not env_file.is_file() else env_file


def _kept(env_file: Path) -> Mapping[str, str | None]:
    source = DotEnvSettingsSource(Settings, env_file=env_file, env_file_encoding="utf-8", case_sensitive=True)
    return source.env_vars


def _without_passwords(value: Any) -> Any:
    match value:
        case dict():
            return {name: _without_passwords(part) for name, part in value.items()}
        case list():
            return [_without_passwords(part) for part in value]
        case str() if "@" in value and "://" in value:
            scheme, _, rest = value.partition("://")
            return f"{scheme}://***@{rest.rpartition('@')[2]}"
        case _:
            return value


def _did_you_mean(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.8)
    return f"; did you mean {close[0]}?" if close else ""


def _line(problem: Any) -> str:
    name = "__".join(part for part in problem["loc"] if isinstance(part, str)).upper()
    words = problem["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name}: {words}" if name else words
