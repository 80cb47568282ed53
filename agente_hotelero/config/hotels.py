"""The hotels file: one YAML, read once at start, every mistake named with its line and field."""

import difflib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from agente_hotelero.errors import ConfigError
from agente_hotelero.model.hotel import HotelProfile, OpenHours, RoomProfile
from agente_hotelero.model.ids import HotelId

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTES_PER_HOUR: Final = 60
LANGUAGES = Literal["es", "pt", "en"]
Texts = Mapping[LANGUAGES, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppAccount:
    """A number of the hotel's, with its secrets resolved; they stay out of reprs."""

    phone_number_id: str
    access_token: str | None = field(repr=False, default=None)
    app_secrets: tuple[str, ...] = field(repr=False, default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffContacts:
    """Who hears of hand-offs."""

    webhook_url: str | None = None
    webhook_secret: str | None = field(repr=False, default=None)
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRoom:
    """What the demo PMS knows of a room type beyond its profile."""

    key: str
    rooms: int
    base_price: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PmsConnection:
    """Which PMS a hotel has."""

    kind: Literal["mock"]
    rooms: tuple[DemoRoom, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotel:
    """One hotel of the file."""

    profile: HotelProfile
    pms: PmsConnection
    whatsapp: tuple[WhatsAppAccount, ...]
    staff: StaffContacts


class Hotels:
    """All hotels of the file."""

    def __init__(self, hotels: Sequence[Hotel]) -> None:
        self._hotels = {hotel.profile.id: hotel for hotel in hotels}
        self._numbers = {account.phone_number_id: hotel for hotel in hotels for account in hotel.whatsapp}

    def all(self) -> tuple[Hotel, ...]:
        """In the order of the file."""
        return tuple(self._hotels.values())

    def by_id(self, hotel: HotelId) -> Hotel:
        """One hotel; KeyError when there is none."""
        return self._hotels[hotel]

    def for_whatsapp(self, phone_number_id: str) -> Hotel | None:
        """The hotel whose number a message was sent to."""
        return self._numbers.get(phone_number_id)


def load(path: Path, *, environment: Mapping[str, str] = os.environ) -> Hotels:
    """Read and check the file; raises ConfigError with every problem, one a line."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; AGENTE_HOTELS_FILE names the hotels file") from error
    return parse(text, name=str(path), environment=environment)


def parse(text: str, *, name: str, environment: Mapping[str, str]) -> Hotels:
    """Read the text of a hotels file; `name` is what errors call it."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        document = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigError(f"{name}:{line}: {error.problem}") from None
    try:
        file = _File.model_validate(document)
        return Hotels([_hotel(entry, environment) for entry in file.hotels])
    except ValidationError as error:
        raise ConfigError("\n".join(_problem(p, node, name) for p in error.errors(include_url=False))) from None
    except _UnsetVariableError as error:
        raise ConfigError(
            f"{name}:{_line_of_scalar(node, error.variable)}: the variable {error.variable} is not set"
        ) from None


class _UnsetVariableError(Exception):
    def __init__(self, variable: str) -> None:
        super().__init__(variable)
        self.variable = variable


def _time(value: object) -> object:
    # YAML 1.1 reads an unquoted 15:00 as 900, in base 60.
    if isinstance(value, int) and not isinstance(value, bool):
        return time(value // MINUTES_PER_HOUR, value % MINUTES_PER_HOUR)
    return value


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; an example is America/Bogota") from None
    return name


Clock = Annotated[time, BeforeValidator(_time)]
Zone = Annotated[str, AfterValidator(_zone)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Location(_Strict):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class _Room(_Strict):
    key: str = Field(min_length=1)
    names: Texts
    capacity: int = Field(ge=1, le=50)
    photo: str | None = None
    rooms: int = Field(default=0, ge=0)
    base_price: Decimal = Field(default=Decimal(0), ge=0)


class _Pms(_Strict):
    kind: Literal["mock"]


class _WhatsApp(_Strict):
    phone_number_id: str = Field(pattern=r"^\d{5,20}$")
    access_token_env: str | None = None
    app_secrets_env: tuple[str, ...] = ()


class _Staff(_Strict):
    webhook_url: str | None = None
    webhook_secret_env: str | None = None
    email: str | None = None

    @model_validator(mode="after")
    def _signed(self) -> "_Staff":
        if self.webhook_url is not None and self.webhook_secret_env is None:
            raise ValueError("webhook_url needs webhook_secret_env: hand-offs are signed")
        return self


class _HotelEntry(_Strict):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1)
    timezone: Zone
    currency: Currency
    languages: tuple[LANGUAGES, ...] = Field(min_length=1)
    address: str = Field(min_length=1)
    location: _Location | None = None
    phone: str | None = None
    email: str | None = None
    check_in_from: Clock
    check_out_until: Clock
    business_hours: Mapping[str, str] = Field(default_factory=dict)
    rooms: tuple[_Room, ...] = Field(min_length=1)
    policies: Mapping[Literal["cancellation"], Texts] = Field(default_factory=dict)
    facts: Mapping[str, Texts] = Field(default_factory=dict)
    pms: _Pms
    whatsapp: tuple[_WhatsApp, ...] = ()
    staff: _Staff = _Staff()

    @model_validator(mode="after")
    def _hours_are_readable(self) -> "_HotelEntry":
        _open_hours(self.business_hours)
        return self


class _File(_Strict):
    hotels: tuple[_HotelEntry, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> "_File":
        _refuse_twice([hotel.id for hotel in self.hotels], "hotel id")
        _refuse_twice([a.phone_number_id for hotel in self.hotels for a in hotel.whatsapp], "phone_number_id")
        return self


def _refuse_twice(values: Sequence[str], what: str) -> None:
    for value in values:
        if values.count(value) > 1:
            raise ValueError(f"{what} {value} is there twice")


def _hotel(entry: _HotelEntry, environment: Mapping[str, str]) -> Hotel:
    return Hotel(
        profile=_profile(entry),
        pms=PmsConnection(
            kind=entry.pms.kind,
            rooms=tuple(DemoRoom(key=r.key, rooms=r.rooms, base_price=r.base_price) for r in entry.rooms),
        ),
        whatsapp=tuple(_account(account, environment) for account in entry.whatsapp),
        staff=StaffContacts(
            webhook_url=entry.staff.webhook_url,
            webhook_secret=_secret(entry.staff.webhook_secret_env, environment),
            email=entry.staff.email,
        ),
    )


def _profile(entry: _HotelEntry) -> HotelProfile:
    return HotelProfile(
        id=HotelId(entry.id),
        name=entry.name,
        zone=ZoneInfo(entry.timezone),
        currency=entry.currency,
        languages=entry.languages,
        address=entry.address,
        latitude=None if entry.location is None else entry.location.latitude,
        longitude=None if entry.location is None else entry.location.longitude,
        phone=entry.phone,
        email=entry.email,
        check_in_from=entry.check_in_from,
        check_out_until=entry.check_out_until,
        business_hours=_open_hours(entry.business_hours),
        rooms=tuple(
            RoomProfile(key=r.key, names=_texts(r.names), capacity=r.capacity, photo=r.photo) for r in entry.rooms
        ),
        cancellation_policy=_texts(entry.policies.get("cancellation", {})),
        facts={topic: _texts(texts) for topic, texts in entry.facts.items()},
        person_reachable=entry.staff.webhook_url is not None or entry.staff.email is not None,
    )


def _texts(texts: Texts) -> Mapping[str, str]:
    return dict(texts.items())


def _account(account: _WhatsApp, environment: Mapping[str, str]) -> WhatsAppAccount:
    secrets = tuple(secret for name in account.app_secrets_env if (secret := _secret(name, environment)))
    return WhatsAppAccount(
        phone_number_id=account.phone_number_id,
        access_token=_secret(account.access_token_env, environment),
        app_secrets=secrets,
    )


def _secret(variable: str | None, environment: Mapping[str, str]) -> str | None:
    if variable is None:
        return None
    if not environment.get(variable):
        raise _UnsetVariableError(variable)
    return environment[variable]


def _open_hours(hours: Mapping[str, str]) -> tuple[OpenHours, ...]:
    return tuple(
        OpenHours(weekday=day, opens=opens, closes=closes)
        for days, span in hours.items()
        for opens, closes in [_span(span)]
        for day in _days(days)
    )


def _span(span: str) -> tuple[time, time]:
    found = re.fullmatch(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", span.strip())
    if found is None:
        raise ValueError(f'hours look like "08:00-22:00", not {span!r}')
    hour, minute, end_hour, end_minute = map(int, found.groups())
    return time(hour % 24, minute), time(end_hour % 24, end_minute)


def _days(days: str) -> Sequence[int]:
    first, _, last = days.strip().lower().partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError(f'days look like "mon" or "mon-fri", not {days!r}')
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [(begin + n) % 7 for n in range((end - begin) % 7 + 1)]


def _problem(problem: Any, node: yaml.Node | None, name: str) -> str:
    path = problem["loc"]
    words = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        words = f"unknown field{_did_you_mean(str(path[-1]))}"
    return f"{name}:{_line(node, path)}: {'.'.join(map(str, path)) or 'the file'}: {words}"


def _did_you_mean(wrong: str) -> str:
    models: tuple[type[BaseModel], ...] = (_File, _HotelEntry, _Room, _WhatsApp, _Staff, _Pms, _Location)
    known = [field_name for model in models for field_name in model.model_fields]
    close = difflib.get_close_matches(wrong, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _line(node: yaml.Node | None, path: Sequence[str | int]) -> int:
    """The line of the deepest part of the path that is in the file."""
    line = 1
    for step in path:
        if node is None:
            break
        line = node.start_mark.line + 1
        node = _step(node, step)
    return node.start_mark.line + 1 if node is not None else line


def _step(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return None


def _line_of_scalar(node: yaml.Node | None, text: str) -> int:
    if isinstance(node, yaml.ScalarNode):
        return node.start_mark.line + 1 if node.value == text else 0
    children = (
        [part for pair in node.value for part in pair]
        if isinstance(node, yaml.MappingNode)
        else getattr(node, "value", [])
    )
    return max((_line_of_scalar(child, text) for child in children), default=0)
