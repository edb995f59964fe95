"""An import in update mode changes what is here to what the package says, and says what it did."""

from pathlib import Path

import pytest

from annotations.jobs.errors import JobError
from annotations.metadata.models import Correction, PackageUpdate
from annotations.samples.models import Acquisition, FreeColumn, Image, Object, ObjectFields, Sample
from tests.imports.packages import png, run_import, table, write_zip
from tests.imports.test_rerunning import TYPES, full, packed
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db


@shared_rows
def imported(project, tmp_path):
    run_import(project, packed(tmp_path / "p.zip", *(full(n) for n in range(3))))


def lines(path: Path, *rows: dict, **types: str) -> Path:
    """A package without any picture."""
    return write_zip(path, {"ecotaxa_test.tsv": table(rows, TYPES | types)})


def update(project, tmp_path, *rows: dict, mode: str = "update", **more: object) -> dict:
    return run_import(project, lines(tmp_path / "u.zip", *rows), mode=mode, **more)


def values(name: str) -> dict:
    wide = ObjectFields.objects.get(original_id=name)
    columns = FreeColumn.objects.filter(project=wide.project, position__isnull=False)
    numbers = {c.name: wide.values[c.position] if c.position < len(wide.values) else None for c in columns}
    return numbers | wide.texts


def counts(result: dict) -> tuple[int, int, int]:
    return result["created"], result["updated"], result["same"]


@pytest.mark.usefixtures("imported")
def test_the_values_of_the_package_are_taken(project, tmp_path):
    more = {"object_lat": "44", "object_time": "101500", "object_depth_max": "20", "object_note": "flat"}
    result = update(project, tmp_path, full(0, object_area="7.25", **more), full(1), full(2))
    changed = Object.objects.get(wide__original_id="o0")
    assert counts(result) == (0, 1, 2)
    assert values("o0") == {"area": 7.25, "mean": None, "note": "flat"}
    assert (changed.latitude, changed.depth_max, f"{changed.taken_at:%H:%M}") == (44, 20, "10:15")
    assert result["message"].startswith("1 updated in 5 columns, 2 the same.")
    assert changed.sample.latitude == pytest.approx((44 + 43.5 * 2) / 3), "where samples are follows"


@pytest.mark.usefixtures("imported")
def test_samples_acquisitions_and_processes_are_updated_with_their_pixel(project, tmp_path, alice):
    new = {"sample_tot_vol": "8.5", "acq_sub_part": "4", "process_pixel": "5.3", "acq_instrument": "flowcam"}
    path = lines(tmp_path / "u.zip", *(full(n, **new) for n in range(3)))
    result = run_import(project, path, alice, mode="update")
    run = Acquisition.objects.get()
    assert counts(result) == (0, 3, 0), "whose sample or acquisition has changed, has changed"
    assert Sample.objects.get().fields == {"tot_vol": "8.5"}
    assert (run.fields, run.process_fields, run.instrument) == (
        {"sub_part": "4"},
        {"pixel": "5.3"},
        "flowcam",
    )
    assert run.pixel_um == 5.3


@pytest.mark.usefixtures("imported")
def test_twice_is_all_the_same(project, tmp_path):
    rows = [full(n, object_area=n + 10) for n in range(3)]
    assert counts(update(project, tmp_path, *rows)) == (0, 3, 0)
    again = update(project, tmp_path, *rows)
    assert counts(again) == (0, 0, 3) and again["update"] is None
    assert "Nothing to update: 3 of the objects are the same here already." in again["message"]
    assert PackageUpdate.objects.count() == 1, "what changes nothing leaves nothing"


@pytest.mark.usefixtures("imported")
def test_an_empty_cell_empties_and_a_missing_column_leaves(project, tmp_path):
    rows = [
        {"object_id": "o0", "sample_id": "s1", "sample_tot_vol": "", "object_note": "", "object_area": ""}
    ]
    update(project, tmp_path, *rows)
    assert values("o0") == {"area": None, "mean": None} and Sample.objects.get().fields == {}
    first = Object.objects.get(wide__original_id="o0")
    assert (first.latitude, first.depth_max) == (43.5, 10)


@pytest.mark.usefixtures("imported")
def test_new_columns_are_added(project, tmp_path):
    path = lines(
        tmp_path / "u.zip",
        *(full(n, object_esd=n / 4, object_remark="seen", sample_ship="Tara") for n in range(3)),
        object_esd="f",
    )
    run_import(project, path, mode="update")
    assert values("o2")["esd"] == 0.5 and values("o2")["remark"] == "seen"
    assert Sample.objects.get().fields == {"tot_vol": "5", "ship": "Tara"}


