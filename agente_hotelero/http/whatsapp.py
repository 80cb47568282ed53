"""WhatsApp's webhook: verify, hand over, answer. It decides nothing."""

from http import HTTPStatus
from time import perf_counter
from typing import Final

import orjson
from aiohttp import web

from agente_hotelero.actors.deadlines import AskTimeoutError
from agente_hotelero.errors import UnavailableError
from agente_hotelero.http.acknowledgement import Acknowledgement
from agente_hotelero.http.body import Bodies
from agente_hotelero.http.failures import report_failure
from agente_hotelero.http.limits import AddressLimit
from agente_hotelero.http.ports import Accepted, AnswerHandshake, Intake, Replies, SentReply, VerifySignature
from agente_hotelero.http.problems import ProblemError, unavailable
from agente_hotelero.telemetry.metrics import Metrics

PATH: Final = "/webhooks/whatsapp"
SIGNATURE: Final = "X-Hub-Signature-256"
OK: Final = b'{"status":"ok"}'
ECHO_SECONDS: Final = 10.0
RETRY_AFTER_FAILURE_SECONDS: Final = 5.0


class WhatsAppWebhook:
    """Both methods of the callback URL.

    Signed events have no limit: Meta sends what it has. Wrong signatures have none either: refusing one before it was
    verified would refuse a proxy's good ones with it, and afterwards there is nothing left to save.
    """

    def __init__(
        self,
        *,
        verify: VerifySignature,
        answer_handshake: AnswerHandshake,
        intake: Intake,
        handshakes: AddressLimit,
        metrics: Metrics,
    ) -> None:
        self._verify = verify
        self._answer_handshake = answer_handshake
        self._intake = intake
        self._handshakes = handshakes
        self._bodies = Bodies()
        self._acknowledged = metrics.webhook_ack_seconds.observe
        self._acknowledgement = Acknowledgement(body=OK, content_type="application/json")

    async def handshake(self, request: web.Request) -> web.Response:
        """Echo Meta's challenge, as text/plain only: it is a stranger's string."""
        self._handshakes.count(request)
        challenge = self._answer_handshake(request.query)
        if challenge is None:
            raise ProblemError(HTTPStatus.FORBIDDEN, "the verify token doesn't match")
        return web.Response(body=challenge.encode(errors="replace"), content_type="text/plain")

    async def receive(self, request: web.Request) -> web.Response:
        """200 means: stored durably. Anything else means: not stored, or not ours."""
        await self.accept(request)
        if self._acknowledgement.suits(request):
            return self._acknowledgement
        return web.Response(body=OK, content_type="application/json")

    async def accept(self, request: web.Request) -> Accepted:
        """Verify and store; raises ProblemError and UnavailableError."""
        started = perf_counter()
        body = await self._bodies.read(request)
        accounts = self._verify(body, _signature(request))
        if not accounts:
            raise ProblemError(HTTPStatus.UNAUTHORIZED, "the signature is missing or doesn't match the body")
        accepted = await self._stored(body, accounts)
        self._acknowledged(perf_counter() - started)
        return accepted

    async def _stored(self, body: bytes, accounts: frozenset[str]) -> Accepted:
        try:
            return await self._intake.accept_whatsapp(body, accounts)
        except (UnavailableError, AskTimeoutError):
            raise
        except Exception as error:
            # Meta sends again what was not stored; a 500 would say only that we don't know what we did.
            report_failure(error, route=PATH)
            raise unavailable(RETRY_AFTER_FAILURE_SECONDS) from error


class EchoingWebhook:
    """The webhook of the test environment: it answers with what the guest was sent."""

    def __init__(self, *, webhook: WhatsAppWebhook, replies: Replies) -> None:
        self._webhook = webhook
        self._replies = replies

    async def receive(self, request: web.Request) -> web.Response:
        """Store, wait for the replies to this webhook's own new rows, and show them."""
        accepted = await self._webhook.accept(request)
        sent = await self._replies.wait(accepted.inbox_ids, ECHO_SECONDS) if accepted.inbox_ids else ()
        first = sent[0] if sent else SentReply(message_id="", response_type="none", content=None)
        answer = {
            "status": "ok",
            "response_type": first.response_type,
            "content": first.content,
            "responses": sent,
        }
        return web.Response(body=orjson.dumps(answer), content_type="application/json")


def _signature(request: web.Request) -> str | None:
    """Pass ASCII only: no signature has anything else, and escaped bytes can't be encoded again."""
    header = request.headers.get(SIGNATURE)
    return header if header is not None and header.isascii() else None
