from django.core.exceptions import PermissionDenied

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role


def start_report(*, user: User, project: Project, days: int | None = None) -> Job:
    """Starts going through the log of the last `days`, or of all. Needs who may label there."""
    if role_in(user, project.pk) in (None, Role.VIEWER):
        raise PermissionDenied(f"Only who labels in {project.title} may have its log gone through.")
    return start_job(kind="report_effort", owner=user, project=project, params={"days": days})
