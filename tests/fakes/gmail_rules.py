"""What Google takes and answers, of the part that we use: from its discovery document, revision 20261005.

`tests/contract/test_gmail_discovery.py` holds these few lines against the whole document, where it is at hand.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from jsonschema_rs import Validator, validator_for

Json = dict[str, Any]

TEXT: Final = {"type": "string"}
TEXTS: Final = {"type": "array", "items": TEXT}
UINT64: Final = {"type": "string", "pattern": r"^\d+$"}
INT64: Final = {"type": "string", "pattern": r"^-?\d+$"}
INTEGER: Final = {"type": "integer"}
BASE64URL: Final = {"type": "string", "pattern": r"^[A-Za-z0-9_-]*={0,2}$"}


def _object(**properties: Json) -> Json:
    return {"type": "object", "properties": properties, "additionalProperties": False}


MESSAGE: Final = _object(
    id=TEXT, threadId=TEXT, labelIds=TEXTS, snippet=TEXT, historyId=UINT64, internalDate=INT64, sizeEstimate=INTEGER,
    raw=BASE64URL,
)  # fmt: skip
HISTORY: Final = _object(
    id=UINT64,
    messages={"type": "array", "items": MESSAGE},
    messagesAdded={"type": "array", "items": _object(message=MESSAGE)},
)
SCHEMAS: Final[Mapping[str, Json]] = {
    "Message": MESSAGE,
    "Profile": _object(emailAddress=TEXT, historyId=UINT64, messagesTotal=INTEGER, threadsTotal=INTEGER),
    "WatchRequest": _object(
        topicName=TEXT, labelIds=TEXTS, labelFilterBehavior={"type": "string", "enum": ["include", "exclude"]}
    ),
    "WatchResponse": _object(historyId=UINT64, expiration=INT64),
    "ListMessagesResponse": _object(
        messages={"type": "array", "items": MESSAGE}, nextPageToken=TEXT, resultSizeEstimate=INTEGER
    ),
    "ListHistoryResponse": _object(history={"type": "array", "items": HISTORY}, historyId=UINT64, nextPageToken=TEXT),
}


class Method(NamedTuple):
    """One method: its query's names, and the schemas of what it takes and answers."""

    name: str
    verb: str
    query: frozenset[str] = frozenset()
    takes: str | None = None
    answers: str | None = None


METHODS: Final[Mapping[str, Method]] = {
    method.name: method
    for method in (
        Method("users.getProfile", "GET", answers="Profile"),
        Method("users.watch", "POST", takes="WatchRequest", answers="WatchResponse"),
        Method("users.stop", "POST"),
        Method(
            "users.history.list",
            "GET",
            frozenset({"startHistoryId", "historyTypes", "labelId", "maxResults", "pageToken"}),
            answers="ListHistoryResponse",
        ),
        Method(
            "users.messages.list",
            "GET",
            frozenset({"q", "labelIds", "includeSpamTrash", "maxResults", "pageToken"}),
            answers="ListMessagesResponse",
        ),
        Method("users.messages.get", "GET", frozenset({"format", "metadataHeaders"}), answers="Message"),
        Method("users.messages.send", "POST", takes="Message", answers="Message"),
    )
}
VALIDATORS: Final[Mapping[str, Validator]] = {name: validator_for(schema) for name, schema in SCHEMAS.items()}


def wrong_request(method: Method, query: Mapping[str, str], body: object) -> str:
    """Say what Google would not take, or nothing."""
    if strangers := set(query) - method.query:
        return f"{method.name}: unknown parameters {sorted(strangers)}"
    if method.takes is None:
        return "" if body is None else f"{method.name}: takes no body"
    error = next(iter(VALIDATORS[method.takes].iter_errors(body)), None)
    return "" if error is None else f"{method.name}: {error.message}"


def check_answer(method: Method, body: Json) -> Json:
    """Hold the fake itself to Google's schema."""
    if method.answers is not None:
        VALIDATORS[method.answers].validate(body)
    return body
