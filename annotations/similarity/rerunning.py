"""The same embedding once more."""

from annotations.accounts.models import User
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.projects.models import Role
from annotations.search.filter import Filter
from annotations.similarity.duplicates.searching import start_search
from annotations.similarity.embedding import start_object_embedding
from annotations.similarity.measurements import start_embedding
from annotations.similarity.sources import open_source


def embed_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied unless a manager asks."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.MANAGER)
    return start_embedding(project=project, user=user, anew=job.params.get("anew", False))


def embed_objects_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied unless a manager asks, ValidationError."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.MANAGER)
    source = open_source(user, job.params)
    criteria = Filter.parse(job.params["filter"], user)
    return start_object_embedding(project=project, user=user, source=source, criteria=criteria)


def search_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied unless an annotator asks, ValidationError."""
    assert job.project_id is not None
    project = open_project(user, job.project_id, Role.ANNOTATOR)
    return start_search(project=project, user=user, threshold=job.params["threshold"])
