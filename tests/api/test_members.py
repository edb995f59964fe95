"""Members by the API: seen by members, chosen by managers, never without a manager."""

import pytest

from annotations.projects.models import Membership


def url(project, user=None) -> str:
    return f"/api/v1/projects/{project.pk}/members/" + (f"{user.pk}/" if user else "")


def test_a_manager_adds_promotes_and_removes(alices, project, dan):
    added = alices.post(url(project), {"username": dan.username, "role": "viewer"})
    assert added.json() == {
        "id": dan.pk,
        "username": "dan",
        "name": "Dan",
        "role": "viewer",
        "email": "dan@example.org",
    }
    alices.post(url(project), {"username": dan.username, "role": "expert"})
    seen = {entry["username"]: entry["role"] for entry in alices.get(url(project)).json()}
    assert seen[dan.username] == "expert"
    assert alices.delete(url(project, dan)).status_code == 204
    assert not Membership.objects.filter(project=project, user=dan).exists()
    assert alices.delete(url(project, dan)).status_code == 404


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"username": "nobody", "role": "viewer"}, "There is nobody called nobody"),
        ({"username": "dan", "role": "king"}, "is not a valid choice"),
        ({"username": "dan"}, "required"),
    ],
)
def test_what_is_wrong_is_said(alices, project, dan, given, sentence):
    answer = alices.post(url(project), given)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_the_last_manager_stays(alices, project, alice):
    answer = alices.delete(url(project, alice))
    assert answer.status_code == 400
    assert "needs a manager" in answer.content.decode()


def test_emails_are_for_managers(bobs, alices, project):
    assert "@example.org" not in bobs.get(url(project)).content.decode()
    assert "bob@example.org" in alices.get(url(project)).content.decode()
