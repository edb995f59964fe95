"""What is like what: embeddings that a model leaves behind, and the order and filter that use them."""

from datetime import timedelta

import numpy as np
import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotations.jobs.models import Job
from annotations.learning.models import Model, ProjectModel
from annotations.projects.models import Project
from annotations.samples.models import Acquisition, Object, ObjectFields, Sample, State
from annotations.search import paging, ranked
from annotations.search.filter import Filter
from annotations.search.queries import counts, page
from annotations.similarity import actions, nearest, queries
from annotations.similarity.actions import index_space, keep_embeddings, space_of
from annotations.similarity.models import Embedding, EmbeddingSpace, OwnSpace
from annotations.taxonomy.actions import TaxonName, ensure_taxa
from tests.worker.runs import new_prediction, run, trained
from tests.worlds import shared_rows
from worker.prediction.job import predict_project

COUNT = 24


@shared_rows
def ring(project: Project) -> list[Object]:
    """24 objects on a circle, 15° apart, the odd ones predicted; a 25th that no model has seen."""
    sample = Sample.objects.create(project=project, original_id="tow")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq")
    (taxon,) = ensure_taxa([TaxonName("Acartia")]).values()
    created = [
        Object.objects.create(
            project=project,
            sample=sample,
            acquisition=acquisition,
            state=State.PREDICTED if n % 2 else State.UNCLASSIFIED,
            taxon_id=taxon if n % 2 else None,
        )
        for n in range(COUNT + 1)
    ]
    name_them(project, created)
    angles = np.radians(15 * np.arange(COUNT))
    model = Model.objects.create(name="a compass")
    keep(model, project, created[:COUNT], np.c_[np.cos(angles), np.sin(angles)])
    return created


def name_them(project: Project, objects: list[Object]) -> None:
    wide = (ObjectFields(object=o, project=project, original_id=f"obj_{o.pk}") for o in objects)
    ObjectFields.objects.bulk_create(wide)


def keep(model: Model, project: Project, objects: list[Object], vectors: np.ndarray) -> EmbeddingSpace:
    space = space_of(model, vectors.shape[1])
    keep_embeddings(space=space, project_id=project.pk, ids=[o.pk for o in objects], vectors=vectors)
    return space


def walk(project: Project, order: str, size: int, **query) -> list[int]:
    ids, cursor = [], None
    while True:
        result = page(project.pk, Filter.parse(query), order, size, cursor)
        ids += [row["id"] for row in result.objects]
        cursor = result.next
        if cursor is None:
            return ids


def by_similarity(ring: list[Object], origin: int) -> list[int]:
    """As it must be: the nearest first, of two as near the older, then what nobody has embedded."""

    def angle(n: int) -> int:
        return min((n - origin) % COUNT, (origin - n) % COUNT)

    order = sorted(range(COUNT), key=lambda n: (angle(n), n))
    return [ring[n].pk for n in order] + [ring[COUNT].pk]


def same_but_for_ties(ids: list[int], expected: list[int], ring: list[Object], origin: int) -> bool:
    """Two that are as near may change places by a rounding of half precision."""
    place = {o.pk: n for n, o in enumerate(ring)}

    def steps(pk: int) -> int:
        n = place[pk]
        return COUNT if n == COUNT else min((n - origin) % COUNT, (origin - n) % COUNT)

    return [steps(pk) for pk in ids] == [steps(pk) for pk in expected] and set(ids) == set(expected)


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 5, 200])
@pytest.mark.parametrize("gathered", [20_000, 0], ids=["compared", "by the index"])
def test_the_nearest_come_first_and_everything_once(project, ring, size, gathered, monkeypatch):
    monkeypatch.setattr(paging, "MOST_GATHERED", gathered)
    ids = walk(project, f"similar:{ring[5].pk}", size)
    assert same_but_for_ties(ids, by_similarity(ring, 5), ring, 5)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("gathered", [20_000, 0], ids=["then compared", "then by the index"])
@pytest.mark.parametrize("options", [{}, {"state": "predicted"}], ids=["all", "every second"])
def test_what_the_index_has_at_once_comes_first_and_everything_once(
    project, ring, gathered, options, monkeypatch
):
    monkeypatch.setattr(paging, "MOST_GATHERED", gathered)
    monkeypatch.setattr(ranked, "LOOKS", ((5, 0), (9, 0)))
    monkeypatch.setattr(nearest, "BREADTH", 5)
    monkeypatch.setattr(actions, "WORTH_AN_INDEX", COUNT)
    index_space(space=EmbeddingSpace.objects.get())
    expected = [o.pk for o in ring if not options or o.state == State.PREDICTED]
    for size in (1, 4, 200):
        with transaction.atomic():
            without_plain_scans()
            paged = walk(project, f"similar:{ring[3].pk}", size, **options)
        assert paged[0] == ring[3].pk
        assert sorted(paged) == expected


