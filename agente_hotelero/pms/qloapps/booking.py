"""The body of a booking: both spellings of adults, every mandatory fee in each room, and our reference as its source."""

from typing import Any, Final

import orjson

from agente_hotelero.model.stays import Party, ReservationRequest
from agente_hotelero.pms.qloapps.catalogue import Kind
from agente_hotelero.pms.qloapps.guests import Person
from agente_hotelero.pms.qloapps.webservice import BAD_REQUEST, OK, Answer, Webservice

NEW: Final = 1
AWAITING_PAYMENT: Final = 3
CHILD_YEARS: Final = 8
"""Without an age a child is dropped; guests are asked how many come, not how old they are. It changes no price."""
PHP_MESSAGES: Final = frozenset({3, 5})
"""Codes under which a server that shows PHP's notices complains after it did its work."""


def body(request: ReservationRequest, *, hotel_id: int, who: Person, kind: Kind, remark: str) -> dict[str, Any]:
    """Everything that one POST books, so that several rooms are there together or not at all."""
    services = [{"id_service": service.id, "quantity": 1} for service in kind.fees]
    return {
        "booking": {
            "id_property": hotel_id,
            "currency": request.total.currency,
            "booking_status": NEW,
            "payment_status": AWAITING_PAYMENT,
            "source": request.client_ref,
            "remark": remark,
            "associations": {
                "customer_detail": {
                    "firstname": who.first,
                    "lastname": who.last,
                    "email": who.email,
                    "phone": who.phone,
                },
                "payment_detail": {"payment_type": "pay at hotel", "payment_method": "Pay at hotel"},
                "room_types": [
                    {
                        "id_room_type": int(request.room_type_key),
                        "checkin_date": request.stay.check_in.isoformat(),
                        "checkout_date": request.stay.check_out.isoformat(),
                        "number_of_rooms": request.party.rooms,
                        "rooms": [_room(room, services) for room in request.party.by_room()],
                    }
                ],
            },
        }
    }


async def post(webservice: Webservice, content: dict[str, Any]) -> Answer:
    """Send it; whatever comes back is only a hint."""
    return await webservice.call("POST", "bookings", body=orjson.dumps(content), content_type="application/json")


def was_refused(answer: Answer) -> bool:
    """Whether it said no before it did anything, the only answer that can be relied on."""
    return answer.status == BAD_REQUEST and bool(answer.complaints)


def may_be_done(answer: Answer) -> bool:
    """Whether it says that it worked, or complains of its own program after the work."""
    if answer.status in OK:
        return answer.is_json
    return bool(answer.codes) and answer.codes <= PHP_MESSAGES


def _room(room: Party, services: list[dict[str, int]]) -> dict[str, Any]:
    return {
        "adults": room.adults,  # 1.7.0 reads this,
        "adult": room.adults,  # 1.6.1 this
        "child": room.children,
        "child_ages": [CHILD_YEARS] * room.children,
        "services": services,
    }
