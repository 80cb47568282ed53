"""Google's token endpoint and public keys on loopback, with keys that were made for the test."""

import base64
import json
import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

import jwt
import orjson
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

Json = dict[str, Any]

ACCOUNT: Final = "agente@project.iam.gserviceaccount.com"
PUSH_ACCOUNT: Final = "push@project.iam.gserviceaccount.com"
JWT_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPE: Final = "https://www.googleapis.com/auth/gmail.modify"
AUDIENCE: Final = "https://chat.hotel.example/webhooks/gmail"
REFRESH_TOKEN: Final = "1//refresh token of the tests"


@lru_cache(maxsize=8)
def rsa_key(_name: str) -> rsa.RSAPrivateKey:
    """One key per name: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def pem(name: str) -> str:
    return rsa_key(name).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def service_account_json(**changed: object) -> str:
    document = {
        "type": "service_account",
        "client_email": ACCOUNT,
        "client_id": "100000000000000000001",
        "private_key_id": "account-key",
        "private_key": pem("account"),
        "token_uri": "https://elsewhere.example/token",
    }
    return orjson.dumps({**document, **changed}).decode()


def refresh_token_json() -> str:
    document = {"type": "authorized_user", "client_id": "id", "client_secret": "cs", "refresh_token": REFRESH_TOKEN}
    return orjson.dumps(document).decode()


class FakeTokens:
    """The token endpoint: one mailbox has delegated itself to the service account."""

    def __init__(self, *, mailbox: str) -> None:
        self.mailbox = mailbox
        self.requests = 0
        self.refusal: tuple[int, str] | None = None
        self.lasts: object = 3600
        self.good: set[str] = set()
        self.exchanges = False
        """Whether each refresh token is good for one time, and another comes along."""
        self.refreshed: list[str] = []
        """The refresh tokens that were good."""

    async def grant(self, request: web.Request) -> web.Response:
        self.requests += 1
        form = await request.post()
        if self.refusal is not None:
            status, word = self.refusal
            return web.json_response({"error": word, "error_description": "not for the log"}, status=status)
        if not self._granted({name: str(value) for name, value in form.items()}, str(request.url)):
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = f"ya29.token-{self.requests}"
        self.good.add(token)
        another = {"refresh_token": f"1//exchanged {self.requests}"} if self.exchanges else {}
        return web.json_response({"access_token": token, "expires_in": self.lasts, "token_type": "Bearer", **another})

    def revoke(self) -> None:
        """Every token given so far is good no more."""
        self.good.clear()

    def knows(self, header: str) -> bool:
        return header.removeprefix("Bearer ") in self.good

    def _granted(self, form: Mapping[str, str], url: str) -> bool:
        if form.get("grant_type") == "refresh_token":
            self.refreshed.append(form["refresh_token"])
            whole = form["refresh_token"].startswith("1//exchanged") or form["refresh_token"] == REFRESH_TOKEN
            return (form["client_id"], form["client_secret"], whole) == ("id", "cs", True)
        key = rsa_key("account").public_key()
        claims = jwt.decode(form["assertion"], key, algorithms=["RS256"], audience=url)
        asked = (form["grant_type"], claims["iss"], claims["sub"], claims["scope"])
        return asked == (JWT_GRANT, ACCOUNT, self.mailbox, SCOPE)


class FakeKeys:
    """The public keys of who signs pushes."""

    def __init__(self) -> None:
        self.requests = 0
        self.status = 200
        self.body: bytes | None = None
        self.cache_control = "public, max-age=20000, must-revalidate"
        self.names = ["push-1"]

    async def list(self, _request: web.Request) -> web.Response:
        self.requests += 1
        keys = [self._public(name) for name in self.names]
        return web.Response(
            status=self.status,
            body=orjson.dumps({"keys": keys}) if self.body is None else self.body,
            headers={"Cache-Control": self.cache_control},
        )

    def _public(self, name: str) -> Json:
        shown: Json = jwt.algorithms.RSAAlgorithm.to_jwk(rsa_key(name).public_key(), as_dict=True)
        return {**shown, "kid": name, "alg": "RS256", "use": "sig"}


def push_token(*, key: str = "push-1", headers: Mapping[str, Any] | None = None, **changed: object) -> str:
    """Sign as Pub/Sub does; a claim that is None is left out."""
    now = int(time.time())
    claims = {
        "aud": AUDIENCE,
        "azp": "113774264463038321964",
        "email": PUSH_ACCOUNT,
        "email_verified": True,
        "exp": now + 3600,
        "iat": now,
        "iss": "https://accounts.google.com",
        "sub": "113774264463038321964",
        **changed,
    }
    return jwt.encode(_kept(claims), rsa_key(key), algorithm="RS256", headers=_kept({"kid": key, **(headers or {})}))


def _kept(values: Mapping[str, Any]) -> Json:
    return {name: value for name, value in values.items() if value is not None}


def push_body(address: object, history_id: object) -> bytes:
    """Wrap a notification as Pub/Sub does."""
    data = base64.b64encode(json.dumps({"emailAddress": address, "historyId": history_id}).encode()).decode()
    message = {"data": data, "messageId": "2070443601311540", "publishTime": "2026-02-26T19:13:55.749Z"}
    return json.dumps({"message": message, "subscription": "projects/hotel/subscriptions/gmail"}).encode()
