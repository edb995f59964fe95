from django.http import HttpRequest


def without(request: HttpRequest, *names: str) -> str:
    """The query string of this page without some of its conditions."""
    query = request.GET.copy()
    for name in (*names, "cursor"):
        query.pop(name, None)
    return "?" + query.urlencode()


def following(request: HttpRequest, cursor: str) -> str:
    """The query string of the page that comes next."""
    query = request.GET.copy()
    query["cursor"] = cursor
    return query.urlencode()
