"""What a project has for an archive, counted: by sample, taxon and state, with what lacks a place or a date."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from annotations.labels.tally import project_counts
from annotations.projects.models import Project
from annotations.publishing.extents import EventExtent, extents_of
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.taxa import PublishedTaxa, published_taxa
from annotations.samples.models import Sample, State

MOST_SURVEYED = 2_000_000  # objects: a second or two
COUNTS = """
SELECT o.sample_id, COALESCE(o.taxon_id, 0), o.state, count(*)
FROM samples_object o WHERE o.project_id = %s AND {condition} GROUP BY 1, 2, 3
"""


@dataclass
class ArchiveSurvey:
    """Of the objects that the filter lets through, whatever their labels but for taxa that it names."""

    counts: Mapping[tuple[int, int, str], int]  # by sample, taxon (0: none) and state
    extents: Mapping[int, EventExtent]  # by sample
    states: frozenset[str]  # that go out
    taxa: PublishedTaxa
    sample_names: Mapping[int, str] = field(default_factory=dict)

    @property
    def objects(self) -> int:
        return sum(self.counts.values())

    @property
    def published(self) -> Counter[int]:
        """Objects by taxon, of the states that go out."""
        total: Counter[int] = Counter()
        for (_, taxon, state), count in self.counts.items():
            if state in self.states:
                total[taxon] += count
        return total

    @property
    def in_state(self) -> Counter[str]:
        total: Counter[str] = Counter()
        for (_, _, state), count in self.counts.items():
            total[state] += count
        return total

    @property
    def unplaced(self) -> list[str]:
        return [self.sample_names[number] for number, extent in self.extents.items() if not extent.is_placed]

    @property
    def undated(self) -> list[str]:
        return [self.sample_names[number] for number, extent in self.extents.items() if not extent.first]

    @property
    def usable(self) -> set[int]:
        """Samples with a place and a date."""
        return {number for number, extent in self.extents.items() if extent.is_placed and extent.first}

    @property
    def rows_going_out(self) -> list[tuple[int, int, int]]:
        """(sample, taxon, objects) of the archive, once for each state."""
        usable = self.usable
        return [
            (sample, taxon, count)
            for (sample, taxon, state), count in self.counts.items()
            if state in self.states and taxon in self.taxa.by_id and sample in usable
        ]

    @property
    def going_out(self) -> int:
        """Objects of the archive."""
        return sum(count for _, _, count in self.rows_going_out)

    @property
    def samples(self) -> int:
        return len({sample for sample, _, _ in self.rows_going_out})

    @property
    def names(self) -> int:
        """Of WoRMS."""
        return len({self.taxa.by_id[taxon].aphia_id for _, taxon, _ in self.rows_going_out})

    def first_sample(self) -> int | None:
        """One that has an object of the archive; None where there is none."""
        samples = {sample for sample, _, _ in self.rows_going_out}
        return min(samples, key=lambda number: self.sample_names[number], default=None)

    def objects_of(self, taxa: Mapping[int, str]) -> int:
        published = self.published
        return sum(published[taxon] for taxon in taxa)


def is_quickly_surveyed(project: Project, request: ArchiveRequest) -> bool:
    """Whether a page may wait for it: the tally knows how many objects the samples have."""
    samples = list(request.criteria.sample) or None
    return sum(count for _, _, count in project_counts(project.pk, samples)) <= MOST_SURVEYED


def survey_of(project: Project, request: ArchiveRequest) -> ArchiveSurvey:
    counts = _counts(project, request)
    states = frozenset(state.value for state in request.published)
    labelled = {taxon for (_, taxon, state) in counts if taxon and state in states}
    return ArchiveSurvey(
        counts=counts,
        extents={key[0]: extent for key, extent in extents_of(project, request.within).items()},
        states=states,
        taxa=published_taxa(labelled),
        sample_names=dict(Sample.objects.filter(project=project).values_list("pk", "original_id")),
    )


def _counts(project: Project, request: ArchiveRequest) -> dict[tuple[int, int, str], int]:
    condition, params = request.within.narrowed(project.pk).where(project.pk)
    with connection.cursor() as cursor:
        cursor.execute(COUNTS.format(condition=condition), [project.pk, *params])
        rows = cursor.fetchall()
    chosen = set(request.criteria.taxa) if request.criteria.taxon else None
    return {
        (sample, taxon, State(state).value): count
        for sample, taxon, state, count in rows
        if chosen is None or taxon in chosen
    }
