"""The workflows: what they use is pinned, they may do little, and they run what everybody runs."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from scripts.gate.steps import STEPS
from tests.support.gate import ROOT

WORKFLOWS: Final = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
GATE: Final = re.compile(r"--only ([\w,-]+)")


def read(path: Path) -> dict[str, Any]:
    workflow: dict[str, Any] = yaml.safe_load(path.read_text("utf-8"))
    return workflow


def jobs() -> list[Any]:
    return [
        pytest.param(job, id=f"{path.stem}-{name}") for path in WORKFLOWS for name, job in read(path)["jobs"].items()
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_an_action_is_pinned_by_its_commit_and_the_comment_names_its_release(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_an_action_has_one_commit_everywhere() -> None:
    used = {action for path in WORKFLOWS for action in re.findall(r"uses: (.*)", path.read_text("utf-8"))}
    assert len({action.partition("@")[0] for action in used}) == len(used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_a_workflow_may_only_read_and_gives_way_to_a_newer_run(path: Path) -> None:
    workflow = read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["cancel-in-progress"] is True
    assert "secrets." not in path.read_text("utf-8")


@pytest.mark.parametrize("job", jobs())
def test_a_job_ends_by_itself_and_leaves_no_credentials_behind(job: dict[str, Any]) -> None:
    assert job["timeout-minutes"] <= 40
    assert "permissions" not in job
    (checkout,) = [step for step in job["steps"] if step.get("uses", "").startswith("actions/checkout@")]
    assert checkout["with"]["persist-credentials"] is False


def test_every_scan_is_run_on_every_change_and_every_week() -> None:
    workflow = read(ROOT / ".github/workflows/security.yml")
    # YAML 1.1 reads `on` as true.
    assert {"push", "pull_request", "schedule"} == set(workflow[True])  # type: ignore[index]  # see above
    commands = " ".join(step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"])
    asked = {step for words in GATE.findall(commands) for step in words.split(",")}
    assert asked >= {"secrets-scan", "pip-audit", "workflows", "dependency-scan", "image-build", "image-scan"}
    assert asked <= {step.name for step in STEPS}
    assert "--accept-missing" not in commands


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", ROOT / ".github"], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
