from django.http import HttpRequest


def without(request: HttpRequest, *names: str) -> str:
    """The query string of this page without some of its conditions."""
    query = request.GET.copy()
    for name in (*names, "cursor"):
        query.pop(name, None)
    return "?" + query.urlencode()
