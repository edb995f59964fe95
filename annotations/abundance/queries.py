"""Reads of the table that was estimated last."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from annotations.abundance.models import (
    AbundanceTable,
    Basis,
    SampleAbundance,
    TaxonAbundance,
    ValidationPlan,
)
from annotations.abundance.volumes import Volume, VolumeUnit, volumes_of
from annotations.common.keyset import Cursor, page_back
from annotations.jobs.models import UNFINISHED, Job
from annotations.learning.models import Model
from annotations.learning.queries import models_heard_in
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.taxonomy.queries import names_of

BLOCK = 5000  # rows that a download reads at once
NO_UNIT = "Say in which unit tot_vol is: volume_unit=m3 or l."
# taxa above at least two of the table's, but not above all of them
COARSER = """
WITH named AS (
    SELECT DISTINCT t.id, t.path FROM abundance_taxonabundance a JOIN taxonomy_taxon t ON t.id = a.taxon_id
    JOIN samples_sample s ON s.id = a.sample_id AND s.project_id = a.table_id
    WHERE a.table_id = %s
), above AS (
    SELECT ancestor, count(*) AS taxa FROM named, unnest(named.path) AS ancestor GROUP BY 1
)
SELECT t.id, t.display_name, above.taxa FROM above JOIN taxonomy_taxon t ON t.id = above.ancestor
WHERE above.taxa BETWEEN 2 AND (SELECT count(*) - 1 FROM named) OR t.id = ANY(%s)
ORDER BY t.path LIMIT 40
"""
WAITING_SAMPLES = """
SELECT DISTINCT o.sample_id FROM abundance_drawnobject d JOIN abundance_validationplan p ON p.id = d.plan_id
JOIN samples_object o ON o.id = d.object_id AND o.project_id = p.project_id
WHERE p.project_id = %s AND o.state NOT IN ('V', 'D')
"""
PLAN_COUNTS = """
SELECT d.plan_id, count(*), count(*) FILTER (WHERE o.state = 'V'), count(*) FILTER (WHERE o.state = 'D'),
       count(DISTINCT o.sample_id)
FROM abundance_drawnobject d JOIN abundance_validationplan p ON p.id = d.plan_id
JOIN samples_object o ON o.id = d.object_id AND o.project_id = p.project_id
WHERE d.plan_id = ANY(%s) GROUP BY 1
"""


def usual_model(project: Project) -> Model | None:
    """By whom is counted where nobody chooses: the project's own model where it has predicted, else the newest that
    has; one that is fitted anew while people sort only where there is no other."""
    heard = models_heard_in(project)
    trained = heard.exclude(method=Model.Method.REFIT)
    return trained.filter(owned_by__project=project).first() or trained.first() or heard.first()


def table_of(project: Project) -> AbundanceTable | None:
    return AbundanceTable.objects.filter(project=project).select_related("model", "owner").first()


@dataclass(frozen=True)
class AbundanceRow:
    """A figure with what stands around it."""

    figure: TaxonAbundance
    sample: SampleAbundance
    sample_name: str
    taxon_name: str
    volume: Volume | None  # None: nobody has said in which unit the volumes are

    @property
    def is_exact(self) -> bool:
        return self.sample.basis == Basis.EXACT

    @property
    def per_cubic_metre(self) -> tuple[float, float, float] | None:
        """The estimate, low and high, where the volume is certain."""
        one = self.figure
        if self.volume is None or self.volume.cubic_metres is None:
            return None
        low, high = (value / self.volume.cubic_metres for value in (one.low, one.high))
        return one.estimate / self.volume.cubic_metres, low, high

    @property
    def why_no_volume(self) -> str:
        return NO_UNIT if self.volume is None else self.volume.why_not


def figures_of(table: AbundanceTable) -> QuerySet[TaxonAbundance]:
    """Of samples that are in the project still, not in its bin."""
    return TaxonAbundance.objects.filter(table=table, sample__project=table.project_id)


def _sample_rows(table: AbundanceTable) -> QuerySet[SampleAbundance]:
    return SampleAbundance.objects.filter(table=table, sample__project=table.project_id)


@dataclass(frozen=True)
class FigureChoice:
    """Which figures: of a taxon, of a sample, or all; `unit` is that of the samples' volumes, where it is said."""

    taxon: int | None = None
    sample: int | None = None
    unit: VolumeUnit | None = None

    def figures_of(self, table: AbundanceTable) -> QuerySet[TaxonAbundance]:
        chosen = {name: value for name, value in (("taxon", self.taxon), ("sample", self.sample)) if value}
        return figures_of(table).filter(**chosen)

    @property
    def is_ranked(self) -> bool:
        """The most first; of all figures, in the order in which they were written."""
        return bool(self.taxon or self.sample)


