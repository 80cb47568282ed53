"""What comes with «confirmed»: the policy, the way there, the code as a picture, and where to pay."""

from typing import Final
from urllib.parse import quote

from agente_hotelero.dialogue import on_file
from agente_hotelero.dialogue.talk import Talk
from agente_hotelero.model.messages import Link, Location, Picture
from agente_hotelero.model.stays import PmsReservation

PIN: Final = ("profile:location", "profile:name", "profile:address")
PAYMENT: Final = "profile:payment"


def follow(talk: Talk, reservation: PmsReservation, *, payable: bool) -> None:
    """Add it to what was said; `payable` is whether the price stands and the room is the guest's alone."""
    _policy(talk)
    pin(talk)
    _code(talk, reservation)
    if payable:
        _payment(talk, reservation)


def payment_url(template: str, reservation: PmsReservation) -> str:
    """Fill a hotel's link in; what is filled in can't end a path or begin a parameter."""
    total = reservation.total
    fields = {"code": reservation.code, "total": f"{total.amount:f}", "currency": total.currency}
    return template.format(**{name: quote(text, safe="") for name, text in fields.items()})


def _policy(talk: Talk) -> None:
    texts = talk.hotel.cancellation_policy
    text = texts.get(talk.language.value) or next(iter(texts.values()), None)
    if text:
        talk.add(text, fact=on_file.POLICY)


def pin(talk: Talk) -> None:
    """Show where the hotel is."""
    hotel = talk.hotel
    if hotel.latitude is None or hotel.longitude is None:
        return
    pin = Location(latitude=hotel.latitude, longitude=hotel.longitude, name=hotel.name, address=hotel.address)
    talk.show(pin, facts=PIN)


def _code(talk: Talk, reservation: PmsReservation) -> None:
    source = talk.world.code_picture(reservation.code)
    if source is not None:
        picture = Picture(source=source, caption=talk.phrase("code_picture", code=reservation.code))
        talk.show(picture, facts=[on_file.READ_FROM])


def _payment(talk: Talk, reservation: PmsReservation) -> None:
    """Nothing here knows whether anybody paid: the room is held either way, and the guest reads just that."""
    template = talk.hotel.payment_url
    if template is None:
        return
    link = Link(
        body=talk.phrase("payment", code=reservation.code),
        title=talk.phrase("payment_page"),
        url=payment_url(template, reservation),
    )
    talk.show(link, facts=[PAYMENT, on_file.READ_FROM])
