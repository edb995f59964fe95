from django.db.models import QuerySet

from annotations.accounts.models import User
from annotations.deletions.models import Deletion
from annotations.projects.access import deleted_projects_of
from annotations.projects.models import Project


def bin_of(user: User) -> QuerySet[Deletion]:
    """The deleted projects that the person may restore, the last one first."""
    waiting = Deletion.objects.waiting().filter(project__in=deleted_projects_of(user))
    return waiting.select_related("project", "deleted_by")


def former_deletions(project: Project) -> QuerySet[Deletion]:
    """Each time that the project was deleted and restored."""
    restored = Deletion.objects.filter(project=project).exclude(restored=None)
    return restored.select_related("deleted_by", "restored_by")
