"""Nobody finds what is in the bin of a project but on the page of the bin, nor the hidden project that holds it."""

import pytest

from annotations.deletions.object_actions import start_deletion
from annotations.deletions.queries import bin_of
from annotations.jobs.models import Job
from annotations.labels.tally import project_counts
from annotations.learning.models import Model
from annotations.learning.origin import sources_of
from annotations.projects.access import deleted_projects_of, projects_seen_by, role_in
from annotations.projects.models import Project
from annotations.readings.models import Reading
from annotations.samples.models import Object
from annotations.search.filter import Filter
from tests.rights.test_matrix import TABLE, send
from tests.rights.world import build_world
from tests.run_jobs import work

pytestmark = pytest.mark.django_db
LISTS = {"deletions:objects", "deletions:purge", "api:deleted_objects"}


@pytest.fixture
def thrown():
    """The world of all routes; all objects of its project are in the bin."""
    world = build_world()
    project = Project.objects.get(pk=world.ids["project_id"])
    Reading.objects.update(closed=project.created)
    Job.objects.update(state="done")
    count = sum(count for _, _, count in project_counts(project.pk))
    alice = world.people["alice"]
    job = work(start_deletion(project=project, user=alice, criteria=Filter(), expected=count))
    assert (job.state, count) == ("done", 10)
    return world


@pytest.mark.parametrize("role", ["alice", "root"])
def test_no_page_and_no_route_tells_of_it(thrown, role):
    client = thrown.client(role)
    names = [name for method, name in TABLE if method == "GET" and name not in LISTS]
    answers = {name: send(client, thrown, "GET", name).getvalue() for name in names}
    assert [name for name in names if b"Bin of" in answers[name]] == []
    assert [name for name in names if b"obj_3" in answers[name]] == []


def test_it_is_no_project_of_anybodys(thrown):
    hidden = Project.objects.filter(bin_of=thrown.ids["project_id"])
    for name in ("alice", "root"):
        person = thrown.people[name]
        assert not projects_seen_by(person).filter(pk__in=hidden).exists()
        assert not deleted_projects_of(person).exists() and not bin_of(person).exists()
        assert {role_in(person, project.pk) for project in hidden} == {None}


def test_what_is_in_it_is_not_counted_exported_or_compared(thrown):
    client, project = thrown.client("alice"), thrown.ids["project_id"]
    assert client.get(f"/api/v1/projects/{project}/counts/").json() == []
    assert client.get(f"/api/v1/projects/{project}/objects/").json()["results"] == []
    assert client.get(f"/api/v1/objects/{thrown.ids['object_id']}/").status_code == 404
    assert not Object.objects.filter(project=project).exists()


def test_models_are_no_models_of_it(thrown):
    model = Model.objects.get(pk=thrown.ids["model_id"])
    assert [each.pk for each in model.projects.all()] == [thrown.ids["project_id"]]
    assert "deleted" not in sources_of(model, {thrown.ids["project_id"]})
