"""The table, and whether the gate is open."""

from collections.abc import Iterable, Sequence
from typing import Final

from scripts.gate.outcome import Outcome, State

LINE: Final = 220


def shut_by(outcomes: Iterable[Outcome], accepted: frozenset[str]) -> list[str]:
    """The steps that forbid a release: what failed, whatever is accepted, and what was not done and is not accepted."""
    return [one.step for one in outcomes if one.state is not State.DONE and not _is_accepted(one, accepted)]


def table(outcomes: Sequence[Outcome], accepted: frozenset[str]) -> str:
    """One row a step, and the answer below."""
    width = max(len(one.step) for one in outcomes)
    rows = [f"{'STEP':<{width}}  RESULT    SECONDS  WHY"]
    rows += [
        f"{one.step:<{width}}  {one.state:<8}  {one.seconds:>7.1f}  {_why(one, accepted)}".rstrip() for one in outcomes
    ]
    return "\n".join([*rows, "", _answer(outcomes, accepted)])


def _is_accepted(one: Outcome, accepted: frozenset[str]) -> bool:
    return one.state is State.NOT_DONE and one.step in accepted


def _why(one: Outcome, accepted: frozenset[str]) -> str:
    why = one.why if len(one.why) <= LINE else f"{one.why[: LINE - 1]}…"
    return f"accepted: {why}" if _is_accepted(one, accepted) else why


def _answer(outcomes: Sequence[Outcome], accepted: frozenset[str]) -> str:
    counts = ", ".join(f"{sum(one.state is state for one in outcomes)} {state}" for state in State)
    shut = shut_by(outcomes, accepted)
    return f"{counts}. " + (f"The gate is shut: {', '.join(shut)}" if shut else "The gate is open")
