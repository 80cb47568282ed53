"""From the previous version: what a tag says that was, that its rows stay, and that it may go on writing."""

import itertools
import re
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from agente_hotelero.storage.migrate import DIRECTORY, MigrationError
from scripts.gate.migrations import WITHIN, BrokenError, Previous, from_previous, from_zero, previous

NUMBERS: Final = itertools.count(1)
FILES: Final = sorted(DIRECTORY.glob("[0-9]*.sql"))
NEXT: Final = f"{len(FILES) + 1:04}_next.sql"
GUARD: Final = (
    "ALTER TABLE outbox DROP CONSTRAINT outbox_status_check, ADD CHECK (status IN ('sent', 'dead')) NOT VALID;"
)


@pytest.fixture
def before() -> Previous:
    """The version before is this one."""
    return Previous(name="v1", directory=DIRECTORY)


@pytest.fixture
def now(tmp_path: Path) -> Path:
    """Our files, to add to and to spoil."""
    return Path(shutil.copytree(DIRECTORY, tmp_path / "now"))


async def test_a_database_from_nothing_is_up_to_date(empty_url: str) -> None:
    assert await from_zero(empty_url) == f"{len(FILES)} files, up to {FILES[-1].name}"


async def test_a_column_with_a_default_and_a_table_of_its_own_pass(empty_url: str, before: Previous, now: Path) -> None:
    (now / NEXT).write_text("ALTER TABLE guest ADD COLUMN vip boolean NOT NULL DEFAULT false;")
    said = await from_previous(empty_url, before, now=now)
    assert re.fullmatch(r"\d\d rows of v1 kept over 1 new files; that version still writes", said)


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("ALTER TABLE guest ADD COLUMN nickname text NOT NULL;", 'column "nickname" .* contains null values'),
        ("DELETE FROM timer; ALTER TABLE timer ADD COLUMN why text NOT NULL;", "timer had 1 rows, and has 0"),
        ("ALTER TABLE guest DROP COLUMN profile_name;", "guest.profile_name is taken away while the previous version"),
        ("DROP TABLE quarantine;", "quarantine is taken away while the previous version still runs"),
        ("ALTER TABLE guest ADD COLUMN n text; ALTER TABLE guest ADD CHECK (n <> '') NOT VALID;", None),
        ("ALTER TABLE outbox ADD COLUMN why text DEFAULT 'x'; ALTER TABLE outbox ALTER why SET NOT NULL;", None),
        (GUARD, "the previous version can't write: .*outbox"),
        (
            "ALTER TABLE token ADD COLUMN role text NOT NULL DEFAULT 'x'; ALTER TABLE token ALTER role DROP DEFAULT;",
            "token",
        ),
        ("CREATE TABLE visit (id int);", "no row for the table visit in scripts/gate/rows.py"),
    ],
)
async def test_what_the_previous_version_could_not_live_with_is_named(
    empty_url: str, before: Previous, now: Path, sql: str, said: str | None
) -> None:
    (now / NEXT).write_text(sql)
    if said is None:
        await from_previous(empty_url, before, now=now)
    else:
        with pytest.raises((BrokenError, MigrationError), match=said):
            await from_previous(empty_url, before, now=now)


async def test_a_file_that_was_edited_since_is_named(empty_url: str, before: Previous, now: Path) -> None:
    with (now / FILES[0].name).open("a") as file:
        file.write("-- nobody will notice\n")
    with pytest.raises(MigrationError, match=rf"{FILES[0].name} was changed after it was applied"):
        await from_previous(empty_url, before, now=now)


async def test_a_file_that_comes_in_between_is_named(empty_url: str, before: Previous, now: Path) -> None:
    (now / "0000_first.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationError, match=r"0000_first\.sql comes before"):
        await from_previous(empty_url, before, now=now)


# Which version was before.


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose first migration is released as v1.0.0, and its second is not."""
    root = tmp_path / "repository"
    git(root, "init", "-q")
    commit(root, "0001_one.sql", "CREATE TABLE one ();")
    git(root, "tag", "v1.0.0")
    commit(root, "0002_two.sql", "CREATE TABLE two ();")
    return root


def commit(root: Path, name: str, text: str) -> None:
    path = root / WITHIN / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    git(root, "add", ".")
    git(root, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", name)


def git(root: Path, *words: str) -> None:
    if shutil.which("git") is None:
        pytest.skip("git decides this; apt-get install git")
    root.mkdir(exist_ok=True)
    subprocess.run(
        ["git", *words], cwd=root, check=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(root)}
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place"


def names(found: Previous) -> list[str]:
    return sorted(path.name for path in found.directory.iterdir())


def test_the_version_before_is_the_last_tag_and_its_files_are_as_they_were(repository: Path, place: Path) -> None:
    (repository / WITHIN / "0001_one.sql").write_text("CREATE TABLE edited ();")
    found = previous(repository, place)
    assert (found.name, names(found)) == ("v1.0.0", ["0001_one.sql"])
    assert (place / "0001_one.sql").read_text() == "CREATE TABLE one ();"


def test_a_release_is_not_compared_with_itself(repository: Path, place: Path) -> None:
    git(repository, "tag", "v1.1.0")
    assert previous(repository, place).name == "v1.0.0"


@pytest.mark.parametrize("history", ["without a tag", "without a repository"])
def test_where_no_version_is_tagged_all_but_the_newest_file_is_taken_and_it_says_so(
    repository: Path, place: Path, history: str
) -> None:
    if history == "without a tag":
        git(repository, "tag", "-d", "v1.0.0")
    else:
        shutil.rmtree(repository / ".git")
    found = previous(repository, place)
    assert (found.name, names(found)) == ("all but the newest file (no version is tagged)", ["0001_one.sql"])
