"""An archive as an independent reader opens it, with the values that were worked out by hand."""

import math
import zipfile
from pathlib import Path

import pytest

from annotations.jobs.errors import JobCancelled
from annotations.learning.models import Model, Prediction
from annotations.publishing.archive import RowCounts, write_archive_file
from annotations.publishing.people import people_in
from annotations.publishing.requests import ArchiveRequest
from annotations.samples.models import Acquisition, Object, State
from annotations.search.filter import Filter
from tests.publishing.conftest import PIXEL_UM
from tests.publishing.rules import ReadArchive, problems_of

P01 = "http://vocab.nerc.ac.uk/collection/P01/current/"


@pytest.fixture
def write(cruise, tmp_path):
    def write(**more) -> ReadArchive:
        path = Path(tmp_path, "dwca.zip")
        criteria = more.pop("criteria", Filter())
        write_archive_file(
            path, cruise.project, ArchiveRequest(criteria=criteria, **more), lambda counts: None
        )
        archive = ReadArchive(path)
        assert problems_of(archive) == []
        return archive

    return write


def event(project, sample: str, more: str = "") -> str:
    return f"seston-{project.pk}:sample:{sample}{more}"


def occurrence(archive: ReadArchive, sample: str, verbatim: str, status: str = "present") -> dict[str, str]:
    matching = [
        row
        for row in archive.occurrences
        if row["eventID"].endswith(sample)
        and row["verbatimIdentification"] == verbatim
        and row["occurrenceStatus"] == status
    ]
    assert len(matching) == 1, matching
    return matching[0]


def measured(archive: ReadArchive, occurrence_id: str, code: str) -> float:
    (value,) = (
        row["measurementValue"]
        for row in archive.measurements
        if row["occurrenceID"] == occurrence_id and row["measurementTypeID"] == f"{P01}{code}/"
    )
    return float(value)


def sphere_mm3(area: float) -> float:
    return 4 / 3 * math.pi * (math.sqrt(area / math.pi) * PIXEL_UM / 1000) ** 3


def test_counts_abundances_and_biovolumes_are_those_worked_out_by_hand(write):
    archive = write()
    calanus = occurrence(archive, "s1", "Calanus")
    number = calanus["occurrenceID"]
    assert (calanus["individualCount"], measured(archive, number, "OCOUNT01")) == ("4", 4)
    assert measured(archive, number, "SDBIOL01") == pytest.approx((3 * 8 + 1 * 2) / 200)
    fine = sphere_mm3(100) + sphere_mm3(200) + sphere_mm3(300)
    assert measured(archive, number, "CVOLUKNB") == pytest.approx((fine * 8 + sphere_mm3(400) * 2) / 200)
    (size,) = (
        row
        for row in archive.measurements
        if row["occurrenceID"] == number and "spherical" in row["measurementType"]
    )
    diameters = [2 * math.sqrt(area / math.pi) * PIXEL_UM / 1000 for area in (100, 200, 300, 400)]
    assert float(size["measurementValue"]) == pytest.approx(sum(diameters) / 4)
    assert (size["measurementUnit"], size["measurementTypeID"]) == ("Millimetres", "")
    salps = occurrence(archive, "s2", "Salpa")["occurrenceID"]
    assert measured(archive, salps, "SDBIOL01") == pytest.approx(2 * 4 / 150)


def test_events_are_a_cruise_its_samples_and_their_acquisitions(write, cruise):
    archive = write()
    project = cruise.project
    s1, fine = event(project, "s1"), event(project, "s1", ":acquisition:fine")
    assert {number: row["parentEventID"] for number, row in archive.events.items()} == {
        f"seston-{project.pk}:cruise:Point%20B": "",
        s1: f"seston-{project.pk}:cruise:Point%20B",
        fine: s1,
        event(project, "s1", ":acquisition:coarse"): s1,
        event(project, "s2"): f"seston-{project.pk}:cruise:Point%20B",
        event(project, "s2", ":acquisition:all"): event(project, "s2"),
    }
    row = archive.events[s1]
    assert row["eventDate"] == "2026-02-03T08:30:00Z/2026-02-03T09:00:00Z"
    assert (row["minimumDepthInMeters"], row["maximumDepthInMeters"]) == ("0", "75")
    assert float(row["decimalLatitude"]) == pytest.approx((8 * 43.68 + 43.70) / 9, abs=1e-4)
    assert row["footprintWKT"].startswith("POLYGON ((7.310000 43.680000")
    assert 1000 < int(row["coordinateUncertaintyInMeters"]) < 2300
    assert (row["sampleSizeValue"], row["sampleSizeUnit"]) == ("200", "cubic metre")
    assert row["samplingProtocol"] == "WP-2 net, mesh 200 µm; imaged by Zooscan"
    assert (archive.events[fine]["decimalLatitude"], archive.events[fine]["footprintWKT"]) == ("43.68", "")


