"""PlanktoScope folders: what the segmenter cut out, and raw frames."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.classifier.instruments.reading import encoded, read_all, write_files

METADATA: dict[str, Any] = {
    "sample_id": "Tara_hsn_2021_01_22",
    "sample_ship": "TARA",
    "sample_concentrated_sample_volume": 100,
    "sample_total_volume": 19,
    "acq_id": "Tara_hsn_2021_01_22_1",
    "acq_instrument": "PlanktoScope v2.2",
    "acq_imaged_volume": "2.9320",
    "acq_camera_resolution": "4056 x 3040",
    "object_date": "20211122",
    "object_time": "115300",
    "object_lat": "-21.6167",
    "object_lon": "-38.2667",
    "object_depth_min": 0,
    "object_depth_max": 1,
    "process_pixel": 0.75,
    "process_id": 1,
    "objects": [
        {"name": "01_13_28_0", "metadata": {"label": 0, "area": 1164, "%area": 0.074, "MeanHue": "nan"}},
        {"name": "01_13_28_1", "metadata": {"label": 1, "area": 15894}},
    ],
}


def colour(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (5, 6, 3), np.uint8)


def folder(tmp_path: Path, **changes: Any) -> Path:
    metadata = {key: value for key, value in (METADATA | changes).items() if value is not None}
    files = {
        "objects/a/metadata.json": json.dumps(metadata),
        "objects/a/01_13_28_0.png": encoded(colour(0)),
        "objects/a/01_13_28_1.png": encoded(colour(1)),
    }
    return write_files(tmp_path / "planktoscope", files)


def test_objects_of_the_segmenter(tmp_path: Path) -> None:
    vignettes, broken = read_all(folder(tmp_path), "planktoscope")
    assert broken == []
    first, second = vignettes
    np.testing.assert_array_equal(first.picture, colour(0))
    assert first.object_id == "Tara_hsn_2021_01_22_1_01_13_28_0"
    assert first.numbers == {"label": 0, "area": 1164, "%area": 0.074}
    assert (first.latitude, first.longitude, first.depth_min, first.depth_max) == (-21.6167, -38.2667, 0, 1)
    assert first.taken_at == datetime(2021, 11, 22, 11, 53, tzinfo=UTC) and first.has_time
    assert first.acquisition is second.acquisition
    assert first.acquisition.pixel_um == 0.75
    assert first.sample.volume_ml == 19000 and first.sample.fields["ship"] == "TARA"
    assert first.acquisition.volume_ml == pytest.approx(2.932 * 190)  # 19 l were concentrated to 100 ml


@pytest.mark.parametrize(
    ("changes", "volume"),
    [
        ({"sample_dilution_factor": 1}, 2.932 * 190),
        ({"sample_dilution_factor": 2}, None),
        ({"sample_total_volume": None}, 2.932),
        ({"acq_imaged_volume": None}, None),
    ],
)
def test_water_that_was_imaged(tmp_path: Path, changes: dict[str, Any], volume: float | None) -> None:
    first = read_all(folder(tmp_path, **changes), "planktoscope")[0][0]
    assert first.acquisition.volume_ml == (volume if volume is None else pytest.approx(volume))


@pytest.mark.parametrize(
    ("day", "clock", "moment", "has_time"),
    [
        ("2021-11-22", "11:53:00Z", datetime(2021, 11, 22, 11, 53, tzinfo=UTC), True),
        ("20211122", None, datetime(2021, 11, 22, tzinfo=UTC), False),
        ("yesterday", "noon", None, False),
    ],
)
def test_when_it_was_taken(
    tmp_path: Path, day: str, clock: str | None, moment: datetime | None, has_time: bool
) -> None:
    first = read_all(folder(tmp_path, object_date=day, object_time=clock), "planktoscope")[0][0]
    assert (first.taken_at, first.has_time) == (moment, has_time)


def test_raw_frames_come_in_whole(tmp_path: Path) -> None:
    vignettes, broken = read_all(folder(tmp_path, objects=None), "planktoscope")
    assert broken == []
    assert [each.file_name for each in vignettes] == ["01_13_28_0.png", "01_13_28_1.png"]
    assert vignettes[0].numbers == {}


def test_what_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    source = folder(tmp_path)
    (source / "objects/a/01_13_28_0.png").unlink()
    other = {"objects/b/metadata.json": "{", "objects/b/x.png": encoded(colour(2))}
    listed = {"objects/c/metadata.json": json.dumps({"acq_id": "c", "objects": 7}), "objects/c/x.png": b""}
    vignettes, broken = read_all(write_files(source, other | listed), "planktoscope")
    assert len(vignettes) == 1
    assert [line.split(": ")[1].split("(")[0].split(". ")[0].strip() for line in broken] == [
        "There is no picture 01_13_28_0.jpg of this object",
        "It is no JSON",
        "Its objects are no list of objects",
    ]


@pytest.mark.parametrize(("factor", "meaning"), [(2, "times"), (0.5, "share")])
def test_a_diluted_sample_has_a_volume_once_somebody_says_how(
    tmp_path: Path, factor: float, meaning: str
) -> None:
    """19 l in 100 ml, half of it water that was added: 2.932 ml were 2.932 × 190 ÷ 2 ml of the sea."""
    source = folder(tmp_path, sample_dilution_factor=factor)
    vignettes, broken = read_all(source, "planktoscope", {"dilution": meaning})
    assert broken == [] and vignettes[0].acquisition.volume_ml == pytest.approx(2.932 * 95)
    vignettes, broken = read_all(source, "planktoscope")
    assert vignettes[0].acquisition.volume_ml is None
    assert f"sample_dilution_factor is {factor:g}, and nobody said which way it counts" in broken[0]


@pytest.mark.parametrize(
    "content",
    [
        b'{"acq_id": ' + b"[" * 100_000,
        b'{"acq_id": "a", "objects": [{"name": "01_13_28_0", "metadata": [1]}]}',
    ],
)
def test_hostile_metadata_is_named(tmp_path: Path, content: bytes) -> None:
    source = folder(tmp_path)
    (source / "objects/a/metadata.json").write_bytes(content)
    vignettes, broken = read_all(source, "planktoscope")
    assert vignettes == [] and "metadata.json: It" in broken[0]


def test_a_number_that_is_too_large_is_none(tmp_path: Path) -> None:
    vignettes, _ = read_all(folder(tmp_path, object_lat=10**400), "planktoscope")
    assert vignettes[0].latitude is None


def test_what_is_filled_in_and_cannot_be_read_is_named(tmp_path: Path) -> None:
    changes = {
        "object_lat": "43.7N",
        "object_date": "22/01/2021",
        "process_pixel": "1,234",
        "acq_imaged_volume": "3 ml",
    }
    vignettes, broken = read_all(folder(tmp_path, **changes), "planktoscope")
    first = vignettes[0]
    assert (first.latitude, first.taken_at, first.acquisition.pixel_um) == (None, None, None)
    words = [line.partition(": ")[2] for line in broken]
    assert [line.partition(" It was left out.")[0] for line in words] == [
        "process_pixel is '1,234', which is no number.",
        "acq_imaged_volume is '3 ml', which is no number.",
        "object_lat is '43.7N', which is no number.",
        "object_date is '22/01/2021', which is no day as 20210122 or 2021-01-22.",
    ]


def test_numbers_and_moments_of_other_dashboards(tmp_path: Path) -> None:
    changes = {"process_pixel": "0,75", "object_date": "2021-01-22T11:53:00.000Z", "object_time": None}
    vignettes, broken = read_all(folder(tmp_path, **changes), "planktoscope")
    assert broken == []
    assert vignettes[0].acquisition.pixel_um == 0.75
    assert vignettes[0].taken_at == datetime(2021, 1, 22, 11, 53, tzinfo=UTC) and vignettes[0].has_time
