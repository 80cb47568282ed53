"""What Graph knows of one app, its account and its number, for whoever looks it up; only GET."""

from typing import Any, Self

from aiohttp import web

NUMBER, ACCOUNT, APP = "100000000000001", "102290129340398", "670840000000001"
TOKEN, SECRET = "EAAG-test-token", "abcdef01" * 4
REFUSED_TOKEN = {"message": "Error validating access token", "type": "OAuthException", "code": 190}


class FakeMeta:
    """Starts and ends with `async with`; everything in it may be changed in between."""

    def __init__(self) -> None:
        self.number: dict[str, Any] = {
            "id": NUMBER,
            "display_phone_number": "+54 9 11 5555-0100",
            "verified_name": "Hotel Demo del Parque",
            "quality_rating": "GREEN",
            "code_verification_status": "VERIFIED",
            "name_status": "APPROVED",
            "throughput": {"level": "STANDARD"},
            "webhook_configuration": {"application": "https://agente.hotel.example/webhooks/whatsapp"},
        }
        self.token: dict[str, Any] = {
            "app_id": APP,
            "is_valid": True,
            "expires_at": 0,
            "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
            "granular_scopes": [{"scope": "whatsapp_business_management", "target_ids": [ACCOUNT]}],
        }
        self.subscribed = [APP]
        self.refusals: dict[str, tuple[int, dict[str, Any]]] = {}
        """Path's end → status and error, instead of what it would answer."""
        self.asked: list[str] = []
        self._runner: web.AppRunner | None = None
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v25.0"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/v25.0/debug_token", self._debug_token)
        app.router.add_get("/v25.0/{account}/subscribed_apps", self._subscribed_apps)
        app.router.add_get("/v25.0/{number}", self._number)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _number(self, request: web.Request) -> web.Response:
        known = request.match_info["number"] == NUMBER
        return self._answer(request, self.number if known else None)

    async def _debug_token(self, request: web.Request) -> web.Response:
        bearer = request.headers["Authorization"].removeprefix("Bearer ")
        if "|" in bearer and bearer != f"{APP}|{SECRET}":
            return _refused(400, REFUSED_TOKEN)
        return self._answer(request, {"data": self.token})

    async def _subscribed_apps(self, request: web.Request) -> web.Response:
        apps = [{"whatsapp_business_api_data": {"id": app, "name": "Agente"}} for app in self.subscribed]
        return self._answer(request, {"data": apps})

    def _answer(self, request: web.Request, document: dict[str, Any] | None) -> web.Response:
        self.asked.append(request.path)
        refusal = next((told for end, told in self.refusals.items() if request.path.endswith(end)), None)
        if refusal is not None:
            return _refused(*refusal)
        if document is None:
            return _refused(400, {"message": "Unsupported get request.", "code": 100, "error_subcode": 33})
        return web.json_response(document)


def _refused(status: int, error: dict[str, Any]) -> web.Response:
    return web.json_response({"error": error}, status=status)
