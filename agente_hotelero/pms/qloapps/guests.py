"""A guest as QloApps takes one: it fails without a word on names and numbers that it does not like."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from agente_hotelero.model.ids import ClientRef
from agente_hotelero.model.phones import digits
from agente_hotelero.model.stays import Booker

LONGEST_NAME: Final = 32
NO_SURNAME: Final = "-"
NO_PHONE: Final = "000000000"
"""Where the channel gives no number and the shop wants one; read back as none."""
MOST_PHONE_DIGITS: Final = 15
PLAIN: Final = re.compile(r"[A-Za-z0-9._+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""An address that it takes, and that means nothing in a filter: what can't be looked up is not sent."""
BEYOND: Final = 0xFFFF
"""What its database can't hold becomes question marks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """The person as QloApps has them on file."""

    id: int
    name: str
    email: str
    phone: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """What is sent of one."""

    first: str
    last: str
    email: str
    phone: str


def person(booker: Booker, *, ref: ClientRef, email_is_another_s: bool) -> Person:
    """Put a booker in QloApps' terms.

    A booking rewrites name and number of whoever has the address on file, and who has the number on file may see
    their reservations: an address of somebody else's is never sent, but one of our own that leads to nobody.
    """
    first, _, last = _name(booker.name).partition(" ")
    return Person(
        first=first[:LONGEST_NAME],
        last=last[:LONGEST_NAME].strip() or NO_SURNAME,
        email=_own_address(ref) if email_is_another_s or not PLAIN.fullmatch(booker.email) else booker.email,
        phone=_phone(booker.phone),
    )


def on_file(phone: str) -> str | None:
    """Read a number back; ours for none is none."""
    return phone if digits(phone) not in {"", NO_PHONE} else None


def full_name(first: str, last: str) -> str:
    """Read a name back; a surname that we made up is none."""
    return first if last == NO_SURNAME else f"{first} {last}".strip()


def _name(name: str) -> str:
    """Letters of any script, blanks, apostrophes, hyphens and dots; at least one letter."""
    plain = "".join(letter if _taken(letter) else " " for letter in unicodedata.normalize("NFC", name))
    return " ".join(plain.split()) or "Huésped"


def _taken(letter: str) -> bool:
    return ord(letter) <= BEYOND and (letter in " '-." or unicodedata.category(letter)[0] in "LM")


def _phone(number: str | None) -> str:
    found = digits(number or "")[:MOST_PHONE_DIGITS]
    return f"+{found}" if found else NO_PHONE


def _own_address(ref: ClientRef) -> str:
    return f"{ref.lower()}@guests.invalid"
