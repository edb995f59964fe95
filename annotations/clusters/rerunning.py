"""The same clustering once more."""

from annotations.accounts.models import User
from annotations.clusters.starting import start_clustering
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.filter import Filter


def cluster_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied unless a manager asks."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.MANAGER)
    criteria = Filter.parse(job.params["filter"], user)
    return start_clustering(project=project, user=user, criteria=criteria, smallest=job.params["smallest"])
