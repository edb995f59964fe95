"""With many projects and models no page carries all: the first, what is chosen, and where to find the others."""

import re

import pytest
from django.utils import timezone

from annotations.learning.models import LearningSet, Model, ProjectModel
from annotations.learning.sets import views as set_views
from annotations.learning.views import models as registry_views
from annotations.projects.actions import create_project
from annotations.projects.models import Project
from annotations.projects.optionlists import CARRIED
from tests.learning.models import make_model, make_ready
from tests.worlds import shared_rows

LIST = 'data-options="/api/v1/options/managed-projects/"'


@shared_rows
def many(alice) -> list[Project]:
    return [create_project(title=f"Bay {number:03}", owner=alice) for number in range(CARRIED + 10)]


def carried(html: str) -> int:
    return len(re.findall(r"Bay \d{3}", html))


@pytest.mark.parametrize("address", ["/models/new/", "/models/import/", "/learning-sets/new/"])
def test_forms_carry_the_first_projects_and_those_that_are_chosen(client, alice, many, address):
    client.force_login(alice)
    html = client.get(address).content.decode()
    assert LIST in html and carried(html) <= CARRIED
    last = many[-1]
    assert f"Bay {CARRIED + 9:03}" not in html
    if address != "/models/import/":
        chosen = client.get(address, {"project": last.pk}).content.decode()
        assert re.search(rf'value="{last.pk}" checked', chosen), "what the address names is ticked"


def test_the_list_of_projects_has_those_that_one_manages(client, alice, bob, many):
    client.force_login(alice)
    assert [row["name"] for row in client.get("/api/v1/options/managed-projects/?q=bay 059").json()] == [
        "Bay 059"
    ]
    client.force_login(bob)
    assert client.get("/api/v1/options/managed-projects/?q=bay 059").json() == []


def test_a_model_becomes_the_own_one_of_a_project_that_the_page_does_not_carry(client, lake, alice, many):
    model, last = make_ready(lake.project, lake.disc, lake.bar), many[-1]
    model.projects.add(last)
    client.force_login(alice)
    html = client.get(f"/models/{model.pk}/").content.decode()
    assert LIST in html and carried(html) <= CARRIED + 2  # it learnt from the last: that is named, and chosen
    assert re.search(rf'<option value="{last.pk}"\s+selected', html)
    client.post(f"/models/{model.pk}/own/", {"project": last.pk})
    assert ProjectModel.objects.get(project=last).model == model
    html = client.get(f"/models/{model.pk}/").content.decode()
    assert "It is the own model of" in html
    client.post(f"/models/{model.pk}/own/", {"project": last.pk, "release": "1"})
    assert not ProjectModel.objects.exists()


def test_the_registry_comes_by_pages_and_keeps_what_was_asked_for(client, project, alice, monkeypatch):
    monkeypatch.setattr(registry_views, "A_PAGE", 2)
    names = [f"Copepods {number}" for number in range(3)]
    for name in names:
        Model.objects.filter(pk=make_model(project, "running").pk).update(name=name, archived=timezone.now())
    client.force_login(alice)
    first = client.get("/models/?q=copepods&archived=1").content.decode()
    assert names[2] in first and names[1] in first and names[0] not in first
    (older,) = re.findall(r'href="(\?[^"]*cursor=[^"]*)"', first)
    second = client.get("/models/" + older.replace("&amp;", "&")).content.decode()
    assert names[0] in second and names[1] not in second and "Older models" not in second


def test_learning_sets_come_by_pages(client, project, alice, monkeypatch):
    monkeypatch.setattr(set_views, "A_PAGE", 1)
    for name in ("Spring", "Summer"):
        LearningSet.objects.create(name=name, owner=alice, facts={}).projects.add(project)
    client.force_login(alice)
    first = client.get("/learning-sets/").content.decode()
    assert "Summer" in first and "Spring" not in first
    (older,) = re.findall(r'href="([?]cursor=[^"]*)"', first)
    second = client.get(f"/learning-sets/{older}").content.decode()
    assert "Spring" in second and "Summer" not in second and "Older sets" not in second


def test_each_of_many_frozen_sets_can_be_exported_by_and_compared_with(client, lake, alice, bob):
    project = lake.project
    sets = [
        LearningSet.objects.create(name=f"Spring {n:03}", owner=alice, facts={"objects": 10, "taxa": 2})
        for n in range(CARRIED + 60)
    ]
    for one in sets:
        one.projects.add(project)
    client.force_login(alice)
    export = client.get(f"/projects/{project.pk}/export/?format=coco").content.decode()
    address = f"/api/v1/projects/{project.pk}/options/learning-sets-of-project/"
    assert f'data-options="{address}"' in export
    newest = [f"Spring {n:03}" for n in reversed(range(60, CARRIED + 60))]
    assert re.findall(r"Spring \d{3}", export) == newest
    assert [row["value"] for row in client.get(address, {"q": "spring 003"}).json()] == [str(sets[3].pk)]
    page = client.get(f"/learning-sets/{sets[-1].pk}/").content.decode()
    assert 'data-options="/api/v1/options/frozen-sets/"' in page
    assert f'<option value="{sets[-2].pk}" selected' in page, "the newest other"
    only = create_project(title="Only Alice", owner=alice)
    sets[5].projects.set([only])
    client.force_login(bob)
    assert client.get(address, {"q": "spring 005"}).json() == []
    assert client.get("/api/v1/options/frozen-sets/?q=spring 005").json() == []
