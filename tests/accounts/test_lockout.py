"""Who guesses passwords has to wait, longer each time; who knows theirs, or guesses at others', learns nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from annotations.accounts.lockout import SignInLocked, guarded
from annotations.accounts.models import SignInFailures
from annotations.accounts.tokens import create_token
from tests.people import PASSWORD


def sign_in(username: str, password: str, address: str = "192.0.2.1"):
    return Client(REMOTE_ADDR=address).post(
        "/accounts/sign-in/", {"username": username, "password": password}
    )


def token(username: str, password: str, address: str = "192.0.2.1"):
    return Client(REMOTE_ADDR=address).post(
        "/api/v1/token/", {"username": username, "password": password}, "application/json"
    )


def guess(username: str, times: int, address: str = "192.0.2.1") -> None:
    for _ in range(times):
        assert sign_in(username, "guess", address).status_code == 200


def wait(seconds: int) -> None:
    """Lets time pass for all counters."""
    for row in SignInFailures.objects.all():
        row.locked_until -= timedelta(seconds=seconds)
        row.last_failure -= timedelta(seconds=seconds)
        row.save()


@pytest.fixture
def still_clock(monkeypatch) -> None:
    """The lock's time stands still: what is left of a minute is a minute, however slow the machine."""
    now = timezone.now()
    monkeypatch.setattr("annotations.accounts.lockout.timezone", SimpleNamespace(now=lambda: now))


def test_five_wrong_passwords_lock_the_name_for_a_minute(alice, still_clock):
    guess("alice", 5)
    answer = sign_in("alice", PASSWORD)
    assert answer.status_code == 429
    assert "sign-in is locked for 1 minute" in answer.content.decode()
    assert "_auth_user_id" not in answer.client.session
    wait(61)
    assert sign_in("alice", PASSWORD).status_code == 302


def test_the_lock_doubles_with_each_failure_up_to_an_hour(alice):
    guess("alice", 5)
    waits = []
    for _ in range(9):
        locked = token("alice", "guess")
        waits.append(int(locked["Retry-After"]))
        wait(waits[-1] + 1)
        assert token("alice", "guess").status_code == 401
    assert [round(seconds / 60) for seconds in waits] == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_the_page_the_token_route_and_the_administration_count_together(root):
    guess("root", 2)
    assert [token("root", "guess").status_code for _ in range(3)] == [401] * 3
    assert token("root", PASSWORD).status_code == 429
    answer = Client(REMOTE_ADDR="192.0.2.1").post(
        "/admin/login/", {"username": "root", "password": PASSWORD, "next": "/admin/"}
    )
    assert answer.status_code == 200 and "sign-in is locked" in answer.content.decode()


def test_a_name_nobody_has_is_locked_with_the_same_words(alice, still_clock):
    answers = {}
    for name in ("alice", "nobody"):
        guess(name, 5)
        answers[name] = sign_in(name, "guess").content.decode()
    assert "is locked for 1 minute" in answers["nobody"]
    first, second = (answer.split("<ul", 1)[1].split("</ul>", 1)[0] for answer in answers.values())
    assert first == second


def test_the_case_of_a_name_does_not_get_around_it(alice):
    for name in ("alice", "Alice", "ALICE", "aLICE", "alicE"):
        guess(name, 1)
    assert sign_in("alice", PASSWORD).status_code == 429


def test_guessing_from_many_addresses_locks_the_name(alice):
    for n in range(20):
        guess("alice", 1, f"198.51.100.{n}")
    assert sign_in("alice", PASSWORD, "203.0.113.9").status_code == 429


def test_guessing_at_many_names_locks_the_address(alice):
    for n in range(100):
        guess(f"name-{n}", 1)
    assert sign_in("alice", PASSWORD).status_code == 429
    assert sign_in("alice", PASSWORD, "203.0.113.9").status_code == 302


def test_an_address_forgets_a_failure_a_minute(alice, settings):
    settings.SIGN_IN_TRIES = 1  # so that the twentieth failure locks the address
    for n in range(6):
        for m in range(6):
            guess(f"name-{n}-{m}", 1)
        wait(6 * 60)
    assert sign_in("alice", PASSWORD).status_code == 302


def test_a_household_has_one_ipv6_address(alice):
    for n in range(5):
        guess("alice", 1, f"2001:db8::{n:x}")
    assert sign_in("alice", PASSWORD, "2001:db8::ffff").status_code == 429
    assert sign_in("alice", PASSWORD, "2001:db8:1::1").status_code == 302


def test_other_people_sign_in_while_one_is_locked(alice, bob):
    guess("alice", 5)
    assert sign_in("bob", PASSWORD).status_code == 302
    assert sign_in("alice", PASSWORD, "203.0.113.9").status_code == 302


def test_the_right_password_clears_the_failures(alice):
    for _ in range(3):
        guess("alice", 4)
        assert sign_in("alice", PASSWORD).status_code == 302


def test_failures_are_forgotten_after_a_day(alice):
    guess("alice", 4)
    wait(25 * 3600)
    guess("alice", 4)
    assert sign_in("alice", PASSWORD).status_code == 302


def test_an_administrator_unlocks(alice, root, client):
    guess("alice", 5)
    client.force_login(root)
    client.post("/admin/accounts/user/", {"action": "unlock_sign_in", "_selected_action": [alice.pk]})
    assert sign_in("alice", PASSWORD).status_code == 302


def test_an_administrator_unlocks_an_address(alice, root, client, settings):
    settings.SIGN_IN_TRIES = 1
    for n in range(20):
        guess(f"name-{n}", 1)
    assert sign_in("alice", PASSWORD).status_code == 429
    row = SignInFailures.objects.get(name_digest="")
    client.force_login(root)
    assert "192.0.2.1" in client.get("/admin/accounts/signinfailures/").content.decode()
    client.post(f"/admin/accounts/signinfailures/{row.pk}/delete/", {"post": "yes"})
    assert sign_in("alice", PASSWORD).status_code == 302


def test_what_was_typed_as_a_name_is_not_kept(alice):
    guess("my secret password", 1)
    assert "secret" not in str(list(SignInFailures.objects.values()))


@pytest.mark.django_db(transaction=True)
def test_guesses_sent_at_once_are_counted_one_by_one():
    def attempt(_: int) -> bool:
        try:
            with guarded("alice", None) as record:
                record(False)
        except SignInLocked:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, range(40))) == 20
    assert SignInFailures.objects.get().locked_until > timezone.now()


def test_an_administrator_unlocks_by_the_api(alice, bob, root):
    guess("alice", 5)

    def unlock(by) -> int:
        headers = {"authorization": f"Token {create_token(user=by, name='x')[1]}"}
        return Client().post(f"/api/v1/users/{alice.pk}/unlock/", headers=headers).status_code

    assert unlock(bob) == 403
    assert sign_in("alice", PASSWORD).status_code == 429
    assert unlock(root) == 204
    assert sign_in("alice", PASSWORD).status_code == 302
