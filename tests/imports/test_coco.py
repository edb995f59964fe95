"""COCO comes in: boxes and masks as objects or marks, categories as taxa; what is wrong is named."""

import io
import json
from pathlib import Path

import pytest
from PIL import Image as Picture
from pycocotools import mask as coco_masks

from annotations.imports.coco import reading
from annotations.jobs.errors import ClaimLost, JobError
from annotations.jobs.progress import Progress
from annotations.marks.models import Mark
from annotations.pictures.store import read_picture
from annotations.samples.models import Image, Object, ObjectFields, ParentImage
from tests.imports.packages import import_job, import_package, png, run_import, write_zip
from tests.imports.test_updating import values
from tests.metadata.test_label_updates import Mortal

pytestmark = pytest.mark.django_db
CATEGORIES = [
    {"id": 1, "name": "Calanus", "supercategory": "Copepoda"},
    {"id": 2, "name": "Oithona", "supercategory": "none"},
]


def scene() -> bytes:
    """20 × 10 pixels, each of its own shade, so that a cut shows where it is from."""
    picture = Picture.new("L", (20, 10))
    picture.putdata(range(200))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def coco(annotations: list[dict], categories: list[dict] = CATEGORIES, **image: object) -> dict:
    entry = {"id": 7, "file_name": "tow/scene.png", "width": 20, "height": 10, **image}
    numbered = [
        {"id": 11 + place, "image_id": 7, "category_id": 1, **each} for place, each in enumerate(annotations)
    ]
    return {"images": [entry], "categories": categories, "annotations": numbered}


def package(path: Path, content: dict, **more: bytes) -> Path:
    pictures = {"images/tow/scene.png": scene(), **more}
    return write_zip(path, {"annotations/instances.json": json.dumps(content), **pictures})


def imported(project, tmp_path, content: dict, user=None, **answers: object) -> dict:
    return run_import(project, package(tmp_path / "c.zip", content), user, create_taxa=True, **answers)


def pixels(image: Image) -> list[int]:
    with Picture.open(io.BytesIO(read_picture(image.key))) as picture:
        return list(picture.tobytes())


def test_boxes_are_cut_out_and_know_where_they_lay(project, tmp_path, alice):
    drawn = [{"bbox": [2, 3, 4, 2]}, {"bbox": [10.5, 0, 3, 3.5], "category_id": 2, "score": 0.75}]
    result = imported(project, tmp_path, coco(drawn), alice)
    first, second = Object.objects.order_by("id").select_related("taxon", "wide")
    assert (first.wide.original_id, first.taxon.name, first.state) == ("c/tow/scene.png#11", "Calanus", "V")
    assert (first.taxon.parent.name, first.annotator) == ("Copepoda", alice)
    assert (second.taxon.name, second.taxon.parent, second.state, second.score) == (
        "Oithona",
        None,
        "P",
        0.75,
    )
    image = first.images.get()
    assert (image.region_x, image.region_y, image.width, image.height) == (2, 3, 4, 2)
    assert pixels(image) == [62, 63, 64, 65, 82, 83, 84, 85]
    assert (second.images.get().region_x, second.images.get().region_height) == (10, 4)
    assert values("c/tow/scene.png#12")["bbox_x"] == 10.5
    assert ParentImage.objects.get().width == 20 and result["objects"] == 2


def test_outlines_come_along_also_of_crowds(project, tmp_path):
    mask = coco_masks.encode(
        coco_masks.decode(coco_masks.frPyObjects([[1, 1, 5, 1, 5, 4]], 10, 20)[0:1])[:, :, 0]
    )
    compressed = {"size": mask["size"], "counts": mask["counts"].decode()}
    drawn = [
        {"segmentation": [[1, 1, 5, 1, 5, 4]]},
        {"segmentation": compressed, "iscrowd": 1, "bbox": [1, 1, 4, 3]},
    ]
    imported(project, tmp_path, coco(drawn))
    assert json.loads(values("c/tow/scene.png#11")["outline"]) == {
        "kind": "polygon", "points": [[1, 1], [5, 1], [5, 4]],
    }  # fmt: skip
    crowd = values("c/tow/scene.png#12")
    assert crowd["crowd"] == "yes" and json.loads(crowd["outline"])["kind"] == "mask"


