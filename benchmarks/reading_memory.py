"""`python -m benchmarks.reading_memory`: the bytes that a process grows by when it learns to read, told by itself.

Counted from where the hotels and the rest of the dialogue are loaded: numpy, the model, and what is remembered of the
first messages.
"""

import os
import sys
from datetime import date
from pathlib import Path
from typing import Final

from agente_hotelero.config import hotels
from agente_hotelero.dialogue import policy

HOTELS: Final = Path(__file__).parents[1] / "hotels.example.yaml"
MESSAGES: Final = (
    "hola quiero una doble del 5 al 8 de mayo para 2 con desayuno",
    "tem vaga pro feriadão de novembro? somos 4",
    "what time is breakfast, and can I bring my dog?",
)


def resident_bytes() -> int:
    """Memory that this process really holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    """Load, read a little, and write how much that was."""
    (hotel, *_) = hotels.load(HOTELS).all()
    context = policy.context_for(policy.initial(), hotel.profile, date(2026, 4, 15))
    before = resident_bytes()
    from agente_hotelero.wiring.understanding import reader  # noqa: PLC0415 - not before: this is what is weighed

    read = reader()
    for message in MESSAGES:
        read(message, context)
    sys.stdout.write(f"{resident_bytes() - before}\n")


if __name__ == "__main__":
    main()
