"""Whether a mailbox is ready for the agent, in plain words; nothing in it is changed, and no mail is sent."""

import re
from collections.abc import AsyncIterator
from typing import Final

from agente_hotelero.channels.mailbox.access import Access, Fixed, TokenSource
from agente_hotelero.channels.mailbox.imap import (
    CommandRefusedError,
    Imap,
    MailboxAwayError,
    MailboxRefusesError,
    opened,
)
from agente_hotelero.channels.mailbox.sent import SentFolder
from agente_hotelero.channels.mailbox.smtp import knock
from agente_hotelero.channels.oauth.tokens import TokenError
from agente_hotelero.channels.port import FailureClass, SendFailedError
from agente_hotelero.model.findings import Finding, Grade

HEADERS_LIMIT_BYTES: Final = 64 * 1024
RESULTS: Final = re.compile(rb"^Authentication-Results:\s*([\w.-]{1,200})", re.IGNORECASE | re.MULTILINE)


async def examine(
    access: Access, *, address: str, authserv_ids: tuple[str, ...], files_sent: bool
) -> AsyncIterator[Finding]:
    """Look at the grant, the way in, the folder of sent mail, whom we would believe, and the way out."""
    if access.tokens is not None:
        granted = await _granted(access.tokens)
        yield granted
        if granted.grade is Grade.FIX:
            return
    try:
        async with opened(access) as imap:
            yield await _inbox(imap)
            yield _believed(await _newest(imap), authserv_ids)
        if files_sent:
            yield await _sent(access)
    except MailboxRefusesError:
        yield Finding(
            grade=Grade.FIX, words=f"IMAP: {access.imap.host} does not take the user and its password or token"
        )
    except MailboxAwayError:
        where = f"{access.imap.host}:{access.imap.port} ({access.imap.security})"
        yield Finding(
            grade=Grade.FIX, words=f"IMAP: nobody who speaks it answers at {where}, or its certificate is not good"
        )
    yield await _way_out(access, address)


async def _granted(tokens: TokenSource) -> Finding:
    try:
        await tokens.token()
    except TokenError as error:
        if error.failure is FailureClass.AUTH:
            said = f"the refresh token is refused ({error.reason}): it was revoked, or has ended, or is not this client's; grant it anew"
        else:
            said = f"nobody who gives tokens answers at oauth.token_url ({error.reason})"
        return Finding(grade=Grade.FIX, words=f"OAuth: {said}")
    if isinstance(tokens, Fixed):
        words = "OAuth: the token of token_env is used as it is; it ends within hours, and nobody here renews it"
        return Finding(grade=Grade.NOTE, words=words)
    return Finding(grade=Grade.FINE, words="OAuth: the refresh token is good, and gives tokens")


async def _inbox(imap: Imap) -> Finding:
    await imap.examine(b"INBOX")
    if imap.idles:
        return Finding(grade=Grade.FINE, words="IMAP: the inbox can be read, and the server tells of new mail at once")
    return Finding(
        grade=Grade.NOTE,
        words="IMAP: the inbox can be read; the server does not tell of new mail, so it is asked every two minutes",
    )


async def _newest(imap: Imap) -> bytes:
    uids = await imap.search(b"ALL")
    try:
        return (await imap.fetch(uids[-1:], limit_bytes=HEADERS_LIMIT_BYTES)).get(uids[-1], b"") if uids else b""
    except CommandRefusedError:
        return b""


def _believed(newest: bytes, authserv_ids: tuple[str, ...]) -> Finding:
    found = RESULTS.search(newest)
    name = found[1].decode("ascii", "replace").lower() if found else None
    if name is not None and name in authserv_ids:
        return Finding(grade=Grade.FINE, words=f"senders are believed by the word of {name}")
    if authserv_ids and name is None:
        return Finding(
            grade=Grade.NOTE, words="the newest mail has no Authentication-Results: no sender like it is believed"
        )
    if name is None:
        return Finding(grade=Grade.NOTE, words="authserv_ids is empty: no sender is believed (docs/mailbox.md)")
    return Finding(
        grade=Grade.NOTE, words=f"the newest mail was judged by {name}; if that is your server, add it to authserv_ids"
    )


async def _sent(access: Access) -> Finding:
    name = await SentFolder(access).name()
    if name is None:
        return Finding(
            grade=Grade.NOTE, words="there is no folder of sent mail; one called Sent is made with the first answer"
        )
    return Finding(grade=Grade.FINE, words=f"answers are filed in {name}")


async def _way_out(access: Access, address: str) -> Finding:
    server = access.smtp
    try:
        await knock(access, sender=address)
    except SendFailedError as error:
        if error.failure is FailureClass.AUTH:
            said = f"{server.host} does not take the user, its secret, or {address} as a sender (code {error.code})"
        else:
            said = f"nobody who takes mail answers at {server.host}:{server.port} ({server.security}): {error.failure}"
        return Finding(grade=Grade.FIX, words=f"SMTP: {said}")
    return Finding(grade=Grade.FINE, words=f"SMTP: {server.host} takes mail from {address}")
