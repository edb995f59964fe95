"""Joins the site and the classifier: what a model says of a project's objects becomes rows."""

import sys
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from django.db import transaction

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.models import Batch, BatchKind, Change
from annotations.learning import jobs
from annotations.learning.doubt import MUCH
from annotations.learning.files import files_of_model
from annotations.learning.models import Model
from annotations.samples.models import State
from annotations.similarity.actions import index_space
from annotations.similarity.models import EmbeddingSpace
from annotations.traits.predicting import predictable
from classifier.inference.predict import load_model, predict_chunks
from worker.errors import classifier_errors
from worker.prediction_writer import PredictionWriter
from worker.reading import lineages, read_table, trait_kinds
from worker.waiting_objects import WaitingObjects

CHUNK = 1024  # objects a transaction: small enough that the progress bar moves
BATCH = 256  # pictures a forward pass

# what the note adds up; `levels` by precision, as `forecast.LEVELS`
NOTHING = {
    **dict.fromkeys(("last_id", "done", "unreadable", "predicted", "left", "traits"), 0),
    **dict.fromkeys(("unsettled", "unlike", "example"), 0),
    "levels": {},
}
RESULT = ("predicted", "left", "traits", "unreadable", "batch", "unsettled", "unlike", "example", "levels")


@jobs.predict.work
def predict_project(job: Job, progress: Progress) -> dict:
    """The work of a prediction job, in the order of ids; taken up again, it goes on after the last chunk."""
    model = Model.objects.get(pk=job.params["model"])
    with (
        classifier_errors(),
        files_of_model(model) as folder,
        TemporaryDirectory(prefix="seston-") as scratch,
    ):
        note = _predict_all(job, model, folder, Path(scratch), progress)
    for space in EmbeddingSpace.objects.filter(model=model, is_indexed=False):
        progress.update(note["done"], note["done"], "Indexing what is like what")
        index_space(space=space)
    replaced = Change.objects.filter(batch=note["batch"], from_state=State.PREDICTED).count()
    return {
        "model": model.pk,
        "replaced": replaced,
        **{name: note[name] for name in RESULT},
        "is_unlike": _unlike_share(note) >= MUCH,
        "project": job.project_id,
        "message": _summary(note),
    }


def _predict_all(job: Job, model: Model, folder: Path, scratch: Path, progress: Progress) -> dict:
    """Writes chunk after chunk; the note of the last one."""
    loaded = load_model(str(folder), "auto")  # as `predict_chunks` asks: loaded once
    assert job.project_id is not None  # predictions are always of one project
    traits, lineage = predictable(job.project_id, trait_kinds(loaded)), lineages(model)
    waiting = WaitingObjects(job, model, traits, scratch)
    note = _begin(job, model, waiting, progress)
    writer = PredictionWriter(job, model, traits, Batch.objects.get(pk=note["batch"]), progress)
    for table in _tables(job, folder, waiting, progress):
        predictions = read_table(table, model, loaded, lineage)
        note["done"] += len(predictions.ids)
        note["unreadable"] += waiting.passed(predictions.ids[-1]) - len(predictions.ids)
        writer.write(predictions, note)
        progress.update(note["done"], max(note["total"], note["done"]), _so_far(note))
    note["unreadable"] += waiting.passed(sys.maxsize)
    return note


def _tables(job: Job, folder: Path, waiting: WaitingObjects, progress: Progress) -> Iterator[pa.Table]:
    return predict_chunks(
        str(folder),
        iter(waiting),
        CHUNK,
        batch=min(CHUNK, BATCH),
        should_stop=progress.should_stop,
        wanted_precision=job.params.get("precision"),
    )


def _begin(job: Job, model: Model, waiting: WaitingObjects, progress: Progress) -> dict:
    """The note of the last finished chunk; the first time an empty one, with a batch of its own."""
    if "batch" not in job.checkpoint:
        assert job.project is not None
        with transaction.atomic():
            batch = Batch.objects.create(
                project=job.project, kind=BatchKind.PREDICTION, user=job.owner, model_id=model.pk
            )
            progress.checkpoint(**NOTHING, batch=batch.pk, total=waiting.count())
    return deepcopy(NOTHING | job.checkpoint)


def _so_far(note: dict) -> str:
    return f"Looked at {note['done']:,} of {max(note['total'], note['done']):,} objects"


def _summary(note: dict) -> str:
    sentences = [*_warning(note), f"{note['predicted']:,} objects predicted."]
    if note["traits"]:
        sentences.append(f"{note['traits']:,} values of traits predicted.")
    if note["left"]:
        sentences.append(f"{note['left']:,} left for people: not sure enough.")
    sentences.append("What people have settled was left alone.")
    if note["unreadable"]:
        sentences.append(f"The images of {note['unreadable']:,} could not be read.")
    return " ".join(sentences)


def _unlike_share(note: dict) -> float:
    return note["unlike"] / max(note["unsettled"], 1)


def _warning(note: dict) -> list[str]:
    """Before anything else, where the model knows little of what it was shown."""
    share = _unlike_share(note)
    if share < MUCH:
        return []
    return [
        f"{share:.0%} of these objects are unlike anything that the model has learnt: sort them by similarity first."
    ]
