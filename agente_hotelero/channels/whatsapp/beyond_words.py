"""Pins, pictures, files, signs and buttons that do something, in the form that WhatsApp takes; None where it would not."""

import math
from collections.abc import Mapping
from typing import Any, Final

from agente_hotelero.channels.whatsapp.limits import is_public, unique, within
from agente_hotelero.channels.whatsapp.splitting import size
from agente_hotelero.model.messages import ContactRequest, Document, Link, Location, LocationRequest, Picture, Reaction

Json = dict[str, Any]
Ids = Mapping[str, str]
"""Where a file of ours is → Meta's id for it."""
NO_IDS: Final[Ids] = {}

BODY_LIMIT: Final = 1024
CAPTION_LIMIT: Final = 1024
LINK_TITLE_LIMIT: Final = 20
FILENAME_LIMIT: Final = 240
"""Meta names none; what is longer, phones can't save."""
MESSAGE_ID_LIMIT: Final = 1024
EMOJI_LIMIT: Final = 32
"""A family of four with skins takes 25 units."""
MOST_DEGREES_NORTH: Final = 90
MOST_DEGREES_EAST: Final = 180


def at(source: str | None, ids: Ids) -> Json | None:
    """Say where a file is: by Meta's own id for it, or by an address that Meta can fetch."""
    if source is not None and source in ids:
        return {"id": ids[source]}
    return {"link": source} if is_public(source) else None


def location(pin: Location) -> Json | None:
    """Place a pin; Meta names no limit for its words."""
    if not (_degrees(pin.latitude, MOST_DEGREES_NORTH) and _degrees(pin.longitude, MOST_DEGREES_EAST)):
        return None
    words = {"name": pin.name, "address": pin.address}
    told = {name: text for name, text in words.items() if text.strip()}
    return {"type": "location", "location": {"latitude": pin.latitude, "longitude": pin.longitude, **told}}


def image(picture: Picture, ids: Ids = NO_IDS) -> Json | None:
    """Send a picture that Meta has, or let it fetch one, which it may keep for ten minutes."""
    found = at(picture.source, ids)
    if found is None or size(picture.caption) > CAPTION_LIMIT:
        return None
    caption = {"caption": picture.caption} if picture.caption.strip() else {}
    return {"type": "image", "image": {**found, **caption}}


def button(link: Link) -> Json | None:
    """Make the `interactive` object of a button that opens a page."""
    fits = within(link.body, BODY_LIMIT) and unique([link.title], LINK_TITLE_LIMIT) and is_public(link.url)
    if not fits:
        return None
    parameters = {"display_text": link.title, "url": link.url}
    return {"type": "cta_url", "body": {"text": link.body}, "action": {"name": "cta_url", "parameters": parameters}}


def document(file: Document, ids: Ids = NO_IDS) -> Json | None:
    """Send a file that Meta has, or let it fetch one."""
    found = at(file.source, ids)
    fits = (
        unique([file.filename], FILENAME_LIMIT)
        and not {"/", "\\"} & set(file.filename)
        and size(file.caption) <= CAPTION_LIMIT
    )
    if not fits or found is None:
        return None
    caption = {"caption": file.caption} if file.caption.strip() else {}
    return {"type": "document", "document": {**found, "filename": file.filename, **caption}}


def request(asked: LocationRequest | ContactRequest) -> Json | None:
    """Make the `interactive` object of a button that shares where, or who, the guest is."""
    if not within(asked.body, BODY_LIMIT):
        return None
    match asked:
        case LocationRequest():
            kind, name = "location_request_message", "send_location"
        case ContactRequest():
            kind, name = "request_contact_info", "request_contact_info"
    return {"type": kind, "body": {"text": asked.body}, "action": {"name": name}}


def reaction(sign: Reaction) -> Json | None:
    """Put a sign on a message of the guest's, or take ours away."""
    fits = unique([sign.message_id], MESSAGE_ID_LIMIT) and (sign.emoji == "" or unique([sign.emoji], EMOJI_LIMIT))
    if not fits:
        return None
    return {"type": "reaction", "reaction": {"message_id": sign.message_id, "emoji": sign.emoji}}


def _degrees(value: float, most: int) -> bool:
    return math.isfinite(value) and abs(value) <= most
