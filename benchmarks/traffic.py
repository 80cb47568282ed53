"""What guests write, as signed webhooks made ready before the clock starts: their making must not be measured."""

import hmac
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import orjson

SECRET: Final = b"bench-app-secret"
NUMBER: Final = "100000000000001"
STAYS: Final = 60
"""Different stays that guests ask for: a hotel's popular dates, which the gateway may answer from its 25 s of memory."""

TALK: Final = (
    "Hola, buenas tardes", "¡Muchas gracias!", "Good morning", "Oi, tudo bem?", "Obrigado!", "Thank you",
)  # fmt: skip
FACTS: Final = (
    "¿Hay estacionamiento?", "¿Aceptan mascotas?", "¿Tienen desayuno?", "¿Hay wifi?", "¿Cuál es la dirección?",
    "¿A qué hora es el check-in?", "Do you have parking?", "Is breakfast included?", "Is there a pool?",
    "Vocês têm estacionamento?", "O café da manhã está incluído?", "Tem wi-fi?",
)  # fmt: skip
STAY: Final = (
    "Hola, ¿tienen una doble del {0:%d/%m} al {1:%d/%m} para 2?",
    "Do you have a double room from {0:%d/%m/%Y} to {1:%d/%m/%Y} for 2 people?",
    "Vocês têm um quarto duplo de {0:%d/%m} a {1:%d/%m} para 2 pessoas?",
)
TODAY: Final = date.today()  # noqa: DTZ011 - the guest's own calendar; a day more or less is the same question


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Some webhooks of one message each, from `guests` guests in turn, the first of them number `first_guest`."""

    count: int
    guests: int
    first_guest: int = 0
    stride: int = 1
    """How far apart the guests' numbers are, to spread them over a large table."""
    account: str = NUMBER
    path: str = "/webhooks/whatsapp"
    seed: int = 1
    prices: bool = True
    """Whether some of them ask for a price."""
    stays: int = STAYS
    """For how many different stays."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request ready to be written to a socket, and whose it is."""

    guest: str
    request: bytes


def webhooks(batch: Batch, *, port: int) -> Iterator[Webhook]:
    """Make them; ids never come twice, whatever was made before, and no guest asks for a second price."""
    chance = random.Random(batch.seed)
    run = time.time_ns()
    asked: set[str] = set()
    for number in range(batch.count):
        guest = phone(batch.first_guest + number % batch.guests * batch.stride)
        priced, text = words(chance, may_ask_price=batch.prices and guest not in asked, stays=batch.stays)
        if priced:
            asked.add(guest)
        body = _body(guest, f"wamid.{run:x}.{number}", text, batch.account)
        yield Webhook(guest, _request(body, batch.path, port))


def phone(number: int) -> str:
    """The number of a guest."""
    return f"54911{number:08}"


def words(chance: random.Random, *, may_ask_price: bool = True, stays: int = STAYS) -> tuple[bool, str]:
    """What a guest writes, and whether it asks for a price: six of ten ask a fact, three a price, one just talks."""
    dice = chance.random()
    if dice < 0.3 and may_ask_price:
        begin = TODAY + timedelta(days=20 + chance.randrange(stays))
        return True, chance.choice(STAY).format(begin, begin + timedelta(days=3))
    return False, chance.choice(TALK if dice > 0.9 else FACTS)


def _body(guest: str, wamid: str, text: str, account: str) -> bytes:
    message = {
        "from": guest,
        "id": wamid,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": account},
        "contacts": [{"profile": {"name": "Ana Pérez"}, "wa_id": guest}],
        "messages": [message],
    }
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    return orjson.dumps({"object": "whatsapp_business_account", "entry": [entry]})


def status_request(wamid: str, outbox_id: str, recipient: str, state: str, account: str, *, port: int) -> bytes:
    """Meta's news of a message of ours."""
    item = {
        "id": wamid,
        "status": state,
        "timestamp": str(int(time.time())),
        "recipient_id": recipient,
        "biz_opaque_callback_data": outbox_id,
    }
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": account},
        "statuses": [item],
    }
    entry = {"id": "102290129340398", "changes": [{"field": "messages", "value": value}]}
    body = orjson.dumps({"object": "whatsapp_business_account", "entry": [entry]})
    return _request(body, "/webhooks/whatsapp", port)


def _request(body: bytes, path: str, port: int) -> bytes:
    # The headers that Meta sends.
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\nUser-Agent: facebookexternalua\r\n"
        f"Content-Type: application/json\r\nX-Hub-Signature-256: sha256={hmac.digest(SECRET, body, 'sha256').hex()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
