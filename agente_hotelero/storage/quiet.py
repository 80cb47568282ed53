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
QUIET_ACCOUNT: Final = """
INSERT INTO account_quiet AS old (hotel, channel, account, reason, until) VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, 'infinity'))
ON CONFLICT (hotel, channel, account, reason) DO UPDATE SET until = greatest(old.until, excluded.until), at = now()
"""
ALL_WELL: Final = """
DELETE FROM account_quiet WHERE (hotel, channel, account, reason) = ($1, $2, $3, $4)
"""


class _Fetches(Protocol):
    async def fetch(self, query: str, *args: object) -> Sequence[object]: ...


async def quieten(connection: _Fetches, quiet: Quiet) -> None:
    """Begin it; what lasts longer already stays."""
    if quiet.guest_id is not None:
        await connection.fetch(QUIET_GUEST, quiet.guest_id, quiet.until)
        return
    account = quiet.account
    await connection.fetch(QUIET_ACCOUNT, account.hotel, account.channel, account.name, quiet.reason, quiet.until)


async def heed(connection: _Fetches, notices: Sequence[AccountNotice]) -> None:
    """Do as the provider decided about accounts; how fast they may send is not kept."""
    for notice in notices:
        account = notice.account
        if notice.kind is NoticeKind.QUIET:
            await quieten(connection, Quiet(account=account, guest_id=None, reason=notice.reason, until=notice.until))
        elif notice.kind is NoticeKind.WELL:
            await connection.fetch(ALL_WELL, account.hotel, account.channel, account.name, notice.reason)
