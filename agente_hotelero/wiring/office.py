"""What operators see and do, and what is behind it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from agente_hotelero.actors.feature_flags import FlagView
from agente_hotelero.config.flags import Flag
from agente_hotelero.http.ports import TokenInfo
from agente_hotelero.model import phones
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import HotelId
from agente_hotelero.model.office import FoundGuest
from agente_hotelero.storage.desk import PostgresDesk
from agente_hotelero.storage.guests import PostgresGuests
from agente_hotelero.storage.held import PostgresHeld
from agente_hotelero.storage.inspection import PostgresInspection
from agente_hotelero.storage.reloads import Reloaded
from agente_hotelero.storage.sent_files import PostgresSentFiles
from agente_hotelero.wiring.crew import Crew
from agente_hotelero.wiring.stores import Stores


class Office:
    """Each operator sees the hotels of their token; what they change is noted under its name."""

    def __init__(
        self,
        *,
        stores: Stores,
        crew: Crew,
        profiles: Callable[[], Mapping[HotelId, HotelProfile]],
        flags: FlagView,
        reload: Callable[[str], Awaitable[Reloaded]],
    ) -> None:
        """`profiles` are those in force; `reload` takes the name of who asks."""
        self._stores = stores
        self._crew = crew
        self._profiles = profiles
        self._flags = flags
        self._reload = reload

    def desk(self, operator: TokenInfo) -> PostgresDesk:
        """The front desk."""
        return PostgresDesk(self._stores.pool, who=operator.name, hotel=operator.hotel)

    def files(self, operator: TokenInfo) -> PostgresSentFiles:
        """What guests sent."""
        stores = self._stores
        return PostgresSentFiles(
            stores.pool,
            stores.media_files,
            who=operator.name,
            hotel=operator.hotel,
            refetch=self._crew.fetching.files,
        )

    def inspection(self, operator: TokenInfo) -> PostgresInspection:
        """The lists."""
        return PostgresInspection(self._stores.pool, who=operator.name, hotel=operator.hotel)

    def held(self, operator: TokenInfo) -> PostgresHeld:
        """The rows that wait since a restore."""
        return PostgresHeld(self._stores.pool, who=operator.name)

    async def find_guests(self, operator: TokenInfo, words: str) -> Sequence[FoundGuest]:
        """Guests by number, mail or reservation."""
        advanced = self._flags.enabled(Flag.PHONE_NORMALIZATION)
        guests = PostgresGuests(self._stores.pool, hotel=operator.hotel)
        return await guests.find(words, region_of=self._region_of if advanced else None)

    async def set_flag(self, operator: TokenInfo, flag: str, *, enabled: bool) -> None:
        """Switch a flag; noted first, so that no change goes without its line."""
        await self._stores.tokens.audit(operator.name, "flag_set", {"flag": flag, "enabled": enabled})
        await self._stores.flags.write(flag, enabled=enabled)
        await self._crew.refresh_flags()

    async def reload(self, operator: TokenInfo) -> Reloaded:
        """Let every process read the hotels file anew."""
        return await self._reload(operator.name)

    def actors(self) -> Mapping[str, object]:
        """The supervisors' trees as last published, and what this process is for the shards."""
        return self._crew.details()

    def _region_of(self, hotel: HotelId) -> str | None:
        profile = self._profiles().get(hotel)
        return None if profile is None else phones.region_of(profile.phone)
