"""Phone numbers: as a channel gives them, and in E.164 where that is wanted, the same on both sides of a comparison."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

# WhatsApp and the telephone network disagree about mobiles in three countries: the same line may come as
# +54 9 11 … and +54 11 …, +55 11 9… and +55 11 …: compared are the shorter forms; and as +52 1 55 …, which
# is no number any more since Mexico dropped the 1.
ARGENTINA: Final = 54
BRAZIL: Final = 55
MOBILE_DIGITS: Final = 11
MOBILE_IN_BRAZIL: Final = frozenset("6789")
"""What a mobile number of before the ninth digit begins with; 2 to 5 are lines at home."""
OLD_MEXICAN: Final = re.compile(r"^\+521(?=\d{10}$)")

OTHER_FORMS: Final = (
    (r"52([2-9][0-9]{9})", r"521\g<1>"),
    (r"521([2-9][0-9]{9})", r"52\g<1>"),
    (r"54([1-8][0-9]{9})", r"549\g<1>"),
    (r"549([1-8][0-9]{9})", r"54\g<1>"),
    (r"55([1-9][0-9])([6-9][0-9]{7})", r"55\g<1>9\g<2>"),
    (r"55([1-9][0-9])9([6-9][0-9]{7})", r"55\g<1>\g<2>"),
)
"""Of a mobile's digits as a channel writes them: a whole number, and what makes the other form of it."""


def digits(number: str) -> str:
    """What is left without signs and blanks."""
    return "".join(letter for letter in number if letter.isdecimal() and letter.isascii())


def region_of(number: str | None) -> str | None:
    """Country of an international number, as ISO 3166's two letters; how a hotel's own phone tells where it is."""
    parsed = None if number is None else _parse(number, None)
    return None if parsed is None else phonenumbers.region_code_for_number(parsed)


def other_form(wa_id: str) -> str | None:
    """How else a channel may write the same line: with or without the digit that its country adds to mobiles."""
    for pattern, other in OTHER_FORMS:
        if (found := re.fullmatch(pattern, wa_id)) is not None:
            return found.expand(other)
    return None


def typed(number: str, *, region: str | None) -> str | None:
    """A number that somebody typed, as digits with the country's; None where it can be none.

    Without a country code it is one of `region`, where that is known.
    """
    stripped = digits(number)
    international = number.strip().startswith(("+", "00"))
    parsed = (
        _parse(f"+{stripped.removeprefix('00')}", None) if international or region is None else _typed(number, region)
    )
    return None if parsed is None else phonenumbers.format_number(parsed, PhoneNumberFormat.E164).removeprefix("+")


def from_channel(wa_id: str, *, advanced: bool) -> str:
    """A number as a channel gave it, international digits without plus: with `advanced` as E.164 where it is one."""
    parsed = _parse(f"+{digits(wa_id)}", None) if advanced else None
    return wa_id if parsed is None else phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def same(wa_id: str, number: str, *, region: str | None, advanced: bool) -> bool:
    """Tell whether a channel's number and a typed one are the same line."""
    if not advanced:
        return digits(wa_id) == digits(number)
    ours, theirs = _parse(f"+{digits(wa_id)}", None), _typed(number, region)
    return ours is not None and theirs is not None and _line(ours) == _line(theirs)


def _typed(number: str, region: str | None) -> PhoneNumber | None:
    if region is not None and (parsed := _parse(number, region)) is not None:
        return parsed
    return _parse(f"+{digits(number).removeprefix('00')}", None)


def _parse(number: str, region: str | None) -> PhoneNumber | None:
    """Read it; None where it is no possible number."""
    try:
        parsed = phonenumbers.parse(OLD_MEXICAN.sub("+52", number), region)
    except NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def _line(number: PhoneNumber) -> tuple[int, str]:
    code, national = number.country_code or 0, phonenumbers.national_significant_number(number)
    return code, _SHORTER[code](national) if code in _SHORTER and len(national) == MOBILE_DIGITS else national


def _has_ninth_digit(national: str) -> bool:
    return national[2] == "9" and national[3] in MOBILE_IN_BRAZIL


_SHORTER: Final[Mapping[int, Callable[[str], str]]] = {
    ARGENTINA: lambda national: national.removeprefix("9"),
    BRAZIL: lambda national: national[:2] + national[3:] if _has_ninth_digit(national) else national,
}
