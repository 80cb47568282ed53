"""A place as a page, for channels that have no pin of their own."""

from typing import Final
from urllib.parse import urlencode

from agente_hotelero.model.messages import Location

# Every phone opens this in the maps that its owner uses: https://developers.google.com/maps/documentation/urls
MAPS: Final = "https://www.google.com/maps/search/"


def page_of(pin: Location) -> str:
    """Give the address of the page."""
    return f"{MAPS}?{urlencode({'api': 1, 'query': f'{pin.latitude:.6f},{pin.longitude:.6f}'})}"
