"""The jobs of settled names: the objects that waited get their labels, and lose them when it is taken back."""

from django.db import transaction

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import place_pending_labels
from annotations.labels.models import Batch, BatchKind
from annotations.labels.undoing import begin_undo, end_undo, undo_some
from annotations.taxon_matching import jobs
from annotations.taxon_matching.models import PendingLabel, Settling
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.removing import remove_unused
from annotations.taxonomy.replacements import taxon_in_use

CHUNK = 5000
PENDING = """
SELECT object_id, state, score, margin, entropy, annotator_id, labelled_at, version AS seen
FROM nomenclature_keptlabel
WHERE unknown_id = %s AND object_id = ANY(%s)
"""


@jobs.settle_name.work
def settle_name(job: Job, progress: Progress) -> dict:
    """Labels a chunk at a time, each with its note, so that it goes on after a crash; stops where it is taken back."""
    names = _names_of(job)
    total = PendingLabel.objects.filter(pending__in=[name for name, _ in names]).count()
    batch = _batch(job, progress)
    note = {"name": 0, "last_id": 0, "done": 0, **job.checkpoint}
    for place in range(note["name"], len(names)):
        if place > note["name"]:
            note |= {"name": place, "last_id": 0}
        name, taxon = names[place]
        while _label_some(job, batch, name, taxon, note, progress):
            progress.update(note["done"], total, f"Labelled {note['done']:,} of {total:,} objects")
    batch.refresh_from_db()
    return {
        "batch": batch.pk,
        "project": job.project_id,
        "traits": job.params.get("traits", []),
        "message": _sentence(batch.changed, names, job.params.get("traits", [])),
    }


def _names_of(job: Job) -> list[tuple[int, Taxon]]:
    """The names with their taxa. One that an earlier version of the site queued is about one name."""
    params = job.params
    pairs = params.get("names") or [[params["name"], params["taxon"]]]
    taxa = Taxon.objects.in_bulk({taxon for _, taxon in pairs})
    return [(name, taxon_in_use(taxa[taxon])) for name, taxon in pairs]


@transaction.atomic
def _label_some(job: Job, batch: Batch, name: int, taxon: Taxon, note: dict, progress: Progress) -> bool:
    """One chunk and its note, kept together; False when none is left, or somebody has taken it back."""
    settling = Settling.objects.select_for_update().filter(pk=job.params.get("settling")).first()
    if settling is not None and settling.undone is not None:
        return False
    chunk = _ids_after(name, note["last_id"])
    if not chunk:
        return False
    place_pending_labels(batch=batch, taxon=taxon, labels=(PENDING, [name, chunk]))
    note |= {"last_id": chunk[-1], "done": note["done"] + len(chunk)}
    progress.checkpoint(**note)
    return True


def _sentence(changed: int, names: list[tuple[int, Taxon]], traits: list[str]) -> str:
    if len(names) > 1:
        return f"{changed:,} objects of {len(names):,} names have their labels now."
    (_, taxon) = names[0]
    return f"{changed:,} objects are {taxon} now.{_traits_sentence(traits, taxon)}"


def _traits_sentence(traits: list[str], taxon: Taxon) -> str:
    if not traits:
        return ""
    return f" {', '.join(traits)} {'applies' if len(traits) == 1 else 'apply'} to {taxon}."


def _ids_after(name: int, last_id: int) -> list[int]:
    labels = PendingLabel.objects.filter(pending=name, object__gt=last_id).order_by("object")
    return list(labels.values_list("object", flat=True)[:CHUNK])


def _batch(job: Job, progress: Progress) -> Batch:
    """One batch a job, also when another worker takes it up."""
    if "batch" not in job.checkpoint:
        with transaction.atomic():
            assert job.project is not None
            batch = Batch.objects.create(project=job.project, kind=BatchKind.REMAP, user=job.owner)
            Settling.objects.filter(pk=job.params.get("settling")).update(batch=batch)
            progress.checkpoint(batch=batch.pk)
    return Batch.objects.get(pk=job.checkpoint["batch"])


# --- Taking it back ---------------------------------------------------------------------------------------------------


@jobs.undo_settling.work
def unlabel_settled(job: Job, progress: Progress) -> dict:
    """What the batch changed, a chunk a transaction, but for what somebody has changed since."""
    settling = Settling.objects.select_related("batch").get(pk=job.params["settling"])
    assert settling.batch is not None
    with progress.fenced():
        undo = begin_undo(batch=settling.batch, user=job.owner)
    note = {"change": 0, "done": 0, **job.checkpoint}
    total = settling.batch.changed
    while _put_back(undo, note, progress):
        progress.update(min(note["done"], total), total, f"Looked at {note['done']:,} of {total:,} objects")
    with progress.fenced():
        end_undo(undo)
        staying = remove_unused(settling.made)
    changed = Batch.objects.filter(pk=undo.pk).values_list("changed", flat=True).first() or 0
    return {
        "changed": changed,
        "message": f"{changed:,} objects wait for their names again.{_staying(staying)}",
    }


@transaction.atomic
def _put_back(undo: Batch, note: dict, progress: Progress) -> int:
    """One chunk and its note, kept together."""
    note["change"], count = undo_some(undo=undo, after=note["change"], most=CHUNK)
    note["done"] += count
    progress.checkpoint(**note)
    return count


def _staying(taxa: list[str]) -> str:
    if not taxa:
        return ""
    listed = f"{', '.join(taxa[:5])}{' …' if len(taxa) > 5 else ''}"
    return f" {listed} {'stays' if len(taxa) == 1 else 'stay'} in the tree: the log of labels speaks of it."
