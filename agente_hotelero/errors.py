"""The root of the error tree: an error's name says what can be done about it."""


class AgenteError(Exception):
    """Anything that this package raises on purpose."""


class UnavailableError(AgenteError):
    """Something we depend on is away for now; the same call may succeed later."""

    def __init__(self, what: str, *, retry_after_seconds: float = 1.0) -> None:
        """Name the dependency, and say when asking again is worth it."""
        super().__init__(f"{what} is unavailable, retry in {retry_after_seconds:g} s")
        self.what = what
        self.retry_after_seconds = retry_after_seconds


class StorageUnavailableError(UnavailableError):
    """Postgres can't be asked now: whatever was sent is not stored."""


class PmsUnavailableError(UnavailableError):
    """The PMS can't be asked now: broken, slow, rate limited or its breaker is open."""


class OverloadedError(UnavailableError):
    """A bounded queue is full: nothing was taken."""


class ConfigError(AgenteError):
    """A setting or the hotels file is wrong; the message names what to fix."""


class RefusedError(AgenteError):
    """A valid question with the answer no: sold out, not found, not allowed. Never retried."""

    def __init__(self, reason: str) -> None:
        """Say why in words for the log, never with a guest's data."""
        super().__init__(reason)
        self.reason = reason


class MediaRefusedError(AgenteError):
    """What a guest sent is not taken, or will never come: asking again is no use."""

    def __init__(self, reason: str) -> None:
        """`reason` is one word, fit for a metric's label."""
        super().__init__(f"media refused: {reason}")
        self.reason = reason
