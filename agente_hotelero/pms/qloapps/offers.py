"""What is free and what it costs: QloApps' availability, our check of its rules, and the fees that it leaves out."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from xml.etree.ElementTree import tostring

from agente_hotelero.errors import RefusedError
from agente_hotelero.model.money import Money
from agente_hotelero.model.stays import Offer, Party, Stay
from agente_hotelero.pms.qloapps import shapes
from agente_hotelero.pms.qloapps.catalogue import Catalogue, Kind
from agente_hotelero.pms.qloapps.shapes import Row
from agente_hotelero.pms.qloapps.webservice import BAD_REQUEST, OK, Webservice, element


async def ask(webservice: Webservice, *, hotel_id: int, stay: Stay) -> Row:
    """Ask for availability of all types; guests are left out, because QloApps leaves them out as well."""
    asked = element("hotel_ari", id_hotel=hotel_id, date_from=stay.check_in, date_to=stay.check_out)
    answer = await webservice.call("POST", "hotel_ari", body=tostring(asked), content_type="application/xml")
    if answer.status == BAD_REQUEST and answer.is_json:
        raise RefusedError("QloApps does not take such a stay")
    if answer.status not in OK:
        raise webservice.trouble(answer, "hotel_ari")
    [found] = shapes.listed(shapes.document(answer.body))
    return found


def read(found: Row, catalogue: Catalogue, *, stay: Stay, party: Party, fetched_at: datetime) -> Sequence[Offer]:
    """Make offers of it, cheapest first: of types that hold the party, with a room for each part of it."""
    currency = str(found["currency"])
    offers = [
        Offer(
            room_type=kind.room_type,
            stay=stay,
            party=party,
            rooms_left=len(row["rooms"]["available"]),
            total=Money.of(_price(row, kind, stay) * party.rooms, currency),
            fetched_at=fetched_at,
        )
        for row in found["room_types"]
        if (kind := catalogue.kinds.get(shapes.number(row["id_room_type"]))) is not None
        and kind.takes(stay, party)
        and len(row["rooms"]["available"]) >= party.rooms
        # Without a price it is not for sale.
        and shapes.amount(row["total_price"]) > 0
    ]
    return sorted(offers, key=lambda offer: (offer.total.amount, offer.room_type.key))


def _price(row: Row, kind: Kind, stay: Stay) -> Decimal:
    """Of one room: what QloApps says, and the mandatory fees that it adds only when they are booked."""
    net, gross = shapes.amount(row["total_price"]), shapes.amount(row["total_price_with_tax"])
    fees = Decimal(0)
    for service in kind.fees:
        if service.separate:
            # Its own rate can't be read with the permissions that we ask for. Another group than the room's may
            # have another rate: the price that is booked is compared with the quote, and `pms check` says so.
            taxed = gross / net if service.tax_group else Decimal(1)
            fees += service.price_of(stay) * taxed
    return gross + fees
