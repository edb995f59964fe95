"""Fetches a project of the server into a folder that is an EcoTaxa package, page by page.

Each page is a table of its own, written whole or not at all; the job's checkpoint says behind which page to go on. Who
finds no folder, on another machine, begins anew.
"""

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import orjson
from django.conf import settings

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.models import Project
from annotations.pulls.budget import ByteBudget
from annotations.pulls.errors import NotThere
from annotations.pulls.labels import STATES, RemoteNames
from annotations.pulls.object_pages import RemoteObject, SamplePlace, next_page
from annotations.pulls.pace import TimeLeft
from annotations.pulls.pictures import RemotePicture, fetch_picture, pictures_of, present_pictures
from annotations.pulls.plan import PARALLEL, PullPlan, plan_of
from annotations.pulls.server import EcotaxaServer
from annotations.pulls.table import PackageTable

PLAN = ".plan.json"
MOST_NAMED = 1000  # pictures that could not come
Item = TypeVar("Item")
Reply = TypeVar("Reply")


@dataclass
class Fetched:
    """How far it is, for the checkpoint; what should be known of, for people."""

    sample: int = 0  # which of the plan's samples is being fetched
    place: dict[str, int] = field(default_factory=dict)
    objects: int = 0
    pictures: int = 0
    missing: int = 0  # pictures
    named: list[str] = field(default_factory=list)  # the first of them
    without_state: int = 0  # objects whose state is none that is known here
    bytes: int = 0


@dataclass
class PageShare:
    """How much of a page of objects has come, by the requests that it needs."""

    objects: int = 0
    requests: int = 0
    done: int = 0

    def further(self) -> int:
        """After one more request: objects."""
        self.done += 1
        return min(self.objects, self.objects * self.done // self.requests) if self.requests else 0


class Fetching:
    """One job's work. `fetched` is what it has done, also before it was cut off."""

    def __init__(self, job: Job, progress: Progress, server: EcotaxaServer, folder: Path):
        assert job.project is not None
        self.project: Project = job.project
        self.job, self.progress, self.server, self.folder = job, progress, server, folder
        self.with_history = bool(job.params.get("history", True))
        self.fetched = Fetched()
        self.plan = self._plan()
        self.left, self.page = TimeLeft(self.fetched.objects), PageShare()
        self.budget = ByteBudget(settings.IMPORT_MAX_BYTES, self.fetched.bytes)
        self.names = RemoteNames(server, self.plan)

    def _plan(self) -> PullPlan:
        path = self.folder / PLAN
        if path.exists() and "fetched" in self.job.checkpoint:
            self.fetched = Fetched(**self.job.checkpoint["fetched"])
            return PullPlan.from_dict(orjson.loads(path.read_bytes()))
        shutil.rmtree(self.folder, ignore_errors=True)
        self.progress.update(0, 0, "Asking the EcoTaxa server for samples and acquisitions")
        plan = plan_of(self.server, self.job.params["source"], self.progress.check)
        self.folder.mkdir(parents=True)
        self._write(PLAN, orjson.dumps(plan.as_dict()))
        with self.progress.fenced():
            self.progress.checkpoint(fetched=asdict(self.fetched))
        return plan

    def run(self) -> Fetched:
        while self.fetched.sample < len(self.plan.samples):
            sample = self.plan.samples[self.fetched.sample]
            place = SamplePlace(**self.fetched.place)
            objects = next_page(
                self.server, self.plan.project, sample["number"], place, list(self.plan.columns["object"])
            )
            if objects:
                self._fetch(sample, objects)
                self.fetched.place = asdict(place)
            else:
                self.fetched.sample, self.fetched.place = self.fetched.sample + 1, {}
            with self.progress.fenced():
                self.progress.checkpoint(fetched=asdict(self.fetched))
            self._show(self.fetched.objects)
        return self.fetched

    def _fetch(self, sample: dict[str, Any], objects: list[RemoteObject]) -> None:
        self.progress.check()
        present = present_pictures(self.project, [_name(each) for each in objects])
        pictures = dict(zip([each.number for each in objects], self._pictures(objects), strict=True))
        for each in objects:
            names = present.get(_name(each), set())
            for picture in pictures[each.number]:
                picture.is_here = picture.path in names or picture.plain_name in names
        coming = [picture for some in pictures.values() for picture in some]
        new = [each for each in objects if self.with_history and _name(each) not in present]
        self.page = PageShare(len(objects), len(coming) + len(new))
        self._at_once(lambda picture: fetch_picture(self.server, self.folder, picture, self.budget), coming)
        histories = self._histories(new)
        self._learn_taxa(objects, histories)
        table = PackageTable(self.plan, sample, self.names).text(objects, pictures, histories).encode()
        self.budget.spend(len(table))
        self._write(f"ecotaxa_{sample['number']}_{objects[0].number}.tsv", table)
        self._count(objects, pictures)
        self.page = PageShare()

    def _pictures(self, objects: list[RemoteObject]) -> list[list[RemotePicture]]:
        return self._at_once(lambda each: pictures_of(self.server, each), objects)

    def _histories(self, objects: list[RemoteObject]) -> dict[int, list[dict[str, Any]]]:
        answers = self._at_once(self._history, objects)
        return {each.number: rows for each, rows in zip(objects, answers, strict=True)}

    def _history(self, each: RemoteObject) -> list[dict[str, Any]]:
        try:
            return self.server.history(each.number)
        except NotThere:  # it was deleted there since its page was read
            return []

    def _at_once(self, ask: Callable[[Item], Reply], items: Sequence[Item]) -> list[Reply]:
        """Asks for several at once; the bar goes on with each that has come."""

        def ask_or_stop(item: Item) -> Reply:
            self.progress.check()
            return ask(item)

        with ThreadPoolExecutor(PARALLEL) as pool:
            answers = []
            for answer in pool.map(ask_or_stop, items):
                answers.append(answer)
                self._show(self.fetched.objects + self.page.further())
            return answers

    def _learn_taxa(self, objects: list[RemoteObject], histories: dict[int, list[dict[str, Any]]]) -> None:
        now = [each.values["obj.classif_id"] for each in objects]
        before = [row.get("classif_id") for rows in histories.values() for row in rows]
        self.names.learn_taxa([*now, *before])

    def _count(self, objects: list[RemoteObject], pictures: dict[int, list[RemotePicture]]) -> None:
        fetched = self.fetched
        fetched.bytes = self.budget.spent
        fetched.objects += len(objects)
        fetched.without_state += sum(
            (each.values["obj.classif_qual"] or "P") not in STATES for each in objects
        )
        for each in objects:
            for picture in pictures[each.number]:
                fetched.pictures += not picture.is_here and not picture.failure
                if picture.failure:
                    fetched.missing += 1
                    fetched.named.append(f"{_name(each)}: the picture {picture.vault_name} {picture.failure}")
        del fetched.named[MOST_NAMED:]

    def _show(self, done: int) -> None:
        total = max(self.plan.objects, done)
        words = f"Fetched {done:,} of {total:,} objects, {self.fetched.pictures:,} pictures"
        self.progress.update(done, total, words + self.left.words(done, total))

    def _write(self, name: str, content: bytes) -> None:
        draft = self.folder / f".{name}.{self.job.pk}-{self.job.attempt}.part"
        draft.write_bytes(content)
        draft.replace(self.folder / name)


def _name(each: RemoteObject) -> str:
    return str(each.values["obj.orig_id"])
