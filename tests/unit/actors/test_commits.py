"""Natural group commit."""

import asyncio
from collections.abc import Sequence

import pytest

from agente_hotelero.actors.commits import PATIENCE_SECONDS, GroupCommit, each_alone
from agente_hotelero.errors import StorageUnavailableError
from tests.support.virtual_time import in_virtual_time, until_idle


def submit(lane: GroupCommit[str, str], item: str, *, patient: bool = False) -> "asyncio.Future[str]":
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    lane.queue(item, answer, patient=patient)
    return answer


class Lane:
    """A lane whose commits wait until they are let through."""

    def __init__(self, *, limit: int = 10) -> None:
        self.batches: list[list[str]] = []
        self.errors: dict[int, Exception] = {}
        self.gate = asyncio.Event()
        self.lane: GroupCommit[str, str] = GroupCommit(self._commit, batch_limit=limit, weigh=len)

    def submit(self, item: str, *, patient: bool = False) -> "asyncio.Future[str]":
        return submit(self.lane, item, patient=patient)

    async def _commit(self, batch: Sequence[str]) -> list[str | Exception]:
        number = len(self.batches)
        self.batches.append(list(batch))
        await self.gate.wait()
        if number in self.errors:
            raise self.errors[number]
        return [ValueError(item) if item == "bad" else item.upper() for item in batch]


@in_virtual_time
async def test_an_idle_lane_commits_at_once() -> None:
    lane = Lane()
    lane.submit("a")
    await asyncio.sleep(0)
    assert lane.batches == [["a"]]


@in_virtual_time
async def test_what_arrives_while_a_batch_commits_is_the_next_batch() -> None:
    lane = Lane()
    answers = [lane.submit("a")]
    await until_idle()
    answers += [lane.submit(item) for item in "bcd"]
    await until_idle()
    assert lane.batches == [["a"]]
    lane.gate.set()
    assert await asyncio.gather(*answers) == ["A", "B", "C", "D"]
    assert lane.batches == [["a"], ["b", "c", "d"]]


@in_virtual_time
async def test_a_batch_weighs_no_more_than_the_limit_but_one_item_always_goes() -> None:
    lane = Lane(limit=5)
    for item in ("x", "aa", "bb", "cc", "1234567", "d"):
        lane.submit(item)
    assert lane.lane.weight == 15
    lane.gate.set()
    await lane.lane.drain()
    assert lane.batches == [["x", "aa", "bb"], ["cc"], ["1234567"], ["d"]]
    assert lane.lane.weight == 0


@in_virtual_time
async def test_what_is_patient_goes_with_the_next_that_is_not() -> None:
    lane = Lane()
    lane.gate.set()
    patient = lane.submit("a", patient=True)
    await until_idle()
    assert lane.batches == []
    await lane.submit("b")
    assert lane.batches == [["a", "b"]]
    assert await patient == "A"


@in_virtual_time
async def test_what_is_patient_goes_by_itself_in_the_end() -> None:
    lane = Lane()
    lane.gate.set()
    begin = asyncio.get_running_loop().time()
    assert await lane.submit("a", patient=True) == "A"
    assert asyncio.get_running_loop().time() - begin == PATIENCE_SECONDS


@in_virtual_time
async def test_what_is_patient_and_comes_during_a_commit_waits_too() -> None:
    lane = Lane()
    lane.submit("a")
    await until_idle()
    patient = lane.submit("b", patient=True)
    lane.gate.set()
    await until_idle()
    assert lane.batches == [["a"]]
    assert await patient == "B"
    assert lane.batches == [["a"], ["b"]]


@in_virtual_time
async def test_a_drain_is_not_patient() -> None:
    lane = Lane()
    lane.gate.set()
    lane.submit("a", patient=True)
    await lane.lane.drain()
    assert lane.batches == [["a"]]
    assert asyncio.get_running_loop().time() == 0.0
    assert lane.lane.weight == 0


@in_virtual_time
async def test_an_error_reaches_exactly_its_batch() -> None:
    lane = Lane(limit=2)
    lane.errors[1] = StorageUnavailableError("postgres")
    answers = [lane.submit(item) for item in "abcdef"]
    lane.gate.set()
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert outcomes == ["A", "B", lane.errors[1], lane.errors[1], "E", "F"]


@in_virtual_time
async def test_an_items_own_error_reaches_only_that_item() -> None:
    lane = Lane()
    answers = [lane.submit(item) for item in ("a", "bad", "c")]
    lane.gate.set()
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(one) for one in outcomes] == [str, ValueError, str]


@in_virtual_time
async def test_a_commit_that_answers_too_little_fails_its_batch_and_not_the_lane() -> None:
    async def forgetful(batch: Sequence[str]) -> list[str]:
        return list(batch[:1])

    lane: GroupCommit[str, str] = GroupCommit(forgetful, batch_limit=2)
    answers = [submit(lane, item) for item in "abc"]
    outcomes = await asyncio.gather(*answers, return_exceptions=True)
    assert [type(one) for one in outcomes] == [ValueError, ValueError, str]


@in_virtual_time
async def test_an_item_whose_asker_left_is_committed_all_the_same() -> None:
    lane = Lane()
    left, stays = lane.submit("a"), lane.submit("b")
    left.cancel()
    lane.gate.set()
    assert await stays == "B"
    assert lane.batches == [["a", "b"]]


@in_virtual_time
async def test_drain_waits_for_everything_also_for_what_comes_meanwhile() -> None:
    lane = Lane(limit=1)
    lane.submit("a")
    drained = asyncio.create_task(lane.lane.drain())
    await until_idle()
    lane.submit("b")
    lane.gate.set()
    await drained
    assert lane.batches == [["a"], ["b"]]
    await lane.lane.drain()


@pytest.mark.parametrize("bad", [0, 3, 6])
async def test_a_refused_item_is_found_by_halves_and_takes_no_other_with_it(bad: int) -> None:
    kept: list[int] = []

    async def commit(batch: Sequence[int]) -> list[int]:
        if bad in batch:
            raise ValueError(bad)
        kept.extend(batch)
        return [-item for item in batch]

    outcomes = await each_alone(commit, range(7))
    assert kept == [item for item in range(7) if item != bad]
    assert isinstance(outcomes.pop(bad), ValueError)
    assert outcomes == [-item for item in range(7) if item != bad]


async def test_what_is_unavailable_is_not_tried_again_in_pieces() -> None:
    calls: list[Sequence[str]] = []
    away = StorageUnavailableError("postgres")

    async def commit(batch: Sequence[str]) -> list[str]:
        calls.append(batch)
        raise away

    assert await each_alone(commit, "abcd") == [away] * 4
    assert calls == ["abcd"]
