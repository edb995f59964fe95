"""Pictures that were rendered at import leave as they came in, or, for who asks, as they are shown."""

import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image as Picture

from annotations.jobs.models import Job
from annotations.samples.models import Image
from tests.contract.pictures import saved, scene, tiff, turned
from tests.imports.packages import package, row, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
CONTENTS = {
    "o1.tif": tiff(scene(3800, 600, "uint16")),
    "o2.jpg": turned("JPEG"),
    "o3.png": saved(scene(220, 40, "uint8")),
    "o1.png": saved(scene(200, 50, "uint8")),  # as the rendering of o1.tif would be called
}


@shared_rows
def tow(project, tmp_path):
    rows = [row(n, img_file_name=name) for n, name in enumerate(CONTENTS, 1)]
    run_import(project, package(tmp_path / "p.zip", rows, **CONTENTS))
    return project


def exported(project, path, **options: bool) -> tuple[dict[str, bytes], list[str]]:
    """Pictures by their names, and the names that the table has."""
    call_command("export", path, project=project.title, **options)
    with zipfile.ZipFile(path) as file:
        names = file.namelist()
        pictures = {name.rsplit("/", 1)[1]: file.read(name) for name in names if not name.endswith(".tsv")}
        (table,) = [name for name in names if name.endswith(".tsv")]
        head, _, *lines = file.read(table).decode("utf-8-sig").splitlines()
    assert len(pictures) == len(CONTENTS), "no two under one name"
    column = head.split("\t").index("img_file_name")
    return pictures, [line.split("\t")[column] for line in lines]


def test_they_leave_as_they_came_in(tow, tmp_path):
    pictures, names = exported(tow, tmp_path / "out.zip")
    assert pictures == CONTENTS
    assert names == list(CONTENTS)


def test_or_as_they_are_shown(tow, tmp_path):
    pictures, names = exported(tow, tmp_path / "out.zip", rendered=True)
    assert sorted(pictures) == sorted(names)
    rendered = [default_storage.open(image.key).read() for image in Image.objects.order_by("object")]
    assert [pictures[name] for name in names] == rendered
    for name in names:
        with Picture.open(io.BytesIO(pictures[name])) as picture:
            assert (picture.format, picture.mode) == ("PNG", "L")
    assert names[1:3] == ["o2.png", "o3.png"]


def test_a_package_comes_back_with_the_same_renderings(tow, tmp_path, alice):
    exported(tow, tmp_path / "out.zip")
    before = list(Image.objects.order_by("file_name").values_list("key", "original_key", "window_high"))
    Image.objects.all().delete()
    tow.samples.all().delete()
    run_import(tow, tmp_path / "out.zip")
    assert (
        list(Image.objects.order_by("file_name").values_list("key", "original_key", "window_high")) == before
    )


def test_the_page_and_the_api_ask_for_what_is_shown(client, tow, bob, django_capture_on_commit_callbacks):
    client.force_login(bob)
    client.post(f"/projects/{tow.pk}/export/", {"images": "all", "rendered": "on"})
    client.post(f"/api/v1/projects/{tow.pk}/exports/", {"rendered": True}, content_type="application/json")
    jobs = Job.objects.filter(kind="export_project").order_by("pk")
    assert [job.params["rendered"] for job in jobs] == [True, True]
