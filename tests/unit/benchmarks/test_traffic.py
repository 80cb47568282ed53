"""What the guests of the benchmarks write is what Meta would deliver."""

from datetime import UTC, datetime

from agente_hotelero.channels.whatsapp.parse import parse
from agente_hotelero.channels.whatsapp.signature import Signatures
from agente_hotelero.model.events import InboundEvent, TextReceived
from agente_hotelero.model.ids import HotelId
from benchmarks.crowd import mixed
from benchmarks.traffic import SECRET, Batch, phone, webhooks
from benchmarks.world import Errand


def events(batch: Batch) -> list[InboundEvent]:
    """Each webhook as the service reads it, its signature checked."""
    found: list[InboundEvent] = []
    signatures = Signatures(secrets={batch.account: (SECRET.decode(),)})
    for webhook in webhooks(batch, port=80):
        head, body = webhook.request.split(b"\r\n\r\n", 1)
        headers = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
        accounts = signatures.verify(body, headers["X-Hub-Signature-256"])
        parsed = parse(body, hotel_of=lambda _: HotelId("demo"), accounts=accounts, received_at=datetime.now(UTC))
        assert int(headers["Content-Length"]) == len(body)
        assert not parsed.unreadable
        found += parsed.events
    return found


def texts(batch: Batch) -> list[str]:
    return [event.event.text for event in events(batch) if isinstance(event.event, TextReceived)]


def test_every_webhook_is_signed_and_holds_one_new_message() -> None:
    batch = Batch(count=50, guests=10)
    first, second = events(batch), events(batch)
    assert len({event.external_id for event in first + second}) == 100


def test_guests_write_in_turn_spread_as_asked() -> None:
    senders = [event.alias.value for event in events(Batch(count=4, guests=2, first_guest=7, stride=100))]
    assert senders == [phone(7), phone(107), phone(7), phone(107)]


def test_a_third_asks_a_price_but_nobody_twice() -> None:
    batch = Batch(count=300, guests=150)
    asked = [e.alias.value for e in events(batch) if isinstance(e.event, TextReceived) and "/" in e.event.text]
    assert len(asked) == len(set(asked))
    assert 50 < len(asked) < 120
    assert not any("/" in text for text in texts(Batch(count=100, guests=100, prices=False)))


def test_batches_are_mixed_each_in_its_own_order() -> None:
    batches = [Batch(count=40, guests=40), Batch(count=10, guests=10, first_guest=500)]
    order = mixed(Errand(port=80, batches=batches))
    assert [number for number, _ in order] != sorted(number for number, _ in order)
    assert [webhook.guest for number, webhook in order if number == 1] == [phone(n) for n in range(500, 510)]
