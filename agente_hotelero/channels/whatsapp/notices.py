"""What Meta decided about a number or a business account, as far as it changes what may be sent.

Fields `account_update` and `phone_number_quality_update`; everything is kept for a person besides. Plain answers go on: when
Meta takes those away too, it says so to each message, and that stops the account.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agente_hotelero.channels.whatsapp.fields import listing, mapping
from agente_hotelero.model.events import AccountNotice, NoticeKind
from agente_hotelero.model.ids import Account

RESTRICTED: Final = frozenset({"RESTRICTED_BIZ_INITIATED_MESSAGING", "RESTRICTED_CUSTOMER_INITIATED_MESSAGING"})
UNSAID: Final = timedelta(days=7)
"""How long a restriction lasts whose end Meta does not say, or says in words."""
VIOLATION: Final = timedelta(days=1)
FARTHEST: Final = timedelta(days=366)

_Decision = tuple[NoticeKind, str, timedelta | datetime | None]

QUALITY: Final[Mapping[str, _Decision]] = {
    "FLAGGED": (NoticeKind.QUIET, "flagged", None),
    "UNFLAGGED": (NoticeKind.WELL, "flagged", None),
    "THROUGHPUT_UPGRADE": (NoticeKind.UPGRADED, "throughput", None),
}
ACCOUNT: Final[Mapping[str, _Decision]] = {
    "ACCOUNT_VIOLATION": (NoticeKind.QUIET, "violation", VIOLATION),
}
BANS: Final[Mapping[str, _Decision]] = {
    "DISABLE": (NoticeKind.QUIET, "ban", None),
    "SCHEDULE_FOR_DISABLE": (NoticeKind.QUIET, "ban", None),
    "REINSTATE": (NoticeKind.WELL, "ban", None),
}
FIELDS: Final = frozenset({"account_update", "phone_number_quality_update"})


def read_notices(change: Mapping[str, Any], accounts: Iterable[Account], *, at: datetime) -> tuple[AccountNotice, ...]:
    """Read what a change of that time decides for each of these accounts; nothing for most."""
    decision = _decision(change.get("field"), mapping(change.get("value")), at)
    if decision is None:
        return ()
    kind, reason, until = decision
    end = at + until if isinstance(until, timedelta) else until
    return tuple(AccountNotice(account=account, kind=kind, reason=reason, at=at, until=end) for account in accounts)


def _decision(field: object, value: Mapping[str, Any], at: datetime) -> _Decision | None:
    event = str(value.get("event"))
    if field == "phone_number_quality_update":
        return QUALITY.get(event)
    if field != "account_update":
        return None
    if event == "ACCOUNT_RESTRICTION":
        return _restriction(value, at)
    if event == "DISABLED_UPDATE":
        return BANS.get(str(mapping(value.get("ban_info")).get("waba_ban_state")))
    return ACCOUNT.get(event)


def _restriction(value: Mapping[str, Any], at: datetime) -> _Decision | None:
    ends = [
        _end(mapping(one).get("expiration"), at)
        for one in listing(value.get("restriction_info"))
        if mapping(one).get("restriction_type") in RESTRICTED
    ]
    return (NoticeKind.QUIET, "restriction", max(ends)) if ends else None


def _end(expiration: object, at: datetime) -> datetime:
    """Read seconds, which come as a number or in quotes."""
    try:
        end = datetime.fromtimestamp(int(str(expiration)), UTC)
    except (ValueError, OverflowError, OSError):
        return at + UNSAID
    return min(end, at + FARTHEST)
