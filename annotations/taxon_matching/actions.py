"""Settling the names that packages brought: each becomes a taxon of the tree, or is refused."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from annotations.accounts.models import User
from annotations.common.refusals import Refusal
from annotations.jobs.actions import cancel_job, start_job
from annotations.jobs.models import Job
from annotations.projects.models import Project
from annotations.taxon_matching.models import NameState, PendingName, Settling
from annotations.taxon_matching.proposals import clear_maps
from annotations.taxon_matching.queries import waiting_names
from annotations.taxonomy.actions import add_taxon, ensure_taxa, lock_tree, recording_new_taxa, root_needed
from annotations.taxonomy.lineages import agrees
from annotations.taxonomy.matching import TaxonName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.names import short_name
from annotations.taxonomy.queries import namesakes
from annotations.taxonomy.removing import remove_unused
from annotations.taxonomy.replacements import taxon_in_use
from annotations.traits.models import Trait
from annotations.traits.vocabulary import apply_to_settled, unapply_settled

MOST_AT_ONCE = 1000  # names that are settled at one stroke


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
    row = next((row for row in rows if is_of_name(row, name)), None)
    if row is None:
        return PendingName.objects.create(
            project=project, name=name.name, lineage=list(name.lineage), ecotaxa_id=name.ecotaxa_id
        )
    if name.lineage and not row.lineage:  # what an earlier package did not say
        row.lineage = list(name.lineage)
        row.save(update_fields=["lineage"])
    return row


def is_of_name(row: PendingName, name: TaxonName) -> bool:
    """Two eggs of different parents wait beside each other, and so does one of which no parent is known."""
    if name.ecotaxa_id is not None:
        return True
    return agrees(name.name, TaxonName(row.name, tuple(row.lineage)).above, name.above)


# --- Settling them ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """What becomes of a name: with `act` "map" it means `taxon`; with "create" it becomes one below `taxon`, else where
    its lineage or its chevron puts it; with "refuse" its objects stay unclassified.
    """

    pending: PendingName
    act: str
    taxon: Taxon | None = None
    is_root: bool = False  # whether a new one may become a root of the site's tree


class OtherRoot(Refusal):
    """A name that nothing places would become a root: its manager is asked once more, where it stands in the list."""

    def __init__(self, pending: PendingName, root: str):
        super().__init__(
            f"{root} would become a root of the whole site's tree. Name the parent of {pending.name}, or say that it "
            "is to stand at the root."
        )
        page = reverse("taxon_matching:names", args=[pending.project_id])
        self.address = f"{page}?root={pending.pk}#name-{pending.pk}"


@transaction.atomic
def settle_names(*, project: Project, user: User, decisions: Collection[Decision]) -> Settling:
    """Traits that wait for the names apply to their taxa at once, and one job labels the objects that do.

    Names that were settled can be remapped; objects that have a label by then keep it, and so do traits. Raises
    ValidationError, and nothing of it is done, where one of them can't be settled so; OtherRoot where that would
    make a root of the site's tree and `is_root` does not say so.
    """
    _refuse_too_many(decisions)
    names = {decision.pending.pk: decision.pending for decision in decisions}
    before = _locked(project, names)
    if any(decision.act == "create" for decision in decisions):
        lock_tree()
    with recording_new_taxa() as created:
        taxa = {decision.pending.pk: _target_taxon(decision) for decision in decisions}
    _write(names, taxa, user)
    settling = Settling(project=project, user=user, made=[taxon.pk for taxon in created])
    settling.names = [{"name": pk, "before": before[pk], "after": _now(name)} for pk, name in names.items()]
    mapped = {pk: taxon.pk for pk, taxon in taxa.items() if taxon is not None}
    settling.traits = apply_to_settled(project=project, user=user, taxa=mapped) if mapped else []
    settling.save()
    if mapped:
        settling.job = _labelling(settling, mapped, user)
        settling.save(update_fields=["job"])
    return settling


def _refuse_too_many(decisions: Collection[Decision]) -> None:
    if not decisions:
        raise ValidationError("Choose the names first.")
    if len(decisions) > MOST_AT_ONCE:
        raise ValidationError(f"At most {MOST_AT_ONCE:,} names are settled at once: choose fewer.")


def _locked(project: Project, names: dict[int, PendingName]) -> dict[int, list]:
    """By their numbers the state and the taxon that they have before; nobody else settles them meanwhile."""
    rows = (
        PendingName.objects.select_for_update(of=("self",))
        .filter(project=project, pk__in=names)
        .order_by("pk")
    )
    return {row.pk: _now(row) for row in rows}


def _now(name: PendingName) -> list:
    return [str(name.state), name.taxon_id]


def _target_taxon(decision: Decision) -> Taxon | None:
    match decision.act:
        case "refuse":
            if decision.pending.state == NameState.SETTLED:
                raise ValidationError(f"{decision.pending} is settled: map it to another taxon instead.")
            return None
        case "create":
            return _created(decision)
        case _:
            if decision.taxon is None:
                raise ValidationError(f"Say which taxon {decision.pending} means.")
            return _in_use(decision.taxon)


def _in_use(taxon: Taxon) -> Taxon:
    used = taxon_in_use(taxon)
    if not used.is_active:
        raise ValidationError(f"{used} is deprecated: choose a taxon that is not.")
    return used


def _created(decision: Decision) -> Taxon:
    pending, parent = decision.pending, decision.taxon
    name = TaxonName(pending.name, tuple(pending.lineage), pending.ecotaxa_id)
    taxon = _placed(pending, name, decision.is_root) if parent is None else _child(parent, name)
    return _in_use(taxon)


def _placed(pending: PendingName, name: TaxonName, is_root: bool) -> Taxon:
    """Where its lineage or its chevron puts it. A root of the whole site's tree is made only by who says so."""
    if not is_root and (root := root_needed(name)) is not None:
        raise OtherRoot(pending, root)
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


