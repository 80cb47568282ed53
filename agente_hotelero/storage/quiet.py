"""Who is left in peace with what nobody asked for, and from which account nothing of it goes out."""

from collections.abc import Sequence
from typing import Final, Protocol

from agente_hotelero.model.events import AccountNotice, NoticeKind
from agente_hotelero.model.reach import Quiet

QUIET_GUEST: Final = """
UPDATE guest SET quiet_until = greatest(quiet_until, $2),
    opted_out_at = CASE WHEN $2::timestamptz IS NULL THEN coalesce(opted_out_at, now()) ELSE opted_out_at END
WHERE id = $1
"""
# The latest decision stands, also where an earlier one comes after it; what is over stays, to be known by its date.
QUIET_ACCOUNT: Final = """
INSERT INTO account_quiet AS old (hotel, channel, account, reason, at, until)
VALUES ($1, $2, $3, $4, $5, coalesce($6::timestamptz, 'infinity'))
ON CONFLICT (hotel, channel, account, reason) DO UPDATE SET until = excluded.until, at = excluded.at WHERE old.at <= excluded.at
"""


class _Fetches(Protocol):
    async def fetch(self, query: str, *args: object) -> Sequence[object]: ...


async def quieten(connection: _Fetches, quiet: Quiet) -> None:
    """Begin it; a guest's lasts as long as the longest."""
    if quiet.guest_id is not None:
        await connection.fetch(QUIET_GUEST, quiet.guest_id, quiet.until)
        return
    account = quiet.account
    await connection.fetch(
        QUIET_ACCOUNT, account.hotel, account.channel, account.name, quiet.reason, quiet.at, quiet.until
    )


async def heed(connection: _Fetches, notices: Sequence[AccountNotice]) -> None:
    """Do as the provider decided about accounts; how fast they may send is not kept."""
    for notice in notices:
        if notice.kind is not NoticeKind.UPGRADED:
            until = notice.at if notice.kind is NoticeKind.WELL else notice.until
            quiet = Quiet(account=notice.account, guest_id=None, reason=notice.reason, at=notice.at, until=until)
            await quieten(connection, quiet)
