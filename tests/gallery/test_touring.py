"""Where a person is in the tour is theirs, and the tour is for who may label."""

import pytest

from annotations.gallery.touring import start_tour
from annotations.projects.actions import create_project, set_role
from annotations.projects.demo import TITLE, demo_project_of
from annotations.projects.models import Role


def test_it_goes_on_where_it_was_left_in_the_same_project_and_anew_in_another(project, alice, bob):
    other = create_project(title="Other", owner=alice)
    set_role(project=other, user=bob, role=Role.ANNOTATOR)
    start_tour(user=bob, project_id=project.pk)
    assert bob.preferences["tour"]["step"] == 0
    bob.preferences["tour"] |= {"step": 4, "is_on": False, "finished": "2026-11-28"}
    start_tour(user=bob, project_id=project.pk)
    assert (bob.preferences["tour"]["step"], bob.preferences["tour"]["is_on"]) == (4, True)
    start_tour(user=bob, project_id=other.pk)
    assert (bob.preferences["tour"]["step"], bob.preferences["tour"]["finished"]) == (0, "2026-11-28")


@pytest.mark.parametrize(("name", "is_offered"), [("bob", True), ("vera", False), ("dan", False)])
def test_the_tour_is_offered_to_who_may_label_in_the_demo_project(client, project, request, name, is_offered):
    person = request.getfixturevalue(name)
    assert demo_project_of(person) is None
    project.title = TITLE
    project.save()
    assert (demo_project_of(person) == project) is is_offered
    client.force_login(person)
    assert ("Take the tour" in client.get("/").content.decode()) is is_offered


def test_the_card_stands_on_pages_while_the_tour_is_on(client, project, bob):
    client.force_login(bob)
    address = f"/projects/{project.pk}/"
    assert 'id="tour"' not in client.get(address).content.decode()
    assert client.post(f"{address}tour/").url == address
    assert 'id="tour"' in client.get(address).content.decode()
    assert f'data-review="/projects/{project.pk}/review/"' in client.get(address).content.decode()


def test_a_place_in_the_tour_that_makes_no_sense_breaks_no_page(client, project, bob):
    bob.preferences = {"tour": {"is_on": True, "project": "nowhere"}}
    bob.save()
    client.force_login(bob)
    assert client.get(f"/projects/{project.pk}/").status_code == 200
