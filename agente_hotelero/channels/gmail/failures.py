"""What Google's refusals mean: by the reason that it names, and by HTTP's status where it names none that we know.

https://developers.google.com/workspace/gmail/api/guides/handle-errors; the reason stands in `error.errors[].reason`,
and newer answers have it in `error.details[].reason` (google.rpc.ErrorInfo).
"""

import math
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Final

from agente_hotelero.channels.oauth.wire import Answer
from agente_hotelero.channels.port import FailureClass
from agente_hotelero.errors import AgenteError

LONGEST_SECONDS: Final = 3600.0
REASONS: Final[Mapping[str, FailureClass]] = {
    **dict.fromkeys(
        ("rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "quotaExceeded"),
        FailureClass.RATE_LIMITED,
    ),
    # A day's cap (500 mails, or 2,000 in a Workspace): the account rests, whoever it wanted to write to.
    "dailyLimitExceeded": FailureClass.RATE_LIMITED,
    **dict.fromkeys(
        (
            "authError",
            "insufficientPermissions",
            "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            "forbidden",
            "domainPolicy",
            "accessNotConfigured",
            "SERVICE_DISABLED",
            "delegationDenied",
            "failedPrecondition",
        ),
        FailureClass.AUTH,
    ),
    **dict.fromkeys(("backendError", "internalError"), FailureClass.RETRY_SOON),
}
STATUSES: Final[Mapping[int, FailureClass]] = {
    **dict.fromkeys((401, 403), FailureClass.AUTH),
    408: FailureClass.RETRY_SOON,
    429: FailureClass.RATE_LIMITED,
}
RETRY_AFTER: Final = re.compile(r"Retry after (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)")
BY_HUNDRED: Final[Mapping[int, FailureClass]] = {
    3: FailureClass.RETRY_SOON,
    4: FailureClass.OUR_BUG,
    5: FailureClass.RETRY_SOON,
}


class GmailError(AgenteError):
    """Google did not do what it was asked; `failure` says what can be done about it.

    `status` is HTTP's, or None where Gmail itself gave no answer; `reason` is Google's word, never a sentence of its answer.
    """

    def __init__(
        self,
        failure: FailureClass,
        *,
        status: int | None = None,
        reason: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(f"{failure} (status {status}, {reason or 'no reason'})")
        self.failure = failure
        self.status = status
        self.reason = reason
        self.retry_after_seconds = retry_after_seconds


def failure_of(answer: Answer) -> GmailError:
    """Name a refusal."""
    error = answer.document.get("error")
    reasons = list(_reasons(error)) if isinstance(error, dict) else []
    known = next((reason for reason in reasons if reason in REASONS), "")
    failure = REASONS.get(known) or _by_status(answer.status)
    return GmailError(
        failure,
        status=answer.status,
        reason=known or next(iter(reasons), ""),
        retry_after_seconds=_wait(answer.headers, _message(error)),
    )


def _by_status(status: int) -> FailureClass:
    return STATUSES.get(status) or BY_HUNDRED.get(status // 100, FailureClass.IN_DOUBT)


def _reasons(error: dict[str, Any]) -> Iterator[str]:
    for key in ("errors", "details"):
        for one in error.get(key) or () if isinstance(error.get(key), list) else ():
            reason = one.get("reason") if isinstance(one, dict) else None
            # A word, no sentence: what Google's messages quote may be a guest's address.
            if isinstance(reason, str) and reason.replace("_", "").isalnum():
                yield reason


def _message(error: object) -> str:
    said = error.get("message") if isinstance(error, dict) else None
    return said if isinstance(said, str) else ""


def _wait(headers: Mapping[str, str], message: str) -> float | None:
    """Read it off the header, or off the sentence in which Gmail tells the end of a sending cap."""
    asked = headers.get("Retry-After", "")
    if not asked and (found := RETRY_AFTER.search(message)):
        asked = _date(found[1])
    try:
        seconds = float(asked)
    except ValueError:
        seconds = _until(asked, headers.get("Date", ""))
    return min(seconds, LONGEST_SECONDS) if math.isfinite(seconds) and seconds >= 0 else None


def _date(moment: str) -> str:
    try:
        return format_datetime(datetime.fromisoformat(moment).replace(tzinfo=UTC))
    except ValueError:
        return ""


def _until(moment: str, now: str) -> float:
    """Measure a date by the clock of the server that set it."""
    try:
        return (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds()
    except (ValueError, TypeError):
        return math.nan
