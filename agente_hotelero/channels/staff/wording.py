"""What staff read of a hand-off, in Spanish."""

from collections.abc import Mapping
from typing import Final

from agente_hotelero.model.journal import OpenHandOff

SUBJECTS: Final[Mapping[str, str]] = {
    "asked": "Un huésped pide hablar con una persona",
    "not_understood": "El asistente no entiende a un huésped",
    "unreadable": "Un huésped envió algo que el asistente no puede leer",
    "emergency": "URGENTE: un huésped avisa de una emergencia",
    "reservation_in_doubt": "Una reserva necesita que alguien la revise",
    "sold_twice": "URGENTE: el PMS vendió una habitación dos veces",
    "price_differs": "El PMS registró otro precio que el que aceptó el huésped",
    "pms_away": "Un huésped espera una respuesta que el PMS no dio",
    "late_checkout": "Un huésped pide salir más tarde",
    "question": "Un huésped pregunta algo que el perfil del hotel no dice",
    "complaint": "Un huésped avisa de un problema o se queja",
    "refund": "Un huésped pide un reembolso",
    "payment_dispute": "Un huésped no está de acuerdo con un cobro",
    "lost_item": "Un huésped perdió u olvidó algo",
    "special_request": "Un huésped tiene un pedido especial",
    "event_group": "Un huésped pregunta por un grupo o un evento",
    "discount": "Un huésped pide un descuento",
    "housekeeping": "Un huésped pide algo de limpieza o de ropa blanca",
    "room_service": "Un huésped pide algo a la habitación",
    "arrival_notice": "Un huésped avisa cuándo llega",
    "paused": "Un huésped escribió y el asistente está en pausa",
    "dead_letter": "Un mensaje no se pudo procesar",
    "undeliverable": "Un mensaje para un huésped no se pudo entregar",
    "received": "Un huésped envió algo que debe ver una persona",
    "came_late": "Un mensaje de un huésped llegó con horas de retraso",
    "mail_notice": "Llegó un correo que el asistente no contesta",
    "too_many": "Una dirección de correo recibió demasiadas respuestas: el asistente calla con ella",
    "not_proved": "Un huésped no pudo probar que una reserva es suya",
    "answered": "Le contestaron a un huésped desde el teléfono del hotel: el asistente calla con él",
}


def body(handoff: OpenHandOff) -> str:
    """The whole mail; the guest's own words are quoted, so that nobody takes them for ours."""
    about = [
        handoff.summary,
        "",
        f"Huésped n.º {handoff.guest_id}: {_in_one_line(handoff.guest_name or 'sin nombre')}",
        f"Contacto: {handoff.contact or 'desconocido'}",
        f"Motivo registrado: {handoff.reason}, {handoff.created_at:%Y-%m-%d %H:%M} UTC, aviso n.º {handoff.id}",
    ]
    if handoff.files:
        about.append(
            f"Archivos del huésped: {handoff.files}; se bajan en la página de recepción (/desk). Nadie los revisó."
        )
    said = ["", "Últimos mensajes:", *(f"> {line}" for text in handoff.recent for line in text.splitlines())]
    return "\n".join([*about, *(said if handoff.recent else ())]) + "\n"


def _in_one_line(name: str) -> str:
    """A name with lines in it could pass for what we say."""
    return " ".join(name.split())
