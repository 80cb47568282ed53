"""`python -m benchmarks [names …] [--quick] [--all]`: run, print tables, write JSON and charts below results/."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any, Final

from benchmarks import ack, actors, hanging_pms, size, start, tracing, turns, understanding, voice

Run = Callable[..., dict[str, Any]]

USUAL: Final[Mapping[str, Run]] = {
    "ack": ack.run,
    "turns": turns.run,
    "actors": actors.run,
    "understanding": understanding.run,
    "start": start.run,
}
LONG: Final[Mapping[str, Run]] = {
    "hanging_pms": hanging_pms.run,
    "size": size.run,
    "tracing": tracing.run,
    "voice": voice.run,
}
"""Minutes each: run by name, or with --all."""


def main(arguments: list[str] | None = None) -> None:
    known = {**USUAL, **LONG}
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=f"of {', '.join(known)}; none means the first five")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter measurements")
    parser.add_argument("--all", action="store_true", help="the long ones too")
    parser.add_argument("--repetitions", type=int, help="rounds of each")
    chosen = parser.parse_args(arguments)
    unknown = sorted(set(chosen.names) - set(known))
    if unknown:
        parser.error(f"there is no benchmark {unknown[0]}; there are: {', '.join(known)}")
    names = chosen.names or list(known if chosen.all else USUAL)
    missed = []
    for name in names:
        print(f"\n== {name}")
        missed += missed_in(known[name](quick=chosen.quick, repetitions=chosen.repetitions))
    print("\nEvery budget is met." if not missed else "\nMissed:\n  " + "\n  ".join(missed))


def missed_in(result: Mapping[str, Any]) -> list[str]:
    """The budgets that a result does not meet."""
    return [f"{row['measure']}, {row['subject']}: {row['wanted']}" for row in result["rows"] if row["met"] is False]


if __name__ == "__main__":
    main()
