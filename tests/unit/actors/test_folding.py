"""What of the rows of a turn is decided upon."""

from datetime import UTC, datetime, timedelta

import pytest

from agente_hotelero.actors.folding import folds, with_revisions
from agente_hotelero.model.events import (
    ChoiceReceived,
    Event,
    MediaReceived,
    MessageEdited,
    MessageRevoked,
    OtherReceived,
    TextReceived,
)
from agente_hotelero.model.ids import GuestId, InboxId
from agente_hotelero.model.journal import InboxRow
from tests.support.actors_words import ANA, WEBCHAT, WHATSAPP

NOON = datetime(2030, 4, 1, 15, tzinfo=UTC)


def row(n: int, event: Event | str, *, name: str = "", seconds: int | None = None, webchat: bool = False) -> InboxRow:
    sent_at = NOON + timedelta(seconds=n if seconds is None else seconds)
    return InboxRow(
        id=InboxId(n),
        guest_id=GuestId(1),
        shard=1,
        account=WEBCHAT if webchat else WHATSAPP,
        external_id=name or f"wamid.{n}",
        address=ANA,
        event=TextReceived(text=event) if isinstance(event, str) else event,
        sent_at=sent_at,
        received_at=sent_at,
    )


def edit(n: int, text: str, original: str = "O", *, seconds: int | None = None, what: str = "text") -> InboxRow:
    return row(n, MessageEdited(original=original, text=text, what=what), seconds=seconds)


def revoke(n: int, original: str = "O") -> InboxRow:
    return row(n, MessageRevoked(original=original))


def image(n: int, caption: str = "", what: str = "image", name: str = "") -> InboxRow:
    return row(n, MediaReceived(what=what, media_id=str(n), caption=caption), name=name)


def said(*rows: InboxRow) -> list[str]:
    """What is decided upon, each in a word."""
    found = []
    for fold in folds(rows):
        match fold.row.event:
            case TextReceived(text=text):
                found.append(text)
            case MessageEdited(text=text):
                found.append(f"edit: {text}")
            case MediaReceived(what=what, caption=caption):
                found.append(f"{what}: {caption}")
            case OtherReceived(what=what):
                found.append(f"({what})")
            case event:
                found.append(event.type)
    return found


QUESTION = row(1, "del 5 al 8", name="O")


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([QUESTION, edit(2, "del 6 al 9")], ["del 6 al 9"]),
        ([QUESTION, row(2, "gracias"), edit(3, "del 6 al 9")], ["del 6 al 9", "gracias"]),
        ([edit(1, "del 6 al 9"), row(2, "del 5 al 8", name="O")], ["del 6 al 9"]),
        ([QUESTION, edit(2, "la última", seconds=9), edit(3, "la anterior", seconds=8)], ["la última"]),
        ([QUESTION, edit(2, "", what="image")], ["(image)"]),
        ([image(1, "una", name="O"), edit(2, "otra", what="image")], ["image: otra"]),
        ([edit(1, "del 6 al 9")], ["edit: del 6 al 9"]),
        ([edit(1, "del 6 al 9"), edit(2, "del 7 al 9")], ["edit: del 7 al 9"]),
        ([edit(1, "a", "A"), edit(2, "b", "B")], ["edit: a", "edit: b"]),
        ([QUESTION, edit(2, "del 6 al 9"), revoke(3)], []),
        ([edit(1, "x"), revoke(2)], ["revoked"]),
    ],
)
def test_a_message_counts_as_it_stands_now(rows: list[InboxRow], what: list[str]) -> None:
    assert said(*rows) == what


@pytest.mark.parametrize("rows", [[QUESTION, revoke(2)], [revoke(1), row(2, "del 5 al 8", name="O")]])
def test_what_was_taken_back_is_not_decided_upon_in_whichever_order_it_comes(rows: list[InboxRow]) -> None:
    assert said(*rows, row(9, "hola")) == ["hola"]


def test_another_channels_message_of_the_same_name_is_another() -> None:
    assert said(row(1, "hola", name="O", webchat=True), revoke(2)) == ["hola", "revoked"]


def test_a_revoke_of_what_was_answered_is_an_event_of_its_own() -> None:
    assert said(revoke(1)) == ["revoked"]


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([image(1), image(2), image(3)], ["image: "]),
        ([image(1, "¿Es esta?"), image(2), image(3, "¿o esta?")], ["image: ¿Es esta?\n¿o esta?"]),
        ([image(1), image(2, what="document")], ["document: "]),
        ([image(1), row(2, "hola"), image(3)], ["image: ", "hola", "image: "]),
        ([image(1), row(2, ChoiceReceived(option_id="a", title="A"))], ["image: ", "choice"]),
        ([image(1), revoke(2, "wamid.1"), image(3)], ["image: "]),
    ],
)
def test_pictures_in_a_row_are_one(rows: list[InboxRow], what: list[str]) -> None:
    assert said(*rows) == what


def test_a_row_of_pictures_ends_where_its_last_one_is() -> None:
    [album] = folds([image(1), image(2), image(3)])
    assert (album.row.id, album.up_to) == (1, 3)


def test_what_changes_a_message_has_its_turn_with_it_and_nothing_else_does() -> None:
    waiting = [
        QUESTION,
        row(2, "uno"),
        row(3, "dos"),
        edit(4, "x"),
        edit(5, "y", "wamid.3"),
        revoke(6, "wamid.2"),
        revoke(7),
    ]
    assert [one.id for one in with_revisions(waiting[:2], waiting)] == [1, 2, 4, 6, 7]
