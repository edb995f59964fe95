"""The project of drawn plankton that `manage.py demo` makes: there the tour is offered."""

from annotations.accounts.models import User
from annotations.projects.access import projects_seen_by, role_in
from annotations.projects.models import Project, Role

TITLE = "Drawn plankton"


def demo_project_of(user: User) -> Project | None:
    """The demo project where the person may label in it."""
    project = projects_seen_by(user).filter(title=TITLE).order_by("id").first()
    role = role_in(user, project.pk) if project else None
    return project if role is not None and role.rank >= Role.ANNOTATOR.rank else None
