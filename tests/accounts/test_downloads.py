"""Whatever can be downloaded answers a token; without one a program gets a 401, and a person the sign-in page."""

import pytest
from rest_framework.test import APIClient

from tests.exports.test_pages import export
from tests.people import PASSWORD
from tests.plankton import tow

__all__ = ["export", "tow"]


@pytest.fixture
def token(client, bob) -> str:
    answer = client.post("/api/v1/token/", {"username": "bob", "password": PASSWORD}, "application/json")
    return answer.json()["token"]


@pytest.fixture
def addresses(export, tow) -> list[str]:
    project = tow.project.pk
    return [
        export.result["url"],
        f"/projects/{project}/progress/samples.csv",
        f"/projects/{project}/progress/taxa.csv",
    ]


def test_a_token_opens_them(token, addresses):
    program = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    for address in addresses:
        answer = program.get(address)
        assert answer.status_code == 200 and "text/html" not in answer["Content-Type"], address
        assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("headers", [{}, {"HTTP_AUTHORIZATION": "Token guessed"}])
def test_a_program_is_refused_in_json(headers, addresses):
    for address in addresses:
        answer = APIClient(**headers).get(address)
        assert answer.status_code == 401 and answer.json()["detail"]
        assert answer["WWW-Authenticate"] == "Token"


def test_a_browser_is_sent_to_sign_in(client, addresses):
    for address in addresses:
        answer = client.get(address, HTTP_ACCEPT="text/html,application/xhtml+xml")
        assert answer.status_code == 302 and answer.url.startswith("/accounts/sign-in/?next=")


def test_a_token_opens_nothing_of_others(client, dan, addresses):
    key = client.post("/api/v1/token/", {"username": "dan", "password": PASSWORD}, "application/json").json()[
        "token"
    ]
    stranger = APIClient(HTTP_AUTHORIZATION=f"Token {key}")
    for address in addresses:
        answer = stranger.get(address)
        assert answer.status_code == 404 and "member" in answer.json()["detail"]