def _write(names: dict[int, PendingName], taxa: dict[int, Taxon | None], user: User) -> None:
    for pk, name in names.items():
        name.taxon = taxa[pk]
        name.state = NameState.REFUSED if name.taxon is None else NameState.SETTLED
        name.settled_by, name.settled = user, timezone.now()
    PendingName.objects.bulk_update(names.values(), ["state", "taxon", "settled_by", "settled"])


def _labelling(settling: Settling, taxa: dict[int, int], user: User) -> Job:
    return start_job(
        kind="settle_name",
        owner=user,
        project=settling.project,
        params={
            "settling": settling.pk,
            "names": list(taxa.items()),
            "traits": [note["name"] for note in settling.traits],
        },
    )


# --- One of them ------------------------------------------------------------------------------------------------------


def map_name(*, pending: PendingName, taxon: Taxon, user: User) -> Job:
    """The name means this taxon; see `settle_names`."""
    return _job_of(Decision(pending, "map", taxon), user)


def create_name(*, pending: PendingName, parent: Taxon | None, user: User, is_root: bool = False) -> Job:
    """Makes a taxon of the name, below `parent`, else where its lineage or its chevron puts it; then maps it."""
    return _job_of(Decision(pending, "create", parent, is_root), user)


def _job_of(decision: Decision, user: User) -> Job:
    job = settle_names(project=decision.pending.project, user=user, decisions=[decision]).job
    assert job is not None
    return job


def refuse_name(*, pending: PendingName, user: User) -> list[Trait]:
    """Its objects stay unclassified, and the traits that it returns apply without it, to nothing if need be.

    The labels and the traits' name are kept, should somebody map the name after all.
    """
    settle_names(project=pending.project, user=user, decisions=[Decision(pending, "refuse")])
    return traits_without([pending.pk], pending.project)


def traits_without(names: Collection[int], project: Project) -> list[Trait]:
    """Those that wait for the names, which may have been refused."""
    return list(Trait.objects.filter(project=project, applies_to_names__overlap=list(names)))


@transaction.atomic
def map_proposed(*, project: Project, user: User, expected: int) -> tuple[Settling, list[Decision]]:
    """Maps all names that wait and have one clear proposal.

    Raises ValidationError where these are not `expected` many.
    """
    waiting = {name.pk: name for name in waiting_names(project)}
    clear = clear_maps(list(waiting.values()))
    if len(clear) != expected:
        raise ValidationError(
            f"{len(clear):,} names have one clear proposal by now, not {expected:,}. Nothing was done; look again."
        )
    taxa = Taxon.objects.in_bulk(proposal.taxon for proposal in clear.values())
    decisions = [Decision(waiting[pk], "map", taxa[proposal.taxon]) for pk, proposal in clear.items()]
    return settle_names(project=project, user=user, decisions=decisions), decisions


# --- Taking it back ---------------------------------------------------------------------------------------------------


@transaction.atomic
def undo_settling(*, settling: Settling, user: User) -> Settling:
    """The names wait again, and a job puts back the labels, but for what somebody has labelled since.

    Taxa that were created for it go, unless something speaks of them by then. Raises ValidationError where it has been
    taken back already, or where one of the names was settled anew since.
    """
    settling = (
        Settling.objects.select_for_update(of=("self",)).select_related("project", "job").get(pk=settling.pk)
    )
    if settling.undone is not None:
        raise ValidationError("This has been taken back already.")
    _restore(settling, user)
    unapply_settled(project=settling.project, user=user, notes=settling.traits)
    settling.undone = timezone.now()
    if settling.job is not None:
        cancel_job(job=settling.job)
    if settling.batch_id is None:
        remove_unused(settling.made)
    else:
        settling.job = start_job(
            kind="undo_settling", owner=user, project=settling.project, params={"settling": settling.pk}
        )
    settling.save(update_fields=["undone", "job"])
    return settling


def _restore(settling: Settling, user: User) -> None:
    notes = {note["name"]: note for note in settling.names}
    rows = PendingName.objects.select_for_update(of=("self",)).filter(pk__in=notes).order_by("pk")
    names = list(rows.select_related("taxon"))
    for name in names:
        if _now(name) != notes[name.pk]["after"]:
            raise ValidationError(f"{name} was settled anew since: take that back first.")
        name.state, name.taxon_id = notes[name.pk]["before"]
        name.settled_by, name.settled = (
            (None, None) if name.state == NameState.WAITING else (user, timezone.now())
        )
    PendingName.objects.bulk_update(names, ["state", "taxon", "settled_by", "settled"])
