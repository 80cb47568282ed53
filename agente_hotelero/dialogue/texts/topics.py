"""What topics are called, and how it is said that a hotel has no such thing; three languages side by side."""

from typing import Final

from agente_hotelero.dialogue.texts import portugal
from agente_hotelero.dialogue.texts.phrases import COLUMN
from agente_hotelero.model.hotel import Per, Topic
from agente_hotelero.model.tone import Register

NAMES: Final = {
    Topic.EARLY_CHECK_IN: ("entrada temprana", "entrada antecipada", "early check-in"),
    Topic.LUGGAGE: ("guardaequipaje", "guarda-volumes", "luggage storage"),
    Topic.TRANSPORT: ("transporte", "transporte", "transport"),
    Topic.LOCAL_TIPS: ("qué hacer en la zona", "o que fazer na região", "things to do nearby"),
    Topic.BREAKFAST: ("desayuno", "café da manhã", "breakfast"),
    Topic.RESTAURANT: ("restaurante", "restaurante", "restaurant"),
    Topic.ROOM_SERVICE: ("servicio a la habitación", "serviço de quarto", "room service"),
    Topic.HOUSEKEEPING: ("limpieza", "limpeza", "housekeeping"),
    Topic.POOL: ("piscina", "piscina", "pool"),
    Topic.GYM_SPA: ("gimnasio y spa", "academia e spa", "gym and spa"),
    Topic.WIFI: ("wifi", "wi-fi", "wifi"),
    Topic.PARKING: ("estacionamiento", "estacionamento", "parking"),
    Topic.PETS: ("mascotas", "animais de estimação", "pets"),
    Topic.ACCESSIBILITY: ("accesibilidad", "acessibilidade", "accessibility"),
    Topic.CHILDREN: ("niños", "crianças", "children"),
    Topic.HOUSE_RULES: ("normas de la casa", "regras da casa", "house rules"),
    Topic.ROOM_INFO: ("qué tienen las habitaciones", "o que os quartos têm", "what the rooms have"),
    Topic.SERVICES_INFO: ("servicios", "serviços", "services"),
    Topic.PAYMENT: ("formas de pago", "formas de pagamento", "payment"),
    Topic.DEPOSIT: ("seña o depósito", "sinal ou depósito", "deposit"),
    Topic.INSTALMENTS: ("cuotas", "parcelas", "instalments"),
    Topic.INVOICE: ("factura", "nota fiscal", "invoice"),
    Topic.DISCOUNTS: ("descuentos", "descontos", "discounts"),
    Topic.EVENTS: ("grupos y eventos", "grupos e eventos", "groups and events"),
    Topic.CHECK_IN: ("entrada", "check-in", "check-in"),
    Topic.CHECK_OUT: ("salida", "check-out", "check-out"),
    Topic.HOURS: ("horario de la recepción", "horário da recepção", "reception hours"),
    Topic.CANCELLATION: ("política de cancelación", "política de cancelamento", "cancellation policy"),
    Topic.LOCATION: ("cómo llegar", "como chegar", "how to get here"),
}
"""As they stand in a list, or before a colon."""
NONE: Final = {
    Topic.EARLY_CHECK_IN: ("No tenemos entrada temprana.", "Não temos entrada antecipada.", "We don't offer early check-in."),
    Topic.LUGGAGE: ("No guardamos equipaje.", "Não guardamos bagagem.", "We don't store luggage."),
    Topic.TRANSPORT: ("No tenemos servicio de transporte.", "Não temos serviço de transporte.", "We don't offer transport."),
    Topic.BREAKFAST: ("No servimos desayuno.", "Não servimos café da manhã.", "We don't serve breakfast."),
    Topic.RESTAURANT: ("No tenemos restaurante.", "Não temos restaurante.", "We don't have a restaurant."),
    Topic.ROOM_SERVICE: ("No tenemos servicio a la habitación.", "Não temos serviço de quarto.", "We don't have room service."),
    Topic.HOUSEKEEPING: ("No tenemos servicio de limpieza durante la estadía.", "Não temos serviço de limpeza durante a estadia.", "We don't offer housekeeping during the stay."),
    Topic.POOL: ("No tenemos piscina.", "Não temos piscina.", "We don't have a pool."),
    Topic.GYM_SPA: ("No tenemos gimnasio ni spa.", "Não temos academia nem spa.", "We have neither a gym nor a spa."),
    Topic.WIFI: ("No tenemos wifi.", "Não temos wi-fi.", "We don't have wifi."),
    Topic.PARKING: ("No tenemos estacionamiento.", "Não temos estacionamento.", "We don't have parking."),
    Topic.PETS: ("No aceptamos mascotas.", "Não aceitamos animais de estimação.", "We don't accept pets."),
    Topic.CHILDREN: ("El hotel es solo para adultos.", "O hotel é só para adultos.", "The hotel is for adults only."),
    Topic.DEPOSIT: ("No pedimos seña ni depósito.", "Não pedimos sinal nem depósito.", "We don't ask for a deposit."),
    Topic.INSTALMENTS: ("No se puede pagar en cuotas.", "Não é possível pagar em parcelas.", "It isn't possible to pay in instalments."),
    Topic.INVOICE: ("No emitimos factura.", "Não emitimos nota fiscal.", "We don't issue invoices."),
    Topic.DISCOUNTS: ("Por ahora no tenemos descuentos ni promociones.", "No momento não temos descontos nem promoções.", "We have no discounts or special offers at the moment."),
    Topic.EVENTS: ("No hacemos eventos.", "Não fazemos eventos.", "We don't host events."),
}  # fmt: skip
PER: Final = {
    Per.NIGHT: ("por noche", "por noite", "per night"),
    Per.DAY: ("por día", "por dia", "per day"),
    Per.PERSON: ("por persona", "por pessoa", "per person"),
    Per.HOUR: ("por hora", "por hora", "per hour"),
    Per.STAY: ("por estadía", "por estadia", "per stay"),
    Per.TRIP: ("por viaje", "por viagem", "per trip"),
    Per.PIECE: ("por unidad", "por unidade", "each"),
}


def name(topic: Topic, register: Register) -> str:
    """As in a list."""
    otherwise = portugal.TOPICS.get(topic) if register is Register.PORTUGAL else None
    return otherwise or NAMES[topic][COLUMN[register]]


def none(topic: Topic, register: Register) -> str:
    """A sentence."""
    otherwise = portugal.NONE.get(topic) if register is Register.PORTUGAL else None
    return otherwise or NONE[topic][COLUMN[register]]


def per(what: Per, register: Register) -> str:
    """After a price."""
    return PER[what][COLUMN[register]]
