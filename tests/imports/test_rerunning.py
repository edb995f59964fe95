"""Importing changed values again changes nothing, and says what it left as it is."""

import zlib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotations.imports.ecotaxa import project_objects
from annotations.jobs.progress import Progress
from annotations.samples.models import Image, Object, Sample
from annotations.taxon_matching.models import PendingLabel
from tests.imports.packages import import_job, import_package, package, png, row, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
TYPES = {"object_area": "f", "object_mean": "f"}


def full(number: int, **more: object) -> dict:
    cells = {
        "object_lat": "43.5",
        "object_lon": "7",
        "object_date": "20260412",
        "object_time": "093000",
        "object_depth_min": "0",
        "object_depth_max": "10",
        "object_area": str(number),
        "object_mean": "nan",
        "object_note": "round",
        "object_annotation_status": "predicted",
        "object_annotation_category": "Copepoda",
        "sample_tot_vol": "5",
        "acq_sub_part": "2",
        "process_id": "p1",
        "process_pixel": "10.6",
    }
    return row(number, **{**cells, **more})


def packed(path: Path, *rows: dict, **more: bytes) -> Path:
    """A package in which a picture is the same whichever others are there; `more` replaces some."""
    pictures = {row["img_file_name"]: png(zlib.crc32(row["img_file_name"].encode()) % 256) for row in rows}
    return package(path, rows, TYPES, **{**pictures, **more})


def again(project, tmp_path, *rows: dict) -> dict:
    """The result of importing `rows`, having checked that a dry run foretells it and that nothing changes."""
    path = packed(tmp_path / "q.zip", *rows)
    before = list(Object.objects.order_by("id").values()), list(Sample.objects.values())
    planned = run_import(project, path, dry_run=True)
    result = run_import(project, path)
    assert result["warnings"] == planned["warnings"] and result["ignored"] == planned["ignored"]
    assert (list(Object.objects.order_by("id").values()), list(Sample.objects.values())) == before
    return result


@shared_rows
def imported(project, tmp_path):
    run_import(project, packed(tmp_path / "p.zip", *(full(n) for n in range(3))))


@pytest.mark.usefixtures("imported")
def test_the_same_again_says_nothing(project, tmp_path):
    result = again(project, tmp_path, *(full(n) for n in range(3)))
    assert (result["ignored"], result["warnings"]) == (0, [])


CHANGES = {
    "object_lat": "44",
    "object_lon": "8",
    "object_date": "20260413",
    "object_time": "093001",
    "object_depth_min": "1",
    "object_depth_max": "11",
    "object_area": "99",
    "object_mean": "1",
    "object_note": "flat",
    "object_annotation_status": "validated",
    "object_annotation_category": "Fish",
    "sample_tot_vol": "999",
    "acq_sub_part": "4",
    "acq_instrument": "uvp6",
    "process_id": "p2",
    "process_pixel": "5.3",
    "object_new": "1",
    "sample_new": "1",
}


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(("column", "value"), CHANGES.items())
def test_a_changed_value_is_left_as_it_is_and_named(project, tmp_path, column, value):
    result = again(project, tmp_path, full(1, **{column: value}))
    (warning,) = result["warnings"]
    assert (warning["file"], warning["line"], warning["column"]) == ("ecotaxa_test.tsv", 3, column)
    assert "It is left as it is." in warning["message"]
    assert result["ignored"] == 1 and "choose to update what is here" in result["message"]


@pytest.mark.usefixtures("imported")
def test_another_acquisition_is_named_and_left(project, tmp_path):
    result = again(project, tmp_path, full(1, acq_id="a2"))
    (warning,) = (each for each in result["warnings"] if each["column"] == "acq_id")
    assert "'a1' in the project and 'a2' here" in warning["message"] and result["ignored"] == 1


@pytest.mark.usefixtures("imported")
def test_another_picture_of_the_same_name_is_named_and_left(project, tmp_path):
    before = list(Image.objects.values())
    path = packed(tmp_path / "q.zip", full(1), **{"o1.png": png(77, (9, 9))})
    result = run_import(project, path)
    (warning,) = result["warnings"]
    assert (warning["line"], warning["column"]) == (3, "img_file_name") and "o1.png" in warning["message"]
    assert result["ignored"] == 1 and list(Image.objects.values()) == before


@pytest.mark.usefixtures("imported")
def test_an_empty_cell_says_nothing(project, tmp_path):
    empty = dict.fromkeys(CHANGES, "")
    assert again(project, tmp_path, full(1, **empty))["warnings"] == []


def test_many_values_are_counted_and_their_first_lines_named(project, tmp_path):
    run_import(project, packed(tmp_path / "p.zip", *(full(n) for n in range(40))))
    changed = [full(n, object_area=str(n + 0.5), object_note=f"n{n}", object_lat="44") for n in range(40)]
    result = again(project, tmp_path, *changed)
    assert result["ignored"] == 120
    assert "40 objects are here already with other values (120 values in 3 columns)" in result["message"]
    area = next(warning for warning in result["warnings"] if warning["column"] == "object_area")
    assert (area["line"], area["count"]) == (3, 40)
    assert area["message"].startswith("object_area of object o0 is 0 in the project and 0.5 here.")
    assert "The same in 39 more lines: 4 (1.5), 5 (2.5)" in area["message"]


@pytest.mark.usefixtures("imported")
def test_what_people_did_since_is_a_difference_too(project, bob, tmp_path):
    Object.objects.filter(wide__original_id="o1").update(state="V", annotator=bob, version=2)
    (warning,) = again(project, tmp_path, full(1))["warnings"]
    assert warning["column"] == "object_annotation_status"
    assert "is 'validated' in the project and 'predicted' here" in warning["message"]


def test_a_label_that_waits_for_its_name_is_here(project, tmp_path):
    path = package(tmp_path / "p.zip", [full(1, object_annotation_category="Nobody knows")], TYPES)
    for _ in range(2):
        job = import_job(project, path)
        job.params["create_taxa"] = False
        result = import_package(job, Progress(job))
    assert PendingLabel.objects.count() == 1 and result["warnings"] == []


@pytest.mark.usefixtures("imported")
def test_a_new_object_of_a_sample_whose_values_changed(project, tmp_path):
    result = run_import(project, package(tmp_path / "q.zip", [full(9, sample_tot_vol="999")], TYPES))
    (warning,) = result["warnings"]
    assert warning["column"] == "sample_tot_vol" and "'5' in the project and '999' here" in warning["message"]


def test_objects_are_compared_a_chunk_at_a_time(project, tmp_path, monkeypatch):
    monkeypatch.setattr(project_objects, "ASK_EVERY", 30)
    queries = {}
    for count in (3, 30):
        path = package(tmp_path / f"{count}.zip", [full(n) for n in range(count)], TYPES)
        run_import(project, path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run_import(project, path, dry_run=True)
        queries[count] = len(captured)
    assert queries[30] == queries[3]
