"""Joins the site and the classifier: what a model says of a project's objects becomes rows.

Several workers may share a prediction (`annotations/jobs/sharing.py`): each reads ahead, asks the model and writes,
part by part; the one that holds the job also begins it, says how far all are, and ends it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from django.conf import settings
from django.db import transaction

from annotations.common.site_activity import is_attended
from annotations.jobs.helping import Call, ask_for_help, is_other_waiting
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.sharing import JobShare, divide, free_parts, release_former
from annotations.labels.models import Batch, BatchKind, Change
from annotations.learning import jobs
from annotations.learning.doubt import MUCH
from annotations.learning.files import files_of_model
from annotations.learning.models import Model
from annotations.samples.models import State
from annotations.similarity.actions import index_space
from annotations.similarity.models import EmbeddingSpace
from annotations.traits.predicting import predictable
from classifier.data.prefetching import prefetched
from classifier.inference.device import set_up_cpu
from classifier.inference.predict import load_model, predict_chunks
from worker.embedding.axes import fit_axes
from worker.errors import classifier_errors
from worker.pace import WORTH_MEASURING, Pace, bare_rate
from worker.prediction.notes import add_up, summary, unlike_share
from worker.prediction.waiting_objects import WaitingObjects
from worker.prediction.writer import PredictionWriter
from worker.reading import lineages, read_table, trait_kinds

CHUNK = 1024  # objects a transaction: small enough that the progress bar moves
BATCH = 256  # pictures a forward pass
WRITTEN_BEHIND = 2  # chunks that the forward pass may be ahead of what is written
WAIT = 0.5  # seconds between two looks at what other workers still have in hand
MAKES_ROOM = "; slower while people are at the site"
RESULT = ("predicted", "left", "traits", "unreadable", "unsettled", "unlike", "example", "levels")


@jobs.predict.work
def predict_project(job: Job, progress: Progress) -> dict:
    """The work of a prediction job; taken up again, it goes on with what is left of its parts."""
    model = Model.objects.get(pk=job.params["model"])
    release_former(job=job)
    progress.update(job.done, job.total, "Loading the model")
    with _predictor(job, model, progress) as predictor:
        _begin(predictor)
        pace = _lead(predictor)
    note = _note_of(job)
    for space in EmbeddingSpace.objects.filter(model=model, is_indexed=False):
        progress.update(note["done"], note["done"], "Indexing what is like what")
        index_space(space=space)
    fit_axes(job, progress, note["done"])
    batch = job.checkpoint["batch"]
    replaced = Change.objects.filter(batch=batch, from_state=State.PREDICTED).count()
    return {
        "model": model.pk,
        "replaced": replaced,
        **{name: note[name] for name in RESULT},
        "batch": batch,
        "pace": pace,
        "is_unlike": unlike_share(note) >= MUCH,
        "project": job.project_id,
        "message": summary(note),
    }


def help_predict(job: Job, progress: Progress) -> None:
    """Beside the worker that holds the job, until no part is left to take or another job waits for this worker."""
    model = Model.objects.get(pk=job.params["model"])
    with _predictor(job, model, progress) as predictor:
        ask_for_help(job)  # from worker to worker, as long as one is free
        for _ in predictor.chunks(may_go_on=lambda: not is_other_waiting(job)):
            progress.check()


class Predictor:
    """One worker at a prediction: what it reads from, asks and writes with."""

    def __init__(self, job: Job, model: Model, folder: Path, scratch: Path, progress: Progress):
        assert job.project_id is not None  # predictions are always of one project
        self.job, self.model, self.folder, self.progress = job, model, folder, progress
        self.loaded = load_model(str(folder), "auto")  # as `predict_chunks` asks: loaded once
        self.traits = predictable(job.project_id, trait_kinds(self.loaded))
        self.share = JobShare(job, progress)
        self.waiting = WaitingObjects(job, model, self.traits, scratch, self.share)
        self.makes_room = False

    @cached_property
    def writer(self) -> PredictionWriter:
        batch = Batch.objects.get(pk=self.job.checkpoint["batch"])
        return PredictionWriter(self.job, self.model, self.traits, batch, self.progress, self.share)

    def chunks(self, may_go_on: Callable[[], bool] = lambda: True) -> Iterator[None]:
        """Takes part after part until none is free; a step for each chunk that is written.

        Decoding, the forward pass and writing go on at once, in a thread each.
        """
        if self.share.bare_rate is None and self.job.checkpoint["total"] >= WORTH_MEASURING:
            set_up_cpu(settings.PREDICTION_THREADS)
            self.share.bare_rate = bare_rate(self.loaded, BATCH)
        lineage = lineages(self.model)
        for table in prefetched(self._tables(may_go_on), WRITTEN_BEHIND):
            predictions = read_table(table, self.model, self.loaded, lineage)
            started = time.monotonic()
            self.writer.write(predictions, self.waiting.passed(predictions.ids[-1]))
            self._make_room(time.monotonic() - started)
            yield
        self.writer.pass_over(self.waiting.passed(None))

    def _make_room(self, seconds: float) -> None:
        """For people who are at the site: it rests as long as it wrote. The network goes on, where it is the slower."""
        self.makes_room = settings.PREDICTION_REST > 0 and is_attended()
        if self.makes_room:
            self.progress.wait(seconds * settings.PREDICTION_REST)

    def _tables(self, may_go_on: Callable[[], bool]) -> Iterator[pa.Table]:
        return predict_chunks(
            str(self.folder),
            self.waiting.objects(may_go_on),
            CHUNK,
            batch=min(CHUNK, BATCH),
            threads=settings.PREDICTION_THREADS,
            should_stop=self.progress.should_stop,
            wanted_precision=self.job.params.get("precision"),
        )


@contextmanager
def _predictor(job: Job, model: Model, progress: Progress) -> Iterator[Predictor]:
    """What it has in hand is given back at the end, whatever that is."""
    with (
        classifier_errors(),
        files_of_model(model) as folder,
        TemporaryDirectory(prefix="seston-") as scratch,
    ):
        predictor = Predictor(job, model, folder, Path(scratch), progress)
        try:
            yield predictor
        finally:
            predictor.share.release()


def _begin(predictor: Predictor) -> None:
    """The first time a batch and the parts of the job; an earlier version of the site divided nothing."""
    job, progress = predictor.job, predictor.progress
    if job.parts.exists():
        return
    assert job.project is not None
    after = job.checkpoint.get("last_id", 0)
    with transaction.atomic():
        note = dict(job.checkpoint)
        if "batch" not in note:
            batch = Batch.objects.create(
                project=job.project, kind=BatchKind.PREDICTION, user=job.owner, model_id=predictor.model.pk
            )
            note["batch"] = batch.pk
        ends = predictor.waiting.ends_of_parts(after)
        divide(job=job, after=after, lasts=[last for last, _ in ends])
        note["total"] = note.get("done", 0) + sum(count for _, count in ends)
        progress.checkpoint(**note)


def _lead(predictor: Predictor) -> dict:
    """Goes on until all parts are done, by whomever; how fast they were."""
    job, progress = predictor.job, predictor.progress
    pace, call = Pace(job, job.checkpoint["total"]), Call(job)
    _show(job, progress, pace)
    call.repeat()
    while job.parts.filter(is_done=False).exists():
        for _ in predictor.chunks():
            progress.check()
            if pace.is_due:
                _show(job, progress, pace, predictor.makes_room)
            call.repeat()
        _show(job, progress, pace)
        while not free_parts(job).exists() and job.parts.filter(is_done=False).exists():
            progress.wait(WAIT)
            _show(job, progress, pace)
    return pace.overall


def _show(job: Job, progress: Progress, pace: Pace, makes_room: bool = False) -> None:
    """Adds up the notes of all parts, of which a million objects have five hundred."""
    done = _note_of(job)["done"]
    message = pace.sentence(done) + (MAKES_ROOM if makes_room else "")
    progress.update(done, max(pace.total, done), message)


def _note_of(job: Job) -> dict:
    """Of all parts, and of what an earlier version of the site had done before there were any."""
    return add_up([job.checkpoint, *job.parts.values_list("note", flat=True)])
