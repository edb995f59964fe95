import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from annotations.accounts.models import User
from annotations.common.snapshot import snapshot
from annotations.exports import jobs
from annotations.exports.registry import format_named
from annotations.exports.request import ExportRequest, ImageChoice, Written
from annotations.jobs.actions import start_job
from annotations.jobs.artefacts import FOR_EVERYBODY, artefact_key, path_of
from annotations.jobs.errors import JobError
from annotations.jobs.models import Job
from annotations.jobs.progress import Progress
from annotations.labels.tally import project_counts
from annotations.pictures.artefacts import save
from annotations.projects.access import role_in
from annotations.projects.addresses import (
    FOR_MANAGERS,
    WITH_ALL_ADDRESSES,
    WITHOUT_ADDRESS,
    Signature,
)
from annotations.projects.models import Project, Role
from annotations.search.filter import Filter


def start_export(
    *,
    project: Project,
    user: User,
    format_name: str = "ecotaxa",
    images: ImageChoice | bool = ImageChoice.ALL,
    emails: bool = False,
    rendered: bool = False,
    object_filter: Filter | None = None,
    options: Mapping[str, str] | None = None,
) -> Job:
    """Starts writing the project, or what matches the filter, as a zip of the format.

    With `emails` annotators' addresses go out beside their names. Raises PermissionDenied unless a manager asks.
    With `rendered` pictures go out as pages show them, else as they came in. Raises ValidationError for what the format
    does not know, or where something is missing for it.
    """
    if emails and role_in(user, project.pk) != Role.MANAGER:
        raise PermissionDenied("E-mail addresses are for managers: export without them.")
    chosen = format_named(format_name)
    params: dict[str, Any] = {
        "format": chosen.name,
        "images": ImageChoice.read(images).value,
        "emails": emails,
        "rendered": rendered,
        "options": chosen.read_options(options or {}),
        "filter": (object_filter or Filter()).as_dict(),
    }
    if chosen.is_for_everybody(params["options"]):
        params[FOR_EVERYBODY] = True
    params = json.loads(json.dumps(params))
    if obstacles := chosen.obstacles(ExportRequest.read(project, params, user)):
        raise ValidationError(obstacles)
    return start_job(kind="export_project", owner=user, project=project, params=params)


@jobs.export_project.work
def export_project(job: Job, progress: Progress) -> dict:
    """The work of an export job: the zip, of the project as it was at one moment, at `export_path(job)`."""
    assert job.project is not None
    out = Path(job.params["out"]) if job.params.get("out") else export_path(job)
    out.parent.mkdir(parents=True, exist_ok=True)
    draft = progress.draft_of(out)
    total = sum(count for _, _, count in project_counts(job.project.pk))
    chosen = format_named(job.params.get("format", "ecotaxa"))
    request = ExportRequest.read(job.project, job.params, job.owner, _signature(job))
    if obstacles := chosen.obstacles(request):  # the command asks nobody, and things change while a job waits
        raise JobError(" ".join(obstacles))
    try:
        with snapshot():
            written = chosen.write(draft, request, _reporter(progress, total))
        progress.publish(draft, out)
    finally:
        draft.unlink(missing_ok=True)
    size = out.stat().st_size
    if not job.params.get("out"):
        save(artefact_key(job), out)
    return {
        "url": reverse("exports:download", args=[job.pk]),
        "rows": written.rows,
        "images": written.pictures,
        "bytes": size,
        "message": f"{written.rows:,} lines and {written.pictures:,} images written.",
    }


def _signature(job: Job) -> Signature:
    """Only `manage.py export` says where the package goes."""
    if not job.params.get("emails", False):
        return WITHOUT_ADDRESS
    return WITH_ALL_ADDRESSES if job.params.get("out") else FOR_MANAGERS


def _reporter(progress: Progress, total: int) -> Callable[[Written], None]:
    """Reports lines, of as many as the project has objects: a filter or further pictures make it a guess."""

    def report(written: Written) -> None:
        words = f"Wrote {written.rows:,} lines and {written.pictures:,} images"
        progress.update(written.rows, max(total, written.rows), words)

    return report


def export_path(job: Job) -> Path:
    return path_of(job)
