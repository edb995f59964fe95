"""The same embedding of measurements once more."""

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.similarity.measurements import start_embedding


def embed_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied unless a manager asks."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.MANAGER)
    return start_embedding(project=project, user=user, anew=job.params.get("anew", False))
