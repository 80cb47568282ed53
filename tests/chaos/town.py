"""A town of guests who write to the hotel, and the ledgers that know what must have come of it.

Truth comes from outside the service: what the sender of webhooks had acknowledged, what Graph accepted, and
what stands in the PMS's books.
"""

import asyncio
import itertools
import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self

import aiohttp
import asyncpg
import orjson

from tests.fakes.graph import FakeGraph, Sent
from tests.fakes.webhooks import envelope, status, text, value
from tests.support.service import NUMBER, Service

# Questions whose answers tell them apart, so that a guest's replies show the order of their messages.
FACTS: Final = (
    ("¿Hay estacionamiento?", "estacionamiento propio"),
    ("¿Aceptan mascotas?", "mascotas de hasta"),
    ("¿Tienen desayuno?", "desayuno está incluido"),
    ("¿Hay wifi?", "wifi sin cargo"),
    ("¿Tienen piscina?", "piscina está en la terraza"),
    ("¿Cuál es la dirección?", "Av. Libertador"),
)
CONFIRMED: Final = "¡Reserva confirmada!"
BOOKING: Final = (
    ("una {room} del {first} al {last} de {month} para 1", "total con impuestos"),
    ("1", "nombre"),
    ("Ana Ruiz", "correo"),
    ("ana{n}@example.com", "¿Confirmo la reserva?"),
    # With its exclamation: «todavía no está confirmada» is no confirmation.
    ("sí", CONFIRMED),
)
RETRY_SECONDS: Final = 0.1


@dataclass(slots=True)
class Guest:
    """One guest's side: what was acknowledged, in order."""

    phone: str
    asked: list[int] = field(default_factory=list)
    """Numbers of the facts asked, in the order of their acknowledgement."""
    booked: bool = False


