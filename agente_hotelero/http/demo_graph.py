"""A Graph API on loopback for the demo: takes what would be sent to WhatsApp, and shows it."""

import itertools
from collections.abc import Callable
from typing import Any

from aiohttp import web


def build(show: Callable[[str, str], None]) -> web.Application:
    """Build the application; `show` gets the recipient and the words of each message."""
    numbers = itertools.count(1)

    async def messages(request: web.Request) -> web.Response:
        sent = await request.json()
        if "status" in sent:
            return web.json_response({"success": True})
        show(str(sent.get("to") or sent.get("recipient")), _words(sent))
        return web.json_response({"messaging_product": "whatsapp", "messages": [{"id": f"wamid.demo.{next(numbers)}"}]})

    application = web.Application()
    application.add_routes([web.post("/{phone_number_id}/messages", messages)])
    return application


def _words(sent: dict[str, Any]) -> str:  # noqa: PLR0911 - an arm a kind
    match sent:
        case {"type": "text", "text": {"body": body}}:
            return str(body)
        case {"type": "location", "location": pin}:
            return f"({pin['latitude']}, {pin['longitude']}) {pin.get('name', '')}".strip()
        case {"type": "image", "image": image}:
            return f"{image.get('caption', '')}\n{image['link']}".strip()
        case {"type": "document", "document": file}:
            return f"{file.get('caption', '')}\n{file['filename']} {file['link']}".strip()
        case {"type": "reaction", "reaction": sign}:
            return str(sign["emoji"])
        case {"type": "template", "template": template}:
            values = [p["text"] for c in template.get("components", ()) for p in c["parameters"] if "text" in p]
            return " ".join([f"({template['name']})", *values])
        case _:
            return _interactive(sent.get("interactive", {}))


def _interactive(content: dict[str, Any]) -> str:
    action = content.get("action", {})
    buttons = [button["reply"]["title"] for button in action.get("buttons", ())]
    rows = [row["title"] for section in action.get("sections", ()) for row in section["rows"]]
    pages = [f"[ {page['display_text']} ] {page['url']}" for page in [action.get("parameters")] if page]
    body = content.get("body", {}).get("text", "")
    return "\n".join([body, *(f"[ {title} ]" for title in (*buttons, *rows)), *pages])
