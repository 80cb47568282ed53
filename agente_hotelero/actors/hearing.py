"""What a guest's event says in words: as they stand, or once somebody has listened to them."""

from agente_hotelero.actors import ports
from agente_hotelero.dialogue.reading import Language
from agente_hotelero.model.events import MediaReceived, is_spoken
from agente_hotelero.model.hotel import HotelProfile
from agente_hotelero.model.journal import InboxRow
from agente_hotelero.model.speech import Hearing, Transcript


def waits(row: InboxRow) -> bool:
    """Tell whether somebody has to listen first."""
    return is_spoken(row.event)


def is_kept(row: InboxRow) -> bool:
    """Tell whether what was heard of it is stored with it."""
    return isinstance(row.event, MediaReceived) and bool(row.event.transcript)


async def hear(
    row: InboxRow, *, listen: ports.Listen, hotel: HotelProfile, language: Language | None
) -> Hearing | None:
    """Listen to what was spoken; None for what was not."""
    event = row.event
    if not isinstance(event, MediaReceived) or not is_spoken(event):
        return None
    if event.transcript:
        # Whoever had this turn before us listened already.
        return Transcript(text=event.transcript, language=language or "", confidence=1.0)
    return await listen(row.account, event, language, hotel.languages)
