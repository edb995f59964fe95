"""The demo project goes out as an archive: its taxa have their names of WoRMS."""

import pytest

from annotations.demo.package import write_package
from annotations.demo.worms import NAMES, register_drawn_taxa
from annotations.projects.actions import update_project
from annotations.projects.models import Licence
from annotations.publishing.archive import write_archive_file
from annotations.publishing.checks import checks_of, errors_of
from annotations.publishing.requests import ArchiveRequest
from annotations.publishing.survey import survey_of
from annotations.search.filter import Filter
from annotations.taxonomy.models import Taxon
from annotations.volumes.actions import set_volumes
from seston.management.commands.demo import ABOUT
from tests.imports.packages import run_import
from tests.publishing.rules import LSID, ReadArchive, problems_of
from tests.worlds import shared_rows


@shared_rows
def drawn(project, alice, root, tmp_path_factory):
    package = tmp_path_factory.mktemp("drawn") / "drawn.zip"
    write_package(package, objects=160, samples=4, settled=1)
    run_import(project, package, alice)
    register_drawn_taxa(root)
    set_volumes(project=project, volume_unit="m3")
    return update_project(project=project, licence=Licence.CC0, contact=alice, description=ABOUT)


def test_an_archive_of_it_lacks_nothing_that_blocks(drawn):
    request = ArchiveRequest(criteria=Filter())
    survey = survey_of(drawn, request)
    assert errors_of(drawn, request, survey) == []
    sentences = "\n".join(check.sentence for check in checks_of(drawn, request, survey))
    assert "neither Acantharea nor a taxon above has an AphiaID of WoRMS" in sentences
    assert "Calanidae as Calanoida" in sentences and "Noctiluca as Dinophyceae" in sentences


def test_the_rules_of_obis_hold_and_each_occurrence_has_its_name_kingdom_and_abundance(drawn, tmp_path):
    path = tmp_path / "dwca.zip"
    write_archive_file(path, drawn, ArchiveRequest(criteria=Filter()), lambda counts: None)
    archive = ReadArchive(path)
    assert problems_of(archive) == []
    names = {row["verbatimIdentification"]: row for row in archive.occurrences}
    assert {
        name: names[name]["scientificNameID"].rpartition(":")[2] for name in ("Oithona", "Calanidae")
    } == {
        "Oithona": "106485",
        "Calanidae": "1100",
    }
    assert names["egg<Actinopterygii"]["scientificName"] == "Actinopterygii"
    assert names["egg<Actinopterygii"]["lifeStage"] == "egg"
    assert {row["kingdom"] for row in archive.occurrences} == {"Animalia", "Chromista"}
    assert names["Chaetoceros"]["kingdom"] == names["Noctiluca"]["kingdom"] == "Chromista"
    assert all(LSID.fullmatch(row["scientificNameID"]) for row in archive.occurrences)
    abundances = [row for row in archive.measurements if row["measurementTypeID"].endswith("SDBIOL01/")]
    assert len(abundances) == len(archive.occurrences)


@pytest.mark.django_db
def test_a_number_that_another_taxon_of_the_site_has_stays_there(root):
    Taxon.objects.create(name="Copépodes", display_name="Copépodes", aphia_id=1080)
    Taxon.objects.create(name="Copepoda", display_name="Copepoda", rank="Subclass")
    register_drawn_taxa(root)
    copepoda = Taxon.objects.get(name="Copepoda")
    assert (copepoda.aphia_id, copepoda.rank, copepoda.authority) == (None, "Subclass", "Milne Edwards, 1840")


def test_no_number_stands_for_two_names():
    numbers = [name.aphia_id for name in NAMES if name.aphia_id]
    assert len(set(numbers)) == len(numbers)
