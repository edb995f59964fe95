"""COCO as other tools write it: another size, folders in names, several parts, compressed masks."""

import json
from contextlib import suppress

import numpy as np
import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pycocotools import mask as coco_masks

from annotations.marks.actions import adopt_starter_set
from annotations.marks.coco import decompressed
from annotations.marks.measuring import decoded, encoded
from annotations.marks.models import Mark
from annotations.marks.scaling import is_same_shape, scaled
from tests.marks.importing import bring
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


@shared_rows
def labelled(tow):
    """The picture 0.png is 80 × 40 pixels, 1.png 81 × 40."""
    adopt_starter_set(project=tow.project)
    return tow


def coco(annotation: dict, **image: object) -> bytes:
    file = {
        "images": [{"id": 1, "file_name": "0.png", **image}],
        "categories": [{"id": 1, "name": "egg"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, **annotation}],
    }
    return json.dumps(file).encode()


BOX = {"bbox": [4, 4, 16, 8]}
SQUARE = [0, 0, 10, 0, 10, 10, 0, 10]
FAR_SQUARE = [20, 20, 30, 20, 30, 30, 20, 30]


@pytest.mark.django_db
def test_what_was_drawn_on_a_copy_is_scaled_and_said(labelled, alice):
    job = bring(labelled.project, alice, coco(BOX, width=160, height=80))
    assert Mark.objects.get().geometry == {"x": 2, "y": 2, "width": 8, "height": 4}
    (warning,) = job.warnings
    assert "160 × 80" in warning["message"] and "80 × 40" in warning["message"]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [(40, 80), (160, 40), (1, 1)])
def test_another_shape_is_refused_with_both_sizes(labelled, alice, size):
    job = bring(labelled.project, alice, coco(BOX, width=size[0], height=size[1]))
    (error,) = job.errors
    assert f"{size[0]} × {size[1]}" in error["message"] and "80 × 40" in error["message"]
    assert not Mark.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["0.png", "images/0.png", "C:\\pictures\\0.PNG", "./train/tow_1/0.png", "https://x.org/a/0.png"]
)
def test_a_picture_is_found_by_the_name_of_its_file(labelled, alice, name):
    bring(labelled.project, alice, coco(BOX, file_name=name))
    assert Mark.objects.get().image.file_name == "0.png"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "second", "count"),
    [
        ("images", {"id": 1, "file_name": "1.png"}, 1),
        ("images", {"id": 1, "file_name": "0.png"}, 0),
        ("categories", {"id": 1, "name": "gut"}, 1),
    ],
)
def test_two_entries_of_one_id_are_refused_where_they_differ(labelled, alice, name, second, count):
    file = json.loads(coco(BOX))
    file[name].append(second)
    job = bring(labelled.project, alice, json.dumps(file).encode())
    assert [error["column"] for error in job.errors] == [f"{name}[1].id"] * count
    assert Mark.objects.count() == 1 - count


@pytest.mark.django_db
def test_folders_tell_apart_what_is_called_alike(labelled, alice):
    first, second = labelled.objects[0].images.get(), labelled.objects[1].images.get()
    first.file_name, second.file_name = "a/x.png", "b/x.png"
    first.save()
    second.save()
    bring(labelled.project, alice, coco(BOX, file_name="images/b/x.png"))
    assert Mark.objects.get().image == second
    (error,) = bring(labelled.project, alice, coco(BOX, file_name="x.png")).errors
    assert "2 images 'x.png' (a/x.png, b/x.png)" in error["message"]


@pytest.mark.django_db
def test_a_polygon_in_several_parts_is_one_mark(labelled, alice):
    bring(labelled.project, alice, coco({"segmentation": [SQUARE, FAR_SQUARE]}, width=80, height=40))
    mark = Mark.objects.get()
    assert mark.kind == "mask" and decoded(mark.geometry).sum() == 200


@pytest.mark.django_db
def test_compressed_run_lengths_are_read(labelled, alice):
    mask = np.zeros((40, 80), np.uint8)
    mask[3:9, 10:50] = 1
    packed = coco_masks.encode(np.asfortranarray(mask))
    segmentation = {"size": packed["size"], "counts": packed["counts"].decode()}
    bring(labelled.project, alice, coco({"segmentation": segmentation}))
    assert (decoded(Mark.objects.get().geometry) == mask).all()


@pytest.mark.django_db
def test_a_mask_of_twice_the_size_is_scaled(labelled, alice):
    mask = np.zeros((80, 160), bool)
    mask[10:20, 40:60] = True
    bring(labelled.project, alice, coco({"segmentation": encoded(mask)}, width=160, height=80))
    assert (decoded(Mark.objects.get().geometry) == mask[::2, ::2]).all()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "segmentation",
    [
        {"size": [40, 80], "counts": "not a mask at all"}, {"size": [4, 8], "counts": "PPYo0"},
        {"size": "large", "counts": "PPYo0"}, {"size": [40, 80], "counts": ""}, [[1, 2], [3, 4]],
        [SQUARE, ["a", 1, 2, 3, 4, 5]],
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_segmentation_is_named(labelled, alice, segmentation):
    job = bring(labelled.project, alice, coco({"segmentation": segmentation}, width=80, height=40))
    assert job.errors and job.errors[0]["column"].startswith("annotations[0]")


@given(st.integers(1, 30), st.integers(1, 30), st.integers(0, 2**32 - 1))
def test_every_mask_of_pycocotools_comes_back(height, width, seed):
    mask = (np.random.default_rng(seed).random((height, width)) < 0.5).astype(np.uint8)
    packed = coco_masks.encode(np.asfortranarray(mask))
    assert (decoded(decompressed(packed["counts"].decode(), packed["size"])) == mask).all()


@given(st.text(max_size=30))
def test_no_text_breaks_the_reader(text):
    with suppress(ValidationError):
        assert decoded(decompressed(text, [4, 5])).shape == (4, 5)


@given(st.integers(8, 500), st.integers(8, 500), st.integers(1, 8))
def test_scaling_up_and_down_is_the_same_box(width, height, factor):
    box = {"x": 1.0, "y": 2.0, "width": 4.0, "height": 5.0}
    large = (width * factor, height * factor)
    there = scaled("box", box, (width, height), large)
    assert scaled("box", there, large, (width, height)) == pytest.approx(box)


def test_a_side_may_be_rounded():
    assert is_same_shape((101, 50), (50, 25)) and is_same_shape((33, 100), (66, 199))
    assert not is_same_shape((100, 50), (50, 100))


@pytest.mark.django_db
@pytest.mark.parametrize("counts", [[2, 4], "24"])
def test_a_mask_of_negative_size_is_refused_by_name(labelled, alice, counts):
    annotation = {"segmentation": {"size": [-2, -3], "counts": counts}}
    job = bring(labelled.project, alice, coco(annotation, width=160, height=80))
    (error,) = job.errors
    assert "size" in error["message"]
    assert not Mark.objects.exists()
