"""An embedded Valkey: what was set stays set, and two never work in one directory."""

import os
import shutil
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis

from agente_hotelero.storage.embedded import valkey
from agente_hotelero.storage.embedded.children import EmbeddedServerError
from agente_hotelero.storage.embedded.valkey import EmbeddedValkey


@pytest.fixture
def servers() -> Iterator[list[EmbeddedValkey]]:
    """Whatever a test appends is stopped at its end."""
    servers: list[EmbeddedValkey] = []
    yield servers
    for server in servers:
        server.stop()


def ask(url: str, *command: str) -> Any:
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return client.execute_command(*command)


def pid_behind(url: str) -> int:
    pid: int = ask(url, "INFO", "server")["process_id"]
    return pid


def test_a_start_makes_a_server_that_only_we_can_reach(tmp_path: Path, servers: list[EmbeddedValkey]) -> None:
    said: list[str] = []
    servers.append(EmbeddedValkey(data_dir=tmp_path, progress=said.append))
    url = servers[0].start()
    assert pid_behind(url) == servers[0].pid
    assert ask(url, "CONFIG", "GET", "port") == {"port": "0"}
    assert (tmp_path / "valkey" / "valkey.sock").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "valkey").stat().st_mode & 0o777 == 0o700
    assert said == ["starting Valkey"]


@pytest.mark.parametrize("end", ["in order", "killed"])
def test_a_flag_that_was_set_outlives_the_server(end: str, tmp_path: Path, servers: list[EmbeddedValkey]) -> None:
    for n in range(3):
        server = EmbeddedValkey(data_dir=tmp_path)
        servers.append(server)
        url = server.start()
        assert ask(url, "HINCRBY", "feature_flags", "starts", "1") == n + 1
        if end == "killed":
            os.kill(server.pid, signal.SIGKILL)
        else:
            server.stop()


def test_a_start_waits_for_the_server_that_is_about_to_end(tmp_path: Path, servers: list[EmbeddedValkey]) -> None:
    old, new = EmbeddedValkey(data_dir=tmp_path), EmbeddedValkey(data_dir=tmp_path)
    servers += [old, new]
    ask(old.start(), "SET", "kept", "7")
    new.spawn()

    with ThreadPoolExecutor() as threads:
        stopping = threads.submit(old.stop)
        url = new.wait()
        stopping.result()

    assert ask(url, "GET", "kept") == "7"
    assert pid_behind(url) == new.pid


def test_a_second_service_over_the_same_directory_is_refused_and_the_first_goes_on(
    tmp_path: Path, servers: list[EmbeddedValkey], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey, "TAKEN_SECONDS", 0.2)
    first = EmbeddedValkey(data_dir=tmp_path)
    servers.append(first)
    url = first.start()
    with pytest.raises(EmbeddedServerError, match="another Valkey works in"):
        EmbeddedValkey(data_dir=tmp_path).start()
    assert pid_behind(url) == first.pid


def test_a_broken_file_is_said_with_the_end_of_the_log(tmp_path: Path, servers: list[EmbeddedValkey]) -> None:
    server = EmbeddedValkey(data_dir=tmp_path)
    servers.append(server)
    ask(server.start(), "SET", "a", "b")
    server.stop()
    [manifest] = (tmp_path / "valkey" / "appendonlydir").glob("*.manifest")
    manifest.write_text("nonsense\n")
    with pytest.raises(EmbeddedServerError, match=r"(?s)Valkey did not start in .*; its log ends:.*AOF"):
        EmbeddedValkey(data_dir=tmp_path).start()


@pytest.mark.parametrize("name", ["ñ 酒店 100%+a&b?c#d=e f", "comma, 'quotes\"", "ñ" * 40, "a" * 80])
def test_any_data_directory_will_do(name: str, tmp_path: Path, servers: list[EmbeddedValkey]) -> None:
    server = EmbeddedValkey(data_dir=tmp_path / name)
    assert server._home.is_relative_to(tmp_path) is name.endswith("f")
    servers.append(server)
    assert pid_behind(server.start()) == server.pid
    ask(server.url, "SET", "kept", "7")
    server.stop()
    assert (server._home / "appendonlydir").is_dir()
    shutil.rmtree(server._home)


def test_a_data_directory_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedServerError, match="can't be used"):
        EmbeddedValkey(data_dir=tmp_path / "file").start()


def test_without_its_wheel_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for found in (None, SimpleNamespace(origin=str(tmp_path / "__init__.py"))):  # no server below it
        monkeypatch.setattr(valkey.importlib.util, "find_spec", lambda _, found=found: found)  # type: ignore[attr-defined]  # the module as the code under test sees it
        with pytest.raises(EmbeddedServerError, match="AGENTE_REDIS_URL"):
            valkey.binary()
