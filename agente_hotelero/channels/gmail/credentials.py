"""What opens a mailbox: a service account that its Workspace trusts, or a person's refresh token."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import jwt
import orjson
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from agente_hotelero.channels.oauth.tokens import Grant, RefreshToken
from agente_hotelero.errors import ConfigError

ACCOUNT_FIELDS: Final = ("client_email", "private_key", "private_key_id")
PERSON_FIELDS: Final = ("client_id", "client_secret", "refresh_token")
SCOPE: Final = "https://www.googleapis.com/auth/gmail.modify"
JWT_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
ASSERTION_SECONDS: Final = 3600
SKEW_SECONDS: Final = 30
"""How much our clock may be ahead of Google's: an assertion from the future is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """Speaks for any mailbox of a Workspace that delegated to it; `client_id` is what the admin console asks for."""

    email: str
    client_id: str
    key_id: str
    key: RSAPrivateKey = field(repr=False)


Credentials = ServiceAccount | RefreshToken


def read_credentials(text: str) -> Credentials:
    """Read the JSON that Google hands out; raises ConfigError saying what it lacks, never what it holds."""
    try:
        document = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise ConfigError("is no JSON; it should be the whole file that Google gave, not its path") from None
    if not isinstance(document, dict):
        raise ConfigError("is no JSON object; it should be the whole file that Google gave")
    match document.get("type"):
        case "service_account":
            return _service_account(document)
        case "authorized_user":
            return _refresh_token(document)
        case _:
            raise ConfigError('has a "type" that is neither service_account nor authorized_user')


def grant(credentials: Credentials, *, mailbox: str, token_url: str, now: Callable[[], float] = time.time) -> Grant:
    """Say what Google is told to give a token for `mailbox`; `now` is Unix time, which Google reads in the assertion."""
    if isinstance(credentials, RefreshToken):
        return credentials.grant
    return lambda: {
        "grant_type": JWT_GRANT,
        "assertion": _assertion(credentials, mailbox=mailbox, token_url=token_url, issued=int(now()) - SKEW_SECONDS),
    }


def _assertion(account: ServiceAccount, *, mailbox: str, token_url: str, issued: int) -> str:
    claims = {
        "iss": account.email,
        # Whose mailbox: the Workspace has delegated it to the account.
        "sub": mailbox,
        "scope": SCOPE,
        "aud": token_url,
        "iat": issued,
        "exp": issued + ASSERTION_SECONDS,
    }
    return jwt.encode(claims, account.key, algorithm="RS256", headers={"kid": account.key_id})


def _service_account(document: dict[str, Any]) -> ServiceAccount:
    email, pem, key_id = _texts(document, ACCOUNT_FIELDS)
    client_id = document.get("client_id")
    return ServiceAccount(
        email=email, client_id=client_id if isinstance(client_id, str) else "", key_id=key_id, key=_key(pem)
    )


def _key(pem: str) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError):
        # Not chained: the parser's own words may show what it read.
        raise ConfigError('has a "private_key" that cannot be read; were the \\n kept as they came?') from None
    if not isinstance(key, RSAPrivateKey):
        raise ConfigError('has a "private_key" that is no RSA key')
    return key


def _refresh_token(document: dict[str, Any]) -> RefreshToken:
    client_id, client_secret, token = _texts(document, PERSON_FIELDS)
    return RefreshToken(client_id=client_id, client_secret=client_secret, token=token)


def _texts(document: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    lacking = [name for name in names if not isinstance(document.get(name), str) or not document[name].strip()]
    if lacking:
        raise ConfigError(f"lacks {', '.join(lacking)}")
    return tuple(document[name] for name in names)
