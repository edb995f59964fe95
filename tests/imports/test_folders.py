"""Folders of classes: names of folders are taxa, paths are ids, and what is no picture is named."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotations.imports.archive import Package
from annotations.imports.formats.folders import Folders
from annotations.imports.source import checked_choices
from annotations.imports.survey import Survey
from annotations.jobs.errors import JobError
from annotations.labels.tally import project_counts
from annotations.samples.models import Image, Object, ObjectFields, Sample, State
from annotations.taxon_matching.models import PendingLabel, PendingName
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from annotations.taxonomy.models import Taxon
from tests.imports.packages import package, png, row, run_import, write_zip

CHOICES = {"labels": "validated", "top_folders": "taxa", "sample": ""}


def archive(tmp_path: Path, *paths: str, name: str = "tow12.zip") -> Path:
    return write_zip(tmp_path / name, {path: png(number) for number, path in enumerate(paths)})


def labels() -> dict[str, tuple[str, str | None]]:
    """State and taxon of each object by its id."""
    rows = ObjectFields.objects.values_list("original_id", "object__state", "object__taxon__name")
    return {name: (state, taxon) for name, state, taxon in rows}


@pytest.mark.django_db
def test_folders_are_taxa_and_paths_are_ids(project, alice, tmp_path):
    ensure_taxa([TaxonName("copepod")])
    result = run_import(project, archive(tmp_path, "copepod/0001.png", "copepod/0002.png"), alice)
    assert labels() == {
        "tow12/copepod/0001.png": ("V", "copepod"),
        "tow12/copepod/0002.png": ("V", "copepod"),
    }
    assert result["message"] == "2 objects with 2 images of 1 sample imported."
    assert result["format"] == "folders"
    assert set(Object.objects.values_list("annotator", flat=True)) == {alice.pk}
    assert Sample.objects.get().original_id == "tow12"


@pytest.mark.django_db
def test_folders_in_one_another_are_a_lineage(project, alice, tmp_path):
    run_import(project, archive(tmp_path, "Copepoda/Calanoida/a.png"), alice, create_taxa=True)
    taxon = Taxon.objects.get(name="Calanoida")
    assert taxon.parent is not None and taxon.parent.name == "Copepoda"


@pytest.mark.django_db
def test_unknown_names_wait_with_their_labels(project, alice, tmp_path):
    result = run_import(project, archive(tmp_path, "Acartia_female/x.png"), alice, create_taxa=False)
    assert labels() == {"tow12/Acartia_female/x.png": ("U", None)}
    assert PendingName.objects.get().name == "Acartia_female"
    assert PendingLabel.objects.get().state == State.VALIDATED
    assert (result["waiting"], result["unknown_names"]) == (1, ["Acartia_female"])


@pytest.mark.django_db
def test_again_there_is_nothing_new_and_another_archive_does_not_meet_it(project, alice, tmp_path):
    first = archive(tmp_path, "copepod/1.png", "copepod/2.png")
    run_import(project, first, alice, create_taxa=True)
    again = run_import(project, first, alice, create_taxa=True)
    assert again["message"] == "Nothing new: all 2 pictures of the package are here already."
    other = run_import(project, archive(tmp_path, "copepod/1.png", name="tow13.zip"), alice, create_taxa=True)
    assert (other["objects"], Object.objects.count()) == (1, 3)


@pytest.mark.django_db
def test_another_picture_of_the_same_path_is_left_and_said(project, alice, tmp_path):
    run_import(project, archive(tmp_path, "copepod/1.png"), alice, create_taxa=True)
    key = Image.objects.get().key
    changed = write_zip(tmp_path / "tow12.zip", {"copepod/1.png": png(99)})
    result = run_import(project, changed, alice, create_taxa=True)
    assert Image.objects.get().key == key
    (warning,) = result["warnings"]
    assert warning["file"] == "copepod/1.png" and "It is left as it is" in warning["message"]


@pytest.mark.django_db
def test_the_folder_around_all_is_no_taxon_where_it_is_called_as_the_archive(project, alice, tmp_path):
    run_import(project, archive(tmp_path, "tow12/copepod/1.png"), alice, create_taxa=True)
    assert labels() == {"tow12/copepod/1.png": ("V", "copepod")}


@pytest.mark.django_db
def test_outermost_folders_may_be_samples(project, alice, tmp_path):
    path = archive(tmp_path, "train/copepod/1.png", "test/copepod/1.png")
    run_import(project, path, alice, create_taxa=True, top_folders="samples", labels="predicted")
    assert labels() == {"train/copepod/1.png": ("P", "copepod"), "test/copepod/1.png": ("P", "copepod")}
    assert set(Sample.objects.values_list("original_id", flat=True)) == {"train", "test"}
    assert {state: count for _, state, count in project_counts(project.pk)} == {"P": 2}


@pytest.mark.django_db
def test_the_sample_may_have_a_name(project, alice, tmp_path):
    run_import(project, archive(tmp_path, "copepod/1.png"), alice, create_taxa=True, sample="Station 7")
    assert list(labels()) == ["Station 7/copepod/1.png"]


@pytest.mark.django_db
def test_what_is_passed_over_is_named(project, alice, tmp_path):
    names = ("__MACOSX/copepod/._1.png", "copepod/.DS_Store", "copepod/notes.md", "loose.png")
    path = archive(tmp_path, "copepod/1.png", *names)
    warnings = {each["file"]: each["message"] for each in run_import(project, path, alice)["warnings"]}
    assert set(warnings) == set(names)
    assert warnings["copepod/notes.md"] == "This was passed over: it is no picture."
    assert "unclassified" in warnings["loose.png"]
    assert labels()["tow12/loose.png"] == ("U", None)


@pytest.mark.django_db
def test_a_broken_picture_stops_all_of_it_and_is_named(project, alice, tmp_path):
    path = write_zip(tmp_path / "tow12.zip", {"copepod/1.png": png(), "copepod/2.png": png()[:40]})
    with pytest.raises(JobError) as refusal:
        run_import(project, path, alice)
    (error,) = refusal.value.errors
    assert (error["file"], error["line"], error["column"]) == ("copepod/2.png", None, None)
    assert not Object.objects.exists() and not PendingName.objects.exists()


@pytest.mark.django_db
def test_a_dry_run_changes_nothing(project, alice, tmp_path):
    result = run_import(project, archive(tmp_path, "copepod/1.png"), alice, dry_run=True)
    assert "tow12.zip can be imported: 1 picture, no error." in result["message"]
    assert not Object.objects.exists()


def test_a_table_makes_it_no_folder_of_classes(tmp_path):
    with Package(package(tmp_path / "p.zip", [row(1)], **{"copepod/1.png": png()})) as ecotaxa:
        assert not Folders().recognises(ecotaxa)
    with Package(write_zip(tmp_path / "q.zip", {"copepod/1.png": png(), "objects.csv": "a"})) as misnamed:
        assert not Folders().recognises(misnamed)


def test_what_no_format_asks_is_refused():
    with pytest.raises(ValidationError, match="none of validated, predicted"):
        checked_choices("folders", {"labels": "certain"})
    with pytest.raises(ValidationError, match="There is no format 'folder'"):
        checked_choices("folder", {})


NAME = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\:"), min_size=1, max_size=300
).filter(lambda name: name.strip(". ") == name)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(folders=st.lists(NAME, max_size=3), name=NAME)
def test_any_name_is_a_stable_id_that_a_row_can_hold(tmp_path, folders, name):
    path = "/".join([*folders, f"{name}.png"])
    with Package(write_zip(tmp_path / "odd.zip", {path: png()})) as opened:
        first, again = (list(Folders().records(opened, Survey(), CHOICES)) for _ in range(2))
        assert first == again and [record.path for record in first] == opened.paths()
        for record in first:
            assert 0 < len(record.object_id) <= 255 and len(record.file_name) <= 255
            assert opened.read(record.path) == png()
