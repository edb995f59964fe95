"""A hundred people sort a project while a model predicts it: no error, and nothing overwritten that was not seen?

    SESTON_PASSWORD=… python -m benchmarks.hundred_people http://127.0.0.1:8000 --project 1 --user admin --model 1

Run it by hand against a site that may be written to (`make demo`). Each person fetches a page of objects, the counts
and a picture, thinks, and gives five labels with the versions that the page had; often two reach for the same object.
With `--model`, predictions run all the while. At the end the log of every object that was labelled is read: each label
must have replaced the version that its giver had on the page, or what only models made of that since, and no model may
have touched what a person settled.
"""

import argparse
import http.client
import json
import os
import random
import sys
import time
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from benchmarks.timing import p95

LABELS = 5  # a page
PAGE = 50
TAKEN_BACK = 0.5  # of the labels, so that the model has something to do in a small project as well
PATIENCE = 60  # seconds until an answer counts as lost
IDLE = 3  # seconds after which a connection is opened anew, before the site closes it under a request
ORDERS = ("id", "-id", "score", "-score", "date", "-date", "random:7")
SETTLED = ("validated", "dubious")
MACHINES = ("prediction", "rule")  # what they say does not keep a person from naming what is on the picture


@dataclass(frozen=True)
class Label:
    """What a person had seen of an object, and the batch by which they labelled it."""

    object: int
    version: int
    batch: int


@dataclass
class Work:
    """What one person did, or all of them together."""

    milliseconds: list[float] = field(default_factory=list)
    labels: list[Label] = field(default_factory=list)
    conflicts: int = 0
    errors: list[str] = field(default_factory=list)

    def add(self, other: "Work") -> None:
        self.milliseconds += other.milliseconds
        self.labels += other.labels
        self.conflicts += other.conflicts
        self.errors += other.errors


class Client:
    """One person's connection to the site."""

    def __init__(self, site: str, token: str = ""):
        self.connection = http.client.HTTPConnection(urlsplit(site).netloc, timeout=PATIENCE)
        self.headers = {"Content-Type": "application/json"}
        self.headers |= {"Authorization": f"Token {token}"} if token else {}
        self.work = Work()
        self.last = 0.0  # when it was used

    def ask(self, path: str, body: dict | None = None) -> bytes:
        """The content of the answer, timed. What is no 2xx, or no answer at all, is noted as an error: empty."""
        method = "GET" if body is None else "POST"
        if time.monotonic() - self.last > IDLE:
            self.connection.close()
        started = time.perf_counter()
        try:
            self.connection.request(method, path, body and json.dumps(body), self.headers)
            answer = self.connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.work.errors.append(f"{method} {path}: {type(error).__name__} {error}")
            return b""
        self.last = time.monotonic()
        self.work.milliseconds.append(1000 * (time.perf_counter() - started))
        if answer.status // 100 == 2:
            return content
        if answer.status == HTTPStatus.FOUND:  # a picture in a bucket, which browsers fetch there
            return self._fetch(answer.headers["Location"])
        self.work.errors.append(f"{method} {path}: {answer.status} {content[:200]!r}")
        return b""

    def _fetch(self, url: str) -> bytes:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return answer.read()
        except OSError as error:
            self.work.errors.append(f"GET {urlsplit(url).path}: {error}")
            return b""

    def api(self, path: str, body: dict | None = None):
        content = self.ask(f"/api/v1/{path}", body)
        return json.loads(content) if content else None


@dataclass(frozen=True)
class Person:
    client: Client
    project: int
    taxa: list[int]
    chance: random.Random
    thought: float  # seconds

    def sort_until(self, deadline: float) -> Work:
        time.sleep(self.chance.uniform(0, self.thought))  # nobody begins at the same moment
        while time.monotonic() < deadline:
            self._one_page()
            time.sleep(self.chance.uniform(0.5, 1.5) * self.thought)
        return self.client.work

    def _one_page(self) -> None:
        objects = f"projects/{self.project}/objects/?limit={PAGE}&order={self.chance.choice(ORDERS)}"
        page = self.client.api(objects)
        self.client.api(f"projects/{self.project}/counts/")
        if not page or not page["results"]:
            return
        chosen = self.chance.sample(page["results"], min(LABELS, len(page["results"])))
        if chosen[0]["images"]:
            self.client.ask(chosen[0]["images"][0]["url"])
        time.sleep(self.thought)
        self._label({each["id"]: each["version"] for each in chosen})

    def _label(self, versions: dict[int, int]) -> None:
        targets = [{"id": number, "version": version} for number, version in versions.items()]
        if self.chance.random() < TAKEN_BACK:
            label = {"state": "unclassified"}
        else:
            label = {"state": "validated", "taxon": self.chance.choice(self.taxa)}
        outcome = self.client.api(f"projects/{self.project}/annotations/", {"objects": targets, **label})
        if outcome is None:
            return
        refused = {conflict["id"] for conflict in outcome["conflicts"]}
        self.client.work.conflicts += len(refused)
        if outcome["batch"] is not None:
            labelled = {number: version for number, version in versions.items() if number not in refused}
            self.client.work.labels += [Label(n, v, outcome["batch"]) for n, v in labelled.items()]


