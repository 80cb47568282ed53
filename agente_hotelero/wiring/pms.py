"""Each hotel's way to its PMS, and what the demo PMS sells."""

import time
from datetime import datetime

from agente_hotelero.config.hotels import Hotel
from agente_hotelero.model.stays import RoomType
from agente_hotelero.pms.demo.client import DemoPms
from agente_hotelero.pms.demo.inventory import DemoInventory
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.storage.demo_inventory import Seed
from agente_hotelero.telemetry.metrics import Metrics


def gateway(hotel: Hotel, *, inventory: DemoInventory, metrics: Metrics) -> PmsGateway:
    """Build one hotel's gateway, with breakers, limits and caches of its own."""
    zone = hotel.profile.zone
    client = DemoPms(hotel=hotel.profile.id, inventory=inventory, today=lambda: datetime.now(zone).date())
    return PmsGateway(hotel=hotel.profile.id, client=client, clock=time.monotonic, metrics=metrics)


def seeds(hotel: Hotel) -> list[Seed]:
    """What the hotels file says of the rooms that the demo PMS has."""
    profile = hotel.profile
    facts = {room.key: room for room in profile.rooms}
    return [
        Seed(
            room_type=RoomType(
                key=room.key,
                name=facts[room.key].names.get(profile.languages[0]) or room.key,
                capacity=facts[room.key].capacity,
                photo=facts[room.key].photo,
            ),
            rooms=room.rooms,
            base_price=room.base_price,
            currency=profile.currency,
        )
        for room in hotel.pms.rooms
    ]
