"""The published rules that GBIF's validator, OBIS' quality control and EMODnetBiocheck hold an archive to, as checks.

Sources: GBIF's data quality requirements for sampling-event datasets; obis-qc's README; the OBIS manual's Darwin Core
page; EMODnetBiocheck's README.
"""

import re
from datetime import date, datetime
from pathlib import Path

from dwca.read import DwCAReader

from annotations.publishing.vocabulary import darwin_core_terms, measurement_terms

EVENT, OCCURRENCE = (f"http://rs.tdwg.org/dwc/terms/{name}" for name in ("Event", "Occurrence"))
EMOF = "http://rs.iobis.org/obis/terms/ExtendedMeasurementOrFact"
LSID = re.compile(r"urn:lsid:marinespecies\.org:taxname:[1-9]\d*")
BASES = {"PreservedSpecimen", "HumanObservation", "MachineObservation", "MaterialSample"}
OF_OCCURRENCES = ("occurrenceID", "basisOfRecord", "occurrenceStatus", "scientificName", "scientificNameID")
VERIFIED = {"ValidatedByHuman", "PredictedByMachine"}


def short(data: dict[str, str]) -> dict[str, str]:
    """Columns by the last part of their terms."""
    return {term.rpartition("/")[2]: value for term, value in data.items()}


class ReadArchive:
    """An archive as `python-dwca-reader` sees it."""

    def __init__(self, path: Path):
        self.events: dict[str, dict[str, str]] = {}
        self.occurrences: list[dict[str, str]] = []
        self.measurements: list[dict[str, str]] = []
        self.event_rows = 0
        with DwCAReader(str(path)) as reader:
            assert reader.descriptor.core.type == EVENT
            assert {each.type for each in reader.descriptor.extensions} == {OCCURRENCE, EMOF}
            self.terms = {
                field["term"]
                for table in (reader.descriptor.core, *reader.descriptor.extensions)
                for field in table.fields
            }
            self.eml = reader.metadata
            for row in reader:
                self.event_rows += 1
                self.events[row.id] = short(row.data)
                for extension in row.extensions:
                    target = self.occurrences if extension.rowtype == OCCURRENCE else self.measurements
                    target.append(short(extension.data))


def problems_of(archive: ReadArchive) -> list[str]:
    """In the order of the tables; nothing of an archive that all would take."""
    return [
        *_of_columns(archive),
        *_of_events(archive),
        *_of_occurrences(archive),
        *_of_measurements(archive),
    ]


def _of_columns(archive: ReadArchive) -> list[str]:
    return [f"{term} is of no list" for term in archive.terms - set(darwin_core_terms().values())]


def _of_events(archive: ReadArchive) -> list[str]:
    problems = [] if archive.event_rows == len(archive.events) else ["two events share an eventID"]
    for number, event in archive.events.items():
        parent = event["parentEventID"]
        if parent and parent not in archive.events:
            problems.append(f"{number}: its parent {parent} is no event")
        if not number or number != event["eventID"]:
            problems.append(f"{number}: no eventID")
        if not _is_iso(event["eventDate"]):
            problems.append(f"{number}: {event['eventDate']!r} is no ISO date")
        problems += [f"{number}: {sentence}" for sentence in _of_place(event)]
    return problems


def _of_place(event: dict[str, str]) -> list[str]:
    problems = []
    place = [event["decimalLatitude"], event["decimalLongitude"]]
    if any(place):
        latitude, longitude = map(float, place)
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            problems.append("off the Earth")
        if event["geodeticDatum"] != "EPSG:4326":
            problems.append("no geodetic datum")
    depths = [event["minimumDepthInMeters"], event["maximumDepthInMeters"]]
    if all(depths) and float(depths[0]) > float(depths[1]):
        problems.append("the depths are upside down")
    if event["footprintWKT"] and not re.fullmatch(r"POLYGON \(\([-\d., ]+\)\)", event["footprintWKT"]):
        problems.append("no well-known text")
    return problems


def _of_occurrences(archive: ReadArchive) -> list[str]:
    problems, numbers = [], set()
    for row in archive.occurrences:
        number = row["occurrenceID"]
        problems += [f"{number}: no {column}" for column in OF_OCCURRENCES if not row[column]]
        if number in numbers:
            problems.append(f"{number} is there twice")
        numbers.add(number)
        if not LSID.fullmatch(row["scientificNameID"]):
            problems.append(f"{number}: {row['scientificNameID']} is no number of WoRMS")
        if row["basisOfRecord"] not in BASES or row["occurrenceStatus"] not in ("present", "absent"):
            problems.append(f"{number}: basis or status is of no list")
        if row["identificationVerificationStatus"] not in VERIFIED:
            problems.append(f"{number}: nobody says who looked")
        if (row["individualCount"] == "0") != (row["occurrenceStatus"] == "absent"):
            problems.append(f"{number}: count and status contradict each other")
        event = archive.events[row["eventID"]]
        if not (event["decimalLatitude"] and event["decimalLongitude"] and event["eventDate"]):
            problems.append(f"{number}: its event has no place or date")
    return problems


def _of_measurements(archive: ReadArchive) -> list[str]:
    term_uris = {term.uri for term in measurement_terms().values()}
    occurrences = {row["occurrenceID"]: row["eventID"] for row in archive.occurrences}
    problems, numbers = [], set()
    for row in archive.measurements:
        number = row["measurementID"]
        if number in numbers:
            problems.append(f"{number} is there twice")
        numbers.add(number)
        if row["occurrenceID"] and occurrences.get(row["occurrenceID"]) != row["eventID"]:
            problems.append(f"{number}: its occurrence is not of its event")
        if not row["measurementType"] or not row["measurementValue"]:
            problems.append(f"{number}: measures nothing")
        uris = (row[f"measurement{what}ID"] for what in ("Type", "Unit", "Value"))
        problems += [f"{number}: {uri} is of no list" for uri in uris if uri and uri not in term_uris]
    return problems


def _is_iso(text: str) -> bool:
    ends = text.split("/")
    if not 1 <= len(ends) <= 2:
        return False
    try:
        moments = [datetime.fromisoformat(end) if "T" in end else date.fromisoformat(end) for end in ends]
    except ValueError:
        return False
    zoned = all(end.endswith("Z") for end in ends if "T" in end)
    return zoned and moments == sorted(moments)
