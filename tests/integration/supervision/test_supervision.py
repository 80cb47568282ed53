import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
PROGRAM = "tests.integration.supervision.programs.small_hotel"


class Running:
    """A running process, its orders and what it says."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    def order(self, *words: object) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write((" ".join(map(str, words)) + "\n").encode())

    async def hear(self, key: str) -> dict[str, Any]:
        """The next thing it says that has this key; what it says before is heard and forgotten."""
        assert self.process.stdout is not None
        while line := await self.process.stdout.readline():
            said: dict[str, Any] = json.loads(line)
            if key in said:
                return said
        raise AssertionError(f"ended without a word about {key}: {await self.stderr()}")

    async def count(self, name: str) -> dict[str, Any]:
        self.order("count", name)
        return await self.hear("name")

    async def snapshot(self) -> dict[str, Any]:
        self.order("snapshot")
        return dict((await self.hear("snapshot"))["snapshot"])

    async def stderr(self) -> str:
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode()

    async def rest_of_stdout(self) -> list[dict[str, Any]]:
        assert self.process.stdout is not None
        return [json.loads(line) for line in (await self.process.stdout.read()).splitlines()]


@pytest.fixture
async def hotel() -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        PROGRAM,
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    running = Running(process)
    for name in ("journal", "reception", "kitchen"):
        assert (await running.hear("started"))["started"] == name
    yield running
    if process.returncode is None:
        process.kill()
        await process.communicate()


def named(tree: dict[str, Any], name: str) -> dict[str, Any]:
    found = find(tree, name)
    assert found is not None
    return found


def find(tree: dict[str, Any], name: str) -> dict[str, Any] | None:
    if tree["name"] == name:
        return tree
    return next((found for child in tree["children"] if (found := find(child, name))), None)


async def test_a_child_that_fails_begins_again_and_the_others_notice_nothing(hotel: Running) -> None:
    await hotel.count("reception")
    hotel.order("fail", "kitchen")
    assert await hotel.count("kitchen") == {"name": "kitchen", "incarnation": 2, "heard": 1}
    assert await hotel.count("reception") == {"name": "reception", "incarnation": 1, "heard": 2}
    assert named(await hotel.snapshot(), "kitchen")["restarts"] == 1


async def test_a_failing_ask_reaches_the_asker_and_restarts_nobody(hotel: Running) -> None:
    hotel.order("ask_and_fail", "kitchen")
    assert await hotel.hear("asked") == {"asked": "kitchen", "error": "LookupError"}
    assert (await hotel.count("kitchen"))["incarnation"] == 1


async def test_a_child_that_fails_at_its_start_is_tried_until_it_runs(hotel: Running) -> None:
    hotel.order("start", "spa", 2)
    assert await hotel.hear("started") == {"started": "spa", "incarnation": 3}
    assert named(await hotel.snapshot(), "spa")["state"] == "running"


async def test_a_family_whose_budget_is_spent_begins_again_as_a_whole_and_others_do_not(hotel: Running) -> None:
    hotel.order("fail", "kitchen", 4)
    assert (await hotel.count("kitchen"))["incarnation"] == 5
    assert (await hotel.count("reception"))["incarnation"] == 2
    assert (await hotel.count("journal"))["incarnation"] == 1
    assert named(await hotel.snapshot(), "desks")["restarts"] == 1


async def test_a_child_that_fails_for_ever_ends_the_process_with_code_1(hotel: Running) -> None:
    hotel.order("break_starts", "kitchen")
    hotel.order("fail", "kitchen")
    assert await hotel.hear("exhausted") == {"exhausted": "desks"}
    assert await hotel.process.wait() == 1


async def test_a_singleton_at_the_root_that_fails_for_ever_ends_the_process_with_code_1(hotel: Running) -> None:
    hotel.order("fail", "journal", 3)
    assert await hotel.hear("exhausted") == {"exhausted": "journal"}
    assert await hotel.process.wait() == 1


async def test_an_outage_never_spends_the_budget(hotel: Running) -> None:
    hotel.order("outage", "journal", 50)
    assert (await hotel.count("journal"))["incarnation"] == 51
    journal = named(await hotel.snapshot(), "journal")
    assert (journal["state"], journal["restarts"], journal["last_error"]) == ("running", 50, "PmsUnavailableError")
    assert hotel.process.returncode is None


async def test_a_cancelled_handler_is_its_actors_failure_and_the_others_notice_nothing(hotel: Running) -> None:
    hotel.order("cancel", "kitchen")
    assert (await hotel.count("kitchen"))["incarnation"] == 2
    assert (await hotel.count("reception"))["incarnation"] == 1
    assert named(await hotel.snapshot(), "kitchen")["last_error"] == "CancelledError"


async def test_a_wedged_actor_wedges_neither_the_snapshot_nor_the_others(hotel: Running) -> None:
    hotel.order("hold", "kitchen")
    hotel.order("hold", "kitchen")
    assert (await hotel.count("reception"))["heard"] == 1
    assert named(await hotel.snapshot(), "kitchen")["mailbox_depth"] == 1


async def test_sigterm_stops_everybody_in_reverse_order(hotel: Running) -> None:
    hotel.process.terminate()
    assert [said["stopped"] for said in await hotel.rest_of_stdout()] == ["kitchen", "reception", "journal"]
    assert await hotel.process.wait() == 0


async def test_sigterm_does_not_wait_for_ever_for_a_wedged_actor(hotel: Running) -> None:
    hotel.order("hold", "kitchen")
    await hotel.snapshot()
    hotel.process.terminate()
    assert await hotel.process.wait() == 0


@pytest.mark.parametrize("order", ["sleep", "backtrack"])
async def test_a_loop_that_stands_still_ends_the_process_with_code_1_and_shows_where(
    hotel: Running, order: str
) -> None:
    # The regular expression never lets go of the GIL: no Python thread could end this process.
    hotel.order(order)
    stacks = await hotel.stderr()
    assert await hotel.process.wait() == 1
    assert "Timeout" in stacks
    assert "small_hotel.py" in stacks
    assert "in obey" in stacks
