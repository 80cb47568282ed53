"""Google's answers as ours: what is not there, or not as it should be, is as if nothing had been said."""

import base64
import binascii
from collections.abc import Iterator
from typing import Any, Final

from agente_hotelero.model.values import value

Json = dict[str, Any]
HIGHEST_ID: Final = 2**64 - 1


@value
class Listed:
    """A message by its id, with what Google says of it."""

    id: str
    thread: str
    labels: frozenset[str]


@value
class Record:
    """One step of a mailbox's history, and what was added in it."""

    id: int
    added: tuple[Listed, ...]


@value
class HistoryPage:
    """`history_id` is how far the mailbox has come."""

    records: tuple[Record, ...]
    history_id: int
    next_page: str | None


@value
class MessagePage:
    """The newest first."""

    messages: tuple[Listed, ...]
    next_page: str | None


def history_id(said: object) -> int | None:
    """Read a uint64, which is text in answers and a number in pushes."""
    if isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) <= len(str(HIGHEST_ID)):
        said = int(said)
    if not isinstance(said, int) or isinstance(said, bool):
        return None
    return said if 0 <= said <= HIGHEST_ID else None


def history_page(document: Json, *, since: int) -> HistoryPage:
    """Read a page of `history.list`; one that says not how far it is, is no farther than we are."""
    return HistoryPage(
        records=tuple(_records(document)),
        history_id=history_id(document.get("historyId")) or since,
        next_page=_word(document.get("nextPageToken")) or None,
    )


def message_page(document: Json) -> MessagePage:
    """Read a page of `messages.list`."""
    return MessagePage(
        messages=tuple(_listed_all(document.get("messages"))), next_page=_word(document.get("nextPageToken")) or None
    )


def raw_bytes(document: Json) -> bytes | None:
    """Decode a message's bytes; None where it has none."""
    raw = _word(document.get("raw"))
    try:
        return base64.b64decode(raw + "=" * (-len(raw) % 4), altchars=b"-_", validate=True) if raw else None
    except (binascii.Error, ValueError):
        return None


def raw_text(raw: bytes) -> str:
    """Write bytes as `raw` takes them."""
    return base64.urlsafe_b64encode(raw).decode("ascii")


def listed(said: object) -> Listed | None:
    """Read a message's id, thread and labels."""
    if not isinstance(said, dict) or not _word(said.get("id")):
        return None
    labels = said.get("labelIds")
    names = labels if isinstance(labels, list) else []
    return Listed(
        id=_word(said.get("id")),
        thread=_word(said.get("threadId")),
        labels=frozenset(name for name in names if isinstance(name, str)),
    )


def _records(document: Json) -> Iterator[Record]:
    for record in _list(document.get("history")):
        number = history_id(record.get("id")) if isinstance(record, dict) else None
        if number is not None:
            added = [one.get("message") for one in _list(record.get("messagesAdded")) if isinstance(one, dict)]
            yield Record(id=number, added=tuple(_listed_all(added)))


def _listed_all(said: object) -> Iterator[Listed]:
    return (one for one in map(listed, _list(said)) if one is not None)


def _list(said: object) -> list[Any]:
    return said if isinstance(said, list) else []


def _word(said: object) -> str:
    return said if isinstance(said, str) else ""
