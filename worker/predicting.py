"""Joins the site and the classifier: what a model says of a project's objects becomes rows."""

import shutil
import sys
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa
from django.db import connection, transaction

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.actions import write_predictions
from annotations.labels.locking import lock_objects
from annotations.labels.models import Batch, BatchKind, Change
from annotations.learning import jobs
from annotations.learning.actions import PRECISIONS
from annotations.learning.disagreement import rank_disagreement
from annotations.learning.doubt import MUCH, is_unlike
from annotations.learning.files import files_of_model
from annotations.learning.forecast import LEVELS
from annotations.learning.models import Model
from annotations.pictures.local_copies import local_paths
from annotations.samples.models import State
from annotations.samples.queries import first_image
from annotations.search.filter import Filter
from annotations.similarity.actions import index_space, keep_embeddings, space_of
from annotations.similarity.models import EmbeddingSpace
from annotations.traits.models import Trait
from annotations.traits.predicting import predict_traits, predictable
from annotations.traits.queries import applying
from classifier.inference.predict import load_model, predict_chunks
from worker.errors import classifier_errors
from worker.reading import PredictionTable, lineages, read_table, trait_kinds

CHUNK = 1024  # objects a transaction: small enough that the progress bar moves
BATCH = 256  # pictures a forward pass
PAGE = 2048  # objects read from the database at once

# what people have settled keeps its label, but is looked at once: to know what it is like, and for its traits
WAITING = """o.project_id = %s AND (o.state IN ('U', 'P') OR NOT EXISTS (
    SELECT FROM similarity_embedding e JOIN similarity_embeddingspace s ON s.id = e.space_id
    WHERE e.object_id = o.id AND s.model_id = %s){traits}) AND {condition}"""

UNSAID = """ OR ({applies} AND NOT EXISTS (
    SELECT FROM traits_traitvalue v WHERE v.object_id = o.id AND v.trait_id = %s AND v.state <> 'U'))"""

NEXT_WAITING = f"""
SELECT o.id, i.key, a.pixel_um FROM samples_object o
{first_image("o.id", "key")}
JOIN samples_acquisition a ON a.id = o.acquisition_id
WHERE {{waiting}} AND o.id > %s ORDER BY o.id LIMIT %s
"""

# in the same transaction, before they are written
KEEP_FORMER = """
INSERT INTO learning_formerprediction
    (batch_id, object_id, model_id, taxa, scores, candidates, novelty, written_by, created)
SELECT %s, o.id, p.model_id, COALESCE(p.taxa, '{}'), COALESCE(p.scores, '{}'), COALESCE(p.candidates, '{}'), p.novelty,
       p.batch_id, p.created
FROM samples_object o LEFT JOIN learning_prediction p ON p.object_id = o.id AND p.is_current
WHERE o.id = ANY(%s) AND o.project_id = %s AND o.state IN ('U', 'P')
ON CONFLICT DO NOTHING
"""

# what another model said stays, and is current no more
PUT_ASIDE = """
UPDATE learning_prediction p SET is_current = FALSE FROM samples_object o
WHERE p.object_id = ANY(%s) AND p.is_current AND p.model_id <> %s
AND o.id = p.object_id AND o.project_id = %s AND o.state IN ('U', 'P')
"""

# what a person settled meanwhile is left alone; what the model is not sure enough of keeps what it thinks of it
KEEP_PREDICTIONS = """
INSERT INTO learning_prediction
    (object_id, model_id, is_current, batch_id, taxa, scores, candidates, novelty, created)
SELECT id, %s, TRUE, %s, taxa::bigint[], scores::float8[], candidates::bigint[], novelty, now()
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::float8[])
     AS p (id, taxa, scores, candidates, novelty)
WHERE EXISTS (SELECT FROM samples_object o WHERE o.id = p.id AND o.project_id = %s AND o.state IN ('U', 'P'))
ON CONFLICT (object_id, model_id) DO UPDATE SET
    is_current = TRUE, batch_id = EXCLUDED.batch_id, taxa = EXCLUDED.taxa, scores = EXCLUDED.scores,
    candidates = EXCLUDED.candidates, novelty = EXCLUDED.novelty, created = EXCLUDED.created
"""

UNSETTLED = """SELECT o.id, o.state FROM samples_object o
WHERE o.id = ANY(%s) AND o.project_id = %s AND o.state IN ('U', 'P')"""


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
    waiting = _Waiting(job, model, traits, scratch)
    note = _begin(job, model, waiting, progress)
    writer = _Writer(job, model, traits, Batch.objects.get(pk=note["batch"]), progress)
    for table in _tables(job, folder, waiting, progress):
        predictions = read_table(table, model, loaded, lineage)
        note["done"] += len(predictions.ids)
        note["unreadable"] += waiting.passed(predictions.ids[-1]) - len(predictions.ids)
        writer.write(predictions, note)
        progress.update(note["done"], max(note["total"], note["done"]), _so_far(note))
    note["unreadable"] += waiting.passed(sys.maxsize)
    return note


def _tables(job: Job, folder: Path, waiting: "_Waiting", progress: Progress) -> Iterator[pa.Table]:
    return predict_chunks(
        str(folder),
        iter(waiting),
        CHUNK,
        batch=min(CHUNK, BATCH),
        should_stop=progress.should_stop,
        wanted_precision=job.params.get("precision"),
    )


