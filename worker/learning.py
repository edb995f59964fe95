"""Joins the site and the classifier: rows to manifests, predictions to rows."""

import shutil
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
import pyarrow.parquet as pq
from django.db import connection, transaction

from annotations.gallery.filter import Filter
from annotations.jobs.errors import JobCancelled, JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import write_predictions
from annotations.labels.models import Batch, BatchKind
from annotations.learning.actions import model_folder
from annotations.learning.learning_set import LEAST_PER_TAXON, freeze
from annotations.learning.models import Model
from annotations.learning.pictures import local_paths
from annotations.similarity.actions import index_space, keep_embeddings, space_of
from annotations.similarity.models import Space
from classifier.errors import Cancelled, ClassifierError
from classifier.inference.predict import predict_chunks
from classifier.messages import TrainRequest
from classifier.models.network import EMBEDDING
from classifier.run_folder import RunFolder
from classifier.training.train import train

CHUNK = 1024  # objects a transaction: small enough that the progress bar moves
BATCH = 256  # pictures a forward pass
PAGE = 2048  # objects read from the database at once
LEARNING_SET = "learning_set.parquet"

# what people have settled keeps its label, but is looked at once: to know what it is like
WAITING = """o.project_id = %s AND (o.state IN ('U', 'P') OR NOT EXISTS (
    SELECT FROM similarity_embedding e WHERE e.object_id = o.id AND e.space_id = %s)) AND {condition}"""

NEXT_WAITING = """
SELECT o.id, i.key, a.pixel_um FROM samples_object o
JOIN LATERAL (SELECT key FROM samples_image WHERE object_id = o.id ORDER BY rank LIMIT 1) i ON TRUE
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE {waiting} AND o.id > %s ORDER BY o.id LIMIT %s
"""

# an object may have been deleted while the model was learning from it
KEEP_HELD_OUT = """
INSERT INTO learning_heldout (model_id, object_id, taxon_id, predicted_id, score)
SELECT %s, h.*
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::float8[]) AS h (id, taxon, predicted, score)
WHERE EXISTS (SELECT FROM samples_object o WHERE o.id = h.id)
"""

KEEP_PREDICTIONS = """
INSERT INTO learning_prediction (object_id, model_id, taxa, scores, created)
SELECT id, %s, array_remove(ARRAY[taxon1, taxon2, taxon3], NULL),
       (ARRAY[score1, score2, score3])[1:num_nonnulls(taxon1, taxon2, taxon3)], now()
FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::float8[], %s::float8[], %s::float8[])
     AS p (id, taxon1, taxon2, taxon3, score1, score2, score3)
WHERE EXISTS (SELECT FROM samples_object o WHERE o.id = p.id AND o.project_id = %s AND o.state = 'P')
ON CONFLICT (object_id) DO UPDATE SET
    model_id = EXCLUDED.model_id, taxa = EXCLUDED.taxa, scores = EXCLUDED.scores, created = EXCLUDED.created
"""


# --- Training -----------------------------------------------------------------------------------------------


def train_model(job: Job, progress: Progress) -> dict:
    """The work of a training job. Taken up again, it goes on from the last epoch."""
    model = Model.objects.get(pk=job.params["model"])
    folder = model_folder(model)
    if not model.learning_set:
        _freeze(model, job, folder, progress)
    metrics = _finished(folder) or _train(model, folder, progress)
    _keep_result(model, folder, metrics)
    return {
        "model": model.pk,
        "message": f"Trained: held-out accuracy {metrics['accuracy']:.1%}, "
        f"macro-F1 {metrics['macro_f1']:.2f}.",
    }


def _freeze(model: Model, job: Job, folder: Path, progress: Progress) -> None:
    """Writes the learning set once: a training that is taken up again must not see newer labels."""
    progress.update(0, 0, "Freezing the learning set")
    shutil.rmtree(folder, ignore_errors=True)  # another database may have left a model of this number
    folder.mkdir(parents=True)
    least = job.params.get("least_per_taxon", LEAST_PER_TAXON)
    model.learning_set = freeze(folder / LEARNING_SET, job.params["projects"], job.params.get("taxa"), least)
    model.job = job
    model.save(update_fields=["learning_set", "job"])


def _finished(folder: Path) -> dict | None:
    """The figures of a training whose worker died when all but the rows of the database was written."""
    is_whole = (folder / "config.json").exists() and not (folder / "checkpoint.pt").exists()
    return RunFolder(folder).read_json("metrics.json") if is_whole else None


def _train(model: Model, folder: Path, progress: Progress) -> dict:
    request = TrainRequest(manifest=str(folder / LEARNING_SET), out=str(folder), **model.settings)
    with _classifier_errors():
        return train(request, _Reporter(model, progress), progress.should_stop).metrics


@contextmanager
def _classifier_errors() -> Iterator[None]:
    """The classifier knows no jobs: its words for "stopped" and "can't be done" become the job's."""
    try:
        yield
    except Cancelled as stop:
        raise JobCancelled from stop
    except ClassifierError as error:
        raise JobError(str(error)) from error


class _Reporter:
    """Passes the classifier's steps on to the job's row, and the curves to the model's page."""

    def __init__(self, model: Model, progress: Progress):
        self.model = model
        self.progress = progress

    def __call__(self, step: dict) -> None:
        # decoding and measuring have no curves of their own: those that there are stay
        if "history" in step and len(step["history"]) != len(self.model.history):
            self.model.history = list(step["history"])
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
        cursor.execute(
            KEEP_HELD_OUT,
            [model.pk, *columns],
        )


# --- Prediction ---------------------------------------------------------------------------------------------


