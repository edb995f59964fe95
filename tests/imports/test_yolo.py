"""YOLO data sets come in: boxes and polygons as objects or marks; what is wrong is named with its line and column."""

import json
from pathlib import Path

import pytest

from annotations.imports.yolo import labels as reading
from annotations.jobs.errors import JobError
from annotations.marks.models import Mark
from annotations.samples.models import Object, ObjectFields, ParentImage
from annotations.scans.models import Outline
from tests.imports.packages import png, run_import, write_zip
from tests.imports.test_coco import pixels, scene
from tests.imports.test_updating import values

pytestmark = pytest.mark.django_db
NAMES = 'path: ../plankton\ntrain: images/train\nval: images/train\nnames:\n  0: Calanus\n  1: "no"\n'
LABELS = "labels/train/scene.txt"
PICTURE = "images/train/scene.png"  # 20 × 10 pixels


def package(path: Path, lines: str, names: str = NAMES, **more: str | bytes) -> Path:
    return write_zip(path, {"data.yaml": names, LABELS: lines, PICTURE: scene(), **more})


def imported(project, tmp_path, lines: str, user=None, names: str = NAMES, **answers: object) -> dict:
    return run_import(project, package(tmp_path / "y.zip", lines, names), user, create_taxa=True, **answers)


def refusal(project, tmp_path, lines: str, names: str = NAMES) -> dict:
    with pytest.raises(JobError) as refused:
        imported(project, tmp_path, lines, names=names)
    assert not Object.objects.exists() and not ParentImage.objects.exists()
    return refused.value.errors[0]


def test_boxes_are_cut_out_where_their_shares_lie(project, tmp_path, alice):
    result = imported(project, tmp_path, "0 0.2 0.4 0.2 0.2\n\n1 0.6 0.2 0.1 0.4 0.75\n", alice)
    assert (result["format"], result["objects"]) == ("yolo", 2)
    first, second = Object.objects.order_by("id").select_related("taxon", "wide")
    assert first.wide.original_id == f"y/{PICTURE}#1" and second.wide.original_id.endswith("#3")
    assert (first.taxon.name, first.state, first.annotator) == ("Calanus", "V", alice)
    assert (second.taxon.name, second.state, second.score) == ("no", "P", 0.75)
    image = first.images.get()
    assert (image.region_x, image.region_y, image.width, image.height) == (2, 3, 4, 2)
    assert pixels(image) == [62, 63, 64, 65, 82, 83, 84, 85]
    assert ParentImage.objects.get().width == 20


def test_polygons_keep_their_outline_and_crossing_ones_become_masks(project, tmp_path):
    crossing = "0 0.5 0.1 0.9 0.9 0.9 0.1 0.5 0.9"
    imported(project, tmp_path, f"0 0.05 0.1 0.25 0.1 0.25 0.4\n{crossing}\n1 0.05 0.1 0.25 0.1 0.25 0.4 0.5")
    triangle, mask, scored = ObjectFields.objects.order_by("original_id").values_list(
        "original_id", flat=True
    )
    outline = {"kind": "polygon", "points": [[1, 1], [5, 1], [5, 4]]}
    assert json.loads(values(triangle)["outline"]) == outline == json.loads(values(scored)["outline"])
    assert json.loads(values(mask)["outline"])["kind"] == "mask"
    assert Object.objects.get(wide__original_id=scored).score == 0.5
    assert Outline.objects.count() == 3


def test_as_marks_the_pictures_are_the_objects_and_twice_adds_nothing(project, tmp_path, alice):
    lines = "0 0.2 0.4 0.2 0.2\n1 0.05 0.1 0.25 0.1 0.25 0.4"
    for new in (1, 0):
        result = imported(project, tmp_path, lines, alice, figures="marks")
        assert result["objects"] == new
    assert Object.objects.get().wide.original_id == f"y/{PICTURE}"
    assert sorted(Mark.objects.values_list("kind", "label__name")) == [("box", "Calanus"), ("polygon", "no")]


def test_a_box_around_the_whole_picture_is_its_label(project, tmp_path):
    imported(project, tmp_path, "0 0.5 0.5 1 1")
    only = Object.objects.get()
    assert (only.taxon.name, only.images.get().parent) == ("Calanus", None)


def test_pictures_of_several_folds_that_are_called_alike_are_told_apart(project, tmp_path):
    more = {"labels/val/scene.txt": "1 0.5 0.5 1 1", "images/val/scene.png": png(9, (20, 10))}
    run_import(project, package(tmp_path / "y.zip", "0 0.5 0.5 1 1", **more), create_taxa=True)
    names = dict(Object.objects.values_list("wide__original_id", "taxon__name"))
    assert names == {"y/images/train/scene.png": "Calanus", "y/images/val/scene.png": "no"}


