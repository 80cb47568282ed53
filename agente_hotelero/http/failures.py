"""An error that nobody foresaw, logged by its kind and place only: its message may quote a guest."""

import traceback
from typing import Final

import structlog

log = structlog.get_logger(__name__)
INNERMOST_FRAMES: Final = 8


def report_failure(error: BaseException, *, route: str) -> None:
    """Log where it happened; `route` is a template."""
    frames = traceback.extract_tb(error.__traceback__)[-INNERMOST_FRAMES:]
    where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("http_request_failed", route=route, error=type(error).__name__, where=where)
