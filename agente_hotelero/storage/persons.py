"""Who is who in a batch: each event's names in the order in which they count, and which events must wait for others'.

A name is one person's. Where names of one event belong to several guests, nothing is merged: the most exact one decides.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from typing import Final

from agente_hotelero.model import phones
from agente_hotelero.model.events import InboundEvent
from agente_hotelero.model.ids import Alias, AliasKind, HotelId
from agente_hotelero.model.values import value

EXACT: Final = (AliasKind.BSUID, AliasKind.PARENT)
"""Ids that are nobody else's, ever; a number is given to somebody else some day."""
REMEMBERED: Final = 65_536
TAIL: Final = 8
"""Digits that both forms of a number end with."""


@value
class Name:
    """A name that an event's guest may be known by; `kept` ones are theirs from now on."""

    alias: Alias
    rank: int
    """0 an exact id, 1 a name given up, 2 a number, 3 the same line in another form."""
    kept: bool


Names = tuple[Name, ...]


def names_of(event: InboundEvent) -> Names:
    """Every name that its guest may be found by, the most exact first."""
    now = event.names or (event.alias,)
    found: dict[Alias, Name] = {}
    exact = sorted((alias for alias in now if alias.kind in EXACT), key=lambda alias: EXACT.index(alias.kind))
    for alias in exact:
        found[alias] = Name(alias=alias, rank=0, kept=True)
    for alias in event.formerly:
        found.setdefault(alias, Name(alias=alias, rank=1, kept=False))
    for alias in now:
        found.setdefault(alias, Name(alias=alias, rank=2, kept=True))
    for alias in (*now, *event.formerly):
        other = _in_another_form(alias)
        if other is not None:
            found.setdefault(other, Name(alias=other, rank=3, kept=False))
    return tuple(found.values())


def _in_another_form(alias: Alias) -> Alias | None:
    other = phones.other_form(alias.value) if alias.kind is AliasKind.PHONE else None
    return None if other is None else Alias(AliasKind.PHONE, other)


def may_meet(events: Sequence[InboundEvent]) -> bool:
    """Tell whether one line may come in both of its forms in one batch: then one has to be stored before the other."""
    values = {event.alias.value for event in events}
    return len({value[-TAIL:] for value in values}) < len(values)


class Acquaintances:
    """Events whose names were all stored as one guest's: that stays so, and need not be looked at again."""

    def __init__(self) -> None:
        self._known: OrderedDict[Hashable, None] = OrderedDict()

    def needs_a_look(self, event: InboundEvent) -> bool:
        """Tell whether it has more than one name, and was not seen under them before."""
        return bool(event.formerly) or (bool(event.names) and _key(event) not in self._known)

    def remember(self, event: InboundEvent) -> None:
        """Its names are stored, and none of them is anybody else's."""
        self._known[_key(event)] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


def _key(event: InboundEvent) -> Hashable:
    return hash((event.account.hotel, event.alias, event.names))


@value
class Round:
    """Events of a batch that can be stored at once: whoever shares a name in it shares them all."""

    numbers: tuple[int, ...]
    """Their places in the batch."""
    persons: tuple[int, ...]
    """Whose each is: a place in `names`."""
    names: tuple[tuple[HotelId, Names], ...]


def rounds(events: Sequence[InboundEvent]) -> list[Round]:
    """Part a batch, in order for each guest: one round, but where a guest comes under different sets of names."""
    last: dict[tuple[HotelId, Alias], tuple[int, Names]] = {}
    parts: list[list[tuple[int, HotelId, Names]]] = []
    for number, event in enumerate(events):
        names, hotel = names_of(event), event.account.hotel
        keys = [(hotel, name.alias) for name in names]
        at = max((no + (before != names) for key in keys if key in last for no, before in [last[key]]), default=0)
        last.update(dict.fromkeys(keys, (at, names)))
        if at == len(parts):
            parts.append([])
        parts[at].append((number, hotel, names))
    return [_round(part) for part in parts]


def _round(part: Sequence[tuple[int, HotelId, Names]]) -> Round:
    persons: dict[tuple[HotelId, Names], int] = {}
    whose = tuple(persons.setdefault((hotel, names), len(persons)) for _, hotel, names in part)
    return Round(numbers=tuple(number for number, _, _ in part), persons=whose, names=tuple(persons))
