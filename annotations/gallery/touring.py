"""The tour: where a person is in it stands among their preferences, so that it goes on wherever they sign in again."""

from annotations.accounts.actions import save_preferences
from annotations.accounts.models import User
from annotations.projects.access import open_project
from annotations.projects.models import Role


def start_tour(*, user: User, project_id: int) -> None:
    """Begins it in the project, or goes on where it was left there. Needs somebody who labels, for it is done.

    Raises Http404, PermissionDenied.
    """
    project = open_project(user, project_id, Role.ANNOTATOR)
    before = user.preferences.get("tour", {})
    step = before.get("step", 0) if before.get("project") == project.pk else 0
    tour = {
        "is_on": True,
        "project": project.pk,
        "title": project.title,
        "step": step,
        "trains": project.role == Role.MANAGER,
        "finished": before.get("finished", ""),
    }
    save_preferences(user=user, preferences={"tour": tour})
