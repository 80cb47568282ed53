"""Where embedded servers live."""

import os
from pathlib import Path

import pytest

from agente_hotelero.storage.embedded import homes
from agente_hotelero.storage.embedded.children import EmbeddedServerError


@pytest.mark.parametrize(
    ("path", "fits"),
    [
        ("/" + "x" * 79, True),
        ("/" + "x" * 80, False),
        ("/" + "ñ" * 39, True),
        ("/" + "ñ" * 40, False),  # a socket's path is counted in bytes
        ("/a,b", False),
        ('/a"b', False),
        ("/a'b", False),
        ("/a b%+&", True),
    ],
)
def test_a_socket_wants_a_short_and_simple_path(path: str, fits: bool) -> None:
    assert homes.fits(Path(path)) is fits


def test_another_place_is_the_same_at_every_start_and_its_own_for_every_directory() -> None:
    one, two = homes.elsewhere(Path("/a")), homes.elsewhere(Path("/b"))
    assert one == homes.elsewhere(Path("/a")) != two
    assert homes.fits(one)
    assert str(os.getuid()) in one.name


def test_without_var_tmp_the_other_place_is_temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: False)
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert homes.elsewhere(Path("/a")).parent == tmp_path


def test_a_home_is_made_for_us_alone_and_its_parents_are_left_alone(tmp_path: Path) -> None:
    mode = tmp_path.stat().st_mode
    homes.claim(tmp_path / "a" / "home")
    homes.claim(tmp_path / "a" / "home")
    assert (tmp_path / "a" / "home").stat().st_mode & 0o777 == 0o700
    assert tmp_path.stat().st_mode == mode


def test_a_home_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # as on a read-only file system; root may write elsewhere
    with pytest.raises(EmbeddedServerError, match="it can't be written"):
        homes.claim(tmp_path / "home")
    (tmp_path / "file").write_text("")
    with pytest.raises(EmbeddedServerError, match=r"can't be used .*: (Not a directory|File exists)"):
        homes.claim(tmp_path / "file")


def test_nobody_passes_only_where_everybody_may(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "open").mkdir(mode=0o755)
    assert not homes.reachable_by_nobody(closed / "open")
    assert homes.reachable_by_nobody(Path("/"))
