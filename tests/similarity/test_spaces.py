"""The spaces of a project: its own, stale ones, and what completes them."""

from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.models import Job, JobState
from annotations.learning.models import Backbone, Model
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.search.filter import Filter
from annotations.search.queries import page
from annotations.similarity import queries
from annotations.similarity.actions import remove_space
from annotations.similarity.completing import complete_own_space
from annotations.similarity.jobs import remove_embeddings
from annotations.similarity.marking import mark_own
from annotations.similarity.models import Embedding, EmbeddingSpace
from annotations.similarity.space_status import standings
from tests.similarity.test_similarity import COUNT, keep, ring, walk
from tests.worker.runs import run, trained
from worker.embedding.objects import embed_objects

__all__ = ["ring"]


@pytest.fixture
def newer(project, ring: list[Object]) -> EmbeddingSpace:
    """To the newer model, which went on from the first, the eighth is just like the first. It has seen half of them."""
    looks = np.eye(COUNT)[:, [COUNT - 1, *range(COUNT - 1)]]
    looks[7] = looks[0]
    model = Model.objects.create(name="another eye", parent=Model.objects.get(), is_ready=True)
    return keep(model, project, ring[:12], looks[:12])


@pytest.mark.django_db
def test_the_marked_space_is_what_orders_take(project, ring, newer, client, alice):
    client.force_login(alice)
    first = EmbeddingSpace.objects.get(model__name="a compass")
    nearest = f"similar:{ring[0].pk}"
    assert set(walk(project, nearest, 200)[:2]) == {ring[0].pk, ring[7].pk}
    client.post(f"/projects/{project.pk}/similarity/own/", {"space": first.pk})
    assert queries.own_space(project) == first
    assert ring[7].pk not in walk(project, nearest, 200)[:3]
    page = client.get(f"/projects/{project.pk}/similarity/").content.decode()
    assert "a compass <strong>· the project’s own</strong>" in page
    mark_own(project=project, space_id=None)
    assert queries.own_space(project) == newer


@pytest.mark.django_db
def test_who_pages_goes_on_in_the_space_that_they_began_in(project, ring, newer):
    first = EmbeddingSpace.objects.get(model__name="a compass")
    nearest = f"similar:{ring[0].pk}"
    before = page(project.pk, Filter(), nearest, 5)
    mark_own(project=project, space_id=first.pk)
    result, cursor = [row["id"] for row in before.objects], before.next
    while cursor:
        more = page(project.pk, Filter(), nearest, 5, cursor)
        result, cursor = result + [row["id"] for row in more.objects], more.next
    mark_own(project=project, space_id=newer.pk)
    assert result == walk(project, nearest, 200), "as if nobody had marked another meanwhile"
    assert sorted(result) == [each.pk for each in ring]


@pytest.mark.django_db
def test_where_the_space_is_gone_the_pages_that_follow_say_so(project, ring, newer, client, alice):
    client.force_login(alice)
    nearest = f"similar:{ring[0].pk}"
    cursor = page(project.pk, Filter(), nearest, 5).next
    remove_space(space=newer)
    refusal = client.get(f"/api/v1/projects/{project.pk}/objects/", {"order": nearest, "cursor": cursor})
    assert refusal.status_code == 400
    assert "is gone" in refusal.json()["detail"]
    fragment = client.get(f"/projects/{project.pk}/vignettes/", {"order": nearest, "cursor": cursor})
    assert fragment["HX-Retarget"] == "#gallery"
    assert f'href="/projects/{project.pk}/?order=similar%3A{ring[0].pk}"' in fragment.content.decode()


@pytest.mark.django_db
def test_what_is_stale_or_incomplete_is_told_with_counts(project, ring, newer, client, alice):
    Model.objects.filter(name="a compass").update(archived=timezone.now())
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/similarity/").content.decode()
    assert "13 objects missing" in page
    assert "its model is archived since" in page
    shapes = client.get(f"/api/v1/projects/{project.pk}/embedding-spaces/").json()
    assert [(each["name"], each["embedded"], each["missing"], each["is_own"]) for each in shapes] == [
        ("another eye", 12, 13, True),
        ("a compass", 24, 1, False),
    ]
    assert len(shapes[1]["reasons"]) == 2, "archived, and another one went on from it"


