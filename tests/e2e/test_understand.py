"""`understand`: what is read in messages, line by line, as others' tools take it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import SECONDS, CommandLine


async def told(directory: Path, lines: str, *words: str) -> tuple[int, list[dict[str, Any]], str]:
    command = CommandLine(directory=directory, stdin=asyncio.subprocess.PIPE)
    async with (
        command.started("understand", *words) as process,
        asyncio.timeout(SECONDS),
    ):
        out, err = await process.communicate(lines.encode())
    return process.returncode or 0, [json.loads(line) for line in out.splitlines()], err.decode()


async def test_each_line_is_told_with_labels_slots_and_language(tmp_path: Path) -> None:
    lines = "tienen pileta y aceptan perros?\n\n2 adultos del 5 al 8 de mayo\nbitcoin barato compre ya\n"
    code, (both, stay, stray), _ = await told(tmp_path, lines, "--now", "2026-03-01")

    assert code == 0
    assert {label for label, _ in both["labels"]} == {"pool", "pets"}
    assert all(0 < chance <= 1 for _, chance in both["labels"])
    assert (both["language"], both["abstain"]) == ("es", False)
    assert stay["slots"] == {"check_in": "2026-05-05", "check_out": "2026-05-08", "adults": 2}
    assert (stay["labels"], stay["abstain"]) == ([], False)
    assert (stray["labels"], stray["abstain"]) == ([], True)


async def test_json_lines_keep_their_ids_and_tell_the_conversations_language(tmp_path: Path) -> None:
    lines = '{"id": "a:1", "text": "wifi?", "lang": "pt"}\n{"id": 7, "text": "wifi?"}\n'
    _, answers, _ = await told(tmp_path, lines, "--jsonl")
    assert [(one["id"], one["language"]) for one in answers] == [("a:1", "pt"), (7, None)]


@pytest.mark.parametrize("line", ["no json", "[]", '{"id": 1}'])
async def test_a_line_that_is_none_is_named(tmp_path: Path, line: str) -> None:
    code, answers, error = await told(tmp_path, f'{{"text": "hola"}}\n{line}\n', "--jsonl")
    assert (code, len(answers)) == (1, 1)
    assert error.startswith("error: line 2: ")
