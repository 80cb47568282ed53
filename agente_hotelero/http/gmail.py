"""Gmail's pushes: verify, tell whose mailbox may have news, answer. What they say is only a hint to look."""

from http import HTTPStatus
from typing import Final

from aiohttp import web

from agente_hotelero.channels.gmail.hints import Refusal, read_hint
from agente_hotelero.errors import UnavailableError
from agente_hotelero.http.bearer import bearer_token
from agente_hotelero.http.body import read_body
from agente_hotelero.http.failures import report_failure
from agente_hotelero.http.ports import Hinted, VerifyPush
from agente_hotelero.http.problems import ProblemError, unauthorized, unavailable
from agente_hotelero.telemetry.metrics import Metrics

PATH: Final = "/webhooks/gmail"
LIMIT_BYTES: Final = 64 * 1024
RETRY_AFTER_FAILURE_SECONDS: Final = 5.0


class GmailWebhook:
    """Where a push subscription sends. Anything but 2xx is sent again by Pub/Sub, later and later."""

    def __init__(self, *, verify: VerifyPush, hinted: Hinted, metrics: Metrics) -> None:
        self._verify = verify
        self._hinted = hinted
        self._count = metrics.mail_pushes_total.labels

    async def receive(self, request: web.Request) -> web.Response:
        """204 means: heard. What can't be read, or is about no mailbox of the signer's, would be no better the next time."""
        body = await read_body(request, LIMIT_BYTES)
        mailboxes = await self._signed_for(request)
        self._count(outcome=self._heard(body, mailboxes)).inc()
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _heard(self, body: bytes, mailboxes: frozenset[str]) -> str:
        hint = read_hint(body)
        if hint is None:
            return "malformed"
        if hint.address not in mailboxes:
            return "foreign"
        return "told" if self._hinted(hint.address, hint.history_id) else "known"

    async def _signed_for(self, request: web.Request) -> frozenset[str]:
        try:
            verified = await self._verify(bearer_token(request))
        except UnavailableError:
            raise
        except Exception as error:
            # A 500 would say only that we don't know what we did; nothing was done, and it comes again.
            report_failure(error, route=PATH)
            raise unavailable(RETRY_AFTER_FAILURE_SECONDS) from error
        if isinstance(verified, Refusal):
            self._count(outcome="refused").inc()
            raise unauthorized() if verified is Refusal.UNKNOWN else ProblemError(HTTPStatus.FORBIDDEN, verified.value)
        return verified
