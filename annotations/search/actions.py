"""Saved views: the only writes of the search."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.projects.models import Project, Role
from annotations.search.captions import parse_captions
from annotations.search.filter import Filter
from annotations.search.models import SavedView
from annotations.search.order import parse_order

FLEETING = ["cursor", "ids"]  # about a page, not about a view


@transaction.atomic
def save_view(*, project: Project, user: User, name: str, query: str, is_shared: bool) -> SavedView:
    """Keeps the query string under the name; one's own view of that name is replaced.

    Raises ValidationError for a name that is empty or too long, and for a query that the bench would refuse.
    """
    name = name.strip()
    if not 0 < len(name) <= 100:
        raise ValidationError("A view needs a name of at most 100 characters.")
    params = QueryDict(query.removeprefix("?"), mutable=True)
    for of_a_page in FLEETING:
        params.pop(of_a_page, None)
    lasting = params.urlencode()
    if len(lasting) > 4000:
        raise ValidationError("This filter is too long to be kept: name fewer taxa or samples.")
    Filter.parse(params, user).where(project.pk)
    parse_order(params.get("order"), project.pk)
    parse_captions(params.getlist("show"), project.pk)
    view, _ = SavedView.objects.update_or_create(
        project=project, owner=user, name=name, defaults={"query": lasting, "is_shared": is_shared}
    )
    return view


def remove_view(*, view: SavedView, user: User, role: Role) -> None:
    """Raises PermissionDenied for somebody else's, except to a manager."""
    if view.owner_id != user.pk and role != Role.MANAGER:
        raise PermissionDenied("This view is somebody else's: they or a manager can remove it.")
    view.delete()
