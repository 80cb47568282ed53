"""Each hotel's way to its PMS, and what the demo PMS sells."""

import time
from datetime import datetime

import aiohttp

from agente_hotelero.config.hotels import Hotel
from agente_hotelero.model import phones
from agente_hotelero.model.stays import RoomType
from agente_hotelero.pms.client import PmsClient
from agente_hotelero.pms.demo.client import DemoPms
from agente_hotelero.pms.demo.inventory import DemoInventory
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.pms.qloapps.client import QloApps
from agente_hotelero.pms.qloapps.webservice import Webservice
from agente_hotelero.storage.demo_inventory import Seed
from agente_hotelero.telemetry.metrics import Metrics


def client(hotel: Hotel, *, inventory: DemoInventory, session: aiohttp.ClientSession) -> PmsClient:
    """Build the adapter of its kind of PMS; `session` keeps no cookies, and its limits are its own."""
    zone, pms = hotel.profile.zone, hotel.pms
    if pms.kind == "mock":
        return DemoPms(hotel=hotel.profile.id, inventory=inventory, today=lambda: datetime.now(zone).date())
    return QloApps(
        webservice=Webservice(session=session, url=pms.url, key=pms.key),
        hotel_id=pms.property_id,
        region=phones.region_of(hotel.profile.phone),
        now=lambda: datetime.now(zone),
        clock=time.monotonic,
    )


def gateway(hotel: Hotel, pms: PmsClient, *, metrics: Metrics) -> PmsGateway:
    """Build one hotel's gateway, with breakers, limits and caches of its own."""
    return PmsGateway(hotel=hotel.profile.id, client=pms, clock=time.monotonic, metrics=metrics)


def seeds(hotel: Hotel) -> list[Seed]:
    """What the hotels file says of the rooms that the demo PMS has; nothing where the hotel has a real one."""
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
        for room in (hotel.pms.rooms if hotel.pms.kind == "mock" else ())
    ]
