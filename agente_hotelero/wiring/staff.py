"""How a hotel's staff hear of guests who need them."""

from dataclasses import replace

import aiohttp

from agente_hotelero.actors.ports import Flags, StaffChannel
from agente_hotelero.channels.staff.either import Either, Way
from agente_hotelero.channels.staff.mail import MailServer, StaffMail
from agente_hotelero.channels.staff.webhook import StaffWebhook
from agente_hotelero.config.flags import Flag
from agente_hotelero.config.hotels import Hotel
from agente_hotelero.model import phones
from agente_hotelero.model.ids import Channel
from agente_hotelero.model.journal import OpenHandOff


class StaffChannels:
    """Builds each hotel's own: the webhook first, mail when that fails."""

    def __init__(self, *, session: aiohttp.ClientSession, mail_server: MailServer | None, flags: Flags) -> None:
        self._session = session
        self._mail_server = mail_server
        self._flags = flags

    def of(self, hotel: Hotel) -> StaffChannel | None:
        """Everything that reaches this hotel's staff; None is nobody."""
        ways = self._ways(hotel)
        return NumbersShown(Either(ways), flags=self._flags) if ways else None

    def _ways(self, hotel: Hotel) -> list[Way]:
        ways: list[Way] = []
        staff = hotel.staff
        if staff.webhook_url is not None:
            ways.append(StaffWebhook(session=self._session, url=staff.webhook_url, secret=staff.webhook_secret or ""))
        if staff.email is not None and self._mail_server is not None:
            ways.append(StaffMail(server=self._mail_server, recipient=staff.email, hotel_name=hotel.profile.name))
        return ways


class NumbersShown:
    """Shows staff a guest's number as the flag has it."""

    def __init__(self, staff: StaffChannel, *, flags: Flags) -> None:
        self._staff = staff
        self._flags = flags

    async def tell(self, handoff: OpenHandOff) -> None:
        """Deliver one hand-off; raises UnavailableError."""
        if handoff.channel == Channel.WHATSAPP and handoff.address is not None:
            advanced = self._flags.enabled(Flag.PHONE_NORMALIZATION)
            handoff = replace(handoff, address=phones.from_channel(handoff.address, advanced=advanced))
        await self._staff.tell(handoff)
