"""Marks in COCO JSON and CSV: out, in again, and what is wrong in a file."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from annotations.jobs.models import Job
from annotations.marks.actions import adopt_starter_set, make_mark
from annotations.marks.exporting import write_marks
from annotations.marks.measuring import encoded
from annotations.marks.models import Mark, MarkChange
from tests.marks.importing import bring, worked
from tests.plankton import tow
from tests.worlds import shared_rows

__all__ = ["tow"]


def _mask() -> dict:
    mask = np.zeros((40, 80), bool)
    mask[5:9, 10:30] = True
    return encoded(mask)


FIGURES = {
    "point": {"points": [[1.5, 2.25], [3, 4]]},
    "line": {"points": [[10, 10], [13, 14]]},
    "polyline": {"points": [[0, 0], [3, 4], [3, 10]]},
    "box": {"x": 2, "y": 3, "width": 4, "height": 5},
    "ellipse": {"cx": 20, "cy": 20, "rx": 10, "ry": 5, "angle": 30},
    "polygon": {"points": [[0, 0], [30, 0], [0, 40]]},
    "mask": _mask(),
}


@shared_rows
def marked(tow, bob):
    """A project with a mark of every kind, Bob's, all on the first object."""
    label = adopt_starter_set(project=tow.project)[0]
    for kind, geometry in FIGURES.items():
        make_mark(image=tow.objects[0].images.get(), label=label, kind=kind, geometry=geometry, author=bob)
    return tow


def written(tow, format: str) -> bytes:
    return "".join(write_marks(tow.project, format)).encode()


def refused(tow, content: str | bytes) -> list[dict]:
    before = Mark.objects.count()
    job = bring(tow.project, None, content if isinstance(content, bytes) else content.encode())
    assert job.state == "failed"
    assert "nothing was changed" in job.message
    assert Mark.objects.count() == before, "nothing is half done"
    assert {error["file"] for error in job.errors} == {"marks.csv"}
    return job.errors


def counts(job) -> tuple[int, int]:
    return job.result["made"], job.result["present"]


def table(*rows: str) -> str:
    return "object,image,label,kind,geometry\n" + "".join(row + "\n" for row in rows)


@pytest.mark.parametrize("format", ["coco", "csv"])
def test_what_goes_out_comes_in_again(marked, alice, format):
    file = written(marked, format)
    assert counts(bring(marked.project, alice, file)) == (0, 7), "what is there is left alone"
    Mark.objects.all().delete()
    first = bring(marked.project, alice, file)
    assert counts(first) == (7, 0)
    assert first.message == "7 marks made, 0 were there already."
    assert {mark.kind: mark.geometry for mark in Mark.objects.all()} == FIGURES
    assert MarkChange.objects.filter(user=alice).count() == 7, "each is in the log and can be undone"
    assert counts(bring(marked.project, alice, file)) == (0, 7)


def test_a_table_has_the_measures(marked):
    rows = {row["kind"]: row for row in csv.DictReader(io.StringIO(written(marked, "csv").decode()))}
    assert rows["line"]["object"] == "obj_0"
    assert (rows["line"]["length_px"], rows["line"]["length_um"], rows["line"]["author"]) == (
        "5.0",
        "250.0",
        "bob",
    )
    assert (rows["box"]["area_px"], rows["box"]["area_um2"]) == ("20.0", "50000.0")
    assert rows["point"]["count"] == "2"
    assert rows["point"]["length_px"] == ""


def test_coco_is_what_its_readers_expect(marked):
    file = json.loads(written(marked, "coco"))
    (image,) = file["images"]
    assert (image["file_name"], image["width"], image["height"], image["object"]) == (
        "0.png",
        80,
        40,
        "obj_0",
    )
    assert [category["name"] for category in file["categories"]][:2] == ["prosome", "antenna"]
    result = {entry["attributes"]["kind"]: entry for entry in file["annotations"]}
    assert {entry["image_id"] for entry in result.values()} == {image["id"]}
    assert result["box"]["bbox"] == [2, 3, 4, 5]
    assert result["polygon"]["segmentation"] == [[0, 0, 30, 0, 0, 40]]
    assert result["point"]["keypoints"] == [1.5, 2.25, 2, 3, 4, 2]
    assert (result["mask"]["segmentation"], result["mask"]["iscrowd"]) == (FIGURES["mask"], 1)
    assert result["mask"]["bbox"] == [10, 5, 20, 4]
    x, y, width, height = result["ellipse"]["bbox"]
    assert (x + width / 2, y + height / 2) == pytest.approx((20, 20), abs=0.01)
    assert width == pytest.approx(2 * np.hypot(10 * np.cos(np.pi / 6), 5 * np.sin(np.pi / 6)), abs=0.05)


