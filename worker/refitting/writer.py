"""Writes what a refit says anew: where the taxon changes, or the score by more than a small step."""

from dataclasses import dataclass, field

import numpy as np
from django.db import transaction

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
from worker.prediction.writer import keep_predictions
from worker.refitting.lesson import Lesson

STEP = (
    0.05  # by which a score moves before it is written: the log must not grow by all objects with each label
)
SURE = 0.9  # of the candidates together


@dataclass
class RefitWriter:
    """The batch is made with the first object that changes."""

    project: Project
    model: Model
    lesson: Lesson
    progress: Progress
    batch: Batch | None = field(default=None, init=False)
    changed: int = field(default=0, init=False)

    def write(self, rows: Array, scores: ClassScores, vectors: Array, strangeness: Strangeness) -> None:
        """A chunk, in a transaction that only the holder of the job can commit. `vectors` are of the rows."""
        is_new = self._says_something_new(rows, scores)
        if not is_new.any():
            return
        novelty = strangeness(vectors[is_new])
        entries = self._entries(rows[is_new], _some(scores, is_new))
        with self.progress.fenced():
            self._write(self.lesson.objects.ids[rows[is_new]].tolist(), *entries, novelty.tolist())
        self.changed += int(is_new.sum())

    def _says_something_new(self, rows: Array, scores: ClassScores) -> Array:
        objects = self.lesson.objects
        taxa = self.lesson.taxa[scores.best[:, 0]]
        is_other = (objects.taxa[rows] != taxa) | ~objects.are(State.PREDICTED)[rows]
        return is_other | (np.abs(objects.scores[rows] - scores.scores[:, 0]) > STEP)

    def _entries(self, rows: Array, scores: ClassScores) -> tuple[list, list, list]:
        taxa = np.where(scores.best >= 0, self.lesson.taxa[scores.best], 0).tolist()
        best = [
            [(taxon, score) for taxon, score in zip(*row, strict=True) if taxon]
            for row in zip(taxa, scores.scores.tolist(), strict=True)
        ]
        figures = zip(scores.margin.tolist(), scores.entropy.tolist(), strict=True)
        ids = self.lesson.objects.ids[rows].tolist()
        labels = [(pk, *row[0], *more) for pk, row, more in zip(ids, best, figures, strict=True)]
        return labels, best, [_candidates(row) for row in best]

    @transaction.atomic
    def _write(self, ids: list[int], labels: list, best: list, candidates: list, novelties: list) -> None:
        lock_objects(ids)
        batch = self._batch()
        write_predictions(batch=batch, rows=labels)
        keep_predictions(
            batch=batch, model=self.model, ids=ids, best=best, candidates=candidates, novelties=novelties
        )
        rank_disagreement(project=self.project, object_ids=ids)

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
