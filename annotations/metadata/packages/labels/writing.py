"""Writing the labels of an update, in chunks. What was labelled since the preview stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from annotations.common.copying import copy_rows
from annotations.imports.authors import LabelAuthors
from annotations.imports.mappings.using import mapping_of
from annotations.imports.modes import Taking
from annotations.imports.records import RecordLabel
from annotations.imports.registry import TaxonIds
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import FiledLabel, update_labels
from annotations.labels.locking import lock_objects
from annotations.labels.models import Batch, BatchKind
from annotations.metadata.models import PackageLabel, PackageUpdate, UpdateOutcome
from annotations.metadata.packages.labels.comparing import name_of
from annotations.samples.models import Object, State
from annotations.taxon_matching.models import PendingLabel
from annotations.taxonomy.actions import TaxonName
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.replacements import in_use

CHUNK = 1000  # labels a transaction
WRITTEN = (UpdateOutcome.CHANGES, UpdateOutcome.WAITS)
WAITING = "object_id, unknown_id, state, score, margin, entropy, annotator_id, labelled_at, version"


def labels_to_write(update: PackageUpdate | int, file_wins: bool) -> QuerySet[PackageLabel]:
    outcomes = [*WRITTEN, *([UpdateOutcome.LATER] if file_wins else [])]
    return PackageLabel.objects.filter(update=update, outcome__in=outcomes)


def incoming_taxa(number: int, file_wins: bool) -> list[TaxonName]:
    """The names in the labels of update `number` that are to be written."""
    rows = labels_to_write(number, file_wins).order_by("name").values_list("name", "lineage", "ecotaxa_id")
    return [TaxonName(name, tuple(lineage), ecotaxa_id) for name, lineage, ecotaxa_id in rows.distinct()]


def count_labels(update: PackageUpdate) -> dict[str, int]:
    """How many have which outcome."""
    rows = PackageLabel.objects.filter(update=update).values_list("outcome").annotate(count=Count("pk"))
    return dict(rows.order_by("outcome"))


def write_labels(
    job: Job, progress: Progress, update: PackageUpdate, taxon_ids: TaxonIds, place: tuple[int, int]
) -> None:
    """`place` is how many rows were written before, of how many. Safe to go on with where a worker died."""
    taking = Taking.of(job.params)
    if not taking.annotations:
        return
    writer = LabelWriter(
        update, taxon_ids, LabelAuthors(update.project, update.user, mapping_of(job.params).people)
    )
    note = {"last": 0, "done": 0, **job.checkpoint.get("labelling", {})}
    while chunk := _next(update, note["last"], taking.file_wins):
        with progress.fenced():
            writer.write(chunk, taking.file_wins)
            note = {"last": chunk[-1].object_id, "done": note["done"] + len(chunk)}
            progress.checkpoint(labelling=note)
        progress.update(place[0] + note["done"], place[1], f"{note['done']:,} labels updated")
    with progress.fenced():
        close_labels(update)


def close_labels(update: PackageUpdate) -> None:
    """Counts what became of them; a batch that changed nothing goes."""
    if update.batch is not None and not Batch.objects.filter(pk=update.batch.pk, changed__gt=0).exists():
        update.batch.delete()
        update.batch = None
    update.labels = count_labels(update)
    update.save(update_fields=["batch", "labels"])


def _next(update: PackageUpdate, last: int, file_wins: bool) -> list[PackageLabel]:
    rows = labels_to_write(update, file_wins).filter(object_id__gt=last)
    return list(rows.order_by("object_id")[:CHUNK])


@dataclass
class LabelWriter:
    update: PackageUpdate
    taxon_ids: TaxonIds
    authors: LabelAuthors

    def write(self, labels: Sequence[PackageLabel], file_wins: bool) -> None:
        """One chunk, and what became of each."""
        lock_objects([label.object_id for label in labels])
        taxa = self._taxa(labels)
        filed = [self._filed(label, taxa[label.pk]) for label in labels if label.pk in taxa]
        changed = update_labels(batch=self._batch(file_wins), labels=filed)
        waiting = self._add_waiting([label for label in labels if label.pk not in taxa])
        for label in labels:
            label.outcome = _outcome(label.object_id, changed, waiting)
        PackageLabel.objects.bulk_update(labels, ["outcome"])

    def _batch(self, file_wins: bool) -> Batch:
        if self.update.batch is None:
            details = {"file": self.update.file_name, "update": self.update.pk, "file_wins": file_wins}
            self.update.batch = Batch.objects.create(
                project=self.update.project, kind=BatchKind.UPDATE, user=self.update.user, details=details
            )
            self.update.save(update_fields=["batch"])
        return self.update.batch

    def _taxa(self, labels: Sequence[PackageLabel]) -> dict[int, int]:
        """By row of the preview the taxon that it showed, or what became of that; else what its name means by now."""
        previewed = [label.taxon_id for label in labels if label.taxon_id is not None]
        became = in_use(Taxon.objects.filter(pk__in=previewed).values_list("pk", flat=True))
        by_name = self.taxon_ids.taxa
        taxa = {label.pk: became.get(label.taxon_id or 0) or by_name.get(name_of(label)) for label in labels}
        return {pk: taxon for pk, taxon in taxa.items() if taxon is not None}

    def _filed(self, label: PackageLabel, taxon: int) -> FiledLabel:
        scores = (label.score, label.margin, label.entropy)
        who = self.authors.who_and_when(_record_label(label))
        return FiledLabel(label.object_id, label.version, taxon, label.state, *scores, *who)

    def _add_waiting(self, labels: Sequence[PackageLabel]) -> set[int]:
        """Labels of names that wait; returns their objects. One whose object has changed, or has a label that waits,
        stays out."""
        ids = [label.object_id for label in labels]
        here = Object.objects.filter(pk__in=ids, project=self.update.project, pending_label=None)
        versions = dict(here.values_list("pk", "version"))
        current = [label for label in labels if versions.get(label.object_id) == label.version]
        rows = [self._waiting_row(label) for label in current]
        copy_rows(PendingLabel._meta.db_table, WAITING, rows)
        return {label.object_id for label in current}

    def _waiting_row(self, label: PackageLabel) -> tuple:
        who = self.authors.who_and_when(_record_label(label))
        scores = (label.score, label.margin, label.entropy)
        pending = self.taxon_ids.pending[name_of(label)]
        return (label.object_id, pending, label.state, *scores, *who, label.version)


def _outcome(object_id: int, changed: set[int], waiting: set[int]) -> UpdateOutcome:
    if object_id in waiting:
        return UpdateOutcome.WAITS
    return UpdateOutcome.CHANGES if object_id in changed else UpdateOutcome.MEANWHILE


def _record_label(label: PackageLabel) -> RecordLabel:
    return RecordLabel(
        State(label.state),
        name_of(label),
        annotator=label.annotator,
        annotator_email=label.annotator_email,
        labelled_at=label.labelled_at,
    )
