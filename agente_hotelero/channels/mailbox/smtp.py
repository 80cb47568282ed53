"""One mail handed to the mailbox's server; whatever goes wrong is named by what can be done about it."""

import re
from typing import Final

import aiosmtplib

from agente_hotelero.channels.mailbox.access import Access, TokenSource, tls
from agente_hotelero.channels.oauth.tokens import TokenError
from agente_hotelero.channels.port import FailureClass, SendFailedError

SECONDS: Final = 60.0
RATE_SECONDS: Final = 60.0
TEMPORARY: Final = range(400, 500)
AUTH_CODES: Final = frozenset((530, 534, 535, 538))
RECIPIENT_CODES: Final = frozenset((550, 551, 552, 553, 554, 556))
MALFORMED: Final = frozenset((500, 501, 502, 503, 504, 555))
RELAY: Final = re.compile(r"relay|authenticat|not logged in", re.IGNORECASE)


async def deliver(mail: bytes, *, access: Access, sender: str, recipient: str) -> None:
    """Hand it over; raises SendFailedError. Only an answer that got lost after the mail's last byte leaves a doubt."""
    client = _client(access)
    try:
        await _begin(client, access, sender, recipient)
        await _data(client, mail)
    finally:
        client.close()


async def knock(access: Access, *, sender: str) -> None:
    """See whether the server would take a mail from `sender`; raises SendFailedError."""
    client = _client(access)
    try:
        await _begin(client, access, sender, None)
    finally:
        client.close()


def _client(access: Access) -> aiosmtplib.SMTP:
    server = access.smtp
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        tls_context=tls(server),
        timeout=SECONDS,
    )


async def _begin(client: aiosmtplib.SMTP, access: Access, sender: str, recipient: str | None) -> None:
    # Causes are cut off (`from None`): a server's answer may quote addresses.
    try:
        await client.connect()
        await _log_in(client, access)
        await client.mail(sender)
        if recipient is not None:
            await client.rcpt(recipient)
    except TokenError as error:
        raise SendFailedError(error.failure) from None
    except aiosmtplib.SMTPAuthenticationError as error:
        raise _refused_entry(error.code) from None
    except aiosmtplib.SMTPSenderRefused as error:
        raise _refused_sender(error.code) from None
    except aiosmtplib.SMTPRecipientRefused as error:
        raise _refused_recipient(error.code, error.message) from None
    except aiosmtplib.SMTPResponseException as error:
        raise _refused_entry(error.code) from None
    except (aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected, TimeoutError, OSError):
        raise SendFailedError(FailureClass.RETRY_SOON) from None
    except aiosmtplib.SMTPException:
        # No TLS, or no way to log in that we share: a person has to look at the settings.
        raise SendFailedError(FailureClass.AUTH) from None


async def _log_in(client: aiosmtplib.SMTP, access: Access) -> None:
    if access.tokens is not None:
        await _authenticate(client, access.user, access.tokens)
    elif access.password:
        await client.ehlo()
        # One way, tried once: servers count every wrong password.
        log_in = client.auth_plain if "plain" in client.supported_auth_methods else client.login
        await log_in(access.user, access.password)


async def _authenticate(client: aiosmtplib.SMTP, user: str, tokens: TokenSource) -> None:
    """Show a token; where it was ended before its time, one more."""
    token = await tokens.token()
    try:
        await client.auth_xoauth2(user, token)
    except aiosmtplib.SMTPAuthenticationError as error:
        if error.code in TEMPORARY or not tokens.forget(token):
            raise
        await client.auth_xoauth2(user, await tokens.token())


async def _data(client: aiosmtplib.SMTP, mail: bytes) -> None:
    try:
        await client.data(mail)
    except aiosmtplib.SMTPResponseException as error:
        raise _refused_content(error.code) from None
    except (aiosmtplib.SMTPException, TimeoutError, OSError):
        raise SendFailedError(FailureClass.IN_DOUBT) from None


def _refused_entry(code: int) -> SendFailedError:
    """At the door: 4xx passes, all else is a name or a secret that is wrong."""
    if code in TEMPORARY:
        return _later(code)
    return SendFailedError(FailureClass.AUTH, code=code)


def _later(code: int) -> SendFailedError:
    if code == 421:  # noqa: PLR2004 - SMTP's own number for «no more of you now»
        return SendFailedError(FailureClass.RATE_LIMITED, code=code, retry_after_seconds=RATE_SECONDS)
    return SendFailedError(FailureClass.RETRY_SOON, code=code)


def _refused_sender(code: int) -> SendFailedError:
    """What is said to MAIL FROM is said of the account, whoever the mail is for."""
    if code in TEMPORARY:
        return SendFailedError(FailureClass.RATE_LIMITED, code=code, retry_after_seconds=RATE_SECONDS)
    return SendFailedError(FailureClass.OUR_BUG if code in MALFORMED else FailureClass.AUTH, code=code)


def _refused_recipient(code: int, words: str) -> SendFailedError:
    if code == 421:  # noqa: PLR2004 - see above
        return _later(code)
    if code in TEMPORARY:
        return SendFailedError(FailureClass.DEFERRED, code=code)
    if code in AUTH_CODES or RELAY.search(words):
        return SendFailedError(FailureClass.AUTH, code=code)
    return SendFailedError(FailureClass.OUR_BUG if code in MALFORMED else FailureClass.RECIPIENT, code=code)


def _refused_content(code: int) -> SendFailedError:
    if code in TEMPORARY:
        return SendFailedError(FailureClass.DEFERRED, code=code)
    if code in RECIPIENT_CODES:
        # The whole mail was looked at, and held for spam or against a policy.
        return SendFailedError(FailureClass.QUALITY, code=code)
    return SendFailedError(FailureClass.OUR_BUG, code=code)
