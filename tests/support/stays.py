"""A small hotel's rooms, and a guest who wants one."""

from datetime import date
from decimal import Decimal
from typing import Final

from agente_hotelero.model.ids import ClientRef, HotelId
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Booker, Party, ReservationRequest, RoomType, Stay

HOTEL: Final = HotelId("demo")
SINGLE: Final = RoomType(key="single", name="Habitación individual", capacity=1, photo="/static/rooms/single.png")
DOUBLE: Final = RoomType(key="double", name="Habitación doble", capacity=2, photo="/static/rooms/double.png")
SUITE: Final = RoomType(key="suite", name="Suite", capacity=4)
ROOMS: Final = (
    (SINGLE, 3, Decimal("60.00")),
    (DOUBLE, 2, Decimal("90.00")),
    (SUITE, 1, Decimal("160.00")),
)
# Monday to Thursday, in low season.
STAY: Final = Stay(check_in=date(2030, 5, 6), check_out=date(2030, 5, 9))
COUPLE: Final = Party(adults=2)
BOOKER: Final = Booker(name="Ana Pérez", email="ana@example.com", phone="5491100000001")


def a_request(
    ref: str = "ref-1", *, room: RoomType = DOUBLE, stay: Stay = STAY, party: Party = COUPLE
) -> ReservationRequest:
    """Somebody said yes."""
    return ReservationRequest(
        client_ref=ClientRef(ref),
        room_type_key=room.key,
        stay=stay,
        party=party,
        total=Money.of("270.00", "USD"),
        booker=BOOKER,
    )
