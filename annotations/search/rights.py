"""Who may be named: a filter's chip says the name of what its address only numbers."""

from annotations.accounts.models import User
from annotations.projects.access import projects_seen_by
from annotations.projects.models import Membership
from annotations.samples.models import Object


def may_know(person: int, user: User | None) -> bool:
    """Those one works with, or whose labels one sees."""
    if user is None or user.is_superuser or person == user.pk:
        return True
    visible = projects_seen_by(user)
    works_with = Membership.objects.filter(user=person, project__in=visible)
    has_labels = Object.objects.filter(annotator=person, project__in=visible)
    return works_with.exists() or has_labels.exists()
