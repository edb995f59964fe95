"""Has anything become slower? Two checkouts do the same works in turns, on one machine, so that its load falls on both.

    python -m benchmarks.side_by_side ../before --objects 20000 --rounds 12

The other checkout has a virtual environment of its own, with what it needs. Each gets a home, a PostgreSQL and a
project of drawn objects; then each work is done some times here and some times there, and the other way round in the
next round. Prints the medians of both on the clock, the median of the rounds' ratios of their least, and the time of a
core (Python's and PostgreSQL's) of both. What takes more than 1.1 times as long in both fails.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple, Self

HERE = Path(__file__).resolve().parent.parent
MOST = 1.1  # times as long
QUIET = {"SESTON_MEASURE_ON_IMPORT": "0", "SESTON_LEARN_WHILE_SORTING": "0", "SESTON_THROWAWAY": "1"}


class Turn(NamedTuple):
    """What a work took, milliseconds: see benchmarks/works.py."""

    least: float
    median: float
    python: float
    database: float

    @property
    def core(self) -> float:
        return self.python + self.database


class Checkout:
    """One that does works."""

    def __init__(self, root: Path, home: Path, objects: int):
        paths = os.pathsep.join(str(root / folder) for folder in ("platform", "", "client"))
        env = os.environ | QUIET | {"SESTON_HOME": str(home), "PYTHONPATH": paths}
        env |= {"DJANGO_SETTINGS_MODULE": "seston.settings", "SIDE_BY_SIDE_OBJECTS": str(objects)}
        command = [root / ".venv/bin/python", "-P", HERE / "benchmarks/works.py"]
        self.process = subprocess.Popen(
            command, cwd=root, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self.root = root

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()  # it ends where nothing more is asked

    def answer(self) -> list:
        """The next line that it prints, read. Raises RuntimeError where it has ended."""
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.root} ended; what it printed says why.")
        return json.loads(line)

    def do(self, work: str) -> Turn:
        print(work, file=self.process.stdin, flush=True)
        return Turn(*self.answer())


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("other", type=Path, help="folder of the other checkout")
    parser.add_argument("--objects", type=int, default=20_000, help="in the project (20,000)")
    parser.add_argument("--rounds", type=int, default=12, help="(12)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        roots = {"before": options.other.resolve(), "now": HERE}
        sides = {
            side: stack.enter_context(Checkout(root, Path(folder, side), options.objects))
            for side, root in roots.items()
        }
        turns = in_turns(sides, options.rounds)
    return report(turns)


def in_turns(sides: dict[str, Checkout], rounds: int) -> dict[str, dict[str, list[Turn]]]:
    """Every work of each side, by its name."""
    works = [side.answer() for side in sides.values()][-1]
    turns: dict[str, dict[str, list[Turn]]] = defaultdict(lambda: defaultdict(list))
    for number in range(rounds):
        order = list(sides) if number % 2 else list(reversed(sides))
        for work in works:
            for side in order:
                turns[work][side].append(sides[side].do(work))
        print(f"round {number + 1}, load of the machine {os.getloadavg()[0]:.1f}", flush=True)
    return turns


def report(turns: dict[str, dict[str, list[Turn]]]) -> int:
    """A line a work; 1 where one has become slower both on the clock and by its time of a core."""
    ratios, slower = [], []
    for work, sides in turns.items():
        before, now = sides["before"], sides["now"]
        ratio = statistics.median(new.least / old.least for new, old in zip(now, before, strict=True))
        clock = [statistics.median(turn.median for turn in side) for side in (before, now)]
        core = [statistics.fmean(turn.core for turn in side) for side in (before, now)]
        print(
            f"{work:42} {clock[0]:9.1f} → {clock[1]:9.1f} ms, {ratio:5.2f} times; "
            f"of a core {core[0]:9.1f} → {core[1]:9.1f} ms, {core[1] / core[0]:5.2f} times"
        )
        ratios.append((ratio, core[1] / core[0]))
        if min(ratios[-1]) > MOST:
            slower.append(work)
    on_clock, of_core = (statistics.median(each) for each in zip(*ratios, strict=True))
    print(f"median of {len(ratios)}: {on_clock:.2f} times on the clock, {of_core:.2f} of a core")
    print(f"slower by more than a tenth in both: {', '.join(slower) or 'none'}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
