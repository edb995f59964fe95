"""Projects as commands name them: by their title."""

from django.core.management.base import CommandError

from annotations.projects.models import Project


def project_titled(title: str) -> Project | None:
    """The oldest of that title that does not wait in the bin."""
    return Project.objects.living().filter(title=title).order_by("id").first()


def project_named(title: str) -> Project:
    """`project_titled`. Raises CommandError where there is none."""
    if (project := project_titled(title)) is None:
        raise CommandError(f"There is no project {title!r}.")
    return project
