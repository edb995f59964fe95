"""The same measurement once more: of what has none by now, or of all."""

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.measurements.actions import start_measuring
from annotations.projects.access import open_project
from annotations.projects.models import Role


def measure_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied unless a manager asks."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.MANAGER)
    return start_measuring(project=project, user=user, anew=job.params.get("anew", False))
