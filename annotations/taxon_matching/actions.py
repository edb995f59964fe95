"""Settling the names that packages brought: each becomes a taxon of the tree, or is refused."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.refusals import Refusal
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import place_pending_labels
from annotations.labels.models import Batch, BatchKind
from annotations.projects.models import Project
from annotations.taxon_matching import jobs
from annotations.taxon_matching.models import NameState, PendingLabel, PendingName
from annotations.taxonomy.actions import add_taxon, ensure_taxa, lock_tree, root_needed
from annotations.taxonomy.lineages import agrees
from annotations.taxonomy.matching import TaxonName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import short_name
from annotations.taxonomy.queries import namesakes
from annotations.taxonomy.replacements import taxon_in_use
from annotations.traits.models import Trait
from annotations.traits.vocabulary import apply_to_settled

CHUNK = 5000


@transaction.atomic
def note_pending(*, project: Project, names: Iterable[TaxonName]) -> dict[TaxonName, PendingName]:
    """The rows of names that the site does not know, made where they are new."""
    # two imports must not note one name twice, and none is settled while a trait that waits for it is made
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    return {name: _noted(project, name) for name in names}


def _noted(project: Project, name: TaxonName) -> PendingName:
    rows = PendingName.objects.select_related("taxon").filter(
        project=project, name__iexact=name.name, ecotaxa_id=name.ecotaxa_id
    )
    row = next((row for row in rows if _is_one(row, name)), None)
    if row is None:
        return PendingName.objects.create(
            project=project, name=name.name, lineage=list(name.lineage), ecotaxa_id=name.ecotaxa_id
        )
    if name.lineage and not row.lineage:  # what an earlier package did not say
        row.lineage = list(name.lineage)
        row.save(update_fields=["lineage"])
    return row


def _is_one(row: PendingName, name: TaxonName) -> bool:
    """Two eggs of different parents wait beside each other, and so does one of which no parent is known."""
    if name.ecotaxa_id is not None:
        return True
    return agrees(name.name, TaxonName(row.name, tuple(row.lineage)).above, name.above)


@transaction.atomic
def map_name(*, pending: PendingName, taxon: Taxon, user: User) -> Job:
    """The name means this taxon: traits that wait for it apply to it, and a job labels the objects that do.

    A name that was settled can be remapped; objects that have a label by then keep it, and so do traits.
    """
    taxon = taxon_in_use(taxon)
    if not taxon.is_active:
        raise ValidationError(f"{taxon} is deprecated: choose a taxon that is not.")
    _settle(pending, NameState.SETTLED, taxon, user)
    traits = apply_to_settled(project=pending.project, user=user, name=pending.pk, taxon=taxon.pk)
    return start_job(
        kind="settle_name",
        owner=user,
        project=pending.project,
        params={"name": pending.pk, "taxon": taxon.pk, "traits": [trait.name for trait in traits]},
    )


class RootNotMeant(Refusal):
    """A name that nothing places would become a root: its manager is asked once more, where it stands in the list."""

    def __init__(self, pending: PendingName, root: str):
        super().__init__(
            f"{root} would become a root of the whole site's tree. Name the parent of {pending.name}, or say that it "
            "is to stand at the root."
        )
        page = reverse("taxon_matching:names", args=[pending.project_id])
        self.address = f"{page}?root={pending.pk}#name-{pending.pk}"


@transaction.atomic
def create_name(*, pending: PendingName, parent: Taxon | None, user: User, is_root: bool = False) -> Job:
    """Makes a taxon of the name, below `parent`, else where its lineage or its chevron puts it; then maps it.

    Raises RootNotMeant where that would make a root of the site's tree and `is_root` does not say so.
    """
    name = TaxonName(pending.name, tuple(pending.lineage), pending.ecotaxa_id)
    lock_tree()
    taxon = _placed(pending, name, is_root) if parent is None else _child(parent, name)
    return map_name(pending=pending, taxon=taxon, user=user)


def _placed(pending: PendingName, name: TaxonName, is_root: bool) -> Taxon:
    """Where its lineage or its chevron puts it. A root of the whole site's tree is made only by who says so."""
    if not is_root and (root := root_needed(name)) is not None:
        raise RootNotMeant(pending, root)
    taxon = ensure_taxa([name]).get(name)
    if taxon is None:
        raise ValidationError(
            f"Several taxa may be meant by {name.name}: choose one, or name the parent of a new one."
        )
    return Taxon.objects.get(pk=taxon)


