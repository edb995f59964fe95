"""The occurrences of an archive: a row an event, category and verification, from the tables of results."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby

from annotations.labels.tally import project_counts
from annotations.projects.models import Project
from annotations.publishing.events import Events
from annotations.publishing.extents import EventKey
from annotations.publishing.identification import NOBODY_KNOWN, Identification, IdentificationKey
from annotations.publishing.identifiers import former, occurrence_id
from annotations.publishing.measurements import COUNT, measurement, of_occurrence
from annotations.publishing.requests import HUMAN, MACHINE, ArchiveRequest
from annotations.publishing.tables import ArchiveRow
from annotations.publishing.taxa import PublishedTaxa, PublishedTaxon, published_taxa
from annotations.results.table import ResultGroup, ResultRow, results_table

BASIS = "MachineObservation"  # of all that an imaging instrument took, as OBIS recommends
WORDS = {HUMAN: "validated", MACHINE: "predicted"}
MeasuredOccurrence = tuple[ArchiveRow, list[ArchiveRow]]  # an occurrence with its measurements


class Occurrences:
    """Rows come one after the other; in memory is what the tables of results hold."""

    def __init__(
        self,
        project: Project,
        request: ArchiveRequest,
        events: Events,
        taxa: PublishedTaxa,
        identified: dict[IdentificationKey, Identification],
        formula: str,
        media: dict[IdentificationKey, str],
        after_chunk: Callable[[], None] = lambda: None,
    ):
        self.project, self.request, self.events = project, request, events
        self.taxa, self.identified, self.formula = taxa, identified, formula
        self.media, self.after_chunk = media, after_chunk

    def rows(self) -> Iterator[MeasuredOccurrence]:
        for status in self.request.statuses:
            query = self.request.results(self.request.states_of(status))
            for row in results_table(self.project, query, self.after_chunk):
                if present := self._present(row, status):
                    yield present
        if self.request.with_absent:
            yield from self._absent_rows()

    def _present(self, row: ResultRow, status: str) -> MeasuredOccurrence | None:
        taxon, event = self.taxa.by_id.get(row.taxon), self.events.event_of(key_of_group(row.group))
        if taxon is None or event is None or not row.count:
            return None
        key = (key_of_group(row.group), row.taxon, status)
        by = self.identified.get(key, NOBODY_KNOWN)
        occurrence = occurrence_id(event, row.taxon, WORDS[status])
        columns = {
            **taxon.as_columns(),
            "eventID": event,
            "occurrenceID": occurrence,
            "otherCatalogNumbers": former(occurrence, self.request.site),
            "basisOfRecord": BASIS,
            "occurrenceStatus": "present",
            "individualCount": int(row.count),
            "identifiedBy" if status == HUMAN else "identificationReferences": by.names,
            "dateIdentified": by.date,
            "identificationVerificationStatus": status,
            "associatedMedia": self.media.get(key, ""),
        }
        return columns, list(of_occurrence(row, event, occurrence, self.formula))

    # --- What is absent ---------------------------------------------------------------------------------------------

    def _absent_rows(self) -> Iterator[MeasuredOccurrence]:
        """Of events all of whose objects are labelled: while some are not, a zero may be none. Looks at all taxa, also
        where the archive is of some: what goes out under one name may be there as a taxon that was not chosen."""
        query = self.request.results(self.request.published, zeros=True)
        query = replace(query, criteria=replace(query.criteria, taxon=()))
        every = published_taxa({taxon for taxon, _, _ in project_counts(self.project.pk) if taxon})
        for group, rows in groupby(
            results_table(self.project, query, self.after_chunk), lambda row: row.group
        ):
            event = self.events.event_of(key_of_group(group))
            if event is not None:
                yield from self._absent_in(event, list(rows), every)

    def _absent_in(
        self, event: str, rows: list[ResultRow], every: PublishedTaxa
    ) -> Iterator[MeasuredOccurrence]:
        """A name of which no category was there, nor any taxon below it: with one of its genus a family is there."""
        if any(row.left_out for row in rows):
            return
        there = [taxon for row in rows if row.count and (taxon := every.by_id.get(row.taxon))]
        zeros = [taxon for row in rows if not row.count and (taxon := self.taxa.by_id.get(row.taxon))]
        present = {number for taxon in there for number in taxon.path}
        for number, taxon in {taxon.registered: taxon for taxon in zeros}.items():
            if number not in present:
                yield self._absent(event, taxon)

    def _absent(self, event: str, taxon: PublishedTaxon) -> MeasuredOccurrence:
        occurrence = occurrence_id(event, taxon.registered, "absent")
        columns = taxon.as_columns() | {
            "verbatimIdentification": taxon.name,
            "lifeStage": "",
            "vitality": "",
            "occurrenceRemarks": "",
            "eventID": event,
            "occurrenceID": occurrence,
            "otherCatalogNumbers": former(occurrence, self.request.site),
            "basisOfRecord": BASIS,
            "occurrenceStatus": "absent",
            "individualCount": 0,
            "identificationVerificationStatus": self.request.statuses[-1],
        }
        return columns, [measurement(COUNT, 0, event, occurrence)]


def key_of_group(group: ResultGroup) -> EventKey:
    return group.sample or 0, group.acquisition or 0, group.layer or 0
