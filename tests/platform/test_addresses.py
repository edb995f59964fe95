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