def _child(parent: Taxon, name: TaxonName) -> Taxon:
    parent = taxon_in_use(parent)
    if not parent.is_active:
        raise ValidationError(f"{parent} is deprecated: choose a parent that is in use.")
    there = next((taxon for taxon in namesakes(short_name(name.name)) if taxon.parent_id == parent.pk), None)
    return there or add_taxon(
        name=short_name(name.name), parent=parent, ecotaxa_id=name.ecotaxa_id, kind=name.kind
    )


def refuse_name(*, pending: PendingName, user: User) -> list[Trait]:
    """Its objects stay unclassified, and the traits that it returns apply without it, to nothing if need be.

    The labels and the traits' name are kept, should somebody map the name after all.
    """
    if pending.state == NameState.SETTLED:
        raise ValidationError(f"{pending} is settled: map it to another taxon instead.")
    _settle(pending, NameState.REFUSED, None, user)
    return list(Trait.objects.filter(project=pending.project, applies_to_names__contains=[pending.pk]))


def _settle(pending: PendingName, state: NameState, taxon: Taxon | None, user: User) -> None:
    pending.state, pending.taxon, pending.settled_by, pending.settled = state, taxon, user, timezone.now()
    pending.save(update_fields=["state", "taxon", "settled_by", "settled"])


PENDING = """
SELECT object_id, state, score, margin, entropy, annotator_id, labelled_at FROM nomenclature_keptlabel
WHERE unknown_id = %s AND object_id = ANY(%s)
"""


@jobs.settle_name.work
def settle_name(job: Job, progress: Progress) -> dict:
    """The work of the job: labels a chunk at a time, each with its note, so that it goes on after a crash."""
    assert job.project is not None
    pending, taxon = job.params["name"], taxon_in_use(Taxon.objects.get(pk=job.params["taxon"]))
    traits = job.params.get("traits", [])
    waiting = PendingLabel.objects.filter(pending=pending)
    total = waiting.count()
    batch = _batch(job, progress)
    note = {"last_id": 0, "done": 0, **job.checkpoint}
    while chunk := _ids_after(waiting, note["last_id"]):
        with transaction.atomic():
            place_pending_labels(batch=batch, taxon=taxon, labels=(PENDING, [pending, chunk]))
            note |= {"last_id": chunk[-1], "done": note["done"] + len(chunk)}
            progress.checkpoint(**note)
        progress.update(note["done"], total, f"Labelled {note['done']:,} of {total:,} objects")
    batch.refresh_from_db()
    return {
        "batch": batch.pk,
        "project": job.project_id,
        "traits": traits,
        "message": f"{batch.changed:,} objects are {taxon} now.{_traits_sentence(traits, taxon)}",
    }


def _traits_sentence(traits: list[str], taxon: Taxon) -> str:
    if not traits:
        return ""
    return f" {', '.join(traits)} {'applies' if len(traits) == 1 else 'apply'} to {taxon}."


def _ids_after(waiting, last_id: int) -> list[int]:
    return list(
        waiting.filter(object__gt=last_id).order_by("object").values_list("object", flat=True)[:CHUNK]
    )


def _batch(job: Job, progress: Progress) -> Batch:
    """One batch a job, also when another worker takes it up."""
    if "batch" not in job.checkpoint:
        with transaction.atomic():
            assert job.project is not None
            batch = Batch.objects.create(project=job.project, kind=BatchKind.REMAP, user=job.owner)
            progress.checkpoint(batch=batch.pk)
    return Batch.objects.get(pk=job.checkpoint["batch"])