def test_plain_coco_of_another_program(tow, bob):
    adopt_starter_set(project=tow.project)
    file = {
        "images": [{"id": "a", "file_name": "3.png", "width": 83, "height": 40}],
        "categories": [{"id": 1, "name": "Lipid sac"}],
        "annotations": [
            {
                "image_id": "a",
                "category_id": 1,
                "segmentation": [[1, 1, 9, 1, 9, 9, 1, 1]],
                "bbox": [1, 1, 8, 8],
            },
            {"image_id": "a", "category_id": 1, "bbox": [1, 2, 3, 4]},
            {"image_id": "a", "category_id": 1, "keypoints": [5, 6, 2, 0, 0, 0]},
        ],
    }
    assert counts(bring(tow.project, bob, json.dumps(file).encode())) == (3, 0)
    marks = {mark.kind: mark for mark in Mark.objects.all()}
    assert marks["polygon"].geometry == {"points": [[1, 1], [9, 1], [9, 9]]}
    assert marks["box"].area == 12
    assert marks["point"].count == 1
    assert {mark.object_id for mark in marks.values()} == {tow.objects[3].pk}
    assert {mark.label.key for mark in marks.values()} == {"lipid-sac"}


def test_all_that_is_wrong_in_a_table_is_told_by_line(marked):
    point = '"{""points"": [[1, 2]]}"'
    errors = refused(
        marked,
        table(
            f"obj_0,0,prosome,point,{point}",
            f"obj_99,0,prosome,point,{point}",
            f"obj_0,first,prosome,point,{point}",
            f"obj_0,0,wing,point,{point}",
            "obj_0,0,prosome,point,1 2",
            'obj_0,0,prosome,point,"{""points"": [[100, 2]]}"',
            "obj_0,0,prosome",
            f"obj_0,0,prosome,circle,{point}",
        ),
    )
    assert [error["line"] for error in errors] == [3, 4, 5, 6, 7, 8, 9]
    assert [error["column"] for error in errors[:5]] == ["object", "image", "label", "geometry", "geometry"]
    words = [error["message"] for error in errors]
    assert "no object 'obj_99' with an image 0" in words[0]
    assert "`image` is 'first'" in words[1]
    assert "no label 'wing' in use: add it, or use one of its own (antenna, egg" in words[2]
    assert "no JSON" in words[3]
    assert "outside the image of 80 × 40" in words[4]
    assert "not as many cells" in words[5]
    assert "takes one of point, line" in words[6]


def test_all_that_is_wrong_in_coco_is_told_by_path(marked):
    file = json.loads(written(marked, "coco"))
    file["annotations"][0]["image_id"] = 0
    file["annotations"][1]["category_id"] = [1]
    file["annotations"][2]["attributes"]["geometry"]["points"][1] = [1, -5]
    del file["annotations"][3]["attributes"]
    file["annotations"][3]["segmentation"] = {"size": [40, 80], "counts": "PPYo0"}
    errors = refused(marked, json.dumps(file))
    assert [error["column"] for error in errors] == [
        "annotations[0].image_id",
        "annotations[1].category_id",
        "annotations[3]",
        "annotations[2].attributes.geometry",
    ]
    assert "no compressed run lengths" in errors[2]["message"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe", "no text in UTF-8"),
        (b"", "The first line names no column object, label, kind, geometry"),
        (b"object,label\n", "names no column kind, geometry"),
        (b"{", "no JSON"),
        (b"[]", "list of objects 'images'"),
        (b'{"images": [], "categories": [], "annotations": 3}', "list of objects 'annotations'"),
        (b'object,label,kind,geometry\nobj_\x00,prosome,point,"{""points"": [[1, 1]]}"\n', "no object"),
    ],
)
def test_what_is_no_file_of_marks(marked, content, sentence):
    assert sentence in refused(marked, content)[0]["message"]


def test_an_ambiguous_file_name_is_no_guess(marked):
    from annotations.samples.models import Image

    Image.objects.update(file_name="same.png")
    file = {
        "images": [{"id": 1, "file_name": "same.png"}],
        "categories": [{"id": 1, "name": "egg"}],
        "annotations": [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}],
    }
    (error,) = refused(marked, json.dumps(file))
    assert "10 images 'same.png': name the object" in error["message"]


