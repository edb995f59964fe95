"""Learning from the newest labels: embeddings that are there, a last layer in seconds, and what it says anew."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import sleep

import numpy as np
from django.utils import timezone
from threadpoolctl import threadpool_limits

from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.projects.models import Project
from annotations.refitting import jobs
from annotations.refitting.actions import is_due, model_of, note_answered, remove_former_jobs
from annotations.refitting.models import Refitting
from annotations.refitting.priority import objects_watched_in
from annotations.refitting.queries import suitable_space
from annotations.refitting.reading import read_earlier, read_objects, read_vectors
from annotations.similarity.models import EmbeddingSpace
from classifier.data.prefetching import prefetched
from classifier.refit.head import Array, Scaling
from classifier.refit.refitting import Refit, method_for, refit
from worker.refitting.heads import IMITATION, KeptHead, of_imitation, packed, unpacked
from worker.refitting.refit_data import FEWEST_LABELS, Lesson, LessonPart, make_lesson
from worker.refitting.writer import PredictionChunk, RefitWriter, changed_predictions

CHUNK = 5000  # objects a transaction; those that people look at are the first
PREDICTED_AHEAD = 2  # chunks: as many as wait to be written
MOST_ROUNDS = 5  # while labels keep coming; then others that wait have their turn
# of matrix products: two on two cores that others use, too, wait for each other for a minute and more
THREADS = 1
MOST_TO_SCALE = 20_000  # objects, from which the middle and the spread are worked out

NOTHING_YET = f"Nothing to learn from yet: name {FEWEST_LABELS} objects, of two taxa at least."
NONE_OF_MODEL = (
    "Nothing to learn from yet: nobody has named an object that the project's model has predicted."
)
NONE_WAITS = "Nothing to predict: every object has been settled."


@jobs.refit.work
def refit_project(job: Job, progress: Progress) -> dict:
    """The work of a refit job: it learns once more from what was labelled while it learnt. Taken up again, it begins
    anew, and writes what is not written yet."""
    assert job.project is not None
    remove_former_jobs(job=job)
    result = {"project": job.project.pk, "message": NOTHING_YET}
    with threadpool_limits(THREADS):
        for _ in range(MOST_ROUNDS):
            due = Refitting.objects.filter(is_due(), project=job.project)
            row = due.select_related("model", "space").first()
            if row is None:
                break
            result |= _learn(job.project, row, progress)
    return result


def _learn(project: Project, row: Refitting, progress: Progress) -> dict:
    """One round, from the labels up to now."""
    requested, space = row.requested, suitable_space(project)
    assert requested is not None
    # labels that come until then ask for no refit
    sleep(max(0, (requested - timezone.now()).total_seconds()))
    lesson = read_lesson(project, space) if space else None
    parts = list(lesson.parts()) if lesson else []
    if space is None or lesson is None or not parts:
        note_answered(row=row, requested=requested)
        return {"message": _why_nothing(lesson)}
    progress.update(0, len(lesson.unsettled), f"Learning from {_many(len(lesson.labelled), 'label')}")
    model = model_of(row=row, space=space)
    learnt = fit_parts(lesson, parts, unpacked(row.heads))
    writer = RefitWriter(project, model, progress)
    say_all(learnt, writer, np.array(objects_watched_in(project.pk), np.int64))
    note_answered(
        row=row,
        requested=requested,
        refitted=timezone.now(),
        labels=len(lesson.labelled),
        changed=writer.changed,
        method=learnt[0].fitted.method,
        heads=packed(_heads(learnt)),
    )
    return {"model": model.pk, "changed": writer.changed, "message": _summary(lesson, writer.changed)}


def _why_nothing(lesson: Lesson | None) -> str:
    """`lesson` without a part that can be learnt; None without embeddings."""
    if lesson is None:
        return NOTHING_YET
    if not len(lesson.unsettled):
        return NONE_WAITS
    return NONE_OF_MODEL if (lesson.best[lesson.unsettled, 0] >= 0).all() else NOTHING_YET


def read_lesson(project: Project, space: EmbeddingSpace) -> Lesson:
    vectors = read_vectors(space, project.pk)
    return make_lesson(read_objects(project.pk), vectors, read_earlier(space, project.pk))


# --- Fitting ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LearntPart:
    part: LessonPart
    fitted: Refit
    head: KeptHead


def fit_parts(lesson: Lesson, parts: list[LessonPart], former: dict[str, KeptHead]) -> list[LearntPart]:
    """`former` are the heads of the last refit, by part."""
    some = np.random.default_rng(0).permutation(len(lesson.vectors))[:MOST_TO_SCALE]
    scaling = Scaling.of(lesson.vectors[some].astype(np.float32))
    imitation = former.get(IMITATION)
    start = imitation.start(lesson.taxa, IMITATION) if imitation else None
    return [_fit(part.imitating(scaling, start), scaling, former.get(part.name)) for part in parts]


def _fit(part: LessonPart, scaling: Scaling, former: KeptHead | None) -> LearntPart:
    labelled, taxa = part.as_labelled(), part.lesson.taxa
    method, count = method_for(labelled), len(labelled.y)
    start = former.start(taxa, method) if former else None
    choice = former.choice_for(method, count) if former else None
    fitted = refit(labelled, scaling, part.as_unlabelled(), start, choice)
    chosen_by = former.labels if former and choice else count
    return LearntPart(part, fitted, KeptHead(fitted.head, taxa, method, fitted.choice, chosen_by))


def _heads(learnt: list[LearntPart]) -> dict[str, KeptHead]:
    """What the next refit starts from."""
    heads = {each.part.name: each.head for each in learnt}
    for each in learnt:
        if each.part.imitation:
            heads[IMITATION] = of_imitation(each.part.imitation.head, each.head.taxa)
    return heads


# --- Saying -----------------------------------------------------------------------------------------------------------


def say_all(learnt: list[LearntPart], writer: RefitWriter, watched: Array) -> None:
    """A thread looks at the next objects while the last are written."""
    waiting, done = len(learnt[0].part.lesson.unsettled), 0
    for chunk in prefetched(_predicted_chunks(learnt, watched), PREDICTED_AHEAD):
        writer.write(chunk)
        done += chunk.looked_at
        so_far = f"Predicted {done:,} of {waiting:,} objects"
        writer.progress.update(done, max(waiting, done), so_far)


def _predicted_chunks(learnt: list[LearntPart], watched: Array) -> Iterator[PredictionChunk]:
    """Objects that people look at just now, in whichever part, before all others."""
    for is_watched in (True, False):
        for each in learnt:
            for rows in _chunks(each.part, watched, is_watched):
                vectors = each.part.vectors(rows)
                scores = each.fitted.score(vectors, each.part.earlier(rows))
                yield changed_predictions(each.part.lesson, rows, scores, vectors, each.fitted.strangeness)


def _chunks(part: LessonPart, watched: Array, is_watched: bool) -> Iterator[Array]:
    rows = part.to_predict[np.isin(part.lesson.objects.ids[part.to_predict], watched) == is_watched]
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]


def _summary(lesson: Lesson, changed: int) -> str:
    learnt = _many(len(lesson.labelled), "label")
    return f"Learnt from {learnt}: {_many(changed, 'object')} got another taxon or score."


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
