"""The same estimate once more, of what is labelled now."""

from annotations.abundance.actions import start_estimate
from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.learning.queries import open_model
from annotations.projects.access import open_project
from annotations.projects.models import Role


def estimate_again(user: User, job: Job) -> Job:
    """Raises PermissionDenied, Http404, ValidationError."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.ANNOTATOR)
    model = job.params["model"]
    return start_estimate(
        user=user,
        project=project,
        model=None if model is None else open_model(user, model),
        taxa_below=job.params["taxa_below"],
    )
