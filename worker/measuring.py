"""Joins the site and the measurements: vignettes to files, numbers to free columns."""

from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import transaction

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.measurements import jobs
from annotations.measurements.actions import ensure_number_columns
from annotations.measurements.queries import (
    ObjectVignette,
    VignetteSelection,
    held_pixel_sizes,
    knows_pixel_sizes,
)
from annotations.pictures.local_copies import local_paths
from annotations.projects.models import Project
from annotations.samples.columns import update_numbers
from annotations.similarity.measurements import embed_what_is_new
from classifier.contract.measurements import COLUMNS, PROJECT_NAMES
from classifier.measuring.processes import Measured, Measurers

CHUNK = 512  # vignettes a transaction: a killed worker has that much to do again
SHOWN_ERRORS = 200


@jobs.measure.work
def measure_project(job: Job, progress: Progress) -> dict:
    """The work of a measuring job, in the order of ids; taken up again, it goes on after the last chunk."""
    assert job.project is not None
    selection = VignetteSelection(job.project, _positions(job.project, progress)[0], job.params["anew"])
    note = _begin(job, progress, selection)
    with Measurers(settings.MEASURE_PROCESSES) as measurers:
        while vignettes := selection.after(note["last_id"], CHUNK):
            answers = _measured(vignettes, measurers)
            positions, noted = _positions(job.project, progress), _noted(note, vignettes, answers)
            is_outdated = _keep_chunk(job, positions, vignettes, answers, progress, noted)
            if not is_outdated:
                note = noted
            progress.update(note["done"], max(note["total"], note["done"]), _so_far(note))
    if note["done"] > note["skipped"]:
        embed_what_is_new(project=job.project, user=job.owner)
    return {
        "project": job.project.pk,
        "measured": note["done"] - note["skipped"],
        "skipped": note["skipped"],
        "errors": note["errors"],
        "message": _summary(note),
    }


def _positions(project: Project, progress: Progress) -> list[int]:
    """Of our columns; without a pixel's size millimetres would be columns of nothing."""
    names = PROJECT_NAMES if knows_pixel_sizes(project) else PROJECT_NAMES[: len(COLUMNS)]
    with progress.fenced():
        return ensure_number_columns(project=project, names=names)


def _begin(job: Job, progress: Progress, selection: VignetteSelection) -> dict:
    """The note of the last finished chunk; the first time an empty one."""
    if "last_id" not in job.checkpoint:
        progress.checkpoint(last_id=0, done=0, skipped=0, total=selection.how_many(), errors=[])
    return dict(job.checkpoint)


def _measured(vignettes: list[ObjectVignette], measurers: Measurers) -> list[Measured]:
    with TemporaryDirectory(prefix="seston-") as scratch:
        paths = local_paths([vignette.key for vignette in vignettes], Path(scratch))
        pictures = [(path, vignette.pixel_um) for path, vignette in zip(paths, vignettes, strict=True)]
        return measurers.measure(pictures)


def _noted(note: dict, vignettes: list[ObjectVignette], answers: list[Measured]) -> dict:
    """The note with this chunk in it: what could not be measured is named."""
    errors = [
        {
            "file": vignette.file_name,
            "line": None,
            "column": None,
            "message": f"{vignette.object_name}: {answer}",
        }
        for vignette, answer in zip(vignettes, answers, strict=True)
        if isinstance(answer, str)
    ]
    return {
        **note,
        "last_id": vignettes[-1].object_id,
        "done": note["done"] + len(vignettes),
        "skipped": note["skipped"] + len(errors),
        "errors": (note["errors"] + errors)[:SHOWN_ERRORS],
    }


@transaction.atomic
def _keep_chunk(
    job: Job,
    positions: list[int],
    vignettes: list[ObjectVignette],
    answers: list[Measured],
    progress: Progress,
    note: dict,
) -> bool:
    """Numbers and the job's note in one transaction: a killed worker leaves both or neither.

    What can't be measured any more loses the numbers that it had: they were of another picture. True, and nothing is
    kept, where somebody has corrected the size of a pixel since the chunk was read: measure it again.
    """
    assert job.project is not None
    if held_pixel_sizes([v.object_id for v in vignettes]) != {v.object_id: v.pixel_um for v in vignettes}:
        return True
    nothing: list[float | None] = [None] * len(positions)
    rows = [
        (vignette.object_id, nothing if isinstance(answer, str) else answer[: len(positions)])
        for vignette, answer in zip(vignettes, answers, strict=True)
    ]
    update_numbers(project=job.project, positions=positions, rows=rows)
    progress.checkpoint(**note)
    return False


def _so_far(note: dict) -> str:
    return f"Measured {note['done']:,} of {max(note['total'], note['done']):,} vignettes"


def _summary(note: dict) -> str:
    if not note["done"]:
        return "Nothing to do: all vignettes are measured."
    lost = note["skipped"]
    named = "they are named below" if lost <= SHOWN_ERRORS else f"the first {SHOWN_ERRORS} are named below"
    measured = note["done"] - lost
    return f"{measured:,} vignette{'' if measured == 1 else 's'} measured." + (
        f" {lost:,} could not be: {named}." if lost else ""
    )
