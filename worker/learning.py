"""Joins the site and the classifier: rows to manifests, predictions to rows."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.core.files.storage import default_storage
from django.db import connection, transaction

from annotations.gallery.filter import Filter
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.learning.actions import model_folder
from annotations.learning.learning_set import freeze
from annotations.learning.models import Model
from classifier.errors import Cancelled, ClassifierError
from classifier.inference.predict import predict_chunks
from classifier.messages import TrainRequest
from classifier.training.train import train

CHUNK = 2048

UNSETTLED = """
SELECT o.id, i.key, a.pixel_um FROM samples_object o
JOIN LATERAL (SELECT key FROM samples_image WHERE object_id = o.id ORDER BY rank LIMIT 1) i ON TRUE
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE o.project_id = %s AND o.state IN ('U', 'P') AND o.id > %s AND {condition}
ORDER BY o.id LIMIT %s
"""

KEEP_PREDICTIONS = """
INSERT INTO learning_prediction (object_id, model_id, taxa, scores, created)
SELECT id, %s, array_remove(ARRAY[taxon1, taxon2, taxon3], NULL),
       (ARRAY[score1, score2, score3])[1:cardinality(array_remove(ARRAY[taxon1, taxon2, taxon3], NULL))], now()
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::float8[], %s::float8[], %s::float8[])
     AS p (id, taxon1, taxon2, taxon3, score1, score2, score3)
WHERE EXISTS (SELECT FROM samples_object o WHERE o.id = p.id AND o.project_id = %s)
ON CONFLICT (object_id) DO UPDATE SET
    model_id = EXCLUDED.model_id, taxa = EXCLUDED.taxa, scores = EXCLUDED.scores, created = EXCLUDED.created
"""


# --- Training ---------------------------------------------------------------------------------------------------------


def train_model(job: Job, progress: Progress) -> dict:
    """The work of a training job. Taken up again, it goes on from the last epoch."""
    model = Model.objects.get(pk=job.params["model"])
    folder = model_folder(model)
    folder.mkdir(parents=True, exist_ok=True)
    manifest = folder / "learning_set.parquet"
    if not model.learning_set:
        model.learning_set = freeze(manifest, job.params["projects"], job.params.get("taxa"))
        model.save(update_fields=["learning_set"])
    request = TrainRequest(manifest=str(manifest), out=str(folder), **model.settings)
    try:
        result = train(request, _Reporter(model, progress), progress.should_stop)
    except Cancelled as stop:
        raise JobCancelled from stop
    except ClassifierError as error:
        raise JobError(str(error)) from error
    _keep_result(model, folder, result.metrics)
    return {
        "model": model.pk,
        "minutes": round(result.minutes, 2),
        "message": f"Trained: held-out accuracy {result.metrics['accuracy']:.1%}, "
        f"macro-F1 {result.metrics['macro_f1']:.2f}.",
    }


class _Reporter:
    """Passes the classifier's steps on to the job's row, and the curves to the model's page."""

    def __init__(self, model: Model, progress: Progress):
        self.model = model
        self.progress = progress

    def __call__(self, step: dict) -> None:
        history = step.get("history", [])
        if len(history) != len(self.model.history):
            self.model.history = list(history)
            self.model.save(update_fields=["history"])
        self.progress.update(step["done"], step["total"], step["message"])


@transaction.atomic
def _keep_result(model: Model, folder: Path, metrics: dict) -> None:
    model.metrics = metrics
    model.classes = [int(entry["taxon"]) for entry in metrics["per_taxon"]]
    model.is_ready = True
    model.save(update_fields=["metrics", "classes", "is_ready"])
    held_out = pq.read_table(folder / "held_out.parquet")
    columns = [held_out[name].to_pylist() for name in ("object_id", "label", "predicted", "score")]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM learning_heldout WHERE model_id = %s", [model.pk])
        # an object may have been deleted while the model was learning from it
        cursor.execute(
            """INSERT INTO learning_heldout (model_id, object_id, taxon_id, predicted_id, score)
               SELECT %s, h.* FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::float8[]) AS h (o, t, p, s)
               WHERE EXISTS (SELECT FROM samples_object WHERE id = h.o)""",
            [model.pk, *columns],
        )


# --- Prediction -------------------------------------------------------------------------------------------------------


def predict_project(job: Job, progress: Progress) -> dict:
    """The work of a prediction job, in the order of ids; taken up again, it goes on after the last finished chunk."""
    model = Model.objects.get(pk=job.params["model"])
    batch = _batch(job, model, progress)
    total = _how_many(job)
    rows = _unsettled(job, job.checkpoint.get("last_id", 0))
    done = job.checkpoint.get("done", 0)
    try:
        for table in predict_chunks(str(model_folder(model)), rows, CHUNK, should_stop=progress.should_stop):
            _write_chunk(job, model, batch, table)
            done += len(table)
            progress.checkpoint(last_id=table["object_id"][-1].as_py(), done=done)
            progress.update(done, max(total, done), f"Predicted {done:,} of {total:,} objects")
    except Cancelled as stop:
        raise JobCancelled from stop
    except ClassifierError as error:
        raise JobError(str(error)) from error
    batch.refresh_from_db()
    return {
        "model": model.pk,
        "predicted": batch.changed,
        "batch": batch.pk,
        "project": job.project_id,
        "message": f"{batch.changed:,} objects predicted. What people have settled was left alone.",
    }


def _batch(job: Job, model: Model, progress: Progress) -> Batch:
    if "batch" in job.checkpoint:
        return Batch.objects.get(pk=job.checkpoint["batch"])
    assert job.project is not None
    batch = Batch.objects.create(
        project=job.project, kind=BatchKind.PREDICTION, user=job.owner, model_id=model.pk
    )
    progress.checkpoint(batch=batch.pk)
    return batch


def _how_many(job: Job) -> int:
    condition, params = Filter.parse(job.params["filter"]).where()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM samples_object o WHERE o.project_id = %s AND o.state IN ('U', 'P') AND " + condition,
            [job.project_id, *params],
        )
        return cursor.fetchone()[0]


def _unsettled(job: Job, last_id: int) -> Iterator[tuple[int, str, float]]:
    """(id, path of the picture, µm a pixel). Read in keyset pages: each is a query of its own."""
    condition, params = Filter.parse(job.params["filter"]).where()
    try:
        while True:
            with connection.cursor() as cursor:
                cursor.execute(UNSETTLED.format(condition=condition), [job.project_id, last_id, *params, CHUNK])
                rows = cursor.fetchall()
            if not rows:
                return
            for object_id, key, pixel_um in rows:
                yield object_id, default_storage.path(key), float("nan") if pixel_um is None else pixel_um
            last_id = rows[-1][0]
    finally:
        connection.close()  # this runs in the thread that decodes, which has a connection of its own


@transaction.atomic
def _write_chunk(job: Job, model: Model, batch: Batch, table: pa.Table) -> None:
    columns = {name: table[name].to_pylist() for name in table.column_names if name != "embedding"}
    taxa = {k: [model.classes[c] if c >= 0 else None for c in columns[f"top{k}"]] for k in (1, 2, 3)}
    ids = columns["object_id"]
    rows = zip(ids, taxa[1], columns["score1"], columns["margin"], strict=True)
    write_predictions(batch=batch, rows=rows)
    with connection.cursor() as cursor:
        scores = [columns[f"score{k}"] for k in (1, 2, 3)]
        cursor.execute(KEEP_PREDICTIONS, [model.pk, ids, taxa[1], taxa[2], taxa[3], *scores, job.project_id])
