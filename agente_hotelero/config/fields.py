"""What single fields of the hotels file may say; each refusal shows what would be right."""

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Annotated, Final, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.numbers import is_currency
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from agente_hotelero.model.hotel import PAYMENT_FIELDS

LANGUAGES = Literal["es", "pt", "en"]
Texts = Mapping[LANGUAGES, str]
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PAYMENT_LETTERS: Final = 1_500
"""WhatsApp's buttons take 2,000, with the fields filled in."""
HOURS_PER_DAY: Final = 24
MINUTES_PER_HOUR: Final = 60


class Strict(BaseModel):
    """A mapping of the file: what it does not know is a slip of the pen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def weekdays(days: str) -> Sequence[int]:
    """Read "mon" or "fri-mon" as numbers of days, 0 for Monday; ValueError."""
    first, _, last = days.strip().lower().partition("-")
    if first not in DAYS or (last and last not in DAYS):
        raise ValueError(f'days look like "mon" or "mon-fri", not {days!r}')
    begin, end = DAYS.index(first), DAYS.index(last or first)
    return [(begin + n) % 7 for n in range((end - begin) % 7 + 1)]


def hours(span: str) -> tuple[time, time]:
    """Read "08:00-22:00"; "20:00-02:00" lasts past midnight, "00:00-24:00" is the whole day; ValueError."""
    opens, dash, closes = (part.strip() for part in span.partition("-"))
    if not dash:
        raise ValueError(f'hours look like "08:00-22:00", not {span!r}')
    return clock(opens), time(0) if closes == "24:00" else clock(closes)


def clock(value: object) -> time:
    """Read "15:00", and nothing else: 900, 9 and "9:00 pm" mean two things to two readers; ValueError."""
    found = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})(:00)?", value) if isinstance(value, str) else None
    if found is None or int(found[1]) >= HOURS_PER_DAY or int(found[2]) >= MINUTES_PER_HOUR:
        raise ValueError(f'a time of day looks like "15:00", not {value!r}')
    return time(int(found[1]), int(found[2]))


def _days(days: str) -> str:
    weekdays(days)
    return days


def _span(span: str) -> str:
    hours(span)
    return span


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"there is no time zone {name!r}; an example is America/Bogota") from None
    return name


def _currency(code: str) -> str:
    if not is_currency(code):
        raise ValueError(f"there is no currency {code!r}; examples are ARS, BRL, EUR and USD")
    return code


def _mail(address: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise ValueError("an e-mail address looks like name@hotel.example")
    return address


def _web(address: str) -> str:
    if not re.match(r"https?://[^/\s]", address):
        raise ValueError("an address begins with https:// (or http://)")
    return address


def is_public(address: str) -> bool:
    """Tell an address that guests may be sent to: by https, without credentials, in letters that survive anywhere."""
    return re.fullmatch(r"https://[^/?#@{}]+(?:[/?#][!-~]*)?", address) is not None and address.isascii()


def _payment(template: str) -> str:
    # Credentials would be shown to every guest, and a field in the site's name could send them to another's.
    if not re.fullmatch(r"https://[!-~]+", template) or not re.match(r"https://[^/?#{}@]+([/?#]|$)", template):
        raise ValueError("a payment link looks like https://pay.hotel.example/{code}, with no blanks")
    if len(template) > PAYMENT_LETTERS:
        raise ValueError(f"a payment link has at most {PAYMENT_LETTERS} letters")
    if re.search(r"[{}]", re.sub("|".join(f"{{{name}}}" for name in PAYMENT_FIELDS), "", template)):
        raise ValueError("a payment link may name {code}, {total} and {currency}, and nothing else in braces")
    return template


def _variable(name: str) -> str:
    # Not quoted: what is no name is most likely the secret itself.
    if not re.fullmatch(r"[A-Z_][A-Z0-9_]*", name):
        raise ValueError("this is the NAME of an environment variable (A-Z, 0-9, _), never the secret itself")
    return name


Clock = Annotated[time, BeforeValidator(clock)]
Days = Annotated[str, AfterValidator(_days)]
Span = Annotated[str, AfterValidator(_span)]
Zone = Annotated[str, AfterValidator(_zone)]
Currency = Annotated[str, AfterValidator(_currency)]
Mail = Annotated[str, AfterValidator(_mail)]
WebAddress = Annotated[str, AfterValidator(_web)]
PaymentLink = Annotated[str, AfterValidator(_payment)]
Variable = Annotated[str, AfterValidator(_variable)]
