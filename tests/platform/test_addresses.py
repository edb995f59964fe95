"""Addresses that somebody made up are answered by 404, whatever the number in them."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, get_resolver

HUGE = 10**30


def routes(patterns: list, start: str = "/") -> Iterator[str]:
    """All routes of the site, but those of Django's own administration."""
    for pattern in patterns:
        route = start + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        elif route != "/admin/":
            yield from routes(pattern.url_patterns, route)


@pytest.mark.parametrize("number", [2**63, HUGE])
def test_no_route_fails_at_a_number_that_no_row_can_have(client, root, project, number):
    client.force_login(root)
    client.raise_request_exception = False
    answers = {}
    for route in routes(get_resolver().url_patterns):
        names = re.findall(r"<int:(\w+)>", route)
        if names and "<str:" not in route and "<path:" not in route:
            last = f"<int:{names[-1]}>"
            url = re.sub(r"<int:\w+>", str(project.pk), route.replace(last, str(number)))
            answers[url] = client.get(url).status_code
    assert len(answers) > 100 and {url: code for url, code in answers.items() if code != 404} == {}


def test_no_page_and_no_route_of_the_api_fails_at_nul(client, root, project):
    """In a parameter that it takes: what else it does not know is refused anyway."""
    client.force_login(root)
    client.raise_request_exception = False
    answers = {}
    for route in routes(get_resolver().url_patterns):
        if "<str:" not in route and "<path:" not in route:
            url = re.sub(r"<int:\w+>", str(project.pk), route)
            for name in ("q", "order", "original_id", "sample", "cursor"):
                answer = client.get(url, {name: "a\0b"})
                answers[f"{url}?{name}"] = answer.status_code
    assert len(answers) > 400 and {url: code for url, code in answers.items() if code >= 500} == {}


def test_nul_is_named(client, root, project):
    client.force_login(root)
    answer = client.get(f"/api/v1/projects/{project.pk}/objects/", {"original_id": "a\0b"})
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "`original_id` holds NUL, which is in no text: leave it out.",
    )
