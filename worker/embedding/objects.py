"""Lets what embeds look at objects that lie in no place of its space yet. No label changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.pictures.local_copies import local_paths
from annotations.projects.models import Project
from annotations.samples.actions import take_turns
from annotations.samples.queries import first_keys
from annotations.search.filter import Filter
from annotations.similarity import jobs
from annotations.similarity.actions import index_space, keep_embeddings
from annotations.similarity.embedding import MissingObjects
from classifier.inference.predict import PictureRow
from worker.embedding.axes import fit_axes
from worker.embedding.embedder import ObjectEmbedder
from worker.embedding.kinds import embedder_of
from worker.errors import classifier_errors

SAMPLE = 5000  # objects drawn at random, from which principal components are fitted
CHUNK = 1024  # objects a transaction: a killed worker has that much to do again


@jobs.embed_objects.work
def embed_objects(job: Job, progress: Progress) -> dict:
    """The work of an embedding job, in the order of ids; taken up again, it goes on after the last chunk."""
    assert job.project_id is not None
    criteria = Filter.parse(job.params["filter"], job.owner)
    with classifier_errors(), embedder_of(job.params, progress.should_stop) as embedder:
        missing = MissingObjects(job.project_id, criteria, embedder.space_id)
        if "last_id" not in job.checkpoint:
            progress.checkpoint(last_id=0, looked_at=0, embedded=0, total=missing.count())
        if embedder.needs_sample and (rows := missing.drawn(SAMPLE)):
            progress.update(0, len(rows), f"Looking at {len(rows):,} objects drawn at random first")
            with pictures_of(rows) as pictures:
                embedder.fit(pictures)
        note = dict(job.checkpoint)
        while rows := missing.after(note["last_id"], CHUNK):
            note = _embed_chunk(job.project_id, rows, embedder, note, progress)
            progress.update(note["looked_at"], max(note["total"], note["looked_at"]), _so_far(note))
        if embedder.space is not None:
            index_space(space=embedder.space)
    fit_axes(job, progress, note["looked_at"])
    return {"project": job.project_id, "embedded": note["embedded"], "message": _summary(note)}


def _embed_chunk(
    project_id: int, rows: list[tuple], embedder: ObjectEmbedder, note: dict, progress: Progress
) -> dict:
    with pictures_of(rows) as pictures:
        ids, vectors = embedder(pictures)
    note = note | {
        "last_id": rows[-1][0],
        "looked_at": note["looked_at"] + len(rows),
        "embedded": note["embedded"] + len(ids),
    }
    with progress.fenced():
        if ids:
            space = embedder.ready_space(vectors.shape[1])
            fresh = _with_the_picture(project_id, rows, ids)
            keep_embeddings(
                space=space, project_id=project_id, ids=np.array(ids)[fresh], vectors=vectors[fresh]
            )
        progress.checkpoint(**note)
    return note


def _with_the_picture(project_id: int, rows: list[tuple], ids: list[int]) -> np.ndarray:
    """bool, of each id: whether the object still has the picture that was looked at. Until the transaction ends nobody
    gives it another one."""
    take_turns(project=Project(pk=project_id))
    keys = {object_id: key for object_id, key, _ in rows}
    present = first_keys(ids)
    return np.array([present.get(object_id) == keys[object_id] for object_id in ids], bool)


@contextmanager
def pictures_of(rows: list[tuple]) -> Iterator[list[PictureRow]]:
    """Of `MissingObjects`' rows, as files on this machine that stay as long."""
    with TemporaryDirectory(prefix="seston-") as scratch:
        paths = local_paths([key for _, key, _ in rows], Path(scratch))
        yield [
            (object_id, path, float("nan") if pixel_um is None else pixel_um)
            for (object_id, _, pixel_um), path in zip(rows, paths, strict=True)
        ]


def _so_far(note: dict) -> str:
    return f"Looked at {note['looked_at']:,} of {max(note['total'], note['looked_at']):,} objects"


def _summary(note: dict) -> str:
    if not note["looked_at"]:
        return "Nothing to do: all objects that have a picture lie in the space."
    unread = note["looked_at"] - note["embedded"]
    objects = "object" if note["embedded"] == 1 else "objects"
    return f"{note['embedded']:,} {objects} embedded." + (f" {unread:,} could not be read." if unread else "")
