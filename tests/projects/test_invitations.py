import re
from datetime import timedelta

import pytest
import redis
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from annotations.accounts.models import User
from annotations.accounts.tokens import create_token
from annotations.projects.actions import remove_member, set_role
from annotations.projects.annotators import imported_annotator
from annotations.projects.invitations import (
    accept_invitation,
    create_invitation,
    find_invitation,
    revoke_invitation,
)
from annotations.projects.models import Invitation, Role
from tests.worlds import shared_rows

ACCOUNT = {
    "username": "eve",
    "first_name": "Eve",
    "email": "eve@example.org",
    "password1": "copepods-in-the-dark",
    "password2": "copepods-in-the-dark",
}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@shared_rows
def invitation(project, alice) -> tuple[Invitation, str]:
    return create_invitation(project=project, by=alice, role=Role.EXPERT)


def test_a_manager_makes_a_link_that_makes_an_account(project, alice):
    fields = {"role": "annotator", "uses": 1, "days": 7, "note": "Eve of the ship"}
    page = signed_in(alice).post(f"/projects/{project.pk}/invitations/", fields)
    path = re.search(r'value="http://testserver(/invitations/\S+/)"', page.content.decode())[1]
    later = signed_in(alice).get(f"/projects/{project.pk}/settings/").content.decode()
    assert "Eve of the ship" in later and path not in later
    browser = Client()
    assert "Villefranche 2026" in browser.get(path).content.decode()
    assert browser.post(path, ACCOUNT).url == f"/projects/{project.pk}/"
    assert browser.get("/accounts/profile/").status_code == 200  # signed in
    assert project.memberships.get(user__username="eve").role == Role.ANNOTATOR
    assert Client().get(path).status_code == 404  # it was for one


def test_who_has_an_account_signs_in_and_joins(invitation, project, dan):
    path = f"/invitations/{invitation[1]}/"
    assert f"/accounts/sign-in/?next={path}" in Client().get(path).content.decode()
    browser = signed_in(dan)
    assert "Join as Dan" in browser.get(path).content.decode()
    assert not project.memberships.filter(user=dan).exists()  # a link alone changes nothing
    browser.post(path)
    assert project.memberships.get(user=dan).role == Role.EXPERT


def test_a_member_stays_what_they_are_and_uses_nothing_up(invitation, project, vera):
    accept_invitation(key=invitation[1], user=vera)
    assert project.memberships.get(user=vera).role == Role.VIEWER
    assert find_invitation(invitation[1])


def test_it_is_for_as_many_as_it_says(project, alice, dan, root):
    _, key = create_invitation(project=project, by=alice, role=Role.VIEWER, uses=2)
    eve = User.objects.create_user("eve")
    accept_invitation(key=key, user=dan)
    accept_invitation(key=key, user=eve)
    with pytest.raises(ValidationError, match="no longer valid"):
        accept_invitation(key=key, user=root)


def _expire(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(expires=timezone.now() - timedelta(seconds=1))


def _demote(invitation):
    set_role(project=invitation.project, user=User.objects.get(username="bob"), role=Role.MANAGER)
    set_role(project=invitation.project, user=invitation.created_by, role=Role.EXPERT)


def _leave(invitation):
    set_role(project=invitation.project, user=User.objects.get(username="bob"), role=Role.MANAGER)
    remove_member(project=invitation.project, user=invitation.created_by)


@pytest.mark.parametrize(
    "end", [_expire, _demote, _leave, lambda invitation: revoke_invitation(invitation=invitation)]
)
def test_it_ends(invitation, project, dan, end):
    end(invitation[0])
    path = f"/invitations/{invitation[1]}/"
    for browser in (Client(), signed_in(dan)):
        assert browser.get(path).status_code == browser.post(path, ACCOUNT).status_code == 404
    assert not project.memberships.filter(user=dan).exists()
    assert not User.objects.filter(username="eve").exists()


def test_a_guessed_key_tells_nothing(db):
    page = Client().get("/invitations/guess/")
    assert page.status_code == 404 and "no longer valid" in page.content.decode()


def test_the_database_holds_no_key(invitation):
    assert invitation[1] not in str(list(Invitation.objects.values()))


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("username", "eve@example.org", "don&#x27;t use your e-mail"),
        ("username", "BOB", "already exists"),
        ("password2", "different", "didn’t match"),
    ],
)
def test_a_bad_account_says_why_and_makes_nothing(invitation, field, value, says):
    people = User.objects.count()
    page = Client().post(f"/invitations/{invitation[1]}/", {**ACCOUNT, field: value})
    assert says in page.content.decode()
    assert User.objects.count() == people and find_invitation(invitation[1])


def test_the_api_invites_joins_and_revokes(project, alice, dan):
    def post(user, url, body):
        headers = {"authorization": f"Token {create_token(user=user, name='x')[1]}"}
        return Client().post(url, body, "application/json", headers=headers)

    made = post(alice, f"/api/v1/projects/{project.pk}/invitations/", {"role": "viewer", "uses": 2}).json()
    key = made["url"].rstrip("/").split("/")[-1]
    assert post(dan, "/api/v1/invitations/accept/", {"key": key}).json()["role"] == "viewer"
    one = f"/api/v1/projects/{project.pk}/invitations/{made['id']}/"
    assert signed_in(alice).get(one.rsplit("/", 2)[0] + "/").json()[0]["uses_left"] == 1
    assert signed_in(alice).delete(one).status_code == 204
    assert post(alice, "/api/v1/invitations/accept/", {"key": key}).status_code == 400


def test_the_page_of_settings_asks_as_much_for_many_people_as_for_few(
    project, alice, django_assert_max_num_queries
):
    for n in range(8):
        user = User.objects.create_user(f"new-{n}")
        _, key = create_invitation(project=project, by=alice, role=Role.VIEWER)
        accept_invitation(key=key, user=user, account_made=True)
        create_invitation(project=project, by=alice, role=Role.VIEWER)
        imported_annotator(project=project, name=f"Name {n}", email="")
    browser = signed_in(alice)
    with django_assert_max_num_queries(18):
        page = browser.get(f"/projects/{project.pk}/settings/").content.decode()
    assert page.count("to set a new password") == 8


def test_a_letter_that_can_not_be_queued_costs_no_invitation(project, alice, monkeypatch, settings):
    def away(*args: object, **options: object) -> None:
        raise redis.ConnectionError("no broker")

    monkeypatch.setattr("celery.canvas.Signature.apply_async", away)
    settings.SENDS_EMAIL = True
    fields = {"role": "annotator", "uses": 1, "days": 7, "email": "eve@example.org"}
    answer = signed_in(alice).post(f"/projects/{project.pk}/invitations/", fields)
    page = answer.content.decode()
    assert "hand the link over yourself" in page and "/invitations/" in page
