"""What a process and its copies hold of the memory: proportional set sizes, in which a page that several share counts
once.

`python -m benchmarks.process_memory PID` looks again and again until its input ends, and prints the highest sum in MB.
"""

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

PAUSE = 0.05  # seconds between two looks


def peak_of_processes(work: Callable[[], object]) -> float:
    """MB that this process and those below it held together at their highest, PostgreSQL apart.

    Another process looks: what it takes counts neither as memory nor as time of a core until the work has ended.
    """
    command = [sys.executable, "-m", "benchmarks.process_memory", str(os.getpid())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as watcher:
        assert watcher.stdout is not None
        watcher.stdout.readline()  # it looks from now on
        try:
            work()
        finally:
            peak, _ = watcher.communicate()
    return float(peak)


def processes_of(pid: int) -> Iterator[int]:
    """The process and those below it, but for PostgreSQL's; none of one that has ended."""
    try:
        if Path(f"/proc/{pid}/comm").read_text().strip() == "postgres":
            return
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):
        return
    yield pid
    for child in children:
        yield from processes_of(int(child))


def share_of(pid: int) -> float:
    """MB of its own and its part of what it shares; 0 of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0) / 1024


def _watch(pid: int) -> None:
    peak = _sum(pid)
    print("looking", flush=True)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:  # its end, too, can be read
        peak = max(peak, _sum(pid))
    print(peak)


def _sum(pid: int) -> float:
    return sum(share_of(each) for each in processes_of(pid) if each != os.getpid())


if __name__ == "__main__":
    _watch(int(sys.argv[1]))