def test_how_samples_were_taken_is_measured_with_terms_of_bodc(write, cruise):
    archive = write()
    own = {
        (row["eventID"], row["measurementTypeID"].removeprefix(P01).strip("/")): row
        for row in archive.measurements
        if not row["occurrenceID"]
    }
    s1 = event(cruise.project, "s1")
    net = own[s1, "NMSPINST"]
    assert (net["measurementValue"], net["measurementValueID"][-9:]) == ("WP-2 net", "TOOL0979/")
    assert own[s1, "MSHSIZE1"]["measurementValue"] == "200"
    assert own[s1, "MTHAREA1"]["measurementValue"] == "0.25"
    assert own[s1, "VOLWBSMP"]["measurementValue"] == "200"
    assert own[f"{s1}:acquisition:fine", "SSAMPC01"]["measurementValue"] == "0.125"
    scanner = own[f"{s1}:acquisition:fine", ""]
    assert (scanner["measurementValue"], scanner["measurementValueID"][-9:]) == ("Zooscan", "TOOL1581/")


def test_names_are_those_of_worms_with_the_projects_own_beside_them(write):
    archive = write()
    calanus = occurrence(archive, "s1", "Calanus")
    assert (calanus["scientificName"], calanus["scientificNameID"], calanus["taxonRank"]) == (
        "Calanus",
        "urn:lsid:marinespecies.org:taxname:104152",
        "genus",
    )
    assert (calanus["kingdom"], calanus["scientificNameAuthorship"]) == ("Animalia", "Leach, 1816")
    assert (calanus["identifiedBy"], calanus["dateIdentified"]) == ("Bob", "2026-03-01")
    egg, dead = occurrence(archive, "s1", "egg<Copepoda"), occurrence(archive, "s2", "dead<Copepoda")
    assert (egg["scientificName"], egg["lifeStage"], egg["vitality"]) == ("Copepoda", "egg", "")
    assert (dead["scientificName"], dead["lifeStage"], dead["vitality"]) == ("Copepoda", "", "dead")
    names = {row["verbatimIdentification"] for row in archive.occurrences}
    assert names == {"Calanus", "Salpa", "egg<Copepoda", "dead<Copepoda"}


def test_a_sample_without_a_position_stays_out(write):
    archive = write()
    assert not [number for number in archive.events if ":s3" in number]
    assert len(archive.occurrences) == 5


def test_absent_is_what_the_whole_sample_has_none_of_nor_of_what_is_below(write):
    absent = [row for row in write(with_absent=True).occurrences if row["occurrenceStatus"] == "absent"]
    # of s2: no Calanus. A copepod is there, a dead one; s1 has both an egg of one and a Salpa
    assert [(row["eventID"][-2:], row["scientificName"]) for row in absent] == [("s2", "Calanus")]


def test_what_another_taxon_stands_for_is_not_absent_because_a_filter_leaves_it_out(write, cruise):
    """In s2 lies a dead copepod: of an archive of eggs alone, which are Copepoda in WoRMS, Copepoda are not absent."""
    archive = write(with_absent=True, criteria=Filter(taxon=(cruise.tree.eggs.pk,)))
    assert [row["occurrenceStatus"] for row in archive.occurrences] == ["present"]
    archive = write(with_absent=True, criteria=Filter(taxon=(cruise.tree.calanus.pk,)))
    assert occurrence(archive, "s2", "Calanus", "absent")["individualCount"] == "0"


def test_an_acquisition_without_objects_is_neither_event_nor_effort(write, cruise, tmp_path):
    """A volume that it lacks is no reason to leave out its sample's."""
    Acquisition.objects.create(sample=cruise.s1, original_id="empty", instrument="Zooscan")
    Acquisition.objects.filter(pk=cruise.whole.pk).update(original_id="all, with : and | in it")
    write()
    with zipfile.ZipFile(tmp_path / "dwca.zip") as package:
        events, *tables = (
            {line.split("\t")[0] for line in package.read(name).decode().splitlines()}
            for name in ("event.txt", "occurrence.txt", "extendedmeasurementorfact.txt")
        )
    assert not [number for table in tables for number in table - events]
    assert not [number for number in events if "empty" in number]


def test_positions_have_the_digits_that_the_objects_have(write, cruise):
    Object.objects.filter(sample=cruise.s1).update(latitude=-43.681672, longitude=-123.456789)
    row = write().events[event(cruise.project, "s1")]
    assert (row["decimalLatitude"], row["decimalLongitude"]) == ("-43.681672", "-123.456789")


