"""Re-reads the hotels file when anybody asks any process over this database for it, and says what came of it."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from agente_hotelero.actors.runtime import note_failure
from agente_hotelero.config.yaml_lines import FileError
from agente_hotelero.errors import ConfigError, UnavailableError
from agente_hotelero.storage.reloads import Answer, Outcome, PostgresReloads
from agente_hotelero.telemetry.metrics import Metrics
from agente_hotelero.wiring.succession import LeavingError

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 0.5


class Reloading:
    """One process's side: a notice, a look at who asked, one reload for all of them, an answer to each."""

    def __init__(self, store: PostgresReloads, *, reload: Callable[[], Awaitable[int]], metrics: Metrics) -> None:
        """`reload` answers how many hotels there are then; it raises, and has changed nothing."""
        self._store = store
        self._reload = reload
        self._count = metrics.hotels_reloads_total.labels
        for outcome in Outcome:
            # Of a counter that is not there nobody sees the first step.
            self._count(outcome.name.lower())
        self._who = f"{socket.gethostname()}/{os.getpid()}"
        self._due = asyncio.Event()
        self._answered: int | None = None

    def heard(self) -> None:
        """Somebody asks, or may have asked while nobody here listened."""
        self._due.set()

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._look()
            except UnavailableError:
                # The request is stored: whoever asked may have given up, the file is read all the same.
                await asyncio.sleep(RETRY_SECONDS)
                self._due.set()
            except Exception as error:  # noqa: BLE001 - one request that can't be answered is not the last one
                note_failure("reload_not_answered", error)

    async def _look(self) -> None:
        asked = await self._store.asked(after=self._answered or 0)
        # The first look sees all that were ever made: but for the last minute's, our file was read after them.
        requests = [one.id for one in asked if self._answered is not None or one.recent]
        if requests:
            answer = await self._outcome()
            self._count(answer.outcome.name.lower()).inc()
            await self._store.answer(requests, answer)
        self._answered = asked[-1].id if asked else self._answered or 0

    async def _outcome(self) -> Answer:
        try:
            return Answer(who=self._who, outcome=Outcome.RELOADED, hotels=await self._reload())
        except ConfigError as error:
            _log_refused(error)
            return Answer(who=self._who, outcome=Outcome.REFUSED, error=str(error))
        except LeavingError:
            return Answer(who=self._who, outcome=Outcome.LEAVING)
        except UnavailableError as error:
            log.warning("hotels_not_reloaded", away=error.what)
            return Answer(who=self._who, outcome=Outcome.FAILED, error=f"{error.what} is unavailable")
        except Exception as error:  # noqa: BLE001 - whatever it was, nothing changed, and whoever asked is to hear so
            note_failure("hotels_not_reloaded", error)
            return Answer(who=self._who, outcome=Outcome.FAILED, error=type(error).__name__)


def _log_refused(error: ConfigError) -> None:
    if not isinstance(error, FileError):
        log.error("hotels_file_refused", problem=str(error))
        return
    for problem in error.problems:
        log.error(
            "hotels_file_refused",
            hotel=problem.hotel,
            line=problem.line,
            field=problem.field,
            problem=problem.words,
        )
