"""Webhook bodies in Meta's form, and its signature, for tests that play Meta."""

import hashlib
import hmac
import itertools
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

Json = dict[str, Any]

ACCOUNT: Final = "106540352242922"
GUEST: Final = "5491150001234"
_numbers = itertools.count(1)


def new_wamid() -> str:
    return f"wamid.TEST{next(_numbers)}"


def message(
    content: Json, *, wamid: str | None = None, sender: str = GUEST, timestamp: int | str = 1_750_000_000
) -> Json:
    """A message as it stands in `messages`; `content` holds the type and what goes with it."""
    return {"from": sender, "id": wamid or new_wamid(), "timestamp": str(timestamp), **content}


def text(words: str, *, wamid: str | None = None, sender: str = GUEST, timestamp: int | str = 1_750_000_000) -> Json:
    return message({"type": "text", "text": {"body": words}}, wamid=wamid, sender=sender, timestamp=timestamp)


def media(
    what: str,
    media_id: str,
    *,
    wamid: str | None = None,
    sender: str = GUEST,
    timestamp: int | str = 1_750_000_000,
    **more: str | bool,
) -> Json:
    """A picture, a document and the like, with its caption or its name in `more`."""
    content = {"type": what, what: {"id": media_id, **more}}
    return message(content, wamid=wamid, sender=sender, timestamp=timestamp)


def location(latitude: float, *, timestamp: int | str = 1_750_000_000) -> Json:
    return message({"type": "location", "location": {"latitude": latitude, "longitude": -58.4}}, timestamp=timestamp)


def button(
    option_id: str, title: str, *, wamid: str | None = None, sender: str = GUEST, timestamp: int | str = 1_750_000_000
) -> Json:
    reply = {"type": "button_reply", "button_reply": {"id": option_id, "title": title}}
    return message({"type": "interactive", "interactive": reply}, wamid=wamid, sender=sender, timestamp=timestamp)


def status(
    wamid: str, state: str, *, outbox_id: int | None = None, code: int | None = None, timestamp: int = 1_750_000_000
) -> Json:
    """A status as it stands in `statuses`."""
    item: Json = {"id": wamid, "status": state, "timestamp": str(timestamp), "recipient_id": GUEST}
    if outbox_id is not None:
        item["biz_opaque_callback_data"] = str(outbox_id)
    if code is not None:
        item["errors"] = [{"code": code, "title": "Error"}]
    return item


def value(
    *,
    messages: Iterable[Json] = (),
    statuses: Iterable[Json] = (),
    names: Mapping[str, str] | None = None,
    account: str = ACCOUNT,
) -> Json:
    """A change's value; `names`: wa_id → profile name."""
    named = {GUEST: "Ana Pérez"} if names is None else names
    content: Json = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": account},
    }
    if messages := list(messages):
        content["contacts"] = [{"profile": {"name": name}, "wa_id": wa_id} for wa_id, name in named.items()]
        content["messages"] = messages
    if statuses := list(statuses):
        content["statuses"] = statuses
    return content


def envelope(*values: Json, field: str = "messages") -> Json:
    """One entry with a change for each value."""
    changes = [{"field": field, "value": one} for one in values]
    return {"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": changes}]}


def body(*messages: Json, account: str = ACCOUNT) -> bytes:
    """A POST with these messages in one change."""
    return orjson.dumps(envelope(value(messages=messages, account=account)))


def sign(raw: bytes, secret: str) -> str:
    """What Meta sends as X-Hub-Signature-256."""
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
