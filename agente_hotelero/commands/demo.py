"""`demo`: everything on this machine, with a WhatsApp that only shows what it would send."""

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Annotated, Final

import typer

from agente_hotelero import databases
from agente_hotelero.commands.ground import hotels_in_force, settings_in_force
from agente_hotelero.commands.serving import Prepare, import_service, run
from agente_hotelero.commands.speaking import say
from agente_hotelero.config.flags import Flag
from agente_hotelero.config.settings import Environment, Settings
from agente_hotelero.errors import ConfigError
from agente_hotelero.storage.flag_store import RedisFlags

EXAMPLE: Final = Path(__file__).parent.parent.parent / "hotels.example.yaml"
SECRET: Final = "demo-app-secret"  # noqa: S105 - printed on purpose: it guards nothing but the demo
VERIFY_TOKEN: Final = "demo-verify-token"  # noqa: S105 - as above
NUMBER: Final = "100000000000001"
GUEST: Final = "5491155550123"


def demo(port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 8000) -> None:
    """Run everything on this machine, with a demo hotel and a WhatsApp that only shows what it would send."""
    began = time.monotonic()
    settings = demo_settings(port)
    hotels = hotels_in_force(settings)
    with databases.running(settings, progress=say, meanwhile=import_service) as urls:
        greet = lambda port: _introduce(port, time.monotonic() - began)  # noqa: E731 - it closes over when it began
        run(settings, hotels, urls, prepare=with_a_graph(_show_message), greet=greet)


def demo_settings(port: int) -> Settings:
    """Those in force, with the example's hotels and secrets that guard nothing; raises ConfigError in production."""
    settings = settings_in_force(
        whatsapp={"app_secrets": SECRET, "verify_token": VERIFY_TOKEN, "access_token": "demo"}, hotels_file=EXAMPLE
    )
    if settings.env is Environment.PRODUCTION:
        raise ConfigError("the demo's secrets are known to everybody: it does not run with AGENTE_ENV=production")
    return settings.model_copy(update={"http": settings.http.model_copy(update={"port": port})})


def with_a_graph(show: Callable[[str, str], None]) -> Prepare:
    """Open a Graph that gives `show` what is sent, to whom and in which words; it lasts as long as the service."""

    async def prepare(settings: Settings, redis_url: str, stack: AsyncExitStack) -> Settings:
        from agente_hotelero.http import demo_graph  # noqa: PLC0415 - see import_service
        from agente_hotelero.http.listener import Listener  # noqa: PLC0415 - see import_service

        await _buttons_unless_said(redis_url)
        graph = await Listener.open(demo_graph.build(show), host="127.0.0.1", port=0)
        stack.push_async_callback(graph.close)
        whatsapp = settings.whatsapp.model_copy(update={"graph_url": f"http://127.0.0.1:{graph.port}"})
        return settings.model_copy(update={"whatsapp": whatsapp})

    return prepare


async def _buttons_unless_said(redis_url: str) -> None:
    """The demo shows buttons; whoever switched the flag keeps their choice."""
    store = RedisFlags(redis_url)
    if Flag.INTERACTIVE_MESSAGES.value not in await store.read():
        await store.write(Flag.INTERACTIVE_MESSAGES.value, enabled=True)
    await store.close()


def _introduce(port: int, seconds: float) -> None:
    body = json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
                "messaging_product": "whatsapp",
                "metadata": {"display_phone_number": "15550000001", "phone_number_id": NUMBER},
                "contacts": [{"profile": {"name": "Ana"}, "wa_id": GUEST}],
                "messages": [{"from": GUEST, "id": f"wamid.demo.{time.time_ns()}", "timestamp": str(int(time.time())),
                              "type": "text", "text": {"body": "Hola, tienen una doble del 5 al 8 de mayo para 2?"}}],
            }}]}],
        },
        separators=(",", ":"),
    )  # fmt: skip
    signature = hmac.new(SECRET.encode(), body.encode(), hashlib.sha256).hexdigest()
    say(
        f"\nReady in {seconds:.1f} s.\n\n"
        f"  Chat page:  http://127.0.0.1:{port}/chat/demo\n"
        f"  A guest on WhatsApp (paste it; the answer shows up here):\n\n"
        f"curl -s http://127.0.0.1:{port}/webhooks/whatsapp -H 'Content-Type: application/json' "
        f"-H 'X-Hub-Signature-256: sha256={signature}' -d '{body}'\n\n"
        f"  Ctrl+C ends it.\n"
    )


def _show_message(to: str, words: str) -> None:
    say(f"WhatsApp to {to}:\n" + "\n".join(f"  | {line}" for line in words.splitlines()))
