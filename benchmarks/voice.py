"""Ten guests speak at once: what everybody else notices of it. Needs the extra for audio, a model and espeak-ng."""

import http.client
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from agente_hotelero.model.speech import Unheard
from benchmarks.metrics import total
from benchmarks.place import Place, opened
from benchmarks.processes import Program
from benchmarks.report import Row, beside, report, say
from benchmarks.traffic import NUMBER, SECRET, Batch, phone
from benchmarks.world import Errand
from tests.fakes import webhooks
from tests.support import voices

NOTES: Final = 10
WORDS: Final = "Buenos días. ¿Tienen una habitación doble del tres al cinco de mayo, para dos personas?"
RATE: Final = 60.0
"""Well below what the process can do: measured is what the listening adds, not a queue."""
QUIET: Final = "nobody speaks"
SPEAKING: Final = f"{NOTES} notes"
PATIENCE_SECONDS: Final = 300.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """What every round adds to, in seconds."""

    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    if lacks := voices.missing():
        raise SystemExit(f"voice: {lacks}")
    with opened() as place:
        return report("voice", measure(place, rounds=repetitions or (3 if quick else 7)))


def measure(place: Place, *, rounds: int, seconds: float = 18.0) -> list[Row]:
    """Measure in turn while nobody speaks and while ten notes are listened to, each for so many seconds."""
    figures = {QUIET: Figures(), SPEAKING: Figures()}
    took: list[float] = []
    recording = place.directory / "note.ogg"
    recording.write_bytes(voices.spoken(WORDS))
    place.world.gives_out(recording)
    more = {"AGENTE_AUDIO__MODEL": str(voices.model()), "AGENTE_AUDIO__DEADLINE_SECONDS": str(PATIENCE_SECONDS)}
    with place.service(place.new_database(), more=more) as service:
        service.answers("/health/ready")
        _notes(place, service, 1)
        _heard(service, 1)
        _measure(place, service, seconds, into=Figures())
        for number in range(rounds):
            for name, its in figures.items():
                say(f"voice: {name}, round {number + 1} of {rounds}")
                before, begun = total(service.port, "transcriptions_total", outcome="heard"), time.monotonic()
                if name == SPEAKING:
                    _notes(place, service, NOTES)
                _measure(place, service, seconds, into=its)
                if name == SPEAKING:
                    _heard(service, before + NOTES)
                    took.append((time.monotonic() - begun) / NOTES)
    return rows(figures, took)


def rows(figures: dict[str, Figures], took: Sequence[float]) -> list[Row]:
    """Other guests, in both phases; and how long a note took meanwhile."""
    quiet, speaking = figures[QUIET], figures[SPEAKING]
    return [
        *beside("other guests' p50, webhook to POST at Graph", {QUIET: quiet.p50, SPEAKING: speaking.p50}, most=None),
        *beside("other guests' p99, webhook to POST at Graph", {QUIET: quiet.p99, SPEAKING: speaking.p99}, most=1.2),
        Row(measure="a note of five seconds, one after another", subject=SPEAKING, value=median(took), unit="s"),
    ]


def _measure(place: Place, service: Program, seconds: float, *, into: Figures) -> None:
    count = int(RATE * seconds)
    first = place.guests(count)
    batch = Batch(count=count, guests=count, first_guest=first, seed=first)
    outcome = place.world.do(Errand(port=service.port, batches=[batch], rate=RATE, replies=True))
    answered = outcome.all.answered
    if answered.count != count:
        raise RuntimeError(f"{count} sent, {answered.count} answered:\n{service.log()[-2000:]}")
    into.p50.append(answered.p50)
    into.p99.append(answered.p99)


def _notes(place: Place, service: Program, count: int) -> None:
    """Have so many guests speak, each for the first time."""
    first = place.guests(count)
    for number in range(first, first + count):
        message = webhooks.media(
            "audio", str(10**12 + number), sender=phone(number), timestamp=int(time.time()), voice=True
        )
        _post(service.port, webhooks.body(message, account=NUMBER))


def _post(port: int, body: bytes) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"X-Hub-Signature-256": webhooks.sign(body, SECRET.decode()), "Content-Type": "application/json"}
    connection.request("POST", "/webhooks/whatsapp", body, headers)
    if (status := connection.getresponse().status) != http.client.OK:
        raise RuntimeError(f"a note was answered with {status}")
    connection.close()


def _heard(service: Program, count: float) -> None:
    """Wait until so many were heard; whoever was not would make it easy."""
    until = time.monotonic() + PATIENCE_SECONDS
    while total(service.port, "transcriptions_total") < count:
        if time.monotonic() > until:
            raise RuntimeError(f"they are not listened to:\n{service.log()[-2000:]}")
        time.sleep(0.1)
    if total(service.port, "transcriptions_total", outcome="heard") < count:
        missed = {why.value: total(service.port, "transcriptions_total", outcome=why.value) for why in Unheard}
        raise RuntimeError(f"some of them were not heard: {missed}")
