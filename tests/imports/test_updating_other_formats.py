"""Updates from tables of any program, from folders of classes and from COCO files: looked at, written, taken back."""

import json
from pathlib import Path

import pytest

from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.metadata.models import PackageUpdate
from annotations.metadata.packages.undoing import start_undo
from annotations.samples.models import Object, State
from tests.imports.packages import png, run_import, write_zip
from tests.imports.test_updating import counts, values
from tests.run_jobs import work
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db

OCCURRENCES = "occurrenceID,scientificName,eventID,decimalLatitude,eventDate,area,remark\n"
PICTURES = {"a.png": png(1), "b.png": png(2)}


def stored(name: str) -> Object:
    return Object.objects.get(wide__original_id=name)


def table(path: Path, text: str, **pictures: bytes) -> Path:
    return write_zip(path / "u.zip", {"occurrence.csv": text, **pictures})


@shared_rows
def tabled(project, alice, tmp_path):
    text = (
        "occurrenceID,associatedMedia,scientificName,eventID,decimalLatitude,eventDate,area,remark\n"
        "o1,a.png,Copepoda,S1,43.5,2024-05-01T10:30,12,torn\n"
        "o2,b.png,Copepoda,S1,43.5,2024-05-01T10:30,7,\n"
    )
    package = write_zip(tmp_path / "p.zip", {"occurrence.csv": text, **PICTURES})
    run_import(project, package, alice, create_taxa=True)


@pytest.mark.usefixtures("tabled")
def test_occurrences_update_values_without_pictures_and_are_taken_back(project, alice, tmp_path):
    text = OCCURRENCES + "o1,Copepoda,S1,44,2024-05-01,13,\no2,Copepoda,S1,43.5,2024-05-01,7,\no9,,S1,1,,,\n"
    result = run_import(project, table(tmp_path, text), alice, mode="update", format="table")
    assert (counts(result), result["absent"]) == ((0, 1, 1), 1), result["message"]
    changed = stored("o1")
    assert (changed.latitude, values("o1"), changed.has_time) == (44, {"area": 13}, True)
    Job.objects.update(state="done")  # of imports that no worker ended
    work(start_undo(update=PackageUpdate.objects.get(), user=alice))
    assert (stored("o1").latitude, values("o1")) == (43.5, {"area": 12, "remark": "torn"})


@pytest.mark.usefixtures("tabled")
def test_the_same_table_is_the_same_and_one_of_another_sample_is_refused(project, alice, tmp_path):
    text = OCCURRENCES + "o1,Copepoda,S1,43.5,2024-05-01,12,torn\n"
    again = run_import(project, table(tmp_path, text), alice, mode="update", format="table", annotations=True)
    assert counts(again) == (0, 0, 1) and not PackageUpdate.objects.exists()
    with pytest.raises(JobError) as error:
        elsewhere = table(tmp_path, text.replace("S1", "S2"))
        run_import(project, elsewhere, alice, mode="update", format="table")
    assert "o1 belongs to sample S1 already, here it stands in S2" in error.value.errors[0]["message"]


@pytest.mark.usefixtures("tabled")
def test_an_id_that_another_sample_has_already_is_not_passed_over_in_silence(project, alice, tmp_path):
    text = "id,file,sample\no1,c.png,S2\no2,b.png,S1\n"
    result = run_import(
        project, table(tmp_path, text, **PICTURES, **{"c.png": png(3)}), alice, format="table"
    )
    (warning,) = [one["message"] for one in result["warnings"] if "already" in one["message"]]
    assert "o1 is in the project already, of sample S1; this one of S2 was passed over" in warning
    assert stored("o1").sample.original_id == "S1"


@pytest.mark.usefixtures("tabled")
def test_what_is_added_still_needs_its_picture(project, alice, tmp_path):
    text = "id,file,sample,area\no1,,S1,13\no3,,S1,4\n"
    with pytest.raises(JobError) as error:
        run_import(project, table(tmp_path, text), alice, mode="both", format="table")
    assert [one["line"] for one in error.value.errors] == [3]
    result = run_import(
        project, table(tmp_path, text.replace("o3,", "o3,c.png"), **{"c.png": png(3)}), alice, mode="both"
    )
    assert (counts(result), values("o1")["area"]) == ((1, 1, 0), 13)


def test_folders_update_labels_alone(project, alice, tmp_path):
    package = write_zip(tmp_path / "tow.zip", {"Copepoda/a.png": png(1)})
    run_import(project, package, alice, create_taxa=True, labels="predicted")
    with pytest.raises(JobError, match="Folders say nothing of their pictures but the taxon"):
        run_import(project, package, alice, mode="update")
    more = write_zip(tmp_path / "tow.zip", {"Copepoda/a.png": png(1), "Copepoda/b.png": png(2)})
    result = run_import(project, more, alice, mode="update", annotations=True)
    assert (counts(result), result["absent"]) == ((0, 1, 0), 1), result["message"]
    assert stored("tow/Copepoda/a.png").state == State.VALIDATED


def coco(path: Path, category: str, box: list[int]) -> Path:
    file = {
        "images": [{"id": 1, "file_name": "a.png", "width": 70, "height": 50}],
        "categories": [{"id": 1, "name": category}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": box}],
    }
    return write_zip(path / "c.zip", {"c.json": json.dumps(file), "a.png": png(1, (70, 50))})


def test_coco_updates_labels_and_leaves_boxes(project, alice, tmp_path):
    run_import(
        project, coco(tmp_path, "Copepoda", [0, 0, 10, 10]), alice, create_taxa=True, labels="predicted"
    )
    moved = coco(tmp_path, "Noctiluca", [5, 5, 10, 10])
    result = run_import(project, moved, alice, mode="update", annotations=True, create_taxa=True)
    changed = stored("c/a.png#1")
    assert (changed.taxon.name, changed.state, counts(result)) == ("Noctiluca", State.VALIDATED, (0, 1, 0))
    assert values("c/a.png#1")["bbox_x"] == 0
    assert "boxes, masks and marks stay where they are" in result["message"]
