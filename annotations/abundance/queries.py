"""Reads of the table that was estimated last."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from annotations.abundance.models import (
    AbundanceTable,
    Basis,
    SampleAbundance,
    TaxonAbundance,
)
from annotations.abundance.volumes import Volume, volumes_of
from annotations.common.keyset import Cursor
from annotations.jobs.models import UNFINISHED, Job
from annotations.learning.models import Model
from annotations.learning.queries import models_used_in
from annotations.projects.models import Project
from annotations.samples.models import Sample
from annotations.taxonomy.models import Taxon
from annotations.taxonomy.queries import names_of
from annotations.volumes.models import VolumeUnit

BLOCK = 5000  # rows that a download reads at once
# from taxon to taxon by the index: a table has many figures of few taxa. Of a taxon one sample that is there is enough
NAMED_TAXA = """
WITH RECURSIVE step AS (
    SELECT min(taxon_id) AS taxon_id FROM abundance_taxonabundance WHERE table_id = %(table)s
    UNION ALL
    SELECT (SELECT min(a.taxon_id) FROM abundance_taxonabundance a
            WHERE a.table_id = %(table)s AND a.taxon_id > step.taxon_id)
    FROM step WHERE step.taxon_id IS NOT NULL
)
SELECT step.taxon_id FROM step CROSS JOIN LATERAL (
    SELECT FROM abundance_taxonabundance a JOIN samples_sample s ON s.id = a.sample_id
    WHERE a.table_id = %(table)s AND a.taxon_id = step.taxon_id AND s.project_id = %(table)s LIMIT 1
) one
"""
COUNTED_AGAIN = "The samples were counted again meanwhile: ask anew."
NO_UNIT = "Say in which unit the samples' volumes are: volume_unit=m3 or l."


def usual_model(project: Project) -> Model | None:
    """By whom is counted where nobody chooses: the project's own model where it has predicted, else the newest that
    has; one that is fitted anew while people sort only where there is no other."""
    models = models_used_in(project)
    trained = models.exclude(method=Model.Method.REFIT)
    return trained.filter(owned_by__project=project).first() or trained.first() or models.first()


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


def sample_rows_of(table: AbundanceTable) -> QuerySet[SampleAbundance]:
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
    """For downloads, a block at a time. Raises ValidationError where a newer table has taken the place of this one
    meanwhile: its rows would follow upon those of the former."""
    cursor = None
    while True:
        page = rows_of(table, choice, cursor, BLOCK)
        if not AbundanceTable.objects.filter(pk=table.pk, created=table.created).exists():
            raise ValidationError(COUNTED_AGAIN)
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
        one.sample_id: one for one in sample_rows_of(table).filter(sample__in=ids).select_related("sample")
    }
    names = names_of({one.taxon_id for one in figures})
    volumes = volumes_of(table.project, list(ids), unit)
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


# --- What one chooses -------------------------------------------------------------------------------------------------


def ranked_choice(table: AbundanceTable, choice: FigureChoice) -> FigureChoice:
    """Where neither a taxon nor a sample is chosen: the taxon of which there is most, if there is any."""
    if choice.is_ranked:
        return choice
    totals = figures_of(table).values("taxon").annotate(estimate=Sum("estimate"))
    first = totals.order_by("-estimate", "taxon").first()
    return replace(choice, taxon=first["taxon"]) if first else choice


def taxa_named_in(table_id: int) -> list[int]:
    """Of which the table has figures, in samples that are in the project still."""
    with connection.cursor() as cursor:
        cursor.execute(NAMED_TAXA, {"table": table_id})
        return [taxon for (taxon,) in cursor.fetchall()]


def counted_taxa(project: Project) -> QuerySet[Taxon]:
    return Taxon.objects.filter(pk__in=taxa_named_in(project.pk)).order_by("folded", "pk")


def counted_samples(project: Project) -> QuerySet[Sample]:
    rows = SampleAbundance.objects.filter(table=project.pk, sample=OuterRef("pk"))
    return Sample.objects.filter(Exists(rows), project=project.pk).order_by("original_id", "pk")


# --- The job ----------------------------------------------------------------------------------------------------------


def job_under_way(project: Project) -> Job | None:
    return Job.objects.filter(kind="estimate_abundance", project=project, state__in=UNFINISHED).first()
