import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from annotations.accounts.models import ApiToken
from annotations.accounts.tokens import MOST_TOKENS, create_token
from tests.people import PASSWORD


def status(key: str) -> int:
    return Client().get("/api/v1/me/tokens/", headers={"authorization": f"Token {key}"}).status_code


def test_a_token_is_made_on_the_page_shown_once_and_revoked(client, bob):
    client.force_login(bob)
    page = client.post("/accounts/tokens/", {"name": "Ship's laptop", "days": 30})
    key = re.search(r'value="([\w-]{43})"', page.content.decode())[1]
    assert page["Cache-Control"] == "no-store"
    assert status(key) == 200
    later = client.get("/accounts/profile/").content.decode()
    assert key not in later and "Ship&#x27;s laptop" in later and key[:4] in later
    client.post(f"/accounts/tokens/{bob.tokens.get().pk}/revoke/")
    assert status(key) == 401


def test_a_token_without_a_name_is_refused_in_words(client, bob):
    client.force_login(bob)
    page = client.post("/accounts/tokens/", {"name": "", "days": 30})
    assert page.status_code == 400 and "This field is required" in page.content.decode()
    assert not bob.tokens.exists()


def test_the_database_holds_no_key(bob):
    _, key = create_token(user=bob, name="x")
    assert key not in str(list(ApiToken.objects.values()))


def test_an_expired_token_opens_nothing(bob):
    token, key = create_token(user=bob, name="x", days=1)
    ApiToken.objects.filter(pk=token.pk).update(expires=timezone.now() - timedelta(seconds=1))
    assert status(key) == 401


def test_the_token_of_somebody_inactive_opens_nothing(bob):
    _, key = create_token(user=bob, name="x")
    bob.is_active = False
    bob.save()
    assert status(key) == 401


def test_its_last_use_is_known_to_the_day(bob):
    token, key = create_token(user=bob, name="x")
    assert token.last_used is None
    status(key)
    token.refresh_from_db()
    assert token.last_used == timezone.now().date()


@pytest.mark.parametrize("days", [0, -1, 366])
def test_a_token_is_valid_for_a_year_at_most(bob, days):
    with pytest.raises(ValidationError, match="1 to 365 days"):
        create_token(user=bob, name="x", days=days)


def test_the_api_makes_lists_and_revokes_tokens(bob, carla):
    made = (
        Client()
        .post(
            "/api/v1/token/",
            {"username": "bob", "password": PASSWORD, "name": "cluster", "days": 7},
            "application/json",
        )
        .json()
    )
    headers = {"authorization": f"Token {made['token']}"}
    (listed,) = Client().get("/api/v1/me/tokens/", headers=headers).json()
    assert listed["name"] == "cluster" and listed["beginning"] == made["token"][:4]
    assert made["token"] not in str(listed)
    others = create_token(user=carla, name="hers")[0]
    assert Client().delete(f"/api/v1/me/tokens/{others.pk}/", headers=headers).status_code == 404
    assert Client().delete(f"/api/v1/me/tokens/{listed['id']}/", headers=headers).status_code == 204
    assert status(made["token"]) == 401


def test_the_token_unused_longest_makes_room(bob):
    keys = [create_token(user=bob, name=str(n))[1] for n in range(MOST_TOKENS)]
    assert status(keys[0]) == 200  # used: not the one to go
    create_token(user=bob, name="one more")
    assert bob.tokens.count() == MOST_TOKENS
    assert (status(keys[0]), status(keys[1])) == (200, 401)


def test_tokens_that_stood_readable_go_on_working(bob):
    move = import_module("annotations.accounts.migrations.0004_hash_old_tokens").MOVE
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE authtoken_token (key text, user_id bigint, created timestamptz)")
        cursor.execute("INSERT INTO authtoken_token VALUES (%s, %s, now())", ["0123abcd" * 5, bob.pk])
        cursor.execute(move)
        cursor.execute(move)  # a site without the old table
        cursor.execute("SELECT to_regclass('authtoken_token')")
        assert cursor.fetchone() == (None,)
    assert status("0123abcd" * 5) == 200
    assert "0123abcd" * 5 not in str(list(ApiToken.objects.values()))
