"""The hotels file: one YAML, read at the start and at each reload, every mistake named with its line and field."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, ValidationError, model_validator

from agente_hotelero.config import (
    answers,
    fields,
    gmail_accounts,
    mailboxes,
    manner,
    outreach,
    terms,
    unasked,
    yaml_lines,
)
from agente_hotelero.config.yaml_lines import FileError, Problem, Steps
from agente_hotelero.errors import ConfigError
from agente_hotelero.model.hotel import HotelProfile, RoomProfile
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.lines import USUAL, Line

WORDS: Final = {
    "missing": "is missing",
    "string_type": "should be text; a number is text when it stands in quotes",
    "model_type": "should be a mapping of fields",
    "dict_type": "should be a mapping of fields",
    "mapping_type": "should be a mapping of fields",
    "tuple_type": "should be a list",
    "too_short": "should have at least one entry",
}
"""Where pydantic's own words name its types rather than the reader's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatsAppAccount:
    """A number of the hotel's, with its secrets resolved; they stay out of reprs."""

    phone_number_id: str
    access_token: str | None = field(repr=False, default=None)
    app_secrets: tuple[str, ...] = field(repr=False, default=())
    business_account_id: str | None = None
    line: Line = USUAL
    paced: bool = False
    """Whether its pace is its own, and not the default."""


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
    """Which PMS a hotel has; `rooms` for the demo PMS, the rest for a real one. `property_id` is the hotel's id there."""

    kind: Literal["mock", "qloapps"]
    rooms: tuple[DemoRoom, ...] = ()
    url: str = ""
    key: str = field(repr=False, default="")
    property_id: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Hotel:
    """One hotel of the file."""

    profile: HotelProfile
    pms: PmsConnection
    whatsapp: tuple[WhatsAppAccount, ...]
    staff: StaffContacts
    mailbox: mailboxes.Mailbox | None = None
    gmail: gmail_accounts.GmailAccount | None = None


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
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problem = Problem(line=line, field=None, words="this is not UTF-8 text")
        raise FileError(str(path), [problem]) from None
    return parse(text, name=str(path), environment=environment)


def parse(text: str, *, name: str, environment: Mapping[str, str]) -> Hotels:
    """Read the text of a hotels file; `name` is what errors call it."""
    page = yaml_lines.read(text, name=name)
    try:
        file = _File.model_validate(page.content)
    except ValidationError as error:
        raise _refused(page, _problems(error)) from None
    wrong = [
        *_twice(file),
        *_nameless(file),
        *_not_late(file),
        *_never_lacking(file),
        *_unknown_to_pms(file),
        *_unset(file, environment),
        *_no_credentials(file, environment),
    ]
    if wrong:
        raise _refused(page, wrong)
    return Hotels([_hotel(entry, environment) for entry in file.hotels])


class _Location(fields.Strict):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class _Payment(fields.Strict):
    url: fields.PaymentLink


class _Room(fields.Strict):
    key: str = Field(min_length=1)
    names: fields.Texts
    capacity: int = Field(ge=1, le=50)
    photo: str | None = None
    # What the demo PMS's books have room for.
    rooms: int = Field(default=0, ge=0, le=10_000)
    base_price: Decimal = Field(default=Decimal(0), ge=0, le=1_000_000_000)


class _Pms(fields.Strict):
    kind: Literal["mock", "qloapps"]
    url: fields.WebAddress | None = None
    key_env: fields.Variable | None = None
    hotel: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _reachable(self) -> "_Pms":
        if self.kind == "qloapps" and (self.url is None or self.key_env is None):
            raise ValueError(
                "kind: qloapps needs url, the shop's address, and key_env, the variable with its webservice key"
            )
        if self.kind == "mock" and (self.url is not None or self.key_env is not None):
            raise ValueError("kind: mock is the demo PMS, which has no url and no key_env")
        return self


