"""Merging a taxon into another: the tree at once, the objects of all projects in the background; and undoing it."""

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import replace_taxon, undo_batch
from annotations.labels.models import Batch, BatchKind
from annotations.nomenclature.models import Merge
from annotations.projects.models import Role
from annotations.taxonomy.editing import fold, require_administrator, unfold
from annotations.taxonomy.models import Taxon
from annotations.traits.vocabulary import move_condition

CHUNK = 5000


@transaction.atomic
def merge_taxa(*, taxon: Taxon, into: Taxon, user: User) -> Job:
    """Merges `taxon` into another and starts the job that relabels its objects. Raises ValidationError in words."""
    require_administrator(user)
    note = fold(taxon=taxon, into=into)
    note["traits"] = move_condition(taxon=taxon.pk, into=into.pk)
    merge = Merge.objects.create(taxon=taxon, into=into, user=user, tree=note)
    return start_job(kind="merge_taxa", owner=user, params={"merge": merge.pk})


@transaction.atomic
def undo_merge(*, merge: Merge, user: User) -> Job:
    """Puts the tree back and starts the job that puts the labels back."""
    require_administrator(user)
    merge = Merge.objects.select_for_update().get(pk=merge.pk)
    if merge.undone is not None:
        raise ValidationError("This merge has been undone already.")
    if merge.into.parent_id is not None and merge.taxon_id in merge.into.path:
        raise ValidationError(f"{merge.into} stands below {merge.taxon} by now: move it first.")
    if Job.objects.filter(kind="merge_taxa", params__merge=merge.pk, finished=None).exists():
        raise ValidationError("Its objects are still being relabelled: wait for that job, or cancel it.")
    unfold(taxon=merge.taxon, into=merge.into, note=merge.tree)
    move_condition(taxon=merge.into_id, into=merge.taxon_id, traits=merge.tree.get("traits", []))
    merge.undone = timezone.now()
    merge.save(update_fields=["undone"])
    return start_job(kind="undo_merge", owner=user, params={"merge": merge.pk})


def relabel_merged(job: Job, progress: Progress) -> dict:
    """The work of a merge: a chunk a transaction. Taken up again it finds what still has the old taxon."""
    merge = Merge.objects.select_related("taxon", "into").get(pk=job.params["merge"])
    counts = _objects_by_project(merge.taxon_id)
    done, total = 0, sum(counts.values())
    for project in counts:
        batch = _batch(merge, project)
        while changed := replace_taxon(batch=batch, taxon=merge.taxon, by=merge.into, most=CHUNK):
            done += changed
            progress.update(done, max(done, total), f"Relabelled {done:,} of {total:,} objects")
    moved = sum(merge.batches.values_list("changed", flat=True))
    return {
        "merge": merge.pk,
        "changed": moved,
        "message": f"{moved:,} objects of {merge.taxon} are {merge.into} now.",
    }


def unlabel_merged(job: Job, progress: Progress) -> dict:
    """The work of undoing one: each project's batch is undone, but for what somebody has changed since."""
    merge = Merge.objects.select_related("taxon", "into").get(pk=job.params["merge"])
    waiting = list(merge.batches.filter(undone_by=None))
    changed = 0
    for done, batch in enumerate(waiting, start=1):
        changed += undo_batch(batch=batch, user=job.owner, role=Role.MANAGER).changed
        progress.update(done, len(waiting), f"Put back {changed:,} objects")
    return {"merge": merge.pk, "changed": changed, "message": f"{changed:,} objects are {merge.taxon} again."}


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
    found = merge.batches.filter(project=project_id).first()
    if found is None:
        found = Batch.objects.create(project_id=project_id, kind=BatchKind.RULE, user=merge.user)
        merge.batches.add(found)
    return found
