"""All routes of the site, and the methods that each answers, as the site itself says them."""

from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.rights.world import World

WITHOUT_RIGHTS = {"OPTIONS", "HEAD"}  # one says what there is, the other is GET without its body


@cache
def routes() -> dict[str, URLPattern]:
    """All named routes but Django's own administration."""
    return _routes(get_resolver(), "")


def _routes(resolver: URLResolver, space: str) -> dict[str, URLPattern]:
    named: dict[str, URLPattern] = {}
    for pattern in resolver.url_patterns:
        if not isinstance(pattern, URLResolver):
            named[space + pattern.name] = pattern
        elif pattern.app_name != "admin":
            named |= _routes(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
    return named


def methods_of(name: str, world: World) -> set[str] | None:
    """The methods that a route answers; None where it answers any.

    Views of Django and of the REST framework list them when they are sent OPTIONS; a function behind `require_GET`
    and its like refuses OPTIONS (405) with the same list.
    """
    url = reverse(name, kwargs={key: world.ids[key] for key in routes()[name].pattern.converters})
    for role in (
        "root",
        "anonymous",
    ):  # pages ask for a sign-in first; the sign-in page sends on who has done so
        answer = world.client(role).options(url)
        if answer.has_header("Allow"):
            return {method.strip() for method in answer["Allow"].split(",")} - WITHOUT_RIGHTS
    return None
