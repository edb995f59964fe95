"""Pictures with their classes, as those who train read them: each shape is read back and says the same."""

import csv
import io
import tarfile
import zipfile

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.core.exceptions import ValidationError
from PIL import Image as Picture

from annotations.exports.actions import export_path, export_project, start_export
from annotations.exports.datasets.marks import PictureMarks
from annotations.exports.datasets.vignettes import vignettes
from annotations.exports.request import ExportRequest
from annotations.jobs.errors import JobError
from annotations.jobs.progress import Progress
from annotations.learning.files import learning_set_folder
from annotations.learning.models import LearningSet
from annotations.marks.coco import read_coco
from annotations.marks.models import Mark, MarkLabel
from annotations.projects.models import Licence, Project
from annotations.samples.models import Image, Object, ObjectFields
from tests.imports.packages import package, row, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
SHAPES = ["coco", "yolo", "folders", "webdataset"]


@shared_rows
def nets(project, alice, tmp_path) -> Project:
    """Three objects of two classes, one of them with two pictures and a mark, and one without a class."""
    labels = {1: "Copepoda", 2: "egg<Copepoda", 3: "Copepoda"}
    rows = [
        row(n, object_annotation_status="validated", object_annotation_category=taxon, sample_id=f"s{n}")
        for n, taxon in labels.items()
    ]
    rows += [row(1, img_file_name="more.png", img_rank="7", sample_id="s1"), row(4)]
    run_import(project, package(tmp_path / "p.zip", rows), alice)
    image = Image.objects.get(object__wide__original_id="o1", object__project=project, rank=0)
    label = MarkLabel.objects.create(project=project, key="gut", name="Gut", colour="#ffffff")
    box = {"x": 1, "y": 1, "width": 2, "height": 3}
    Mark.objects.create(
        project=project, object_id=image.object_id, image=image, label=label, kind="box", geometry=box, area=6
    )
    Project.objects.filter(pk=project.pk).update(licence=Licence.CC0)
    project.refresh_from_db()
    return project


def exported(project: Project, alice, format_name: str, **more) -> zipfile.ZipFile:
    job = start_export(project=project, user=alice, format_name=format_name, **more)
    export_project(job, Progress(job))
    return zipfile.ZipFile(export_path(job))


@shared_rows
def frozen(nets, alice) -> LearningSet:
    """A set of two of the objects: one to train on, one to test on under a label of its own."""
    learning_set = LearningSet.objects.create(
        name="Spring", owner=alice, facts={"file": "rows.parquet", "objects": 2, "taxa": 1}
    )
    learning_set.projects.add(nets)
    ids = [number_of(nets, "o1"), number_of(nets, "o2")]
    copepoda = str(Object.objects.get(pk=ids[0]).taxon_id)
    folder = learning_set_folder(learning_set)
    folder.mkdir(parents=True)
    table = pa.table({"object_id": ids, "label": [copepoda, copepoda], "fold": ["train", "test"]})
    pq.write_table(table, folder / "rows.parquet")
    return learning_set


def number_of(project: Project, name: str) -> int:
    return Object.objects.get(project=project, wide__original_id=name).pk


def manifest(archive: zipfile.ZipFile) -> list[dict]:
    return list(csv.DictReader(io.StringIO(archive.read("objects.csv").decode("utf-8-sig"))))


@pytest.mark.parametrize("shape", SHAPES)
def test_each_says_what_it_holds_and_whose_it_is(nets, alice, shape):
    with exported(nets, alice, shape) as archive:
        card = archive.read("README.md").decode()
        lines = manifest(archive)
        columns = [line.split(",")[0] for line in archive.read("columns.csv").decode().splitlines()[1:]]
    assert "3 objects" in card and "| Copepoda | 2 | 2 |" in card and "CC0" in card and "Citation:" in card
    assert "Nothing is split" in card
    assert columns == list(lines[0])
    assert [(line["object"], line["class"], line["fold"]) for line in lines] == [
        ("o1", "Copepoda", ""),
        ("o1", "Copepoda", ""),
        ("o2", "egg<Copepoda", ""),
        ("o3", "Copepoda", ""),
    ]


def test_folders_hold_the_pictures_of_their_class(nets, alice):
    with exported(nets, alice, "folders", images="first") as archive:
        pictures = [name for name in archive.namelist() if name.endswith(".png")]
        with Picture.open(io.BytesIO(archive.read(pictures[0]))) as picture:
            assert picture.size == (7, 5)
        by_file = {line["file"]: line["class"] for line in manifest(archive)}
    assert sorted(pictures) == sorted(by_file)
    assert sorted(path.split("/")[0].split("_")[0] for path in pictures) == ["Copepoda", "Copepoda", "egg"]


def test_coco_has_a_box_an_object_and_the_marks(nets, alice):
    with exported(nets, alice, "coco") as archive:
        text = archive.read("annotations/objects.json").decode()
        file, names = orjson.loads(text), set(archive.namelist())
    assert file["licenses"] == [{"id": 1, "name": "CC0 1.0: use it freely", "url": nets.licence_url}]
    assert {f"images/{image['file_name']}" for image in file["images"]} <= names
    categories = {each["id"]: each["name"] for each in file["categories"]}
    assert list(categories.values()) == ["Copepoda", "egg<Copepoda", "gut"]
    drawn = [(categories[each["category_id"]], each["bbox"]) for each in file["annotations"]]
    assert drawn.count(("Copepoda", [0, 0, 7, 5])) == 3 and ("gut", [1, 1, 2, 3]) in drawn
    again = read_coco(text)
    assert again.errors == []
    assert sorted({(figure.object, figure.label) for figure in again.figures}) == [
        ("o1", "Copepoda"),
        ("o1", "gut"),
        ("o2", "egg<Copepoda"),
        ("o3", "Copepoda"),
    ]


