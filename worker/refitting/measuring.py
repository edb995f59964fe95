"""How learning while sorting does: fitted anew without some samples, it names what people have settled in them.

Neither the labels of these samples, nor the last head, which has learnt from them, nor what was chosen by them, has a
part in it: all is fitted from nothing.
"""

from dataclasses import dataclass

import numpy as np
from threadpoolctl import threadpool_limits

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.learning.common_objects import Common
from annotations.learning.comparing import FEW_OBJECTS, differences_to_first
from annotations.learning.models import Model
from annotations.learning.taxon_counts import TaxonCounts
from annotations.projects.models import Project
from annotations.refitting import jobs
from annotations.refitting.actions import keep_measurement, remove_former_jobs
from annotations.refitting.held_out import (
    TestedObjects,
    is_held_out,
    may_be_held_out,
    tested_by,
    trained_models,
)
from annotations.refitting.models import Refitting
from annotations.refitting.queries import suitable_space
from annotations.similarity.models import EmbeddingSpace
from annotations.taxonomy.replacements import in_use
from classifier.refit.head import Array
from classifier.statistics.bootstrap import centred, exact, wider
from worker.refitting.job import THREADS, fit_parts, read_lesson
from worker.refitting.refit_data import Lesson

FEWEST_SAMPLES = 3  # held out: of fewer nobody knows how samples differ
FIGURES = ("accuracy", "macro_f1")
REFIT, FULL = 0, 1  # in the columns of what both predicted
NO_TAXON = 0

NOT_ENOUGH = "Not enough to measure it by yet."


@jobs.measure_refit.work
def measure_refit_of(job: Job, progress: Progress) -> dict:
    """The work of such a job."""
    assert job.project is not None
    remove_former_jobs(job=job)
    with threadpool_limits(THREADS):
        return _measure(job.project, progress)


def _measure(project: Project, progress: Progress) -> dict:
    model, space = trained_models(project).first(), suitable_space(project)
    lesson = read_lesson(project, space) if space else None
    held_out = held_out_rows(lesson, project, space, model) if space and lesson else None
    common = predict_both(lesson, held_out) if lesson and held_out else None
    progress.check()
    figures = figures_of(common) if common else {}
    with progress.fenced():
        keep_measurement(
            project=project,
            model=model,
            labels=len(lesson.labelled) if lesson else Refitting.objects.get(project=project).labels,
            objects=len(common) if common else 0,
            samples=len(np.unique(common.samples)) if common else 0,
            figures=figures,
        )
    if not figures:
        return {"message": NOT_ENOUGH}
    right = figures["accuracy"]["refit"]
    return {"message": f"{right:.1%} of what it was not fitted to is named rightly."}


# --- What is held out -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class HeldOutRows:
    """(N,) rows of the lesson, their labels as taxa, and what the trained model took them for, where there is one."""

    rows: Array
    taxa: Array
    predicted: Array | None

    def of(self, chosen: Array) -> "HeldOutRows":
        predicted = None if self.predicted is None else self.predicted[chosen]
        return HeldOutRows(self.rows[chosen], self.taxa[chosen], predicted)


def held_out_rows(
    lesson: Lesson, project: Project, space: EmbeddingSpace, model: Model | None
) -> HeldOutRows | None:
    """None where too little is held out to say anything."""
    if model is not None:
        held_out = _as_rows(lesson, tested_by(model, project, space))
    elif may_be_held_out(project, space):
        rows = lesson.labelled[is_held_out(lesson.objects.samples[lesson.labelled])]
        held_out = HeldOutRows(rows, lesson.taxa[lesson.numbers[rows]], None)
    else:
        return None
    samples = np.unique(lesson.objects.samples[held_out.rows])
    return held_out if len(held_out.rows) >= FEW_OBJECTS and len(samples) >= FEWEST_SAMPLES else None


def _as_rows(lesson: Lesson, tested: TestedObjects) -> HeldOutRows:
    """Of what has an embedding, and the same label still."""
    _, rows, theirs = np.intersect1d(lesson.objects.ids, tested.ids, return_indices=True)
    became = in_use({*tested.taxa.tolist(), *tested.predicted.tolist()})
    taxa, predicted = (
        np.array([became.get(taxon, NO_TAXON) for taxon in column[theirs].tolist()], np.int64)
        for column in (tested.taxa, tested.predicted)
    )
    labels = np.where(lesson.numbers[rows] >= 0, lesson.taxa[lesson.numbers[rows]], NO_TAXON)
    return HeldOutRows(rows, taxa, predicted).of((labels == taxa) & (taxa != NO_TAXON))


# --- What both say ----------------------------------------------------------------------------------------------------


def predict_both(lesson: Lesson, held_out: HeldOutRows) -> Common | None:
    """The refit, then the trained model; None where without these samples there is nothing to learn from."""
    taught = lesson.without(np.unique(lesson.objects.samples[held_out.rows]))
    parts = list(taught.parts(of=held_out.rows))
    if not parts:
        return None
    predicted = np.full(len(lesson.objects.ids), NO_TAXON, np.int64)
    has_one = lesson.best[:, 0] >= 0
    predicted[has_one] = lesson.taxa[lesson.best[has_one, 0]]  # where no part can be learnt, this stays
    for each in fit_parts(taught, parts, {}):
        rows = each.part.to_predict
        scores = each.fitted.score(lesson.vectors[rows].astype(np.float32), each.part.earlier(rows))
        predicted[rows] = lesson.taxa[scores.best[:, 0]]
    columns = [predicted[held_out.rows]] + ([] if held_out.predicted is None else [held_out.predicted])
    return Common(
        lesson.objects.ids[held_out.rows],
        lesson.objects.samples[held_out.rows],
        held_out.taxa,
        np.stack(columns, axis=1),
        np.zeros((len(held_out.rows), len(columns))),
        0,
    )


def figures_of(common: Common) -> dict:
    """As RefitMeasurement has them. The same samples are drawn for both."""
    counts = TaxonCounts(common)
    whole, drawn = counts.figures(counts.once()), counts.drawn(seed=0)
    figures = {
        name: {
            "refit": float(whole[name][REFIT, 0]),
            "refit_interval": _interval(counts, whole[name][REFIT], drawn[name][REFIT], name == "accuracy"),
        }
        for name in FIGURES
    }
    if common.predicted.shape[1] > FULL:
        differences = differences_to_first(FULL, whole, drawn, counts.drawn_at_once)
        for name in FIGURES:
            figures[name] |= {"full": float(whole[name][FULL, 0]), **differences[name]}
    return figures


def _interval(counts: TaxonCounts, figure: Array, drawn: Array, is_share: bool) -> list[float]:
    """A share's is no narrower than that of independent objects."""
    low_high = centred(drawn[:, None], figure, counts.drawn_at_once)[0]
    if is_share:
        hits = (counts.hits[REFIT].T @ counts.sizes).sum()
        low_high = wider(low_high, exact(hits, np.array(counts.objects)))
    return [float(low_high[0]), float(low_high[1])]
