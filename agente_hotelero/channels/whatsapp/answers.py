"""What Graph answers, whichever of its doors was asked: a JSON object, or an error that says what can be done about it."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import orjson

from agente_hotelero.channels.port import SendFailedError
from agente_hotelero.channels.whatsapp.failures import MAINTENANCE, classify
from agente_hotelero.channels.whatsapp.fields import mapping
from agente_hotelero.channels.whatsapp.waiting import wait_seconds

USER_AGENT: Final = "agente-hotelero/1.0.0"
"""Meta's OpenAPI file asks for name/1.2.3, which aiohttp's own does not match."""


class Answer(NamedTuple):
    """One answer, read."""

    status: int
    headers: Mapping[str, str]
    document: dict[str, Any]

    @property
    def accepted(self) -> bool:
        """Whether it says yes."""
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers


def document_in(body: bytes) -> dict[str, Any]:
    """Read a JSON object; gateways answer with HTML, or with nothing."""
    try:
        return mapping(orjson.loads(body))
    except orjson.JSONDecodeError:
        return {}


def failure_of(answer: Answer) -> SendFailedError:
    """Say what a no means."""
    error = mapping(answer.document.get("error"))
    code = whole(error.get("code"))
    failure = classify(
        code=code,
        status=answer.status,
        subcode=whole(error.get("error_subcode")),
        is_transient=error.get("is_transient") is True,
    )
    return SendFailedError(
        failure, code=code, retry_after_seconds=wait_seconds(answer.headers), maintenance=code == MAINTENANCE
    )


def whole(value: object) -> int | None:
    """Take a whole number and nothing else."""
    return value if type(value) is int else None
