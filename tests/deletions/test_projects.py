"""A deleted project waits in a bin, where its managers alone find it; then it is gone, and what was learnt stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from annotations.deletions import purging
from annotations.deletions.actions import delete_project, restore_project, start_due_deletions
from annotations.deletions.models import Deletion
from annotations.exports.actions import start_export
from annotations.jobs.models import Job
from annotations.jobs.queries import jobs_seen_by
from annotations.labels.models import Batch
from annotations.learning.models import LearningSet, Model
from annotations.learning.queries import models_seen_by, sets_seen_by
from annotations.projects.access import projects_seen_by, role_in
from annotations.projects.actions import create_project, set_role
from annotations.projects.models import Project, Role
from annotations.samples.models import Object
from tests.plankton import make_tow
from tests.rights.test_matrix import TABLE, send
from tests.rights.world import build_world
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
TITLE = "Villefranche 2026"
STAYS = {"deletions:bin", "api:bin", "projects:join"}


def deleted(project, alice) -> Deletion:
    return delete_project(project=project, user=alice, title=TITLE)


def age(deletion: Deletion, days: float) -> None:
    then = timezone.now() - timedelta(days=days)
    Deletion.objects.filter(pk=deletion.pk).update(deleted=then)
    Project.objects.filter(pk=deletion.project_id).update(deleted=then)


@pytest.fixture
def binned():
    """The world of all routes, its project in the bin."""
    world = build_world()
    deleted(Project.objects.get(pk=world.ids["project_id"]), world.people["alice"])
    return world


@pytest.mark.parametrize("role", ["alice", "bob", "root"])
def test_no_page_and_no_route_tells_of_it_any_more(binned, role):
    client = binned.client(role)
    names = [name for method, name in TABLE if method == "GET" and name not in STAYS]
    answers = {name: send(client, binned, "GET", name).getvalue() for name in names}
    assert [name for name in names if TITLE.encode() in answers[name]] == []


def test_nobody_has_a_role_in_it(project, alice, bob, root):
    deleted(project, alice)
    for person in (alice, bob, root):
        assert role_in(person, project.pk) is None
        assert project not in projects_seen_by(person)


@pytest.mark.parametrize("title", ["", "Villefranche", "villefranche 2026"])
def test_its_title_must_be_typed(client, project, alice, title):
    client.force_login(alice)
    answer = client.post(f"/projects/{project.pk}/settings/delete/", {"title": title})
    assert answer.status_code == 400
    assert role_in(alice, project.pk) == Role.MANAGER


@pytest.mark.parametrize("person", ["bob", "carla", "vera", "dan"])
def test_only_managers_delete_it(request, project, person):
    with pytest.raises(PermissionDenied):
        delete_project(project=project, user=request.getfixturevalue(person), title=TITLE)


def test_a_manager_deletes_and_restores_it_by_the_pages(client, project, alice, bob):
    tow = make_tow(project)
    client.force_login(alice)
    answer = client.post(f"/projects/{project.pk}/settings/delete/", {"title": f" {TITLE} "}, follow=True)
    page = answer.content.decode()
    removal = timezone.now() + timedelta(days=30)
    assert "Restore Villefranche 2026" in page and f"{removal:%Y-%m-%d %H:}" in page and ">Alice<" in page
    assert client.get(f"/projects/{project.pk}/").status_code == 404
    assert '/projects/bin/">Bin</a>' in client.get("/").content.decode()

    client.force_login(bob)
    assert TITLE not in client.get("/projects/bin/").content.decode()
    assert "Bin</a>" not in client.get("/").content.decode()
    assert client.post(f"/projects/{project.pk}/restore/").status_code == 404

    client.force_login(alice)
    assert client.post(f"/projects/{project.pk}/restore/", follow=True).status_code == 200
    assert role_in(bob, project.pk) == Role.ANNOTATOR
    assert Object.objects.filter(project=project).count() == len(tow.objects)
    log = client.get(f"/projects/{project.pk}/settings/delete/").content.decode()
    assert "restored by Alice" in log


def test_by_the_api(client, project, alice):
    client.force_login(alice)
    url = f"/api/v1/projects/{project.pk}/"
    body = {"title": TITLE}
    answer = client.delete(url, body, content_type="application/json").json()
    assert (answer["id"], answer["title"], answer["deleted_by"]) == (project.pk, TITLE, "Alice")
    assert client.get(url).status_code == 404
    assert [one["id"] for one in client.get("/api/v1/bin/").json()] == [project.pk]
    assert client.post(f"{url}restore/").json()["role"] == "manager"
    assert client.get(url).status_code == 200


def test_a_title_that_was_taken_meanwhile_is_no_hindrance(project, alice):
    deleted(project, alice)
    create_project(title=TITLE, owner=alice)
    restore_project(project_id=project.pk, user=alice)
    assert Project.objects.living().filter(title=TITLE).count() == 2


def test_its_jobs_are_cancelled_and_hidden(project, alice, root):
    waiting, running = (start_export(project=project, user=alice) for _ in range(2))
    Job.objects.filter(pk=running.pk).update(state="running")
    deleted(project, alice)
    waiting.refresh_from_db()
    running.refresh_from_db()
    assert waiting.state == "cancelled" and running.cancel_requested
    assert not jobs_seen_by(alice).exists() and not jobs_seen_by(root).exists()


def test_after_thirty_days_it_is_gone(binned, monkeypatch):
    monkeypatch.setattr(purging, "CHUNK", 1)
    deletion, alice = Deletion.objects.get(), binned.people["alice"]
    age(deletion, 29.9)
    assert start_due_deletions() == []
    age(deletion, 30.1)
    with pytest.raises(ValidationError, match="for good"):
        restore_project(project_id=deletion.project_id, user=alice)
    (job,) = start_due_deletions()
    assert start_due_deletions() == [job]
    assert work(job).message == f"{TITLE} is deleted for good, with {deletion.objects_then} objects."
    deletion.refresh_from_db()
    assert deletion.gone and deletion.project is None and deletion.deleted_by == alice
    assert not Project.objects.exists() and not Object.objects.exists() and not Batch.objects.exists()
    assert start_due_deletions() == []


def test_one_that_is_restored_after_the_job_began_stays(project, alice, settings):
    """The days in the bin may be made more, too."""
    make_tow(project)
    objects = Object.objects.count()
    age(deleted(project, alice), 31)
    (job,) = start_due_deletions()
    settings.BIN_DAYS = 60
    restore_project(project_id=project.pk, user=alice)
    ended = work(job)
    assert (ended.state, ended.message) == ("failed", f"{TITLE} is not deleted: it was restored.")
    assert Object.objects.count() == objects and Project.objects.get() == project


def test_other_projects_keep_theirs(project, alice, bob, carla, vera):
    other = create_project(title="Other", owner=alice)
    make_tow(project)
    objects = len(make_tow(other).objects)
    age(deleted(project, alice), 31)
    (job,) = start_due_deletions()
    assert work(job).state == "done"
    assert Object.objects.count() == objects and Project.objects.get() == other


def test_one_that_was_restored_is_nobodys_to_restore(project, alice):
    deleted(project, alice)
    restore_project(project_id=project.pk, user=alice)
    with pytest.raises(Http404):
        restore_project(project_id=project.pk, user=alice)


def test_a_model_stays_with_its_people_and_then_with_who_trained_it(project, alice, bob):
    model = Model.objects.create(name="m", owner=alice)
    model.projects.add(project)
    age(deleted(project, alice), 31)
    assert model in models_seen_by(bob)
    (job,) = start_due_deletions()
    work(job)
    assert model in models_seen_by(alice) and model not in models_seen_by(bob)


def test_a_learning_set_tells_nothing_of_a_project_that_is_gone(project, alice, bob):
    """Bob is in the other project alone once the first is gone; the set still holds its pictures."""
    other = create_project(title="Other", owner=alice)
    set_role(project=other, user=bob, role=Role.MANAGER)
    recipe = {"projects": [{"project": project.pk}, {"project": other.pk}]}
    learning_set = LearningSet.objects.create(name="s", recipe=recipe)
    learning_set.projects.set([project, other])
    assert learning_set in sets_seen_by(bob)
    age(deleted(project, alice), 31)
    assert learning_set not in sets_seen_by(bob)
    (job,) = start_due_deletions()
    work(job)
    assert learning_set not in sets_seen_by(bob)