def _begin(job: Job, model: Model, waiting: "_Waiting", progress: Progress) -> dict:
    """The note of the last finished chunk; the first time an empty one, with a batch of its own."""
    if "batch" not in job.checkpoint:
        assert job.project is not None
        with transaction.atomic():
            batch = Batch.objects.create(
                project=job.project, kind=BatchKind.PREDICTION, user=job.owner, model_id=model.pk
            )
            progress.checkpoint(**NOTHING, batch=batch.pk, total=waiting.how_many())
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


class _Waiting:
    """The objects that the model has still to look at, in keyset pages. Iterated over by the thread that decodes."""

    def __init__(self, job: Job, model: Model, traits: dict[str, Trait], scratch: Path):
        assert job.project_id is not None
        self.last_id, self.scratch = job.checkpoint.get("last_id", 0), scratch
        condition, params = Filter.parse(job.params["filter"], job.owner).where(job.project_id)
        unsaid, its_params = _unsaid(traits)
        self.condition = WAITING.format(traits=unsaid, condition=condition)
        self.params = [job.project_id, model.pk, *its_params, *params]
        self.sent: deque[int] = deque()

    def how_many(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM samples_object o WHERE " + self.condition, self.params)
            return cursor.fetchone()[0]

    def __iter__(self) -> Iterator[tuple[int, str, float]]:
        """(object id, path of the picture, µm a pixel)."""
        number = 0
        while rows := self._page():
            folder = self.scratch / str(number)
            paths = local_paths([key for _, key, _ in rows], folder)
            for (object_id, _, pixel_um), path in zip(rows, paths, strict=True):
                self.sent.append(object_id)
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
        while self.sent and self.sent[0] <= last_id:
            self.sent.popleft()
            count += 1
        return count


def _unsaid(traits: dict[str, Trait]) -> tuple[str, list]:
    """More to look at: objects to which a trait applies that nobody, person or model, has said anything of."""
    parts, params = [], []
    for trait in traits.values():
        applies, its_params = applying(trait)
        parts.append(UNSAID.format(applies=applies))
        params += [*its_params, trait.pk]
    return "".join(parts), params


class _Writer:
    def __init__(self, job: Job, model: Model, traits: dict[str, Trait], batch: Batch, progress: Progress):
        self.job, self.model, self.traits, self.batch, self.progress = job, model, traits, batch, progress

    @transaction.atomic
    def write(self, predictions: PredictionTable, note: dict) -> None:
        """All of a chunk and the job's note in one transaction: a killed worker leaves all of it or none."""
        lock_objects(predictions.ids)  # labels reach for those that nobody settled, traits for all of them
        labels = zip(
            predictions.ids,
            predictions.taxa,
            predictions.scores,
            predictions.margins,
            predictions.entropies,
            strict=True,
        )
        note["predicted"] += write_predictions(batch=self.batch, rows=labels)
        unsettled = self._unsettled(predictions.ids)
        note["left"] += sum(state == State.UNCLASSIFIED for state in unsettled.values())
        _count(note, predictions, unsettled.keys())
        self._keep_predictions(predictions)
        rank_disagreement(project=self.batch.project, object_ids=predictions.ids)
        note["traits"] += predict_traits(
            batch=self.batch, objects=predictions.ids, values=predictions.values(self.traits)
        )
        assert self.job.project_id is not None
        space = space_of(self.model, predictions.vectors.shape[1])
        keep_embeddings(
            space=space, project_id=self.job.project_id, ids=predictions.ids, vectors=predictions.vectors
        )
        self.progress.checkpoint(**{**note, "last_id": predictions.ids[-1]})

    def _unsettled(self, ids: list[int]) -> dict[int, str]:
        """object → state, of those that no person has settled."""
        with connection.cursor() as cursor:
            cursor.execute(UNSETTLED, [ids, self.job.project_id])
            return dict(cursor.fetchall())

    def _keep_predictions(self, predictions: PredictionTable) -> None:
        taxa = [_array(taxon for taxon, _ in best) for best in predictions.best]
        scores = [_array(score for _, score in best) for best in predictions.best]
        candidates = [_array(chosen) for chosen in predictions.candidates]
        rows: list[list] = [predictions.ids, taxa, scores, candidates, predictions.novelties]
        with connection.cursor() as cursor:
            cursor.execute(KEEP_FORMER, [self.batch.pk, predictions.ids, self.job.project_id])
            cursor.execute(PUT_ASIDE, [predictions.ids, self.model.pk, self.job.project_id])
            cursor.execute(KEEP_PREDICTIONS, [self.model.pk, self.batch.pk, *rows, self.job.project_id])


def _count(note: dict, predictions: PredictionTable, unsettled: Collection[int]) -> None:
    """Adds up what forecasts rest on: how many are unlike anything learnt, and at which level each could be named."""
    for object_id, novelty, steps in zip(
        predictions.ids, predictions.novelties, predictions.steps, strict=True
    ):
        if object_id not in unsettled:
            continue
        note["unsettled"] += 1
        if is_unlike(novelty):
            note["unlike"] += 1
            note["example"] = note["example"] or object_id
        for precision, step in zip(PRECISIONS, steps, strict=False):
            counts = note["levels"].setdefault(str(precision), [0] * len(LEVELS))
            counts[min(step + 1, len(LEVELS) - 1)] += 1


def _array(values: Iterable[float]) -> str:
    """As PostgreSQL writes arrays: a list of such texts may hold arrays of different lengths."""
    return "{" + ",".join(map(repr, values)) + "}"
