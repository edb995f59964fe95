"""Every route of the API and every download, as the site itself lists them: programs get no page to sign in by."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.rights.routes import routes
from tests.rights.test_matrix import TABLE, send

API = [name for name in routes() if name.startswith("api:")]
DOWNLOADS = [name for name, route in routes().items() if getattr(route.callback, "answers_tokens", False)]
FOR_ANYBODY = {
    *("api:schema", "api:docs", "api:token", "api:not_found"),
    *("api:catalogue_models", "api:catalogue_projects"),
}
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def methods(name: str) -> list[str]:
    """As the table has them, which a test of its own holds to the site."""
    return [method for method, route in TABLE if route == name]


def is_page(answer: HttpResponse) -> bool:
    return "text/html" in answer.get("Content-Type", "") and answer.status_code != 405


@pytest.mark.parametrize("name", [name for name in API if name not in FOR_ANYBODY])
def test_nobody_is_told_so_in_json(name, world):
    for headers in ({"accept": BROWSER}, {"authorization": "Token guessed"}):
        for method in methods(name):
            answer = send(Client(), world, method, name, **headers)
            assert answer.status_code == 401, (method, headers)
            assert answer["Content-Type"] == "application/json" and answer.json()["detail"]


@pytest.mark.parametrize("name", DOWNLOADS)
def test_downloads_refuse_programs_in_json(name, world):
    for headers in ({}, {"authorization": "Token guessed"}, {"authorization": "Token x", "accept": BROWSER}):
        answer = send(Client(), world, "GET", name, **headers)
        assert answer.status_code == 401 and answer.json()["detail"], headers


@pytest.mark.parametrize("name", [*DOWNLOADS, *(name for name in API if name != "api:docs")])
def test_a_token_is_never_answered_with_a_page(name, world):
    token = f"Token {world.token('alice')}"
    for method in methods(name):
        answer = send(Client(), world, method, name, authorization=token, accept=BROWSER)
        assert answer.status_code not in (301, 302, 401) and not is_page(answer), method


@pytest.mark.parametrize("name", [name for name in API if name not in {"api:docs", "api:schema"}])
def test_an_unknown_parameter_is_named(name, world):
    url = reverse(name, kwargs={key: world.ids[key] for key in routes()[name].pattern.converters})
    headers = {"authorization": f"Token {world.token('alice')}"}
    for method in methods(name):
        answer = getattr(Client(), method.lower())(f"{url}?sampel=3", headers=headers)
        assert answer.status_code == 400 and "`sampel`" in answer.json()["detail"], method


def test_whatever_is_downloaded_answers_tokens(world):
    alice = world.client("alice")
    pages = [name for method, name in TABLE if method == "GET" and name not in {*API, *DOWNLOADS}]
    files = [name for name in pages if send(alice, world, "GET", name).has_header("Content-Disposition")]
    assert not files
