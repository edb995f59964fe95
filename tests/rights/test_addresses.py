"""Some people sign in with their e-mail address, and some packages have one for a name: nobody else reads it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from annotations.accounts.models import User
from annotations.marks.models import Mark
from annotations.projects.annotators import imported_annotator
from annotations.projects.models import Project
from annotations.samples.models import Object
from annotations.search.models import SavedView
from tests.rights.routes import routes
from tests.rights.world import World, build_world, rolled_back, write_download

SECRET = "@secret.example"


@pytest.fixture(scope="module")
def shared_world(django_db_setup, django_db_blocker) -> Iterator[World]:
    """Everybody is called by an address, and everybody has done something that pages show."""
    with django_db_blocker.unblock(), rolled_back():
        world = build_world()
        for name, person in world.people.items():
            User.objects.filter(pk=person.pk).update(username=f"{name}{SECRET}", first_name="")
        _act(world, Project.objects.get(pk=world.ids["project_id"]))
        yield world


def _act(world: World, project: Project) -> None:
    imported = imported_annotator(project=project, name=f"ada{SECRET}", email="")
    alice = User.objects.get(pk=world.people["alice"].pk)
    objects = list(Object.objects.filter(project=project, state="V").order_by("id"))
    objects.append(Object.objects.get(pk=world.ids["object_id"]))
    for each, person in zip(objects, (alice, alice, imported), strict=True):
        Object.objects.filter(pk=each.pk).update(annotator=person, labelled_at=datetime.now(UTC))
    SavedView.objects.filter(owner=alice).update(is_shared=True)
    Mark.objects.update(author=alice)


@pytest.fixture
def world(shared_world: World, db: None) -> World:
    write_download(shared_world)
    return shared_world


GETS = [name for name in routes() if name != "accounts:profile"]  # one reads one's own there
ASKING = [  # of routes that say more when asked so
    ("gallery:bench", "annotator={alice}"),
    ("gallery:filters", "annotator={alice}"),
    ("api:objects", "annotator={ada}"),
    ("api:labels", "ids={object}"),
    ("api:model_choices", "ids={object}"),
    ("api:marks", "format=csv"),
    ("api:marks", "format=coco"),
    ("history:list", "person=all"),
    ("history:roll_back", "person={alice}&since=2020-01-01"),
    ("api:actions", "person=all"),
]


def read(client: Client, world: World, name: str, query: str = "") -> str:
    url = reverse(name, kwargs={key: world.ids[key] for key in routes()[name].pattern.converters})
    return client.get(f"{url}?{query}").getvalue().decode(errors="replace")


@pytest.mark.parametrize("role", ["vera", "bob", "carla"])
@pytest.mark.parametrize("name", GETS)
def test_no_page_and_no_route_tells_it(world, role, name):
    text = read(world.client(role), world, name).replace(f"{role}{SECRET}", "")
    assert SECRET not in text


@pytest.mark.parametrize(("name", "query"), ASKING)
def test_not_when_asked_for_more(world, name, query):
    people = {"alice": world.people["alice"].pk, "object": world.ids["object_id"]}
    people["ada"] = User.objects.get(first_name=f"ada{SECRET}").pk
    text = read(world.client("carla"), world, name, query.format(**people)).replace(f"carla{SECRET}", "")
    assert SECRET not in text


@pytest.mark.parametrize("table", ["samples", "taxa", "people", "days"])
def test_not_in_tables(world, table):
    url = reverse("assignments:table", args=[world.ids["project_id"], table])
    assert SECRET not in world.client("carla").get(url).getvalue().decode()


def test_a_manager_sees_who_is_who(world):
    text = read(world.client("alice"), world, "projects:settings")
    assert f"ada{SECRET}" in text and f"bob{SECRET}" in text
    assert f"ada{SECRET}" in read(world.client("alice"), world, "api:annotators")
