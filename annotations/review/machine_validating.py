"""The long work of a rule: a chunk a transaction, each with its note, so that another worker can go on."""

from datetime import datetime

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import machine_validate_some
from annotations.labels.models import Batch
from annotations.review import jobs
from annotations.review.accepting import Rule, begin_rule
from annotations.search.filter import Filter
from annotations.search.registry import Sql

CHUNK = 5000


@jobs.machine_validate.work
def machine_validate(job: Job, progress: Progress) -> dict:
    """All of it is one batch. Cancelled, it leaves what it has done, which can be undone; so does an undo meanwhile."""
    assert job.project is not None
    rule, total = _rule_of(job), job.params["expected"]
    batch, where = _batch(job, rule, progress), rule.where(job.project.pk)
    note = {"last": 0, "done": 0, **job.checkpoint}
    while _next_chunk(batch, where, note, progress):
        progress.update(
            min(note["done"], total), total, f"{note['done']:,} of {total:,} are machine-validated"
        )
    return {
        "batch": batch.pk if note["done"] else None,
        "changed": note["done"],
        "project": job.project.pk,
        "message": _sentence(note["done"], total),
    }


def _rule_of(job: Job) -> Rule:
    params = job.params
    criteria = Filter.parse(params.get("filter", {}), job.owner)
    return Rule(params["taxon"], params["threshold"], criteria, datetime.fromisoformat(params["until"]))


def _batch(job: Job, rule: Rule, progress: Progress) -> Batch:
    """One batch a job, also when another worker takes it up."""
    if "batch" not in job.checkpoint:
        assert job.project is not None
        with progress.fenced():
            progress.checkpoint(batch=begin_rule(project=job.project, user=job.owner, rule=rule).pk)
    return Batch.objects.get(pk=job.checkpoint["batch"])


def _next_chunk(batch: Batch, where: Sql, note: dict, progress: Progress) -> int:
    """How many objects it changed; 0 also where somebody has taken the batch back meanwhile."""
    with progress.fenced():
        if Batch.objects.select_for_update().get(pk=batch.pk).is_undone:
            return 0
        note["last"], changed = machine_validate_some(
            batch=batch, where=where, after=note["last"], most=CHUNK
        )
        note["done"] += changed
        progress.checkpoint(last=note["last"], done=note["done"])
    return changed


def _sentence(done: int, expected: int) -> str:
    rest = expected - done
    left = f" {rest:,} are not: they were changed, or this was taken back, meanwhile." if rest > 0 else ""
    return f"{done:,} objects are machine-validated.{left}"