@dataclass(frozen=True)
class AbundancePage:
    rows: list[AbundanceRow]
    next: str | None  # cursor of the page after it


def rows_of(table: AbundanceTable, choice: FigureChoice, cursor: str | None, size: int) -> AbundancePage:
    """Raises ValidationError for a cursor of another order."""
    figures = list(_after(choice, choice.figures_of(table), cursor)[: size + 1])
    page = figures[:size]
    last = page[-1] if len(figures) > size else None
    return AbundancePage(_with_names(table, page, choice.unit), _cursor_at(choice, last) if last else None)


def _cursor_at(choice: FigureChoice, last: TaxonAbundance) -> str:
    return Cursor(_order(choice), last.estimate if choice.is_ranked else None, last.pk).encode()


def all_rows(table: AbundanceTable, choice: FigureChoice) -> Iterator[AbundanceRow]:
    """For downloads, a block at a time."""
    cursor = None
    while True:
        page = rows_of(table, choice, cursor, BLOCK)
        yield from page.rows
        cursor = page.next
        if cursor is None:
            return


def _order(choice: FigureChoice) -> str:
    return "estimate" if choice.is_ranked else "id"


def _after(
    choice: FigureChoice, figures: QuerySet[TaxonAbundance], cursor: str | None
) -> QuerySet[TaxonAbundance]:
    last = Cursor.decode(cursor, _order(choice)) if cursor else None
    if not choice.is_ranked:
        return figures.filter(pk__gt=last.id if last else 0).order_by("pk")
    if last:
        figures = figures.filter(Q(estimate__lt=last.key) | Q(estimate=last.key, pk__gt=last.id))
    return figures.order_by("-estimate", "pk")


def _with_names(
    table: AbundanceTable, figures: list[TaxonAbundance], unit: VolumeUnit | None
) -> list[AbundanceRow]:
    ids = {one.sample_id for one in figures}
    samples = {
        one.sample_id: one for one in _sample_rows(table).filter(sample__in=ids).select_related("sample")
    }
    names = names_of({one.taxon_id for one in figures})
    volumes = volumes_of(list(ids), unit)
    return [
        AbundanceRow(
            figure=one,
            sample=samples[one.sample_id],
            sample_name=samples[one.sample_id].sample.original_id,
            taxon_name=names[one.taxon_id],
            volume=volumes.get(one.sample_id),
        )
        for one in figures
    ]


# --- The table as a whole ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TableSummary:
    """What the whole stands on, in numbers of objects and of samples."""

    samples: int
    validated: int
    dubious: int
    drawn: int
    unnamed: float
    by_basis: dict[Basis, int]  # samples
    without_model: int  # samples in which random objects are counted without it


def summary_of(table: AbundanceTable) -> TableSummary:
    sums = (
        _sample_rows(table)
        .values("basis")
        .annotate(
            samples=Count("pk"),
            validated=Sum("validated"),
            dubious=Sum("dubious"),
            drawn=Sum("drawn"),
            unnamed=Sum("unnamed"),
            without_model=Count("pk", filter=Q(basis=Basis.RANDOM, uses_model=False)),
        )
    )
    rows = list(sums)
    return TableSummary(
        samples=sum(row["samples"] for row in rows),
        validated=sum(row["validated"] for row in rows),
        dubious=sum(row["dubious"] for row in rows),
        drawn=sum(row["drawn"] for row in rows),
        unnamed=sum(row["unnamed"] for row in rows if row["basis"] != Basis.RANDOM),
        by_basis={Basis(row["basis"]): row["samples"] for row in rows},
        without_model=sum(row["without_model"] for row in rows),
    )


