"""Similarity before there is a model: by what is measured, each measurement by how far it lies from the usual."""

import numpy as np
import pytest
from django.db import IntegrityError, transaction

from annotations.jobs.models import Job, JobState
from annotations.learning.models import Model
from annotations.maps.models import MapProjection
from annotations.maps.queries import usual_projection
from annotations.samples.models import FreeColumn, ObjectFields
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.similarity.models import Embedding, EmbeddingSpace
from annotations.similarity.standardising import FARTHEST, Standardisation
from tests.plankton import tow
from tests.worker.runs import Killed, die_at, run
from worker.embedding import job as embedding
from worker.embedding.job import embed_measurements

__all__ = ["tow"]
pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ["region_area", "region_mean", "region_x", "region_area_mm2"]


@pytest.fixture
def measured(tow, monkeypatch):
    """Ten objects of areas 1000, 1100 … with the same grey; places in the vignette and mm are of no account."""
    monkeypatch.setattr(embedding, "CHUNK", 4)
    first = FreeColumn.objects.filter(project=tow.project, position__isnull=False).count()
    for n, name in enumerate(NAMES):
        FreeColumn.objects.create(
            project=tow.project, level="object", name=name, is_number=True, position=first + n
        )
    for n, each in enumerate(tow.objects):
        wide = ObjectFields.objects.get(pk=each.pk)
        values = [*(wide.values + [None] * first)[:first], 1000.0 + 100 * n, 200.0, 97.0 * (n % 3), 1.0]
        ObjectFields.objects.filter(pk=each.pk).update(values=values)
    return tow


def new_job(tow, anew: bool = False) -> Job:
    return Job.objects.create(kind="embed_measurements", project=tow.project, params={"anew": anew})


def nearest(tow, order: str) -> list[int]:
    place = {each.pk: n for n, each in enumerate(tow.objects)}
    return [place[row["id"]] for row in page(tow.project.pk, Filter.parse({}), order, 200).objects]


def test_what_is_measured_alike_comes_first_where_no_model_has_looked(measured, client, alice):
    job = run(new_job(measured), embed_measurements)
    assert job.state == JobState.DONE, job.message
    assert job.message == "10 objects can be sorted by similarity of their measurements."
    first, middle = measured.objects[0].pk, measured.objects[5].pk
    assert nearest(measured, f"similar:{first}") == list(range(10))
    assert nearest(measured, f"similar:{middle}:measurements")[0] == 5
    assert set(nearest(measured, f"similar:{middle}")[:3]) == {4, 5, 6}
    client.force_login(alice)
    panel = client.get(f"/projects/{measured.project.pk}/vignettes/{first}/").content.decode()
    assert f"order=similar:{first}" in panel
    bench = client.get(f"/projects/{measured.project.pk}/?order=similar:{first}").content.decode()
    assert f"most like object {first} by its measurements" in bench
    few = client.get(f"/api/v1/projects/{measured.project.pk}/objects/?similar={first}:measurements").json()
    assert len(few["results"]) == 10


def test_the_axes_of_the_map_are_fitted_before_anybody_opens_it(measured, monkeypatch):
    job = run(new_job(measured), embed_measurements)
    fitted = MapProjection.objects.get(project=measured.project)
    assert (fitted.space_id, fitted.fitted_to) == (job.result["space"], len(measured.objects))
    monkeypatch.setattr("annotations.maps.fitting.some_vectors", lambda *what: pytest.fail("fitted again"))
    assert usual_projection(measured.project) == fitted


def test_a_model_comes_before_measurements_which_can_be_asked_for(measured):
    run(new_job(measured), embed_measurements)
    model = Model.objects.create(name="Another eye")
    space = EmbeddingSpace.objects.create(name=model.name, model=model, dimensions=2)
    for n, each in enumerate(measured.objects):
        vector = [1.0, 0.0] if n in (0, 9) else [0.0, 1.0]
        Embedding.objects.create(object=each, space=space, project=measured.project, vector=vector)
    first = measured.objects[0].pk
    assert set(nearest(measured, f"similar:{first}")[:2]) == {0, 9}
    assert nearest(measured, f"similar:{first}:classifier")[1] == 9
    assert nearest(measured, f"similar:{first}:measurements")[1] == 1