def test_a_sample_that_is_not_sorted_yet_states_no_absence(write, cruise):
    cruise.add(cruise.whole, None, 10.0, State.UNCLASSIFIED)
    assert not [row for row in write(with_absent=True).occurrences if row["occurrenceStatus"] == "absent"]


def test_predicted_ones_go_out_marked_as_such_if_asked_with_the_model(write, cruise):
    model = Model.objects.create(name="nets of 2026")
    one = cruise.add(cruise.whole, cruise.tree.calanus, 10.0, State.PREDICTED)
    Prediction.objects.create(object=one, model=model, taxa=[cruise.tree.calanus.pk], scores=[0.9])
    assert {row["identificationVerificationStatus"] for row in write().occurrences} == {"ValidatedByHuman"}
    (predicted,) = (
        row
        for row in write(with_predicted=True).occurrences
        if row["identificationVerificationStatus"] == "PredictedByMachine"
    )
    assert (predicted["scientificName"], predicted["identifiedBy"]) == ("Calanus", "")
    assert predicted["identificationReferences"] == f"nets of 2026 (Seston, model {model.pk})"


def test_a_job_that_is_cancelled_stops_while_objects_are_summed_up(cruise, tmp_path):
    def cancelled(counts: RowCounts) -> None:
        assert counts.occurrences == 0
        raise JobCancelled

    with pytest.raises(JobCancelled):
        write_archive_file(tmp_path / "x.zip", cruise.project, ArchiveRequest(Filter()), cancelled)


def test_by_layer_there_are_counts_and_depths_but_no_abundances(write, cruise):
    cruise.add(cruise.whole, cruise.tree.calanus, 10.0, depth_min=60, depth_max=60)
    archive = write(by="layer", layer_m=50)
    layer = event(cruise.project, "s2", ":layer:50to100m")
    (row,) = (row for row in archive.occurrences if row["eventID"] == layer)
    assert (row["scientificName"], row["individualCount"]) == ("Calanus", "1")
    depths = archive.events[layer]["minimumDepthInMeters"], archive.events[layer]["maximumDepthInMeters"]
    assert depths == ("50", "100")
    assert archive.events[layer]["parentEventID"] == event(cruise.project, "s2")
    assert not [row for row in archive.measurements if row["measurementTypeID"].endswith("SDBIOL01/")]


def test_by_acquisition_each_has_its_own_occurrences(write, cruise):
    archive = write(by="acquisition")
    fine = occurrence(archive, "s1:acquisition:fine", "Calanus")
    assert measured(archive, fine["occurrenceID"], "SDBIOL01") == pytest.approx(3 * 8 / 200)


def test_a_filter_narrows_the_archive(write, cruise):
    archive = write(criteria=Filter(sample=(cruise.s2.pk,)))
    assert {number.split(":")[2] for number in archive.events if ":sample:" in number} == {"s2"}


def test_the_description_follows_gbifs_profile(write):
    creators = people_in("Ada M. Lovelace, Marine Station\nJean-Luc Bee")
    eml = write(creators=creators, institution="Marine Station").eml
    dataset = eml.find("dataset")
    order = [child.tag for child in dataset]
    assert order == [
        *("alternateIdentifier", "title", "creator", "creator", "metadataProvider", "pubDate", "language"),
        *("abstract", "keywordSet", "intellectualRights", "coverage", "contact", "methods"),
    ]
    assert [name.text for name in dataset.iter("surName")] == ["Lovelace", "Bee", "Alice", "Alice"]
    assert dataset.find("creator/organizationName").text == "Marine Station"
    link = dataset.find("intellectualRights/para/ulink")
    assert link.get("url") == "http://creativecommons.org/licenses/by/4.0/legalcode"
    box = {
        side.tag: float(side.text) for side in dataset.find("coverage/geographicCoverage/boundingCoordinates")
    }
    assert list(box.values()) == [7.31, 7.31, 43.70, 43.68]
    assert dataset.find("coverage/temporalCoverage/rangeOfDates/beginDate/calendarDate").text == "2026-02-03"
    names = [name.text for name in dataset.iter("taxonRankValue")]
    assert names == ["Calanus", "Copepoda", "Salpa"]
    citation = eml.find("additionalMetadata/metadata/gbif/citation")
    assert citation.text.startswith("Lovelace AM, Bee JL (20")
    assert citation.text.endswith(
        "Villefranche 2026. Marine Station. Dataset/Samplingevent. https://doi.org/10.17882/55741"
    )
    assert dataset.find("contact/electronicMailAddress") is None
