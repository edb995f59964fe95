"""The long work of a rule: a chunk a transaction, each with its note, so that another worker can go on."""

from datetime import datetime

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import machine_validate_some
from annotations.labels.models import Batch
from annotations.review import jobs
from annotations.review.accepting import Rule, begin_rule, remove_if_empty
from annotations.search.filter import Filter
from annotations.search.registry import Sql

CHUNK = 5000


@jobs.machine_validate.work
def machine_validate(job: Job, progress: Progress) -> dict:
    """All of it is one batch. Cancelled, it leaves what it has done, which can be undone; so does an undo meanwhile."""
    assert job.project is not None
    rule, total = _rule_of(job), job.params["expected"]
    where = rule.where(job.project.pk)
    note = {"batch": None, "last": 0, "done": 0, **job.checkpoint}
    while _next_chunk(job, rule, where, note, progress):
        progress.update(
            min(note["done"], total), total, f"{note['done']:,} of {total:,} are machine-validated"
        )
    return {
        "batch": note["batch"],
        "changed": note["done"],
        "project": job.project.pk,
        "message": _sentence(note["done"], total),
    }


def _rule_of(job: Job) -> Rule:
    params = job.params
    criteria = Filter.parse(params.get("filter", {}), job.owner)
    return Rule(
        params["taxon"],
        params["threshold"],
        criteria,
        datetime.fromisoformat(params["until"]),
        tuple(params.get("guesses", ())),
    )


def _next_chunk(job: Job, rule: Rule, where: Sql, note: dict, progress: Progress) -> int:
    """How many objects it changed; 0 also where somebody has taken the batch back meanwhile."""
    with progress.fenced():
        batch = _batch(job, rule, note["batch"])
        if batch.is_undone:
            return 0
        last, changed = machine_validate_some(
            batch=batch, where=where, after=note["last"], most=CHUNK, coarser=rule.coarser
        )
        if not changed:
            remove_if_empty(batch)
            return 0
        note.update(batch=batch.pk, last=last, done=note["done"] + changed)
        progress.checkpoint(**note)
    return changed


def _batch(job: Job, rule: Rule, begun: int | None) -> Batch:
    """One batch a job, also when another worker takes it up; made with the first object that changes."""
    if begun is not None:
        return Batch.objects.select_for_update().get(pk=begun)
    assert job.project is not None
    return begin_rule(project=job.project, user=job.owner, rule=rule)


def _sentence(done: int, expected: int) -> str:
    rest = expected - done
    unchanged = (
        f" {rest:,} are not: they were changed, or this was taken back, meanwhile." if rest > 0 else ""
    )
    return f"{done:,} objects are machine-validated.{unchanged}"
