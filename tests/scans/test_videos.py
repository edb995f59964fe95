"""Videos come in as scans, frame by frame, each with the time that it has in the video."""

import zipfile
from datetime import UTC, datetime

import pytest

from annotations.jobs.models import Job
from annotations.scans.actions import start_scan_import
from annotations.scans.sampling_fields import ScanMetadata
from tests.classifier.instruments.test_video import write_video
from tests.run_jobs import work
from tests.scans.drawing import ground, tiff
from tests.scans.test_frames import bring_frames, scans_by_name
from worker.scans.incoming import IncomingScan, scans_in
from worker.scans.source import SourceScan

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_video_comes_in_frame_by_frame(project, alice, tmp_path):
    video = write_video(tmp_path / "dive_20240501_101500.avi", frames=20, rate=10)
    job = bring_frames(project, alice, video, {"pixel_um": "30"}, per_second="2")
    assert (job.state, job.message) == ("done", "4 scans came in.")
    scans = scans_by_name(project)
    assert sorted(scans) == [f"dive_20240501_101500_{number:06}.png" for number in (0, 5, 10, 15)]
    last = scans["dive_20240501_101500_000015.png"]
    assert last.taken_at == datetime(2024, 5, 1, 10, 15, 1, 500_000, tzinfo=UTC)
    acquisition = last.parent.acquisition
    assert (acquisition.sample.original_id, acquisition.original_id) == ("dive_20240501_101500",) * 2
    assert (acquisition.instrument, acquisition.pixel_um) == ("video", 30)
    assert last.has_tiles and last.parent.original_key


def test_every_nth_frame_of_a_video_in_a_zip_with_scans_beside_it(project, alice, tmp_path):
    video = write_video(tmp_path / "dive.avi", frames=7, rate=10)
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as package:
        package.write(video, "videos/dive.avi")
        package.writestr("tray.tif", tiff(ground(90, 80)))
    job = bring_frames(project, alice, path, every="3")
    assert job.message == "4 scans came in."
    assert sorted(scans_by_name(project)) == [
        *(f"dive_{number:06}.png" for number in (0, 3, 6)),
        "tray.tif",
    ]


def test_a_video_that_breaks_off_is_named_and_what_came_before_stays(project, alice, tmp_path):
    video = write_video(tmp_path / "dive.avi", frames=50, rate=10)
    content = video.read_bytes()
    video.write_bytes(content[: (content.index(b"movi") + content.rindex(b"idx1")) // 2])
    job = bring_frames(project, alice, video, per_second="5")
    assert job.state == "done", job.errors
    assert 0 < len(scans_by_name(project)) < 50
    assert "frame" in job.errors[0]["message"] and job.errors[0]["file"] == "dive.avi"


def test_no_video_brings_more_frames_than_a_project_can_bear(project, alice, tmp_path, monkeypatch):
    monkeypatch.setattr("worker.scans.incoming.MOST_FRAMES", 2)
    job = bring_frames(project, alice, write_video(tmp_path / "dive.avi", frames=9, rate=3), every="1")
    assert len(scans_by_name(project)) == 2
    assert "The first 2 frames came in" in job.errors[0]["message"]


def test_a_worker_that_takes_a_video_up_goes_on_behind_the_last_frame(project, alice, tmp_path):
    video = write_video(tmp_path / "dive.avi", frames=6, rate=6)
    job = start_scan_import(project=project, user=alice, path=video, name=video.name, frames={"every": "2"})
    Job.objects.filter(pk=job.pk).update(checkpoint={"files": 0, "pages": 2, "scan_runs": [[1, 2]]})
    done = work(Job.objects.get(pk=job.pk))
    assert done.message == "3 scans came in."  # two by the worker that died
    assert sorted(scans_by_name(project)) == ["dive_000004.png"]


@pytest.mark.parametrize(
    ("scans", "message"), [({"scans": [1, 2]}, "2 scans came in."), ({}, "No scan came in.")]
)
def test_a_worker_that_finds_all_files_done_says_what_the_one_before_did(
    project, alice, tmp_path, scans, message
):
    video = write_video(tmp_path / "dive.avi", frames=6, rate=6)
    job = start_scan_import(project=project, user=alice, path=video, name=video.name)
    Job.objects.filter(pk=job.pk).update(checkpoint={"files": 1, **scans})
    assert work(Job.objects.get(pk=job.pk)).message == message


def test_the_bar_moves_with_the_time_in_the_video(tmp_path):
    video = write_video(tmp_path / "dive.avi", frames=20, rate=10)
    frames = scans_in(video.name, video, SourceScan(ScanMetadata({}, {})), {"per_second": "2"}, tmp_path)
    assert [frame.share for frame in frames if isinstance(frame, IncomingScan)] == [0, 0.25, 0.5, 0.75]
