"""A hand-off to tell of."""

from datetime import UTC, datetime

from agente_hotelero.model.ids import GuestId, HotelId
from agente_hotelero.model.journal import OpenHandOff

HANDOFF = OpenHandOff(
    id=7,
    hotel=HotelId("demo"),
    guest_id=GuestId(3),
    reason="asked",
    summary="El huésped pide hablar con una persona. Idioma del huésped: pt.",
    created_at=datetime(2026, 5, 3, 12, 30, tzinfo=UTC),
    attempts=1,
    guest_name="João",
    channel="whatsapp",
    address="+5511987654321",
    files=0,
    recent=("Huésped: quero falar com alguém\nagora", "Hotel: Avisei a equipe do hotel."),
)
