"""Logs: JSON in production, readable at a desk, and nothing of a guest in either."""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog
from opentelemetry import trace
from structlog.typing import Processor

# A safety net, not the rule: code never logs these. Whoever does finds stars.
GUESTS_AND_SECRETS: Final = frozenset(
    {"name", "surname", "address", "to", "sender", "recipient", "words", "content", "payload", "title", "url",
     "external_id", "provider_id", "wa_id"}
)  # fmt: skip
PARTS: Final = frozenset(
    {"text", "body", "phone", "mail", "email", "wamid", "guest", "token", "secret", "password", "authorization",
     "signature", "dsn"}
)  # fmt: skip
"""A field is hidden too when one of the words of its name is among these, as in `guest_name` and `access_token`."""
STARS: Final = "***"
MAILS_AND_WAMIDS: Final = re.compile(r"[^\s\"'<>@]+@[^\s\"'<>@]+|wamid\.[\w+/=.-]+")
LONG_NUMBERS: Final = re.compile(r"\+?\d{9,}")
"""What may be a phone number; only in others' words, since our own fields hold accounts and counts."""
INNERMOST_FRAMES: Final = 12

Event = MutableMapping[str, Any]


def set_up(*, json: bool, level: int = logging.INFO) -> None:
    """Route structlog and the standard library's loggers to standard error."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_trace,
        _place,
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
            foreign_pre_chain=[_others_words, structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("aiohttp.access").setLevel(logging.CRITICAL)
    # A call with wrong arguments would be shown with all of them.
    logging.raiseExceptions = False


def name_trace(_logger: Any, _method: str, event: Event) -> Event:
    """Name the trace that this belongs to, if it is one that the collector was sent."""
    span = trace.get_current_span().get_span_context()
    if span.is_valid and span.trace_flags.sampled:
        event["trace_id"] = trace.format_trace_id(span.trace_id)
        event["span_id"] = trace.format_span_id(span.span_id)
    return event


def _place(_logger: Any, _method: str, event: Event) -> Event:
    """Give an exception as its kind and place: its message may quote a guest, as a database's and a parser's do."""
    error = _error_of(event.pop("exc_info", None))
    event.pop("stack_info", None)
    if error is not None:
        frames = traceback.extract_tb(error.__traceback__)[-INNERMOST_FRAMES:]
        event["error"] = " from ".join(type(one).__name__ for one in _with_causes(error))
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def _error_of(given: Any) -> BaseException | None:
    match given:
        case BaseException():
            return given
        case (_, error, _):
            return error if isinstance(error, BaseException) else None
        case _:
            return sys.exc_info()[1] if given else None


def _with_causes(error: BaseException) -> list[BaseException]:
    chain = [error]
    while (cause := chain[-1].__cause__ or chain[-1].__context__) is not None and cause not in chain:
        chain.append(cause)
    return chain


def _others_words(_logger: Any, _method: str, event: Event) -> Event:
    """Keep of a library's message what its author wrote: asyncio adds the repr of whatever it was about."""
    words, *_ = str(event["event"]).splitlines() or [""]
    record = event.get("_record")
    if record is not None and record.name == "asyncio":
        words = re.split(r"[('\"<\[{]", words, maxsplit=1)[0].rstrip()
    event["event"] = LONG_NUMBERS.sub(STARS, words)
    return event


def _hide(_logger: Any, _method: str, event: Event) -> Event:
    for key, value in event.items():
        if key != "_record":
            event[key] = _shown(key, value)
    return event


def _shown(key: str, value: Any) -> Any:
    if key in GUESTS_AND_SECRETS or not PARTS.isdisjoint(key.lower().split("_")):
        return STARS
    match value:
        case str():
            return MAILS_AND_WAMIDS.sub(STARS, value)
        case dict():
            return {str(name): _shown(str(name), part) for name, part in value.items()}
        case list() | tuple():
            return [_shown(key, part) for part in value]
        case _:
            return value
