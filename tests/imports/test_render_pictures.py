"""What was imported before there were renderings is rendered by a command, once."""

from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from annotations.imports import rendering
from annotations.jobs.models import Job
from annotations.measurements.actions import ensure_number_columns
from annotations.pictures.actions import StoredPicture, store_picture
from annotations.pictures.keys import image_key
from annotations.samples.actions import replace_pictures, take_turns
from annotations.samples.columns import update_numbers
from annotations.samples.models import Image, ObjectFields
from tests.contract.pictures import saved, scene, tiff, turned
from tests.imports.packages import package, row, run_import
from tests.worlds import shared_rows

pytestmark = pytest.mark.django_db
CONTENTS = {
    "o1.tif": tiff(scene(3800, 600, "uint16")),
    "o2.tif": tiff(scene(900, 100, "uint16")),
    "o3.jpg": turned("JPEG"),
    "o4.png": saved(scene(220, 40, "uint8")),
}


@shared_rows
def old(project, tmp_path):
    """A project as an earlier version left it: each picture as it came, with the size that its header says."""
    rows = [row(n, img_file_name=name) for n, name in enumerate(CONTENTS, 1)]
    run_import(project, package(tmp_path / "p.zip", rows, **CONTENTS))
    for image in Image.objects.all():
        content = CONTENTS[image.file_name]
        key = image_key(content, image.file_name.rsplit(".", 1)[1])
        if not default_storage.exists(key):
            default_storage.save(key, ContentFile(content))
        size = (60, 30) if image.file_name == "o3.jpg" else (40, 30)
        Image.objects.filter(pk=image.pk).update(
            key=key,
            width=size[0],
            height=size[1],
            original_key="",
            origin="",
            window_low=None,
            window_high=None,
        )
    (position,) = ensure_number_columns(project=project, names=["region_esd"])
    numbers = [(image.object_id, [7.0]) for image in Image.objects.all()]
    update_numbers(project=project, positions=[position], rows=numbers)
    return project


def state() -> dict[str, tuple]:
    columns = ("key", "width", "height", "original_key", "origin", "window_high")
    return {image.file_name: tuple(getattr(image, c) for c in columns) for image in Image.objects.all()}


def test_what_needs_it_is_rendered_and_measured_again(old, capsys):
    before = state()
    call_command("render_pictures", project=old.title)
    assert "3 pictures rendered" in capsys.readouterr().out
    after = state()
    assert after["o4.png"] == before["o4.png"]
    assert after["o3.jpg"][1:3] == (30, 60)
    for name in ("o1.tif", "o2.tif"):
        assert after[name][3:] == (before[name][0], "TIFF, 16-bit grey", 4095), "one window for both"
    values = dict(ObjectFields.objects.values_list("original_id", "values"))
    assert [values[f"o{n}"][0] for n in (1, 2, 3, 4)] == [None, None, None, 7]


def test_a_second_time_changes_nothing(old, capsys):
    call_command("render_pictures")
    before = state()
    call_command("render_pictures")
    assert state() == before
    assert "Nothing to do: every picture is as it has to be." in capsys.readouterr().out


def test_what_is_cut_out_anew_meanwhile_stays(old, monkeypatch):
    def corrected(content: bytes, windows: dict) -> StoredPicture:
        Image.objects.filter(file_name="o1.tif").update(key="cut out anew")
        return store_picture(content, windows)

    monkeypatch.setattr(rendering, "store_picture", corrected)
    call_command("render_pictures", project=old.title)
    after = state()
    assert after["o1.tif"][0] == "cut out anew" and after["o2.tif"][4] == "TIFF, 16-bit grey"
    assert Job.objects.get(kind="render_pictures").result["rendered"] == 2


def test_who_relies_on_pictures_that_stay_has_a_turn_before_or_behind(old, monkeypatch):
    steps: list[str] = []

    def noted(name: str, act: Callable) -> Callable:
        return lambda **what: steps.append(name) or act(**what)

    for act in (take_turns, replace_pictures):
        monkeypatch.setattr(rendering, act.__name__, noted(act.__name__, act))
    call_command("render_pictures", project=old.title)
    assert steps == ["take_turns", "replace_pictures"]


def test_it_is_done_by_acquisition_and_taken_up_there(old):
    call_command("render_pictures", project=old.title)
    job = Job.objects.get(kind="render_pictures")
    assert (job.state, job.result["rendered"]) == ("done", 3)
    assert (job.checkpoint["acquisitions"], job.checkpoint["rendered"]) == (1, 3)


def test_what_cannot_be_rendered_is_named_and_left(old, capsys):
    lost = Image.objects.get(file_name="o1.tif")
    default_storage.delete(lost.key)
    call_command("render_pictures", project=old.title)
    output = capsys.readouterr().out
    assert "2 pictures rendered" in output and "1 could not be" in output
    assert "o1.tif: The storage has lost this picture. Import it again from its source." in output


def test_a_project_that_there_is_not():
    with pytest.raises(CommandError, match="There is no project 'Nowhere'"):
        call_command("render_pictures", project="Nowhere")
