"""Who asked that the hotels file be re-read, and what each process made of it: lines of the audit, and a NOTIFY."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import orjson

from agente_hotelero.errors import UnavailableError
from agente_hotelero.storage import codec
from agente_hotelero.storage.links import Pool
from agente_hotelero.storage.listening import APPLICATION

CHANNEL: Final = "reload"
ANSWER_SECONDS: Final = 6.0
"""More than a process takes to change, or to find out that it can't."""
LOOK_SECONDS: Final = 0.05
# Whoever hears of it now is counted with it: so whoever asks knows for how many answers to wait.
ASK: Final = f"""
WITH asked AS (INSERT INTO audit (who, action, detail) VALUES ($1, 'reload_asked', '{{}}') RETURNING id)
SELECT id, pg_notify('{CHANNEL}', ''), (
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{APPLICATION}'
) AS listeners FROM asked
"""  # noqa: S608 - constants
ASKED: Final = """
SELECT id, at > now() - interval '1 minute' AS recent FROM audit WHERE action = 'reload_asked' AND id > $1 ORDER BY id
"""
ANSWER: Final = """
INSERT INTO audit (who, action, detail)
SELECT $2, $3, jsonb_set($4::jsonb, '{request}', to_jsonb(request))::json FROM unnest($1::bigint[]) AS request
"""
ANSWERS: Final = """
SELECT who, action, detail FROM audit
WHERE id > $1 AND action = ANY ($2) AND (detail->>'request')::bigint = $1 ORDER BY id
"""


class Outcome(StrEnum):
    """What became of it in one process; the word in the audit."""

    RELOADED = "reloaded"
    REFUSED = "reload_refused"
    """The file is wrong: the old one goes on."""
    FAILED = "reload_failed"
    """Something that is needed is away: the old one goes on."""
    LEAVING = "reload_too_late"
    """The process is about to end, and keeps what it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One process's: how many hotels it has now, or why not."""

    who: str
    outcome: Outcome
    hotels: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reloaded:
    """What became of a request everywhere; `silent` processes listened and did not answer in time."""

    answers: tuple[Answer, ...]
    silent: int

    @property
    def everywhere(self) -> bool:
        """Whether no process goes on with the old file; one that is about to end does not count."""
        return not self.silent and all(one.outcome in {Outcome.RELOADED, Outcome.LEAVING} for one in self.answers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request; `recent` ones may be younger than what a process read at its start."""

    id: int
    recent: bool


class PostgresReloads:
    """Both sides: whoever asks, and the processes that answer."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def everywhere(self, who: str, *, seconds: float = ANSWER_SECONDS) -> Reloaded:
        """Let every process over this database re-read its file, and wait for all of them; `who` is named in the audit."""
        asked = (await self._pool.fetch(ASK, who))[0]
        answers: list[Answer] = []
        # Who asked did so: an outage after that leaves answers unread, which is what silence is.
        with suppress(TimeoutError, UnavailableError):
            async with asyncio.timeout(seconds):
                while len(answers) < asked["listeners"]:
                    await asyncio.sleep(LOOK_SECONDS)
                    answers = await self.answers(asked["id"])
        return Reloaded(answers=tuple(answers), silent=max(0, asked["listeners"] - len(answers)))

    async def asked(self, *, after: int) -> list[Asked]:
        """Requests after that one, oldest first."""
        return [Asked(id=row["id"], recent=row["recent"]) for row in await self._pool.fetch(ASKED, after)]

    async def answer(self, requests: Sequence[int], answer: Answer) -> None:
        """Say what this process made of it, to all who asked."""
        detail = codec.text({"hotels": answer.hotels, "error": answer.error})
        await self._pool.fetch(ANSWER, list(requests), answer.who, answer.outcome, detail)

    async def answers(self, request: int) -> list[Answer]:
        """What was said until now."""
        return [_answer(row) for row in await self._pool.fetch(ANSWERS, request, list(Outcome))]


def _answer(row: Any) -> Answer:
    detail = orjson.loads(row["detail"])
    return Answer(who=row["who"], outcome=Outcome(row["action"]), hotels=detail["hotels"], error=detail["error"])
