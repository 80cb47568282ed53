"""What is kept, for how long, and who is asked."""

import asyncio

import pytest

from agente_hotelero.errors import PmsUnavailableError
from agente_hotelero.pms.cache import AnswerCache
from tests.support.virtual_time import clock, in_virtual_time, until_idle


class Source:
    """Answers with how often it was asked."""

    def __init__(self, *, seconds: float = 1.0) -> None:
        self.asked = 0
        self.seconds = seconds
        self.broken = False

    async def __call__(self) -> int:
        self.asked += 1
        answer = self.asked
        await asyncio.sleep(self.seconds)
        if self.broken:
            raise PmsUnavailableError("the source")
        return answer


def cache(capacity: int = 10) -> AnswerCache:
    return AnswerCache(fresh_seconds=10, clock=clock, capacity=capacity)


@in_virtual_time
async def test_an_answer_is_fresh_for_its_time_counted_from_the_question() -> None:
    kept = cache()
    await kept.once("k", Source(seconds=2))
    await asyncio.sleep(8)
    assert kept.fresh("k") == 1
    await asyncio.sleep(0.1)
    assert kept.fresh("k") is None
    assert kept.stale("k") == 1


@in_virtual_time
async def test_many_who_ask_the_same_at_once_ask_once() -> None:
    kept, source = cache(), Source()
    assert await asyncio.gather(*(kept.once("k", source) for _ in range(50))) == [1] * 50
    assert source.asked == 1


@in_virtual_time
async def test_different_questions_do_not_wait_for_each_other() -> None:
    kept, source = cache(), Source()
    await asyncio.gather(kept.once("a", source), kept.once("b", source))
    assert (source.asked, clock()) == (2, 1.0)


@in_virtual_time
async def test_one_askers_cancellation_takes_nobodys_answer() -> None:
    kept, source = cache(), Source()
    first = asyncio.create_task(kept.once("k", source))
    second = asyncio.create_task(kept.once("k", source))
    await until_idle()
    first.cancel()
    assert await second == 1
    assert source.asked == 1


@in_virtual_time
async def test_a_failure_is_everybodys_and_is_not_kept() -> None:
    kept, source = cache(), Source()
    source.broken = True
    answers = await asyncio.gather(*(kept.once("k", source) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [PmsUnavailableError] * 3
    assert kept.stale("k") is None
    source.broken = False
    assert await kept.once("k", source) == 2


@in_virtual_time
async def test_a_failure_that_everybody_left_is_nobodys_noise() -> None:
    kept, source = cache(), Source()
    source.broken = True
    asker = asyncio.create_task(kept.once("k", source))
    await until_idle()
    asker.cancel()
    noise: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: noise.append(context))
    await asyncio.sleep(2)
    assert noise == []


@in_virtual_time
async def test_an_answer_asked_before_forgetting_is_given_but_not_kept() -> None:
    kept, source = cache(), Source()
    before = asyncio.create_task(kept.once("k", source))
    await until_idle()

    kept.forget()

    after = asyncio.create_task(kept.once("k", source))
    assert await before == 1
    assert await after == 2
    assert kept.fresh("k") == 2


@in_virtual_time
async def test_it_keeps_the_newest_answers_up_to_its_bound() -> None:
    kept = cache(capacity=3)
    for key in "abcd":
        await kept.once(key, Source())
    await kept.once("b", Source())
    await kept.once("e", Source())
    assert len(kept) == 3
    assert [kept.stale(key) is not None for key in "abcde"] == [False, True, False, True, True]


@pytest.mark.parametrize("answer", [(), 0])
def test_an_empty_answer_is_an_answer(answer: object) -> None:
    @in_virtual_time
    async def asks() -> None:
        kept = cache()

        async def source() -> object:
            return answer

        await kept.once("k", source)
        assert kept.fresh("k") == answer

    asks()
