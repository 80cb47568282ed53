"""A reservation that the PMS has, in words."""

from typing import Final

from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.dialogue.texts import formats
from agente_hotelero.model.stays import PmsReservation

READ_FROM: Final = "pms:reservation"
POLICY: Final = "profile:policies.cancellation"


def described(talk: Talk, reservation: PmsReservation) -> dict[str, str]:
    """What every text on a reservation may use."""
    return {
        "code": reservation.code,
        "room": formats.room(talk.hotel, reservation.room_type_key, reservation.room_type_name, talk.language),
        "stay": formats.stay(reservation.stay, talk.language),
        "party": formats.party(reservation.party, talk.language),
        "total": formats.money(reservation.total, talk.language),
    }


def begun(talk: Talk, reservation: PmsReservation) -> bool:
    """Whether its day of arrival is over: what happens from there on, people settle between them."""
    return reservation.stay.check_in < talk.today
