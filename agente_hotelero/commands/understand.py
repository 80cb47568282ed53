"""`understand`: what the agent reads in messages, without a hotel, a guest or a database."""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agente_hotelero.dialogue.reading import Context, Expecting, Language
from agente_hotelero.dialogue.understanding.plain import PASSING, slots_of
from agente_hotelero.dialogue.understanding.rooms import USUAL
from agente_hotelero.errors import AgenteError

if TYPE_CHECKING:
    from agente_hotelero.dialogue.understanding.weighing import Understanding

LANGUAGES = tuple(Language)


class UnreadableLineError(AgenteError):
    """A line is no JSON object with a text."""

    def __init__(self, number: int) -> None:
        """Name the line, counted from 1."""
        super().__init__(f'line {number}: expected {{"id": …, "text": "…"}}')


def understand(
    now: Annotated[datetime | None, typer.Option(help="The day on which the messages are sent; else today.")] = None,
    jsonl: Annotated[
        bool, typer.Option(help='Read {"id", "text", "lang", "ask", "options"} a line instead of plain text.')
    ] = False,
) -> None:
    """Read messages from standard input, a line each, and write what they say as JSON, a line each."""
    from agente_hotelero.wiring.understanding import reader  # noqa: PLC0415 - no other command waits for numpy

    read, today = reader(), (now or datetime.now().astimezone()).date()
    for line in _lines(jsonl=jsonl):
        typer.echo(json.dumps(_told(read, line, today), ensure_ascii=False))


def _lines(*, jsonl: bool) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(sys.stdin, 1):
        if not line.strip():
            continue
        yield _parsed(line, number) if jsonl else {"id": number, "text": line.rstrip("\n")}


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        raise UnreadableLineError(number) from None
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        raise UnreadableLineError(number)
    return told


def _told(read: "Understanding", line: dict[str, Any], today: date) -> dict[str, Any]:
    context = _context(line, today)
    parse = read.parse(line["text"], context)
    slots = slots_of(parse.reading)
    return {
        "id": line.get("id"),
        "labels": [[label, round(chance, 3)] for label, chance in parse.labels],
        "abstain": not parse.labels and (parse.stray or not slots.keys() - PASSING),
        "slots": slots,
        "language": parse.reading.language or context.prior,
    }


def _context(line: dict[str, Any], today: date) -> Context:
    """What a line tells beside its text; what is no such thing tells nothing."""
    asked, options = line.get("ask"), line.get("options")
    return Context(
        today=today,
        languages=LANGUAGES,
        prior=Language(line["lang"]) if line.get("lang") in set(LANGUAGES) else None,
        expecting=Expecting(asked) if asked in set(Expecting) else Expecting.NOTHING,
        options=tuple(map(str, options)) if isinstance(options, list) else (),
        room_names=USUAL,
    )
