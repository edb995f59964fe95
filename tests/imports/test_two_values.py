"""What has one value, and is given two, is never chosen in silence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.imports.ecotaxa import objects
from annotations.imports.ecotaxa.parents import is_same
from annotations.jobs.errors import JobError
from annotations.samples.models import Acquisition, Object, Sample
from tests.imports.packages import package, png, row, run_import, table, write_zip

pytestmark = pytest.mark.django_db


def refused(project, path) -> list[dict]:
    with pytest.raises(JobError) as failure:
        run_import(project, path, dry_run=True)
    with pytest.raises(JobError):
        run_import(project, path)
    assert not Object.objects.exists() and not Sample.objects.exists()
    return failure.value.errors


@pytest.mark.parametrize(
    ("column", "owner"),
    [
        ("sample_tot_vol", "sample s1"),
        ("acq_sub_part", "acquisition a1"),
        ("acq_instrument", "acquisition a1"),
        ("process_pixel", "the process of acquisition a1"),
    ],
)
def test_two_values_for_a_sample_or_acquisition(project, tmp_path, column, owner):
    rows = [
        row(n, process_id="p1", **{column: value}) for n, value in enumerate(["5", "5.0", "999", "5", ""])
    ]
    (error,) = refused(project, package(tmp_path / "p.zip", rows))
    assert (error["file"], error["line"], error["column"]) == ("ecotaxa_test.tsv", 5, column)
    assert f"{column} of {owner} is '5' in line 3 and '999' here" in error["message"]


def test_two_values_in_two_tables(project, tmp_path):
    files = {
        "ecotaxa_1.tsv": table([row(1, sample_tot_vol="5")]),
        "ecotaxa_2.tsv": table([row(2, sample_tot_vol="999")]),
    }
    path = write_zip(tmp_path / "p.zip", {**files, "o1.png": png(), "o2.png": png()})
    (error,) = refused(project, path)
    assert error["file"] == "ecotaxa_2.tsv" and "'5' in line 3 of ecotaxa_1.tsv" in error["message"]


def test_two_processes_of_one_acquisition(project, tmp_path):
    rows = [row(1, process_id="p1"), row(2, process_id="p2")]
    (error,) = refused(project, package(tmp_path / "p.zip", rows))
    assert (error["line"], error["column"]) == (4, "process_id")


def test_each_sample_has_values_of_its_own(project, tmp_path):
    rows = [row(n, sample_id=f"s{n % 2}", acq_id=f"a{n % 2}", sample_tot_vol=str(n % 2)) for n in range(6)]
    assert run_import(project, package(tmp_path / "p.zip", rows))["warnings"] == []
    assert [s.fields for s in Sample.objects.order_by("original_id")] == [{"tot_vol": "0"}, {"tot_vol": "1"}]


def test_a_value_that_a_later_line_adds_is_kept(project, tmp_path):
    rows = [row(1, process_id="", sample_ship="", acq_mesh="200", process_pixel=""), row(2)]
    rows += [
        row(
            3,
            process_id="p1",
            sample_ship="Tara",
            acq_mesh="",
            acq_instrument="zooscan",
            process_pixel="10.6",
        )
    ]
    run_import(project, package(tmp_path / "p.zip", rows))
    run = Acquisition.objects.select_related("sample").get()
    assert run.sample.fields == {"ship": "Tara"}
    assert (run.fields, run.instrument, run.pixel_um) == ({"mesh": "200"}, "zooscan", 10.6)
    assert (run.process_original_id, run.process_fields) == ("p1", {"pixel": "10.6"})


def test_an_acquisition_under_two_samples_is_two_and_named(project, tmp_path):
    result = run_import(project, package(tmp_path / "p.zip", [row(1), row(2, sample_id="s2")]))
    (warning,) = result["warnings"]
    assert (warning["line"], warning["column"]) == (4, "acq_id")
    assert "a1 belongs to sample s1 in line 3 and to sample s2 here" in warning["message"]
    assert Acquisition.objects.count() == 2


# --- Objects --------------------------------------------------------------------------------------------------


def test_an_object_in_two_acquisitions(project, tmp_path):
    rows = [row(1), row(1, img_file_name="b.png", acq_id="a2")]
    (error,) = refused(project, package(tmp_path / "p.zip", rows))
    assert (error["line"], error["column"]) == (4, "acq_id")


def test_lines_of_an_object_that_say_two_things(project, tmp_path):
    rows = [
        row(1, object_area="5", object_lat="43.5", object_lon="7", object_note=""),
        row(1, img_file_name="b.png", object_area="6", object_lat="43.50", object_lon="7", object_note="fat"),
        row(1, img_file_name="c.png", object_area="", object_lat="", object_lon="", object_note=""),
    ]
    warnings = run_import(project, package(tmp_path / "p.zip", rows, {"object_area": "f"}))["warnings"]
    assert [(w["line"], w["column"]) for w in warnings] == [(4, "object_area"), (4, "object_note")]
    assert "is '5' in line 3 and '6' here. What stands in line 3 was taken." in warnings[0]["message"]
    assert Object.objects.get().wide.values == [5]


def test_lines_of_an_object_that_lie_far_apart(project, tmp_path, monkeypatch):
    monkeypatch.setattr(objects, "MOST_REMEMBERED", 2)
    rows = [row(1, object_area="5"), row(2), row(3), row(4), row(1, img_file_name="b.png", object_area="6")]
    (warning,) = run_import(project, package(tmp_path / "p.zip", rows))["warnings"]
    assert warning["line"] == 7 and "not all that line 3 says" in warning["message"]


# --- Positions ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"object_depth_min": "50", "object_depth_max": "10"}, "object_depth_min"),
        ({"object_depth_min": "-50", "object_depth_max": "-10"}, "object_depth_min"),
        ({"object_lat": "43.5", "object_lon": ""}, "object_lon"),
        ({"object_lon": "7"}, "object_lat"),
    ],
)
def test_what_is_hardly_meant_is_named(project, tmp_path, cells, column):
    (warning,) = run_import(project, package(tmp_path / "p.zip", [row(1, **cells)]))["warnings"]
    assert (warning["line"], warning["column"]) == (3, column)


@pytest.mark.parametrize("cells", [{"object_lat": "143.5", "object_lon": "7"}, {"object_lat": "7°30 E"}])
def test_a_longitude_in_place_of_a_latitude(project, tmp_path, cells):
    (error,) = refused(project, package(tmp_path / "p.zip", [row(1, **cells)]))
    assert error["column"] == "object_lat" and "swap" in error["message"].lower()


@given(st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False))
def test_a_number_is_the_same_however_it_is_written(number):
    assert is_same(repr(number), f" {number:+.17g} ".strip())
    assert not is_same(repr(number), "text")
