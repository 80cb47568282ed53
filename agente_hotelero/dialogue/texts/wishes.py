"""What a wish is called on a button: at most twenty letters, as WhatsApp has it; three languages side by side."""

from typing import Final

from agente_hotelero.dialogue.reading import Intent
from agente_hotelero.dialogue.texts import portugal, usted, vos
from agente_hotelero.dialogue.texts.phrases import COLUMN
from agente_hotelero.model.tone import Register

LONGEST: Final = 20
NAMES: Final = {
    Intent.AVAILABILITY: ("Buscar habitación", "Procurar um quarto", "Look for a room"),
    Intent.BOOK: ("Reservar", "Reservar", "Book a room"),
    Intent.MY_RESERVATION: ("Ver mi reserva", "Ver minha reserva", "My reservation"),
    Intent.CHANGE_RESERVATION: ("Cambiar mi reserva", "Mudar minha reserva", "Change reservation"),
    Intent.CANCEL_RESERVATION: ("Cancelar mi reserva", "Cancelar reserva", "Cancel reservation"),
    Intent.CANCELLATION_POLICY: ("Si puedo cancelar", "Regras p/ cancelar", "Cancellation policy"),
    Intent.PAYMENT: ("Pagos", "Pagamento", "Payment"),
    Intent.INVOICE: ("Factura", "Nota fiscal", "Invoice"),
    Intent.REFUND: ("Un reembolso", "Um reembolso", "A refund"),
    Intent.CHECK_IN_TIME: ("Entrada (check-in)", "Check-in", "Check-in"),
    Intent.EARLY_CHECK_IN: ("Entrar más temprano", "Entrar mais cedo", "Early check-in"),
    Intent.ARRIVAL_NOTICE: ("Mi hora de llegada", "Avisar a chegada", "My arrival time"),
    Intent.CHECK_OUT_TIME: ("Salida (check-out)", "Check-out", "Check-out"),
    Intent.LATE_CHECKOUT: ("Salir más tarde", "Sair mais tarde", "Late check-out"),
    Intent.LUGGAGE: ("Guardar equipaje", "Guardar malas", "Luggage storage"),
    Intent.TRANSPORT: ("Traslados", "Transporte", "Transport"),
    Intent.ADDRESS: ("Dónde está el hotel", "Onde fica o hotel", "Where the hotel is"),
    Intent.LOCAL_TIPS: ("Qué hacer en la zona", "O que fazer por aí", "Things to do nearby"),
    Intent.BREAKFAST: ("Desayuno", "Café da manhã", "Breakfast"),
    Intent.RESTAURANT: ("Restaurante", "Restaurante", "Restaurant"),
    Intent.POOL: ("Piscina", "Piscina", "Pool"),
    Intent.GYM_SPA: ("Gimnasio y spa", "Academia e spa", "Gym and spa"),
    Intent.WIFI: ("Wifi", "Wi-fi", "Wifi"),
    Intent.PARKING: ("Estacionamiento", "Estacionamento", "Parking"),
    Intent.PETS: ("Mascotas", "Animais", "Pets"),
    Intent.ACCESSIBILITY: ("Accesibilidad", "Acessibilidade", "Accessibility"),
    Intent.CHILDREN: ("Niños", "Crianças", "Children"),
    Intent.HOUSE_RULES: ("Normas del hotel", "Regras do hotel", "House rules"),
    Intent.ROOM_INFO: ("Las habitaciones", "Os quartos", "The rooms"),
    Intent.SERVICES_INFO: ("Servicios del hotel", "Serviços do hotel", "Hotel services"),
    Intent.ROOM_SERVICE: ("Pedir al cuarto", "Serviço de quarto", "Room service"),
    Intent.HOUSEKEEPING: ("Limpieza y toallas", "Limpeza e toalhas", "Cleaning and towels"),
    Intent.REPORT_PROBLEM: ("Un problema", "Um problema", "A problem"),
    Intent.LOST_ITEM: ("Algo que perdí", "Algo que perdi", "Something I lost"),
    Intent.SPECIAL_REQUEST: ("Un pedido especial", "Um pedido especial", "A special request"),
    Intent.EVENT_GROUP: ("Un grupo o evento", "Um grupo ou evento", "A group or event"),
    Intent.PERSON: ("Hablar con alguien", "Falar com alguém", "Talk to someone"),
    Intent.HELP: ("Qué puedes hacer", "O que você faz", "What you can do"),
    Intent.EMERGENCY: ("Una emergencia", "Uma emergência", "An emergency"),
}  # fmt: skip


OTHERWISE: Final = {Register.USTED: usted.WISHES, Register.VOS: vos.WISHES, Register.PORTUGAL: portugal.WISHES}


def name(intent: Intent, register: Register) -> str:
    """What it is called where a guest chooses it."""
    return OTHERWISE.get(register, {}).get(intent) or NAMES[intent][COLUMN[register]]
