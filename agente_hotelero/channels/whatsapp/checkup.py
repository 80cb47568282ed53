"""Whether a WhatsApp number is ready for us, in words of what to do about it: `agente-hotelero whatsapp check`."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import aiohttp
import orjson

from agente_hotelero.channels.whatsapp.answers import USER_AGENT
from agente_hotelero.channels.whatsapp.fields import identifier, listing, mapping
from agente_hotelero.errors import AgenteError
from agente_hotelero.model.findings import Finding, Grade

Json = dict[str, Any]

FIELDS: Final = "display_phone_number,verified_name,quality_rating,code_verification_status,name_status,throughput,webhook_configuration"
NEEDED: Final = "whatsapp_business_messaging"
MANAGING: Final = "whatsapp_business_management"
"""For templates, and to see whether our app hears of the account's messages."""
WEBHOOK: Final = "/webhooks/whatsapp"
BAD_TOKEN: Final = 190
NO_RIGHT: Final = (10, *range(200, 300))
SOON_SECONDS: Final = 14 * 86_400
QUALITY: Final = {"YELLOW": Grade.NOTE, "RED": Grade.FIX}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number, and what we hold of its app: the token that sends, and the secrets that sign."""

    phone_number_id: str
    access_token: str = field(repr=False)
    app_secrets: Sequence[str] = field(repr=False)
    unsaid: Sequence[tuple[str, str]] = ()
    """Purposes and languages of what the hotel wants to say first, and has no template for."""


class GraphRefusedError(AgenteError):
    """Graph answered, and not with what was asked for."""

    def __init__(self, status: int, code: int | None, words: str) -> None:
        super().__init__(f"Graph answered {status}, code {code}: {words}")
        self.code = code


class GraphAwayError(AgenteError):
    """Nobody answered."""


class Graph:
    """What may be looked up of an app and its numbers; changes nothing. The session is its maker's."""

    def __init__(self, session: aiohttp.ClientSession, *, base_url: str) -> None:
        """`base_url` ends with the API's version."""
        self._session = session
        self.base = base_url.rstrip("/")

    async def get(self, path: str, token: str, **parameters: str) -> Json:
        """Read an object; raises GraphRefusedError or GraphAwayError."""
        headers = {"Authorization": f"Bearer {token}", "User-Agent": USER_AGENT}
        # Causes are cut off (`from None`): aiohttp's errors carry the request, and the request the token.
        try:
            async with self._session.get(
                f"{self.base}/{path}", params=parameters, headers=headers, allow_redirects=False
            ) as response:
                status, body = response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise GraphAwayError(type(error).__name__) from None
        try:
            document = mapping(orjson.loads(body))
        except orjson.JSONDecodeError:
            document = {}
        if status != 200:  # noqa: PLR2004 - HTTP's own number
            told = mapping(document.get("error"))
            code = told.get("code")
            raise GraphRefusedError(
                status, code if type(code) is int else None, str(told.get("message") or "no reason")
            )
        return document


async def examine(graph: Graph, number: Number, *, now: datetime) -> AsyncIterator[Finding]:
    """Look at everything, the rest only where what it stands on is there. Writes nothing, sends nothing."""
    if not number.access_token:
        yield Finding(
            Grade.FIX, "no access token: AGENTE_WHATSAPP__ACCESS_TOKEN, or access_token_env in the hotels file"
        )
        return
    try:
        found = await graph.get(number.phone_number_id, number.access_token, fields=FIELDS)
    except GraphAwayError as error:
        yield Finding(Grade.FIX, f"{graph.base} does not answer ({error}): may this machine reach it?")
        return
    except GraphRefusedError as error:
        yield Finding(Grade.FIX, _refused(error))
        return
    for finding in (*_number(found), *_webhook(found), *_unsaid(number)):
        yield finding
    async for finding in _token(graph, number, now=now):
        yield finding


def _refused(error: GraphRefusedError) -> str:
    if error.code == BAD_TOKEN:
        return "the access token is not valid (any more): make one of a system user, which does not expire (docs/whatsapp.md)"
    if error.code in NO_RIGHT:
        return (
            f"the token may not see this number: give its system user the WhatsApp account, and the permission {NEEDED}"
        )
    return f"{error}: is phone_number_id the number's id at Meta (not the phone number), and the token of its account?"


def _number(found: Json) -> list[Finding]:
    shown = f"{identifier(found.get('display_phone_number'))} «{identifier(found.get('verified_name'))}»"
    level = identifier(mapping(found.get("throughput")).get("level")).lower()
    findings = [Finding(Grade.FINE, f"the number is {shown}{f', throughput {level}' if level else ''}")]
    quality = identifier(found.get("quality_rating"))
    if quality in QUALITY:
        words = f"Meta rates its quality {quality}: guests block or report it; too much of that and it may not send any more"
        findings.append(Finding(QUALITY[quality], words))
    if identifier(found.get("code_verification_status")) == "EXPIRED":
        findings.append(Finding(Grade.NOTE, "its verification code expired; it matters when it is registered anew"))
    if identifier(found.get("name_status")) in {"DECLINED", "EXPIRED"}:
        findings.append(Finding(Grade.NOTE, "its name was declined by Meta: guests see the number only"))
    return findings


