"""Joins the site and the classifier: what people have settled becomes a model."""

import shutil
from contextlib import ExitStack
from pathlib import Path

import pyarrow.parquet as pq
from django.conf import settings
from django.db import connection

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.transient import DATABASE_ERRORS
from annotations.learning import jobs
from annotations.learning.files import (
    files_of_backbone,
    files_of_model,
    keep_as_copy,
    model_folder,
    store_model,
)
from annotations.learning.models import Model
from classifier.contract.messages import TrainRequest
from classifier.run_folder import RunFolder
from classifier.training.run import train
from worker.errors import classifier_errors
from worker.learning_sets import ensure_frozen, manifest_of

WHOSE = "made.txt"  # when the row of the model was made that the folder belongs to
HELD_OUT_COLUMNS = ("object_id", "label", "predicted", "score", "fold", "is_suspect")
# an object may have been deleted while the model was learning from it
KEEP_HELD_OUT = """
INSERT INTO learning_heldout (model_id, object_id, taxon_id, predicted_id, score, fold, is_suspect)
SELECT %s, h.*
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::float8[], %s::text[], %s::bool[])
     AS h (id, taxon, predicted, score, fold, is_suspect)
WHERE EXISTS (SELECT FROM samples_object o WHERE o.id = h.id)
"""


@jobs.train.work
def train_model(job: Job, progress: Progress) -> dict:
    """The work of a training job. Taken up again, it goes on from the last epoch."""
    model = Model.objects.select_related("learning_set", "parent", "start_backbone").get(
        pk=job.params["model"]
    )
    if "trained" not in job.checkpoint:
        _learn(model, job, progress)
    keep_as_copy(model.artefact, model_folder(model))
    return {
        "model": model.pk,
        "message": f"Trained: held-out accuracy {model.metrics['accuracy']:.3f}, "
        f"macro-F1 {model.metrics['macro_f1']:.3f}.",
    }


def _learn(model: Model, job: Job, progress: Progress) -> None:
    assert model.learning_set is not None
    if model.job != job:  # a command makes its job itself
        with progress.fenced():
            model.job = job
            model.save(update_fields=["job"])
    ensure_frozen(model.learning_set, progress)
    folder = _work_folder(model, job)
    metrics = _finished(folder) or _train(model, folder, progress)
    artefact = store_model(folder)
    with progress.fenced():
        _keep_result(model, folder, metrics, artefact)
        progress.checkpoint(trained=True)
        _put_in_place(model, folder)


def _work_folder(model: Model, job: Job) -> Path:
    """This claim's own, with what an earlier one left: whoever was overtaken finds its folder gone, and writes nothing.

    Another database may have left a model of this number: what is not of this one is not taken for it.
    """
    work, whose = settings.MODELS_FOLDER / f".training-{job.pk}-{job.attempt}", model.created.isoformat()
    for left in [*_left_by_earlier_claims(job), model_folder(model)]:
        about = left / WHOSE
        if not work.exists() and about.exists() and about.read_text() == whose:
            left.rename(work)
    if not work.exists():
        work.mkdir(parents=True)
        (work / WHOSE).write_text(whose)
    return work


def _left_by_earlier_claims(job: Job) -> list[Path]:
    """The last one first."""
    folders = settings.MODELS_FOLDER.glob(f".training-{job.pk}-*")
    return sorted(folders, key=lambda folder: int(folder.name.rsplit("-", 1)[1]), reverse=True)


def _put_in_place(model: Model, work: Path) -> None:
    shutil.rmtree(model_folder(model), ignore_errors=True)
    work.rename(model_folder(model))


def _finished(folder: Path) -> dict | None:
    """The figures of a training whose worker died when all but the rows of the database was written."""
    is_whole = (folder / "config.json").exists() and not (folder / "checkpoint.pt").exists()
    return RunFolder(folder).read_json("metrics.json") if is_whole else None


def _train(model: Model, folder: Path, progress: Progress) -> dict:
    assert model.learning_set is not None
    with ExitStack() as stack:
        start_from = _start_of(model, stack)
        manifest = stack.enter_context(manifest_of(model.learning_set, progress))
        request = TrainRequest(
            manifest=str(manifest),
            out=str(folder),
            method=model.method,
            start_from=str(start_from),
            **model.settings,
        )
        with classifier_errors():
            return train(request, _Reporter(model, progress), progress.should_stop).metrics


def _start_of(model: Model, stack: ExitStack) -> Path | str:
    """The folder that it starts from, which stays as long as the stack; empty where it starts from nothing."""
    if model.parent:
        return stack.enter_context(files_of_model(model.parent))
    if model.start_backbone:
        return stack.enter_context(files_of_backbone(model.start_backbone))
    return ""


class _Reporter:
    """Passes the classifier's steps on to the job's row, and the curves to the model's page."""

    def __init__(self, model: Model, progress: Progress):
        self.model = model
        self.progress = progress

    def __call__(self, step: dict) -> None:
        # decoding and measuring have no curves of their own: those that there are stay
        if "history" in step and len(step["history"]) != len(self.model.history):
            self._keep_curves(list(step["history"]))
        self.progress.update(step["done"], step["total"], step["message"])

    def _keep_curves(self, history: list[dict]) -> None:
        """A training goes on while the database is away: the next epoch, or the end, brings the curves of this one."""
        self.model.history = history
        try:
            with self.progress.fenced():
                self.model.save(update_fields=["history"])
                self.progress.checkpoint(epochs=len(history))
        except DATABASE_ERRORS:
            connection.close()


def _keep_result(model: Model, folder: Path, metrics: dict, artefact: str) -> None:
    model.metrics, model.artefact = metrics, artefact
    model.classes = [int(taxon) for taxon in RunFolder(folder).read_json("config.json")["classes"]]
    model.history = RunFolder(
        folder
    ).read_history()  # whole, also where the database was away at an epoch's end
    model.is_ready = True
    model.save(update_fields=["metrics", "classes", "history", "is_ready", "artefact"])
    held_out = pq.read_table(folder / "held_out.parquet")
    columns = [held_out[name].to_pylist() for name in HELD_OUT_COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM learning_heldout WHERE model_id = %s", [model.pk])
        cursor.execute(KEEP_HELD_OUT, [model.pk, *columns])