class Town:
    """Sends webhooks in random batches, again and again until each is acknowledged, and some of them twice."""

    def __init__(self, *, graph: FakeGraph, doors: Sequence[Service], seed: int) -> None:
        self.random = random.Random(seed)
        self.graph = graph
        self.doors = list(doors)
        self.guests: dict[str, Guest] = {}
        self.acknowledged = 0
        self.refused = 0
        """Webhooks that were not acknowledged, and sent again."""
        self.enough = False
        """Whether nobody begins to chat any more."""
        self.bookings = 0
        self._numbers = itertools.count(1)
        self._again: list[bytes] = []
        graph.on_accept = self._report
        self.open = True

    async def __aenter__(self) -> Self:
        self.session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.open = False
        await self.session.close()

    async def deliver(self, body: bytes) -> None:
        """POST until it is acknowledged, as a provider does; the retry may find another door."""
        while self.open:
            door = self.random.choice(self.doors)
            if await door.post(self.session, body) == 200:
                return
            self.refused += 1
            await asyncio.sleep(RETRY_SECONDS * self.random.random())

    async def chatter(
        self, *, guests: int, rounds: int, begin: int = 0, seconds: float = math.inf, pause_seconds: float = 0.0
    ) -> None:
        """Groups of guests ask facts, each group in batches of its own; a guest's next batch waits for the last.

        It ends after so many rounds or seconds, or when there was `enough`, whatever comes first. A group rests `pause_seconds` on average
        between its batches; without, they write as fast as they are acknowledged.
        """
        people = [Guest(phone=f"549118{begin + n:06}") for n in range(guests)]
        self.guests |= {guest.phone: guest for guest in people}
        groups = [people[n : n + 4] for n in range(0, guests, 4)]
        end = asyncio.get_running_loop().time() + seconds
        await asyncio.gather(*(self._group(group, rounds, end, pause_seconds) for group in groups))

    async def _group(self, group: Sequence[Guest], rounds: int, end: float, pause_seconds: float) -> None:
        for _ in range(rounds):
            if self.enough or asyncio.get_running_loop().time() > end:
                return
            writers = [guest for guest in group for _ in range(self.random.randint(0, 2))]
            self.random.shuffle(writers)
            messages, asked = [], []
            for guest in writers:
                fact = self.random.randrange(len(FACTS))
                asked.append((guest, fact))
                messages.append(self._message(FACTS[fact][0], guest.phone))
            if not messages:
                continue
            body = orjson.dumps(
                envelope(*(value(messages=part, names={}, account=NUMBER) for part in _cut(messages, self.random)))
            )
            await self.deliver(body)
            for guest, fact in asked:
                guest.asked.append(fact)
            self.acknowledged += len(asked)
            if self.random.random() < 0.3:
                self._again.append(body)
            if self._again and self.random.random() < 0.3:
                # Long acknowledged, and sent again, late and out of order.
                await self.deliver(self._again.pop(self.random.randrange(len(self._again))))
            if pause_seconds:
                await asyncio.sleep(self.random.uniform(0, 2 * pause_seconds))

    def _message(self, words: str, phone: str) -> dict[str, Any]:
        return text(words, wamid=f"wamid.{next(self._numbers)}", sender=phone, timestamp=_now())

    async def book(self, n: int) -> None:
        """One guest books one night of their own, waiting for each answer as people do."""
        guest = Guest(phone=f"549119{n:06}", booked=True)
        self.guests[guest.phone] = guest
        month = ("marzo", "abril", "mayo", "junio", "agosto", "septiembre")[n // 27 % 6]
        first = n % 27 + 1
        words: dict[str, object] = {
            "first": first,
            "last": first + 1,
            "month": month,
            "n": n,
            "room": ("individual", "doble")[n % 2],
        }
        for question, answer in BOOKING:
            before = len(self.replies(guest.phone))
            await self.deliver(
                orjson.dumps(
                    envelope(
                        value(messages=[self._message(question.format(**words), guest.phone)], names={}, account=NUMBER)
                    )
                )
            )
            await self._hears(guest, answer, after=before)
        self.bookings += 1

    async def _hears(self, guest: Guest, words: str, *, after: int) -> None:
        # A write that a kill cut off is searched for at +5 s and +60 s before it is made again.
        await self.until(lambda: any(words in reply for reply in self.replies(guest.phone)[after:]), seconds=200)

    def replies(self, phone: str) -> list[str]:
        """What Graph accepted for a guest, in order."""
        return [_words(sent.payload) for sent in self.graph.sent if sent.to == phone]

    async def until(self, done: Callable[[], bool], *, seconds: float) -> None:
        async with asyncio.timeout(seconds):
            while not done():  # noqa: ASYNC110 - the ledgers are other processes' doings: nothing wakes us
                await asyncio.sleep(0.05)

    async def all_answered(self, *, seconds: float) -> None:
        """Wait until every guest has as many replies as questions; what is missing then shows in `check`."""
        try:
            await self.until(lambda: not self.missing(), seconds=seconds)
        except TimeoutError:
            return

    def missing(self) -> dict[str, int]:
        """Guests with fewer replies than questions."""
        counts = Counter(sent.to for sent in self.graph.sent)
        return {
            g.phone: len(g.asked) - counts[g.phone]
            for g in self.guests.values()
            if not g.booked and counts[g.phone] < len(g.asked)
        }

    def faults(self) -> list[str]:
        """Everything that contradicts the promises: lost, double, or out of order."""
        found = []
        outbox = Counter(sent.outbox_id for sent in self.graph.sent)
        found += [f"message {row} was sent {count} times" for row, count in outbox.items() if count > 1]
        by_guest: defaultdict[str, list[Sent]] = defaultdict(list)
        for sent in self.graph.sent:
            by_guest[sent.to].append(sent)
        for guest in self.guests.values():
            if guest.booked:
                told = sum(CONFIRMED in _words(sent.payload) for sent in by_guest[guest.phone])
                found += [] if told == 1 else [f"{guest.phone}: heard of a confirmed reservation {told} times"]
                continue
            expected = [FACTS[fact][1] for fact in guest.asked]
            got = [_words(sent.payload) for sent in by_guest[guest.phone]]
            if len(got) != len(expected):
                found.append(f"{guest.phone}: {len(expected)} questions, {len(got)} replies")
            elif any(want not in words for want, words in zip(expected, got, strict=True)):
                found.append(f"{guest.phone}: replies out of order")
        return found

    async def _report(self, sent: Sent) -> None:
        """Meta's statuses, sent until somebody takes them."""
        for state in ("sent", "delivered"):
            item = status(sent.wamid, state, outbox_id=sent.outbox_id, timestamp=_now())
            await self.deliver(orjson.dumps(envelope(value(statuses=[item], account=NUMBER))))


async def reservations(database_url: str) -> Counter[str]:
    """Live reservations in the PMS's books, by the booker's mail."""
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("SELECT booker->>'email' AS email FROM demo_reservation WHERE status = 'live'")
    await connection.close()
    return Counter(row["email"] for row in rows)


async def unfinished(database_url: str) -> list[str]:
    """What the service still has to do, by its own books: tells late from lost where a reply is missing."""
    connection = await asyncpg.connect(database_url)
    rows = await connection.fetch("""
        SELECT address, 'event ' || id || ', attempt ' || attempts AS what FROM inbox WHERE NOT done
        UNION ALL SELECT address, 'message ' || id || ', ' || status FROM outbox WHERE status NOT IN ('sent', 'cancelled')
    """)
    await connection.close()
    return [f"{row['address']}: {row['what']}" for row in rows]


async def finished(database_url: str, *, seconds: float) -> None:
    """Wait until it has nothing left to do: the way there and a code follow a confirmation that was heard."""
    async with asyncio.timeout(seconds):
        while await unfinished(database_url):  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.1)


def _words(payload: dict[str, Any]) -> str:
    if payload["type"] == "text":
        return str(payload["text"]["body"])
    # A pin or a picture says nothing of its own.
    return str(payload["interactive"]["body"]["text"]) if payload["type"] == "interactive" else ""


def _cut(messages: list[dict[str, Any]], chance: random.Random) -> list[list[dict[str, Any]]]:
    at = chance.randint(0, len(messages))
    return [part for part in (messages[:at], messages[at:]) if part]


def _now() -> int:
    return int(time.time())
