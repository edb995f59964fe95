"""What a prediction writes of a chunk of objects: labels, what the model thought of, traits and embeddings."""

from django.db import connection, transaction

from annotations.common.arrays import array_of, array_of_arrays
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.jobs.sharing import JobShare
from annotations.labels.actions import write_predictions
from annotations.labels.models import Batch
from annotations.learning.disagreement import rank_disagreement
from annotations.learning.models import Model
from annotations.similarity.actions import keep_embeddings, space_of
from annotations.similarity.models import EmbeddingSpace
from annotations.traits.models import Trait
from annotations.traits.predicting import predict_traits
from worker.prediction.notes import add_up, forecast_note
from worker.prediction.waiting_objects import Passage
from worker.reading import PredictionTable

# in the same transaction, before they are written
KEEP_FORMER = """
INSERT INTO learning_formerprediction
    (batch_id, object_id, model_id, taxa, scores, candidates, novelty, written_by, created)
SELECT %(batch)s, o.id, p.model_id, COALESCE(p.taxa, '{}'), COALESCE(p.scores, '{}'), COALESCE(p.candidates, '{}'),
       p.novelty, p.batch_id, p.created
FROM samples_object o LEFT JOIN learning_prediction p ON p.object_id = o.id AND p.is_current
WHERE o.id = ANY(%(ids)s::bigint[]) AND o.project_id = %(project)s AND o.state IN ('U', 'P')
ON CONFLICT DO NOTHING
"""

# what another model said stays, and is current no more
PUT_ASIDE = """
UPDATE learning_prediction p SET is_current = FALSE FROM samples_object o
WHERE p.object_id = ANY(%(ids)s::bigint[]) AND p.is_current AND p.model_id <> %(model)s
AND o.id = p.object_id AND o.project_id = %(project)s AND o.state IN ('U', 'P')
"""

# what a person settled meanwhile is left alone; what the model is not sure enough of keeps what it thinks of it. Of
# what a rule labelled, taxon and score stay, and so does what gave them: what this model says is kept beside it
KEEP_PREDICTIONS = """
INSERT INTO learning_prediction
    (object_id, model_id, is_current, batch_id, taxa, scores, candidates, novelty, created)
SELECT p.id, %(model)s, o.state <> 'M', %(batch)s, p.taxa::bigint[], p.scores::float8[], p.candidates::bigint[],
       p.novelty, now()
FROM unnest(%(ids)s::bigint[], %(taxa)s::text[], %(scores)s::text[], %(candidates)s::text[], %(novelties)s::float8[])
     AS p (id, taxa, scores, candidates, novelty)
JOIN samples_object o ON o.id = p.id AND o.project_id = %(project)s AND o.state IN ('U', 'P', 'M')
ON CONFLICT (object_id, model_id) DO UPDATE SET
    is_current = EXCLUDED.is_current, batch_id = EXCLUDED.batch_id, taxa = EXCLUDED.taxa, scores = EXCLUDED.scores,
    candidates = EXCLUDED.candidates, novelty = EXCLUDED.novelty, created = EXCLUDED.created
WHERE EXCLUDED.is_current OR NOT learning_prediction.is_current
"""

# labels reach for those that nobody settled, traits for all of them: so all are locked, in the order of their ids
LOCK = """SELECT o.id, o.project_id = %s AND o.state IN ('U', 'P') FROM samples_object o
WHERE o.id = ANY(%s::bigint[]) ORDER BY o.id FOR NO KEY UPDATE"""

# where the server dies, the last chunks are gone with the notes of their parts, and are written again: none need be on
# the disk before the next begins
NEED_NOT_WAIT = "SET LOCAL synchronous_commit TO OFF"


class PredictionWriter:
    def __init__(
        self,
        job: Job,
        model: Model,
        traits: dict[str, Trait],
        batch: Batch,
        progress: Progress,
        share: JobShare,
    ):
        self.job, self.model, self.traits, self.batch = job, model, traits, batch
        self.progress, self.share = progress, share
        self.space: EmbeddingSpace | None = None  # known with the first vectors

    @transaction.atomic
    def write(self, predictions: PredictionTable, passages: list[Passage]) -> None:
        """All of a chunk and how far its parts are in one transaction: a killed worker leaves all of it or none.

        The row of the batch is written late: until the end no other worker can.
        """
        unsettled = self._lock(predictions.ids)
        keep_predictions(
            batch=self.batch,
            model=self.model,
            ids=predictions.ids,
            best=predictions.best,
            candidates=predictions.candidates,
            novelties=predictions.novelties,
        )
        rank_disagreement(project=self.batch.project, object_ids=predictions.ids)
        self._keep_embeddings(predictions)
        note = {"predicted": self._write_labels(predictions), "done": len(predictions.ids)}
        note["left"] = sum(
            taxon is None
            for pk, taxon in zip(predictions.ids, predictions.taxa, strict=True)
            if pk in unsettled
        )
        note["traits"] = predict_traits(
            batch=self.batch, objects=predictions.ids, values=predictions.values(self.traits)
        )
        self._advance(passages, note | forecast_note(predictions, unsettled))

    @transaction.atomic
    def pass_over(self, passages: list[Passage]) -> None:
        """What nobody could read, behind the last that was written."""
        self._advance(passages, {"done": 0})

    def _advance(self, passages: list[Passage], note: dict) -> None:
        """The whole of the note goes to one part: only their sum matters."""
        note["unreadable"] = sum(passage.objects for passage in passages) - note["done"]
        for passage in passages:
            part, note_of_part = passage.part, {}
            if passage is passages[-1]:
                note_of_part = note
            part.reached, part.note = passage.reached, add_up([part.note, note_of_part])
            self.share.advance(part, reached=part.reached, is_done=passage.is_done, note=part.note)
        self.progress.checkpoint()

    def _write_labels(self, predictions: PredictionTable) -> int:
        rows = zip(
            predictions.ids,
            predictions.taxa,
            predictions.scores,
            predictions.margins,
            predictions.entropies,
            strict=True,
        )
        return write_predictions(batch=self.batch, rows=rows)

    def _keep_embeddings(self, predictions: PredictionTable) -> None:
        assert self.job.project_id is not None  # predictions are always of one project
        space = self.space = self.space or space_of(self.model, predictions.vectors.shape[1])
        keep_embeddings(
            space=space, project_id=self.job.project_id, ids=predictions.ids, vectors=predictions.vectors
        )

    def _lock(self, ids: list[int]) -> set[int]:
        """Until the chunk is written; those of the objects that no person or rule has settled."""
        with connection.cursor() as cursor:
            cursor.execute(NEED_NOT_WAIT)
            cursor.execute(LOCK, [self.job.project_id, array_of(ids)])
            return {object_id for object_id, is_unsettled in cursor.fetchall() if is_unsettled}


def keep_predictions(
    *,
    batch: Batch,
    model: Model,
    ids: list[int],
    best: list[list[tuple[int, float]]],
    candidates: list[list[int]],
    novelties: list[float | None],
) -> None:
    """What the model says of the objects becomes what is shown of those that wait; what was, is kept."""
    params: dict[str, str | int] = {
        "ids": array_of(ids),
        "taxa": array_of_arrays((taxon for taxon, _ in row) for row in best),
        "scores": array_of_arrays((score for _, score in row) for row in best),
        "candidates": array_of_arrays(candidates),
        "novelties": array_of(novelties),
        "batch": batch.pk,
        "model": model.pk,
        "project": batch.project_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(";".join((KEEP_FORMER, PUT_ASIDE, KEEP_PREDICTIONS)), params)