@dataclass(frozen=True)
class TaxonTotal:
    id: int
    name: str
    estimate: float


def taxa_of(table: AbundanceTable) -> list[TaxonTotal]:
    """The taxa of the table, the most abundant first."""
    totals = (
        figures_of(table).values("taxon").annotate(estimate=Sum("estimate")).order_by("-estimate", "taxon")
    )
    rows = list(totals)
    names = names_of({row["taxon"] for row in rows})
    return [TaxonTotal(row["taxon"], names[row["taxon"]], row["estimate"]) for row in rows]


@dataclass(frozen=True)
class CoarserTaxon:
    """That may hold the `taxa` of the table below it."""

    id: int
    name: str
    taxa: int
    is_chosen: bool


def coarser_taxa(table: AbundanceTable) -> list[CoarserTaxon]:
    with connection.cursor() as cursor:
        cursor.execute(COARSER, [table.pk, table.taxa_below])
        rows = cursor.fetchall()
    return [CoarserTaxon(pk, name, taxa, pk in table.taxa_below) for pk, name, taxa in rows]


def samples_of(table: AbundanceTable) -> list[Sample]:
    return list(Sample.objects.filter(pk__in=_sample_rows(table).values("sample")))


def job_under_way(project: Project) -> Job | None:
    return Job.objects.filter(kind="estimate_abundance", project=project, state__in=UNFINISHED).first()


# --- What to validate next --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DrawProposal:
    """The widest interval of a sample, and how many objects drawn by chance make it half as wide."""

    sample: int
    sample_name: str
    taxon: int
    taxon_name: str
    half_width: float  # objects
    relative: float  # of the count
    objects: int


def proposals_of(table: AbundanceTable) -> list[DrawProposal]:
    """The widest first; of samples and taxa that are there still, and in which nothing that was drawn waits."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING_SAMPLES, [table.project_id])
        waiting = {sample for (sample,) in cursor.fetchall()}
    entries = [entry for entry in table.proposals if entry["sample"] not in waiting]
    samples = Sample.objects.filter(project=table.project_id).in_bulk([entry["sample"] for entry in entries])
    names = names_of({entry["taxon"] for entry in entries})
    return [
        DrawProposal(
            sample_name=samples[entry["sample"]].original_id, taxon_name=names[entry["taxon"]], **entry
        )
        for entry in entries
        if entry["sample"] in samples and entry["taxon"] in names
    ]


@dataclass(frozen=True)
class PlanState:
    """How far a validation plan is."""

    plan: ValidationPlan
    objects: int
    validated: int
    dubious: int
    samples: int

    @property
    def is_done(self) -> bool:
        return self.validated + self.dubious == self.objects


def plans_of(project: Project, cursor: str | None, size: int) -> tuple[list[PlanState], str | None]:
    """The newest first, and the cursor of those before them."""
    rows = ValidationPlan.objects.filter(project=project).select_related("owner")
    plans, before = page_back(rows, "plans", cursor, size)
    counts = _plan_counts([plan.pk for plan in plans])
    return [PlanState(plan, *counts.get(plan.pk, (0, 0, 0, 0))) for plan in plans], before


def plan_state(plan: ValidationPlan) -> PlanState:
    return PlanState(plan, *_plan_counts([plan.pk]).get(plan.pk, (0, 0, 0, 0)))


def _plan_counts(plans: list[int]) -> dict[int, tuple[int, int, int, int]]:
    """plan → objects, validated, dubious, samples: of what is in the project still."""
    with connection.cursor() as cursor:
        cursor.execute(PLAN_COUNTS, [plans])
        return {plan: tuple(counts) for plan, *counts in cursor.fetchall()}
