"""An embedded Postgres: as root, as nobody, in odd places, after crashes, and against its own predecessor."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from agente_hotelero.storage.embedded import homes, postgres
from agente_hotelero.storage.embedded.children import EmbeddedServerError, Identity
from agente_hotelero.storage.embedded.postgres import EmbeddedPostgres, fitting_identity, programs

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def ask(url: str, sql: str, *values: object) -> Any:
    async def run() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(sql, *values)
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.fixture
def servers() -> Iterator[list[EmbeddedPostgres]]:
    """Whatever a test appends is stopped at its end."""
    servers: list[EmbeddedPostgres] = []
    yield servers
    for server in servers:
        server.stop()


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory with a table of one row, to be copied."""
    data_dir = tmp_path_factory.mktemp("filled")
    server = EmbeddedPostgres(data_dir=data_dir)
    ask(server.start(), "CREATE TABLE kept AS SELECT 7 AS n")
    server.stop()
    return data_dir


@pytest.fixture
def data_dir(filled: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(filled, copy, symlinks=True)
    return copy


def kept(url: str) -> int:
    n: int = ask(url, "SELECT n FROM kept")
    return n


def test_a_first_start_makes_a_database_that_only_we_can_reach(tmp_path: Path, servers: list[EmbeddedPostgres]) -> None:
    said: list[str] = []
    passwd, mode = Path("/etc/passwd").read_bytes(), tmp_path.stat().st_mode
    server = EmbeddedPostgres(data_dir=tmp_path / "new", progress=said.append)
    servers.append(server)

    url = server.start()

    assert ask(url, "SELECT current_user || ' ' || current_database()") == "agente agente"
    assert ask(url, "SHOW listen_addresses") == ""
    assert ask(url, "SHOW fsync") == "on"
    assert said == ["creating the database (once)", "starting Postgres"]
    assert (tmp_path / "new" / "postgres").stat().st_mode & 0o777 == 0o700
    assert Path("/etc/passwd").read_bytes() == passwd
    assert tmp_path.stat().st_mode == mode


def test_a_second_start_finds_everything_and_creates_nothing(data_dir: Path, servers: list[EmbeddedPostgres]) -> None:
    said: list[str] = []
    servers.append(EmbeddedPostgres(data_dir=data_dir, progress=said.append))
    assert kept(servers[0].start()) == 7
    assert said == ["starting Postgres"]
    servers[0].stop()
    servers.append(EmbeddedPostgres(data_dir=data_dir))
    assert kept(servers[1].start()) == 7


def test_a_start_over_a_crashed_directory_finds_what_was_committed(
    data_dir: Path, servers: list[EmbeddedPostgres]
) -> None:
    """Also while orphans of the crashed server still end."""
    for n in range(3):
        server = EmbeddedPostgres(data_dir=data_dir)
        servers.append(server)
        url = server.start()
        assert kept(url) == 7 + n
        ask(url, "UPDATE kept SET n = n + 1 RETURNING n")
        os.kill(server.pid, signal.SIGKILL)


def test_a_start_that_was_killed_while_it_created_begins_anew(tmp_path: Path, servers: list[EmbeddedPostgres]) -> None:
    half = tmp_path / "postgres" / "data.new"
    half.mkdir(parents=True, mode=0o700)
    (tmp_path / "postgres").chmod(0o700)
    (half / "PG_VERSION").write_text("18\n")
    servers.append(EmbeddedPostgres(data_dir=tmp_path))
    assert ask(servers[0].start(), "SELECT 1") == 1
    assert not half.exists()


def test_a_start_waits_for_the_server_that_is_about_to_end(data_dir: Path, servers: list[EmbeddedPostgres]) -> None:
    old, new = EmbeddedPostgres(data_dir=data_dir), EmbeddedPostgres(data_dir=data_dir)
    servers += [old, new]
    old.start()
    new.spawn()
    assert not new._answers()  # the old one does

    with ThreadPoolExecutor() as threads:
        stopping = threads.submit(old.stop)
        url = new.wait()
        stopping.result()

    assert kept(url) == 7
    assert (data_dir / "postgres" / "data" / "postmaster.pid").read_text().startswith(f"{new.pid}\n")


def test_a_second_service_over_the_same_directory_is_refused_and_the_first_goes_on(
    data_dir: Path, servers: list[EmbeddedPostgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "TAKEN_LOCK_SECONDS", 0.5)
    first, second = EmbeddedPostgres(data_dir=data_dir), EmbeddedPostgres(data_dir=data_dir)
    servers += [first, second]
    url = first.start()
    with pytest.raises(EmbeddedServerError, match=r"(?s)did not start in .*lock file"):
        second.start()
    assert kept(url) == 7


def test_a_lock_whose_pid_another_program_got_is_no_server(data_dir: Path, servers: list[EmbeddedPostgres]) -> None:
    """As when a container starts again, and counts its processes from one again."""
    home = data_dir / "postgres"
    rest = f"\n{home / 'data'}\n1\n5432\n{home}\n\n1 1\nready\n"
    servers.append(EmbeddedPostgres(data_dir=data_dir))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as another:
        (home / "data" / "postmaster.pid").write_text(f"{another.pid}{rest}")
        (home / ".s.PGSQL.5432.lock").write_text(f"{another.pid}{rest}")
        assert kept(servers[0].start()) == 7
        another.communicate(b"\n")


def test_a_directory_of_another_version_is_said_with_the_end_of_the_log(
    data_dir: Path, servers: list[EmbeddedPostgres]
) -> None:
    (data_dir / "postgres" / "data" / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(EmbeddedServerError, match=r"(?s)did not start in .*copy.*incompatible with server"):
        EmbeddedPostgres(data_dir=data_dir).start()


def test_a_data_directory_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedServerError, match="can't be used"):
        EmbeddedPostgres(data_dir=tmp_path / "file").start()


def test_a_failing_initdb_is_said_with_its_own_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "UTC")
    home = tmp_path / "postgres"
    home.mkdir(mode=0o700)
    (home / "data.new").write_text("in the way")
    with pytest.raises(EmbeddedServerError, match=r"(?s)initdb failed in .*data\.new \(exit 1\):.*data\.new"):
        EmbeddedPostgres(data_dir=tmp_path).start()


@root_only
def test_a_directory_of_another_user_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir(mode=0o700)
    os.chown(tmp_path / "postgres", 1234, 1234)
    with pytest.raises(EmbeddedServerError, match="belongs to another user"):
        EmbeddedPostgres(data_dir=tmp_path).start()


@pytest.mark.parametrize("name", ["ñ 酒店 100%+a&b?c#d=e f", "comma, 'quotes\"", "ñ" * 40, "a" * 80])
def test_any_data_directory_will_do(name: str, filled: Path, tmp_path: Path, servers: list[EmbeddedPostgres]) -> None:
    home = postgres._home(tmp_path / name, fitting_identity())
    assert home.is_relative_to(tmp_path) is name.endswith("f")
    shutil.copytree(filled / "postgres", home, symlinks=True)
    try:
        servers.append(EmbeddedPostgres(data_dir=tmp_path / name))
        assert kept(servers[0].start()) == 7
    finally:
        servers.pop().stop()
        shutil.rmtree(home)


@root_only
def test_as_root_it_runs_where_it_looks_like_nobody_and_files_stay_roots(
    data_dir: Path, servers: list[EmbeddedPostgres]
) -> None:
    if fitting_identity() is not Identity.USER_NAMESPACE:
        pytest.skip("user namespaces are refused here; the variant as nobody is tested instead")
    servers.append(EmbeddedPostgres(data_dir=data_dir))
    servers[0].start()
    assert Path(f"/proc/{servers[0].pid}/uid_map").read_text().split() == ["65534", "0", "1"]
    assert (data_dir / "postgres" / "data" / "postmaster.pid").stat().st_uid == 0


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A directory that nobody can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(dir="/var/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def uid_of(pid: int) -> str:
    [line] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("Uid:")]
    return line.split()[1]


@root_only
def test_where_user_namespaces_are_refused_it_runs_as_nobody(open_dir: Path, servers: list[EmbeddedPostgres]) -> None:
    for _ in range(2):
        server = EmbeddedPostgres(data_dir=open_dir, identity=Identity.NOBODY)
        servers.append(server)
        url = server.start()
        assert uid_of(server.pid) == "65534"
        assert ask(url, "SELECT 1") == 1
        server.stop()
    home = open_dir / "postgres-nobody"
    assert (home.stat().st_uid, home.stat().st_mode & 0o777) == (65534, 0o700)
    assert open_dir.stat().st_uid == 0
    assert not (open_dir / "postgres").exists()


@root_only
def test_nobody_gets_a_place_and_programs_of_its_own_where_roots_are_closed(
    tmp_path: Path, servers: list[EmbeddedPostgres], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a checkout below /root: neither its data directory nor its venv can be reached."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = programs().parent
    for name in (wheel.name, f"{wheel.name}.libs"):
        (closed / name).symlink_to(wheel.with_name(name))
    monkeypatch.setattr(postgres, "programs", lambda: closed / wheel.name / "pginstall")
    before = closed.stat()
    server = EmbeddedPostgres(data_dir=closed / "data", identity=Identity.NOBODY)
    servers.append(server)
    home = server._home
    try:
        assert home.parent == Path("/var/tmp")
        assert ask(server.start(), "SELECT 1") == 1
        assert str(home) in str(Path(f"/proc/{server.pid}/exe").readlink())
        server.stop()
        again = EmbeddedPostgres(data_dir=closed / "data", identity=Identity.NOBODY)
        servers.append(again)
        assert again._home == home
        assert ask(again.start(), "SELECT 1") == 1
        assert len(list(home.glob("programs-*"))) == 1
        assert (closed.stat().st_mode, closed.stat().st_uid) == (before.st_mode, before.st_uid)
    finally:
        for each in servers:
            each.stop()
        shutil.rmtree(home, ignore_errors=True)


def test_how_it_runs_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert fitting_identity() is Identity.PLAIN
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for probe, identity in (("/bin/true", Identity.USER_NAMESPACE), ("/bin/false", Identity.NOBODY)):
        monkeypatch.setattr(postgres, "launched", lambda *_, probe=probe, **__: [probe])
        assert fitting_identity() is identity


def test_without_its_wheel_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda _: None)  # type: ignore[attr-defined]  # the module as the code under test sees it
    with pytest.raises(EmbeddedServerError, match="AGENTE_DATABASE_URL"):
        programs()


def test_a_server_that_was_not_spawned_has_no_pid(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="was not spawned"):
        _ = EmbeddedPostgres(data_dir=tmp_path).pid


def test_a_home_that_somebody_else_linked_is_not_used(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can make a link of another user's")
    (tmp_path / "real").mkdir(mode=0o700)
    (tmp_path / "link").symlink_to(tmp_path / "real")
    homes.claim(tmp_path / "link")  # our own link is our own decision
    os.chown(tmp_path / "link", 1234, 1234, follow_symlinks=False)
    with pytest.raises(EmbeddedServerError, match="belongs to another user"):
        homes.claim(tmp_path / "link")
