"""How much may be asked: a share of a hotel's messages, and tokens by day for each hotel and each conversation."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Final

from agente_hotelero.model.ids import GuestId, HotelId

MOST_CONVERSATIONS: Final = 10_000
"""Whoever has not been asked about for longest begins anew; the hotel's own budget goes on."""
SAVED_AT_MOST: Final = 10.0


class Share:
    """So many of each hotel's messages, with some saved up."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._saved: dict[HotelId, float] = {}

    def count(self, hotel: HotelId) -> None:
        """A message came."""
        self._saved[hotel] = min(SAVED_AT_MOST, self._saved.get(hotel, SAVED_AT_MOST) + self._share)

    def take(self, hotel: HotelId) -> bool:
        """Take leave to ask about one, if there is any."""
        saved = self._saved.get(hotel, SAVED_AT_MOST)
        if saved < 1:
            return False
        self._saved[hotel] = saved - 1
        return True


class Tokens:
    """Tokens of one day; a new day, or a new process, begins with nothing spent."""

    def __init__(self, *, per_hotel: int, per_conversation: int, today: Callable[[], date]) -> None:
        self._per_hotel = per_hotel
        self._per_conversation = per_conversation
        self._today = today
        self._day = today()
        self._hotels: dict[HotelId, int] = {}
        self._conversations: OrderedDict[GuestId, int] = OrderedDict()

    def reserve(self, hotel: HotelId, conversation: GuestId, tokens: int) -> bool:
        """Take so many beforehand, if both have them."""
        self._turn_the_page()
        of_hotel, of_conversation = self._hotels.get(hotel, 0), self._conversations.get(conversation, 0)
        if of_hotel + tokens > self._per_hotel or of_conversation + tokens > self._per_conversation:
            return False
        self._add(hotel, conversation, tokens)
        return True

    def correct(self, hotel: HotelId, conversation: GuestId, by: int) -> None:
        """It were so many more in the end, or fewer."""
        self._add(hotel, conversation, by)

    def _add(self, hotel: HotelId, conversation: GuestId, tokens: int) -> None:
        self._hotels[hotel] = max(0, self._hotels.get(hotel, 0) + tokens)
        self._conversations[conversation] = max(0, self._conversations.get(conversation, 0) + tokens)
        self._conversations.move_to_end(conversation)
        if len(self._conversations) > MOST_CONVERSATIONS:
            self._conversations.popitem(last=False)

    def _turn_the_page(self) -> None:
        today = self._today()
        if today != self._day:
            self._day = today
            self._hotels.clear()
            self._conversations.clear()
