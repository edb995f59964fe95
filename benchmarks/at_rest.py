"""How long a site takes until its first page, and what memory it holds while nobody uses it, PostgreSQL apart.

`python -m benchmarks.at_rest [--home HOME] [--runs 3]` starts `manage.py demo` (which draws its project at the first
run, not measured), and sums the proportional set sizes of its processes: pages that several share count once.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from benchmarks.process_memory import processes_of, share_of

QUIET = 15.0  # seconds, in which the workers come up
PORT = 8765
PAGE = f"http://127.0.0.1:{PORT}/accounts/sign-in/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="data of a demo that exists; else one is made")
    parser.add_argument("--runs", type=int, default=3)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = chosen.home or Path(folder)
        if chosen.home is None:
            _run(home, quiet=0)
        runs = [_run(home, QUIET) for _ in range(chosen.runs)]
    seconds, cores, sizes = zip(*runs, strict=True)
    load = os.getloadavg()[0]
    print(f"restart to the first page: {min(seconds):.2f} to {max(seconds):.2f} s at a load of {load:.1f}")
    print(f"time of a core that it takes until then: {min(cores):.2f} s")
    print(f"memory at rest without PostgreSQL: {max(sizes):.0f} MB")


def _run(home: Path, quiet: float) -> tuple[float, float, float]:
    """Seconds until the first page, of a core until then, and MB at rest."""
    environment = os.environ | {"SESTON_HOME": str(home.absolute()), "SESTON_PORT": str(PORT)}
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo"], env=environment, stdout=subprocess.DEVNULL
    ) as site:
        _wait_for_page(site)
        seconds = time.monotonic() - began
        cores = sum(map(_core_seconds, processes_of(site.pid)))
        time.sleep(quiet)
        size = sum(map(share_of, processes_of(site.pid)))
        site.send_signal(signal.SIGTERM)
    return seconds, cores, size


def _wait_for_page(site: subprocess.Popen) -> None:
    while site.poll() is None:
        try:
            return urllib.request.urlopen(PAGE, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError("The site ended before its first page.")


def _core_seconds(pid: int) -> float:
    spent = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
