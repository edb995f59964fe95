"""A site on nine machines, which are network namespaces of this one, and people who work on it.

    sudo PYTHONPATH=platform .venv/bin/python -m benchmarks.hosts [--objects 20000] [--people 40] [--seconds 60]

nginx in front, two web machines, a third that reads a standby of PostgreSQL, the primary, Redis and an S3 service,
three workers on two machines. A project is drawn and grown, a model trained; then people sort it while the model
predicts, once with all machines, and once more while one of the web machines is killed. Prints their answers' times,
what of a core each machine used for a request, how far the standby was behind, what an object takes on the disk, and
whether anything was overwritten unseen.
All cores are shared: the figures say what a request costs where, not what nine real machines could carry.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.hosts.network import Host, linked
from benchmarks.hosts.services import HOSTS, READS, SITE, WEB_2, Site, new_site

TITLE = "Drawn plankton"  # of `manage.py draw_plankton`
USER, OBJECTS = "admin", 1500


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--objects", type=int, default=20_000)
    parser.add_argument("--people", type=int, default=40)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--folder", type=Path, help="of all machines' files and logs, which stay; is made")
    options = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("Network namespaces need root: sudo, then this again.")
    with _folder(options.folder) as folder, linked(HOSTS):
        site = new_site(folder)
        site.start()
        model = _fill(site, options.objects)
        print(f"{site.bytes_an_object():,.0f} bytes of PostgreSQL's an object, pictures apart")
        print(f"{len(HOSTS)} machines, {options.objects:,} objects, a load of {os.getloadavg()[0]:.1f}")
        _work("all machines", site, model, options)
        _read_results(site)
        killer = threading.Timer(options.seconds / 2, _kill, [WEB_2])
        killer.start()
        _work(f"{WEB_2.name} is killed half-way", site, model, options)
        killer.join()


@contextmanager
def _folder(chosen: Path | None) -> Iterator[Path]:
    """The chosen one, or one that goes with the machines."""
    if chosen is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        chosen.mkdir(parents=True)
        yield chosen.absolute()


def _fill(site: Site, objects: int) -> int:
    """An administrator, a drawn project grown to so many objects, and a model; returns the model's number."""
    site.manage("createsuperuser", "--noinput", "--username", USER, "--email", "admin@example.org", "-v", "0")
    package = str(site.folder / "drawn.zip")
    site.manage("draw_plankton", package, "--objects", str(OBJECTS))
    site.manage("import_ecotaxa", package, "--project", TITLE, "--user", USER, "--create-taxa")
    site.manage("grow_project", TITLE, "--objects", str(objects))
    trained = site.manage("train", "--project", TITLE, "--method", "measure")
    return int(trained.split("Model ")[1].split(",")[0])


def _work(title: str, site: Site, model: int, options: argparse.Namespace) -> None:
    """People sort through the front while the model predicts; prints what each machine did for that."""
    before = {host: host.core_seconds() for host in HOSTS}
    behind = _Lag(site)
    with behind:
        output = _hundred_people(site, model, options)
    print(f"\n{title}\n{output}", end="")
    requests = int(output.split()[0].replace(",", ""))
    for host in HOSTS:
        used = max(0.0, host.core_seconds() - before[host])
        print(f"  {host.name:8} {used:7.1f} s of a core, {1000 * used / requests:6.2f} ms a request")
    print(f"  the standby was at most {behind.most / 1e6:.1f} MB behind")


def _hundred_people(site: Site, model: int, options: argparse.Namespace) -> str:
    """What `benchmarks.hundred_people` prints."""
    command = [sys.executable, "-m", "benchmarks.hundred_people", SITE, "--project", "1", "--user", USER]
    command += ["--model", str(model), "--people", str(options.people), "--seconds", str(options.seconds)]
    environment = os.environ | {"SESTON_PASSWORD": site.secret}
    return subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False).stdout


class _Lag:
    """Looks twice a second how far the standby is behind the primary, bytes of its log."""

    def __init__(self, site: Site):
        self.site = site
        self.most = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._watch)

    def __enter__(self) -> None:
        self.thread.start()

    def __exit__(self, *exception: object) -> None:
        self.ended.set()
        self.thread.join()

    def _watch(self) -> None:
        while not self.ended.wait(0.5):
            self.most = max(self.most, self.site.lag_bytes())


def _read_results(site: Site) -> None:
    """Counts of a whole project, which nginx asks the standby's web machine for."""
    token = _token(site)
    before = READS.core_seconds()
    started = time.perf_counter()
    request = urllib.request.Request(
        f"{SITE}/api/v1/projects/1/results/", headers={"Authorization": f"Token {token}"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        size = len(answer.read())
    milliseconds = 1000 * (time.perf_counter() - started)
    used = 1000 * (READS.core_seconds() - before)
    print(
        f"\nresults of the project: {milliseconds:.0f} ms, {size:,} bytes; {used:.0f} ms of a core on {READS.name}"
    )


def _token(site: Site) -> str:
    body = json.dumps({"username": USER, "password": site.secret}).encode()
    request = urllib.request.Request(
        f"{SITE}/api/v1/token/", data=body, headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["token"]


def _kill(host: Host) -> None:
    for pid in host.pids():
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
