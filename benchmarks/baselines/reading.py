"""An aiohttp handler that only reads the POST's body and answers: the least that any webhook costs here."""

import sys

from aiohttp import web

OK = b'{"status":"ok"}'


async def receive(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=OK, content_type="application/json")


def main() -> None:
    application = web.Application()
    application.add_routes([web.post("/webhooks/whatsapp", receive), web.get("/health/ready", receive)])
    web.run_app(application, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
