"""How large a pixel is: told from a package, asked for where it can't be told, corrected later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.exports.actions import export_path, export_project, start_export
from annotations.imports.ecotaxa.pixel_columns import restated
from annotations.imports.ecotaxa.pixel_size import size_of
from annotations.imports.ecotaxa.size_pairs import SizePairs
from annotations.jobs.errors import JobError
from annotations.jobs.progress import Progress
from annotations.measurements.pixel_sizes import set_pixel_size
from annotations.projects.actions import create_project
from annotations.samples.models import Acquisition, Sample
from tests.imports.packages import package, row, run_import

CASES = [  # (columns, instrument, µm)
    ({"process_pixel": "0.75"}, "PlanktoScope v2.6", 0.75),
    ({"process_pixel": "0.53"}, "planktoscope", 0.53),
    ({"process_pixel": "1.34"}, "PlanktoScope v2.6", 1.34),
    ({"process_pixel": "0.0106"}, "zooscan", 10.6),
    ({"process_pixel": "10.6"}, "epson zooprocess_pid_to_ecotaxa_7.23", 10.6),
    ({"process_pixel": "0.068"}, "ISIIS", 68),
    ({"process_pixel": "0.147"}, "UVP5", 147),
    ({"acq_pixel": "73"}, "uvp6", 73),
    ({"process_particle_pixel_size_mm": "0.0106"}, "", 10.6),
    ({"acq_resolution_pixel_per_micron": "3.4"}, "IFCB", 1 / 3.4),
    ({"acq_pixels_per_um": "2"}, "", 0.5),
    ({"acq_px_per_mm": "100"}, "", 10),
    ({"process_um_per_pixel": "0.5"}, "", 0.5),
    ({"process_pixel_um": "0.5"}, "", 0.5),
    ({"process_pixel_[µm]": "0.5"}, "", 0.5),
    ({"acq_resolution_dpi": "2400"}, "", 25400 / 2400),
    ({"process_pixel": "0.75"}, "a camera", 0.75),  # no pixel is as large as 750 µm
    ({"process_pixel": "1"}, "", 1),
    ({"process_pixel": "0,75"}, "PlanktoScope", 0.75),
    ({"process_pixel": "0.75 µm"}, "", 0.75),
    ({"process_pixel": "0.0106 mm/px"}, "", 10.6),
    ({"process_pixel": "1.06e-2"}, "ZooScan", 10.6),
    ({"process_pixel": "3.4 px/µm"}, "IFCB", 1 / 3.4),
    ({"process_pixel": "2,5 pixels per micron"}, "IFCB", 0.4),
    ({"process_pixel": "94.3 px/mm"}, "", 1000 / 94.3),
    ({"acq_um_px": "0.75"}, "", 0.75),
    ({"acq_pixel size (um)": "0.75"}, "", 0.75),
    ({"acq_pixel_spacing_um": "0.75"}, "", 0.75),
    ({"process_pixel_size_m": "7.5e-7"}, "", 0.75),
    ({"acq_scale": "0.75 µm/pixel"}, "", 0.75),
    ({"acq_calibration_factor": "0.2779"}, "FlowCam 8400", 0.2779),
    ({"acq_calibration_factor": "0.2779"}, "a camera", None),
    ({"sample_pixel_um": "0.75"}, "", 0.75),
    ({"process_pixel_threshold": "12", "process_nb_pixel": "3"}, "ZooScan", None),
    ({}, "ZooScan", None),
]


@pytest.mark.parametrize(("fields", "instrument", "um"), CASES, ids=str)
def test_the_unit_is_told(fields, instrument, um):
    size = size_of(fields, instrument)
    assert size.micrometres == (um and pytest.approx(um)) and not size.doubt and not size.notes


@pytest.mark.parametrize(
    ("value", "instrument"), [("0.5", ""), ("0.2", "a camera"), ("0.5", "uvp"), ("900", "ifcb")]
)
def test_what_can_not_be_told_is_a_doubt(value, instrument):
    size = size_of({"process_pixel": value}, instrument)
    assert size.micrometres is None and size.doubt


@pytest.mark.parametrize(("unit", "um"), [("um", 0.5), ("mm", 500)])
def test_an_answer_settles_the_doubt_and_nothing_else(unit, um):
    assert size_of({"process_pixel": "0.5"}, "", None, unit).micrometres == um
    assert size_of({"process_pixel_um": "0.5"}, "", None, unit).micrometres == 0.5


def pairs(*rows: dict[str, float]) -> SizePairs:
    created = SizePairs()
    for numbers in rows:
        created.note(numbers)
    return created


def test_sizes_in_pixels_and_in_a_unit_tell():
    lengths = pairs({"feret": 40, "feret_um": 30}, {"feret": 100, "feret_um": 75.4})
    assert size_of({"process_pixel": "0.75"}, "", lengths).micrometres == 0.75
    areas = pairs({"area": 1000, "area_mm2": 1000 * 0.0106**2})
    assert size_of({"process_pixel": "0.0106"}, "", areas).micrometres == pytest.approx(10.6)
    assert size_of({}, "", areas).micrometres == pytest.approx(10.6)
    assert "neither" in size_of({"process_pixel": "0.3"}, "", lengths).doubt


def test_columns_that_contradict_each_other_are_named():
    fields = {"process_particle_pixel_size_mm": "0.0106", "process_pixel": "5.3"}
    size = size_of(fields, "zooscan")
    ((column, sentence),) = size.notes
    assert size.micrometres == pytest.approx(10.6) and column == "process_particle_pixel_size_mm"
    assert "process_pixel says 5.3" in sentence


def test_two_columns_without_a_unit_that_contradict_each_other_are_named():
    ((column, sentence),) = size_of({"acq_pixel": "0.75", "process_pixel": "1.01"}, "PlanktoScope").notes
    assert column == "acq_pixel" and "process_pixel says 1.01" in sentence
    assert not size_of({"acq_pixel": "73", "process_pixel": "0.073"}, "uvp6").notes, (
        "the same in µm and in mm"
    )


def test_what_can_not_be_read_is_named():
    ((column, sentence),) = size_of({"process_pixel": "about one"}, "zooscan").notes
    assert column == "process_pixel" and "'about one'" in sentence


@pytest.mark.parametrize(
    ("fields", "instrument", "words"),
    [
        ({"process_pixel_size_mm": "0.75"}, "PlanktoScope", "750 µm, where PlanktoScope has 0.2 to 8 µm"),
        ({"acq_px_mm": "94.3"}, "", "call it acq_pixels_per_mm"),
        ({"process_pixel_um": "1e300"}, "", "no size of a pixel"),
        ({"process_pixel_um": "1e-300"}, "", "no size of a pixel"),
        ({"process_pixel": "0"}, "", "no size of a pixel"),
    ],
)
def test_a_size_that_no_pixel_has_is_named(fields, instrument, words):
    ((column, sentence),) = size_of(fields, instrument).notes
    assert column in fields and words in sentence


def test_pixels_a_mm_are_no_size_in_mm():
    assert size_of({"acq_px_mm": "94.3"}, "").micrometres is None


@given(st.floats(0.001, 10_000), st.sampled_from(["um", "mm"]))
def test_a_unit_in_the_name_is_believed_whatever_the_number(value, unit):
    size = size_of({f"process_pixel_size_{unit}": repr(value)}, "PlanktoScope").micrometres
    assert size == pytest.approx(value * {"um": 1, "mm": 1000}[unit])


# --- Imported ---------------------------------------------------------------------------------------------------------


def parents(pixel: str, instrument: str = "") -> dict[str, str]:
    return {"acq_instrument": instrument, "process_id": "p", "process_pixel": pixel}


@pytest.mark.django_db
def test_one_project_of_three_magnifications(project, tmp_path):
    rows = [
        row(n, acq_id=f"a{n}", **parents(pixel, "PlanktoScope v2.6"))
        for n, pixel in enumerate(["0.75", "0.53", "1.34"], 1)
    ]
    run_import(project, package(tmp_path / "p.zip", rows))
    sizes = Acquisition.objects.order_by("original_id").values_list("pixel_um", "pixel_source")
    assert list(sizes) == [
        (0.75, "process_pixel 0.75 in µm"), (0.53, "process_pixel 0.53 in µm"), (1.34, "process_pixel 1.34 in µm")
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_size_of_a_pixel_beside_the_object_or_the_sample(project, tmp_path):
    rows = [row(1, object_pixel_size_um="0.5", sample_pixel_um="0.75")]
    warnings = run_import(project, package(tmp_path / "p.zip", rows))["warnings"]
    assert [(w["line"], w["column"]) for w in warnings] == [(1, "object_pixel_size_um")]
    assert Acquisition.objects.get().pixel_um == 0.75


@pytest.mark.django_db
def test_a_doubt_is_asked_about_before_anything_is_imported(project, tmp_path):
    path = package(tmp_path / "p.zip", [row(1, **parents("0.5"))])
    with pytest.raises(JobError) as refused:
        run_import(project, path)
    (error,) = refused.value.errors
    assert (error["line"], error["column"]) == (3, "process_pixel")
    assert "500 µm" in error["message"] and "pixel_unit" in error["message"]
    assert not Acquisition.objects.exists()
    run_import(project, path, pixel_unit="um")
    acquisition = Acquisition.objects.get()
    assert acquisition.pixel_um == 0.5 and "said to be in µm" in acquisition.pixel_source


@pytest.mark.django_db
def test_what_is_here_already_is_not_asked_about_again(project, tmp_path):
    run_import(project, package(tmp_path / "p.zip", [row(1, **parents("0.5"))]), pixel_unit="mm")
    run_import(project, package(tmp_path / "q.zip", [row(1, **parents("0.5")), row(2, **parents("0.5"))]))
    assert Acquisition.objects.get().pixel_um == 500


@pytest.mark.parametrize(
    ("column", "cell", "before", "after", "says"),
    [
        ("process_particle_pixel_size_mm", "0.0106", 10.6, 5.3, "0.0053"),
        ("acq_pixel", "0,75 µm/px", 0.75, 1.5, "1,5 µm/px"),
        ("process_pixel", "10.6", 10.6, 5.3, "5.3"),  # in µm, as the size said
        ("process_pixel", "0.0106", 10.6, 5.3, "0.0053"),  # in mm
        ("acq_resolution_dpi", "2400", 25_400 / 2400, 25_400 / 1200, "1200"),
        ("acq_pixel", "94.34 px/mm", 10.6, 5.3, "188.68 px/mm"),
        ("process_pixel", "0.0204", 10.6, 5.3, None),  # said another size all along
        ("acq_gain", "10.6", 10.6, 5.3, None),
        ("process_pixel", "unknown", 10.6, 5.3, None),
    ],
)
def test_a_column_says_the_new_size_as_it_said_the_former(column, cell, before, after, says):
    assert restated(column, cell, "", before, after) == says


@pytest.mark.django_db
def test_a_corrected_size_goes_out_and_comes_back(project, alice, tmp_path):
    run_import(
        project, package(tmp_path / "p.zip", [row(1, **parents("0.0106", "zooscan"), acq_gain="0.0106")])
    )
    acquisition = Acquisition.objects.get()
    assert acquisition.pixel_um == pytest.approx(10.6)
    set_pixel_size(project=project, user=alice, acquisitions=[acquisition.pk], micrometres=5.3)
    acquisition.refresh_from_db()
    assert (acquisition.process_fields["pixel"], acquisition.fields["gain"]) == ("0.0053", "0.0106")
    job = start_export(project=project, user=alice, images="all")
    export_project(job, Progress(job))
    again = create_project(title="Again", owner=alice)
    run_import(again, export_path(job), alice)
    assert Acquisition.objects.get(sample__project=again).pixel_um == pytest.approx(5.3)
    set_pixel_size(project=project, user=alice, acquisitions=[acquisition.pk], micrometres=10.6)
    acquisition.refresh_from_db()
    assert acquisition.process_fields["pixel"] == "0.0106", "taken back, it says what it said"
    set_pixel_size(project=project, user=alice, acquisitions=[acquisition.pk], micrometres=None)
    acquisition.refresh_from_db()
    assert acquisition.process_fields["pixel"] == "0.0106", "what nobody knows is written nowhere"


@pytest.mark.django_db
def test_a_column_of_the_sample_follows_once_no_acquisition_has_the_former_size(project, alice, tmp_path):
    rows = [row(n, acq_id=f"a{n}", sample_pixel_um="10.6", sample_ship="10.6") for n in (1, 2)]
    run_import(project, package(tmp_path / "p.zip", rows))
    first, second = Acquisition.objects.order_by("pk")
    set_pixel_size(project=project, user=alice, acquisitions=[first.pk], micrometres=5.3)
    assert Sample.objects.get().fields["pixel_um"] == "10.6", "the second has that size"
    set_pixel_size(project=project, user=alice, acquisitions=[second.pk], micrometres=5.3)
    assert Sample.objects.get().fields == {"pixel_um": "5.3", "ship": "10.6"}
    set_pixel_size(project=project, user=alice, acquisitions=[first.pk, second.pk], micrometres=10.6)
    assert Sample.objects.get().fields["pixel_um"] == "10.6"
