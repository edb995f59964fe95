import re
from importlib import import_module

import pytest
from celery import current_app
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.cache import cache
from django.test import Client

from annotations.accounts.emails import send_reset_email
from annotations.accounts.passwords import reset_path
from annotations.accounts.tokens import create_token
from annotations.projects.access import may_reset_password
from annotations.projects.actions import create_project, set_role
from annotations.projects.invitations import accept_invitation, create_invitation
from annotations.projects.models import Role
from tests.people import PASSWORD, make_person

NEW = "copepods-in-the-dark"


@pytest.fixture(autouse=True)
def _no_letter_before():
    cache.clear()


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def change(client: Client, old: str = PASSWORD, new: str = NEW):
    fields = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post("/accounts/password/", fields)


def set_password(path: str, new: str = NEW) -> Client:
    """As a browser does: the link leads on to a page without the token in its address."""
    client = Client()
    page = client.get(path, follow=True)
    if page.redirect_chain:
        client.post(page.redirect_chain[-1][0], {"new_password1": new, "new_password2": new})
    return client


def test_changing_the_password_ends_the_sessions_elsewhere(bob):
    here, elsewhere = signed_in(bob), signed_in(bob)
    _, key = create_token(user=bob, name="x")
    assert change(here).url == "/accounts/profile/"
    assert here.get("/accounts/profile/").status_code == 200
    assert elsewhere.get("/accounts/profile/").status_code == 302
    assert Client().get("/api/v1/projects/", headers={"authorization": f"Token {key}"}).status_code == 200
    bob.refresh_from_db()
    assert bob.check_password(NEW)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("guess", NEW, "old password was entered incorrectly"), (PASSWORD, "short", "too short")],
)
def test_a_bad_change_says_why(bob, old, new, says):
    assert says in change(signed_in(bob), old, new).content.decode()
    bob.refresh_from_db()
    assert bob.check_password(PASSWORD)


def test_the_api_changes_it_too(bob):
    headers = {"authorization": f"Token {create_token(user=bob, name='x')[1]}"}
    page = signed_in(bob)

    def post(old, new):
        body = {"old_password": old, "new_password": new}
        return Client().post("/api/v1/me/password/", body, "application/json", headers=headers)

    assert post("guess", NEW).status_code == 400
    assert "too short" in post(PASSWORD, "x").json()["detail"]
    assert post(PASSWORD, NEW).status_code == 204
    assert page.get("/accounts/profile/").status_code == 302
    assert [post("guess", NEW).status_code for _ in range(6)] == [400] * 5 + [429]


def test_without_email_the_page_says_whom_to_ask(client, db, settings):
    settings.SENDS_EMAIL = False
    page = client.get("/accounts/password/forgotten/").content.decode()
    assert "sends no e-mails" in page and "administrator" in page and "<form" not in page.split("<main")[1]


def test_a_forgotten_password_is_set_by_the_letters_link(bob):
    assert send_reset_email("BOB@example.org", "https://seston.example") == 1
    (letter,) = mail.outbox
    assert letter.to == ["bob@example.org"]
    set_password(re.search(r"https://seston.example(/\S+)", letter.body)[1])
    bob.refresh_from_db()
    assert bob.check_password(NEW)


def test_known_and_unknown_addresses_are_answered_alike(client, bob, settings, monkeypatch):
    settings.SENDS_EMAIL = True
    queued = []
    monkeypatch.setattr(
        "annotations.accounts.password_views.queue_email", lambda *args: queued.append(args[:2])
    )
    pages = [
        client.post("/accounts/password/forgotten/", {"email": email}).content.split(b"<main")[1]
        for email in ("bob@example.org", "nobody@example.org")
    ]
    assert pages[0] == pages[1]
    assert queued == [
        ("send_reset_email", "bob@example.org"),
        ("send_reset_email", "nobody@example.org"),
    ]


def test_letters_are_tasks_that_the_worker_knows():
    import_module("worker.tasks")
    assert {"worker.send_reset_email", "worker.send_invitation_email"} <= set(current_app.tasks)


def test_nobody_unable_to_sign_in_gets_a_letter_and_nobody_gets_many(bob):
    ada = make_person("ada", password=None, is_active=False)
    assert send_reset_email(ada.email, "https://x") == 0
    assert send_reset_email("nobody@example.org", "https://x") == 0
    assert [send_reset_email(bob.email, "https://x") for _ in range(3)] == [1, 0, 0]