class _WhatsApp(fields.Strict):
    phone_number_id: str = Field(pattern=r"^\d{5,20}$")
    business_account_id: str | None = Field(default=None, pattern=r"^\d{5,20}$")
    access_token_env: fields.Variable | None = None
    app_secrets_env: tuple[fields.Variable, ...] = ()
    messages_per_second: int | None = Field(default=None, ge=1, le=1000)
    coexistence: bool = False
    templates: outreach.Templates = Field(default_factory=dict)

    @model_validator(mode="after")
    def _fixed(self) -> "_WhatsApp":
        if self.coexistence and self.messages_per_second is not None:
            raise ValueError(
                "a number that a phone shares (coexistence) sends 20 messages a second, no more and no less"
            )
        return self


class _Staff(fields.Strict):
    webhook_url: fields.WebAddress | None = None
    webhook_secret_env: fields.Variable | None = None
    email: fields.Mail | None = None
    gives_back_after_hours: int | None = Field(default=24, ge=1, le=720)

    @model_validator(mode="after")
    def _signed(self) -> "_Staff":
        if self.webhook_url is not None and self.webhook_secret_env is None:
            raise ValueError("webhook_url needs webhook_secret_env: hand-offs are signed")
        return self


class _HotelEntry(fields.Strict):
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")
    name: str = Field(min_length=1)
    timezone: fields.Zone
    currency: fields.Currency
    languages: tuple[fields.LANGUAGES, ...] = Field(min_length=1)
    tone: manner.ToneEntry = manner.ToneEntry()
    reminders: unasked.Entry = unasked.Entry()
    gather_ms: int = Field(default=700, ge=0, le=2_000)
    llm: bool = False
    address: str = Field(min_length=1)
    location: _Location | None = None
    payment: _Payment | None = None
    phone: str | None = None
    email: fields.Mail | None = None
    check_in_from: fields.Clock
    check_out_until: fields.Clock
    business_hours: Mapping[fields.Days, fields.Span] = Field(default_factory=dict)
    rooms: tuple[_Room, ...] = Field(min_length=1)
    policies: terms.Policies = terms.Policies()
    late_checkout: terms.LateCheckout | None = None
    facts: Mapping[str, answers.FactEntry] = Field(default_factory=dict)
    faq: tuple[answers.FaqEntry, ...] = Field(default=(), max_length=200)
    pms: _Pms
    whatsapp: tuple[_WhatsApp, ...] = ()
    mailbox: mailboxes.MailboxEntry | None = None
    gmail: gmail_accounts.GmailEntry | None = None
    staff: _Staff = _Staff()


class _File(fields.Strict):
    hotels: tuple[_HotelEntry, ...] = Field(min_length=1)


Wrong = Iterator[tuple[Steps, str]]


def _twice(file: _File) -> Wrong:
    """What may be there once only."""
    hotels = list(enumerate(file.hotels))
    yield from _again([(("hotels", n, "id"), f"hotel id {hotel.id}") for n, hotel in hotels])
    yield from _again(
        [
            (("hotels", n, "whatsapp", m, "phone_number_id"), f"phone_number_id {account.phone_number_id}")
            for n, hotel in hotels
            for m, account in enumerate(hotel.whatsapp)
        ]
    )
    yield from _again(
        [
            (("hotels", n, name, "address"), f"mailbox {box.address.lower()}")
            for n, hotel in hotels
            for name, box in (("mailbox", hotel.mailbox), ("gmail", hotel.gmail))
            if box is not None
        ]
    )
    for n, hotel in hotels:
        yield from _again(
            [(("hotels", n, "rooms", m, "key"), f"room {room.key}") for m, room in enumerate(hotel.rooms)]
        )


def _again(named: Sequence[tuple[Steps, str]]) -> Wrong:
    seen: set[str] = set()
    for path, what in named:
        if what in seen:
            yield path, f"{what} is there twice"
        seen.add(what)


