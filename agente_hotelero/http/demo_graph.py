"""A Graph API on loopback for the demo: takes what would be sent to WhatsApp, and shows it."""

import itertools
from collections.abc import Callable, Mapping
from typing import Any, Final

from aiohttp import web

UPLOAD_LIMIT_BYTES: Final = 6 * 1024**2
"""Meta takes pictures of 5 MB, and the form needs some."""


def build(show: Callable[[str, str], None]) -> web.Application:
    """Build the application; `show` gets the recipient and the words of each message."""
    numbers = itertools.count(1)
    files: dict[str, str] = {}
    """What was uploaded, by the id that was given for it."""

    async def messages(request: web.Request) -> web.Response:
        sent = await request.json()
        if "status" in sent:
            return web.json_response({"success": True})
        show(str(sent.get("to") or sent.get("recipient")), _words(sent, files))
        return web.json_response({"messaging_product": "whatsapp", "messages": [{"id": f"wamid.demo.{next(numbers)}"}]})

    async def upload(request: web.Request) -> web.Response:
        form = await request.post()
        name = str(next(numbers))
        files[name] = getattr(form["file"], "filename", "")
        return web.json_response({"id": name})

    async def number(request: web.Request) -> web.Response:
        return web.json_response({"id": request.match_info["phone_number_id"], "throughput": {"level": "STANDARD"}})

    application = web.Application(client_max_size=UPLOAD_LIMIT_BYTES)
    application.add_routes(
        [
            web.post("/{phone_number_id}/messages", messages),
            web.post("/{phone_number_id}/media", upload),
            web.get("/{phone_number_id}", number),
        ]
    )
    return application


def _words(sent: dict[str, Any], files: Mapping[str, str]) -> str:  # noqa: PLR0911 - an arm a kind
    match sent:
        case {"type": "text", "text": {"body": body}}:
            return str(body)
        case {"type": "location", "location": pin}:
            return f"({pin['latitude']}, {pin['longitude']}) {pin.get('name', '')}".strip()
        case {"type": "image", "image": image}:
            return f"{image.get('caption', '')}\n{_file(image, files)}".strip()
        case {"type": "document", "document": file}:
            return f"{file.get('caption', '')}\n{file['filename']} {_file(file, files)}".strip()
        case {"type": "reaction", "reaction": sign}:
            return str(sign["emoji"])
        case {"type": "template", "template": template}:
            values = [p["text"] for c in template.get("components", ()) for p in c["parameters"] if "text" in p]
            return " ".join([f"({template['name']})", *values])
        case _:
            return _interactive(sent.get("interactive", {}))


def _file(sent: dict[str, Any], files: Mapping[str, str]) -> str:
    return str(sent["link"]) if "link" in sent else f"({files.get(sent['id'], '?')})"


def _interactive(content: dict[str, Any]) -> str:
    action = content.get("action", {})
    buttons = [button["reply"]["title"] for button in action.get("buttons", ())]
    rows = [row["title"] for section in action.get("sections", ()) for row in section["rows"]]
    pages = [f"[ {page['display_text']} ] {page['url']}" for page in [action.get("parameters")] if page]
    body = content.get("body", {}).get("text", "")
    return "\n".join([body, *(f"[ {title} ]" for title in (*buttons, *rows)), *pages])