def test_as_marks_the_pictures_are_the_objects(project, tmp_path, alice):
    drawn = [{"bbox": [2, 3, 4, 2]}, {"segmentation": [[1, 1, 5, 1, 5, 4]], "category_id": 2}]
    imported(project, tmp_path, coco(drawn), alice, figures="marks")
    only = Object.objects.get()
    assert (only.wide.original_id, only.state) == ("c/tow/scene.png", "U")
    assert list(Mark.objects.order_by("kind").values_list("kind", "label__name", "author")) == [
        ("box", "Calanus", alice.pk),
        ("polygon", "Oithona", alice.pk),
    ]


@pytest.mark.parametrize("figures", ["objects", "marks"])
def test_twice_adds_nothing(project, tmp_path, alice, figures):
    content = coco([{"bbox": [2, 3, 4, 2]}, {"bbox": [3, 3, 4, 2]}])
    imported(project, tmp_path, content, alice, figures=figures)
    counts = Object.objects.count(), Image.objects.count(), Mark.objects.count(), ParentImage.objects.count()
    result = imported(project, tmp_path, content, alice, figures=figures)
    assert result["objects"] == 0 and counts == (
        Object.objects.count(), Image.objects.count(), Mark.objects.count(), ParentImage.objects.count(),
    )  # fmt: skip


def test_a_box_around_the_whole_picture_is_its_label(project, tmp_path):
    imported(
        project,
        tmp_path,
        coco([{"bbox": [0, 0, 20, 10]}], object="o1", sample="tow 3", rank=2, pixel_um=10.5),
    )
    only = Object.objects.select_related("sample", "acquisition", "wide").get()
    assert (only.wide.original_id, only.sample.original_id, only.acquisition.pixel_um) == (
        "o1",
        "tow 3",
        10.5,
    )
    assert (only.taxon.name, only.images.get().rank, only.images.get().parent) == ("Calanus", 2, None)


def test_what_was_drawn_on_a_larger_copy_is_scaled_and_named(project, tmp_path):
    result = imported(project, tmp_path, coco([{"bbox": [4, 6, 8, 4]}], width=40, height=20))
    image = Image.objects.get()
    assert (image.region_x, image.region_y, image.width, image.height) == (2, 3, 4, 2)
    assert "has 20 × 10 pixels, not 40 × 20" in result["warnings"][0]["message"]


WRONG = {
    "outside": (
        [{"bbox": [15, 3, 9, 2]}],
        {},
        "Annotation 11: its box (15, 3, 9, 2) reaches beyond its picture",
    ),
    "empty": ([{"bbox": [1, 3, 0, 2]}], {}, "Annotation 11: its box (1, 3, 0, 2) has no area"),
    "category": ([{"bbox": [1, 3, 2, 2], "category_id": 9}], {}, "Annotation 11: there is no category 9"),
    "image": ([{"bbox": [1, 3, 2, 2], "image_id": 8}], {}, "Annotation 11: there is no image 8"),
    "twice": (
        [{"bbox": [1, 3, 2, 2]}, {"bbox": [1, 3, 2, 2], "id": 11}],
        {},
        "annotations[0] has the same id",
    ),
    "missing": (
        [{"bbox": [1, 3, 2, 2]}],
        {"file_name": "other.png"},
        "'other.png' of image 7 is not in the package",
    ),
    "shape": ([{"bbox": [1, 3, 2, 2]}], {"width": 30, "height": 30}, "they differ in shape"),
    "score": ([{"bbox": [1, 3, 2, 2], "score": 7}], {}, "Annotation 11: `score` is 7"),
    "nothing": ([{}], {}, "Annotation 11: This annotation draws nothing"),
    "bbox": ([{"bbox": [1, 3, "a", 2]}], {}, "Annotation 11: `bbox` is"),
    "rle": ([{"segmentation": {"size": [9, 9], "counts": [1]}}], {}, "Annotation 11: "),
}


