"""Packages that say the same thing in several places, or only half of it, and are imported as updates."""

import pytest

from annotations.jobs.errors import JobError
from annotations.metadata.packages import planning
from annotations.samples.models import Acquisition, Object, Sample
from tests.imports.packages import png, run_import, table, write_zip
from tests.imports.test_rerunning import TYPES, full, packed
from tests.imports.test_updating import counts, update, values
from tests.worlds import shared_rows

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("imported")]


@shared_rows
def imported(project, tmp_path):
    run_import(project, packed(tmp_path / "p.zip", *(full(n) for n in range(3))))


def without(row: dict, *columns: str) -> dict:
    return {name: cell for name, cell in row.items() if name not in columns}


def test_each_table_of_a_package_speaks_for_its_own_columns(project, tmp_path):
    """The first table has no volume of the sample and no fraction of the acquisition; the second has."""
    first = [without(full(0), "sample_tot_vol", "acq_sub_part")]
    second = [full(1, sample_tot_vol="6", acq_sub_part="4", process_note="b")]
    tables = {"ecotaxa_a.tsv": table(first, TYPES), "ecotaxa_b.tsv": table(second, TYPES)}
    run_import(project, write_zip(tmp_path / "u.zip", tables), mode="update")
    run = Acquisition.objects.get()
    assert Sample.objects.get().fields == {"tot_vol": "6"}
    assert (run.fields["sub_part"], run.process_fields["note"]) == ("4", "b")


def test_a_later_line_of_an_object_empties_nothing_that_its_first_one_says(project, tmp_path, monkeypatch):
    """Only the line of its first picture is filled, as in tables by hand; the lines of two objects take turns."""
    monkeypatch.setattr(planning, "CHUNK", 2)
    rows = [
        full(0, object_area="9"), full(1, object_area="9"),
        full(0, object_area="", img_file_name="o0b.png"), full(1, object_area="", img_file_name="o1b.png"),
    ]  # fmt: skip
    for _ in range(2):
        result = update(project, tmp_path, *rows)
        assert [values("o0")["area"], values("o1")["area"]] == [9, 9]
    assert counts(result) == (0, 0, 2), "an object of several lines is one object"


def test_a_table_of_ids_and_one_column_corrects_that_column(project, tmp_path):
    result = update(project, tmp_path, {"object_id": "o1", "object_area": "8"})
    assert counts(result) == (0, 1, 0) and values("o1")["area"] == 8
    assert Object.objects.get(wide__original_id="o1").sample.original_id == "s1"


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ({"object_id": "o1", "acq_id": "a1", "acq_sub_part": "4"}, "sample_id"),
        ({"object_id": "o1", "sample_id": "s1", "process_id": "p", "process_note": "b"}, "acq_id"),
    ],
)
def test_values_of_an_acquisition_that_is_not_named_are_refused(project, tmp_path, row, missing):
    with pytest.raises(JobError) as refused:
        update(project, tmp_path, row)
    (error,) = refused.value.errors
    assert (error["file"], error["line"], error["column"]) == ("ecotaxa_test.tsv", 3, missing)


def test_depths_upside_down_are_named_by_the_columns_of_the_package(project, tmp_path):
    with pytest.raises(JobError) as refused:
        update(project, tmp_path, full(0, object_depth_min="30", object_depth_max="20"))
    assert refused.value.errors[0]["column"] == "object_depth_max"


def test_a_package_of_which_nothing_is_here_says_so(project, tmp_path):
    result = update(project, tmp_path, full(7))
    assert result["message"].startswith("Nothing to update: none of the objects is here.")


def test_one_number_in_two_notations_is_the_same(project, tmp_path):
    """A spreadsheet writes 5.0 for 5, and −0 is 0."""
    rows = [full(n, sample_tot_vol="5.0", acq_sub_part="2.00", object_depth_min="-0.0") for n in range(3)]
    assert counts(update(project, tmp_path, *rows, dry_run=True)) == (0, 0, 3)


def test_a_size_of_pixels_whose_unit_nobody_can_tell_stays_and_is_named(project, tmp_path, alice):
    before = Acquisition.objects.get().pixel_um
    result = update(project, tmp_path, *(full(n, process_pixel="0.5") for n in range(3)), user=alice)
    run = Acquisition.objects.get()
    assert (run.process_fields["pixel"], run.pixel_um) == ("0.5", before)
    (warning,) = [w for w in result["warnings"] if w["column"] == "process_pixel"]
    assert "stays 10.6 µm" in warning["message"] and warning["line"] == 3


@pytest.mark.parametrize("more", [{"acq_id": "a2"}, {"o0.png": png(77)}])
def test_adding_recommends_no_update_for_what_none_takes(project, tmp_path, more):
    """Another acquisition, another picture of the name: an update leaves them, too."""
    pictures = {name: more[name] for name in more if name.endswith(".png")}
    cells = {name: cell for name, cell in more.items() if name not in pictures}
    result = run_import(project, packed(tmp_path / "u.zip", full(0, **cells), full(1), full(2), **pictures))
    assert result["ignored"] == 1 and "left as it is" in result["message"]
    assert "choose to update" not in result["message"] and not result["keeps_upload"]


def test_a_position_that_is_nearly_zero_is_zero(project, tmp_path):
    """PostgreSQL can't work out the sun of such numbers: the job ended in an error of the server."""
    assert counts(update(project, tmp_path, full(0, object_lat="5e-324"))) == (0, 1, 0)
    assert Object.objects.get(wide__original_id="o0").latitude == 0
