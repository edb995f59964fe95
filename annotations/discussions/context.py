from collections.abc import Callable

from django.http import HttpRequest

from annotations.discussions.queries import unseen_mentions


def mentions(request: HttpRequest) -> dict[str, Callable[[], int]]:
    """How many mentions wait, for the bar on top: counted by the pages that show it only."""
    user = getattr(request, "user", None)
    return {"unseen_mentions": lambda: unseen_mentions(user) if user and user.is_authenticated else 0}