@pytest.mark.django_db(transaction=True)
def test_a_stale_space_is_removed_here_and_what_is_in_use_is_not(project, ring, newer, client, alice):
    client.force_login(alice)
    old = EmbeddingSpace.objects.get(model__name="a compass")
    assert client.delete(f"/api/v1/projects/{project.pk}/embedding-spaces/{newer.pk}/").status_code == 400
    assert client.post(f"/projects/{project.pk}/similarity/{old.pk}/remove/").status_code == 302
    job = Job.objects.get(kind="remove_embeddings")
    assert run(job, remove_embeddings).state == JobState.DONE
    assert Embedding.objects.filter(space=old).count() == 0
    assert Embedding.objects.filter(space=newer).count() == 12
    assert Object.objects.filter(project=project).count() == COUNT + 1


@pytest.mark.django_db(transaction=True)
def test_a_model_looks_at_what_it_has_not_embedded_and_changes_no_label(lake, client, alice):
    model = trained(lake)
    labels = list(Object.objects.order_by("pk").values_list("taxon_id", "state", "version"))
    client.force_login(alice)
    body = {"model": model.pk, "filter": {"state": ["validated", "dubious"]}}
    answer = client.post(
        f"/api/v1/projects/{lake.project.pk}/embeddings/", body, content_type="application/json"
    )
    assert answer.status_code == 202, answer.content
    assert run(Job.objects.get(pk=answer.json()["id"]), embed_objects).result["embedded"] == len(lake.settled)
    space = EmbeddingSpace.objects.get(model=model)
    mark_own(project=lake.project, space_id=space.pk)
    complete_own_space(project=lake.project, user=alice)
    job = Job.objects.filter(kind="embed_objects").latest("pk")
    assert run(job, embed_objects).result["embedded"] == len(lake.unsettled), "only what was missing"
    assert [each.missing for each in standings(lake.project)] == [0]
    assert list(Object.objects.order_by("pk").values_list("taxon_id", "state", "version")) == labels


@pytest.mark.django_db(transaction=True)
def test_a_filter_is_embedded_from_its_page(lake, client, alice):
    model = trained(lake)
    client.force_login(alice)
    address = f"/projects/{lake.project.pk}/similarity/"
    page = client.get(address, {"filter": "state=validated"}).content.decode()
    assert f'<a href="/projects/{lake.project.pk}/?state=validated">' in page.partition('id="looking"')[2]
    client.post(f"{address}embed/", {"source": f"model:{model.pk}", "filter": "state=validated"})
    validated = Object.objects.filter(project=lake.project, state="V").count()
    assert run(Job.objects.get(kind="embed_objects"), embed_objects).result["embedded"] == validated


@pytest.mark.django_db(transaction=True)
def test_an_administrator_lets_all_projects_be_embedded(lake, client, alice):
    model = trained(lake)
    Project.objects.create(title="nothing in it yet")
    client.force_login(alice)
    body = {"model": model.pk}
    address = "/api/v1/embeddings/"
    assert client.post(address, body, content_type="application/json").status_code == 403
    client.force_login(User.objects.create_superuser("root"))
    jobs = client.post(address, body, content_type="application/json").json()
    assert [job["project"] for job in jobs] == [lake.project.pk]
    output = StringIO()
    call_command("embed_projects", model=model.pk, stdout=output)
    assert f"job {jobs[0]['id']}: " in output.getvalue(), "the same job, for it is on its way"
    assert run(Job.objects.get(pk=jobs[0]["id"]), embed_objects).result["embedded"] == lake_size(lake)


def lake_size(lake) -> int:
    return len(lake.settled) + len(lake.unsettled)


@pytest.mark.django_db
def test_the_sites_backbone_looks_at_what_is_imported_where_no_space_is_marked(project, alice, settings):
    backbone = Backbone.objects.create(name="learnt by itself", is_ready=True)
    complete_own_space(project=project, user=alice)
    assert not Job.objects.exists()
    settings.DEFAULT_BACKBONE = backbone.pk
    complete_own_space(project=project, user=alice)
    assert Job.objects.get().params == {"backbone": backbone.pk, "filter": {}}
