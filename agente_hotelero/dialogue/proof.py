"""Whose a reservation is: made here, or by the number or address on file, or by code and surname. Never by a guess."""

import unicodedata
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model import phones
from agente_hotelero.model.stays import PmsReservation

JUST_NOW: Final = timedelta(minutes=15)
"""So long «it» is the reservation that was read last, and nobody has to prove again whose it is."""
NO_SURNAMES: Final = frozenset("de del da do dos das di la las los van von der e y".split())
"""«Ana de la Cruz» is Cruz; whoever says «de» knows nothing."""

SECOND_NAMES: Final = frozenset(
    "maria jose juan luis luiz carlos ana antonio jesus angel miguel manuel francisco javier pedro pablo paulo joao alberto eduardo enrique fernando ricardo roberto"
    " jorge rafael alejandro alejandra andrea beatriz carmen cecilia cristina daniel daniela eugenia elena helena fernanda florencia gabriela guadalupe ines isabel"
    " josefina julia laura lucia luisa luiza magdalena marcela margarita mariana mercedes natalia paula patricia pilar rosa rosario silvia sofia soledad susana"
    " teresa valentina victoria vitoria veronica virginia aparecida fatima lourdes clara carla eduarda elizabeth ann anne marie mary jane louise michael william"
    " john grace edward".split()
)
"""Second names that are hardly ever surnames: of «Ana María Ruiz» María is none, of «Ana Ruiz Soto» Ruiz is one."""


def proved(talk: Talk, reservation: PmsReservation) -> bool:
    """Made in this conversation, or the guest is who is on file, or they know code and surname.

    Of a mail that nobody vouches for code and surname are not enough: whoever saw a confirmation can write it, from anywhere.
    """
    known = talk.world.vouched and _same_surname(talk, reservation)
    return own(talk, reservation.code) or on_file(talk, reservation) or known


def verified(talk: Talk, code: str) -> bool:
    """Whether the guest typed a code that was sent for it, not long ago."""
    return any(one.code == code and talk.world.now < one.until for one in talk.state.aside.identity.proved)


def may_hear_of(talk: Talk, reservation: PmsReservation) -> bool:
    """Whether the guest knows of it anyway: its surname, or where the answer goes the booker alone reads it."""
    theirs = (reservation.booker_email or "").strip().lower()
    reads = theirs != "" and talk.world.answers_to == theirs
    return reads or _same_surname(talk, reservation)


def made_here(talk: Talk, code: str) -> bool:
    """Whether a reservation of this conversation's was made where the guest writes now: two channels may be one guest's."""
    made = {one.code: one.by for one in talk.state.aside.identity.made}
    return made.get(code, talk.world.writes_from) == talk.world.writes_from


def bookings(talk: Talk) -> tuple[str, ...]:
    """Codes of what the guest booked here and needs no further proof for."""
    return tuple(one.code for one in talk.state.bookings if made_here(talk, one.code) or verified(talk, one.code))


def is_known(talk: Talk) -> bool:
    """Whether the guest writes from what may be on file and no one else can write from."""
    return talk.world.phone is not None or talk.world.email is not None


def on_file(talk: Talk, reservation: PmsReservation) -> bool:
    """The guest's number, or their address, is the one that the PMS has."""
    return same_number(talk, reservation) or same_address(talk, reservation)


def same_address(talk: Talk, reservation: PmsReservation) -> bool:
    """The address that the guest writes from, by the word of our own mail server."""
    ours, theirs = talk.world.email, reservation.booker_email
    return ours is not None and theirs is not None and ours.lower() == theirs.strip().lower()


def same_number(talk: Talk, reservation: PmsReservation) -> bool:
    """The number that the guest writes from, which no one else can write from."""
    ours, on_file = talk.world.phone, reservation.booker_phone
    region = phones.region_of(talk.hotel.phone)
    return ours is not None and on_file is not None and phones.same(ours, on_file, region=region, advanced=True)


def read_within(talk: Talk, code: str, age: timedelta) -> bool:
    """Whether it was read so lately that what was shown of it still holds."""
    shown = talk.state.aside.shown
    return shown is not None and shown.code == code and talk.world.now - shown.at <= age


def in_hand(talk: Talk) -> str | None:
    """The code of the reservation that is talked about: a question is open on it, or it was read just now."""
    shown = talk.state.aside.shown
    if shown is None or talk.world.now - shown.at > JUST_NOW:
        return in_question(talk)
    return in_question(talk) or shown.code


def in_question(talk: Talk) -> str | None:
    """The code of the reservation that a question is open on."""
    asked = talk.state.cancelling or talk.state.aside.leaving or talk.draft.replaces
    return asked.code if asked is not None else None


def own(talk: Talk, code: str) -> bool:
    """Made in this conversation, or proved already; whoever writes it now must be who wrote before."""
    if verified(talk, code):
        return True
    if not talk.world.vouched:
        # A yes to what was just proved is read again, and needs no second proof.
        return talk.state.aside.agreed and code == in_question(talk)
    if code == in_hand(talk) and not talk.state.aside.identity.made:
        return True
    return code in bookings(talk)


def may_be(said: str, on_file: str) -> bool:
    """Whether two names are one person's, as far as words tell: «Ana Ruiz» and «Ana María Ruiz Soto»."""
    one, other = set(_words(said)), set(_words(on_file))
    return one <= other or other <= one


def _same_surname(talk: Talk, reservation: PmsReservation) -> bool:
    said, on_file = _words(talk.state.surname or ""), _words(reservation.booker_name)
    known = [word for word in said if word in on_file]
    # Three surnames to choose from are a guess.
    return bool(_surnames(on_file) & set(said)) and len(said) <= 2 * len(known)


def _surnames(words: list[str]) -> set[str]:
    """The last words of a name: «Ana María Ruiz Soto» is Ruiz, or Soto, or both; never Ana, and never María."""
    last_two = words[1:][-2:] or words
    if len(last_two) > 1 and last_two[0] in SECOND_NAMES:
        last_two = last_two[1:]
    return set(last_two)


def _words(name: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return [word for word in plain.split() if word not in NO_SURNAMES]
