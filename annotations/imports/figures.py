"""Marks and outlines that a package brings, written behind its objects in chunks: twice is the same as once."""

from collections.abc import Sequence
from itertools import islice

from annotations.imports.records import RecordFigure, RecordOutline
from annotations.imports.source import ImportSource
from annotations.imports.survey import Survey
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.marks.actions import NewMark, load_marks
from annotations.marks.imports import new_marks
from annotations.marks.labels import label_named
from annotations.samples.models import Image
from annotations.scans.importing import NewOutline, add_imported_outlines

CHUNK = 1000


def load_figures(job: Job, progress: Progress, source: ImportSource, survey: Survey) -> int:
    """How many are new; each chunk leaves a checkpoint."""
    note = {"done": 0, "made": 0, **job.checkpoint.get("figures", {})}
    figures = source.figures(survey)
    for _ in islice(figures, note["done"]):
        pass  # what was written before a worker died
    while chunk := list(islice(figures, CHUNK)):
        with progress.fenced():
            note = {"done": note["done"] + len(chunk), "made": note["made"] + _write(job, chunk)}
            progress.checkpoint(figures=note)
        progress.update(note["done"], 0, f"Loaded {note['done']:,} marks")
    return note["made"]


def load_outlines(job: Job, progress: Progress, source: ImportSource, survey: Survey) -> None:
    """Each chunk by itself; what was written before a worker died is left as it is."""
    outlines, done = source.outlines(survey), 0
    while chunk := list(islice(outlines, CHUNK)):
        with progress.fenced():
            _write_outlines(job, chunk)
        done += len(chunk)
        progress.update(done, 0, f"Loaded {done:,} outlines")


def _write_outlines(job: Job, outlines: Sequence[RecordOutline]) -> None:
    assert job.project is not None
    images = _images(job.project.pk, {outline.object_id for outline in outlines})
    placed = ((images.get((each.object_id, each.file_name)), each) for each in outlines)
    add_imported_outlines(
        outlines=[
            NewOutline(image.object_id, image.parent_id, each.box, each.counts)
            for image, each in placed
            if image is not None and image.parent_id is not None
        ]
    )


def _write(job: Job, figures: Sequence[RecordFigure]) -> int:
    assert job.project is not None
    images = _images(job.project.pk, {figure.object_id for figure in figures})
    labels = {name: label_named(project=job.project, name=name) for name in {f.label for f in figures}}
    drawn = [
        NewMark(
            images[figure.object_id, figure.file_name], labels[figure.label], figure.kind, figure.geometry
        )
        for figure in figures
        if (figure.object_id, figure.file_name) in images
    ]
    new = new_marks(drawn)
    load_marks(project=job.project, author=job.owner, marks=new)
    return len(new)


def _images(project_id: int, names: set[str]) -> dict[tuple[str, str], Image]:
    rows = Image.objects.filter(object__wide__project=project_id, object__wide__original_id__in=names)
    return {
        (image.object.wide.original_id, image.file_name): image
        for image in rows.select_related("object__wide")
    }