def predict_until(client: Client, project: int, model: int, deadline: float) -> int:
    """One prediction after the other; returns how many ended well."""
    done = 0
    while time.monotonic() < deadline:
        job = client.api(f"projects/{project}/predictions/", {"model": model})
        while job and job["state"] in ("queued", "running"):
            time.sleep(0.5)
            job = client.api(f"jobs/{job['id']}/")
        if job is None or job["state"] != "done":
            client.work.errors.append(f"prediction: {job and job['state']} {job and job['message']}")
            return done
        done += 1
    return done


def wrongs_in(history: list[dict], labels: list[Label]) -> list[str]:
    """What is wrong with an object's log, given what people were told that they had labelled."""
    entries = sorted(history, key=lambda entry: entry["version"])
    expected = {label.batch: label.version for label in labels}
    wrongs, by_people = [], 0  # the last version that a person made
    for before, entry in zip([None, *entries], entries, strict=False):
        if before and (entry["version"] != before["version"] + 1 or entry["from"] != before["to"]):
            wrongs.append(f"batch {entry['batch']} does not follow on batch {before['batch']}")
        if entry["kind"] == "prediction" and entry["from"]["state"] in SETTLED:
            wrongs.append(f"a model overwrote a person's label in batch {entry['batch']}")
        if entry["batch"] in expected and expected.pop(entry["batch"]) < by_people:
            wrongs.append(f"batch {entry['batch']} overwrote what its giver had not seen")
        if entry["kind"] not in MACHINES:
            by_people = entry["version"]
    return wrongs + [f"batch {batch} is not in the log" for batch in expected]


def overwritten_unnoticed(client: Client, labels: list[Label]) -> list[str]:
    by_object: dict[int, list[Label]] = {}
    for label in labels:
        by_object.setdefault(label.object, []).append(label)
    wrongs = []
    for number, own in by_object.items():
        wrongs += [
            f"object {number}: {wrong}" for wrong in wrongs_in(client.api(f"objects/{number}/history/"), own)
        ]
    return wrongs


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("site", help="as http://127.0.0.1:8000")
    parser.add_argument("--project", type=int, required=True)
    parser.add_argument(
        "--user", required=True, help="who may predict there; the password in SESTON_PASSWORD"
    )
    parser.add_argument("--model", type=int, help="predicts all the while")
    parser.add_argument("--people", type=int, default=100, help="how many (100)")
    parser.add_argument("--seconds", type=float, default=120, help="for how long (120)")
    parser.add_argument("--thought", type=float, default=2, help="seconds before each label (2)")
    parser.add_argument("--seed", type=int, default=1)
    return run(parser.parse_args())


def run(options: argparse.Namespace) -> int:
    password = {"username": options.user, "password": os.environ["SESTON_PASSWORD"]}
    token = Client(options.site).api("token/", password)["token"]
    reader = Client(options.site, token)
    taxa = [taxon["id"] for taxon in reader.api("taxa/?q=a")]
    people = [
        Person(
            Client(options.site, token),
            options.project,
            taxa,
            random.Random(f"{options.seed}.{n}"),
            options.thought,
        )
        for n in range(options.people)
    ]
    started = time.monotonic()
    deadline = started + options.seconds
    predictor = Client(options.site, token)
    total = Work()
    with ThreadPoolExecutor(options.people + 1) as pool:
        rounds = (
            pool.submit(predict_until, predictor, options.project, options.model, deadline)
            if options.model
            else None
        )
        for work in pool.map(lambda person: person.sort_until(deadline), people):
            total.add(work)
        elapsed = time.monotonic() - started
        predictions = rounds.result() if rounds else 0
    total.errors += predictor.work.errors
    wrongs = overwritten_unnoticed(reader, total.labels)
    report(total, elapsed, predictions, wrongs)
    return 1 if total.errors or wrongs else 0


def report(total: Work, elapsed: float, predictions: int, wrongs: list[str]) -> None:
    times = sorted(total.milliseconds)
    print(f"{len(times):,} requests in {elapsed:.0f} s: {len(times) / elapsed:.0f} a second")
    print(f"p50 {times[len(times) // 2]:.0f} ms, p95 {p95(times):.0f} ms, longest {times[-1]:.0f} ms")
    print(
        f"{len(total.labels):,} labels, {total.conflicts:,} refused as overtaken, {predictions} predictions beside them"
    )
    print(f"{len(total.errors)} errors, {len(wrongs)} overwritten unnoticed")
    for sentence in [*map(str, Counter(total.errors).most_common(10)), *wrongs[:10]]:
        print(f"  {sentence}")


if __name__ == "__main__":
    sys.exit(main())
