"""The same map once more: objects that have no place yet get one."""

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.maps.actions import start_mapping
from annotations.projects.access import open_project
from annotations.projects.models import Role


def map_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied unless an annotator asks."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.ANNOTATOR)
    options = {name: job.params[name] for name in ("neighbours", "min_dist", "anew")}
    return start_mapping(project=project, user=user, **options)
