"""Marks and their files have the size of the picture that everybody sees."""

import json

import pytest
from django.core.exceptions import ValidationError

from annotations.marks.actions import adopt_starter_set, make_mark
from annotations.marks.exporting import write_marks
from annotations.samples.models import Image
from tests.contract.pictures import turned
from tests.imports.packages import package, row, run_import

pytestmark = pytest.mark.django_db


def test_a_mark_on_a_picture_that_was_turned(project, bob, tmp_path):
    path = package(tmp_path / "p.zip", [row(1, img_file_name="o1.jpg")], **{"o1.jpg": turned("JPEG")})
    run_import(project, path)
    image, label = Image.objects.get(), adopt_starter_set(project=project)[0]

    def draw(x: float, y: float) -> None:
        make_mark(image=image, label=label, kind="point", geometry={"points": [[x, y]]}, author=bob)

    draw(20, 50)
    with pytest.raises(ValidationError):
        draw(50, 20)
    (picture,) = json.loads("".join(write_marks(project, "coco")))["images"]
    assert (picture["file_name"], picture["width"], picture["height"]) == ("o1.jpg", 30, 60)
