"""The command line of the gate: which steps, what may be missing, and an exit code that a release can hang on."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scripts.gate.outcome import FailedError, MissingError, Outcome, State
from scripts.gate.report import shut_by, table
from scripts.gate.steps import STEPS, Step
from scripts.gate.workbench import Workbench

ROOT: Final = Path(__file__).parents[2]
LOGS: Final = ROOT / "build" / "final-verification"
NAMES: Final = tuple(step.name for step in STEPS)
LAST_LINES: Final = 25
INTERRUPTED: Final = 130


def main(words: Sequence[str] | None = None) -> int:
    """0: the gate is open; 1: it is shut; 2: no such step."""
    wanted = _arguments(words)
    if wanted.list:
        width = max(map(len, NAMES))
        _say("\n".join(f"{step.name:<{width}}  {step.what}" for step in STEPS))
        return 0
    steps = [step for step in STEPS if step.name in wanted.only] if wanted.only else list(STEPS)
    accepted = frozenset(wanted.accept_missing)
    outcomes, interrupted = _all(steps)
    _say(f"\n{table(outcomes, accepted)}")
    return INTERRUPTED if interrupted else int(bool(shut_by(outcomes, accepted)))


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/final-verification.sh",
        description="The release gate: open (exit code 0) only if every step is DONE.",
        epilog=f"Steps: {', '.join(NAMES)}. What a step's programs said is in {LOGS}.",
    )
    parser.add_argument("--list", action="store_true", help="name the steps, and what each looks at")
    parser.add_argument(
        "--only", metavar="STEP", action="extend", type=_steps, default=[], help="only this step; may be repeated"
    )
    parser.add_argument(
        "--accept-missing",
        metavar="STEP[,STEP…]",
        action="extend",
        type=_steps,
        default=[],
        help="open also while these are NOT DONE; what FAILED shuts it all the same",
    )
    return parser.parse_args(words)


def _steps(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in NAMES:
            raise argparse.ArgumentTypeError(f"{name!r} is no step; the steps are {', '.join(NAMES)}")
    return names


def _all(steps: Sequence[Step]) -> tuple[list[Outcome], bool]:
    """Look at one after another; an interruption leaves what is left as NOT DONE."""
    outcomes: list[Outcome] = []
    try:
        for number, step in enumerate(steps, start=1):
            _say(f"[{number}/{len(steps)}] {step.name}: {step.what}")
            outcomes.append(_one(step))
            _say(f"    {outcomes[-1].state} after {outcomes[-1].seconds:.1f} s: {outcomes[-1].why}")
    except KeyboardInterrupt:
        left = steps[len(outcomes) :]
        return outcomes + [Outcome(step=s.name, state=State.NOT_DONE, seconds=0, why="interrupted") for s in left], True
    return outcomes, False


def _one(step: Step) -> Outcome:
    bench = Workbench(root=ROOT, log=LOGS / f"{step.name}.log", progress=lambda words: _say(f"    {words}"))
    began = time.monotonic()
    try:
        state, why = State.DONE, step.look(bench)
    except MissingError as error:
        state, why = State.NOT_DONE, str(error)
    except FailedError as error:
        state, why = State.FAILED, str(error)
        _show_the_end_of(bench.log)
    except Exception as error:  # noqa: BLE001 - a step that breaks is a step that failed, and the others still count
        state, why = State.FAILED, f"the step itself broke: {error!r}"
    return Outcome(step=step.name, state=state, seconds=time.monotonic() - began, why=" ".join(why.split()))


def _show_the_end_of(log: Path) -> None:
    lines = log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:]
    _say("\n".join(f"    | {line}" for line in lines))


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
