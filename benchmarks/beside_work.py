"""How much longer do people wait while a worker trains or predicts? Pages, counts and labels, quiet and beside it.

    SESTON_PASSWORD=… python -m benchmarks.beside_work http://127.0.0.1:8000 --project 1 --user admin --model 1

Run it by hand against a site that may be written to (`make demo`). One person fetches a page of objects and the counts
and gives five labels, over and over: for some seconds while nothing else is done, for as many while the work runs, and
so on in turns, so that what else the machine does falls on both. What takes more than 1.5 times its quiet time fails.
"""

import argparse
import contextlib
import os
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator

from benchmarks.hundred_people import Client
from benchmarks.timing import p95

MOST = 1.5  # times the quiet time
LABELS, PAGE = 5, 200
PATIENCE = 120  # seconds until a job must run, or have ended
ENDED = ("done", "failed", "cancelled")
Times = dict[str, list[float]]  # of pages, counts, labels: milliseconds


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", help="as http://127.0.0.1:8000")
    parser.add_argument("--project", type=int, required=True)
    parser.add_argument("--user", required=True, help="a manager there; the password in SESTON_PASSWORD")
    parser.add_argument("--model", type=int, help="predicts; without it a training runs")
    parser.add_argument("--turns", type=int, default=4, help="each quiet and beside the work (4)")
    parser.add_argument("--seconds", type=float, default=15, help="of each half of a turn (15)")
    return run(parser.parse_args())


def run(options: argparse.Namespace) -> int:
    password = {"username": options.user, "password": os.environ["SESTON_PASSWORD"]}
    token = Client(options.site).api("token/", password)["token"]
    person, worker = Client(options.site, token), Client(options.site, token)
    taxa = [taxon["id"] for taxon in person.api("taxa/?q=a")]
    quiet: Times = defaultdict(list)
    beside: Times = defaultdict(list)
    sort(person, options.project, taxa, options.seconds / 3, defaultdict(list))  # warms up
    for _ in range(options.turns):
        sort(person, options.project, taxa, options.seconds, quiet)
        with work_running(worker, options.project, options.model):
            sort(person, options.project, taxa, options.seconds, beside)
    return report(quiet, beside, [*person.work.errors, *worker.work.errors])


def sort(person: Client, project: int, taxa: list[int], seconds: float, times: Times) -> None:
    """Pages, counts and labels by turns, each with its milliseconds."""
    deadline = time.monotonic() + seconds
    chance = random.Random(project)
    while time.monotonic() < deadline:
        page = person.api(f"projects/{project}/objects/?limit={PAGE}&order={chance.choice(('id', '-date'))}")
        times["page"].append(person.work.milliseconds[-1])
        person.api(f"projects/{project}/counts/")
        times["counts"].append(person.work.milliseconds[-1])
        objects = chance.sample(page["results"], min(LABELS, len(page["results"])))
        targets = [{"id": each["id"], "version": each["version"]} for each in objects]
        body = {"objects": targets, "taxon": chance.choice(taxa)}
        person.api(f"projects/{project}/annotations/", body)
        times["labels"].append(person.work.milliseconds[-1])


@contextlib.contextmanager
def work_running(worker: Client, project: int, model: int | None) -> Iterator[None]:
    """A job that runs by now; it is cancelled afterwards, and gone."""
    if model is None:
        job = worker.api("training-runs/", {"projects": [project]})
    else:
        job = worker.api(f"projects/{project}/predictions/", {"model": model})
    if job is None:
        raise RuntimeError(f"The work did not start: {worker.work.errors[-1]}")
    wait_for(worker, job["id"], ("running", *ENDED))
    try:
        yield
    finally:
        ended = worker.api(f"jobs/{job['id']}/")["state"] in ENDED
        if ended:
            print(
                f"The work ended within the turn: choose a larger project than {project}, or fewer seconds."
            )
        else:
            worker.api(f"jobs/{job['id']}/cancel/", {})
            wait_for(worker, job["id"], ENDED)


def wait_for(worker: Client, job: int, states: tuple[str, ...]) -> None:
    """Until the job is in one of the states. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE
    while worker.api(f"jobs/{job}/")["state"] not in states:
        if time.monotonic() > deadline:
            raise TimeoutError(f"Job {job} is not {' or '.join(states)} after {PATIENCE} s.")
        time.sleep(0.2)


def report(quiet: Times, beside: Times, errors: list[str]) -> int:
    """Prints medians, 95th percentiles and their ratios; 1 where one is too large, or something failed."""
    worst = 0.0
    for name, times in quiet.items():
        for figure, of in (("p50", statistics.median), ("p95", p95)):
            ratio = of(beside[name]) / of(times)
            worst = max(worst, ratio)
            print(
                f"{name} {figure}: {of(times):.1f} ms quiet, {of(beside[name]):.1f} beside, {ratio:.2f} times"
            )
        print(f"{name}: {len(times)} quiet, {len(beside[name])} beside")
    print(f"{len(errors)} errors; load of the machine {os.getloadavg()[0]:.1f}")
    for error in errors[:5]:
        print(f"  {error}")
    return 1 if errors or worst > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
