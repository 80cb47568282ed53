"""Logs: JSON in production, readable at a desk, and nothing of a guest in either."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from structlog.typing import Processor

# A safety net, not the rule: code never logs these. Whoever does finds stars.
GUESTS_AND_SECRETS: Final = frozenset(
    {"text", "body", "message_text", "phone", "email", "name", "surname", "guest_name", "address", "wamid", "external_id",
     "provider_id", "token", "secret", "authorization", "signature", "password", "dsn", "url"}
)  # fmt: skip


def set_up(*, json: bool, level: int = logging.INFO) -> None:
    """Route structlog and the standard library's loggers to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _hide,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiohttp.access").setLevel(logging.CRITICAL)


def _hide(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in GUESTS_AND_SECRETS & event.keys():
        event[key] = "***"
    return event
