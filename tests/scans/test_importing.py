"""Scans of every kind come in by tiles; what is broken is named, and the others come in."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from annotations.jobs.errors import ClaimLost
from annotations.jobs.progress import Progress
from annotations.pictures.large_files import local_file
from annotations.pictures.store import read_picture
from annotations.samples.actions import ensure_sample
from annotations.samples.columns import ensure_columns
from annotations.samples.models import ParentImage, Sample
from annotations.samples.rows import NewColumn
from annotations.scans.actions import start_scan_import
from annotations.scans.models import Scan
from annotations.scans.sampling_fields import circumstances_of
from annotations.volumes.actions import set_volumes
from annotations.volumes.queries import volume_settings_of
from tests.imports.packages import write_zip
from tests.run_jobs import work
from tests.scans.drawing import HEIGHT, WIDTH, bring, ground, png, the_scan, tiff
from worker.scans.importing import import_scans

pytestmark = pytest.mark.django_db


def pixels_of(parent: ParentImage) -> np.ndarray:
    with local_file(parent.key) as path, Image.open(path) as picture:
        return np.asarray(picture)


def tile(scan: Scan, level: int, column: int, row: int) -> np.ndarray:
    content = read_picture(f"{scan.tiles_prefix}/{level}/{column}_{row}.jpg")
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("plain.tif", {}),
        ("tiled.tif", {"tile": (256, 256), "compression": "zlib"}),
        ("big.tif", {"bigtiff": True, "rowsperstrip": 16}),
    ],
)
def test_a_tiff_is_the_same_by_every_layout(project, alice, tmp_path, name, options):
    job = bring(project, alice, tmp_path / name, tiff(ground(), **options))
    assert (job.state, job.message) == ("done", "1 scan came in.")
    scan = the_scan(project)
    assert (scan.parent.width, scan.parent.height, scan.levels) == (WIDTH, HEIGHT, 3)
    assert np.array_equal(pixels_of(scan.parent), ground())
    assert tile(scan, 2, 2, 1).shape == (HEIGHT - 512, WIDTH - 1024)
    assert tile(scan, 0, 0, 0).shape == (HEIGHT // 4, WIDTH // 4)
    assert scan.parent.original_key and scan.added_by == alice


def test_sixteen_bits_get_the_window_of_a_camera(project, alice, tmp_path):
    deep = ground().astype(np.uint16) * 16
    bring(project, alice, tmp_path / "deep.tif", tiff(deep, resolution=(2400, 2400), resolutionunit=2))
    scan = the_scan(project)
    assert (scan.parent.window_low, scan.parent.window_high) == (0, 4095)
    assert np.array_equal(pixels_of(scan.parent), np.rint(deep / 4095 * 255).astype(np.uint8))
    assert scan.parent.origin == "TIFF, 16-bit grey"
    assert scan.header_pixel_um == pytest.approx(10.5833)
    assert scan.parent.acquisition.pixel_um is None  # what a header says is proposed, not believed


def test_deep_scans_of_other_windows_are_named_and_come_twice_the_same(project, alice, tmp_path):
    deep = ground(200, 150).astype(np.uint16) * 16
    bring(project, alice, tmp_path / "a.tif", tiff(deep), sample="s", acquisition="d1")
    lighter = bring(project, alice, tmp_path / "b.tif", tiff(deep * 16), sample="s", acquisition="d1")
    assert "Scans of d1 came in with different values as white" in lighter.result["warnings"][0]["message"]
    again = bring(project, alice, tmp_path / "a.tif", sample="s", acquisition="d1")
    assert (again.message, again.errors) == ("0 scans came in. 1 were here already.", [])


def test_a_picture_that_was_turned_stands_upright(project, alice, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    out = io.BytesIO()
    Image.fromarray(ground()).save(out, "JPEG", exif=exif, quality=100)
    bring(project, alice, tmp_path / "turned.jpg", out.getvalue())
    assert (the_scan(project).parent.width, the_scan(project).parent.height) == (HEIGHT, WIDTH)


def test_grey_that_was_saved_as_colour_is_grey_again(project, alice, tmp_path):
    bring(project, alice, tmp_path / "rgb.png", png(np.stack([ground()] * 3, axis=2)))
    assert the_scan(project).channels == 1 and pixels_of(the_scan(project).parent).ndim == 2


def test_each_page_is_a_scan_and_smaller_copies_are_none(project, alice, tmp_path):
    small = ground()[::2, ::2]
    content = tiff(ground(), ground(seed=2))
    bring(project, alice, tmp_path / "two.tif", content, acquisition="a")
    assert list(ParentImage.objects.order_by("id").values_list("file_name", flat=True)) == [
        "two.tif",
        "two_page2.tif",
    ]
    pyramid = tmp_path / "pyramid.tif"
    with local_file(ParentImage.objects.earliest("id").key) as rendering:
        pyramid.write_bytes(rendering.read_bytes())
    bring(project, alice, pyramid, acquisition="b")
    assert ParentImage.objects.filter(acquisition__original_id="b").count() == 1
    assert small.shape == (HEIGHT // 2, WIDTH // 2)


def test_a_page_that_is_broken_is_named_and_those_behind_it_come_in(project, alice, tmp_path):
    content = tiff(ground(), ground().astype(np.float32), ground(seed=2))
    job = bring(project, alice, tmp_path / "three.tif", content, acquisition="a")
    assert job.message == "2 scans came in. 1 did not: what is wrong with each is listed."
    assert [(each["file"], each["message"][:29]) for each in job.errors] == [
        ("three.tif", "Page 2: Its pixels are float,")
    ]
    names = ParentImage.objects.order_by("id").values_list("file_name", flat=True)
    assert list(names) == ["three.tif", "three_page3.tif"]


def test_acquisitions_of_one_name_in_two_samples_have_windows_of_their_own(project, alice, tmp_path):
    deep = ground(200, 150).astype(np.uint16)
    bring(project, alice, tmp_path / "a.tif", tiff(deep * 250), sample="s", acquisition="d1")
    darker = bring(project, alice, tmp_path / "b.tif", tiff(deep * 16), sample="t", acquisition="d1")
    assert darker.result["warnings"] == []
    highs = ParentImage.objects.order_by("id").values_list("window_high", flat=True)
    assert list(highs) == [65535, 4095]


def test_what_is_said_stands_at_sample_and_acquisition(project, alice, tmp_path):
    metadata = {
        "sample": "tow_7", "acquisition": "d1", "pixel_um": "10.58", "volume_m3": "52.5", "fraction": "1/8",
        "latitude": "43.68", "longitude": "7.31", "depth_min": "0", "depth_max": "75", "date": "2026-04-12",
        "time": "09:30",
    }  # fmt: skip
    bring(project, alice, tmp_path / "s.png", png(ground()), **metadata)
    acquisition = the_scan(project).parent.acquisition
    sample = acquisition.sample
    assert (sample.original_id, acquisition.original_id, acquisition.pixel_um) == ("tow_7", "d1", 10.58)
    assert (sample.fields["tot_vol"], acquisition.fields["sub_part"]) == ("52.5", "8")
    where = circumstances_of(sample)
    assert (where.latitude, where.depth_max, where.taken_at.isoformat()) == (
        43.68,
        75,
        "2026-04-12T09:30:00+00:00",
    )


@pytest.mark.parametrize(("unit", "expected"), [("", "52.5"), ("m3", "52.5"), ("l", "52500")])
def test_a_volume_in_cubic_metres_is_one_whatever_the_unit_of_the_project(
    project, alice, tmp_path, unit, expected
):
    if unit:
        set_volumes(project=project, volume_unit=unit)
    job = bring(project, alice, tmp_path / "dish.png", png(ground()), volume_m3="52.5")
    named = "The volumes of scans are given in m³: this project’s settings named no unit of volumes, and name m³ from"
    assert [each["message"].startswith(named) for each in job.warnings] == ([] if unit else [True])
    assert Sample.objects.get().fields["tot_vol"] == expected
    assert volume_settings_of(project).volume_unit == (unit or "m3")


def test_a_volume_is_written_as_the_formula_of_the_project_reads_it(project, alice, tmp_path):
    ensure_columns(project=project, columns=[NewColumn("sample", "tot_vol")])
    set_volumes(project=project, volume_unit="m3", volume="sam.tot_vol/1000")
    bring(project, alice, tmp_path / "dish.png", png(ground()), volume_m3="52.5")
    assert Sample.objects.get().fields["tot_vol"] == "52500"


def test_volumes_of_an_unknown_unit_stay_so_when_a_scan_has_one(project, alice, tmp_path):
    """What was there before may be litres."""
    ensure_sample(project=project, original_id="tow_6", fields={"tot_vol": "52500"})
    job = bring(project, alice, tmp_path / "dish.png", png(ground()), volume_m3="52.5")
    assert volume_settings_of(project).unit is None
    assert ["those that came in are in m³" in each["message"] for each in job.warnings] == [True]


def test_a_table_says_it_for_each_file_and_broken_ones_are_named(project, alice, tmp_path):
    table = "file;sample;pixel_um;sample_ship\na.png;s1;10,6;Tara\nb.png;s2;5.3;Tara\ncut.tif;s2;5.3;Tara\n"
    files = {
        "scans.csv": table,
        "a.png": png(ground()),
        "b.png": png(ground(seed=3)),
        "cut.tif": tiff(ground())[:-5000],
        "empty.tif": b"",
    }
    job = bring(project, alice, write_zip(tmp_path / "cruise.zip", files))
    assert job.message == "2 scans came in. 2 did not: what is wrong with each is listed."
    assert [(error["file"], error["message"]) for error in job.errors] == [
        ("cut.tif", "The scan is cut off: its last 5,000 bytes are missing. Copy it again."),
        ("empty.tif", "The file is empty (0 bytes). Copy it again."),
    ]
    pixel = dict(ParentImage.objects.values_list("acquisition__sample__original_id", "acquisition__pixel_um"))
    assert pixel == {"s1": 10.6, "s2": 5.3}
    assert project.samples.get(original_id="s1").fields["ship"] == "Tara"


def test_a_table_that_is_wrong_changes_nothing(project, alice, tmp_path):
    table = "file,pixel_um,latitude\na.png,-3,430\nmissing.png,1,1\n"
    job = bring(project, alice, write_zip(tmp_path / "w.zip", {"scans.csv": table, "a.png": png(ground())}))
    assert job.state == "failed" and not project.samples.exists()
    assert [(error["line"], error["column"]) for error in job.errors] == [
        (2, "pixel_um"),
        (2, "latitude"),
        (None, "file"),
    ]


def test_the_same_scan_once_more_is_here_already(project, alice, tmp_path):
    bring(project, alice, tmp_path / "s.png", png(ground()))
    job = bring(project, alice, tmp_path / "s.png")
    assert job.message == "0 scans came in. 1 were here already."
    assert (
        "another scan called s.png"
        in bring(project, alice, tmp_path / "s.png", png(ground(seed=9))).errors[0]["message"]
    )
    assert Scan.objects.count() == 1


class Mortal(Progress):
    """Dies at its n-th transaction or checkpoint, as a worker that is killed does: nothing of that chunk stays."""

    def __init__(self, job, steps: int):
        super().__init__(job)
        self.steps = steps

    def _live(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise ClaimLost

    @contextmanager
    def fenced(self) -> Iterator[None]:
        self._live()
        with super().fenced():
            yield

    def checkpoint(self, **note: object) -> None:
        self._live()
        super().checkpoint(**note)


@pytest.mark.parametrize("steps", [0, 1, 2, 3, 5, 8, 11])
def test_killed_at_any_point_it_ends_the_same(project, alice, tmp_path, steps):
    files = {
        "a.tif": tiff(ground(300, 200), ground(300, 200, 2)),
        "b.png": b"broken",
        "c.png": png(ground(90, 90)),
    }
    path = write_zip(tmp_path / "z.zip", files)
    job = start_scan_import(project=project, user=alice, path=path, name="z.zip")
    job.state = "running"
    job.save()
    with pytest.raises(ClaimLost):
        import_scans(job, Mortal(job, steps))
    job.refresh_from_db()
    job.state = "queued"
    job.save()
    job = work(job)
    assert job.message == "3 scans came in. 1 did not: what is wrong with each is listed."
    assert len(job.result["scans"]) == Scan.objects.count() == 3