@pytest.mark.usefixtures("imported")
def test_an_update_adds_no_object_and_names_those_that_are_not_here(project, tmp_path):
    result = update(project, tmp_path, full(0, object_area=9), full(7))
    assert (counts(result), result["absent"]) == ((0, 1, 0), 1)
    (warning,) = [w for w in result["warnings"] if "o7" in w["message"]]
    assert (warning["file"], warning["line"], warning["column"]) == ("ecotaxa_test.tsv", 4, "object_id")
    assert Object.objects.count() == 3 and "1 object was passed over" in result["message"]


@pytest.mark.usefixtures("imported")
def test_both_adds_and_updates(project, tmp_path):
    path = packed(tmp_path / "u.zip", full(0, object_area=9), full(1), full(7))
    result = run_import(project, path, mode="both")
    assert counts(result) == (1, 1, 1) and values("o0")["area"] == 9 and values("o7")["area"] == 7


@pytest.mark.usefixtures("imported")
def test_what_is_added_needs_its_picture_and_what_is_here_does_not(project, tmp_path):
    with pytest.raises(JobError) as refused:
        update(project, tmp_path, full(0, object_area=9), full(7), mode="both")
    (error,) = refused.value.errors
    assert (error["line"], error["column"]) == (4, "img_file_name") and values("o0")["area"] == 0


@pytest.mark.usefixtures("imported")
def test_new_pictures_come_and_others_of_the_same_name_are_left_alone(project, tmp_path):
    second = full(0) | {"img_file_name": "second.png"}
    path = packed(tmp_path / "u.zip", full(0), second, **{"o0.png": png(77)})
    result = run_import(project, path, mode="update")
    assert result["images"] == 1 and Image.objects.filter(object__wide__original_id="o0").count() == 2
    (warning,) = [w for w in result["warnings"] if "o0.png" in w["message"]]
    assert "left as it is" in warning["message"]


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize(
    ("rows", "place"),
    [
        ([full(0, sample_tot_vol="6"), full(1, sample_tot_vol="7")], (4, "sample_tot_vol")),
        ([full(0), full(0) | {"img_file_name": "b.png", "object_area": "4"}], (4, "object_area")),
        ([full(0, object_lat="95")], (3, "object_lat")),
        ([full(0, object_depth_min="99000")], (3, "object_depth_min")),
    ],
)
def test_what_is_wrong_is_named_and_changes_nothing(project, tmp_path, rows, place):
    before = list(Object.objects.order_by("id").values()), list(ObjectFields.objects.order_by("pk").values())
    with pytest.raises(JobError) as refused:
        update(project, tmp_path, *rows)
    error = refused.value.errors[0]
    assert (error["file"], error["line"], error["column"]) == ("ecotaxa_test.tsv", *place)
    after = list(Object.objects.order_by("id").values()), list(ObjectFields.objects.order_by("pk").values())
    assert before == after and not PackageUpdate.objects.exists()


@pytest.mark.usefixtures("imported")
def test_labels_stay_unless_they_are_asked_for(project, tmp_path):
    before = list(Object.objects.order_by("id").values("state", "taxon", "version"))
    update(project, tmp_path, full(0, object_annotation_status="validated"))
    assert list(Object.objects.order_by("id").values("state", "taxon", "version")) == before


@pytest.mark.usefixtures("imported")
def test_adding_says_what_is_here_with_other_values(project, tmp_path):
    path = packed(tmp_path / "u.zip", full(0, object_area=9), full(1, object_note="flat"), full(2))
    result = run_import(project, path)
    assert result["message"].startswith("Nothing was added: all 3 lines of the package are here already.")
    assert "2 objects are here already with other values (2 values in 2 columns)" in result["message"]
    assert "choose to update what is here" in result["message"] and result["keeps_upload"]
    assert (result["differing"], *counts(result)) == (2, 0, 0, 1)


@pytest.mark.usefixtures("imported")
def test_the_log_has_a_correction_a_level(project, tmp_path, alice):
    path = lines(tmp_path / "u.zip", *(full(n, object_area=n + 5, sample_tot_vol="6") for n in range(3)))
    run_import(project, path, alice, mode="update")
    logged = Correction.objects.order_by("id").values_list("level", "rows", "columns", "source", "user")
    assert list(logged) == [
        ("sample", 1, ["field:tot_vol"], "pack", alice.pk),
        ("object", 3, ["field:area"], "pack", alice.pk),
    ]
