"""Thumbnails: small files for small places, behind the same door as the picture."""

import io

import numpy as np
import pytest
from django.core.files.storage import default_storage
from PIL import Image

from annotations.pictures.derivatives import LONG_EDGE, thumbnail_of, thumbnail_url
from annotations.pictures.keys import image_key, image_url
from annotations.pictures.store import store_once
from tests.pictures.picture_requests import get


def drawn(width: int, height: int, mode: str = "L") -> bytes:
    """A dark blob on noise, as a camera has it."""
    y, x = np.mgrid[:height, :width]
    blob = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2
    noise = np.random.default_rng(1).normal(0, 5, (height, width))
    grey = (np.where(blob, 60, 220) + noise).clip(0, 255).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(grey).convert(mode).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def large(storage, settings) -> str:
    """The key of a stored picture of 1200 × 400 pixels, in a folder and in a bucket."""
    settings.S3_PRESIGNED = False
    content = drawn(1200, 400)
    key = image_key(content, "png")
    store_once(key, content)
    return key


def test_a_small_place_gets_a_small_file(large):
    answer = get(thumbnail_url(image_url(large), 1200, 400))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert len(answer.body) < len(get(image_url(large)).body) / 20
    with Image.open(io.BytesIO(answer.body)) as thumbnail:
        assert thumbnail.size == (LONG_EDGE, 85)
        middle, corner = thumbnail.convert("L").getpixel((128, 42)), thumbnail.convert("L").getpixel((2, 2))
    assert abs(middle - 60) < 12 and abs(corner - 220) < 12


def test_it_is_made_once(large, monkeypatch):
    first = get(thumbnail_url(image_url(large), 1200, 400)).body
    monkeypatch.setattr(
        "annotations.pictures.derivatives._made_smaller", lambda content: pytest.fail("twice")
    )
    assert get(thumbnail_url(image_url(large), 1200, 400)).body == first


def test_who_may_not_open_the_picture_may_not_open_its_thumbnail(large):
    address, _, _ = image_url(large).partition("?")
    assert get(f"{address}?thumbnail=1").status == 404
    assert get(f"{address}?s={'0' * 32}&thumbnail=1").status == 404
    assert not default_storage.exists("t") or not default_storage.listdir("t")[0]
    assert get(f"/vignettes/{thumbnail_of(large)}?s={'0' * 32}").status == 404


def test_out_of_a_bucket_the_browser_fetches_it_itself(bucket, s3_address):
    content = drawn(600, 300)
    key = image_key(content, "png")
    store_once(key, content)
    answer = get(thumbnail_url(image_url(key), 600, 300))
    assert answer.status == 302
    assert answer.headers["location"].startswith(f"{s3_address}/{bucket}/t/")


def test_a_small_picture_is_shown_as_it_is():
    assert thumbnail_url(image_url("v/ab/cd.png"), LONG_EDGE, 40) == image_url("v/ab/cd.png")


@pytest.mark.parametrize("mode", ["RGB", "P"])
def test_colours_and_palettes_too(storage, mode):
    content = drawn(400, 400, mode)
    key = image_key(content, "png")
    store_once(key, content)
    assert thumbnail_of(key).endswith(".webp")


def test_what_would_not_shrink_or_cannot_be_read_is_shown_as_it_is(storage):
    blurred = io.BytesIO()
    with Image.open(io.BytesIO(drawn(280, 280))) as picture:
        picture.save(blurred, "WEBP", quality=0)
    for content in (blurred.getvalue(), b"no picture"):
        key = image_key(content, "webp")
        store_once(key, content)
        assert thumbnail_of(key) == key


def test_a_picture_that_the_storage_has_lost_is_not_found(storage, settings):
    settings.S3_PRESIGNED = False
    lost = image_key(b"lost", "png")
    assert get(thumbnail_url(image_url(lost), 1200, 400)).status == 404


def test_a_damaged_picture_is_read_once_to_see_that(storage, monkeypatch):
    key = image_key(b"damaged", "png")
    store_once(key, b"damaged")
    assert thumbnail_of(key) == key
    monkeypatch.setattr("annotations.pictures.derivatives.read_picture", lambda key: pytest.fail("twice"))
    assert thumbnail_of(key) == key