def predict_project(job: Job, progress: Progress) -> dict:
    """The work of a prediction job, in the order of ids; taken up again, it goes on after the last chunk."""
    model = Model.objects.get(pk=job.params["model"])
    space = space_of(model, EMBEDDING)
    note = _begin(job, space, progress)
    batch = Batch.objects.get(pk=note["batch"])
    with _classifier_errors(), TemporaryDirectory(prefix="seston-") as scratch:
        waiting = _Waiting(job, space, note["last_id"], Path(scratch))
        chunks = predict_chunks(
            str(model_folder(model)),
            iter(waiting),
            CHUNK,
            batch=min(CHUNK, BATCH),
            should_stop=progress.should_stop,
        )
        for table in chunks:
            last_id = table["object_id"][-1].as_py()
            note["done"] += len(table)
            note["unreadable"] += waiting.passed(last_id) - len(table)
            _write_chunk(job, space, batch, table, progress, {**note, "last_id": last_id})
            progress.update(note["done"], max(note["total"], note["done"]), _so_far(note))
        note["unreadable"] += waiting.passed(sys.maxsize)
    if not space.is_indexed:
        progress.update(note["done"], note["done"], "Indexing what is like what")
        index_space(space=space)
    batch.refresh_from_db()
    return {
        "model": model.pk,
        "predicted": batch.changed,
        "unreadable": note["unreadable"],
        "batch": batch.pk,
        "project": job.project_id,
        "message": _summary(batch.changed, note["unreadable"]),
    }


def _begin(job: Job, space: Space, progress: Progress) -> dict:
    """The note of the last finished chunk; the first time an empty one, with a batch of its own."""
    if "batch" not in job.checkpoint:
        assert job.project is not None
        with transaction.atomic():
            batch = Batch.objects.create(
                project=job.project, kind=BatchKind.PREDICTION, user=job.owner, model_id=space.model_id
            )
            progress.checkpoint(batch=batch.pk, last_id=0, done=0, unreadable=0, total=_how_many(job, space))
    return dict(job.checkpoint)


def _so_far(note: dict) -> str:
    return f"Looked at {note['done']:,} of {max(note['total'], note['done']):,} objects"


def _summary(predicted: int, unreadable: int) -> str:
    lost = f" The images of {unreadable:,} could not be read." if unreadable else ""
    return f"{predicted:,} objects predicted. What people have settled was left alone.{lost}"


def _waiting(job: Job, space: Space) -> tuple[str, list]:
    """Which objects of the job's filter the model has still to look at, as SQL."""
    assert job.project_id is not None  # predictions are always of one project
    condition, params = Filter.parse(job.params["filter"], job.owner).where(job.project_id)
    return WAITING.format(condition=condition), [job.project_id, space.pk, *params]


def _how_many(job: Job, space: Space) -> int:
    condition, params = _waiting(job, space)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM samples_object o WHERE " + condition, params)
        return cursor.fetchone()[0]


class _Waiting:
    """The objects that the model has still to look at, in keyset pages. Iterated over by the thread that decodes."""

    def __init__(self, job: Job, space: Space, last_id: int, scratch: Path):
        self.last_id, self.scratch = last_id, scratch
        self.condition, self.params = _waiting(job, space)
        self.given: deque[int] = deque()

    def __iter__(self) -> Iterator[tuple[int, str, float]]:
        """(object id, path of the picture, µm a pixel)."""
        number = 0
        while rows := self._page():
            folder = self.scratch / str(number)
            paths = local_paths([key for _, key, _ in rows], folder)
            for (object_id, _, pixel_um), path in zip(rows, paths, strict=True):
                self.given.append(object_id)
                yield object_id, path, float("nan") if pixel_um is None else pixel_um
            number += 1
            # all of the page before this one has been decoded: decoding looks less than a page ahead
            shutil.rmtree(self.scratch / str(number - 2), ignore_errors=True)

    def _page(self) -> list[tuple]:
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    NEXT_WAITING.format(waiting=self.condition), [*self.params, self.last_id, PAGE]
                )
                rows = cursor.fetchall()
        finally:
            connection.close()  # it is this thread's own, and nobody says when the thread ends
        self.last_id = rows[-1][0] if rows else self.last_id
        return rows

    def passed(self, last_id: int) -> int:
        """How many objects have been given out up to `last_id` since the last call, read or not."""
        count = 0
        while self.given and self.given[0] <= last_id:
            self.given.popleft()
            count += 1
        return count


@transaction.atomic
def _write_chunk(
    job: Job, space: Space, batch: Batch, table: pa.Table, progress: Progress, note: dict
) -> None:
    """Labels, top three, embeddings and the job's note in one transaction: a killed worker leaves all of it or none."""
    columns = {name: table[name].to_pylist() for name in table.column_names if name != "embedding"}
    number = [
        *space.model.classes,
        None,
    ]  # a class number of -1, where there is no third taxon, finds the last
    taxa = {k: [number[c] for c in columns[f"top{k}"]] for k in (1, 2, 3)}
    ids = columns["object_id"]
    rows = zip(ids, taxa[1], columns["score1"], columns["margin"], columns["entropy"], strict=True)
    write_predictions(batch=batch, rows=rows)
    with connection.cursor() as cursor:
        scores = [columns[f"score{k}"] for k in (1, 2, 3)]
        cursor.execute(
            KEEP_PREDICTIONS, [space.model_id, ids, taxa[1], taxa[2], taxa[3], *scores, job.project_id]
        )
    vectors = table["embedding"].combine_chunks().flatten().to_numpy().reshape(len(table), -1)
    assert job.project_id is not None
    keep_embeddings(space=space, project_id=job.project_id, ids=ids, vectors=vectors)
    progress.checkpoint(**note)
