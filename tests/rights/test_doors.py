"""Every route of the API and every download, as the site itself lists them: programs get no page to sign in by."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.rights.routes import methods_of, routes
from tests.rights.test_matrix import send
from tests.rights.world import World

API = [name for name in routes() if name.startswith("api:")]
DOWNLOADS = [name for name, route in routes().items() if getattr(route.callback, "answers_tokens", False)]
FOR_ANYBODY = {"api:schema", "api:docs", "api:token", "api:nowhere"}
ACCEPTS = ["*/*", "application/json", "text/html,application/xhtml+xml"]


def methods(name: str, world: World) -> list[str]:
    return sorted(methods_of(name, world) or ())


def is_page(answer: HttpResponse) -> bool:
    return "text/html" in answer.get("Content-Type", "") and answer.status_code != 405


@pytest.mark.parametrize("accept", ACCEPTS)
@pytest.mark.parametrize("name", [name for name in API if name not in FOR_ANYBODY])
def test_nobody_is_told_so_in_json(name, accept, world):
    for headers in ({}, {"authorization": "Token guessed"}):
        for method in methods(name, world):
            answer = send(Client(), world, method, name, accept=accept, **headers)
            assert answer.status_code == 401, (method, headers)
            assert answer["Content-Type"] == "application/json" and answer.json()["detail"]


@pytest.mark.parametrize("name", DOWNLOADS)
def test_downloads_refuse_programs_in_json(name, world):
    for headers in (
        {},
        {"authorization": "Token guessed"},
        {"authorization": "Token x", "accept": ACCEPTS[2]},
    ):
        answer = send(Client(), world, "GET", name, **headers)
        assert answer.status_code == 401 and answer.json()["detail"], headers


@pytest.mark.parametrize("name", [*DOWNLOADS, *(name for name in API if name != "api:docs")])
def test_a_token_is_never_answered_with_a_page(name, world):
    token = f"Token {world.token('alice')}"
    for method in methods(name, world):
        answer = send(Client(), world, method, name, authorization=token, accept=ACCEPTS[2])
        assert answer.status_code not in (301, 302, 401) and not is_page(answer), method


@pytest.mark.parametrize("name", routes())
def test_whatever_is_downloaded_answers_tokens(name, world):
    if "GET" not in methods(name, world):
        return
    answer = send(world.client("alice"), world, "GET", name)
    is_file = answer.get("Content-Disposition", "").startswith("attachment")
    assert not is_file or name in API or name in DOWNLOADS


@pytest.mark.parametrize("name", [name for name in API if name not in {"api:docs", "api:schema"}])
def test_an_unknown_parameter_is_named(name, world):
    url = reverse(name, kwargs={key: world.ids[key] for key in routes()[name].pattern.converters})
    headers = {"authorization": f"Token {world.token('alice')}"}
    for method in methods(name, world):
        answer = getattr(Client(), method.lower())(f"{url}?sampel=3", headers=headers)
        assert answer.status_code == 400 and "`sampel`" in answer.json()["detail"], method