@pytest.mark.parametrize(("annotations", "image", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_named_and_nothing_is_written(project, tmp_path, annotations, image, words):
    with pytest.raises(JobError) as refused:
        imported(project, tmp_path, coco(annotations, **image))
    messages = [entry["message"] for entry in refused.value.errors]
    assert any(words in message for message in messages), messages
    assert refused.value.errors[0]["file"] == "annotations/instances.json"
    assert not Object.objects.exists() and not ParentImage.objects.exists()


@pytest.mark.parametrize(
    "text", ['{"images": [', '{"images": [], "categories": []}', '{"images": [1], "annotations": []}']
)
def test_a_file_that_is_no_coco_is_refused(project, tmp_path, text):
    path = write_zip(tmp_path / "c.zip", {"a.json": text, "scene.png": scene()})
    with pytest.raises(JobError) as refused:
        run_import(project, path)
    assert refused.value.errors[0]["file"] == "a.json"


def refused_for(project, tmp_path, content: dict) -> str:
    with pytest.raises(JobError) as refused:
        imported(project, tmp_path, content)
    return refused.value.errors[0]["message"]


def test_a_file_that_memory_might_not_hold_is_refused(project, tmp_path, monkeypatch):
    content = coco([{"bbox": [2, 3, 4, 2]}])
    monkeypatch.setattr(reading, "MOST_BYTES", len(json.dumps(content)) - 1)
    assert refused_for(project, tmp_path, content).startswith("This file has more than 0 MiB. Split it")


@pytest.mark.parametrize("names", [("C" * 201, ""), ("Calanus", "C" * 201)])
def test_names_that_no_taxon_can_have_are_refused(project, tmp_path, names):
    categories = [{"id": 1, "name": names[0], "supercategory": names[1]}]
    message = refused_for(project, tmp_path, coco([{"bbox": [2, 3, 4, 2]}], categories))
    assert message.startswith("Annotation 11: its category 1 has a name of 201 characters")


def test_long_names_of_marks_are_one_label_each_time(project, tmp_path, alice):
    content = coco([{"bbox": [2, 3, 4, 2]}], [{"id": 1, "name": "long " * 30, "supercategory": ""}])
    for _ in range(2):
        imported(project, tmp_path, content, alice, figures="marks")
    assert (Mark.objects.count(), project.mark_labels.count()) == (1, 1)


@pytest.mark.parametrize("dies_at", range(1, 9))
def test_a_worker_that_dies_leaves_what_an_uninterrupted_one_does(project, tmp_path, alice, dies_at):
    drawn = [{"bbox": [2, 3, 4, 2]}, {"bbox": [0, 0, 20, 10]}, {"bbox": [3, 3, 4, 2], "category_id": 2}]
    path = package(tmp_path / "c.zip", coco(drawn))
    job = import_job(project, path, alice, create_taxa=True, figures="marks")
    with pytest.raises(ClaimLost):
        import_package(job, Mortal(job, dies_at))
        raise ClaimLost  # it had fewer steps
    job.refresh_from_db()
    import_package(job, Progress(job))
    assert (Object.objects.count(), Image.objects.count(), Mark.objects.count()) == (1, 1, 2)


def test_several_files_and_plain_folders_are_told_apart(project, tmp_path):
    other = coco([{"bbox": [2, 3, 4, 2]}], id=7, file_name="b.png")
    path = write_zip(
        tmp_path / "c.zip",
        {
            "train.json": json.dumps(coco([{"bbox": [2, 3, 4, 2]}], file_name="a.png")),
            "val.json": json.dumps(other),
            "a.png": scene(),
            "b.png": scene(),
            "c.png": png(3),
        },
    )
    result = run_import(project, path, create_taxa=True)
    names = ObjectFields.objects.order_by("original_id").values_list("original_id", flat=True)
    assert list(names) == ["c/a.png#11", "c/b.png#11"] and result["format"] == "coco"
    assert "No COCO file names this picture" in result["warnings"][0]["message"]
