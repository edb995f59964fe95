"""What becomes of the names that a package brings: known taxa, taxa that are made, or names that wait. All are told."""

from collections import Counter
from collections.abc import Collection, Iterable

from django.db import transaction

from annotations.imports.mappings.using import mapping_of
from annotations.imports.modes import Taking
from annotations.imports.registry import TaxonIds
from annotations.imports.sentences import many
from annotations.imports.source import ImportSource
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.taxon_matching.actions import note_pending
from annotations.taxon_matching.models import NameState, PendingName
from annotations.taxonomy.actions import TaxonName, ensure_taxa, known_taxa, recording_new_taxa
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use
from annotations.traits.models import Trait

MOST_LISTED = 200  # taxa by name in a job's result


def taxon_ids_of(job: Job, progress: Progress, names: Collection[TaxonName]) -> TaxonIds:
    with progress.fenced(), recording_new_taxa() as created:
        taxon_ids = _taxon_ids(job, names)
        note_made(progress, created)
    return taxon_ids


def _taxon_ids(job: Job, names: Collection[TaxonName]) -> TaxonIds:
    assert job.project is not None
    if not names:
        return TaxonIds({}, {})
    mapping = mapping_of(job.params)
    taxa = {name: taxon for name in names if (taxon := mapping.taxon(name)) is not None}
    # what several taxa may mean waits in either case
    match = ensure_taxa if job.params.get("create_taxa", True) else known_taxa
    taxa |= match([name for name in names if name not in taxa])
    noted = note_pending(project=job.project, names=[name for name in names if name not in taxa])
    settled = {name: row.taxon_id for name, row in noted.items() if row.taxon_id is not None}
    became = in_use(settled.values())
    taxa |= {name: became[taxon] for name, taxon in settled.items()}
    pending = {name: row.pk for name, row in noted.items() if row.taxon_id is None}
    return TaxonIds(taxa, pending)


def note_made(progress: Progress, created: list[Taxon]) -> None:
    """Keeps them in the job's checkpoint: what a worker made that died is told, too."""
    count, before = _made_before(progress.job)
    if created:
        listed = [*before, *map(_entry, created)][:MOST_LISTED]
        progress.checkpoint(made={"count": count + len(created), "listed": listed})


def _made_before(job: Job) -> tuple[int, list[dict]]:
    """How many taxa the job has made, and the first of them. Earlier versions listed them as `shown`."""
    created = job.checkpoint.get("made", {"count": 0})
    return created["count"], created.get("listed", created.get("shown", []))


def _entry(taxon: Taxon) -> dict:
    return {
        "id": taxon.pk,
        "name": taxon.display_name,
        "below": taxon.parent.display_name if taxon.parent else None,
    }


def taxa_report(job: Job, unknown: dict[TaxonName, int]) -> dict:
    """For the job's result: the taxa that it made, and the names that wait, with the traits that wait for them."""
    count, listed = _made_before(job)
    waiting = PendingName.objects.filter(pk__in=unknown.values(), state=NameState.WAITING)
    names = _distinguished(waiting.order_by("name", "lineage"))
    traits = Trait.objects.filter(
        project=job.project_id, applies_to_names__overlap=[row.pk for row in waiting]
    )
    return {
        "made_taxa": count,
        "created_taxa": listed,
        "unknown": len(names),
        "unknown_names": names[:MOST_LISTED],
        "waiting_traits": list(traits.values_list("name", flat=True)),
    }


def _distinguished(waiting: Iterable[PendingName]) -> list[str]:
    """What each is called; with its parent, as `egg<Crabella`, where several are called so."""
    rows = [TaxonName(row.name, tuple(row.lineage)) for row in waiting]
    times = Counter(row.name for row in rows)
    return [f"{row.name}<{row.above[-1]}" if times[row.name] > 1 and row.above else row.name for row in rows]


def expected_taxa(job: Job, source: ImportSource, names: Collection[TaxonName]) -> dict:
    """The same for a dry run: makes them, looks, and takes them back."""
    assert job.project is not None
    with transaction.atomic(), recording_new_taxa() as created:
        _, unknown = _taxon_ids(job, names)
        pending = unknown | _restored_traits(job, source)
        report = taxa_report(job, pending)
        entries = [{**_entry(taxon), "id": None} for taxon in created[:MOST_LISTED]]
        transaction.set_rollback(True)
    return {**report, "made_taxa": len(created), "created_taxa": entries}


def _restored_traits(job: Job, source: ImportSource) -> dict[TaxonName, int]:
    """The names that wait of the traits that an import makes; an update makes none."""
    if job.project is None or not Taking.of(job.params).adds:
        return {}
    taxon_ids = _taxon_ids(job, source.format.taxa_of_traits(source.package))
    source.format.restore_traits(source.package, job.project, None, taxon_ids)
    return taxon_ids.pending


def taxa_sentence(report: dict, is_dry: bool) -> str:
    """What the message of the job says of them; nothing where there are none. The page lists their names below it."""
    sentence = ""
    if count := report["made_taxa"]:
        would = "would be created" if is_dry else ("was created" if count == 1 else "were created")
        sentence += f" {many(count, 'taxon', 'taxa')} {would}."
    if count := report["unknown"]:
        would = "would wait" if is_dry else ("waits" if count == 1 else "wait")
        sentence += f" {many(count, 'name')} {would} to be settled."
    if count := len(report["waiting_traits"]):
        apply = "applies" if count == 1 else "apply"
        sentence += f" Until then {many(count, 'trait')} {apply} to known taxa only."
    return sentence
