"""Maps by UMAP: all vectors are read, some of them laid out, the others placed beside them, and all written at once.

Nothing is left of a map that was broken off: whoever takes the job up lays out again, and comes to the same places.
"""

import numpy as np

from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.maps import jobs
from annotations.maps.actions import add_places, mapped_by_umap, replace_map
from annotations.maps.fitting import bounds_around
from annotations.maps.models import MapProjection
from annotations.maps.vectors import all_vectors, placed_objects
from annotations.similarity.models import EmbeddingSpace
from annotations.similarity.queries import own_space
from classifier.projection.layout import FEW, OnPart, laid_out, places_beside
from classifier.statistics.components import PrincipalComponents
from worker.embedding.axes import fit_axes

MOST_FITTED = 100_000  # objects that are laid out; the others lie beside those that they are like


@jobs.map_objects.work
def map_objects_of(job: Job, progress: Progress) -> dict:
    """The work of such a job."""
    assert job.project is not None
    space = own_space(job.project)
    if space is None:
        raise JobError("Nothing is compared in this project any more: no map can be drawn.")
    ids, vectors = all_vectors(job.project, space)
    if len(ids) < FEW:
        raise JobError(f"A map needs {FEW} objects that are compared; this project has {len(ids)}.")
    before = mapped_by_umap(job.project, space)
    if before and not job.params["anew"]:
        result = _add(before, ids, vectors, progress)
    else:
        result = _lay_out(job, space, ids, vectors, progress)
    fit_axes(job, progress, 100)  # the page looks at these, too
    return result


def _lay_out(
    job: Job, space: EmbeddingSpace, ids: np.ndarray, vectors: np.ndarray, progress: Progress
) -> dict:
    is_fitted = _drawn(len(ids))
    some = vectors[is_fitted]
    start = PrincipalComponents.of(some).apply(some)[:, :2]
    places = np.empty((len(ids), 2))
    places[is_fitted] = fitted = laid_out(
        some,
        start,
        on_near=_step(progress, 0, 20, "Looking for what each object is like"),
        on_epoch=_step(progress, 20, 80, "Laying out"),
        neighbours=job.params["neighbours"],
        min_dist=job.params["min_dist"],
    )
    if not is_fitted.all():
        on_step = _step(progress, 80, 100, "Placing the others beside what they are like")
        places[~is_fitted] = places_beside(some, fitted, vectors[~is_fitted], on_step)
    with progress.fenced():
        bounds = bounds_around(fitted)
        replace_map(job=job, space=space, fitted_to=len(some), bounds=bounds, ids=ids, places=places)
    return _result(len(ids), "on the map")


def _step(progress: Progress, start: int, end: int, words: str) -> OnPart:
    """What moves the bar from `start` to `end` per cent."""

    def on_step(done: int, total: int) -> None:
        at = start + (end - start) * done // max(total, 1)
        progress.update(at, 100, f"{words}: {done:,} of {total:,}")

    return on_step


def _drawn(count: int) -> np.ndarray:
    """Which of so many objects are laid out, bool (count,): the same ones again for the same number."""
    is_drawn = np.ones(count, bool)
    if count > MOST_FITTED:
        is_drawn[:] = False
        is_drawn[np.random.default_rng(0).choice(count, MOST_FITTED, replace=False)] = True
    return is_drawn


def _add(projection: MapProjection, ids: np.ndarray, vectors: np.ndarray, progress: Progress) -> dict:
    """Places for objects that have none, beside those that have."""
    placed, places = placed_objects(projection)
    is_new = ~np.isin(ids, placed)
    if not is_new.any():
        return _result(0, "new: all objects have their place")
    with_vector = np.isin(placed, ids)
    placed, places = placed[with_vector], places[with_vector]
    if len(placed) < FEW:
        raise JobError("Too few objects of this map are left: draw it anew.")
    is_anchor = _drawn(len(placed))
    anchor_vectors = vectors[np.searchsorted(ids, placed[is_anchor])]
    on_step = _step(progress, 0, 100, "Placing what is new beside what it is like")
    beside = places_beside(anchor_vectors, places[is_anchor], vectors[is_new], on_step)
    with progress.fenced():
        add_places(projection=projection, ids=ids[is_new], places=beside)
    return _result(int(is_new.sum()), "placed beside what they are like")


def _result(objects: int, words: str) -> dict:
    return {"objects": objects, "message": f"{objects:,} object{'' if objects == 1 else 's'} {words}."}
