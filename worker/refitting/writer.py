"""Writes what a refit says anew: where the taxon changes, or the score by more than a small step."""

from dataclasses import dataclass, field

import numpy as np
from django.db import connection, transaction

from annotations.jobs.progress import Progress
from annotations.labels.actions import write_predictions
from annotations.labels.locking import lock_objects
from annotations.labels.models import Batch, BatchKind
from annotations.learning.disagreement import rank_disagreement
from annotations.learning.models import Model
from annotations.projects.models import Project
from annotations.samples.models import State
from classifier.refit.head import Array
from classifier.refit.refitting import ClassScores
from classifier.refit.strangeness import Strangeness
from worker.prediction.writer import NEED_NOT_WAIT, keep_predictions
from worker.refitting.refit_data import Lesson

# by which a score moves before it is written: the log must not grow by all objects with each label
STEP = 0.05
SURE = 0.9  # of the candidates together


@dataclass(frozen=True)
class PredictionChunk:
    """What a refit says of objects, as far as it is news: of each its label, its surest taxa, and how novel it is."""

    looked_at: int  # objects, news or not
    ids: list[int]
    labels: list[tuple]
    best: list[list[tuple[int, float]]]
    novelties: list[float | None]


def changed_predictions(
    lesson: Lesson, rows: Array, scores: ClassScores, vectors: Array, strangeness: Strangeness
) -> PredictionChunk:
    """`vectors` are of the rows. It asks the database nothing: a thread may do it while another chunk is written."""
    is_new = _is_new(lesson, rows, scores)
    changed, scores = rows[is_new], _some(scores, is_new)
    ids = lesson.objects.ids[changed].tolist()
    taxa = np.where(scores.best >= 0, lesson.taxa[scores.best], 0).tolist()
    best = [
        [(taxon, score) for taxon, score in zip(*row, strict=True) if taxon]
        for row in zip(taxa, scores.scores.tolist(), strict=True)
    ]
    figures = zip(scores.margin.tolist(), scores.entropy.tolist(), strict=True)
    labels = [(pk, *row[0], *more) for pk, row, more in zip(ids, best, figures, strict=True)]
    return PredictionChunk(len(rows), ids, labels, best, strangeness(vectors[is_new]).tolist())


def _is_new(lesson: Lesson, rows: Array, scores: ClassScores) -> Array:
    objects = lesson.objects
    is_other = objects.taxa[rows] != lesson.taxa[scores.best[:, 0]]
    is_other |= ~objects.are(State.PREDICTED)[rows]
    return is_other | (np.abs(objects.scores[rows] - scores.scores[:, 0]) > STEP)


@dataclass
class RefitWriter:
    """The batch is made with the first object that changes."""

    project: Project
    model: Model
    progress: Progress
    batch: Batch | None = field(default=None, init=False)
    changed: int = field(default=0, init=False)

    def write(self, chunk: PredictionChunk) -> None:
        """In a transaction that only the holder of the job can commit."""
        if not chunk.ids:
            return
        with self.progress.fenced():
            self._write(chunk)
        self.changed += len(chunk.ids)

    @transaction.atomic
    def _write(self, chunk: PredictionChunk) -> None:
        """Where the server dies, the last chunks are gone, and the job, whose end waits for the disk, begins anew."""
        with connection.cursor() as cursor:
            cursor.execute(NEED_NOT_WAIT)
        lock_objects(chunk.ids)
        batch = self._batch()
        write_predictions(batch=batch, rows=chunk.labels)
        keep_predictions(
            batch=batch,
            model=self.model,
            ids=chunk.ids,
            best=chunk.best,
            candidates=[_candidates(row) for row in chunk.best],
            novelties=chunk.novelties,
        )
        rank_disagreement(project=self.project, object_ids=chunk.ids)

    def _batch(self) -> Batch:
        if self.batch is None:
            self.batch = Batch.objects.create(
                project=self.project, kind=BatchKind.PREDICTION, model_id=self.model.pk
            )
        return self.batch


def _some(scores: ClassScores, chosen: Array) -> ClassScores:
    return ClassScores(*(column[chosen] for column in vars(scores).values()))


def _candidates(best: list[tuple[int, float]]) -> list[int]:
    """The surest taxa that hold the true one nine times in ten by their scores, or all that are named."""
    total, taxa = 0.0, []
    for taxon, score in best:
        taxa.append(taxon)
        total += score
        if total >= SURE:
            break
    return taxa
