"""Frames with a table come in as scans, each with its own time, depth and place, and objects take these."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from annotations.jobs.models import Job
from annotations.samples.models import Object, Sample
from annotations.scans.actions import start_scan_import
from annotations.scans.models import Scan
from annotations.scans.queries import ScanRow
from annotations.scans.segmentation.models import SegmentationRun
from annotations.scans.segmentation.recipes import save_recipe
from tests.classifier.instruments.test_video import write_video
from tests.run_jobs import work
from tests.scans.drawing import ground, png
from tests.scans.drawn import drawn
from tests.scans.test_segment_command import PLAIN

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = """file,time,depth,latitude,longitude,sample,acquisition,pixel_um,volume_ml,salinity
dive/a.png,2024-05-01T10:15:00,5,43.7,7.3,tow_1,dive1,68,200,38.1
dive/b.png,2024-05-01T10:15:01,,43.71,7.31,tow_1,dive1,68,200,38.2
c.png,2024-05-01T12:00:00+02:00,30,,,tow_2,dive2,68,300,
"""


def packed(folder: Path, table: str = TABLE, name: str = "frames.csv", **frames: bytes) -> Path:
    path = folder / "cruise.zip"
    small = png(ground(90, 80))
    with zipfile.ZipFile(path, "w") as package:
        for number, file in enumerate(("dive/a.png", "dive/b.png", "c.png")):
            package.writestr(file, frames.get(file[-5], small if number else png(ground(90, 80, seed=2))))
        package.writestr(name, table)
    return path


def bring_frames(project, user, path: Path, metadata: dict | None = None, **frames: str) -> Job:
    return work(
        start_scan_import(
            project=project, user=user, path=path, name=path.name, metadata=metadata, frames=frames
        )
    )


def scans_by_name(project) -> dict[str, Scan]:
    scans = Scan.objects.filter(parent__acquisition__sample__project=project)
    return {scan.parent.file_name: scan for scan in scans.select_related("parent__acquisition__sample")}


def test_each_frame_has_its_time_depth_and_place(project, alice, tmp_path):
    job = bring_frames(project, alice, packed(tmp_path))
    assert (job.state, job.message) == ("done", "3 scans came in.")
    scans = scans_by_name(project)
    first, second, third = (scans[name] for name in ("a.png", "b.png", "c.png"))
    assert first.taken_at == datetime(2024, 5, 1, 10, 15, tzinfo=UTC)
    assert (first.depth_min, first.depth_max, first.latitude, first.longitude) == (5, 5, 43.7, 7.3)
    assert (second.depth_min, second.latitude) == (None, 43.71)
    assert third.taken_at == datetime(2024, 5, 1, 10, 0, tzinfo=UTC) and third.latitude is None
    assert first.parent.acquisition == second.parent.acquisition != third.parent.acquisition
    assert first.parent.acquisition.original_id == "dive1" and first.parent.acquisition.pixel_um == 68
    assert [warning["message"] for warning in job.result["warnings"] if "salinity" in warning["message"]] == [
        "The column 'salinity' says nothing of scans and is not read."
    ]


def test_a_sample_has_the_water_of_all_its_frames(project, alice, tmp_path):
    bring_frames(project, alice, packed(tmp_path))
    sample = Sample.objects.get(project=project, original_id="tow_1")
    assert float(sample.fields["tot_vol"]) == pytest.approx(0.0004)
    assert (sample.fields["zmin"], sample.fields["date"], sample.fields["time"]) == (
        "5",
        "2024-05-01",
        "10:15:00",
    )
    assert (sample.latitude, sample.longitude) == (43.7, 7.3)
    assert sample.acquisitions.get().fields["sub_part"] == "1"


def in_two_tables(folder: Path, outer: str) -> Path:
    """`deep/a.png` by its own table, `b.png` beside it by the outer one: both of one sample."""
    path = folder / "cruise.zip"
    with zipfile.ZipFile(path, "w") as package:
        for number, name in enumerate(("deep/a.png", "b.png")):
            package.writestr(name, png(ground(90, 80, seed=number)))
        package.writestr("deep/frames.csv", "file,sample,depth,volume_ml\na.png,tow_1,30,200\n")
        package.writestr("frames.csv", f"file,sample,depth,volume_ml\n{outer}")
    return path


def test_water_of_a_later_table_is_not_added_and_the_import_says_so(project, alice, tmp_path):
    first, again = (bring_frames(project, alice, packed(tmp_path)) for _ in range(2))
    for same in (first, again):
        assert not [each for each in same.result["warnings"] if "tow_1" in each["message"]]
    before = Sample.objects.get(project=project, original_id="tow_1").fields["tot_vol"]
    job = bring_frames(project, alice, packed(tmp_path, TABLE.replace("dive1,68,200", "dive3,68,100")))
    (warning,) = [each["message"] for each in job.result["warnings"] if "tow_1" in each["message"]]
    assert f"a total volume of {before} already" in warning and "neither added" in warning
    assert Sample.objects.get(project=project, original_id="tow_1").fields["tot_vol"] == before


def test_a_sample_of_two_tables_has_the_water_of_both(project, alice, tmp_path):
    bring_frames(project, alice, in_two_tables(tmp_path, "b.png,tow_1,5,300\n"))
    fields = Sample.objects.get(project=project).fields
    assert float(fields["tot_vol"]) == pytest.approx(0.0005)
    assert (fields["zmin"], fields["zmax"]) == ("5", "30")


def test_a_frame_in_two_tables_is_named(project, alice, tmp_path):
    job = bring_frames(project, alice, in_two_tables(tmp_path, "deep/a.png,tow_2,5,300\n"))
    assert (job.state, len(job.errors)) == ("failed", 1)
    assert "a.png stands in two lines. Remove one." in job.errors[0]["message"]


def test_a_clock_ahead_of_utc_and_what_the_form_says_where_the_table_is_silent(project, alice, tmp_path):
    table = "file;time\ndive/a.png;2024-05-01T10:15:00\n"
    path = packed(tmp_path, table, "Frames.csv")
    bring_frames(project, alice, path, {"sample": "tow_9", "pixel_um": "50"}, utc_offset="2")
    scan = scans_by_name(project)["a.png"]
    assert scan.taken_at == datetime(2024, 5, 1, 8, 15, tzinfo=UTC)
    assert scan.parent.acquisition.sample.original_id == "tow_9" and scan.parent.acquisition.pixel_um == 50
    assert scan.parent.acquisition.original_id == "cruise"  # as the folder: frames are no acquisition each


def test_a_table_with_mistakes_changes_nothing(project, alice, tmp_path):
    table = (
        "file,time,depth,latitude,pixel_um\nnone.png,,,,\nc.png,noon,,,\nc.png,,deep,,\nc.png,,,97,\n"
        "c.png,,,,0\nc.png,,,,\nc.png,,,,\n,,,,\n"
    )
    job = bring_frames(project, alice, packed(tmp_path, table))
    assert job.state == "failed" and not Scan.objects.exists()
    assert [(each["line"], each["message"].split(".")[0]) for each in job.errors] == [
        (2, "There is no frame none"),
        (3, "time is 'noon'"),
        (4, "depth is 'deep', which is no number"),
        (5, "'97' is no latitude: it lies outside −90 to +90 degrees"),
        (6, "pixel_um: '0' is not more than 0"),
        (8, "c"),
        (9, "The cell file is empty: every line names a frame"),
    ]


def test_a_frame_that_came_before_without_its_table_gets_what_the_table_says(project, alice, tmp_path):
    path = packed(tmp_path, "file,sample,acquisition\na.png,tow_1,dive1\n", "scans.csv")
    bring_frames(project, alice, path)
    assert scans_by_name(project)["a.png"].taken_at is None
    again = bring_frames(project, alice, packed(tmp_path))
    assert again.message == "2 scans came in. 1 were here already."
    assert scans_by_name(project)["a.png"].depth_min == 5


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"every": "often"}, "every"),
        ({"per_second": "0"}, "per_second"),
        ({"utc_offset": "99"}, "utc_offset"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_at_once(project, alice, tmp_path, options, field):
    with pytest.raises(ValidationError) as refusal:
        bring_frames(project, alice, tmp_path / "dive.avi", **options)
    assert list(refusal.value.message_dict) == [field]
    with pytest.raises(ValidationError, match="says nothing of frames"):
        bring_frames(project, alice, tmp_path / "dive.avi", colour="grey")


def test_the_form_refuses_beside_its_field_and_the_list_says_when_a_frame_was(
    project, alice, client, tmp_path
):
    client.force_login(alice)
    sent = {"package": SimpleUploadedFile("dive.avi", b"video"), "every": "often"}
    page = client.post(f"/projects/{project.pk}/scans/new/", sent).content.decode()
    assert "every is &#x27;often&#x27;" in page and "Of frames and videos" in page and ".mp4" in page
    bring_frames(project, alice, packed(tmp_path))
    listed = client.get(f"/projects/{project.pk}/scans/").content.decode()
    assert "2 scans, 2024-05-01 10:15 UTC, 5 m deep" in listed
    frame = scans_by_name(project)["a.png"]
    frames = f"/projects/{project.pk}/scans/acquisitions/{frame.parent.acquisition_id}/"
    assert f'href="{frames}"' in listed
    assert "2024-05-01 10:15:00 UTC, 5 m deep, 43.7000°, 7.3000°" in client.get(frames).content.decode()
    assert (
        "2024-05-01 10:15:00 UTC" in client.get(f"/projects/{project.pk}/scans/{frame.pk}/").content.decode()
    )
    assert "the date" not in ScanRow(frame, 0).missing


def test_by_program_and_by_command(project, alice, client, tmp_path):
    client.force_login(alice)
    api = f"/api/v1/projects/{project.pk}/scans/"
    with packed(tmp_path).open("rb") as package:
        answer = client.post(api, {"package": package, "utc_offset": "1"})
    assert answer.status_code == 202, answer.content
    assert Job.objects.get(pk=answer.json()["id"]).params["frames"] == {"utc_offset": "1"}
    with packed(tmp_path).open("rb") as package:
        refused = client.post(api, {"package": package, "per_second": "-1"})
    assert refused.status_code == 400 and "per_second" in json.dumps(refused.json())
    video = write_video(tmp_path / "dive.avi", frames=4, rate=4)
    call_command("import_scans", project.title, str(video), every="2", utc_offset="0")
    listed = client.get(api).json()["results"]
    assert [scan["file_name"] for scan in listed] == ["dive_000002.png", "dive_000000.png"]
    assert listed[0]["taken_at"] is None and listed[0]["depth_min"] is None


def test_objects_of_a_frame_are_where_and_when_it_was(project, alice, tmp_path):
    path = packed(tmp_path, a=png(drawn()))
    bring_frames(project, alice, path)
    save_recipe(project=project, user=alice, name="Tray", settings=PLAIN)
    call_command("segment", project=project.title, scan=["a.png"], recipe="Tray")
    objects = Object.objects.filter(sample__project=project)
    assert objects.count() == 5
    for each in objects:
        assert (each.depth_min, each.depth_max, each.latitude, each.longitude) == (5, 5, 43.7, 7.3)
        assert each.taken_at == datetime(2024, 5, 1, 10, 15, tzinfo=UTC)


def test_all_frames_of_an_acquisition_are_segmented_together(project, alice, client, tmp_path):
    bring_frames(project, alice, packed(tmp_path))
    recipe = save_recipe(project=project, user=alice, name="Tray", settings=PLAIN)
    dive = scans_by_name(project)["a.png"].parent.acquisition
    client.force_login(alice)
    page = f"/projects/{project.pk}/segmentations/"
    assert "tow_1, dive1" in client.get(page).content.decode()
    assert client.post(page, {"recipe": recipe.pk, "acquisition": dive.pk}).status_code == 302
    runs = SegmentationRun.objects.order_by("scan")
    assert [run.scan.parent.file_name for run in runs] == ["a.png", "b.png"]
    work(Job.objects.get(kind="segment"))
    assert (
        "Choose an acquisition" in client.post(page, {"recipe": recipe.pk, "acquisition": 0}).content.decode()
    )


def test_by_program_an_acquisition_is_named_beside_scans(project, alice, client, tmp_path):
    bring_frames(project, alice, packed(tmp_path))
    recipe = save_recipe(project=project, user=alice, name="Tray", settings=PLAIN)
    scans = scans_by_name(project)
    api = f"/api/v1/projects/{project.pk}/segmentations/"
    client.force_login(alice)
    body = {"recipe": recipe.pk, "acquisition": scans["a.png"].parent.acquisition_id}
    body["scans"] = [scans["c.png"].pk, scans["a.png"].pk]
    assert client.post(api, body, content_type="application/json").status_code == 202
    names = SegmentationRun.objects.order_by("pk").values_list("scan__parent__file_name", flat=True)
    assert sorted(names) == ["a.png", "b.png", "c.png"]
    answer = client.post(api, {"recipe": recipe.pk, "acquisition": 999_999}, content_type="application/json")
    assert answer.status_code == 404
    answer = client.post(api, {"recipe": recipe.pk}, content_type="application/json")
    assert answer.status_code in (400, 409) and "Choose 1 to 10,000 scans" in answer.content.decode()
