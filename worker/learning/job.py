"""Joins the site and the classifier: what people have settled becomes a model."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pyarrow.parquet as pq
from django.db import connection

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning import jobs
from annotations.learning.files import MODELS, files_of_backbone, files_of_model, model_folder
from annotations.learning.models import Model
from classifier.contract.messages import TrainRequest
from classifier.run_folder import RunFolder
from classifier.training.run import train
from worker.errors import classifier_errors
from worker.learning.run import LearningRun, StageShares, finished
from worker.learning.sets import ensure_frozen, manifest_of

LISTED = 0.05  # of the bar, until the learning set and its pictures are there
# where the classifier's stages lie on it, roughly by minutes; a baseline measures when all else is done
SHARES: Mapping[str, StageShares] = {
    "measure": {"decode": (LISTED, 0.1), "measure": (0.1, 0.7), "train": (0.7, 1)},
    "features": {"decode": (LISTED, 0.15), "features": (0.15, 0.6), "train": (0.6, 0.8), "measure": (0.8, 1)},
    "network": {"decode": (LISTED, 0.1), "train": (0.1, 0.9), "measure": (0.9, 1)},
}
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
    run = LearningRun(model, model_folder(model), MODELS, SHARES[model.method], job, progress)
    run.claim()
    run.learn(
        lambda folder: finished(folder) or _train(model, folder, run),
        lambda *made: _keep_result(model, *made),
    )
    run.keep_copy()
    return {
        "model": model.pk,
        "message": f"Trained: held-out accuracy {model.metrics['accuracy']:.3f}, "
        f"macro-F1 {model.metrics['macro_f1']:.3f}.",
    }


def _train(model: Model, folder: Path, run: LearningRun) -> dict:
    assert model.learning_set is not None
    with ExitStack() as stack:
        with run.progress.part(0, LISTED):
            ensure_frozen(model.learning_set, run.progress)
            manifest = stack.enter_context(manifest_of(model.learning_set, run.progress))
        start_from = _start_of(model, stack)
        request = TrainRequest(
            manifest=str(manifest),
            out=str(folder),
            method=model.method,
            start_from=str(start_from),
            **model.settings,
        )
        with classifier_errors():
            return train(request, run.report, run.progress.should_stop).metrics


def _start_of(model: Model, stack: ExitStack) -> Path | str:
    """The folder that it starts from, which stays as long as the stack; empty where it starts from nothing."""
    if model.parent:
        return stack.enter_context(files_of_model(model.parent))
    if model.start_backbone:
        return stack.enter_context(files_of_backbone(model.start_backbone))
    return ""


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