def _unsaid(number: Number) -> list[Finding]:
    return [
        Finding(
            Grade.FIX,
            f"no template `{purpose}` (nor `reminder`) in {language}: only guests who wrote within a day get it (docs/whatsapp.md)",
        )
        for purpose, language in number.unsaid
    ]


def _webhook(found: Json) -> list[Finding]:
    configured = mapping(found.get("webhook_configuration"))
    # The nearest to the number wins.
    url = next(
        (
            u
            for key in ("phone_number", "whatsapp_business_account", "application")
            if (u := identifier(configured.get(key)))
        ),
        "",
    )
    if not url:
        return [
            Finding(Grade.FIX, f"no webhook: in the app, WhatsApp → Configuration, callback https://YOUR-HOST{WEBHOOK}")
        ]
    if not (url.startswith("https://") and url.rstrip("/").endswith(WEBHOOK)):
        return [Finding(Grade.FIX, f"its messages go to {url}, which is not our {WEBHOOK}")]
    return [Finding(Grade.FINE, f"its messages go to {url}")]


async def _token(graph: Graph, number: Number, *, now: datetime) -> AsyncIterator[Finding]:
    try:
        about = await graph.get("debug_token", number.access_token, input_token=number.access_token)
    except (GraphRefusedError, GraphAwayError):
        yield Finding(Grade.NOTE, "Meta says nothing about the token: when it ends, and what it may do, is not known")
        return
    data = mapping(about.get("data"))
    for finding in (*_rights(data), *_end(data, now)):
        yield finding
    app = identifier(data.get("app_id"))
    async for finding in _secrets(graph, number, app):
        yield finding
    for account in _accounts(data):
        yield await _subscribed(graph, number, account, app)


def _rights(data: Json) -> list[Finding]:
    scopes = {identifier(scope) for scope in listing(data.get("scopes"))}
    if NEEDED not in scopes:
        return [Finding(Grade.FIX, f"the token lacks the permission {NEEDED}: it can't send")]
    if MANAGING not in scopes:
        return [
            Finding(Grade.NOTE, f"the token lacks {MANAGING}: templates and the account's webhook can't be looked at")
        ]
    return [Finding(Grade.FINE, "the token may send, and look at templates")]


def _end(data: Json, now: datetime) -> list[Finding]:
    ends = data.get("expires_at")
    if not isinstance(ends, int) or not ends:
        return [Finding(Grade.FINE, "the token does not expire")]
    at = datetime.fromtimestamp(ends, UTC)
    soon = (at - now).total_seconds() < SOON_SECONDS
    words = f"the token ends on {at:%Y-%m-%d %H:%M} UTC; one of a system user does not expire"
    return [Finding(Grade.FIX if soon else Grade.NOTE, words)]


async def _secrets(graph: Graph, number: Number, app: str) -> AsyncIterator[Finding]:
    """Ask with each secret in the app's name: only the app's own is let in."""
    if not number.app_secrets:
        yield Finding(Grade.FIX, "no app secret: without it every webhook is refused (AGENTE_WHATSAPP__APP_SECRETS)")
    for place, secret in enumerate(number.app_secrets, 1):
        try:
            await graph.get("debug_token", f"{app}|{secret}", input_token=number.access_token)
        except GraphAwayError:
            yield Finding(Grade.NOTE, f"app secret {place} could not be checked")
        except GraphRefusedError:
            yield Finding(_grade_of_wrong(number), f"app secret {place} is not that of the token's app ({app})")
        else:
            yield Finding(Grade.FINE, f"app secret {place} is that of the token's app")


def _grade_of_wrong(number: Number) -> Grade:
    """While a secret is replaced there are two, and one of them is not (or not yet) the app's."""
    return Grade.FIX if len(number.app_secrets) == 1 else Grade.NOTE


def _accounts(data: Json) -> list[str]:
    """The WhatsApp accounts that the token is for."""
    scopes = [scope for scope in listing(data.get("granular_scopes")) if mapping(scope).get("scope") == MANAGING]
    return [identifier(account) for scope in scopes for account in listing(mapping(scope).get("target_ids"))]


async def _subscribed(graph: Graph, number: Number, account: str, app: str) -> Finding:
    try:
        found = await graph.get(f"{account}/subscribed_apps", number.access_token)
    except (GraphRefusedError, GraphAwayError):
        return Finding(Grade.NOTE, f"whether our app hears of account {account}'s messages could not be looked up")
    apps = [
        identifier(mapping(mapping(one).get("whatsapp_business_api_data")).get("id"))
        for one in listing(found.get("data"))
    ]
    if app in apps:
        return Finding(Grade.FINE, f"our app hears of account {account}'s messages")
    return Finding(
        Grade.FIX,
        f"our app does not hear of account {account}'s messages: POST {graph.base}/{account}/subscribed_apps with the token, once",
    )
