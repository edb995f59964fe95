"""The plan of an update: all records of a package against what is here, a chunk at a time."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice

import orjson
from django.db import connection, transaction

from annotations.common.problems import Problems
from annotations.imports.mappings.using import mapping_of
from annotations.imports.modes import Taking
from annotations.imports.records import Record
from annotations.imports.source import ImportSource
from annotations.imports.survey import Survey
from annotations.imports.updates import UpdatePlan
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.metadata.actions import drop_old_previews
from annotations.metadata.levels import LEVELS
from annotations.metadata.models import Correction, PackageUpdate, UpdateOutcome
from annotations.metadata.packages.applying import open_plan
from annotations.metadata.packages.cells import StoredObject, object_texts
from annotations.metadata.packages.comparing import PackageComparison, RowTexts
from annotations.metadata.packages.labels.comparing import LabelComparison
from annotations.metadata.packages.parents import PackageParents
from annotations.metadata.packages.values import close_plan
from annotations.projects.models import Project
from annotations.samples.models import FreeColumn
from annotations.samples.queries import objects_named

CHUNK = 1000  # records a transaction
HERE = """
SELECT o.id, o.latitude, o.longitude, o.depth_min, o.depth_max, o.taken_at, o.has_time, f."values", f.texts
FROM samples_object o JOIN samples_objectfields f ON f.object_id = o.id WHERE o.id = ANY(%s)
"""
GONE = StoredObject()  # deleted a moment ago


def plan_update(
    job: Job, progress: Progress, source: ImportSource, survey: Survey, problems: Problems
) -> UpdatePlan:
    """Each chunk leaves a checkpoint: whoever takes the job up goes on behind it."""
    if number := job.params.get("update"):
        return _previewed(job, number)
    if job.checkpoint.get("is_planned"):
        return UpdatePlan(**job.checkpoint["plan"])
    update, plan = _begun(job, progress)
    planner = UpdatePlanner(update, PackageComparison(update, survey, problems), _labels(job, update))
    records = source.update_records(survey)
    planner.skip(islice(records, plan.lines))
    while chunk := list(islice(records, CHUNK)):
        with progress.fenced():
            planner.plan(chunk, plan)
            if not problems:
                progress.checkpoint(plan=asdict(plan))
        done = f"Compared {plan.lines:,} of {survey.lines:,} {source.format.record_word}s"
        progress.update(plan.lines, survey.lines, done)
    with progress.fenced():
        _close(update, plan, progress, problems)
    return plan


def _labels(job: Job, update: PackageUpdate) -> LabelComparison | None:
    """None for an update that leaves labels alone."""
    makes_taxa = job.params.get("create_taxa", True)
    mapping = mapping_of(job.params)
    return LabelComparison(update, makes_taxa, mapping) if Taking.of(job.params).annotations else None


def _previewed(job: Job, number: int) -> UpdatePlan:
    """What a check of the same package has planned."""
    with transaction.atomic():
        update = open_plan(job, number)
    counts = {name: getattr(update, name) for name in ("new", "changed", "same", "columns", "labels")}
    return UpdatePlan(number, **counts)


def _begun(job: Job, progress: Progress) -> tuple[PackageUpdate, UpdatePlan]:
    if "plan" in job.checkpoint:
        plan = UpdatePlan(**job.checkpoint["plan"])
        return PackageUpdate.objects.select_related("project").get(pk=plan.number), plan
    assert job.project is not None
    with progress.fenced():
        drop_old_previews(job.project)
        update = _new_update(job, job.project)
        plan = UpdatePlan(number=update.pk)
        progress.checkpoint(plan=asdict(plan))
    return update, plan


def _new_update(job: Job, project: Project) -> PackageUpdate:
    """With a correction of each level, yet empty."""
    name = job.params["name"][:255]
    update = PackageUpdate.objects.create(project=project, user=job.owner, job=job, file_name=name)
    Correction.objects.bulk_create(
        Correction(
            project=project,
            user=job.owner,
            source=Correction.CorrectionSource.PACK,
            file_name=name,
            level=level.key,
            rows=0,
            columns=[],
            package=update,
        )
        for level in LEVELS
    )
    return update


def _close(update: PackageUpdate, plan: UpdatePlan, progress: Progress, problems: Problems) -> None:
    if problems:
        update.delete()
        return
    update.new, update.changed, update.same = plan.new, plan.changed, plan.same
    update.labels = plan.labels
    close_plan(update)
    plan.columns, plan.warnings = update.columns, problems.warnings.listed
    if not update.columns and not update.labels:
        update.delete()  # nothing changes
        plan.number = 0
    progress.checkpoint(plan=asdict(plan), is_planned=True)


@dataclass
class UpdatePlanner:
    update: PackageUpdate
    comparison: PackageComparison
    labels: LabelComparison | None = None
    # whose first line came by, where others may follow apart from it: else the line before tells
    seen: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.parents = PackageParents(self.update.project, self.comparison)
        columns = self.comparison.columns[FreeColumn.Level.OBJECT].values()
        self.positions = {column.field: column.position for column in columns if column.position is not None}

    def skip(self, records: Iterable[Record]) -> None:
        """What was planned before a worker died."""
        for record in records:
            self._note(record.object_id)

    def plan(self, records: Sequence[Record], plan: UpdatePlan) -> None:
        """Adds what the records say to the update, and counts their objects in `plan`."""
        first = list(self._first(records, plan))
        plan.lines += len(records)
        self.parents.plan(first)
        ids = objects_named(self.update.project, [record.object_id for record in first])
        here = [record for record in first if record.object_id in ids]
        rows = self._rows(here, ids)
        changed = {one.row_id for one in self.comparison.note(FreeColumn.Level.OBJECT, rows)}
        changed |= {ids[record.object_id] for record in here if self.parents.has_changed(record)}
        changed |= self._changed_labels(here, ids, plan)
        plan.new += len(first) - len(here)
        plan.changed += len(changed)
        plan.same += len(here) - len(changed)

    def _changed_labels(self, here: Sequence[Record], ids: Mapping[str, int], plan: UpdatePlan) -> set[int]:
        differing = self.labels.note(here, ids) if self.labels else []
        counts = Counter(plan.labels)
        counts.update(str(label.outcome) for label in differing)
        plan.labels = dict(counts)
        return {label.object_id for label in differing if label.outcome == UpdateOutcome.CHANGES}

    def _first(self, records: Sequence[Record], plan: UpdatePlan) -> Iterator[Record]:
        """Those that speak for their objects: further lines of one bring pictures only."""
        for record in records:
            is_further = record.object_id == plan.last or record.object_id in self.seen
            plan.last = record.object_id
            if not is_further:
                self._note(record.object_id)
                yield record

    def _note(self, object_id: str) -> None:
        if self.comparison.survey.is_scattered:
            self.seen.add(object_id)

    def _rows(self, records: Sequence[Record], ids: Mapping[str, int]) -> list[RowTexts]:
        stored, rows = _stored(list(ids.values())), []
        for record in records:
            pk = ids[record.object_id]
            rows.append(RowTexts(pk, object_texts(record, stored.get(pk, GONE), self.positions), record))
        return rows


def _stored(ids: list[int]) -> dict[int, StoredObject]:
    with connection.cursor() as cursor:
        cursor.execute(HERE, [ids])
        return {
            pk: StoredObject._make((*values, orjson.loads(texts))) for pk, *values, texts in cursor.fetchall()
        }