def without_plain_scans() -> None:
    """As in a large table: PostgreSQL takes the index."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
        )


@pytest.mark.django_db
@pytest.mark.parametrize("gathered", [20_000, 0])
def test_the_order_goes_with_any_filter(project, ring, gathered, monkeypatch):
    monkeypatch.setattr(paging, "MOST_GATHERED", gathered)
    ids = walk(project, f"similar:{ring[5].pk}", 4, state="predicted")
    assert ids[0] == ring[5].pk
    assert set(ids) == {o.pk for o in ring if o.state == State.PREDICTED}
    assert set(ids[1:3]) == {ring[3].pk, ring[7].pk}


@pytest.mark.django_db
def test_beyond_the_nearest_the_rest_comes_as_it_arrived(project, ring, monkeypatch):
    monkeypatch.setattr(paging, "MOST_GATHERED", 0)
    monkeypatch.setattr(
        queries.Similarity,
        "nearest",
        lambda similarity, project_id, among: queries.nearest(similarity, project_id, 3, among),
    )
    ids = walk(project, f"similar:{ring[5].pk}", 2)
    assert set(ids[:3]) == {ring[4].pk, ring[5].pk, ring[6].pk}
    assert ids[3:] == sorted(ids[3:])
    assert len(set(ids)) == COUNT + 1


@pytest.mark.django_db
def test_the_filter_shows_the_most_alike_and_counts_them(project, ring, monkeypatch):
    monkeypatch.setattr("annotations.similarity.conditions.MOST_SIMILAR", 3)
    expected = Filter.parse({"similar": ring[5].pk})
    assert {row["id"] for row in page(project.pk, expected).objects} == {ring[n].pk for n in (4, 5, 6)}
    assert sum(entry["count"] for entry in counts(project.pk, expected)) == 3


@pytest.mark.django_db
def test_the_newest_model_says_what_is_alike(project, ring):
    newer = np.eye(COUNT)[:, [COUNT - 1, *range(COUNT - 1)]]
    newer[7] = newer[0]  # to it, the eighth is just like the first
    keep(Model.objects.create(name="another eye"), project, ring[:COUNT], newer)
    assert set(walk(project, f"similar:{ring[0].pk}", 200)[:2]) == {ring[0].pk, ring[7].pk}


@pytest.mark.django_db
def test_a_models_space_is_the_projects_own_before_that_of_measurements(project, ring):
    measured = EmbeddingSpace.objects.create(
        kind=EmbeddingSpace.Kind.MEASUREMENTS, name="measured", project=project, dimensions=2
    )
    keep_embeddings(space=measured, project_id=project.pk, ids=[ring[0].pk], vectors=np.eye(1, 2))
    assert queries.own_space(project).model.name == "a compass"
    EmbeddingSpace.objects.exclude(pk=measured.pk).delete()
    assert queries.own_space(project) == measured
    assert queries.own_space(Project.objects.create(title="Nothing here")) is None


@pytest.mark.django_db
def test_vectors_of_any_length_are_kept_but_none_without_a_direction(project, ring):
    rows = np.array([[1e6, 1e6], [0, 0], [np.inf, 1], [1e-9, 0]])
    space = keep(Model.objects.create(name="far away"), project, ring[:4], rows)
    vectors = dict(Embedding.objects.filter(space=space).values_list("object_id", "vector"))
    assert set(vectors) == {ring[0].pk, ring[3].pk}
    assert vectors[ring[0].pk] == pytest.approx([0.5**0.5] * 2, abs=1e-3)


@pytest.mark.django_db
def test_similarity_does_not_reach_into_other_projects(project, ring, client, alice):
    other = Project.objects.create(title="Elsewhere")
    sample = Sample.objects.create(project=other, original_id="tow")
    acquisition = Acquisition.objects.create(sample=sample, original_id="acq")
    stranger = Object.objects.create(project=other, sample=sample, acquisition=acquisition)
    keep(Model.objects.get(), other, [stranger], np.array([[1.0, 0.0]]))
    assert stranger.pk not in walk(project, f"similar:{ring[0].pk}", 200)
    client.force_login(alice)
    for question in (f"order=similar:{stranger.pk}", f"similar={stranger.pk}"):
        answer = client.get(f"/api/v1/projects/{project.pk}/objects/?{question}")
        assert answer.status_code == 400
        assert "is not known in this project" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["similar", "similar:", "similar:x", "similar:0", "-similar:1", "similar:99999"]
)
def test_a_wrong_order_is_explained(project, client, alice, text):
    client.force_login(alice)
    answer = client.get(f"/api/v1/projects/{project.pk}/objects/?order={text}")
    assert answer.status_code == 400, answer.content


@pytest.mark.django_db(transaction=True)
def test_a_large_space_gets_an_index_that_is_used_and_survives_a_killed_worker(project, ring, monkeypatch):
    space = EmbeddingSpace.objects.get()
    assert not index_space(space=space), "comparing a few needs none"
    monkeypatch.setattr(actions, "WORTH_AN_INDEX", COUNT)
    with connection.cursor() as cursor:  # as a killed worker leaves one: with the name, and of no use
        cursor.execute(f"CREATE INDEX embedding_hnsw_{space.pk} ON similarity_embedding (project_id)")
    assert index_space(space=space)
    space.refresh_from_db()
    assert space.is_indexed
    assert not index_space(space=space)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [f"embedding_hnsw_{space.pk}"])
        assert "hnsw" in cursor.fetchone()[0]
    monkeypatch.setattr(paging, "MOST_GATHERED", 0)
    ids = walk(project, f"similar:{ring[5].pk}", 5)
    assert same_but_for_ties(ids, by_similarity(ring, 5), ring, 5)


@pytest.mark.django_db(transaction=True)
def test_who_predicts_learns_what_is_alike(lake, client, alice):
    model = trained(lake)
    assert run(new_prediction(lake, model), predict_project).state == "done"
    assert Embedding.objects.count() == len(lake.settled) + len(lake.unsettled)
    assert {e.space.model_id for e in Embedding.objects.select_related("space")} == {model.pk}
    name_them(lake.project, lake.settled + lake.unsettled)
    one = lake.unsettled[0].pk
    client.force_login(alice)
    panel = client.get(f"/projects/{lake.project.pk}/vignettes/{one}/").content.decode()
    assert f"order=similar:{one}" in panel
    bench = client.get(f"/projects/{lake.project.pk}/?order=similar:{one}").content.decode()
    assert f"most like object {one}" in bench
    again = run(new_prediction(lake, model), predict_project)
    assert again.total == len(lake.unsettled), "what is settled and embedded needs no second look"


@pytest.mark.django_db
def test_an_object_that_no_model_has_seen_offers_no_similarity(project, ring, client, alice):
    client.force_login(alice)
    panel = client.get(f"/projects/{project.pk}/vignettes/{ring[COUNT].pk}/").content.decode()
    assert "similar:" not in panel


def test_what_an_archived_model_knows_is_removed_after_a_while(
    client, ring, project, alice, settings, monkeypatch
):
    monkeypatch.setattr(actions, "AT_ONCE", 10)
    spaces = [
        keep(Model.objects.create(name=name, is_ready=True), project, ring, np.eye(COUNT + 1, 4) + 0.1)
        for name in ("long archived", "just archived", "predicts", "a project's own", "in use", "marked")
    ]
    models = [space.model for space in spaces]
    for model in (*models[:4], models[5]):
        Model.objects.filter(pk=model.pk).update(archived=timezone.now() - timedelta(days=31))
    Model.objects.filter(pk=models[1].pk).update(archived=timezone.now())
    Job.objects.create(kind="predict", project=project, params={"model": models[2].pk})
    ProjectModel.objects.create(project=project, model=models[3])
    OwnSpace.objects.create(project=project, space=spaces[5])
    assert actions.remove_unused_embeddings() == 1
    assert not EmbeddingSpace.objects.filter(pk=spaces[0].pk).exists()
    assert EmbeddingSpace.objects.filter(pk__in=[space.pk for space in spaces[1:]]).count() == 5
    assert not Embedding.objects.filter(space=spaces[0].pk).exists()
    assert Embedding.objects.filter(space=spaces[1]).count() == COUNT + 1
    models[1].projects.add(project)
    client.force_login(alice)
    until = timezone.now() + timedelta(days=settings.EMBEDDING_DAYS)
    assert (
        f"similarity is kept until {until:%Y-%m-%d}"
        in client.get(f"/models/{models[1].pk}/").content.decode()
    )
