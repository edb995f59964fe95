"""Maps by UMAP: a job, the same after a kill, with a place for what comes later."""

from types import SimpleNamespace

import numpy as np
import pytest

from annotations.jobs.models import Job
from annotations.learning.models import Model
from annotations.maps.actions import replace_map
from annotations.maps.models import MapProjection, ProjectedPoint
from annotations.maps.queries import usual_projection
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Object, Sample
from annotations.similarity.actions import keep_embeddings, space_of
from tests.worker.runs import Killed, die_at, run
from tests.worlds import shared_rows
from worker import mapping
from worker.mapping import map_objects_of

EACH = 20


@shared_rows
def swarms(project: Project) -> SimpleNamespace:
    """Three kinds of twenty objects, each kind in a direction of its own."""
    sample = Sample.objects.create(project=project, original_id="tow")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq")
    created = Object.objects.bulk_create(
        Object(project=project, sample=sample, acquisition=acquisition) for _ in range(3 * EACH)
    )
    noise = np.random.default_rng(0).normal(0, 0.05, (3 * EACH, 4))
    vectors = np.repeat(np.eye(4)[:3], EACH, axis=0) + noise
    space = space_of(Model.objects.create(name="a compass"), 4)
    ids = [o.pk for o in created]
    keep_embeddings(space=space, project_id=project.pk, ids=ids, vectors=vectors)
    return SimpleNamespace(project=project, ids=ids, vectors=vectors, space=space, acquisition=acquisition)


def new_job(swarms: SimpleNamespace, *, anew: bool = False) -> Job:
    params = {"neighbours": 8, "min_dist": 0.1, "anew": anew}
    return Job.objects.create(kind="map_objects", project=swarms.project, params=params)


def places(project: Project) -> dict[int, tuple[int, int]]:
    points = ProjectedPoint.objects.filter(projection__project=project)
    return {pk: (x, y) for pk, x, y in points.values_list("object_id", "x", "y")}


def kind_beside(swarms: SimpleNamespace, pk: int) -> int:
    """The kind of the object that lies nearest on the map."""
    before = places(swarms.project)
    others = {other: np.hypot(*np.subtract(before[other], before[pk])) for other in swarms.ids if other != pk}
    return swarms.ids.index(min(others, key=others.__getitem__)) // EACH


def late_object(swarms: SimpleNamespace, vector: np.ndarray) -> int:
    late = Object.objects.create(
        project=swarms.project, sample=swarms.acquisition.sample, acquisition=swarms.acquisition
    )
    keep_embeddings(
        space=swarms.space, project_id=swarms.project.pk, ids=[late.pk], vectors=vector[np.newaxis]
    )
    return late.pk


def test_kinds_lie_together_and_what_comes_later_beside_its_kind(swarms):
    assert run(new_job(swarms), map_objects_of).result["objects"] == 3 * EACH
    assert usual_projection(swarms.project).method == MapProjection.Method.UMAP
    assert [kind_beside(swarms, swarms.ids[place]) for place in (0, EACH, 2 * EACH)] == [0, 1, 2]
    before = places(swarms.project)
    late = late_object(swarms, swarms.vectors[EACH])
    assert run(new_job(swarms), map_objects_of).result["objects"] == 1
    after = places(swarms.project)
    assert kind_beside(swarms, late) == 1
    assert {pk: after[pk] for pk in before} == before


def test_after_a_kill_the_map_is_the_same(swarms, monkeypatch: pytest.MonkeyPatch):
    run(new_job(swarms), map_objects_of)
    whole = places(swarms.project)
    job = new_job(swarms, anew=True)

    def dies(**arguments):
        replace_map(**arguments)
        raise Killed

    monkeypatch.setattr(mapping, "replace_map", dies)
    die_at(job, map_objects_of)
    monkeypatch.setattr(mapping, "replace_map", replace_map)
    assert places(swarms.project) == whole
    run(job, map_objects_of)
    assert places(swarms.project) == whole


def test_more_than_are_laid_out_lie_beside_what_they_are_like(swarms, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(mapping, "MOST_FITTED", 2 * EACH)
    run(new_job(swarms), map_objects_of)
    assert MapProjection.objects.get(method="umap").fitted_to == 2 * EACH
    assert len(places(swarms.project)) == 3 * EACH
    kinds = [kind_beside(swarms, pk) == place // EACH for place, pk in enumerate(swarms.ids)]
    assert np.mean(kinds) > 0.9


def test_what_the_page_looks_at_besides_is_there_with_the_map(swarms):
    run(new_job(swarms), map_objects_of)
    methods = set(MapProjection.objects.values_list("method", flat=True))
    assert methods == {MapProjection.Method.UMAP, MapProjection.Method.PCA}
