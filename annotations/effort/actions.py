from datetime import UTC, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from annotations.accounts.models import User
from annotations.jobs.actions import start_job
from annotations.jobs.models import Job
from annotations.projects.access import role_in
from annotations.projects.models import Project, Role

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)  # before all that is in any log


def start_report(*, user: User, project: Project, days: int | None = None) -> Job:
    """Starts going through the log of the last `days`, or of all. Needs who may label there."""
    if role_in(user, project.pk) in (None, Role.VIEWER):
        raise PermissionDenied(f"Only who labels in {project.title} may have its log gone through.")
    since = timezone.now() - timedelta(days=days) if days else BEGINNING
    return start_job(kind="report_effort", owner=user, project=project, params={"since": since.isoformat()})
