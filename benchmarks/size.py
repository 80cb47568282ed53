"""A large database: turns cost the same with a million guests in it, and a hundred thousand undone rows are soon done."""

import time
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Final

from agente_hotelero.dialogue import policy
from agente_hotelero.model.ids import AliasKind
from agente_hotelero.storage import codec
from benchmarks.place import Place, opened
from benchmarks.processes import Program
from benchmarks.report import Row, report, say
from benchmarks.traffic import NUMBER, Batch
from benchmarks.turns import checked
from benchmarks.world import Errand, Outcome

SMALL: Final = 1_000
LARGE: Final = 1_000_000
UNDONE: Final = 100_000
ROWS_EACH: Final = 5
ACTIVE: Final = 1_000
"""Guests that write in each measurement, of however many there are."""
NEW_RATE: Final = 20.0
"""New guests a second while the backlog is worked off."""
TURNS: Final = "turns per CPU second"

# As a year of service leaves them: every guest wrote once and was answered once.
FILL: Final = (
    """
    INSERT INTO guest (id, hotel, shard) SELECT n, 'demo', (hashint8(n) & 255)::smallint FROM generate_series(1, {guests}::bigint) n
    """,
    "SELECT setval(pg_get_serial_sequence('guest', 'id'), {guests})",
    """
    INSERT INTO guest_alias (hotel, kind, value, guest_id)
    SELECT 'demo', '{kind}', '54911' || lpad((id - 1)::text, 8, '0'), id FROM guest
    """,
    """
    INSERT INTO conversation (guest_id, shard, version, state, replies, reply_channel, reply_account, reply_address)
    SELECT g.id, g.shard, 1, '{state}', 1, 'whatsapp', '{account}', a.value FROM guest g JOIN guest_alias a ON a.guest_id = g.id
    """,
    """
    INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at, done)
    SELECT g.id, g.shard, 'demo', 'whatsapp', '{account}', 'wamid.old.' || g.id, a.value, '{event}', now(), true
    FROM guest g JOIN guest_alias a ON a.guest_id = g.id
    """,
    """
    INSERT INTO outbox (guest_id, shard, n, cause, hotel, channel, account, address, message, interactive, status, provider_id)
    SELECT guest_id, shard, 1, id, hotel, channel, account, address, '{message}', false, 'sent', 'wamid.out.old.' || id FROM inbox
    """,
    "INSERT INTO seen (key) SELECT decode(md5(id::text), 'hex') FROM guest",
    "VACUUM ANALYZE",
)
# As a crash leaves them: in hand, and never done.
LEAVE_UNDONE: Final = (
    """
    INSERT INTO inbox (guest_id, shard, hotel, channel, account, external_id, address, event, sent_at)
    SELECT g.id, g.shard, 'demo', 'whatsapp', '{account}', 'wamid.undone.' || g.id || '.' || n, a.value, '{event}', now()
    FROM generate_series(1, {each}) n, guest g JOIN guest_alias a ON a.guest_id = g.id WHERE g.id <= {guests} ORDER BY n, g.id
    """,
    "UPDATE ownership SET left_clean = false",
    "VACUUM ANALYZE inbox",
)
PATIENCE_SECONDS: Final = 900.0
COUNT_UNDONE: Final = "SELECT count(*) AS rows FROM inbox WHERE NOT done"


@dataclass(slots=True, kw_only=True)
class Recovery:
    """How a start over a backlog went; seconds from the moment the service was ready."""

    ready: float = 0.0
    first: float = 0.0
    last: float = 0.0
    newcomers_p99: list[float] = field(default_factory=list)


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    share = 0.1 if quick else 1.0
    with opened() as place:
        rounds = repetitions or (2 if quick else 5)
        return report("size", measure(place, rounds=rounds, large=int(LARGE * share), undone=int(UNDONE * share)))


def measure(
    place: Place, *, rounds: int, large: int = LARGE, undone: int = UNDONE, active: int = ACTIVE, newcomers: int = 100
) -> list[Row]:
    """Measure both; `newcomers` write in each portion of the recovery."""
    flat = flat_cost(place, large=large, rounds=rounds, count=active)
    return rows(flat, large, recover(place, undone=undone, newcomers=newcomers), undone)


