"""Names that packages brought and the site does not know: labels wait until a manager of the project settles them."""

from django.db.models import Count
from django.urls import reverse

from annotations.projects.models import Role
from annotations.projects.waiting import Asker, NextStep, counted, register
from annotations.taxon_matching.models import NameState, PendingName

MOST_PROJECTS = 1  # with a line each: what an import left is settled soon


def names_to_settle(asker: Asker) -> list[NextStep]:
    """The project with most names first."""
    managed = asker.user.memberships.filter(role=Role.MANAGER, project__deleted=None)
    names = PendingName.objects.filter(project__in=managed.values("project"), state=NameState.WAITING)
    by_project = names.values("project", "project__title").annotate(count=Count("pk"))
    return [
        NextStep(
            f"{counted(row['count'], 'name waits', 'names wait')} to be settled, and labels with them",
            reverse("taxon_matching:names", args=[row["project"]]),
            row["count"],
            row["project__title"],
        )
        for row in by_project.order_by("-count", "project")[:MOST_PROJECTS]
    ]


register(25, names_to_settle)
