"""Pins, pictures and buttons that lead to a page, in the form that WhatsApp takes; None where it would not."""

import math
from typing import Any, Final

from agente_hotelero.channels.whatsapp.limits import is_public, unique, within
from agente_hotelero.channels.whatsapp.splitting import size
from agente_hotelero.model.messages import Link, Location, Picture

Json = dict[str, Any]

BODY_LIMIT: Final = 1024
CAPTION_LIMIT: Final = 1024
LINK_TITLE_LIMIT: Final = 20
MOST_DEGREES_NORTH: Final = 90
MOST_DEGREES_EAST: Final = 180


def location(pin: Location) -> Json | None:
    """Place a pin; Meta names no limit for its words."""
    if not (_degrees(pin.latitude, MOST_DEGREES_NORTH) and _degrees(pin.longitude, MOST_DEGREES_EAST)):
        return None
    words = {"name": pin.name, "address": pin.address}
    told = {name: text for name, text in words.items() if text.strip()}
    return {"type": "location", "location": {"latitude": pin.latitude, "longitude": pin.longitude, **told}}


def image(picture: Picture) -> Json | None:
    """Let Meta fetch a picture, which it may keep for ten minutes."""
    if not is_public(picture.source) or size(picture.caption) > CAPTION_LIMIT:
        return None
    caption = {"caption": picture.caption} if picture.caption.strip() else {}
    return {"type": "image", "image": {"link": picture.source, **caption}}


def button(link: Link) -> Json | None:
    """Make the `interactive` object of a button that opens a page."""
    fits = within(link.body, BODY_LIMIT) and unique([link.title], LINK_TITLE_LIMIT) and is_public(link.url)
    if not fits:
        return None
    parameters = {"display_text": link.title, "url": link.url}
    return {"type": "cta_url", "body": {"text": link.body}, "action": {"name": "cta_url", "parameters": parameters}}


def _degrees(value: float, most: int) -> bool:
    return math.isfinite(value) and abs(value) <= most
