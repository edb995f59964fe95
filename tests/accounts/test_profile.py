from django.test import Client

from annotations.accounts.tokens import create_token
from tests.people import PASSWORD


def test_alice_signs_in_and_comes_to_her_projects(client, alice):
    answer = client.post("/accounts/sign-in/", {"username": "alice", "password": PASSWORD})
    assert (answer.status_code, answer.url) == (302, "/")


def test_a_wrong_password_is_told_in_words(client, alice):
    answer = client.post("/accounts/sign-in/", {"username": "alice", "password": "guess"})
    assert answer.status_code == 200
    assert "correct username and password" in answer.content.decode()


def test_after_a_wrong_password_the_password_is_what_one_types(client, alice):
    def focused(answer) -> list[str]:
        return [field.name for field in answer.context["form"] if field.field.widget.attrs.get("autofocus")]

    assert focused(client.get("/accounts/sign-in/")) == ["username"]
    answer = client.post("/accounts/sign-in/", {"username": "alice", "password": "guess"})
    assert focused(answer) == ["password"]


def test_signing_out_leads_back_to_the_door(client, alice):
    client.force_login(alice)
    assert client.post("/accounts/sign-out/").url == "/accounts/sign-in/"
    assert client.get("/").url == "/accounts/sign-in/?next=/"


def test_bob_changes_his_name(client, bob):
    client.force_login(bob)
    client.post(
        "/accounts/profile/", {"first_name": "Robert", "last_name": "Keller", "email": "bob@example.org"}
    )
    bob.refresh_from_db()
    assert bob.display_name == "Robert Keller"


def test_the_profile_is_for_people_who_are_signed_in(client, db):
    assert client.get("/accounts/profile/").url.startswith("/accounts/sign-in/")
    assert client.get("/accounts/tokens/").url.startswith("/accounts/sign-in/")


def test_the_api_changes_it_too(bob):
    headers = {"authorization": f"Token {create_token(user=bob, name='x')[1]}"}

    def patch(**fields: str):
        return Client().patch("/api/v1/me/", fields, "application/json", headers=headers)

    assert patch(last_name="Storm").json() == {
        "id": bob.pk,
        "username": "bob",
        "first_name": "Bob",
        "last_name": "Storm",
        "email": "bob@example.org",
    }
    refused = patch(email="no address")
    assert refused.status_code == 400 and "`email`" in refused.json()["detail"]
    bob.refresh_from_db()
    assert (bob.last_name, bob.email) == ("Storm", "bob@example.org")
