"""Videos, drawn and encoded by the tests."""

from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest

from classifier.contract.errors import ClassifierError
from tests.classifier.instruments.reading import read_all

RATE, FRAMES = 10, 40


def drawn(number: int) -> np.ndarray:
    """Lossless codecs keep it: each frame has a grey of its own."""
    return np.full((32, 48), 5 * number, np.uint8)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    return write_video(tmp_path / "dive_20240501_101500.avi")


def write_video(file: Path, frames: int = FRAMES, rate: int = RATE) -> Path:
    with av.open(str(file), "w") as container:
        stream = container.add_stream("ffv1", rate=rate)
        stream.width, stream.height, stream.pix_fmt = 48, 32, "gray"
        for number in range(frames):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(drawn(number), format="gray")))
        container.mux(stream.encode())
    return file


@pytest.mark.parametrize(
    ("options", "numbers"),
    [
        ({}, [0, 10, 20, 30]),
        ({"per_second": "0.5"}, [0, 20]),
        ({"per_second": "4"}, [0, 3, 5, 8, 10, 13, 15, 18, 20, 23, 25, 28, 30, 33, 35, 38]),
        ({"every": "15"}, [0, 15, 30]),
        ({"every": "15", "per_second": "9"}, [0, 15, 30]),
    ],
)
def test_which_frames_are_taken(video: Path, options: dict[str, str], numbers: list[int]) -> None:
    vignettes, broken = read_all(video.parent, "video", options)
    assert broken == []
    assert [each.numbers["frame"] for each in vignettes] == numbers
    for each in vignettes:
        np.testing.assert_array_equal(each.picture, drawn(int(each.numbers["frame"])))


def test_what_is_known_of_a_frame(video: Path) -> None:
    last = read_all(video.parent, "video", {"utc_offset": "2", "pixel_um": "50"})[0][-1]
    assert last.object_id == "dive_20240501_101500_000030"
    assert last.numbers["video_second"] == 3
    assert last.taken_at == datetime(2024, 5, 1, 8, 15, 3, tzinfo=UTC)
    assert last.acquisition.pixel_um == 50
    assert last.acquisition.fields == {
        "width": "48",
        "height": "32",
        "codec": "ffv1",
        "frames_per_second": "10",
    }


def test_what_came_before_a_break_stays(video: Path) -> None:
    content = video.read_bytes()
    begins, ends = content.index(b"movi"), content.rindex(b"idx1")
    video.write_bytes(content[: (begins + ends) // 2])
    vignettes, broken = read_all(video.parent, "video", {"every": "1"})
    assert 0 < len(vignettes) < FRAMES
    assert len(broken) == 1 and broken[0].startswith(video.name)
    number = int(vignettes[-1].numbers["frame"])
    assert f"frame {number} at" in broken[0] or f"frame is {number} at" in broken[0]


def test_what_is_no_video(tmp_path: Path) -> None:
    (tmp_path / "x.mp4").write_bytes(b"no video" * 100)
    vignettes, broken = read_all(tmp_path, "video")
    assert vignettes == [] and "x.mp4: The video breaks off before its first frame" in broken[0]
    with pytest.raises(ClassifierError, match="every is '0'"):
        read_all(tmp_path, "video", {"every": "0"})
