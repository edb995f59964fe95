"""The same export once more: of the project as it is now."""

from annotations.accounts.models import User
from annotations.exports.actions import start_export
from annotations.exports.request import ImageChoice
from annotations.jobs.models import Job
from annotations.projects.access import open_project
from annotations.search.filter import Filter


def export_again(user: User, job: Job) -> Job:
    """Raises Http404, PermissionDenied, and ValidationError for a filter that the person may not use."""
    assert job.project_id is not None
    return start_export(
        project=open_project(user, job.project_id),
        user=user,
        format_name=job.params.get("format", "ecotaxa"),
        images=ImageChoice.read(job.params.get("images", False)),
        object_filter=Filter.parse(job.params.get("filter", {}), user),
        options=job.params.get("options", {}),
        **{name: job.params.get(name, False) for name in ("emails", "rendered")},
    )
