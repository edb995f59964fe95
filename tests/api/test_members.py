"""Members by the API: seen by members, chosen by managers, never without a manager."""

import pytest

from annotations.projects.invitations import accept_invitation, create_invitation
from annotations.projects.models import Membership, Role


def url(project, user=None) -> str:
    return f"/api/v1/projects/{project.pk}/members/" + (f"{user.pk}/" if user else "")


def test_a_manager_adds_promotes_and_removes(alices, project, dan):
    added = alices.post(url(project), {"username": dan.username, "role": "viewer"})
    assert added.json() == {
        "id": dan.pk,
        "username": "dan",
        "name": "Dan",
        "role": "viewer",
    }
    alices.post(url(project), {"username": dan.username, "role": "expert"})
    roles = {entry["username"]: entry["role"] for entry in alices.get(url(project)).json()}
    assert roles[dan.username] == "expert"
    assert alices.delete(url(project, dan)).status_code == 204
    assert not Membership.objects.filter(project=project, user=dan).exists()
    assert alices.delete(url(project, dan)).status_code == 404


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"username": "nobody", "role": "viewer"}, "There is nobody called nobody"),
        (
            {"username": "dan", "role": "king"},
            "“king” is none of its values: viewer, annotator, expert, manager",
        ),
        ({"username": "dan"}, "required"),
    ],
)
def test_what_is_wrong_is_said(alices, project, dan, body, sentence):
    answer = alices.post(url(project), body)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()


def test_the_last_manager_stays(alices, project, alice):
    answer = alices.delete(url(project, alice))
    assert answer.status_code == 400
    assert "needs a manager" in answer.content.decode()


def addresses(client, project) -> dict[str, str | None]:
    return {entry["username"]: entry.get("email") for entry in client.get(url(project)).json()}


def test_to_add_somebody_does_not_tell_their_address(alices, bobs, client, project, alice, bob, dan):
    _, key = create_invitation(project=project, by=alice, role=Role.VIEWER)
    accept_invitation(key=key, user=dan)
    assert addresses(alices, project) == {
        "alice": None,
        "bob": None,  # who was added by his user name
        "carla": None,
        "dan": "dan@example.org",
        "vera": None,
    }
    assert set(addresses(bobs, project).values()) == {None}
    client.force_login(alice)
    page = client.get(f"/projects/{project.pk}/settings/").content.decode()
    assert "dan@example.org" in page and "bob@example.org" not in page


def test_administrators_see_all_addresses(client, project, root):
    client.force_login(root)
    assert "bob@example.org" in client.get(f"/projects/{project.pk}/settings/").content.decode()
    assert addresses(client, project)["bob"] == "bob@example.org"
