"""Merging a taxon into another: the tree at once, the objects of all projects in the background; and undoing it."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job, JobState
from annotations.jobs.progress import Progress
from annotations.labels.actions import replace_taxon
from annotations.labels.models import Batch, BatchKind
from annotations.labels.undoing import begin_undo, end_undo, undo_some
from annotations.taxon_matching import jobs
from annotations.taxon_matching.models import Merge
from annotations.taxonomy.editing import merge_taxon, require_administrator, unmerge_taxon
from annotations.taxonomy.models import Taxon
from annotations.traits.vocabulary import move_condition

CHUNK = 5000


@transaction.atomic
def merge_taxa(*, taxon: Taxon, into: Taxon, user: User) -> Job:
    """Merges `taxon` into another and starts the job that relabels its objects. Raises ValidationError in words."""
    require_administrator(user)
    note = merge_taxon(taxon=taxon, into=into)
    note["traits"] = move_condition(taxon=taxon.pk, into=into.pk)
    merge = Merge.objects.create(taxon=taxon, into=into, user=user, tree=note)
    return start_job(kind="merge_taxa", owner=user, params={"merge": merge.pk})


@transaction.atomic
def undo_merge(*, merge: Merge, user: User) -> Job:
    """Puts the tree back and starts the job that puts the labels back; one that was stopped is gone on with."""
    require_administrator(user)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone is not None:
        return _go_on(merge, user)
    if merge.into.parent_id is not None and merge.taxon_id in merge.into.path:
        raise ValidationError(f"{merge.into} stands below {merge.taxon} by now: move it first.")
    if Job.objects.filter(kind="merge_taxa", params__merge=merge.pk, finished=None).exists():
        raise ValidationError("Its objects are still being relabelled: wait for that job, or cancel it.")
    unmerge_taxon(taxon=merge.taxon, into=merge.into, note=merge.tree)
    move_condition(taxon=merge.into_id, into=merge.taxon_id, traits=merge.tree.get("traits", []))
    merge.undone = timezone.now()
    merge.save(update_fields=["undone"])
    return start_job(kind="undo_merge", owner=user, params={"merge": merge.pk})


def _go_on(merge: Merge, user: User) -> Job:
    if merge.pk not in half_undone():
        raise ValidationError("This merge has been undone already.")
    return start_job(kind="undo_merge", owner=user, params={"merge": merge.pk})


def half_undone() -> set[int]:
    """The merges whose undoing was cancelled or has failed: some of their objects have the other taxon still."""
    last: dict[int, str] = {}
    for job in Job.objects.filter(kind="undo_merge").order_by("id").only("params", "state"):
        last[job.params["merge"]] = job.state
    return {merge for merge, state in last.items() if state in (JobState.FAILED, JobState.CANCELLED)}


@jobs.merge_taxa.work
def relabel_merged(job: Job, progress: Progress) -> dict:
    """The work of a merge: a chunk a transaction. Taken up again it finds what still has the old taxon."""
    merge = Merge.objects.select_related("taxon", "into").get(pk=job.params["merge"])
    counts = _objects_by_project(merge.taxon_id)
    done, total = 0, sum(counts.values())
    for project in counts:
        with progress.fenced():
            batch = _batch(merge, project)
        while changed := _relabel_some(merge, batch, progress):
            done += changed
            progress.update(done, max(done, total), f"Relabelled {done:,} of {total:,} objects")
    moved = sum(merge.batches.values_list("changed", flat=True))
    return {
        "merge": merge.pk,
        "changed": moved,
        "message": f"{moved:,} objects of {merge.taxon} are {merge.into} now.",
    }


@transaction.atomic
def _relabel_some(merge: Merge, batch: Batch, progress: Progress) -> int:
    changed = replace_taxon(batch=batch, taxon=merge.taxon, by=merge.into, most=CHUNK)
    progress.checkpoint()
    return changed


@jobs.undo_merge.work
def unlabel_merged(job: Job, progress: Progress) -> dict:
    """The work of undoing one: what each project's batch changed, a chunk a transaction, but for what somebody has
    changed since. Taken up again it goes on behind the last chunk.
    """
    merge = Merge.objects.select_related("taxon", "into").get(pk=job.params["merge"])
    batches = list(merge.batches.order_by("id"))
    total = sum(batch.changed for batch in batches)
    note = {"batch": 0, "change": 0, "done": 0, **job.checkpoint}
    for batch in [batch for batch in batches if batch.pk >= note["batch"]]:
        if batch.pk > note["batch"]:
            note |= {"batch": batch.pk, "change": 0}
        with progress.fenced():
            undo = begin_undo(batch=batch, user=job.owner)
        while count := _put_back(undo, note, progress):
            note["done"] += count
            progress.update(
                min(note["done"], total), total, f"Looked at {note['done']:,} of {total:,} objects"
            )
        with progress.fenced():
            end_undo(undo)
    changed = sum(Batch.objects.filter(undoes__in=batches).values_list("changed", flat=True))
    return {"merge": merge.pk, "changed": changed, "message": f"{changed:,} objects are {merge.taxon} again."}


@transaction.atomic
def _put_back(undo: Batch, note: dict, progress: Progress) -> int:
    """One chunk and its note, kept together."""
    note["change"], count = undo_some(undo=undo, after=note["change"], most=CHUNK)
    progress.checkpoint(**{**note, "done": note["done"] + count})
    return count


def _objects_by_project(taxon_id: int) -> dict[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT project_id, sum(count)::bigint FROM labels_tally WHERE taxon_id = %s GROUP BY 1 "
            "HAVING sum(count) <> 0 ORDER BY 1",
            [taxon_id],
        )
        return dict(cursor.fetchall())


@transaction.atomic
def _batch(merge: Merge, project_id: int) -> Batch:
    batch = merge.batches.filter(project=project_id).first()
    if batch is None:
        batch = Batch.objects.create(project_id=project_id, kind=BatchKind.REMAP, user=merge.user)
        merge.batches.add(batch)
    return batch
