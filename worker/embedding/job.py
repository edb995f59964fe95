"""Measurements as vectors: the space in which objects are alike before any model has looked at them."""

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.refitting.actions import ask_for_refit
from annotations.similarity import jobs
from annotations.similarity.actions import index_space, keep_embeddings
from annotations.similarity.measurements import (
    Measurements,
    finish_space,
    is_outdated,
    new_space,
    ready_space,
)
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.standardising import Standardisation
from worker.embedding.axes import fit_axes

CHUNK = 2048  # objects a transaction: a killed worker has that much to do again


@jobs.embed_measurements.work
def embed_measurements(job: Job, progress: Progress) -> dict:
    """The work of an embedding job, in the order of ids; taken up again, it goes on after the last chunk."""
    assert job.project is not None
    measurements = Measurements(job.project)
    space = _begin(job, measurements, progress)
    standard, note = Standardisation(**space.details), dict(job.checkpoint)
    while True:
        ids, values = measurements.after(note["last_id"], CHUNK)
        if not ids:
            break
        note |= {"last_id": ids[-1], "done": note["done"] + len(ids)}
        with progress.fenced():
            keep_embeddings(space=space, project_id=job.project.pk, ids=ids, vectors=standard.apply(values))
            progress.checkpoint(**note)
        progress.update(note["done"], max(note["total"], note["done"]), _so_far(note))
    finish_space(space=space)
    index_space(space=space)
    fit_axes(job, progress, note["done"])
    ask_for_refit(job.project.pk)  # what came with labels can be learnt from now
    return {"project": job.project.pk, "space": space.pk, "embedded": note["done"], "message": _summary(note)}


def _begin(job: Job, measurements: Measurements, progress: Progress) -> EmbeddingSpace:
    """The space that is filled: that of the checkpoint, the project's own, or a new one."""
    if "space" in job.checkpoint:
        return EmbeddingSpace.objects.get(pk=job.checkpoint["space"])
    assert job.project is not None
    space = ready_space(job.project)
    standard = None
    if space is None or job.params["anew"] or is_outdated(space, measurements):
        standard = measurements.standardised()
    with progress.fenced():
        if standard:
            space = new_space(project=job.project, standard=standard)
        assert space is not None
        progress.checkpoint(space=space.pk, last_id=0, done=0, total=measurements.count())
    return space


def _so_far(note: dict) -> str:
    return f"Looked at {note['done']:,} of {max(note['total'], note['done']):,} objects"


def _summary(note: dict) -> str:
    if not note["done"]:
        return "Nothing is measured yet: measure the vignettes first."
    objects = "object" if note["done"] == 1 else "objects"
    return f"{note['done']:,} {objects} can be sorted by similarity of their measurements."
