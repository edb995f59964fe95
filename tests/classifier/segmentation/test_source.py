import numpy as np
import pytest
import pyvips
from PIL import ExifTags, Image

from classifier.contract.errors import ClassifierError
from classifier.segmentation.source import Scan


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 256, (70, 90), dtype=np.uint8)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"tile": True, "tile_width": 32, "tile_height": 16},
        {"bigtiff": True, "compression": "deflate"},
        {"compression": "lzw"},
    ],
    ids=["strips", "tiles", "bigtiff", "lzw"],
)
def test_regions_of_a_tiff_are_its_pixels(options, pixels, tmp_path):
    pyvips.Image.new_from_array(pixels).tiffsave(str(tmp_path / "scan.tif"), **options)
    with Scan(tmp_path / "scan.tif") as scan:
        assert (scan.width, scan.height) == (90, 70)
        assert (scan.region(20, 30, 50, 40) == pixels[30:70, 20:70]).all()


@pytest.mark.parametrize(("white", "depth"), [(4095, 4095), (16000, 16383), (40000, 65535)])
def test_greys_of_16_bits_are_brought_to_those_of_8(white, depth, tmp_path):
    values = np.array([[0, white // 2], [white, 1]], np.uint16)
    Image.fromarray(values).save(tmp_path / "scan.tif")
    with Scan(tmp_path / "scan.tif") as scan:
        assert scan.region(0, 0, 2, 2) == pytest.approx(values / depth * 255, abs=1e-3)


@pytest.mark.parametrize("name", ["scan.png", "scan.tif"])
def test_a_scan_in_colour_is_as_grey_as_pillow_says(name, tmp_path):
    colours = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    picture = Image.fromarray(colours)
    picture.save(tmp_path / name)
    with Scan(tmp_path / name) as scan:
        assert (scan.region(0, 0, 30, 20) == np.asarray(picture.convert("L"))).all()
    with Scan(tmp_path / name, channel="green") as scan:
        assert (scan.region(0, 0, 30, 20) == colours[:, :, 1]).all()


def test_an_alpha_channel_is_left_out(pixels, tmp_path):
    Image.fromarray(np.dstack([pixels, pixels // 2]), "LA").save(tmp_path / "scan.png")
    with Scan(tmp_path / "scan.png") as scan:
        assert (scan.region(0, 0, 90, 70) == pixels).all()


def test_a_page_of_a_tiff_is_read_by_its_number(pixels, tmp_path):
    first, second = Image.fromarray(pixels), Image.fromarray(255 - pixels)
    first.save(tmp_path / "scan.tif", save_all=True, append_images=[second])
    with Scan(tmp_path / "scan.tif", page=1) as scan:
        assert (scan.region(0, 0, 90, 70) == 255 - pixels).all()


@pytest.mark.parametrize("name", ["scan.tif", "scan.jpg"])
def test_a_scan_that_was_turned_is_read_upright(name, pixels, tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # turn it by a quarter, clockwise
    Image.fromarray(np.rot90(pixels)).save(tmp_path / name, exif=exif, quality=100)
    with Scan(tmp_path / name) as scan:
        assert (scan.width, scan.height) == (90, 70)
        assert np.abs(scan.region(20, 30, 50, 40).astype(int) - pixels[30:70, 20:70]).max() <= 3
        assert np.abs(scan.overview()[0].astype(int) - pixels).max() <= 3


def test_a_scan_saved_for_printers_is_as_dark_as_it_looks(tmp_path):
    greys = np.repeat(np.array([0, 60, 128, 200, 255], np.uint8), 20)[None].repeat(30, 0)
    Image.fromarray(greys).convert("CMYK").save(tmp_path / "scan.tif")
    with Scan(tmp_path / "scan.tif") as scan:
        columns = scan.region(0, 0, 100, 30).astype(int)[15, 10::20]
        picture = scan.picture(0, 0, 100, 30)
    assert (np.diff(columns) > 20).all()
    assert columns[0] < 60 and columns[-1] > 250
    assert picture.shape == (30, 100, 3)


def test_what_is_no_picture_is_refused(tmp_path):
    (tmp_path / "scan.tif").write_text("no picture")
    with pytest.raises(ClassifierError, match=r"scan\.tif can't be read as a scan"):
        Scan(tmp_path / "scan.tif")


def test_a_scan_that_breaks_off_says_so(pixels, tmp_path):
    Image.fromarray(pixels).save(tmp_path / "scan.png")
    whole = (tmp_path / "scan.png").read_bytes()
    (tmp_path / "scan.png").write_bytes(whole[: len(whole) // 2])
    with Scan(tmp_path / "scan.png") as scan, pytest.raises(ClassifierError, match="breaks off"):
        scan.region(0, 0, 90, 70)
