"""What a turn decides upon: each message as it stands now, none that was taken back, a row of pictures as one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from agente_hotelero.model.events import (
    Event,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    OtherReceived,
    TextReceived,
    is_spoken,
)
from agente_hotelero.model.ids import Account, InboxId
from agente_hotelero.model.journal import InboxRow
from agente_hotelero.model.values import value

FOR_PEOPLE: Final = "document"


@value
class Fold:
    """One thing to decide upon."""

    row: InboxRow
    up_to: InboxId
    """The last row that it is made of."""


def is_revision(row: InboxRow) -> bool:
    """Tell whether it only changes another message."""
    return isinstance(row.event, MessageEdited | MessageRevoked)


def with_revisions(portion: Sequence[InboxRow], waiting: Sequence[InboxRow]) -> list[InboxRow]:
    """Add what waits and changes a message of the portion: it is decided upon with it or never."""
    taken, own = {row.id for row in portion}, {_name(row) for row in portion}
    more = [row for row in waiting if row.id not in taken and is_revision(row) and _about(row) in own]
    return [*portion, *more]


def folds(rows: Sequence[InboxRow]) -> list[Fold]:
    """Lay the changes over what they change. What is left was answered before, and is a message of its own."""
    here = {_name(row) for row in rows if not is_revision(row)}
    revoked = {_about(row) for row in rows if isinstance(row.event, MessageRevoked)}
    newest: dict[tuple[Account, str], InboxRow] = {}
    for row in rows:
        if isinstance(row.event, MessageEdited):
            before = newest.get(_about(row))
            newest[_about(row)] = row if before is None or _when(row) >= _when(before) else before
    return list(_together(_current(rows, here, revoked, newest)))


def _current(
    rows: Sequence[InboxRow],
    here: set[tuple[Account, str]],
    revoked: set[tuple[Account, str]],
    newest: dict[tuple[Account, str], InboxRow],
) -> Iterator[InboxRow]:
    for row in rows:
        name = _about(row) if is_revision(row) else _name(row)
        if name in revoked:
            if isinstance(row.event, MessageRevoked) and name not in here:
                # Answered before, and taken back all the same.
                yield row
            continue
        if is_revision(row) and (name in here or newest[name] is not row):
            continue
        edit = newest.get(name)
        yield row if edit is None or edit is row else replace(row, event=_as_written(edit.event, row.event))


def _as_written(edit: Event, before: Event) -> Event:
    assert isinstance(edit, MessageEdited)
    if isinstance(before, MediaReceived):
        return replace(before, caption=edit.text)
    return TextReceived(text=edit.text) if edit.text else OtherReceived(what=edit.what)


def _together(rows: Iterator[InboxRow]) -> Iterator[Fold]:
    """Make one of pictures that follow one another, with all that is written below them."""
    held: Fold | None = None
    for row in rows:
        if held is not None and _are_pictures(held.row.event, row.event):
            assert isinstance(held.row.event, MediaReceived)
            assert isinstance(row.event, MediaReceived)
            held = Fold(row=replace(held.row, event=_one_of(held.row.event, row.event)), up_to=row.id)
            continue
        if held is not None:
            yield held
        held = Fold(row=row, up_to=row.id)
    if held is not None:
        yield held


def _are_pictures(*events: Event) -> bool:
    """What is spoken is words, each in its place."""
    return all(isinstance(event, MediaReceived) and not is_spoken(event) for event in events)


def _one_of(first: MediaReceived, second: MediaReceived) -> MediaReceived:
    kept = second if second.what == FOR_PEOPLE != first.what else first
    return replace(kept, caption="\n".join(filter(None, (first.caption, second.caption))))


def _name(row: InboxRow) -> tuple[Account, str]:
    return row.account, row.external_id


def _about(row: InboxRow) -> tuple[Account, str]:
    assert isinstance(row.event, MessageEdited | MessageRevoked)
    return row.account, row.event.original


def _when(row: InboxRow) -> tuple[object, InboxId]:
    return row.sent_at, row.id