def _nameless(file: _File) -> Wrong:
    """Rooms that the hotel has no word for in its own language."""
    for n, hotel in enumerate(file.hotels):
        for m, room in enumerate(hotel.rooms):
            if not room.names.get(hotel.languages[0]):
                yield ("hotels", n, "rooms", m, "names"), f"lacks {hotel.languages[0]}, the hotel's own language"


def _not_late(file: _File) -> Wrong:
    """Late check-outs that end when everybody leaves."""
    for n, hotel in enumerate(file.hotels):
        if hotel.late_checkout is not None and hotel.late_checkout.until <= hotel.check_out_until:
            yield ("hotels", n, "late_checkout", "until"), "should be later than check_out_until"


def _never_lacking(file: _File) -> Wrong:
    """Facts that need words: nobody has no house rules."""
    for n, hotel in enumerate(file.hotels):
        for topic in answers.never_lacking(hotel.facts):
            yield ("hotels", n, "facts", topic, "offered"), f"a guest who asks for {topic} needs words (es, pt, en)"


def _unknown_to_pms(file: _File) -> Wrong:
    """Rooms that the PMS can't know by that key."""
    for n, hotel in enumerate(file.hotels):
        for m, room in enumerate(hotel.rooms):
            if hotel.pms.kind == "qloapps" and not room.key.isdecimal():
                yield ("hotels", n, "rooms", m, "key"), f"should be the room type's number in QloApps, not {room.key!r}"


def _unset(file: _File, environment: Mapping[str, str]) -> Wrong:
    """References to variables that are not there."""
    for n, hotel in enumerate(file.hotels):
        for path, variable in _references(hotel):
            if variable is not None and not environment.get(variable):
                yield ("hotels", n, *path), f"the variable {variable} is not set"


def _no_credentials(file: _File, environment: Mapping[str, str]) -> Wrong:
    """Variables that hold something else than what opens a mailbox."""
    for n, hotel in enumerate(file.hotels):
        for path, words in gmail_accounts.wrong(hotel.gmail, environment):
            yield ("hotels", n, "gmail", *path), words


def _references(hotel: _HotelEntry) -> Iterator[tuple[Steps, str | None]]:
    yield ("pms", "key_env"), hotel.pms.key_env
    yield ("staff", "webhook_secret_env"), hotel.staff.webhook_secret_env
    for path, variable in mailboxes.references(hotel.mailbox):
        yield ("mailbox", *path), variable
    for name, variable in gmail_accounts.references(hotel.gmail):
        yield ("gmail", name), variable
    for m, account in enumerate(hotel.whatsapp):
        yield ("whatsapp", m, "access_token_env"), account.access_token_env
        for k, variable in enumerate(account.app_secrets_env):
            yield ("whatsapp", m, "app_secrets_env", k), variable


def _hotel(entry: _HotelEntry, environment: Mapping[str, str]) -> Hotel:
    return Hotel(
        profile=_profile(entry),
        pms=PmsConnection(
            kind=entry.pms.kind,
            rooms=tuple(DemoRoom(key=r.key, rooms=r.rooms, base_price=r.base_price) for r in entry.rooms),
            url=entry.pms.url or "",
            key=_secret(entry.pms.key_env, environment) or "",
            property_id=entry.pms.hotel,
        ),
        whatsapp=tuple(_account(account, environment) for account in entry.whatsapp),
        staff=StaffContacts(
            webhook_url=entry.staff.webhook_url,
            webhook_secret=_secret(entry.staff.webhook_secret_env, environment),
            email=entry.staff.email,
        ),
        mailbox=mailboxes.mailbox(entry.mailbox, environment),
        gmail=gmail_accounts.account(entry.gmail, environment),
    )


