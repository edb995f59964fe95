"""Pictures keep their shape, their ground is light, and their true size is told beside them."""

import numpy as np
import pytest
from PIL import Image

from classifier.data.letterbox import letterbox, read_picture, true_size
from tests.contract.pictures import HEIGHT, ORGANISM, WIDTH, saved, scene, tiff, turned


def test_a_long_picture_keeps_its_shape():
    picture = np.full((50, 200), 230, np.uint8)
    picture[20:30, 10:190] = 40  # 18 times as long as it is high
    square = letterbox(picture, 64)
    rows, columns = np.nonzero(square < 130)
    assert square.shape == (64, 64)
    assert np.ptp(columns) + 1 == pytest.approx(180 * 64 / 200, abs=2)
    assert np.ptp(rows) + 1 == pytest.approx(10 * 64 / 200, abs=2)
    assert set(np.unique(square[:20])) == {230}, "the ground goes on where there was no picture"


def test_bright_on_black_is_turned_round(tmp_path):
    Image.fromarray(np.pad(np.full((10, 10), 250, np.uint8), 10)).save(tmp_path / "uvp.png")
    picture = read_picture(tmp_path / "uvp.png")
    assert picture[0, 0] == 255
    assert picture[15, 15] == 5


def test_a_folder_of_deep_pictures_is_read_as_the_site_shows_them(tmp_path):
    """Pillow's own conversion gave 255 everywhere."""
    for name, content in {
        "full.png": saved(scene(60000, 9000, "uint16")),
        "twelve.png": saved(scene(3800, 600, "uint16")),
        "shares.tif": tiff(scene(0.9, 0.1, "float32")),
    }.items():
        (tmp_path / name).write_bytes(content)
        picture = read_picture(tmp_path / name)
        assert picture.shape == (HEIGHT, WIDTH)
        assert picture[0, 0] > 225 and picture[ORGANISM].max() < 40


def test_a_turned_picture_is_read_upright(tmp_path):
    (tmp_path / "turned.jpg").write_bytes(turned("JPEG"))
    assert read_picture(tmp_path / "turned.jpg").shape == (60, 30)


@pytest.mark.parametrize("content", [b"", b"II*\0\x08\0\0\0", saved(scene(60000, 9000, "uint16"))[:60]])
def test_what_cannot_be_read_is_an_os_error(content):
    with pytest.raises(OSError):
        read_picture(content)


def test_true_size_uses_the_scale_where_it_is_known():
    picture = np.zeros((20, 40), np.uint8)
    assert true_size(picture, 10.0) == pytest.approx((np.log(400), np.log(2), 1))
    assert true_size(picture, float("nan")) == pytest.approx((np.log(40), np.log(2), 0))