def test_a_link_sets_the_password_once(bob):
    path = reset_path(bob)
    set_password(path)
    set_password(path, "another-password-9")
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert "no longer valid" in Client().get(path).content.decode()


def test_setting_it_unlocks_the_sign_in(bob):
    for _ in range(6):
        Client().post("/accounts/sign-in/", {"username": "bob", "password": "guess"})
    set_password(reset_path(bob))
    answer = Client().post("/accounts/sign-in/", {"username": "bob", "password": NEW})
    assert answer.status_code == 302


def test_an_administrator_makes_a_link_to_hand_over(root, bob):
    fields = {"action": "make_reset_link", "_selected_action": [bob.pk]}
    page = signed_in(root).post("/admin/accounts/user/", fields, follow=True).content.decode()
    set_password(re.search(r"http://testserver(/accounts/password/[^<\s]+/)", page)[1])
    bob.refresh_from_db()
    assert bob.check_password(NEW)
    assert LogEntry.objects.filter(user=root, object_id=bob.pk, change_message__contains="link").exists()


def test_a_manager_makes_links_only_for_accounts_that_their_invitation_made(project, alice, bob, root):
    def invited(username, where, by, **more):
        user = make_person(username, **more)
        _, key = create_invitation(project=where, by=by, role=Role.ANNOTATOR)
        accept_invitation(key=key, user=user, account_made=True)
        return user

    eve = invited("eve", project, alice)
    assert may_reset_password(alice, eve) and may_reset_password(root, bob)
    assert not may_reset_password(alice, bob)  # made by somebody else, and only given a role here
    assert not may_reset_password(bob, eve)
    assert not may_reset_password(alice, invited("admin", project, alice, is_superuser=True))
    theirs = create_project(title="Bob's own", owner=bob)
    set_role(project=theirs, user=eve, role=Role.VIEWER)
    assert not may_reset_password(alice, eve)  # it would open Bob's project to her
    assert not may_reset_password(bob, eve)
    page = signed_in(alice).post(f"/projects/{project.pk}/members/{eve.pk}/reset-link/")
    assert page.status_code == 403


def test_the_managers_page_shows_the_link_once(project, alice):
    eve = make_person("eve")
    _, key = create_invitation(project=project, by=alice, role=Role.VIEWER)
    accept_invitation(key=key, user=eve, account_made=True)
    page = signed_in(alice).post(f"/projects/{project.pk}/members/{eve.pk}/reset-link/")
    assert page["Cache-Control"] == "no-store"
    set_password(re.search(r'value="http://testserver(/\S+)"', page.content.decode())[1])
    eve.refresh_from_db()
    assert eve.check_password(NEW)


def fields_of(page) -> dict:
    """What a browser sends of the form as it comes, with the new password."""
    checked = 'name="revoke_tokens" id="id_revoke_tokens" checked' in page.content.decode()
    passwords = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    return {**passwords, **({"revoke_tokens": "on"} if checked else {})}


def test_a_link_offers_to_end_the_tokens_too(bob):
    elsewhere = signed_in(bob)
    for name in ("x", "y"):
        create_token(user=bob, name=name)
    client = Client()
    page = client.get(reset_path(bob), follow=True)
    assert "Revoke all 2 tokens that are still valid" in page.content.decode()
    done = client.post(page.redirect_chain[-1][0], fields_of(page), follow=True)
    assert "No token of yours is valid." in done.content.decode()
    assert not bob.tokens.exists()
    assert elsewhere.get("/accounts/profile/").status_code == 302


def test_a_change_keeps_the_tokens_unless_one_says_so(bob):
    create_token(user=bob, name="x")
    here = signed_in(bob)
    fields = fields_of(here.get("/accounts/password/"))
    page = here.post("/accounts/password/", fields, follow=True).content.decode()
    assert "One token of yours is still valid" in page and bob.tokens.count() == 1
    fields |= {"old_password": NEW, "revoke_tokens": "on"}
    here.post("/accounts/password/", fields)
    assert not bob.tokens.exists()


def test_the_api_ends_them_as_well(bob):
    headers = {"authorization": f"Token {create_token(user=bob, name='x')[1]}"}
    body = {"old_password": PASSWORD, "new_password": NEW, "revoke_tokens": True}
    sent = [
        Client().post("/api/v1/me/password/", body, "application/json", headers=headers).status_code
        for _ in range(2)
    ]
    assert sent == [204, 401]