def _profile(entry: _HotelEntry) -> HotelProfile:
    return HotelProfile(
        id=HotelId(entry.id),
        name=entry.name,
        zone=ZoneInfo(entry.timezone),
        currency=entry.currency,
        languages=entry.languages,
        tone=manner.tone(entry.tone),
        reminders=unasked.reminders(entry.reminders),
        gather_seconds=entry.gather_ms / 1000,
        llm=entry.llm,
        address=entry.address,
        latitude=None if entry.location is None else entry.location.latitude,
        longitude=None if entry.location is None else entry.location.longitude,
        payment_url=None if entry.payment is None else entry.payment.url,
        phone=entry.phone,
        email=entry.email,
        check_in_from=entry.check_in_from,
        check_out_until=entry.check_out_until,
        business_hours=answers.open_hours(entry.business_hours),
        rooms=tuple(
            RoomProfile(key=r.key, names=_texts(r.names), capacity=r.capacity, photo=r.photo) for r in entry.rooms
        ),
        cancellation_policy=_texts(entry.policies.cancellation),
        cancellation_fee=terms.fee(entry.policies.cancellation_fee, entry.currency),
        late_checkout=terms.late_checkout(entry.late_checkout, entry.currency),
        facts={
            topic: answers.fact(said, entry.currency)
            for topic, said in entry.facts.items()
            if answers.says_something(said)
        },
        faq=tuple(map(answers.faq, entry.faq)),
        person_reachable=entry.staff.webhook_url is not None or entry.staff.email is not None,
        gives_back_after=None
        if entry.staff.gives_back_after_hours is None
        else timedelta(hours=entry.staff.gives_back_after_hours),
    )


def _texts(texts: fields.Texts) -> Mapping[str, str]:
    return dict(texts.items())


def _account(account: _WhatsApp, environment: Mapping[str, str]) -> WhatsAppAccount:
    return WhatsAppAccount(
        phone_number_id=account.phone_number_id,
        access_token=_secret(account.access_token_env, environment),
        app_secrets=tuple(environment[variable] for variable in account.app_secrets_env),
        business_account_id=account.business_account_id,
        paced=account.coexistence or account.messages_per_second is not None,
        line=outreach.line(
            per_second=account.messages_per_second, coexistence=account.coexistence, templates=account.templates
        ),
    )


def _secret(variable: str | None, environment: Mapping[str, str]) -> str | None:
    return None if variable is None else environment[variable]


def _refused(page: yaml_lines.Page, wrong: Iterable[tuple[Steps, str]]) -> FileError:
    problems = [replace(page.problem(path, words), hotel=_hotel_at(page.content, path)) for path, words in wrong]
    return FileError(page.name, problems)


def _hotel_at(content: Any, path: Steps) -> str | None:
    try:
        return str(content["hotels"][path[1]]["id"])
    except (LookupError, TypeError):
        return None


def _problems(error: ValidationError) -> Wrong:
    found = [(tuple(step for step in p["loc"] if step != "[key]"), p) for p in error.errors(include_url=False)]
    for path, problem in found:
        # pydantic counts only the entries that are right: a list with one wrong entry is "too short" as well.
        within = any(other[: len(path)] == path and len(other) > len(path) for other, _ in found)
        if not (problem["type"] == "too_short" and within):
            yield path, _words(path, problem)


def _words(path: Steps, problem: Any) -> str:
    kind = problem["type"]
    words = WORDS.get(kind) or problem["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        words = f"unknown field{_did_you_mean(str(path[-1]))}"
    return str(words)


def _did_you_mean(wrong: str) -> str:
    models: tuple[type[BaseModel], ...] = (
        _File,
        _HotelEntry,
        _Room,
        _WhatsApp,
        _Staff,
        _Pms,
        _Location,
        _Payment,
        *outreach.MODELS,
        *manner.MODELS,
        *unasked.MODELS,
        *answers.MODELS,
        *terms.MODELS,
        *mailboxes.MODELS,
        *gmail_accounts.MODELS,
    )
    known = [field_name for model in models for field_name in model.model_fields]
    close = difflib.get_close_matches(wrong, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
