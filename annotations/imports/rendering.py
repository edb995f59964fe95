"""Renders what a project imported before there were renderings, and gives the pictures of an acquisition one window.

Safe to repeat, and cut off anywhere: what is right already is left alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction

from annotations.imports import jobs
from annotations.imports.windows import AcquisitionRanges
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.measurements.actions import forget_measurements, measure_what_is_new
from annotations.pictures.actions import StoredPicture, store_picture
from annotations.pictures.rendering import inspect
from annotations.pictures.store import read_picture
from annotations.projects.models import Project
from annotations.samples.actions import replace_pictures, take_turns
from annotations.samples.models import Acquisition, Image

AT_ONCE = 500  # images in memory
SHOWN_ERRORS = 200
SOURCES = ("key", "original_key")
ONE = ("", "")  # an acquisition at a time: it needs no name


@dataclass
class RenderingNeeds:
    """What an acquisition's pictures need."""

    image_ids: list[int] = field(default_factory=list)  # of those that a rendering stands for, or should
    ranges: AcquisitionRanges = field(default_factory=AcquisitionRanges)
    errors: list[dict] = field(default_factory=list)


@jobs.render_pictures.work
def render_project(job: Job, progress: Progress) -> dict:
    """The work of a rendering job, an acquisition at a time; what was rendered anew is to be measured again."""
    assert job.project is not None
    acquisitions = Acquisition.objects.filter(sample__project=job.project).order_by("pk")
    total = acquisitions.count()
    note = {"last_id": 0, "acquisitions": 0, "rendered": 0, "errors": [], **job.checkpoint}
    for acquisition in acquisitions.filter(pk__gt=note["last_id"]).iterator():
        needs = _needs_of(acquisition)
        pictures = list(_rendered(needs))
        note["last_id"], note["acquisitions"] = acquisition.pk, note["acquisitions"] + 1
        note["errors"] = (note["errors"] + needs.errors)[:SHOWN_ERRORS]
        with progress.fenced():
            note["rendered"] += _write(job.project, pictures)
            progress.checkpoint(**note)
        progress.update(note["acquisitions"], total, f"Rendered {note['rendered']:,} pictures")
    if note["rendered"] and settings.MEASURE_ON_IMPORT:
        measure_what_is_new(project=job.project, user=job.owner)
    return {"rendered": note["rendered"], "warnings": note["errors"], "message": _sentence(note)}


def _needs_of(acquisition: Acquisition) -> RenderingNeeds:
    needs = RenderingNeeds()
    for image in _images(acquisition):
        try:
            picture = inspect(read_picture(image.original_key or image.key))
        except (ValueError, FileNotFoundError) as error:
            needs.errors.append(_error(image, error))
            continue
        if picture.values is not None:
            needs.ranges.note(ONE, picture.values)
        if picture.needs_rendering:
            needs.image_ids.append(image.pk)
    return needs


def _images(acquisition: Acquisition) -> Iterator[Image]:
    return Image.objects.filter(object__acquisition=acquisition).order_by("pk").iterator(AT_ONCE)


def _rendered(needs: RenderingNeeds) -> Iterator[tuple[Image, StoredPicture]]:
    """Each image with the rendering that it has to have, which is stored."""
    windows = needs.ranges.windows(ONE)
    for image in Image.objects.filter(pk__in=needs.image_ids).order_by("pk").iterator(AT_ONCE):
        yield image, store_picture(read_picture(image.original_key or image.key), windows)


@transaction.atomic
def _write(project: Project, pictures: list[tuple[Image, StoredPicture]]) -> int:
    """How many images are others now. One that has been cut out anew, while it was rendered, keeps its new picture."""
    take_turns(project=project)  # who corrects or embeds relies on pictures that stay until all is written
    images = Image.objects.filter(pk__in=[image.pk for image, _ in pictures])
    present = {pk: sources for pk, *sources in images.values_list("pk", *SOURCES)}
    same = [
        pair for pair in pictures if present.get(pair[0].pk) == [getattr(pair[0], name) for name in SOURCES]
    ]
    changed = replace_pictures(pictures=same)
    forget_measurements(project=project, object_ids=[image.object_id for image in changed])
    return len(changed)


def _error(image: Image, error: Exception) -> dict:
    lost = "The storage has lost this picture. Import it again from its source."
    message = lost if isinstance(error, FileNotFoundError) else str(error)
    return {"file": image.file_name, "line": None, "column": None, "message": message}


def _sentence(note: dict) -> str:
    if not note["rendered"]:
        sentence = "Nothing to do: every picture is as it has to be."
    else:
        sentence = f"{note['rendered']:,} pictures rendered. Predict again: models see them otherwise now."
    return sentence + (
        f" {len(note['errors']):,} could not be: they are named below." if note["errors"] else ""
    )
