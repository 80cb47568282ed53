"""What a turn decides upon: each message as it stands now, none that was taken back, a row of pictures as one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from agente_hotelero.dialogue import opting
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
NEXT: Final = timedelta(seconds=30)
"""What is written so soon after one another may be one thought."""
MOST_LETTERS: Final = 1_500
"""Of messages taken together: less than what is read of one."""
CODE: Final = re.compile(r"\s*\d{6}\s*")
"""What may be a code that was sent stands for itself."""


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


def folds(rows: Sequence[InboxRow], *, joins: bool = False) -> list[Fold]:
    """Lay the changes over what they change. What is left was answered before, and is a message of its own.

    `joins` reads short messages that follow one another as one.
    """
    here = {_name(row) for row in rows if not is_revision(row)}
    revoked = {_about(row) for row in rows if isinstance(row.event, MessageRevoked)}
    newest: dict[tuple[Account, str], InboxRow] = {}
    for row in rows:
        if isinstance(row.event, MessageEdited):
            before = newest.get(_about(row))
            newest[_about(row)] = row if before is None or _when(row) >= _when(before) else before
    return list(_together(_current(rows, here, revoked, newest), joins=joins))


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


def _together(rows: Iterator[InboxRow], *, joins: bool) -> Iterator[Fold]:
    """Make one of pictures that follow one another, with all that is written below them; of words, where that is wanted."""
    held: Fold | None = None
    for row in rows:
        if held is not None and _are_pictures(held.row.event, row.event):
            assert isinstance(held.row.event, MediaReceived)
            assert isinstance(row.event, MediaReceived)
            held = Fold(row=replace(held.row, event=_one_of(held.row.event, row.event)), up_to=row.id)
            continue
        if joins and held is not None and (words := _one_text(held.row, row)) is not None:
            held = Fold(row=replace(held.row, event=words), up_to=row.id)
            continue
        if held is not None:
            yield held
        held = Fold(row=row, up_to=row.id)
    if held is not None:
        yield held


def _one_text(first: InboxRow, second: InboxRow) -> TextReceived | None:
    """What both say, a line each; None where they are not of one piece."""
    one, other = first.event, second.event
    if not (isinstance(one, TextReceived) and isinstance(other, TextReceived)) or one.mail or other.mail:
        return None
    here = (first.account, first.address) == (second.account, second.address)
    if not here or abs(second.sent_at - first.sent_at) > NEXT or _stands_alone(one.text) or _stands_alone(other.text):
        return None
    words = f"{one.text}\n{other.text}"
    return TextReceived(text=words) if len(words) <= MOST_LETTERS else None


def _stands_alone(text: str) -> bool:
    return opting.is_word(text) or CODE.fullmatch(text) is not None


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