@pytest.mark.parametrize("kind", ["backbone", "colour", ""])
def test_a_kind_in_which_it_does_not_lie_is_refused_with_the_remedy(measured, client, alice, kind):
    run(new_job(measured), embed_measurements)
    client.force_login(alice)
    where = f"/api/v1/projects/{measured.project.pk}/objects/?order=similar:{measured.objects[0].pk}:{kind}"
    answer = client.get(where)
    assert answer.status_code == 400
    assert "let a model predict" in answer.json()["detail"] or "measurements" in answer.json()["detail"]


def test_a_killed_worker_leaves_a_space_that_nobody_is_offered_and_the_next_fills_it(measured, monkeypatch):
    job, keep = new_job(measured), embedding.keep_embeddings
    stored: list[int] = []

    def once(**arguments):
        if stored:
            raise Killed
        stored.extend(arguments["ids"])
        keep(**arguments)

    monkeypatch.setattr(embedding, "keep_embeddings", once)
    die_at(job, embed_measurements)
    assert Embedding.objects.count() == 4
    assert not EmbeddingSpace.objects.filter(is_ready=True).exists()
    monkeypatch.setattr(embedding, "keep_embeddings", keep)
    assert run(job, embed_measurements).result["embedded"] == 10
    assert EmbeddingSpace.objects.get().is_ready
    assert Embedding.objects.count() == 10


def test_what_is_measured_later_is_added_and_anew_makes_another_version(measured):
    late = measured.objects[9].pk
    values = ObjectFields.objects.get(pk=late).values
    ObjectFields.objects.filter(pk=late).update(values=[])
    run(new_job(measured), embed_measurements)
    space = EmbeddingSpace.objects.get()
    assert (space.version, Embedding.objects.count()) == (1, 9)
    ObjectFields.objects.filter(pk=late).update(values=values)
    run(new_job(measured), embed_measurements)
    assert (EmbeddingSpace.objects.get(), Embedding.objects.count()) == (space, 10)
    run(new_job(measured, anew=True), embed_measurements)
    newer = EmbeddingSpace.objects.get()
    assert (newer.version, newer.is_ready, Embedding.objects.filter(space=newer).count()) == (2, True, 10)


def test_where_nothing_is_measured_the_job_says_what_to_do(tow):
    job = run(new_job(tow), embed_measurements)
    assert job.state == JobState.FAILED
    assert "measure its vignettes first" in job.message


def test_the_page_and_the_api_start_it_and_list_what_there_is(measured, client, alice):
    client.force_login(alice)
    page_of, api = (
        f"/projects/{measured.project.pk}/similarity/",
        f"/api/v1/projects/{measured.project.pk}/embedding-spaces/",
    )
    assert "cannot be compared yet" in client.get(page_of).content.decode()
    started = client.post(page_of)
    job = Job.objects.get(kind="embed_measurements")
    assert started.url == f"/jobs/{job.pk}/"
    assert client.post(api, {"anew": False}, content_type="application/json").json()["id"] == job.pk
    run(job, embed_measurements)
    assert "Region measurements" in client.get(page_of).content.decode()
    (space,) = client.get(api).json()
    assert (space["kind"], space["version"], space["model"], space["dimensions"]) == (
        "measurements",
        1,
        None,
        3,
    )


@pytest.mark.parametrize(
    "owner",
    [
        {"kind": "classifier"},
        {"kind": "backbone"},
        {"kind": "measurements"},
        {"kind": "measurements", "backbone": "dino"},
        {"kind": "colour", "backbone": "dino"},
    ],
)
def test_a_space_has_the_owner_that_its_kind_asks_for(owner, db):
    with pytest.raises(IntegrityError), transaction.atomic():
        EmbeddingSpace.objects.create(name="x", dimensions=2, **owner)
    EmbeddingSpace.objects.create(name="DINO", dimensions=2, kind="backbone", backbone="dino")


def test_standardised_values_are_spreads_from_the_middle_and_outliers_count_no_more_than_far():
    values = np.array([[1.0, 5.0], [2.0, 5.0], [3.0, 5.0], [4.0, np.nan], [1e9, 5.0]])
    standard = Standardisation.of(["a", "b"], values, 5)
    assert standard.middle == [3.0, 5.0]
    assert standard.spread == [pytest.approx(1.4826), 0.0]
    applied = standard.apply(values)
    assert applied.shape == (5, 3)
    assert applied[:, 0] == pytest.approx([-2 / 1.4826, -1 / 1.4826, 0, 1 / 1.4826, FARTHEST])
    assert not applied[:, 1].any(), "what is always the same, or missing, counts nothing"
    assert applied[:, 2] == pytest.approx(2**0.5)