def test_yolo_gives_shares_of_the_picture(nets, alice):
    first = number_of(nets, "o1")
    with exported(nets, alice, "yolo") as archive:
        labels = archive.read(f"labels/{first}_0.txt").decode()
        settings = archive.read("data.yaml").decode()
    assert labels.splitlines() == ["0 0.5 0.5 1 1", "2 0.285714 0.5 0.285714 0.6"]
    assert settings.splitlines() == [
        "train: images", "val: images", "names:", '  0: "Copepoda"', '  1: "egg<Copepoda"', '  2: "gut"',
    ]  # fmt: skip


def test_shards_hold_picture_class_and_facts(nets, alice, monkeypatch):
    monkeypatch.setattr("annotations.exports.datasets.shards.PICTURES", 3)
    with exported(nets, alice, "webdataset") as archive:
        shards = [name for name in archive.namelist() if name.endswith(".tar")]
        contents = [tarfile.TarFile(fileobj=io.BytesIO(archive.read(name))) for name in shards]
    assert shards == ["shards/objects-000000.tar", "shards/objects-000001.tar"]
    assert [len(tar.getmembers()) for tar in contents] == [9, 3]
    key = f"{number_of(nets, 'o2')}_0"
    assert contents[0].extractfile(f"{key}.cls").read() == b"1"
    facts = orjson.loads(contents[0].extractfile(f"{key}.json").read())
    assert (facts["object"], facts["class"], facts["licence"]) == (
        "o2",
        "egg<Copepoda",
        "CC0 1.0: use it freely",
    )
    with Picture.open(contents[0].extractfile(f"{key}.png")) as picture:
        assert np.asarray(picture).shape == (5, 7)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_learning_set_gives_labels_and_folds(nets, alice, frozen, shape):
    options = {"learning_set": str(frozen.pk)}
    with exported(nets, alice, shape, images="first", options=options) as archive:
        lines, names, card = manifest(archive), archive.namelist(), archive.read("README.md").decode()
    assert [(line["object"], line["class"], line["fold"]) for line in lines] == [
        ("o1", "Copepoda", "train"),
        ("o2", "Copepoda", "test"),
    ]
    assert "frozen learning set Spring" in card
    assert any("train" in name for name in names) and any("test" in name for name in names)


def test_a_box_ends_where_its_picture_does(nets, alice):
    """Training tools throw pictures away whose boxes reach beyond them."""
    ellipse = {"cx": 6, "cy": 1, "rx": 3, "ry": 2, "angle": 0}
    Mark.objects.filter(project=nets).update(kind="ellipse", geometry=ellipse)
    with exported(nets, alice, "coco") as archive:
        file = orjson.loads(archive.read("annotations/objects.json"))
    (box,) = (each["bbox"] for each in file["annotations"] if "attributes" in each)
    assert box == [3, 0, 4, 3]
    with exported(nets, alice, "yolo") as archive:
        labels = archive.read(f"labels/{number_of(nets, 'o1')}_0.txt").decode().splitlines()
    assert labels[1] == "2 0.714286 0.3 0.571429 0.6"


def test_yolo_finds_what_to_measure_on_where_a_fold_is_empty(nets, alice, frozen):
    options = {"learning_set": str(frozen.pk)}
    with exported(nets, alice, "yolo", options=options) as archive:
        settings = archive.read("data.yaml").decode().splitlines()
    assert set(settings[:3]) == {"train: images/train", "val: images/test", "test: images/test"}


def test_no_text_of_the_table_is_a_formula_of_a_spreadsheet(nets, alice):
    ObjectFields.objects.filter(original_id="o1", object__project=nets).update(original_id="=1+2")
    with exported(nets, alice, "folders", images="first") as archive:
        assert [line["object"] for line in manifest(archive)] == ["'=1+2", "o2", "o3"]


def test_a_set_that_one_may_not_see_any_more_fails_the_job_in_words(nets, alice, frozen):
    options = {"learning_set": str(frozen.pk)}
    job = start_export(project=nets, user=alice, format_name="coco", options=options)
    frozen.projects.clear()
    with pytest.raises(JobError, match="no learning set"):
        export_project(job, Progress(job))


def test_a_set_of_strangers_or_one_that_is_not_there_is_refused_before_the_job(nets, alice, dan, frozen):
    frozen.projects.clear()
    for number in (str(frozen.pk), "9999", "spring"):
        with pytest.raises(ValidationError, match="no learning set"):
            start_export(project=nets, user=alice, format_name="coco", options={"learning_set": number})


def test_pictures_without_pictures_are_refused(nets, alice):
    with pytest.raises(ValidationError, match="choose which images"):
        start_export(project=nets, user=alice, format_name="folders", images="none")


def test_marks_are_read_for_many_pictures_at_once(nets, alice, django_assert_num_queries):
    label = MarkLabel.objects.get()
    images = list(Image.objects.filter(object__project=nets).order_by("object_id", "rank"))
    for image in images[1:]:
        box = {"x": 0, "y": 0, "width": 1, "height": 1}
        Mark.objects.create(
            project=nets,
            object_id=image.object_id,
            image=image,
            label=label,
            kind="box",
            geometry=box,
            area=1,
        )
    marks = PictureMarks(nets)
    request = ExportRequest(nets, user=alice)
    pictures = list(vignettes(request, None))
    with django_assert_num_queries(1):
        boxes = [len(marks.annotations_of(vignette)) for vignette in pictures]
    assert boxes == [1] * len(pictures) and len(pictures) == 4
