"""What pages, models and measurements see of pictures that are no plain 8 bits, and what stays of those."""

import io

import numpy as np
import pytest
from django.core.files.storage import default_storage
from PIL import Image as Picture

from annotations.jobs.errors import JobError
from annotations.pictures.keys import image_key
from annotations.samples.models import Image, Object
from tests.contract.pictures import HEIGHT, ORGANISM, WIDTH, animated, saved, scene, tiff, turned
from tests.imports.packages import package, row, run_import
from tests.pictures.picture_requests import get

pytestmark = pytest.mark.django_db
TWELVE = scene(3800, 600, "uint16")
DIM = scene(900, 100, "uint16")


def bring(
    project, path, *contents: bytes, acquisition: str = "a1", first: int = 1, name: str = "o{}.tif"
) -> dict:
    rows = [
        row(first + n, img_file_name=name.format(first + n), acq_id=acquisition) for n in range(len(contents))
    ]
    files = {name.format(first + n): content for n, content in enumerate(contents)}
    return run_import(project, package(path, rows, **files))


def pixels_of(image: Image) -> np.ndarray:
    content = default_storage.open(image.key).read()
    with Picture.open(io.BytesIO(content)) as picture:
        assert (picture.format, picture.mode) == ("PNG", "L")
        return np.asarray(picture)


def test_a_deep_picture_is_rendered_and_its_original_stays_beside_it(storage, project, tmp_path):
    content = tiff(TWELVE)
    bring(project, tmp_path / "p.zip", content)
    image = Image.objects.get()
    pixels = pixels_of(image)
    assert (pixels[0, 0], pixels[ORGANISM].max()) == (237, 37)
    assert (image.width, image.height) == (WIDTH, HEIGHT)
    assert image.original_key == image_key(content, "tif")
    assert default_storage.open(image.original_key).read() == content
    assert (image.origin, image.window_low, image.window_high) == ("TIFF, 16-bit grey", 0, 4095)
    assert image.file_name == "o1.tif"


def test_a_plain_picture_is_kept_as_it_is(project, tmp_path):
    bring(project, tmp_path / "p.zip", saved(scene(220, 40, "uint8")), name="o{}.png")
    image = Image.objects.get()
    assert image.key == image_key(saved(scene(220, 40, "uint8")), "png")
    assert (image.original_key, image.origin, image.window_low, image.window_high) == ("", "", None, None)


def test_a_turned_picture_has_the_size_that_everybody_sees(project, tmp_path):
    bring(project, tmp_path / "p.zip", turned("JPEG"), name="o{}.jpg")
    image = Image.objects.get()
    assert (image.width, image.height) == (30, 60)
    assert pixels_of(image).shape == (60, 30)
    assert image.origin == "JPEG, 8-bit grey, turned upright"


def test_pictures_of_one_acquisition_share_a_window(project, tmp_path):
    bring(project, tmp_path / "p.zip", tiff(DIM), tiff(TWELVE))
    assert list(Image.objects.values_list("window_high", flat=True)) == [4095, 4095]
    dim = pixels_of(Image.objects.get(file_name="o1.tif"))
    assert dim[0, 0] == 56, "900 of 4,095"


def test_another_acquisition_has_a_window_of_its_own(project, tmp_path):
    bring(project, tmp_path / "p.zip", tiff(TWELVE))
    bring(project, tmp_path / "q.zip", tiff(DIM), acquisition="a2", first=2)
    assert set(Image.objects.values_list("object__acquisition__original_id", "window_high")) == {
        ("a1", 4095),
        ("a2", 1023),
    }


def test_what_comes_later_joins_the_window_that_is_there(project, tmp_path):
    bring(project, tmp_path / "p.zip", tiff(TWELVE))
    result = bring(project, tmp_path / "q.zip", tiff(DIM), first=2)
    assert Image.objects.get(file_name="o2.tif").window_high == 4095
    assert not result.get("warnings")


def test_a_window_that_is_too_small_for_what_comes_is_said(project, tmp_path):
    bring(project, tmp_path / "p.zip", tiff(TWELVE))
    result = bring(project, tmp_path / "q.zip", tiff(scene(60000, 9000, "uint16")), first=2)
    assert Image.objects.get(file_name="o2.tif").window_high == 65535
    (warning,) = result["warnings"]
    assert "show values from 0 to 4,095, these from 0 to 65,535" in warning["message"]


@pytest.mark.parametrize(("kind", "part"), [("TIFF", "pages"), ("GIF", "frames"), ("WEBP", "frames")])
def test_only_the_first_page_or_frame_is_seen_and_that_is_said(project, tmp_path, kind, part):
    result = bring(project, tmp_path / "p.zip", animated(kind), name="o{}." + kind.lower())
    assert result["warnings"][0]["line"] == 3
    assert f"It has 3 {part}, and only the first is shown" in result["warnings"][0]["message"]
    assert abs(int(pixels_of(Image.objects.get())[0, 0]) - 220) < 3


def test_what_cannot_be_rendered_is_refused_by_name_before_anything_is_written(project, tmp_path):
    colours = tiff(np.zeros((4, 4, 3), "float32"), photometric="rgb")
    nothing = tiff(np.full((4, 4), np.nan, "float32"))
    with pytest.raises(JobError) as refused:
        bring(project, tmp_path / "p.zip", tiff(TWELVE), colours, nothing)
    errors = refused.value.errors
    assert [(error["file"], error["line"], error["column"]) for error in errors] == [
        ("ecotaxa_test.tsv", 4, "img_file_name"),
        ("ecotaxa_test.tsv", 5, "img_file_name"),
    ]
    assert errors[0]["message"].startswith("o2.tif: This TIFF has pixels that can't be shown")
    assert "Save it as PNG" in errors[0]["message"]
    assert "o3.tif: No pixel of the picture has a value" in errors[1]["message"]
    assert not Object.objects.exists() and not default_storage.exists(image_key(tiff(TWELVE), "tif"))


def test_the_panel_and_the_api_say_what_it_was_and_give_the_original(client, project, bob, tmp_path):
    content = tiff(TWELVE)
    bring(project, tmp_path / "p.zip", content)
    image = Image.objects.get()
    client.force_login(bob)
    panel = client.get(f"/projects/{project.pk}/vignettes/{image.object_id}/").content.decode()
    assert "it came as TIFF, 16-bit grey, values 0 (black) to 4,095 (white)" in panel
    assert 'download="o1.tif"' in panel
    (entry,) = client.get(f"/api/v1/objects/{image.object_id}/").json()["images"]
    assert (entry["width"], entry["height"]) == (WIDTH, HEIGHT)
    assert (entry["original"]["kind"], entry["original"]["window"]) == ("TIFF, 16-bit grey", [0, 4095])
    answer = get(entry["original"]["url"])
    assert (answer.status, answer.body, answer.headers["content-type"]) == (200, content, "image/tiff")
