"""Who works for whom: the directory in force, and the actors of each of its hotels and accounts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from agente_hotelero.actors.conversation import Surroundings
from agente_hotelero.actors.runtime import Ref
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.ids import Account, HotelId
from agente_hotelero.pms.gateway import PmsGateway
from agente_hotelero.wiring.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What one hotel has to itself: the way to its PMS, and who makes its reservations."""

    gateway: PmsGateway
    gateway_ref: Ref
    reservations: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everything that depends on the hotels file, as one value: it is exchanged as a whole, or not at all."""

    directory: Directory
    desks: Mapping[HotelId, Desk] = field(default_factory=dict)
    senders: Mapping[Account, Ref] = field(default_factory=dict)
    surroundings: Mapping[HotelId, Surroundings] = field(default_factory=dict)


class InForce:
    """Which roster is in force: everybody reads it here at each use, and one assignment changes it for all."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.roster = Roster(directory=Directory())
        self.profiles: Mapping[HotelId, HotelProfile] = _Profiles(self)
        """The hotels as guests may know them, each as it is when it is looked up."""

    @property
    def directory(self) -> Directory:
        """Who is who now."""
        return self.roster.directory

    def verify(self, body: bytes, header: str | None) -> frozenset[str]:
        """Name the accounts whose secret signed a webhook."""
        return self.directory.signatures.verify(body, header)

    def access_token(self, account: Account) -> str | None:
        """What Meta knows us by at this account; None where it is here no more."""
        return self.directory.access_tokens.get(account)

    def surroundings(self, hotel: HotelId) -> Surroundings | None:
        """What this hotel's conversations share now; None where it is here no more."""
        return self.roster.surroundings.get(hotel)


class _Profiles(Mapping[HotelId, HotelProfile]):
    """Those of the directory in force; whoever holds this holds no old one."""

    def __init__(self, in_force: InForce) -> None:
        self._in_force = in_force

    def __getitem__(self, hotel: HotelId) -> HotelProfile:
        return self._in_force.directory.profiles[hotel]

    def __iter__(self) -> Iterator[HotelId]:
        return iter(self._in_force.directory.profiles)

    def __len__(self) -> int:
        return len(self._in_force.directory.profiles)
