"""From the command to ready, with embedded servers over a data directory that was used before."""

import tempfile
import time
from pathlib import Path
from statistics import median

from benchmarks.place import HOTELS, SERVICE
from benchmarks.processes import Program, free_port
from benchmarks.report import Row, report, say


def run(*, quick: bool = False, repetitions: int | None = None) -> dict[str, object]:
    """Measure, print, write."""
    with tempfile.TemporaryDirectory(prefix="agente-bench-", ignore_cleanup_errors=True) as name:
        return report("start", measure(Path(name), rounds=repetitions or (3 if quick else 7)))


def measure(directory: Path, *, rounds: int) -> list[Row]:
    """Start once with nothing, then again and again."""
    first = start_seconds(directory)
    warm = []
    for number in range(rounds):
        say(f"start: round {number + 1} of {rounds}")
        warm.append(start_seconds(directory))
    value, measure = median(warm), "start to ready, embedded"
    return [
        Row(measure=measure, subject="new data directory", value=first, unit="s"),
        Row(measure=measure, subject="warm", value=value, unit="s", wanted="< 2 s", met=value < 2),
    ]


def start_seconds(directory: Path) -> float:
    """Start, wait until it is ready, and stop in order."""
    port = free_port()
    settings = {
        "AGENTE_DATA_DIR": str(directory),
        "AGENTE_HOTELS_FILE": str(HOTELS),
        "AGENTE_HTTP__PORT": str(port),
        "AGENTE_WHATSAPP__APP_SECRETS": "secret",
        "AGENTE_WHATSAPP__VERIFY_TOKEN": "verify",
        "AGENTE_WHATSAPP__ACCESS_TOKEN": "token",
    }
    service = Program(SERVICE, log=directory / "service.log", settings=settings, port=port)
    begun = time.monotonic()
    with service:
        service.answers("/health/ready")
        return time.monotonic() - begun