def flat_cost(place: Place, *, large: int, rounds: int, count: int) -> dict[str, list[float]]:
    """Turns per CPU second of two services, one over each database, with as many guests active; and with new faces each time."""
    say("size: filling the databases")
    small_url, large_url = place.new_database(), place.new_database()
    fill(place, small_url, SMALL)
    fill(place, large_url, large)
    figures: dict[str, list[float]] = {
        _guests(SMALL): [],
        _guests(large): [],
        f"{_guests(large)}, others each time": [],
    }
    stride = large // SMALL
    with place.service(small_url) as small, place.service(large_url) as other:
        for service in (small, other):
            service.answers("/health/ready")
        for number in range(rounds + 1):
            say(f"size: {'warming up' if not number else f'round {number} of {rounds}'}")
            # The same guests come again, so they ask facts only: a second price is another turn than the first.
            usual = Batch(count=count, guests=SMALL, prices=False, seed=number)
            measured = [
                _rate(place, small, usual),
                _rate(place, other, replace(usual, stride=stride)),
                _rate(place, other, replace(usual, stride=stride, first_guest=number + 1)),
            ]
            if number:
                for kept, value in zip(figures.values(), measured, strict=True):
                    kept.append(value)
    return figures


def recover(place: Place, *, undone: int, newcomers: int) -> Recovery:
    """Start over a backlog, while new guests write."""
    url = place.new_database()
    guests = max(undone // ROWS_EACH, 1)
    fill(place, url, guests)
    place.run(url, *(_filled(statement, guests=guests) for statement in LEAVE_UNDONE))
    found = Recovery()
    place.world.others()
    begun = time.perf_counter()
    with place.service(url) as service:
        service.answers("/health/ready")
        ready = time.perf_counter()
        first_guest = guests
        while True:
            say(f"size: {place.run(url, COUNT_UNDONE)[0]['rows']} rows undone")
            batch = Batch(count=newcomers, guests=newcomers, first_guest=first_guest)
            first_guest += newcomers
            outcome = place.world.do(Errand(port=service.port, batches=[batch], rate=NEW_RATE, replies=True))
            checked(outcome, newcomers, service)
            found.newcomers_p99.append(outcome.all.answered.p99)
            answered = outcome.others.count
            if answered >= guests * ROWS_EACH:
                break
            if time.perf_counter() - ready > PATIENCE_SECONDS:
                raise RuntimeError(f"{answered} of {undone} answered in time:\n{service.log()[-2000:]}")
    return _timed(found, outcome, begun=begun, ready=ready)


def fill(place: Place, url: str, guests: int) -> None:
    """Put so many guests into a database."""
    place.run(url, *(_filled(statement, guests=guests) for statement in FILL))


def rows(flat: dict[str, list[float]], large: int, recovery: Recovery, undone: int) -> list[Row]:
    """All figures, with their budgets."""
    small = flat[_guests(SMALL)]
    ratios = {name: median(a / b for a, b in zip(its, small, strict=True)) for name, its in flat.items()}
    judged = _guests(large)
    table = [
        Row(
            measure=TURNS,
            subject=name,
            value=median(its),
            unit="/s",
            ratio=ratios[name],
            wanted="≥ 0.9 ×" if name == judged else "",
            met=ratios[name] >= 0.9 if name == judged else None,
        )
        for name, its in flat.items()
    ]
    measure = f"start over {undone:,} undone rows"
    p99 = max(recovery.newcomers_p99)
    table += [
        Row(measure=measure, subject="to ready", value=recovery.ready, unit="s"),
        Row(
            measure=measure,
            subject="first answer",
            value=recovery.first,
            unit="s",
            wanted="< 2 s",
            met=recovery.first < 2,
        ),
        Row(
            measure=measure,
            subject="last answer",
            value=recovery.last,
            unit="s",
            wanted="< 300 s",
            met=recovery.last < 300,
        ),
        Row(measure=measure, subject="new guests' p99 meanwhile", value=p99, unit="s", wanted="< 1 s", met=p99 < 1),
    ]
    return table


def _timed(found: Recovery, outcome: Outcome, *, begun: float, ready: float) -> Recovery:
    found.ready = ready - begun
    found.first = max(outcome.others.first - ready, 0.0)
    found.last = outcome.others.last - ready
    return found


def _rate(place: Place, service: Program, batch: Batch) -> float:
    place.world.prepare(Errand(port=service.port, batches=[batch], replies=True))
    used = service.cpu_seconds()
    outcome = place.world.go()
    used = service.cpu_seconds() - used
    return checked(outcome, batch.count, service) / used


def _guests(number: int) -> str:
    return f"{number:,} guests"


def _filled(statement: str, *, guests: int) -> str:
    return statement.format(
        guests=guests,
        each=ROWS_EACH,
        kind=AliasKind.PHONE.value,
        account=NUMBER,
        state=codec.STATE.dump_json(policy.initial()).decode(),
        event='{"text":"¿Hay estacionamiento?","type":"text"}',
        message='{"body":"Hay estacionamiento propio sin cargo.","type":"text"}',
    )
