"""The kinds of long work that the site knows. An app declares its own in its module `jobs`, which is found by itself.

A work is a function `(job, progress) -> dict`. One that is light is decorated where it stands:

    @job("settle_name", title="Labels of a name")
    def settle_name(job: Job, progress: Progress) -> dict: ...

One that lives in another module, perhaps beside torch, is declared by `declare_job(…, done_by="worker.prediction.job")`
and attached there by `@jobs.predict.work`: the web process knows its title and never loads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.urls import reverse

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.titles import declare_title
from annotations.projects.models import Project

Work = Callable[[Job, Progress], dict]
Restart = Callable[[User, Job], Job]


@dataclass(frozen=True)
class ResultPage:
    """A link to where one sees what a job made, or is making: the page of the project, of something in its result or in
    its parameters (`of`, as `result.model`). There is none before that is known, nor without what it `needs`.

    Where `of` is a list of numbers, `view` is the project's page of the only one, and `several` lists them all.
    """

    words: str
    view: str
    of: str = "project"
    needs: str = ""
    while_running: bool = False
    after_failure: bool = False
    is_next: bool = True  # what one mostly does now
    query: str = ""  # behind the address, as `state=unclassified`
    several: str = ""

    def address(self, job: Job) -> str | None:
        number = _part_of(job, self.of)
        if not self._is_time(job) or number is None or (self.needs and _part_of(job, self.needs) is None):
            return None
        if isinstance(number, list):
            is_one = len(number) == 1
            return reverse(self.view if is_one else self.several, args=[job.project_id, *number[:is_one]])
        return reverse(self.view, args=[number]) + (f"?{self.query}" if self.query else "")

    def _is_time(self, job: Job) -> bool:
        if self.while_running:
            return not job.is_finished
        return job.state == ("failed" if self.after_failure else "done")


def _part_of(job: Job, path: str) -> Any:
    """`project`, or an entry of `result`, `params` or `checkpoint`; None where there is none."""
    place, _, name = path.partition(".")
    return getattr(job, place).get(name) or None if name else job.project_id


@dataclass
class JobKind:
    """`alone_by` names what a live job of the kind has for itself: the project, or some of the parameters.

    `makes` is the name of the file among the exports that it makes, `model_{job}.zip`: kept for some days. With
    `keeps_former` what it replaces is kept for some days, so that it can be undone. `again_by`, `module:function`, asks
    for the same once more, of whoever may: `(user, job) -> Job`; with `goes_on` it goes on where one that did not come
    to its end has stopped. With `is_log` the rows themselves say who did what, and stay. On the page of a job stand a
    link for each of the `pages`, what it `made` to download, as `the package`, and `part`, a template of the kind.
    """

    name: str
    title: str
    queue: str = "cpu"
    alone_by: tuple[str, ...] = ()
    done_by: str = ""
    makes: str = ""
    keeps_former: bool = False
    again_by: str = ""
    goes_on: bool = False
    is_log: bool = False
    made: str = ""
    pages: tuple[ResultPage, ...] = ()
    part: str = ""
    _work: Work | None = None

    def work(self, function: Work) -> Work:
        """Attaches the function that does it; a decorator."""
        self._work = function
        return function

    def load(self) -> Work:
        """The function that does it; its module is imported now if need be, which may take seconds."""
        if self._work is None and self.done_by:
            import_module(self.done_by)
        if self._work is None:
            raise LookupError(
                f"Nothing does jobs of the kind {self.name}: {self.done_by} has no work for it."
            )
        return self._work

    def restart(self) -> Restart | None:
        """Asks for the same once more; None for a kind that has no such thing."""
        module, _, function = self.again_by.partition(":")
        return getattr(import_module(module), function) if function else None

    def subject(self, project: Project | None, params: Mapping[str, Any]) -> str:
        """What the job has for itself, as text: of two with the same one is refused. Empty: any number may live."""
        values = {**params, "project": project.pk if project else None}
        return " ".join(f"{name}={values[name]}" for name in self.alone_by)


_kinds: dict[str, JobKind] = {}


def declare_job(
    name: str,
    *,
    title: str,
    queue: str = "cpu",
    alone_by: tuple[str, ...] = (),
    done_by: str = "",
    makes: str = "",
    keeps_former: bool = False,
    again_by: str = "",
    goes_on: bool = False,
    is_log: bool = False,
    made: str = "",
    pages: tuple[ResultPage, ...] = (),
    part: str = "",
) -> JobKind:
    """Registers a kind; `done_by` is the module that attaches the work. The rest is as `JobKind` has it."""
    if name in _kinds:
        raise ValueError(f"There are two kinds of jobs called {name}.")
    _kinds[name] = JobKind(
        name,
        title,
        queue,
        alone_by,
        done_by,
        makes,
        keeps_former,
        again_by,
        goes_on,
        is_log,
        made,
        pages,
        part,
    )
    declare_title(name, title)
    return _kinds[name]


def job(
    name: str,
    *,
    title: str,
    queue: str = "cpu",
    alone_by: tuple[str, ...] = (),
    makes: str = "",
    again_by: str = "",
    goes_on: bool = False,
    is_log: bool = False,
    part: str = "",
) -> Callable[[Work], Work]:
    """Registers the decorated function as the work of a kind."""
    return declare_job(
        name,
        title=title,
        queue=queue,
        alone_by=alone_by,
        makes=makes,
        again_by=again_by,
        goes_on=goes_on,
        is_log=is_log,
        part=part,
    ).work


def kind_named(name: str) -> JobKind:
    """Raises LookupError for a kind that nobody has declared."""
    if name not in _kinds:
        raise LookupError(f"Nobody has declared a kind of job called {name}.")
    return _kinds[name]


def result_of(job: Job) -> dict[str, Any]:
    """What the page of a job shows of its result: `links` as {words, url, is_next}, what it `made`, and the `part` of
    its kind. Of a kind that an earlier version of the site knew, nothing."""
    kind = _kinds.get(job.kind)
    if kind is None:
        return {"links": [], "made": "", "part": ""}
    links = [(page, page.address(job)) for page in kind.pages]
    return {
        "links": [{"words": page.words, "url": url, "is_next": page.is_next} for page, url in links if url],
        "made": kind.made,
        "part": kind.part,
    }


def restart_of(name: str) -> Restart | None:
    """Also of a kind that an earlier version of the site knew."""
    return _kinds[name].restart() if name in _kinds else None


def goes_on(name: str) -> bool:
    """Also of a kind that an earlier version of the site knew."""
    return name in _kinds and _kinds[name].goes_on


def kinds_that_make_files() -> list[JobKind]:
    return [kind for kind in _kinds.values() if kind.makes]


def is_log(name: str) -> bool:
    """Also of a kind that an earlier version of the site knew."""
    return name in _kinds and _kinds[name].is_log


def keeps_former(name: str) -> bool:
    """Also of a kind that an earlier version of the site knew."""
    return name in _kinds and _kinds[name].keeps_former
