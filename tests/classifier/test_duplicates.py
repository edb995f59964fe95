"""The same picture twice: by its bytes, and when it was saved anew."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from classifier.data import duplicates
from classifier.data.duplicates import contradictions, find_duplicates


def scene(seed: int, width: int = 60, height: int = 44) -> np.ndarray:
    """A dark body with its own texture on light ground, uint8 (height, width)."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    body = ((x - width / 2) / (width / 3)) ** 2 + ((y - height / 2) / (height / 3)) ** 2 < 1
    coarse = rng.normal(0, 1, (height // 2, width // 2)).repeat(2, 0).repeat(2, 1)
    return np.where(body, 90 + 35 * coarse, 225 + 4 * coarse).clip(0, 255).astype(np.uint8)


def saved(path: Path, pixels: np.ndarray, **options) -> str:
    Image.fromarray(pixels).save(path, **options)
    return str(path)


@pytest.fixture
def folder(tmp_path) -> list[str]:
    """Six scenes; then the first as the same file twice, and the second lighter, as JPEG and a little smaller."""
    paths = [saved(tmp_path / f"{n}.png", scene(n)) for n in range(6)]
    copy = tmp_path / "copy.png"
    copy.write_bytes(Path(paths[0]).read_bytes())
    lighter = (scene(1) * 0.9 + 10).astype(np.uint8)
    smaller = np.asarray(Image.fromarray(scene(1)).resize((58, 43), Image.Resampling.BICUBIC))
    return [
        *paths,
        paths[0],
        str(copy),
        saved(tmp_path / "lighter.png", lighter),
        saved(tmp_path / "again.jpg", scene(1), quality=80),
        saved(tmp_path / "smaller.png", smaller),
    ]


def test_they_are_grouped(folder):
    result = find_duplicates(folder)
    assert (result.exact, result.near) == (2, 3)
    assert len(set(result.groups[:6])) == 6
    assert set(result.groups[[6, 7]]) == {result.groups[0]}
    assert set(result.groups[8:]) == {result.groups[1]}


def test_in_small_blocks_and_a_file(folder, tmp_path, monkeypatch):
    whole = find_duplicates(folder)
    monkeypatch.setattr(duplicates, "BLOCK", 2)
    parts = find_duplicates(folder, scratch=tmp_path / "scratch")
    assert np.array_equal(whole.groups, parts.groups)


def test_discs_of_one_size_are_not_the_same_disc(tmp_path):
    """Their shapes correlate by more than 0.98; what differs is the noise of the camera."""

    def disc(seed: int) -> np.ndarray:
        rng = np.random.default_rng(seed)
        y, x = np.mgrid[:40, :40] - 20
        return (
            (np.where(x**2 + y**2 < 150, 60, 220) + rng.normal(0, 6, (40, 40))).clip(0, 255).astype(np.uint8)
        )

    result = find_duplicates([saved(tmp_path / f"{n}.png", disc(n)) for n in range(8)])
    assert (result.exact, result.near) == (0, 0)


def test_what_cannot_be_read_is_like_nothing(tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    result = find_duplicates([str(broken), str(tmp_path / "gone.png"), saved(tmp_path / "a.png", scene(0))])
    assert len(set(result.groups)) == 3
    assert find_duplicates([]).groups.shape == (0,)


def test_whoever_waits_may_stop_it(tmp_path):
    buffer = io.BytesIO()
    Image.fromarray(scene(0)).save(buffer, "PNG")
    (tmp_path / "a.png").write_bytes(buffer.getvalue())

    def stop(done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        find_duplicates([str(tmp_path / "a.png")] * 300, stop)


def test_contradictions_are_one_picture_with_two_labels():
    groups = np.array([0, 1, 0, 2, 0, 1, 3])
    labels = np.array([5, 6, 5, 5, 7, 6, 6])
    assert contradictions(groups, labels) == [(0, 4)]
    assert contradictions(groups, np.arange(7)) == [(0, 2), (0, 4), (1, 5)]
