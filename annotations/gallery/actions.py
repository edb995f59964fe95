"""Saved views: the only writes of the gallery."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict

from annotations.accounts.models import User
from annotations.gallery.captions import parse_captions
from annotations.gallery.filter import Filter
from annotations.gallery.models import View
from annotations.gallery.order import parse_order
from annotations.projects.models import Project, Role

FLEETING = ["cursor", "ids"]  # about a page, not about a view


@transaction.atomic
def save_view(*, project: Project, user: User, name: str, query: str, is_shared: bool) -> View:
    """Keeps the query string under the name; one's own view of that name is replaced.

    Raises ValidationError for a name that is empty or too long, and for a query that the bench would refuse.
    """
    name = name.strip()
    if not 0 < len(name) <= 100:
        raise ValidationError("A view needs a name of at most 100 characters.")
    asked = QueryDict(query.removeprefix("?"), mutable=True)
    for gone in FLEETING:
        asked.pop(gone, None)
    kept = asked.urlencode()
    if len(kept) > 4000:
        raise ValidationError("This filter is too long to be kept: name fewer taxa or samples.")
    Filter.parse(asked, user).where(project.pk)
    parse_order(asked.get("order"), project.pk)
    parse_captions(asked.getlist("show"))
    view, _ = View.objects.update_or_create(
        project=project, owner=user, name=name, defaults={"query": kept, "is_shared": is_shared}
    )
    return view


def remove_view(*, view: View, user: User, role: Role) -> None:
    """Raises PermissionDenied for somebody else's, except to a manager."""
    if view.owner_id != user.pk and role != Role.MANAGER:
        raise PermissionDenied("This view is somebody else's: they or a manager can remove it.")
    view.delete()
