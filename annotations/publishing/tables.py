"""The three tables of an archive: their files and columns. A row is a dict; columns that it lacks are empty."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from annotations.publishing.vocabulary import darwin_core_terms

ArchiveRow = Mapping[str, object]
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


@dataclass(frozen=True)
class ArchiveTable:
    """`columns[0]` is the event's number, by which the rows of all tables belong together."""

    file: str
    row_type: str  # of `terms/darwin_core.csv`
    columns: tuple[str, ...]

    @property
    def uri(self) -> str:
        return darwin_core_terms()[self.row_type]

    @property
    def head(self) -> str:
        return "\t".join(self.columns) + "\n"

    def line(self, row: ArchiveRow) -> str:
        """Tabs and line breaks of a cell become spaces: the format has no quotes."""
        return "\t".join(cell_of(row.get(column)) for column in self.columns) + "\n"


def cell_of(value: object) -> str:
    return "" if value is None else _BREAKS.sub(" ", str(value)).strip()


EVENTS = ArchiveTable(
    "event.txt",
    "Event",
    (
        *("eventID", "parentEventID", "eventType", "eventDate", "decimalLatitude", "decimalLongitude"),
        *("coordinateUncertaintyInMeters", "geodeticDatum", "footprintWKT", "footprintSRS"),
        *("minimumDepthInMeters", "maximumDepthInMeters", "samplingProtocol", "sampleSizeValue"),
        *("sampleSizeUnit", "datasetName", "datasetID", "institutionCode", "license", "eventRemarks"),
        *("dynamicProperties",),
    ),
)
OCCURRENCES = ArchiveTable(
    "occurrence.txt",
    "Occurrence",
    (
        *("eventID", "occurrenceID", "basisOfRecord", "occurrenceStatus", "scientificName"),
        *("scientificNameID", "scientificNameAuthorship", "kingdom", "taxonRank", "verbatimIdentification"),
        *("lifeStage", "vitality", "individualCount", "identifiedBy", "dateIdentified"),
        *("identificationVerificationStatus", "identificationReferences", "occurrenceRemarks"),
        *("associatedMedia", "otherCatalogNumbers"),
    ),
)
MEASUREMENTS = ArchiveTable(
    "extendedmeasurementorfact.txt",
    "ExtendedMeasurementOrFact",
    (
        *("eventID", "occurrenceID", "measurementID", "measurementType", "measurementTypeID"),
        *("measurementValue", "measurementValueID", "measurementUnit", "measurementUnitID"),
        *("measurementMethod", "measurementRemarks"),
    ),
)
TABLES = (EVENTS, OCCURRENCES, MEASUREMENTS)
