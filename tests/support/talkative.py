"""The service as its authors would debug it: every logger at its most talkative, and words that make its reader stumble.

python -m tests.support.talkative serve
"""

import logging
import sys
from typing import Any, Final

from agente_hotelero.__main__ import main
from agente_hotelero.dialogue.reading import Context, Reading
from agente_hotelero.dialogue.understanding import offline
from agente_hotelero.telemetry import logs

STUMBLING_BLOCK: Final = "trastabillar"

_understand, _set_up = offline.understand, logs.set_up


def understand(text: str, context: Context) -> Reading:
    """Read it; an error quotes the guest, as a parser's would."""
    if STUMBLING_BLOCK in text:
        raise ValueError(text)
    return _understand(text, context)


def set_up(**how: Any) -> None:
    """Log everything that anybody says."""
    _set_up(**{**how, "json": True, "level": logging.DEBUG})


if __name__ == "__main__":
    # Before the service is imported, which takes them from here.
    offline.understand = understand
    logs.set_up = set_up
    sys.exit(main())  # type: ignore[func-returns-value]  # its errors leave by themselves
