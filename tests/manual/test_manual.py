"""The operations manual is true: every number has its row, every test that a row names exists, every command answers."""

import ast
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from tests.fakes.graph import FakeGraph
from tests.manual.statements import STATEMENTS, Result, Statement
from tests.support.runbooks import Step, steps_of
from tests.support.service import ROOT, Service, free_port
from tests.support.shell import typed_at

pytestmark = [pytest.mark.xdist_group("manual"), pytest.mark.timeout(180)]

MANUAL: Final = ROOT / "docs" / "manual-de-operaciones.md"
NUMBER: Final = re.compile(r"^- \*\*(\d\.\d+)\*\* ", re.MULTILINE)
STEPS: Final = steps_of(MANUAL)


def numbered() -> dict[str, str]:
    """The manual's statements by number, each with what follows it."""
    _, *found = NUMBER.split(MANUAL.read_text("utf-8"))
    return dict(zip(found[::2], found[1::2], strict=True))


def test_every_statement_has_its_row_and_every_row_its_statement() -> None:
    assert list(numbered()) == list(STATEMENTS)


def test_the_manual_has_its_nine_sections() -> None:
    headings = re.findall(r"^## (\d)\. ", MANUAL.read_text("utf-8"), flags=re.MULTILINE)
    assert headings == [str(number) for number in range(1, 10)]


@pytest.mark.parametrize("number", STATEMENTS)
def test_a_row_says_how_its_statement_stands(number: str) -> None:
    words, row = numbered()[number], STATEMENTS[number]
    assert ("```sh" in words) == (row.result is Result.TYPED)
    assert ("No se ejecuta en las pruebas: " in words) == ("```console" in words)
    assert ("espera a lo que lo construye" in words) == (row.result is Result.WAITING)
    assert row.by or row.result is Result.TYPED


@pytest.mark.parametrize("number", STATEMENTS)
def test_the_tests_that_a_row_names_exist(number: str) -> None:
    for name in named_in(STATEMENTS[number]):
        path, _, function = name.partition("::")
        defined = functions(ROOT / path)
        assert defined
        assert function == "*" or function in defined, name


def named_in(row: Statement) -> tuple[str, ...]:
    """A row that waits names none; one that can't be run says why first."""
    return {Result.WAITING: (), Result.ELSEWHERE: row.by[1:]}.get(row.result, row.by)


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_a_link_of_the_manual_leads_somewhere() -> None:
    links = re.findall(r"\]\((.+?)\)", MANUAL.read_text("utf-8"))
    assert links
    assert [to for to in links if not (MANUAL.parent / to).exists()] == []


def test_every_command_says_what_it_answers() -> None:
    assert len(STEPS) == MANUAL.read_text("utf-8").count("```sh") > 0


@pytest.fixture
async def service(database_url: str, valkey_url: str, tmp_path: Path) -> AsyncIterator[Service]:
    async with FakeGraph() as graph:
        service = Service(
            database_url=database_url,
            redis_url=valkey_url,
            graph_url=graph.url,
            data_dir=tmp_path,
            ops__port=str(free_port()),
        )
        await service.start()
        yield service
        await service.kill()


async def test_the_commands_of_the_manual_answer_what_it_says(service: Service) -> None:
    wrong: list[tuple[Step, str]] = []
    for step in STEPS:
        said = await typed_at(service, step.command)
        if step.answer not in said:
            wrong.append((step, said))
    assert wrong == []