def test_by_the_api(client, marked, alice, dan, settings):
    client.force_login(alice)
    where = f"/api/v1/projects/{marked.project.pk}/marks/"
    answer = client.get(f"{where}?format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    file = b"".join(answer.streaming_content)
    Mark.objects.all().delete()

    def send(content: bytes, **more) -> dict:
        upload = SimpleUploadedFile("marks.csv", content)
        answer = client.post(f"{where}imports/", {"file": upload, **more})
        assert (answer.status_code, answer.json()["state"]) == (202, "queued")
        worked(Job.objects.get(pk=answer.json()["id"]))
        return client.get(f"/api/v1/jobs/{answer.json()['id']}/").json()

    created = {"made": 7, "present": 0, "values": 0}
    assert send(file, dry_run=True)["result"] == created
    assert not Mark.objects.exists(), "a dry run writes nothing"
    assert send(file)["result"] == created
    broken = send(file.replace(b"prosome", b"wing"))
    assert (broken["state"], len(broken["errors"])) == ("failed", 7)
    assert not list(Path(settings.UPLOADS_FOLDER).iterdir()), "no upload is left"
    assert "takes one of coco, csv" in client.get(f"{where}?format=xml").json()["detail"]
    client.force_login(dan)
    assert client.get(f"{where}?format=csv").status_code == 404


def test_by_the_page(client, marked, alice, vera):
    file = SimpleUploadedFile("marks.csv", written(marked, "csv"))
    Mark.objects.all().delete()
    where = f"/projects/{marked.project.pk}/marks/"
    client.force_login(alice)
    assert "Import the marks" in client.get(f"{where}labels/").content.decode()
    missing = client.post(f"{where}imports/", follow=True)
    assert "Choose the file of marks first." in missing.content.decode()
    started = client.post(f"{where}imports/", {"file": file})
    job = worked(Job.objects.get(kind="import_marks"))
    assert started.url == f"/jobs/{job.pk}/"
    html = client.get(started.url).content.decode()
    assert "Import of marks" in html and "7 marks made" in html
    assert Mark.objects.filter(author=alice).count() == 7
    client.force_login(vera)
    assert "Import the marks" not in client.get(f"{where}labels/").content.decode()


def test_too_large_a_file_is_for_the_command(client, marked, alice, monkeypatch):
    monkeypatch.setattr("annotations.marks.imports.MOST_BYTES", 10)
    client.force_login(alice)
    file = {"file": SimpleUploadedFile("marks.csv", b"object,label,kind,geometry")}
    answer = client.post(f"/api/v1/projects/{marked.project.pk}/marks/imports/", file)
    assert answer.status_code == 400
    assert "split it, or use `manage.py import_marks`" in answer.json()["detail"]
    assert not Job.objects.exists()


@pytest.mark.parametrize("ending", ["json", "csv"])
def test_by_command(marked, alice, tmp_path, capsys, ending):
    file, title = tmp_path / f"marks.{ending}", marked.project.title
    call_command("export_marks", str(file), project=title)
    Mark.objects.all().delete()
    call_command("import_marks", str(file), project=title, user="alice", dry_run=True)
    assert not Mark.objects.exists()
    call_command("import_marks", str(file), project=title, user="alice")
    assert Mark.objects.filter(author=alice).count() == 7
    assert "7 marks made, 0 were there already" in capsys.readouterr().out
    file.write_text(table("obj_0,0,prosome,point,oops"))
    with pytest.raises(
        CommandError, match=r"2:geometry: `geometry` is no JSON.*\n.*1 error; nothing was changed"
    ):
        call_command("import_marks", str(file), project=title, user="alice")


@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("export_marks", ["out.xml", "--project", "Villefranche 2026"], "neither .json nor .csv"),
        ("export_marks", ["out.csv", "--project", "Nowhere"], "no project 'Nowhere'"),
        ("import_marks", ["in.csv", "--project", "Villefranche 2026", "--user", "zoe"], "no user 'zoe'"),
        (
            "import_marks",
            ["nowhere.csv", "--project", "Villefranche 2026", "--user", "bob"],
            "cannot be read",
        ),
    ],
)
def test_commands_say_what_is_missing(marked, command, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command(command, *arguments)