LAYOUTS = {
    "of Label Studio": {
        "set/classes.txt": "Calanus\nOithona\n",
        "set/labels/a.txt": "1 0.5 0.5 1 1",
        "set/images/a.png": png(),
    },
    "of labelImg": {"classes.txt": "Calanus\nOithona\n", "a.txt": "1 0.5 0.5 1 1", "a.png": png()},
    "of Roboflow": {
        "data.yml": "names: [Calanus, Oithona]",
        "train/labels/a.txt": "1 0.5 0.5 1 1",
        "train/images/a.JPG": png(kind="JPEG"),
    },
}


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_folders_are_laid_as_programs_lay_them(project, tmp_path, files):
    result = run_import(project, write_zip(tmp_path / "y.zip", files), create_taxa=True)
    assert (result["format"], result["objects"]) == ("yolo", 1)
    assert Object.objects.get().taxon.name == "Oithona"


WRONG = {
    "class": ("0 0.2 0.4 0.2 0.2\n7 0.2 0.4 0.2 0.2", 2, "class", "The class is '7', but takes"),
    "name": ("Calanus 0.2 0.4 0.2 0.2", 1, "class", "The class is 'Calanus'"),
    "pixels": ("0 12 4 4 2", 1, "x", "looks like pixels: divide it by the width or height"),
    "text": ("0 0.2 0.4 nan 0.2", 1, "width", "'nan' takes a share of the picture"),
    "too few": ("0 0.2 0.4", 1, "", "The line has 2 numbers behind the class"),
    "beyond": ("0 0.9 0.4 0.5 0.2", 1, "width", "reaches 23.0 pixels into a picture of 20 × 10"),
    "corner": ("0 0.1 0.1 0.2 0.1 0.2 1.4", 1, "y3", "reaches 14.0 pixels"),
    "no area": ("0 0.2 0.4 0 0.2", 1, "width", "This box has no area"),
    "flat": ("0 0.1 0.1 0.2 0.1 0.3 0.1", 1, "x1", "Of this polygon it has no pixel"),
    "score": ("0 0.2 0.4 0.2 0.2 1.5", 1, "score", "The score is 1.5"),
}  # fmt: skip


@pytest.mark.parametrize(("lines", "line", "column", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_with_file_line_and_column(project, tmp_path, lines, line, column, words):
    error = refusal(project, tmp_path, lines)
    assert (error["file"], error["line"], error["column"]) == (LABELS, line, column)
    assert words in error["message"]


WRONG_NAMES = {
    "none": ("names:\n", "names", "`names` says which class has which number"),
    "no yaml": ("names: [a\nb: ]", None, "This is no YAML"),
    "texts": ("names:\n  first: Calanus\n", "names", "`names` says which class has which number"),
    "keypoints": (f"{NAMES}kpt_shape: [17, 3]\n", "kpt_shape", "This data set has keypoints"),
    "long": (f"names: [{'C' * 201}]", "names", "Class 0: its class has more than 200 characters"),
}


@pytest.mark.parametrize(("names", "column", "words"), WRONG_NAMES.values(), ids=WRONG_NAMES)
def test_what_is_wrong_with_the_names_is_said(project, tmp_path, names, column, words):
    error = refusal(project, tmp_path, "0 0.2 0.4 0.2 0.2", names)
    assert (error["file"], error["column"]) == ("data.yaml", column)
    assert words in error["message"]


def test_labels_without_a_picture_and_two_data_sets_are_refused(project, tmp_path):
    more = {"labels/train/lost.txt": "0 0.5 0.5 1 1", "other/data.yaml": NAMES}
    path = package(tmp_path / "y.zip", "0 0.5 0.5 1 1", **more)
    with pytest.raises(JobError) as refused:
        run_import(project, path, create_taxa=True)
    errors = {error["file"]: error["message"] for error in refused.value.errors}
    assert errors["labels/train/lost.txt"].startswith("No picture has this name")
    assert "Import one data set at a time" in errors["other/data.yaml"]


def test_pictures_without_labels_are_named_and_left_out(project, tmp_path):
    path = package(tmp_path / "y.zip", "0 0.5 0.5 1 1", **{"images/train/empty.png": png(3)})
    result = run_import(project, path, create_taxa=True)
    assert result["objects"] == 1
    assert "No file of labels names this picture" in result["warnings"][0]["message"]


def test_labels_that_are_too_long_are_refused(project, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 5)
    assert "for one picture. Write it anew" in refusal(project, tmp_path, "0 0.5 0.5 1 1")["message"]
